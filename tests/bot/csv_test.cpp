// The table format, read strictly: what a spreadsheet writes comes in, what is broken is told with its line.
#include "bot/records/csv.hpp"

#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

using table = std::vector<std::vector<std::string>>;

struct reading {
  table fields;
  std::vector<int> lines;
  std::string told;
};

reading read(std::string_view text, const csv_limits& limits = {}) {
  std::vector<knowledge::problem> problems;
  reading out;
  for (auto& row : read_csv(text, "hs.csv", problems, limits)) {
    out.fields.push_back(std::move(row.fields));
    out.lines.push_back(row.line);
  }
  out.told = knowledge::to_string(problems);
  return out;
}

TEST(csv, RowsAndFields) {
  EXPECT_EQ(read("a,b\nc,d\n").fields, (table{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read("a,b\r\nc,d").fields, (table{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read("a;b, c;d\n1;2,3;4").fields, (table{{"a", "b, c", "d"}, {"1", "2,3", "4"}}));
  EXPECT_EQ(read("a\tb\n1\t").fields, (table{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(read("a,b,\n").fields, (table{{"a", "b", ""}}));
  EXPECT_EQ(read(" a , b \n").fields, (table{{"a", "b"}}));
}

TEST(csv, TheMarkOfExcelIsNoText) {
  EXPECT_EQ(read("\xEF\xBB\xBFmã;tên\n1;2").fields, (table{{"mã", "tên"}, {"1", "2"}}));
}

TEST(csv, QuotedFieldsHoldSeparatorsQuotesAndLines) {
  const auto r = read("\"a,b\",\"c \"\"d\"\" \"\n\"hai\r\ndòng\",2\nba,3\n");
  EXPECT_EQ(r.fields, (table{{"a,b", "c \"d\" "}, {"hai\r\ndòng", "2"}, {"ba", "3"}}));
  EXPECT_EQ(r.lines, (std::vector{1, 2, 4})) << "an embedded line end counts as a line of the file";
}

TEST(csv, EmptyRowsAreLeftOutAndStillCounted) {
  const auto r = read("a,b\n\n,\n\r\nc,d\n");
  EXPECT_EQ(r.fields, (table{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(r.lines, (std::vector{1, 5}));
}

TEST(csv, NothingIsNothing) {
  EXPECT_TRUE(read("").fields.empty());
  EXPECT_EQ(read("").told, "");
}

TEST(csv, WhatIsBrokenIsToldWithItsLine) {
  EXPECT_EQ(read("a,b\n1,\"2\n3,4\n").told,
            "hs.csv:2:1: lỗi: dấu nháy kép mở ra mà không đóng lại\n"
            "    Thêm dấu nháy kép đóng, hoặc xuất lại tệp từ phần mềm bảng tính.\n");
  EXPECT_EQ(read("a,b\n\"1\"x,2\n").told,
            "hs.csv:2:1: lỗi: sau dấu nháy đóng còn có chữ\n"
            "    Trong ô có dấu nháy kép thì viết hai dấu liền nhau: \"\".\n");
  const auto latin = read("a\nb\nm\xE3\n");
  EXPECT_TRUE(latin.fields.empty());
  EXPECT_NE(latin.told.find("hs.csv:3:1: lỗi: chữ ở dòng này không phải mã UTF-8"), std::string::npos)
      << latin.told;
  for (const auto* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE1\xBA", "\x80"})
    EXPECT_NE(read(bad).told.find("UTF-8"), std::string::npos);
  EXPECT_NE(read(std::string_view("a\0b", 3)).told.find("UTF-8"), std::string::npos)
      << "UTF-16 has zeros everywhere";
}

TEST(csv, LimitsAreToldAndHold) {
  EXPECT_NE(read(std::string(100, 'a'), {.bytes = 50}).told.find("tệp lớn hơn"), std::string::npos);
  EXPECT_EQ(read("a\nb\nc\nd\n", {.rows = 2}).told,
            "hs.csv:3:1: lỗi: tệp có hơn 2 dòng\n    Chia thành nhiều tệp rồi nhập từng tệp.\n");
  EXPECT_NE(read("a,b,c\n", {.fields = 2}).told.find("hơn 2 ô"), std::string::npos);
  EXPECT_NE(read("aaaaaaaa\n", {.field_bytes = 4}).told.find("hơn 4 byte"), std::string::npos);
}

}  // namespace
}  // namespace thanthien::bot
