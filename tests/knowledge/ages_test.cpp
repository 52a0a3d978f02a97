#include "knowledge/ages.hpp"

#include <gtest/gtest.h>

namespace thanthien::knowledge {
namespace {

std::string read_with_ages(std::string_view text) {
  const text_reader reader;
  auto m = reader.read(text);
  know_ages(m);
  std::string out;
  for (const auto& t : m.tokens) out += (out.empty() ? "" : " ") + t.word;
  return out;
}

TEST(Ages, BecomeGroupsBetweenWhichOtherRulesHold) {
  EXPECT_EQ(read_with_ages("bé 3 tuổi"), "bé @dưới-sáu tuổi");
  EXPECT_EQ(read_with_ages("cháu 8 tuổi"), read_with_ages("cháu 13 tuổi"));
  EXPECT_NE(read_with_ages("cháu 13 tuổi"), read_with_ages("cháu 14 tuổi"));
  EXPECT_EQ(read_with_ages("má 82 tuổi"), read_with_ages("má 75 tuổi"));
  EXPECT_NE(read_with_ages("má 74 tuổi"), read_with_ages("má 75 tuổi"));
}

TEST(Ages, AreHeardHoweverTheyAreWritten) {
  EXPECT_EQ(read_with_ages("đứa lớn 15t"), "đứa lớn @thiếu-niên");
  EXPECT_EQ(read_with_ages("thằng anh nó 15"), "thằng anh nó @thiếu-niên");
  EXPECT_EQ(read_with_ages("ông mới 73 thì sao"), "ông mới @người-già thì sao");
}

TEST(Ages, BelowAnAgeIsYounger) {
  EXPECT_EQ(read_with_ages("dưới 14 tuổi"), "dưới @trẻ-em tuổi");
  EXPECT_EQ(read_with_ages("chưa đủ 18 tuổi"), "chưa đủ @thiếu-niên tuổi");
  EXPECT_EQ(read_with_ages("đủ 18 tuổi"), "đủ @thanh-niên tuổi");
}

TEST(Ages, OtherNumbersStayNumbers) {
  EXPECT_EQ(read_with_ages("nhà 5 người"), "nhà 5 người");
  EXPECT_EQ(read_with_ages("mẫu ct01 2 bản"), "mẫu ct01 2 bản");
  EXPECT_EQ(read_with_ages("sổ 300 tuổi"), "sổ 300 tuổi");
  EXPECT_EQ(read_with_ages("đất 120 mét mới 3 năm"), "đất 120 mét mới 3 năm");
}

}  // namespace
}  // namespace thanthien::knowledge
