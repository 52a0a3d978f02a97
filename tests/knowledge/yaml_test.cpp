#include "knowledge/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace thanthien::knowledge;

namespace {

std::string told(std::string_view text, const yaml_limits& limits = {}) {
  std::vector<problem> problems;
  auto root = parse_yaml(text, "khai-sinh.yaml", problems, limits);
  EXPECT_EQ(root.has_value(), !has_errors(problems));
  return to_string(problems);
}

yaml_node read(std::string_view text) {
  std::vector<problem> problems;
  auto root = parse_yaml(text, "khai-sinh.yaml", problems);
  EXPECT_EQ(to_string(problems), "");
  return root.value_or(yaml_node{});
}

struct mistake {
  const char* typed;
  const char* told;
};

class Mistakes : public testing::TestWithParam<mistake> {};

}  // namespace

TEST(Yaml, ScalarsStayTextAndRememberWhereTheyStand) {
  auto root = read(
      "online: no\nmã: 0251\nlệ phí: '8.000 đồng'\ngiấy tờ:\n  - tờ khai # chú thích\n  - giấy chứng sinh\n");
  ASSERT_TRUE(root.is_map());
  EXPECT_EQ(root.find("online")->scalar, "no");
  EXPECT_EQ(root.find("mã")->scalar, "0251");
  EXPECT_FALSE(root.find("mã")->quoted);
  EXPECT_TRUE(root.find("lệ phí")->quoted);
  EXPECT_EQ(root.find("lệ phí")->line, 3);
  EXPECT_EQ(root.find("lệ phí")->column, 9);  // characters, not bytes
  ASSERT_TRUE(root.find("giấy tờ")->is_sequence());
  EXPECT_EQ(root.find("giấy tờ")->items[0].scalar, "tờ khai");
  EXPECT_EQ(root.find("giấy tờ")->items[1].line, 6);
  EXPECT_EQ(root.find("không có"), nullptr);
  EXPECT_EQ(root.entries[3].key, "giấy tờ");
  EXPECT_EQ(root.entries[3].line, 4);
}

TEST(Yaml, LongTextsFoldAndKeepTheirLines) {
  auto root = read("gấp: >-\n  Nộp tại trung tâm,\n  sau 15 giờ thì hẹn.\ngiữ: |\n  một\n  hai\n");
  EXPECT_EQ(root.find("gấp")->scalar, "Nộp tại trung tâm, sau 15 giờ thì hẹn.");
  EXPECT_EQ(root.find("giữ")->scalar, "một\nhai\n");
  EXPECT_TRUE(root.find("giữ")->quoted);
}

TEST(Yaml, TextBecomesNfcAndLineEndsOfWindowsAreTaken) {
  auto root = read("\xEF\xBB\xBFten: Tra\xCC\x82\xCC\x81n Bie\xCC\x82n\r\nma: 26041\r\n");
  EXPECT_EQ(root.find("ten")->scalar, "Trấn Biên");
  EXPECT_EQ(root.find("ma")->scalar, "26041");
  EXPECT_EQ(root.find("ma")->line, 2);
}

TEST(Yaml, AnEmptyFileIsNull) {
  EXPECT_TRUE(read("").is_null());
  EXPECT_TRUE(read("# chỉ có chú thích\n").is_null());
  EXPECT_TRUE(read("a:\n").find("a")->is_null());
}

TEST_P(Mistakes, AreToldWithPlaceAndRemedy) { EXPECT_EQ(told(GetParam().typed), GetParam().told); }

