#include "dialogs/walk.hpp"

#include "dialogs/model.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <array>

namespace thanthien::dialogs::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

bool way_to_person(const outcome& o) {
  const auto offered = payloads(o);
  return std::ranges::count(offered, "cmd:person") > 0 || !o.after.case_code.empty() ||
         all_text(o).find("gặp cán bộ") != std::string::npos;
}

TEST(Walk, TheSameArgumentsGiveTheSameOutcome) {
  resident who;
  who.says("tôi muốn phản ánh ổ gà trước nhà");
  const auto before = who.state;
  auto e = who.next(event_kind::message);
  e.text = "đường hẻm 12 có ổ gà rất sâu";
  const circumstances around{who.now, "tran-bien", "TB-1"};
  const auto first = walk(shipped_book(), shipped_knowledge(), before, e, around);
  const auto second = walk(shipped_book(), shipped_knowledge(), before, e, around);
  EXPECT_EQ(first.after, second.after);
  EXPECT_EQ(first.replies, second.replies);
  EXPECT_EQ(first.act, second.act);
  EXPECT_EQ(before, who.state) << "the state given was changed";
}

TEST(Walk, RecordsAboutMessagesMoveNothing) {
  resident who;
  who.says("làm giấy khai sinh cho bé cần gì");
  for (auto kind : {event_kind::delivered, event_kind::read, event_kind::own_echo, event_kind::reaction,
                    event_kind::edited, event_kind::deleted, event_kind::left, event_kind::other,
                    event_kind::account_notice}) {
    const auto before = who.state;
    const auto out = who.happens(kind, "cháy nhà");
    EXPECT_FALSE(moves_dialog(kind));
    EXPECT_TRUE(out.replies.empty()) << to_string(kind);
    EXPECT_EQ(out.after, before) << to_string(kind);
    EXPECT_FALSE(out.handed_over);
  }
}

TEST(Walk, WhoAsksHowMuchIsPaidHearsTheAmount) {
  resident who;
  who.says("toi 76 tuoi khong co luong huu thi duoc gi");
  const auto paid = who.says("moi thang duoc may dong");
  EXPECT_EQ(paid.topic, "tro-cap-huu-tri-xa-hoi");
  EXPECT_NE(all_text(paid).find("540.000 đồng/tháng"), std::string::npos) << all_text(paid);
  resident other;
  EXPECT_EQ(all_text(other.says("lệ phí đăng ký kết hôn")).find("Được nhận"), std::string::npos)
      << "where nothing is paid no line says so";
}

TEST(Walk, WhatIsToldWhileACaseWaitsIsAddedToItAndAQuestionIsAnswered) {
  resident who;
  who.says("cho tôi gặp cán bộ hỏi chuyện đất đai của gia đình bên nội để lại");
  ASSERT_FALSE(who.state.case_code.empty());
  const auto told = who.says("à quên, sổ đỏ nhà tôi mất rồi");
  EXPECT_NE(all_text(told).find("ghi thêm"), std::string::npos) << all_text(told);
  const auto asked = who.says("đăng ký kết hôn cần giấy tờ gì?");
  EXPECT_EQ(asked.topic, "ket-hon");
  EXPECT_EQ(asked.act, act::answer);
}

TEST(Walk, WhoWasInDangerIsAnsweredAboutTheMatterHeCameFor) {
  resident who;
  who.says("đăng ký tạm trú cần giấy tờ gì");
  const auto danger = who.says("chồng tôi đang đánh tôi, cứu với");
  EXPECT_EQ(danger.act, act::emergency);
  const auto after = who.says("dạ em an toàn rồi, vậy nộp ở đâu ạ?");
  EXPECT_EQ(after.topic, "dang-ky-tam-tru");
  EXPECT_EQ(after.act, act::answer);
}

TEST(Walk, WhatAnotherOfficeTakesIsDeclinedWithTheWayThere) {
  resident who;
  const auto first = who.says("làm hộ chiếu cần giấy gì");
  EXPECT_EQ(first.act, act::decline);
  EXPECT_EQ(first.topic, "ho-chieu");
  EXPECT_NE(all_text(first).find("xã, phường không nhận việc làm hộ chiếu"), std::string::npos);
  EXPECT_NE(all_text(first).find("Nơi nhận là Phòng Quản lý xuất nhập cảnh"), std::string::npos);
  EXPECT_NE(all_text(first).find("Tờ khai cấp hộ chiếu"), std::string::npos) << "the question is answered";
  const auto second = who.says("còn lệ phí?");
  EXPECT_EQ(second.topic, "ho-chieu");
  EXPECT_EQ(all_text(second).find("không nhận"), std::string::npos) << "said once is enough";
}

