#include "dialogs/records.hpp"

#include "tests/dialogs/kit.hpp"

#include <algorithm>

/// What a code is, and what residents hear when they write one.
namespace thanthien::dialogs::test {
namespace {

using std::chrono::hours;

const std::string key =
    "H191234"
    "2411230012";

bool sure(const std::string& text, const std::string& wanted) {
  const auto all = codes_in(text);
  return !all.empty() && all.front().dossier && all.front().key == wanted;
}

bool reads(const std::string& text, const std::string& wanted) {
  return std::ranges::any_of(codes_in(text), [&](const auto& c) { return c.key == wanted; });
}

TEST(Codes, AreReadHoweverTheyAreTyped) {
  for (const auto* text :
       {"H19.12.34-241123-0012", "h19.12.34-241123-0012", "hồ sơ H19.12.34-241123-0012 tới đâu rồi ạ",
        "mã: H19.12.34–241123–0012.", "(h191234-241123-0012)", "H19 12 34 241123 0012", "h191234 241123 0012",
        "mã h19.12.34-241123-0012, em cảm ơn"})
    EXPECT_TRUE(sure(text, key)) << text;
  EXPECT_TRUE(sure("000.12.34.H19-241123-0012", "0001234H192411230012"));
  EXPECT_TRUE(sure("giấy hẹn ghi TP-241123-0012", "TP2411230012") || reads("TP-241123-0012", "TP2411230012"));
  EXPECT_TRUE(reads("biên nhận 0012/2026/TB", "00122026TB"));
}

TEST(Codes, AWholeCodeDoesNotRunOnIntoTheNumberBehindIt) {
  EXPECT_TRUE(sure("H19.12.34-241123-0012 2 tuần rồi chưa xong", key));
  const auto all = codes_in("H19.12.34-241123-0012 2 tuần rồi chưa xong");
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& c) { return c.dossier; }), 1);
}

TEST(Codes, OfRequestsAreToldFromWords) {
  for (const auto* text : {"DN-ABC234", "mã dn-abc234 sao rồi", "DN ABC234", "dnabc234", "dn-khwqtr"}) {
    const auto all = codes_in(text);
    ASSERT_FALSE(all.empty()) << text;
    EXPECT_TRUE(all.front().request) << text;
    EXPECT_FALSE(all.front().dossier) << text;
  }
  EXPECT_TRUE(codes_in("dn khongco giay to").empty()) << "dn is also doanh nghiệp";
}

TEST(Codes, OrdinaryNumbersAreNone) {
  for (const auto* text : {"ngày 24/11/2026 tôi nộp rồi", "0912 345 678", "079123456789", "2 triệu rưỡi",
                           "biển số 60A-123.45", "con tôi sinh 2016", "lệ phí 200000 hả", ""})
    EXPECT_FALSE(std::ranges::any_of(codes_in(text), [](const auto& c) { return c.dossier || c.request; }))
        << text;
  EXPECT_LE(
      codes_in(std::string(3000, '7') + " 1234 5678 1234 5678 9999 1111 2222 3333 4444 5555 6666").size(),
      24U);
}

/// The office's table, and a clock that stands on Monday 23 November 2026.
class Dossiers : public testing::Test {
 protected:
  Dossiers() {
    who.unit = "tran-bien";
    who.records.dossiers_as_of = who.now - hours{2};
  }

  static dossier row(dossier_state state, std::string due = "2026-11-27", std::string note = {}) {
    return {"H19.12.34-241123-0012",
            "Đăng ký kết hôn",
            "Phường Trấn Biên",
            state,
            "2026-11-20",
            std::move(due),
            "",
            std::move(note)};
  }

  outcome asked_about(dossier d, const std::string& text = "h19.12.34-241123-0012") {
    who.records.dossiers = {std::move(d)};
    auto out = who.says(text);
    who.records.dossiers.clear();
    return out;
  }

  static bool has(const outcome& o, const std::string& part) {
    return all_text(o).find(part) != std::string::npos;
  }

  resident who;
};

TEST_F(Dossiers, UnderWayTellsDayOfReturnAndThatNothingIsToDo) {
  const auto out = asked_about(row(dossier_state::processing));
  EXPECT_EQ(out.act, act::answer);
  EXPECT_EQ(out.topic, "tra-cuu-ho-so");
  for (const auto* part : {"H19.12.34-241123-0012", "đang được giải quyết", "Đăng ký kết hôn", "20/11/2026",
                           "27/11/2026", "chưa phải làm gì thêm", "23/11/2026"})
    EXPECT_TRUE(has(out, part)) << part << "\n" << all_text(out);
  EXPECT_FALSE(has(out, "xin lỗi"));
  EXPECT_FALSE(out.handed_over);
}

TEST_F(Dossiers, TheDayOfReturnIsNotLateBeforeItIsOver) {
  EXPECT_FALSE(has(asked_about(row(dossier_state::processing, "2026-11-23")), "quá ngày hẹn"));
  EXPECT_TRUE(has(asked_about(row(dossier_state::processing, "2026-11-22")), "quá ngày hẹn"));
}

