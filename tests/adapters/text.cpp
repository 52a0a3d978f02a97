#include "adapters/text.hpp"

#include <gtest/gtest.h>
#include <unicode/brkiter.h>
#include <unicode/unistr.h>
#include <string>

namespace thanthien::tests {
namespace {

using adapters::split_text;
using adapters::utf16_units;

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& p : parts) out += p;
  return out;
}

std::string repeated(std::string_view what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

TEST(Nfc, ComposesAndRepairs) {
  EXPECT_EQ(adapters::nfc("Ca\u0302\u0301p"), "C\u1EA5p");
  EXPECT_EQ(adapters::nfc("a\xFFz"), "a\uFFFDz");
  EXPECT_EQ(adapters::nfc(std::string("a\0z", 3)), "a\uFFFDz");
  EXPECT_EQ(adapters::nfc("plain"), "plain");
}

TEST(ReceivedText, ShowsWhatWouldHide) {
  EXPECT_EQ(adapters::received_text("Ca\u0302\u0301p\n\tlại"), "C\u1EA5p\n\tlại");
  EXPECT_EQ(adapters::received_text("a\u202Eb\u2066c\u0085d\x1B[31m"), "a\uFFFDb\uFFFDc\uFFFDd\uFFFD[31m");
  EXPECT_EQ(adapters::received_text("plain\x07"), "plain\uFFFD");
  EXPECT_EQ(adapters::received_text("👨‍👩‍👧"), "👨‍👩‍👧") << "joiners belong to emoji";
}

TEST(ReceivedText, HasALimit) {
  EXPECT_EQ(utf16_units(adapters::received_text(repeated("x", 10'001))), 10'000U);
  EXPECT_LE(utf16_units(adapters::received_text("a" + repeated("\u0301", 50'000))), 10'000U);
}

TEST(Utf16Units, CountsWhatThePlatformsMayCount) {
  EXPECT_EQ(utf16_units("Cấp"), 3U);
  EXPECT_EQ(utf16_units("Ca\u0302\u0301p"), 5U);
  EXPECT_EQ(utf16_units("👋"), 2U);
  EXPECT_EQ(utf16_units("👨‍👩‍👧"), 8U);
}

TEST(SplitText, LeavesShortTextsAlone) {
  EXPECT_EQ(split_text("", 10), std::vector<std::string>{""});
  EXPECT_EQ(split_text("vừa đủ nha", 10), std::vector<std::string>{"vừa đủ nha"});
}

TEST(SplitText, PrefersParagraphThenLineThenSentenceThenWord) {
  using parts = std::vector<std::string>;
  EXPECT_EQ(split_text("một hai\n\nba. bốn\nnăm sáu", 17), (parts{"một hai\n\n", "ba. bốn\nnăm sáu"}));
  EXPECT_EQ(split_text("một hai\nba. bốn năm sáu", 17), (parts{"một hai\n", "ba. bốn năm sáu"}));
  EXPECT_EQ(split_text("một hai ba. bốn năm sáu", 17), (parts{"một hai ba. ", "bốn năm sáu"}));
  EXPECT_EQ(split_text("một hai ba bốn năm sáu", 17), (parts{"một hai ba bốn ", "năm sáu"}));
  EXPECT_EQ(split_text("mộthaibabốnnămsáu", 8), (parts{"mộthaiba", "bốnnămsá", "u"}));
}

TEST(SplitText, TakesNoTinyPartForABetterSeam) {
  EXPECT_EQ(split_text("a\n\n" + repeated("b", 20), 12).front(), "a\n\nbbbbbbbbb");
}

TEST(SplitText, KeepsGraphemesWhole) {
  const std::string family = "👨‍👩‍👧", flag = "🇻🇳", nfd = "a\u0302\u0301";
  for (const auto& grapheme : {family, flag, nfd, std::string("👋🏽")}) {
    const auto size = utf16_units(grapheme);
    for (std::size_t limit = size; limit < 3 * size; ++limit) {
      const auto text = repeated(grapheme, 20);
      const auto parts = split_text(text, limit);
      EXPECT_EQ(joined(parts), text);
      for (const auto& p : parts) {
        EXPECT_LE(utf16_units(p), limit);
        EXPECT_EQ(p.size() % grapheme.size(), 0U) << "cut inside " << grapheme;
      }
    }
  }
}

TEST(SplitText, EndsEvenWhereOneGraphemeIsTooLong) {
  const auto text = "a" + repeated("\u0301", 10'000) + "👋";
  const auto parts = split_text(text, 1900);
  EXPECT_EQ(joined(parts), text);
  for (const auto& p : parts) EXPECT_LE(utf16_units(p), 1900U);
  EXPECT_EQ(joined(split_text(repeated("👋", 50), 3)), repeated("👋", 50));
}

TEST(SplitText, LosesNothingOfFiveThousandCharacters) {
  const std::string sentence = "Người dân nộp tờ khai, giấy chứng sinh và xuất trình căn cước. ";
  const auto text = repeated(sentence, 80) + "\n\n" + repeated("Hết\n", 30);
  ASSERT_GT(utf16_units(text), 5'000U);
  const auto parts = split_text(text, 1900);
  EXPECT_EQ(parts.size(), 3U);
  EXPECT_EQ(joined(parts), text);
  for (const auto& p : parts) {
    EXPECT_LE(utf16_units(p), 1900U);
    EXPECT_TRUE(p.ends_with(". ") || p.ends_with("\n")) << p.substr(p.size() - 20);
  }
}

TEST(MessageParts, AreTrimmedAndNeverEmpty) {
  using parts = std::vector<std::string>;
  EXPECT_EQ(adapters::message_parts("\n\nChào\n\n", 1900), parts{"Chào"});
  EXPECT_EQ(adapters::message_parts("Chào" + repeated("\n", 50) + "bác", 10), (parts{"Chào", "bác"}));
  EXPECT_EQ(adapters::message_parts("   ", 1900), parts{"   "}) << "blank, but somebody asked to send it";
  EXPECT_TRUE(adapters::message_parts("", 1900).empty());
}

TEST(MessageParts, LeaveRoomInTheLast) {
  const auto parts = adapters::message_parts(repeated("từng chữ ", 205), 1900, 400);
  for (const auto& p : parts) EXPECT_LE(utf16_units(p), 1900U);
  EXPECT_LE(utf16_units(parts.back()), 1500U);
}

TEST(ChoiceLines, NumberWhatCanBeAnswered) {
  EXPECT_EQ(adapters::choice_lines({{"Hộ tịch", "topic:ho-tich", ""},
                                    {"Cổng dịch vụ công", "", "https://dvc.example.vn"},
                                    {"Đất đai", "topic:dat-dai", ""}}),
            "[1] Hộ tịch\nCổng dịch vụ công: https://dvc.example.vn\n[2] Đất đai");
}

}  // namespace
}  // namespace thanthien::tests
