#include "tests/dialogs/kit.hpp"

#include "knowledge/papers.hpp"

#include <algorithm>

/// Exactly one's own papers, from the first question to the code that shows the list again.
namespace thanthien::dialogs::test {
namespace {

/// A birth with the questions that these tests are about, over the shipped knowledge.
constexpr const char* birth = R"(id: khai-sinh
title: Đăng ký khai sinh
name: Thủ tục đăng ký khai sinh
field: Hộ tịch
level: xa
who: Cha hoặc mẹ.
questions:
  - id: chung_sinh
    ask: Bé có giấy chứng sinh chưa ạ?
    choices:
      - {value: co_giay, title: Có giấy chứng sinh, also: [có giấy, bệnh viện đưa rồi]}
      - {value: khong_co, title: Không có giấy, also: [không có, sinh ở nhà]}
  - id: lam_chung
    ask: Có ai làm chứng không ạ?
    when: {chung_sinh: khong_co}
  - id: hoan_canh
    ask: Bé thuộc trường hợp nào ạ?
    choices:
      - {value: thuong, title: Sinh bình thường, also: [bình thường]}
      - {value: bo_roi, title: Bé bị bỏ rơi, also: [bị bỏ rơi, nhặt được]}
      - {value: mang_thai_ho, title: Nhờ mang thai hộ, also: [mang thai hộ]}
  - id: qua_han
    ask: Bé đã quá 60 ngày chưa ạ?
documents:
  - {name: Tờ khai, copies: 1 bản chính}
  - {name: Giấy chứng sinh, copies: 1 bản chính, when: {chung_sinh: co_giay}}
  - {name: Văn bản của người làm chứng, copies: 1 bản chính, when: {chung_sinh: khong_co, lam_chung: co}}
  - {name: Giấy cam đoan, copies: 1 bản chính, when: {chung_sinh: khong_co, lam_chung: khong}}
  - {name: Biên bản trẻ bị bỏ rơi, copies: 1 bản chính, when: {hoan_canh: bo_roi}}
  - {name: Văn bản mang thai hộ, copies: 1 bản chính, when: {hoan_canh: mang_thai_ho}}
cases:
  - when: {qua_han: khong}
    fee: {text: Miễn phí vì còn trong 60 ngày., amount_vnd: 0}
  - when: {qua_han: co}
    note: Quá hạn vẫn làm được.
fee: {text: Miễn phí nếu đúng hạn.}
time_limit: Trong ngày
where: Tại xã
online: {available: yes}
result: Giấy khai sinh
sources: [https://dichvucong.gov.vn]
as_of: 2026-06-10
confidence: high
)";

const knowledge::library& knowledge_of_birth() {
  static const auto known = [] {
    folder extra;
    std::filesystem::create_directories(extra.path() / "procedures/ho-tich");
    extra.write("procedures/ho-tich/khai-sinh.yaml", birth);
    std::vector<knowledge::problem> problems;
    auto loaded = knowledge::library::load({source_folder() / "knowledge/content", extra.path()}, problems);
    if (!loaded) throw std::runtime_error{knowledge::to_string(problems)};
    return loaded;
  }();
  return *known;
}

class parent : public resident {
 public:
  parent() : resident{shipped_book(), knowledge_of_birth()} {}
};

bool has(const outcome& o, std::string_view text) { return all_text(o).find(text) != std::string::npos; }

std::string code_in(const outcome& o) {
  const auto text = all_text(o);
  const auto at = text.find("GT-");
  return at == std::string::npos ? "" : text.substr(at, text.find_first_of(" .\n", at) - at);
}

/// Goes through the interview: every question is answered by the first of `answers` that it offers.
outcome through(resident& who, outcome out, const std::vector<std::string>& answers) {
  for (int turns = 0; turns < 8 && code_in(out).empty(); ++turns) {
    const auto offered = payloads(out);
    const auto fit = std::ranges::find_if(
        answers, [&](const auto& a) { return std::ranges::find(offered, "slot:" + a) != offered.end(); });
    if (fit == answers.end()) {
      ADD_FAILURE() << "nothing fits: " << all_text(out);
      break;
    }
    out = who.taps("slot:" + *fit);
  }
  return out;
}

const std::vector<std::string> born_at_home{"thuong", "khong_co", "no"};

TEST(Papers, OnlyTheListOfThisPersonIsShown) {
  parent who;
  auto out = who.says("làm khai sinh cần giấy tờ gì");
  ASSERT_EQ(std::ranges::count(titles(out), "Giấy tờ của tôi"), 1);
  out = through(who, who.says("trường hợp của tôi"), born_at_home);
  EXPECT_TRUE(has(out, "cam đoan")) << all_text(out);
  EXPECT_FALSE(has(out, "bỏ rơi")) << all_text(out);
  EXPECT_FALSE(has(out, "mang thai hộ")) << all_text(out);
  EXPECT_TRUE(has(out, "còn trong 60 ngày")) << all_text(out);
  EXPECT_EQ(out.topic, "khai-sinh");
  EXPECT_EQ(out.aspect, "documents");
  EXPECT_TRUE(who.state.stack.empty());
}

TEST(Papers, ACodeShowsTheSameListToAnybodyAnywhere) {
  parent who;
  const auto out = through(who, who.taps("papers:khai-sinh"), born_at_home);
  const auto code = code_in(out);
  ASSERT_FALSE(code.empty());
  parent other;
  other.on = channel::zalo;
  other.says("chào");
  const auto again = other.says("xem giúp em " + code);
  EXPECT_EQ(code_in(again), code);
  EXPECT_TRUE(has(again, "cam đoan")) << all_text(again);
}

TEST(Papers, AnAnswerCanBeChangedByNumberOrInWords) {
  parent who;
  auto out = through(who, who.taps("papers:khai-sinh"), born_at_home);
  out = who.says("đổi câu trả lời");
  EXPECT_TRUE(has(out, "Không có giấy")) << all_text(out);
  const auto offered = payloads(out);
  ASSERT_GE(offered.size(), 3U);
  EXPECT_TRUE(offered[0].starts_with("papers:GT-"));
  out = who.says("1");
  EXPECT_EQ(who.state.stack.size(), 1U) << "the question is asked again";
  out = through(who, out, {"co_giay", "thuong", "no"});
  EXPECT_FALSE(has(out, "cam đoan")) << all_text(out);
  EXPECT_TRUE(has(out, "Giấy chứng sinh")) << all_text(out);
  out = who.says("à nhầm, bé không có giấy chứng sinh");
  out = through(who, out, {"no"});
  EXPECT_TRUE(has(out, "cam đoan")) << all_text(out);
  out = who.says("à nhầm");
  EXPECT_TRUE(has(out, "muốn đổi câu nào")) << all_text(out);
}

TEST(Papers, BackAndCorrectionsWorkInsideTheQuestions) {
  parent who;
  who.taps("papers:khai-sinh");
  auto out = who.taps("slot:co_giay");
  out = who.says("quay lại");
  EXPECT_TRUE(has(out, "Bé có giấy chứng sinh chưa")) << all_text(out);
  who.taps("slot:co_giay");
  out = who.says("à nhầm, sinh ở nhà không có giấy");
  EXPECT_EQ(who.state.slots.at("papers.chung_sinh"), "khong_co") << all_text(out);
}

TEST(Papers, WhatIsNotKnownStaysOpenInTheList) {
  parent who;
  auto out = who.taps("papers:khai-sinh");
  for (int i = 0; i < 6 && code_in(out).empty(); ++i) out = who.says("tôi chưa rõ");
  EXPECT_TRUE(has(out, "Có thể cần thêm")) << all_text(out);
  EXPECT_TRUE(has(out, "Biên bản trẻ bị bỏ rơi")) << all_text(out);
}

TEST(Papers, AStoryTellsAnswersThatAreNotAskedAgain) {
  parent who;
  const auto out = who.says("bé bị bỏ rơi trước chùa, trường hợp của tôi làm khai sinh cần giấy tờ gì");
  EXPECT_EQ(out.topic, "khai-sinh");
  EXPECT_EQ(who.state.slots["papers.hoan_canh"], "bo_roi") << all_text(out);
  EXPECT_FALSE(has(out, "thuộc trường hợp nào")) << all_text(out);
}

TEST(Papers, NotHavingAPaperIsNotHavingIt) {
  parent who;
  who.taps("papers:khai-sinh");
  who.says("bé không có giấy chứng sinh");
  EXPECT_EQ(who.state.slots.at("papers.chung_sinh"), "khong_co");
}

TEST(Papers, ASideQuestionIsAnsweredAndTheQuestionComesBack) {
  parent who;
  who.taps("papers:khai-sinh");
  const auto out = who.says("đăng ký kết hôn lệ phí bao nhiêu?");
  EXPECT_EQ(out.topic, "ket-hon");
  EXPECT_TRUE(has(out, "Bé có giấy chứng sinh chưa")) << all_text(out);
}

TEST(Papers, AnOfficerReadsWhatWasAnswered) {
  parent who;
  who.taps("papers:khai-sinh");
  who.taps("slot:khong_co");
  auto out = who.says("gặp cán bộ");
  ASSERT_TRUE(out.handed_over.has_value());
  EXPECT_NE(out.handed_over->summary.find("Không có giấy"), std::string::npos) << out.handed_over->summary;
}

TEST(Papers, WhereNothingDependsOnThePersonNothingIsAsked) {
  const auto& procedures = shipped_knowledge().procedures();
  const auto plain = std::ranges::find_if(
      procedures, [](const auto& p) { return p.questions.empty() && !p.documents.empty(); });
  ASSERT_NE(plain, procedures.end());
  resident who;
  const auto out = who.taps("papers:" + plain->id);
  EXPECT_TRUE(who.state.stack.empty());
  EXPECT_TRUE(has(out, plain->documents.front().name)) << all_text(out);
}

TEST(Papers, AForgedOrOldCodeNeverShowsAnotherList) {
  parent who;
  for (const auto* text : {"GT-0000-000", "gt-7k3q-zzz", "papers:GT-1234-567", "change:nothing"}) {
    const auto out = who.says(text);
    EXPECT_TRUE(code_in(out).empty()) << text << ": " << all_text(out);
    EXPECT_FALSE(out.replies.empty());
  }
}

TEST(Papers, AnotherProcedureIsLedToWithoutTheWrongList) {
  resident who;
  who.taps("papers:ket-hon");
  const auto out = who.says("có");
  EXPECT_TRUE(has(out, "Kết hôn với người nước ngoài")) << all_text(out);
  EXPECT_FALSE(has(out, "GT-")) << all_text(out);
  EXPECT_FALSE(has(out, "Lệ phí")) << all_text(out);
  EXPECT_EQ(out.topic, "ket-hon-nuoc-ngoai");
  EXPECT_EQ(payloads(out).front(), "papers:ket-hon-nuoc-ngoai");
  const auto on = who.says("giấy tờ của tôi");
  EXPECT_EQ(on.topic, "ket-hon-nuoc-ngoai") << all_text(on);
  resident other;
  other.taps("papers:ket-hon");
  other.says("có");
  const auto back = other.says("đổi câu trả lời");
  EXPECT_TRUE(has(back, "muốn đổi câu nào")) << all_text(back);
}

TEST(Papers, AnAnswerToAnotherQuestionIsKeptAndTheOpenOneAskedAgain) {
  resident who;
  auto out = who.taps("papers:xac-nhan-tinh-trang-hon-nhan");
  out = who.says("đã ly hôn");
  EXPECT_EQ(who.state.slots["papers.tung_ket_hon"], "ly_hon") << all_text(out);
  EXPECT_TRUE(has(out, "để làm gì")) << all_text(out);
  resident tenant;
  tenant.taps("papers:dang-ky-tam-tru");
  out = tenant.says("vợ chồng");
  EXPECT_EQ(tenant.state.slots["papers.khai_cho"], "rieng") << all_text(out);
  out = tenant.says("sao cũng được");
  EXPECT_EQ(tenant.state.slots["papers.tinh_huong"], "?") << all_text(out);
  EXPECT_EQ(out.topic, "dang-ky-tam-tru");
}

TEST(Papers, WhatFitsNothingThreeTimesStaysOpenInsteadOfWaitingForAPerson) {
  resident who;
  who.taps("papers:khai-sinh");
  who.taps("slot:thuong");
  who.says("ai đi");
  auto out = who.says("người khác");
  EXPECT_EQ(who.state.slots["papers.nguoi_di"], "khac") << all_text(out);
  for (const auto* said : {"để coi", "coi đã", "ờ thì"}) out = who.says(said);
  EXPECT_FALSE(out.handed_over);
  EXPECT_TRUE(has(out, "để ngỏ")) << all_text(out);
  out = who.says("đổi câu trả lời");
  EXPECT_FALSE(out.handed_over);
}

TEST(Papers, OnesOwnDossierAsksForThePapers) {
  for (const auto* said :
       {"hồ sơ của tôi cần gì", "trường hợp của em thì nộp giấy gì", "trường hợp nhà tôi cần gì"}) {
    resident fresh;
    EXPECT_TRUE(has(fresh.says(said), "cho việc gì")) << said;
    resident who;
    who.says("đăng ký thường trú");
    const auto out = who.says(said);
    EXPECT_EQ(out.topic, "dang-ky-thuong-tru") << said << all_text(out);
    EXPECT_FALSE(who.state.stack.empty()) << said;
  }
  resident who;
  EXPECT_EQ(who.says("hồ sơ khai tử của tôi cần gì").topic, "khai-tu");
  resident other;
  EXPECT_EQ(other.says("hồ sơ của tôi tới đâu rồi").topic, "tra-cuu-ho-so");
}

TEST(Papers, OnlyButtonsThatAreThereAreNamed) {
  resident who;
  auto out = who.taps("papers:dang-ky-tam-tru");  // four choices: no room for another button
  out = who.says("có hợp đồng");
  EXPECT_FALSE(has(out, "Tôi chưa rõ")) << all_text(out);
  EXPECT_TRUE(has(out, "nhắn \"chưa rõ\"")) << all_text(out);
}

TEST(Papers, JoyIsToldOnce) {
  resident who;
  EXPECT_TRUE(has(who.says("làm khai sinh cho con"), "chúc mừng"));
  who.says("lệ phí bao nhiêu");
  EXPECT_FALSE(has(who.says("làm khai sinh cho con"), "chúc mừng"));
}

}  // namespace
}  // namespace thanthien::dialogs::test
