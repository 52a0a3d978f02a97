#include "dialogs/number_words.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace thanthien::dialogs {
namespace {

TEST(NumberWords, CountsAreReadWhole) {
  const std::pair<const char*, std::int64_t> said[]{
      {"hai mươi lăm", 25},
      {"hai muoi lam", 25},
      {"hai chục", 20},
      {"mười hai người", 12},
      {"muoi hai", 12},
      {"mười lăm", 15},
      {"hai mươi mốt", 21},
      {"hai mươi tư", 24},
      {"ba nhăm", 35},
      {"hai lăm", 25},
      {"chục rưỡi", 15},
      {"trăm rưỡi", 150},
      {"tram ruoi", 150},
      {"một trăm lẻ năm", 105},
      {"một trăm linh năm", 105},
      {"trăm hai", 120},
      {"trăm hai mươi ba", 123},
      {"chín trăm chín mươi chín", 999},
      {"một ngàn", 1000},
      {"hai nghìn không trăm hai mươi sáu", 2026},
      {"hai nghìn mười chín", 2019},
      {"hai ngàn ba", 2300},
      {"hai ngàn rưỡi", 2500},
      {"một triệu hai trăm ngàn", 1'200'000},
      {"nhà em 4 người", 4},
      {"3ng", 3},
      {"2 chục", 20},
      {"2 trăm rưỡi", 250},
      {"1.200", 1200},
      {"ba người", 3},
      {"dạ, có hai người thôi ạ", 2},
      {"bé năm nay 3 tuổi", 3},
      {"không, ba người", 3},
      {"ba người được không", 3},
      {"không có ai", 0},
      {"0", 0},
      {"chị Hai em đi với 5 người nữa", 5},
      {"ba má với 2 người nữa", 2},
      {"bé nam 3 tuổi", 3},
  };
  for (const auto& [text, number] : said) EXPECT_EQ(read_number(text), number) << text;
}

TEST(NumberWords, WhatCannotBeReadWholeIsNoNumber) {
  for (const auto* text :
       {"3 người lớn 2 trẻ em", "ba người lớn, hai trẻ em", "âm 3", "-3", "vài ba người", "mấy chục người",
        "năm sáu người", "3-4 người", "2,5", "hai rưỡi", "mười chục trăm", "nhiều lắm", "3 hoặc 4",
        "một vài người", "bà với tạm", "5tr", "anh hai em đi", "hai mươi ba mươi", ""})
    EXPECT_EQ(read_number(text), std::nullopt) << text;
}

TEST(NumberWords, AmountsAreReadWithTheirUnit) {
  const std::pair<const char*, std::int64_t> said[]{
      {"hai triệu rưỡi", 2'500'000},
      {"hai trieu ruoi", 2'500'000},
      {"triệu rưỡi", 1'500'000},
      {"một trăm ngàn", 100'000},
      {"mot tram ngan", 100'000},
      {"trăm rưỡi ngàn", 150'000},
      {"50k", 50'000},
      {"50 k", 50'000},
      {"2tr5", 2'500'000},
      {"2tr5 ạ", 2'500'000},
      {"1tr25", 1'250'000},
      {"1tr250", 1'250'000},
      {"1 triệu 2", 1'200'000},
      {"một triệu hai", 1'200'000},
      {"ba triệu hai trăm", 3'200'000},
      {"ba triệu hai trăm ngàn", 3'200'000},
      {"một triệu hai trăm năm mươi ngàn đồng", 1'250'000},
      {"1,5 triệu", 1'500'000},
      {"1.5 triệu", 1'500'000},
      {"200.000đ", 200'000},
      {"200.000 đồng", 200'000},
      {"2 000 000", 2'000'000},
      {"6000000", 6'000'000},
      {"6 củ", 6'000'000},
      {"3 tỷ", 3'000'000'000},
      {"hai tỷ rưỡi", 2'500'000'000},
      {"khoảng 5 triệu một tháng", 5'000'000},
      {"mỗi tháng 5 triệu", 5'000'000},
      {"5 triệu/tháng", 5'000'000},
      {"500 đồng", 500},
      {"0 đồng", 0},
  };
  for (const auto& [text, dong] : said) EXPECT_EQ(read_amount(text, {"a"}), (amount{dong, false})) << text;
}

TEST(NumberWords, ASmallBareNumberMayBeThousandsOrMillions) {
  EXPECT_EQ(read_amount("12", {}), (amount{12, true}));
  EXPECT_EQ(read_amount("1", {}), (amount{1, true}));
  EXPECT_EQ(read_amount("mười hai", {}), (amount{12, true}));
  EXPECT_EQ(read_amount("hai trăm rưỡi", {}), (amount{250, true}));
  EXPECT_EQ(read_amount("12 đồng", {}), (amount{12, true}));
}

TEST(NumberWords, WhatIsNoAmountIsAskedAgain) {
  for (const auto* text : {"đắt quá", "từ 2 đến 3 triệu", "âm 3 triệu", "vài triệu", "1 triệu 50",
                           "5 triệu 2 con", "1,5", "không", "hai rưỡi", "triệu"})
    EXPECT_EQ(read_amount(text, {}), std::nullopt) << text;
}

TEST(NumberWords, AmountsAreWrittenInGroups) {
  EXPECT_EQ(grouped(6'000'000), "6.000.000");
  EXPECT_EQ(grouped(500), "500");
  EXPECT_EQ(grouped(50'000), "50.000");
  EXPECT_EQ(grouped(0), "0");
}

TEST(NumberWords, WordsOfADateBecomeDigits) {
  EXPECT_EQ(in_digits("mười lăm tháng tám năm 2019"), "15 tháng 8 năm 2019");
  EXPECT_EQ(in_digits("ngày năm tháng năm năm 2019"), "ngày 5 tháng 5 năm 2019");
  EXPECT_EQ(in_digits("hai mươi tháng chín năm hai nghìn không trăm mười chín"), "20 tháng 9 năm 2019");
  EXPECT_EQ(in_digits("muoi lam thang tam nam 2019"), "15 thang 8 nam 2019");
  EXPECT_EQ(in_digits("Thứ hai tuần sau"), "thứ 2 tuần sau");
  EXPECT_EQ(in_digits("5/3/2026"), "5/3/2026");
}

}  // namespace
}  // namespace thanthien::dialogs
