#include "dialogs/schema.hpp"

#include "tests/dialogs/kit.hpp"

namespace thanthien::dialogs::test {
namespace {

TEST(Schema, TheShippedFileIsWhatTheCheckerGoesBy) {
  std::ifstream in{source_folder() / "dialogs/dialog.schema.json", std::ios::binary};
  const std::string shipped{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(shipped, json_schema()) << "thanthien check --schema > dialogs/dialog.schema.json";
}

/// Every reference leads somewhere, and every kind of step and every key says what it is for.
TEST(Schema, IsWhole) {
  const auto schema = nlohmann::json::parse(json_schema());
  const auto& parts = schema["$defs"];
  int references = 0;
  const std::function<void(const nlohmann::json&)> look = [&](const nlohmann::json& at) {
    if (at.is_object() && at.contains("$ref")) {
      ++references;
      const auto name = at["$ref"].get<std::string>();
      ASSERT_TRUE(name.starts_with("#/$defs/"));
      EXPECT_TRUE(parts.contains(name.substr(8))) << name;
    }
    for (const auto& inner : at)
      if (inner.is_structured()) look(inner);
  };
  look(schema);
  EXPECT_GT(references, 100);
  for (const auto& kind : step_kind_names()) {
    ASSERT_TRUE(parts.contains(kind)) << kind;
    EXPECT_EQ(parts[kind]["additionalProperties"], false);
    for (const auto& [key, rule] : parts[kind]["properties"].items())
      EXPECT_FALSE(rule["description"].get<std::string>().empty()) << kind << "." << key;
  }
}

struct missing {
  const char* steps;
  const char* told;
};

class Needed : public testing::TestWithParam<missing> {};

/// What the table needs, the loader asks for.
TEST_P(Needed, KeysAreAskedFor) {
  const auto result =
      check_with("thu.yaml", std::string{"dialog: thu\non: [dang-ky-xe-moi]\nsteps:\n"} + GetParam().steps);
  EXPECT_FALSE(result.made);
  EXPECT_NE(result.text.find(GetParam().told), std::string::npos) << result.text;
  for (const auto& p : result.problems) expect_english(p);
}

INSTANTIATE_TEST_SUITE_P(
    Schema, Needed,
    testing::Values(
        missing{"  hoi:\n    ask: Gì ạ?\n    next: end\n",
                "dialogs/thu.yaml:5:5: lỗi: Bước ask thiếu \"slot\"\n    Đặt tên cho câu trả lời, ví dụ "
                "slot: ho_ten.\n"},
        missing{"  chao:\n    say: Chào.\n    choices:\n      - {topic: khai-sinh}\n    next: end\n",
                "dialogs/thu.yaml:7:9: lỗi: Lựa chọn thiếu \"title\"\n    Chữ trên nút, tối đa 20 ký tự.\n"},
        missing{"  re:\n    branch:\n      - {when: {channel: zalo}}\n      - {else: het}\n  het:\n    end: "
                "yes\n",
                "dialogs/thu.yaml:6:9: lỗi: Nhánh thiếu \"go\"\n    Bước đi tới khi điều kiện đúng.\n"},
        missing{"  re:\n    branch:\n      - {go: het}\n      - {else: het}\n  het:\n    end: yes\n",
                "dialogs/thu.yaml:6:9: lỗi: Nhánh thiếu \"when\"\n"},
        missing{"  goi:\n    call: {results: {a: b}}\n    next: end\n",
                "dialogs/thu.yaml:5:11: lỗi: \"call\" thiếu \"dialog\"\n    Tên hội thoại được gọi.\n"},
        missing{"  tra:\n    answer: {aspect: fee}\n    next: end\n",
                "dialogs/thu.yaml:5:13: lỗi: \"answer\" thiếu \"topic\"\n"}));

}  // namespace
}  // namespace thanthien::dialogs::test