TEST_F(Dossiers, LateIsAnApologyAndAPersonWhoGetsTheCode) {
  const auto out = asked_about(row(dossier_state::received, "2026-11-16"));
  EXPECT_TRUE(has(out, "xin lỗi") && has(out, "16/11/2026")) << all_text(out);
  EXPECT_TRUE(std::ranges::count(titles(out), "Nhờ cán bộ xem"));
  const auto next = who.says("dạ có");
  ASSERT_TRUE(next.handed_over) << all_text(next);
  EXPECT_EQ(next.handed_over->reason, "dossier");
  EXPECT_NE(next.handed_over->summary.find("H19.12.34-241123-0012"), std::string::npos)
      << next.handed_over->summary;
  EXPECT_NE(next.handed_over->summary.find("trễ"), std::string::npos);
}

TEST_F(Dossiers, APersonAskedForInsteadOfTheAnswerGetsTheCodeToo) {
  asked_about(row(dossier_state::received, "2026-11-16"));
  const auto next = who.taps("cmd:person");
  ASSERT_TRUE(next.handed_over) << all_text(next);
  EXPECT_NE(next.handed_over->summary.find("H19.12.34-241123-0012"), std::string::npos)
      << next.handed_over->summary;
}

TEST_F(Dossiers, MissingPapersAreNamed) {
  const auto out =
      asked_about(row(dossier_state::missing_papers, "2026-11-16", "bản chính giấy xác nhận độc thân"));
  EXPECT_TRUE(has(out, "bản chính giấy xác nhận độc thân") && has(out, "Phường Trấn Biên")) << all_text(out);
  EXPECT_FALSE(has(out, "quá ngày hẹn")) << "the office waits for the resident";
  const auto unclear = asked_about(row(dossier_state::missing_papers));
  EXPECT_TRUE(has(unclear, "chưa ghi thiếu giấy gì")) << all_text(unclear);
  EXPECT_TRUE(who.says("có").handed_over);
}

TEST_F(Dossiers, EveryStateHasItsOwnSentence) {
  EXPECT_TRUE(has(asked_about(row(dossier_state::received)), "đã được tiếp nhận"));
  EXPECT_TRUE(has(asked_about(row(dossier_state::ready)), "đã có kết quả"));
  EXPECT_TRUE(has(asked_about(row(dossier_state::returned)), "đã trả kết quả"));
  EXPECT_TRUE(
      has(asked_about(row(dossier_state::refused, "", "đất đang tranh chấp")), "đất đang tranh chấp"));
}

TEST_F(Dossiers, AnUnknownCodeIsSaidHonestlyWithWaysOut) {
  const auto out = who.says("h19.12.34-241123-9999 tới đâu rồi");
  EXPECT_TRUE(has(out, "không thấy mã H19.12.34-241123-9999")) << all_text(out);
  EXPECT_TRUE(has(out, "dichvucong.gov.vn") && has(out, "giấy hẹn"));
  EXPECT_TRUE(std::ranges::count(titles(out), "Gặp cán bộ"));
  EXPECT_FALSE(has(out, "số căn cước")) << "a code is no identity number";
  // Typed once more, rightly.
  EXPECT_TRUE(has(asked_about(row(dossier_state::processing)), "đang được giải quyết"));
}

TEST_F(Dossiers, WithoutATableNobodyPretendsToHaveLooked) {
  who.records.dossiers_as_of.reset();
  const auto out = who.says("H19.12.34-241123-0012");
  EXPECT_TRUE(has(out, "chưa có danh sách hồ sơ")) << all_text(out);
  const auto next = who.says("có");
  ASSERT_TRUE(next.handed_over) << all_text(next);
  EXPECT_NE(next.handed_over->summary.find("H19.12.34-241123-0012"), std::string::npos)
      << next.handed_over->summary;
}

TEST_F(Dossiers, AskedForItIsReadAlsoInALooserForm) {
  const auto asked = who.says("hồ sơ tôi nộp tuần trước tới đâu rồi");
  EXPECT_TRUE(has(asked, "mã hồ sơ")) << all_text(asked);
  auto d = row(dossier_state::ready);
  d.code = "1234/26";
  EXPECT_TRUE(has(asked_about(d, "1234 26"), "đã có kết quả"));
}

TEST_F(Dossiers, AFewDigitsInASentenceAreNoCode) {
  auto d = row(dossier_state::ready);
  d.code = "200000";
  EXPECT_FALSE(has(asked_about(d, "lệ phí khai sinh 200000 hả em"), "đã có kết quả"));
}