TEST(Walk, SaysOnceThatItIsAutomatic) {
  resident who;
  const auto first = who.says("làm giấy khai sinh cho bé cần gì");
  EXPECT_TRUE(all_text(first).starts_with("Em là trợ lý tự động"));
  const auto second = who.says("làm giấy khai sinh ở đâu");
  EXPECT_EQ(all_text(second).find("tự động"), std::string::npos);
}

TEST(Walk, IsSilentWhileAnOfficerHoldsTheCaseEvenForEmergencies) {
  resident who;
  who.says("cho tôi gặp cán bộ hỏi chuyện đất đai của gia đình bên nội để lại");
  ASSERT_FALSE(who.state.case_code.empty());
  const auto took = who.happens(event_kind::officer_took, "", "Nguyễn Văn Bình");
  EXPECT_NE(all_text(took).find("Nguyễn Văn Bình"), std::string::npos);
  EXPECT_EQ(who.state.holder, holder::officer);
  EXPECT_TRUE(who.says("làm giấy khai sinh cần gì").replies.empty());
  EXPECT_TRUE(who.happens(event_kind::opened).replies.empty());
  const auto answer = who.happens(event_kind::officer_message, "Dạ chào anh", "Nguyễn Văn Bình");
  ASSERT_EQ(answer.replies.size(), 1U);
  EXPECT_EQ(answer.replies[0].from, reply::author::officer);
  EXPECT_EQ(answer.replies[0].text, "Dạ chào anh");
  EXPECT_EQ(answer.replies[0].by, "Nguyễn Văn Bình");
  who.happens(event_kind::officer_returned);
  EXPECT_EQ(who.state.holder, holder::bot);
  EXPECT_TRUE(who.state.case_code.empty());
  EXPECT_FALSE(who.says("làm giấy khai sinh cần gì").replies.empty());
}

TEST(Walk, StaffOutsideOurConsoleAreGivenAnHour) {
  resident who;
  who.says("làm giấy khai sinh cần gì");
  EXPECT_TRUE(who.happens(event_kind::staff_message, "để chị xem cho em").replies.empty());
  EXPECT_EQ(who.state.holder, holder::outside_staff);
  who.now += minutes{59};
  EXPECT_TRUE(who.says("dạ em chờ").replies.empty());
  who.now += minutes{2};
  const auto back = who.says("làm giấy khai sinh cần gì");
  EXPECT_EQ(who.state.holder, holder::bot);
  EXPECT_TRUE(all_text(back).starts_with("Em là trợ lý tự động")) << all_text(back);
}

TEST(Walk, TheThreadGivenBackEndsTheSilence) {
  resident who;
  who.happens(event_kind::thread_taken);
  EXPECT_EQ(who.state.holder, holder::outside_staff);
  who.happens(event_kind::thread_returned);
  EXPECT_EQ(who.state.holder, holder::bot);
  EXPECT_FALSE(who.says("làm giấy khai sinh cần gì").replies.empty());
}

TEST(Walk, OurOfficersLockIsNotLoosenedByAnEcho) {
  resident who;
  who.happens(event_kind::officer_took, "", "An");
  who.happens(event_kind::staff_message, "alo");
  who.happens(event_kind::thread_returned);
  EXPECT_EQ(who.state.holder, holder::officer);
}

TEST(Walk, AClosedCaseIsRatedOnlyByItsOwnCode) {
  resident who;
  who.says("cho tôi gặp cán bộ hỏi chuyện đất đai của gia đình bên nội để lại");
  const auto code = who.state.case_code;
  who.happens(event_kind::officer_took, "", "An");
  const auto closed = who.happens(event_kind::officer_closed);
  EXPECT_EQ(titles(closed).size(), 5U);
  EXPECT_TRUE(way_to_person(closed));
  EXPECT_FALSE(who.taps("rate:TB-999:5").rating) << "a rating for somebody else's case";
  EXPECT_FALSE(who.taps("rate:" + code + ":9").rating);
  const auto rated = who.taps("rate:" + code + ":4");
  ASSERT_TRUE(rated.rating);
  EXPECT_EQ(*rated.rating, (case_rating{code, 4}));
  EXPECT_FALSE(who.taps("rate:" + code + ":1").rating) << "rated twice";
}

