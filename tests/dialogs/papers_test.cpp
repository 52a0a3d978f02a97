#include "tests/dialogs/kit.hpp"

#include "knowledge/papers.hpp"

#include <algorithm>

/// Exactly one's own papers, from the first question to the code that shows the list again.
namespace thanthien::dialogs::test {
namespace {

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

const std::vector<std::string> born_at_home{"thuong", "khong_co", "roi", "no"};

TEST(Papers, OnlyTheListOfThisPersonIsShown) {
  resident who;
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
  resident who;
  const auto out = through(who, who.taps("papers:khai-sinh"), born_at_home);
  const auto code = code_in(out);
  ASSERT_FALSE(code.empty());
  resident other;
  other.on = channel::zalo;
  other.says("chào");
  const auto again = other.says("xem giúp em " + code);
  EXPECT_EQ(code_in(again), code);
  EXPECT_TRUE(has(again, "cam đoan")) << all_text(again);
}

TEST(Papers, AnAnswerCanBeChangedByNumberOrInWords) {
  resident who;
  auto out = through(who, who.taps("papers:khai-sinh"), born_at_home);
  out = who.says("đổi câu trả lời");
  EXPECT_TRUE(has(out, "Không có giấy")) << all_text(out);
  const auto offered = payloads(out);
  ASSERT_GE(offered.size(), 3U);
  EXPECT_TRUE(offered[0].starts_with("papers:GT-"));
  out = who.says("1");
  EXPECT_EQ(who.state.stack.size(), 1U) << "the question is asked again";
  out = through(who, out, {"co_giay", "thuong", "roi", "no"});
  EXPECT_FALSE(has(out, "cam đoan")) << all_text(out);
  EXPECT_TRUE(has(out, "Giấy chứng sinh")) << all_text(out);
  out = who.says("à nhầm, bé không có giấy chứng sinh");
  out = through(who, out, {"no"});
  EXPECT_TRUE(has(out, "cam đoan")) << all_text(out);
}

TEST(Papers, BackAndCorrectionsWorkInsideTheQuestions) {
  resident who;
  auto out = who.taps("papers:khai-sinh");
  const auto first = all_text(out);
  who.taps("slot:bo_roi");
  out = who.says("quay lại");
  EXPECT_TRUE(has(out, "Bé thuộc trường hợp nào")) << all_text(out);
  who.taps("slot:bo_roi");
  out = who.says("à nhầm, sinh bình thường");
  EXPECT_EQ(who.state.slots.at("papers.hoan_canh"), "thuong");
}

TEST(Papers, WhatIsNotKnownStaysOpenInTheList) {
  resident who;
  auto out = who.taps("papers:khai-sinh");
  for (int i = 0; i < 6 && code_in(out).empty(); ++i) out = who.says("tôi chưa rõ");
  EXPECT_TRUE(has(out, "Có thể cần thêm")) << all_text(out);
  EXPECT_TRUE(has(out, "Biên bản trẻ bị bỏ rơi")) << all_text(out);
}

TEST(Papers, AStoryTellsAnswersThatAreNotAskedAgain) {
  resident who;
  const auto out = who.says("bé bị bỏ rơi trước chùa, trường hợp của tôi làm khai sinh cần giấy tờ gì");
  EXPECT_EQ(out.topic, "khai-sinh");
  EXPECT_EQ(who.state.slots["papers.hoan_canh"], "bo_roi") << all_text(out);
  EXPECT_FALSE(has(out, "trường hợp nào sau đây")) << all_text(out);
}

TEST(Papers, NotHavingAPaperIsNotHavingIt) {
  resident who;
  who.taps("papers:khai-sinh");
  who.taps("slot:thuong");
  who.says("bé không có giấy chứng sinh");
  EXPECT_EQ(who.state.slots.at("papers.chung_sinh"), "khong_co");
}

TEST(Papers, ASideQuestionIsAnsweredAndTheQuestionComesBack) {
  resident who;
  who.taps("papers:khai-sinh");
  const auto out = who.says("đăng ký kết hôn lệ phí bao nhiêu?");
  EXPECT_EQ(out.topic, "ket-hon");
  EXPECT_TRUE(has(out, "Bé thuộc trường hợp nào")) << all_text(out);
}

TEST(Papers, AnOfficerReadsWhatWasAnswered) {
  resident who;
  who.taps("papers:khai-sinh");
  who.taps("slot:thuong");
  auto out = who.says("gặp cán bộ");
  ASSERT_TRUE(out.handed_over.has_value());
  EXPECT_NE(out.handed_over->summary.find("Sinh bình thường"), std::string::npos) << out.handed_over->summary;
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
  resident who;
  for (const auto* text : {"GT-0000-000", "gt-7k3q-zzz", "papers:GT-1234-567", "change:nothing"}) {
    const auto out = who.says(text);
    EXPECT_TRUE(code_in(out).empty()) << text << ": " << all_text(out);
    EXPECT_FALSE(out.replies.empty());
  }
}

}  // namespace
}  // namespace thanthien::dialogs::test