TEST_F(Dossiers, GuessingEndsWithAPerson) {
  for (int i = 1; i <= 5; ++i) {
    const auto out = who.says("H19.12.34-241123-900" + std::to_string(i));
    EXPECT_TRUE(has(out, "không thấy mã")) << i << all_text(out);
  }
  const auto stopped = who.says("H19.12.34-241123-9006");
  EXPECT_FALSE(has(stopped, "không thấy mã H19")) << all_text(stopped);
  EXPECT_TRUE(std::ranges::count(titles(stopped), "Gặp cán bộ"));
  EXPECT_FALSE(has(asked_about(row(dossier_state::processing)), "Đăng ký kết hôn"))
      << "a lucky guess learns nothing";
  who.now += hours{25};
  EXPECT_TRUE(has(asked_about(row(dossier_state::processing)), "Đăng ký kết hôn"));
}

TEST_F(Dossiers, ManyCodesInOneMessageAreManyGuesses) {
  const auto out = asked_about(
      row(dossier_state::processing),
      "H19.12.34-241123-9001, H19.12.34-241123-9002, H19.12.34-241123-9003, "
      "H19.12.34-241123-9004, H19.12.34-241123-9005, H19.12.34-241123-9006, H19.12.34-241123-0012");
  EXPECT_FALSE(has(out, "Đăng ký kết hôn")) << all_text(out);
}

TEST_F(Dossiers, TwoOfAFamilyAreToldOneAfterTheOther) {
  auto second = row(dossier_state::ready);
  second.code = "H19.12.34-241123-0013";
  second.procedure = "Đăng ký khai sinh";
  who.records.dossiers = {row(dossier_state::processing), second};
  const auto out = who.says("coi giùm H19.12.34-241123-0012 với H19.12.34-241123-0013");
  EXPECT_TRUE(has(out, "Đăng ký kết hôn") && has(out, "Đăng ký khai sinh")) << all_text(out);
}

TEST_F(Dossiers, InTheMiddleOfAFormTheFormGoesOn) {
  who.says("tôi muốn gửi phản ánh");
  const auto out = asked_about(row(dossier_state::processing), "hồ sơ H19.12.34-241123-0012 sao rồi em?");
  EXPECT_TRUE(has(out, "đang được giải quyết") && has(out, "chuyện gì đang xảy ra")) << all_text(out);
  const auto told = asked_about(
      row(dossier_state::processing),
      "chỗ đào đường theo hồ sơ H19.12.34-241123-0012 bỏ dở, đất đá đầy lối đi, mưa xuống trơn, xe té hoài");
  EXPECT_TRUE(has(told, "ở đâu")) << "a story for the form is not a question about the code: "
                                  << all_text(told);
}

TEST_F(Dossiers, AWishForAPersonBesideTheCodeIsHeard) {
  const auto out =
      asked_about(row(dossier_state::processing), "cho tôi gặp cán bộ về hồ sơ H19.12.34-241123-0012");
  EXPECT_TRUE(has(out, "đang được giải quyết")) << all_text(out);
  EXPECT_TRUE(out.handed_over || has(out, "cán bộ giúp việc gì")) << all_text(out);
}

TEST_F(Dossiers, DangerGoesBeforeEveryCode) {
  const auto out = asked_about(row(dossier_state::processing), "cháy nhà rồi cứu với H19.12.34-241123-0012");
  EXPECT_EQ(out.act, act::emergency);
}

/// The codes of requests to officers.
class Requests : public Dossiers {
 protected:
  outcome asked(request_state state, hours due_in) {
    who.records.requests = {{"DN-ABC234", state, who.now + due_in}};
    return who.says("mã dn-abc234 của tôi tới đâu rồi");
  }
};

TEST_F(Requests, TellStateAndHourAndNothingElse) {
  const auto waiting = asked(request_state::waiting, hours{2});
  EXPECT_TRUE(has(waiting, "DN-ABC234") && has(waiting, "chờ cán bộ") && has(waiting, "11:0"))
      << all_text(waiting);
  EXPECT_TRUE(has(asked(request_state::held, hours{2}), "đã có cán bộ nhận"));
  EXPECT_TRUE(has(asked(request_state::closed, -hours{2}), "đã được trả lời"));
}

TEST_F(Requests, LateOnesAreApologisedForAndOfferAPerson) {
  const auto late = asked(request_state::waiting, -hours{2});
  EXPECT_TRUE(has(late, "xin lỗi")) << all_text(late);
  const auto next = who.says("có");
  ASSERT_TRUE(next.handed_over);
  EXPECT_EQ(next.handed_over->reason, "complaint");
}

TEST_F(Requests, UnknownOnesSaySo) {
  const auto out = who.says("DN-ZZZ999");
  EXPECT_TRUE(has(out, "không thấy mã DN-ZZZ999")) << all_text(out);
}

TEST_F(Requests, OnesOwnNeedsNoCode) {
  who.says("lam giay khai sinh can gi");
  const auto made = who.says("cho gặp cán bộ");
  ASSERT_TRUE(made.handed_over) << all_text(made);
  who.records.requests = {{who.state.case_code, request_state::waiting, who.now + hours{3}}};
  const auto out = who.says("hồ sơ tôi nộp tuần trước tới đâu rồi");
  EXPECT_TRUE(has(out, who.state.case_code) && has(out, "12:0")) << all_text(out);
}

}  // namespace
}  // namespace thanthien::dialogs::test