TEST(Walk, ALateEventIsAnsweredButRewindsNothing) {
  resident who;
  who.says("làm giấy khai sinh cần gì");
  who.says("tôi muốn phản ánh ổ gà trước nhà");
  const auto before = who.state;
  auto late = who.next(event_kind::message);
  late.at = before.last_event_at - hours{2};
  late.text = "đăng ký kết hôn cần giấy tờ gì";
  const auto out = who.hears(late);
  EXPECT_EQ(out.topic, "ket-hon");
  EXPECT_FALSE(out.replies.empty());
  EXPECT_EQ(told(out.after), told(before));
}

TEST(Walk, ALatePictureStillReachesAPersonAndALateOpeningIsNoNews) {
  resident who;
  who.says("làm giấy khai sinh cần gì");
  auto opening = who.next(event_kind::opened);
  opening.at = who.state.last_event_at - minutes{1};
  EXPECT_TRUE(who.hears(opening).replies.empty());
  auto picture = who.next(event_kind::message);
  picture.at = who.state.last_event_at - minutes{1};
  picture.attachments.emplace_back();
  picture.attachments.back().what = attachment::kind::image;
  const auto out = who.hears(picture);
  ASSERT_TRUE(out.handed_over);
  EXPECT_EQ(out.handed_over->reason, "attachment");
}

TEST(Walk, PayloadsHaveNoAuthority) {
  for (const auto* payload : {"topic:khong-co-that", "aspect:khai-sinh:tat-ca", "aspect::", "go:khong-co",
                              "slot:yes", "cmd:drop-table", "rate:X:5", "rate:", "topic:", "::::",
                              "go:mo-dau/chao", "javascript:alert(1)", "TOPIC:khai-sinh"}) {
    resident who;
    const auto out = who.taps(payload);
    EXPECT_FALSE(out.replies.empty()) << payload;
    EXPECT_FALSE(out.handed_over) << payload;
    EXPECT_FALSE(out.rating) << payload;
    EXPECT_TRUE(who.state.stack.empty()) << payload;
    EXPECT_TRUE(way_to_person(out)) << payload;
  }
}

TEST(Walk, APayloadTypedByHandIsReadLikeATap) {
  resident who;
  const auto out = who.says("aspect:khai-sinh:fee");
  EXPECT_EQ(out.topic, "khai-sinh");
  EXPECT_EQ(out.aspect, "fee");
}

TEST(Walk, AStaleFormIsToldAndTheMessageStillAnswered) {
  resident who;
  who.state.stack = {{"phan-anh-kien-nghi", "buoc-da-xoa", "00000000"}};
  who.state.greeted = true;
  const auto out = who.says("làm giấy khai sinh cần gì");
  EXPECT_NE(all_text(out).find("cập nhật"), std::string::npos);
  EXPECT_EQ(out.topic, "khai-sinh");
  EXPECT_TRUE(who.state.stack.empty());
}

TEST(Walk, AFormSurvivesAnotherVersionOfItsFile) {
  resident who;
  who.says("tôi muốn phản ánh ổ gà trước nhà");
  ASSERT_FALSE(who.state.stack.empty());
  who.state.stack.back().version = "00000000";
  const auto out = who.says("đường hẻm 12 có ổ gà rất sâu");
  EXPECT_FALSE(who.state.slots.empty());
  EXPECT_EQ(all_text(out).find("cập nhật"), std::string::npos);
}

TEST(Walk, DamagedStatesAreReadWithoutThrowing) {
  for (const auto* text :
       {"null", "[]", "42", "{}", R"({"stack":7,"slots":[1],"offered":[["a"]],"misunderstood":"x"})",
        R"({"stack":[{"dialog":"phan-anh-kien-nghi","step":"chuyen"}],"holder":"nobody"})",
        R"({"stack":[{"dialog":"x"},{"dialog":"y"},{"dialog":"z"}],"misunderstood":99999999999})"}) {
    resident who;
    from_json(nlohmann::json::parse(text), who.state);
    const auto out = who.says("làm giấy khai sinh cần gì");
    EXPECT_FALSE(out.replies.empty()) << text;
  }
}