INSTANTIATE_TEST_SUITE_P(
    Yaml, Mistakes,
    testing::Values(
        mistake{
            "phí: &chung 0\ngiá: *chung\n",
            "khai-sinh.yaml:1:6: lỗi: không dùng dấu & để đặt tên cho một chỗ\n"
            "    Bỏ dấu & và tên sau nó; nếu & là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\".\n"
            "khai-sinh.yaml:2:6: lỗi: không dùng dấu * để nhắc lại chỗ khác\n"
            "    Chép hẳn nội dung vào đây; nếu * là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép "
            "\"...\".\n"},
        mistake{"a: *chưa-có\n",
                "khai-sinh.yaml:1:4: lỗi: không dùng dấu * để nhắc lại chỗ khác\n"
                "    Chép hẳn nội dung vào đây; nếu * là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép "
                "\"...\".\n"},
        mistake{"phí: 0\nhạn: x\nphí: 8.000\n",
                "khai-sinh.yaml:3:1: lỗi: mục \"phí\" bị ghi hai lần\n"
                "    Mục này đã có ở dòng 1; gộp hai chỗ làm một.\n"},
        mistake{"a: !!int 7\nb: !x y\nc: ! z\n",
                "khai-sinh.yaml:1:4: lỗi: không dùng dấu ! để ghi kiểu dữ liệu\n"
                "    Bỏ dấu ! và chữ liền sau nó; nếu ! là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép "
                "\"...\".\n"
                "khai-sinh.yaml:2:4: lỗi: không dùng dấu ! để ghi kiểu dữ liệu\n"
                "    Bỏ dấu ! và chữ liền sau nó; nếu ! là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép "
                "\"...\".\n"
                "khai-sinh.yaml:3:4: lỗi: không dùng dấu ! để ghi kiểu dữ liệu\n"
                "    Bỏ dấu ! và chữ liền sau nó; nếu ! là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép "
                "\"...\".\n"},
        mistake{"a: {<<: b}\n",
                "khai-sinh.yaml:1:5: lỗi: không dùng << để gộp mục khác vào\n"
                "    Chép hẳn nội dung vào đây.\n"},
        mistake{"a:\n\t- x\n",
                "khai-sinh.yaml:2:1: lỗi: đầu dòng có phím Tab\n"
                "    Lùi đầu dòng bằng dấu cách (hai dấu cách một bậc).\n"},
        mistake{"ghi chú: \"mở mà quên đóng\n",
                "khai-sinh.yaml:1:10: lỗi: dấu nháy mở ra mà không đóng lại\n"
                "    Thêm dấu nháy đóng (\" hoặc ') ở cuối đoạn chữ.\n"},
        mistake{"ghi chú: lưu ý: mang bản chính\n",
                "khai-sinh.yaml:1:15: lỗi: dấu hai chấm \":\" ở chỗ không được có\n"
                "    Nếu dấu hai chấm thuộc về đoạn chữ, hãy đặt cả đoạn trong dấu nháy kép \"...\".\n"},
        mistake{"a:\n  - một\n   - hai\n",
                "khai-sinh.yaml:3:4: lỗi: gạch đầu dòng này lệch cột nên bị nhập vào dòng trên\n"
                "    Đặt dấu \"- \" thẳng cột với các gạch khác của danh sách.\n"},
        mistake{"- a\nb: 1\n",
                "khai-sinh.yaml:2:1: lỗi: dòng này không cùng kiểu với phần trên\n"
                "    Một tệp hoặc gồm các mục \"tên: nội dung\", hoặc gồm các gạch đầu dòng \"- \", không cả "
                "hai.\n"},
        mistake{"a: 1\n---\nb: 2\n",
                "khai-sinh.yaml:3:1: lỗi: tệp chỉ được có một phần, không chia bằng dấu ---\n"
                "    Bỏ dòng --- hoặc đưa phần sau sang tệp khác.\n"},
        mistake{"a: [1, 2\n",
                "khai-sinh.yaml:2:1: lỗi: thiếu dấu ] đóng\n    Mỗi dấu [ phải có một dấu ] sau nó.\n"},
        mistake{"a: {b: 1\n",
                "khai-sinh.yaml:2:1: lỗi: thiếu dấu } đóng\n    Mỗi dấu { phải có một dấu } sau nó.\n"},
        mistake{"a: ]\n",
                "khai-sinh.yaml:1:4: lỗi: dấu } hoặc ] thừa\n    Bỏ dấu này, hoặc thêm dấu mở tương ứng.\n"},
        mistake{"a: @cán bộ\n",
                "khai-sinh.yaml:1:4: lỗi: không thể bắt đầu đoạn chữ bằng ký tự này\n"
                "    Đặt cả đoạn chữ trong dấu nháy kép \"...\".\n"},
        mistake{"a:\n  - \"Tờ khai\" theo mẫu\n",
                "khai-sinh.yaml:2:15: lỗi: sau dấu nháy đóng còn chữ\n"
                "    Đặt cả đoạn chữ trong một cặp dấu nháy kép; dấu nháy kép nằm bên trong viết là \\\".\n"},
        mistake{"a: \"\\q\"\n",
                "khai-sinh.yaml:1:7: lỗi: sau dấu \\ là một ký tự không có nghĩa\n"
                "    Trong dấu nháy kép, viết \\\\ để có dấu \\, viết \\\" để có dấu nháy kép.\n"},
        mistake{"a: |x\n",
                "khai-sinh.yaml:1:5: lỗi: sau dấu | hoặc > chỉ được xuống dòng\n"
                "    Xuống dòng rồi mới viết đoạn chữ, lùi vào hai dấu cách.\n"},
        mistake{"a: - b\n",
                "khai-sinh.yaml:1:4: lỗi: dấu gạch đầu dòng \"- \" ở chỗ không được có\n"
                "    Đưa mỗi gạch đầu dòng xuống một dòng riêng, thẳng cột với các gạch khác.\n"},
        mistake{"{[1]: 2}\n",
                "khai-sinh.yaml:1:2: lỗi: tên mục phải là chữ\n"
                "    Viết dạng \"tên: nội dung\"; nội dung có dấu { } thì đặt trong dấu nháy kép \"...\".\n"},
        mistake{"đường: \xC3\x28\n",
                "khai-sinh.yaml:1:8: lỗi: tệp không phải chữ UTF-8\n"
                "    Mở tệp bằng trình soạn thảo và lưu lại với bảng mã UTF-8.\n"},
        mistake{"a: \x01\n",
                "khai-sinh.yaml:1:4: lỗi: có ký tự điều khiển không nhìn thấy được\n"
                "    Xóa ký tự này rồi gõ lại đoạn chữ.\n"}));

