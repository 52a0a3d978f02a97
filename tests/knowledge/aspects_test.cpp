#include "knowledge/aspects.hpp"

#include "knowledge/library.hpp"
#include "knowledge/team.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

using namespace thanthien::knowledge;

namespace {

std::string told(const std::vector<aspect>& found) {
  std::string out;
  for (auto a : found) out += (out.empty() ? "" : " ") + std::string(to_string(a));
  return out;
}

// What a commune could write: few expressions, some whole questions.
language words() {
  language l;
  l.aspects = {{aspect::fee, "bao nhiêu tiền"}, {aspect::where, "ở đâu"}, {aspect::who, "được không"}};
  l.no_aspects = {"ở đâu cũng"};
  l.asked = {{aspect::where, "khai tử thì lên phường hay công an"},
             {aspect::where, "nộp đơn thì lên phường hay ra tòa"},
             {aspect::where, "kết hôn thì lên phường hay về quê"},
             {aspect::result, "tờ giấy đó dùng được mấy tháng"},
             {aspect::result, "phiếu này dùng được mấy năm"},
             {aspect::result, "bản trên mạng dùng được mấy tháng"},
             {aspect::overview, "tôi muốn đổi bằng lái"},
             {aspect::overview, "tôi muốn tách khẩu"},
             {aspect::overview, "tôi muốn sang tên xe bao nhiêu tiền cũng được"},
             {aspect::overview, "tôi muốn bán nhà bao nhiêu tiền cũng được"},
             {aspect::fee, "khai sinh hết bao nhiêu tiền"},
             {aspect::fee, "xin trích lục hết bao nhiêu tiền"},
             {aspect::fee, "bấm biển số bao nhiêu tiền"},
             {aspect::fee, "rồi bao nhiêu tiền"},
             {aspect::where, "đổi bằng lái ở đâu"},
             {aspect::where, "xin trích lục ở đâu"},
             {aspect::where, "vậy làm ở đâu"},
             {aspect::who, "con tôi ký thay được không"},
             {aspect::who, "vợ tôi đi giùm được không"},
             {aspect::who, "cháu nộp hộ ông được không"}};
  return l;
}

team& alone() {
  static team one(1);
  return one;
}

const aspect_finder& small() {
  static const text_reader reader;
  static const aspect_finder finder(
      words(), [](std::string_view text) { return reader.read(text); }, alone());
  return finder;
}

std::string asked(std::string_view text) {
  static const text_reader reader;
  return told(small().find(reader.read(text)));
}

struct asking {
  const char* text;
  const char* what;
};
std::ostream& operator<<(std::ostream& out, const asking& a) { return out << a.text; }

class Asks : public testing::TestWithParam<asking> {};

}  // namespace

TEST(Aspects, WhoMayIsAskedOnlyWhereNothingElseIs) {
  EXPECT_EQ(asked("cháu đi được không"), "who");
  EXPECT_EQ(asked("ở đâu được không"), "where");
}

TEST(Aspects, WholeQuestionsTeachWhatNoExpressionSays) {
  EXPECT_EQ(asked("khai sinh thì lên phường hay về quê"), "where");
  EXPECT_EQ(asked("cái thẻ đó dùng được mấy năm"), "result");
  EXPECT_EQ(asked("khai sinh thi len phuong hay ve que"), "where") << "without marks";
}

TEST(Aspects, WholeQuestionsOverruleAnExpressionOutOfPlace) {
  EXPECT_EQ(asked("làm hộ chiếu hết bao nhiêu tiền"), "fee");
  EXPECT_EQ(asked("tôi muốn làm hộ chiếu bao nhiêu tiền cũng được"), "");
}

TEST(Aspects, AStoryAsksAtItsEnd) {
  const std::string story =
      "Nhà tôi ở đâu thì cả xóm ai cũng biết, hồi đó làm cái nhà tốn bao nhiêu tiền tôi cũng ghi sổ. "
      "Vậy mà giấy tờ mối ăn hết. ";
  EXPECT_EQ(asked(story + "Xin lại ở đâu vậy?"), "where");
  EXPECT_EQ(asked(story + "Xin lại ở đâu vậy? Cảm ơn."), "where") << "thanks ask for nothing";
  EXPECT_EQ(asked(story + "Xin lại ở đâu, bao nhiêu tiền?"), "") << "several things: told the whole";
}

TEST(Aspects, SayWhy) {
  static const text_reader reader;
  auto why = small().explain(reader.read("xin trích lục hết bao nhiêu tiền, ở đâu cũng xin được hả"));
  EXPECT_NE(why.find("[bao nhiêu tiền: fee]"), std::string::npos) << why;
  EXPECT_NE(why.find("[ở đâu cũng: none]"), std::string::npos) << why;
  EXPECT_NE(why.find("khả năng: fee"), std::string::npos) << why;
}

TEST(Aspects, AfterAnAnswerTheFragmentsSpeakToo) {
  auto both = words();
  for (const auto* told :
       {"bằng lái thì hết hạn rồi", "bằng lái thì gãy rồi", "khẩu thì tách rồi", "tiền thì nhà có rồi"})
    both.fragments.emplace_back(aspect::overview, told);
  const text_reader reader;
  auto read = [&](std::string_view text) { return reader.read(text); };
  const aspect_finder without(words(), read, alone()), with(both, read, alone());
  const auto m = reader.read("bằng lái thì nhà tôi có rồi, đâu mà đổi");
  EXPECT_EQ(told(with.find(m, true)), "") << with.explain(m, true);
  EXPECT_EQ(told(with.find(m, false)), told(without.find(m, false))) << "what stands alone is read as before";
}

TEST(Aspects, WithoutWholeQuestionsTheExpressionsStandAlone) {
  auto bare = words();
  bare.asked.clear();
  const text_reader reader;
  const aspect_finder finder(bare, [&](std::string_view text) { return reader.read(text); }, alone());
  auto found = [&](std::string_view text) { return told(finder.find(reader.read(text))); };
  EXPECT_EQ(found("nộp ở đâu, bao nhiêu tiền"), "where fee") << "in the order of the message";
  EXPECT_EQ(found("bao nhiêu tiền, nộp ở đâu"), "fee where");
  EXPECT_EQ(found("ở đâu cũng như nhau"), "") << "only looks as if it asked";
  EXPECT_EQ(found("lên phường hay về quê"), "");
  EXPECT_EQ(found(""), "");
}

TEST_P(Asks, WhatTheShippedContentHears) {
  static const auto known = [] {
    std::vector<problem> problems;
    auto l = library::load({std::filesystem::path(THANTHIEN_SOURCE_DIR) / "knowledge/content"}, problems);
    if (!l) throw std::runtime_error(to_string(problems));
    return l;
  }();
  EXPECT_EQ(told(known->finder().find(GetParam().text).aspects), GetParam().what)
      << known->finder().explain(GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Aspects, Asks,
    testing::Values(asking{"đăng ký kết hôn cần giấy tờ gì, bao nhiêu tiền, mấy ngày có",
                           "documents fee time"},
                    asking{"xin giấy độc thân ở đâu và cần giấy tờ gì", "where documents"},
                    asking{"sang tên xe máy hết bao nhiêu tiền và bao lâu xong", "fee time"},
                    asking{"lam lai bang lai o dau het bao nhieu tien", "where fee"},
                    asking{"tôi muốn tách hộ", ""},  //
                    asking{"giấy độc thân xài được mấy tháng", "result"},
                    asking{"mẹ em đi làm khai sinh thay được không", "who"},
                    asking{"khai tử trước hay xóa khẩu trước", "steps"}));