TEST(Walk, ACaseHasTheCodeItWasGivenAndOnlyOneIsMade) {
  resident who;
  const auto first = who.sends(attachment::kind::image);
  ASSERT_TRUE(first.handed_over);
  const auto code = who.state.case_code;
  EXPECT_NE(all_text(first).find(code), std::string::npos) << all_text(first);
  for (int i = 0; i < 4; ++i) {
    const auto more = who.sends(attachment::kind::audio);
    EXPECT_FALSE(more.handed_over);
    EXPECT_EQ(who.state.case_code, code);
  }
}

TEST(Walk, OutsideOfficeHoursTheResidentIsToldSo) {
  resident late;
  late.now = monday_morning() + hours{12};  // 21:00
  late.says("làm giấy khai sinh cần gì");
  EXPECT_NE(all_text(late.taps("cmd:person")).find("đã nghỉ"), std::string::npos);
  resident early;
  early.says("làm giấy khai sinh cần gì");
  EXPECT_EQ(all_text(early.taps("cmd:person")).find("đã nghỉ"), std::string::npos);
}

TEST(Walk, IdentityNumbersAreNeverSaidBackNorKept) {
  resident who;
  for (const auto* text :
       {"số căn cước của tôi 075064001234 tra giúp", "asdf 075064001234 qwer", "stk 0123456789 agribank"}) {
    const auto out = who.says(text);
    const auto said = all_text(out);
    EXPECT_EQ(said.find("075064001234"), std::string::npos);
    EXPECT_EQ(said.find("0123456789"), std::string::npos);
    nlohmann::json saved;
    to_json(saved, out.after);
    EXPECT_EQ(saved.dump().find("075064001234"), std::string::npos) << saved.dump();
  }
}

TEST(Walk, EveryProcedureIsAnsweredInEveryAspectWithItsSourceAndInChatLength) {
  constexpr std::array names{"overview", "documents", "fee",   "time",  "where",
                             "online",   "who",       "steps", "result"};
  for (const auto& p : shipped_knowledge().procedures())
    for (const auto* name : names) {
      resident who;
      const auto out = who.taps("aspect:" + p.id + ":" + name);
      const auto text = all_text(out);
      EXPECT_EQ(out.topic, p.id);
      EXPECT_NE(text.find("Nguồn: "), std::string::npos) << p.id << " " << name << "\n" << text;
      EXPECT_EQ(text.find('{'), std::string::npos) << p.id << " " << name << "\n" << text;
      EXPECT_LE(out.replies.size(), 3U) << p.id << " " << name;
      EXPECT_TRUE(way_to_person(out));
      if (p.sure != knowledge::confidence::high)
        EXPECT_NE(text.find("1022"), std::string::npos) << p.id << " " << name;
      if (!p.price.amount_vnd && std::string_view{name} == "fee")
        EXPECT_NE(text.find("chưa có con số chắc chắn"), std::string::npos) << p.id;
      for (const auto& r : out.replies) EXPECT_LE(r.text.size(), 6000U);
    }
}

TEST(Walk, EveryTopicThatIsNoProcedureHasADialog) {
  for (const auto& t : shipped_knowledge().topics()) {
    resident who;
    const auto out = who.taps("topic:" + t.id);
    EXPECT_FALSE(out.replies.empty()) << t.id;
    EXPECT_TRUE(way_to_person(out)) << t.id;
    using enum knowledge::topic_kind;
    if (t.kind == emergency) {
      EXPECT_EQ(out.act, act::emergency) << t.id;
      ASSERT_TRUE(out.handed_over) << t.id;
      EXPECT_TRUE(out.handed_over->urgent) << t.id;
    }
    if (t.kind == out_of_scope) {
      EXPECT_EQ(out.act, act::decline) << t.id;
      EXPECT_EQ(out.topic, "") << t.id;
    }
  }
}

}  // namespace
}  // namespace thanthien::dialogs::test