TEST(Yaml, EveryMistakeIsToldInOnePass) {
  EXPECT_EQ(
      told("a: &x 1\na: 2\nb: !t 3\na: 4\n"),
      "khai-sinh.yaml:1:4: lỗi: không dùng dấu & để đặt tên cho một chỗ\n"
      "    Bỏ dấu & và tên sau nó; nếu & là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\".\n"
      "khai-sinh.yaml:2:1: lỗi: mục \"a\" bị ghi hai lần\n"
      "    Mục này đã có ở dòng 1; gộp hai chỗ làm một.\n"
      "khai-sinh.yaml:3:4: lỗi: không dùng dấu ! để ghi kiểu dữ liệu\n"
      "    Bỏ dấu ! và chữ liền sau nó; nếu ! là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\".\n"
      "khai-sinh.yaml:4:1: lỗi: mục \"a\" bị ghi hai lần\n"
      "    Mục này đã có ở dòng 1; gộp hai chỗ làm một.\n");
}

TEST(YamlLimits, ABombOfAliasesStaysSmall) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    auto n = std::to_string(i), m = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [*a" + m + ", *a" + m + "]\n";
  }
  std::vector<problem> problems;
  EXPECT_FALSE(parse_yaml(bomb, "bom.yaml", problems));
  EXPECT_LE(problems.size(), 100U);
}

TEST(YamlLimits, DepthNodesAndSizeEnd) {
  std::string nested;
  for (std::size_t i = 0; i < 40; ++i) nested += std::string(i, ' ') + "a:\n";
  EXPECT_NE(told(std::string(500'000, '[')), "");
  EXPECT_EQ(told(nested),
            "khai-sinh.yaml:33:33: lỗi: các mục lồng nhau quá sâu (nhiều nhất 32 bậc)\n"
            "    Viết lại cho ít bậc hơn.\n");
  EXPECT_EQ(told("[a, b, c, d]", {.bytes = 100, .nodes = 3, .depth = 2}),
            "khai-sinh.yaml:1:8: lỗi: tệp có quá nhiều mục (nhiều nhất 3)\n"
            "    Chia thành nhiều tệp nhỏ hơn.\n");
  EXPECT_EQ(told(std::string((1 << 20) + 1, 'a')),
            "khai-sinh.yaml: lỗi: tệp quá lớn (nhiều nhất 1024 KiB)\n"
            "    Chia thành nhiều tệp nhỏ hơn.\n");
}

TEST(YamlLimits, GarbageIsToldAndNeverThrown) {
  constexpr std::string_view letters = "ab:-[]{}&*!|>'\"%@`#?, \n\t\\~<1\xC3";
  std::uint32_t seed = 7;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      seed = seed * 1664525 + 1013904223;
      text += letters[(seed >> 16) % letters.size()];
    }
    std::vector<problem> problems;
    auto root = parse_yaml(text, "rac.yaml", problems);
    EXPECT_EQ(root.has_value(), problems.empty()) << text;
  }
}

TEST(Problem, IsToldWithPlaceAndHint) {
  problem p{problem::level::advice,  "units/tran-bien.yaml", 4, 11,
            "chưa có số điện thoại", "Bỏ trống cũng được."};
  EXPECT_EQ(to_string(p),
            "units/tran-bien.yaml:4:11: nên xem lại: chưa có số điện thoại\n    Bỏ trống cũng được.");
  EXPECT_FALSE(has_errors({p}));
  p.severity = problem::level::error;
  EXPECT_TRUE(has_errors({p}));
}

TEST(Problem, ListIsSortedByPlace) {
  using enum problem::level;
  EXPECT_EQ(to_string({{error, "b", 1, 1, "hai", ""},
                       {error, "a", 10, 1, "một phẩy hai", ""},
                       {error, "a", 9, 1, "một", ""}}),
            "a:9:1: lỗi: một\na:10:1: lỗi: một phẩy hai\nb:1:1: lỗi: hai\n");
}

TEST(Problem, NearestIsAtMostAThirdAway) {
  std::vector<std::string> keys{"documents", "fee", "time_limit", "giấy tờ"};
  EXPECT_EQ(nearest("document", keys), "documents");
  EXPECT_EQ(nearest("documnets", keys), "documents");
  EXPECT_EQ(nearest("fe", keys), "");
  EXPECT_EQ(nearest("fees", keys), "fee");
  EXPECT_EQ(nearest("giấy to", keys), "giấy tờ");
  EXPECT_EQ(nearest("ghi_chu", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest(std::string(10'000, 'a'), keys), "");
}
