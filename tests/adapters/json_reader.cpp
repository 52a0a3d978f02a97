#include "adapters/json_reader.hpp"

#include "adapters/messenger/messenger.hpp"
#include "adapters/zalo/zalo.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "tests/adapters/describe.hpp"

namespace thanthien::tests {
namespace {

using adapters::read_json;

std::string refusal(std::string_view body) {
  const auto got = read_json(body);
  return got ? "" : got.error();
}

TEST(JsonReader, ReadsWhatIsThereAndNothingElse) {
  const auto got =
      read_json(R"({"id":18446744073709551615,"n":-5,"t":"chữ","x":null,"a":[1,2.5,true],"o":{"b":"true"}})");
  ASSERT_TRUE(got) << got.error();
  const auto& root = got->root;
  EXPECT_EQ(root["id"].id(), "18446744073709551615");
  EXPECT_EQ(root["n"].integer(), -5);
  EXPECT_EQ(root["t"].string(), "chữ");
  EXPECT_FALSE(root["x"].given());
  EXPECT_FALSE(root["none"]["of"]["these"].given());
  ASSERT_EQ(root["a"].items.size(), 3U);
  EXPECT_EQ(root["a"].items[1].number(), 2.5);
  EXPECT_EQ(root["a"].items[1].id(), "") << "an id never goes through a double";
  EXPECT_TRUE(root["o"]["b"].yes());
  EXPECT_EQ(root["o"].raw, R"({"b":"true"})");
}

TEST(JsonReader, RefusesWithAReason) {
  EXPECT_EQ(refusal(R"({"a":1,"b":2,"a":3})"), "Nội dung khóa “a” xuất hiện hai lần");
  EXPECT_EQ(refusal(R"({"a":{"b":1,"\u0062":2}})"), "Nội dung khóa “b” xuất hiện hai lần");
  EXPECT_EQ(refusal(R"({"id":18446744073709551616})"), "Nội dung có số nguyên dài hơn 64 bit");
  EXPECT_EQ(refusal(R"({"id":-9223372036854775809})"), "Nội dung có số nguyên dài hơn 64 bit");
  EXPECT_EQ(refusal(R"({"n":1e999})"), "Nội dung có số vượt quá phạm vi cho phép");
  EXPECT_EQ(refusal(R"({"a":1} x)"), "Nội dung không phải JSON đúng cú pháp (byte thứ 9)");
  EXPECT_EQ(refusal(""), "Nội dung không phải JSON đúng cú pháp (byte thứ 1)");
}

TEST(JsonReader, AllowsThirtyTwoLevels) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(refusal(nested(32)), "");
  EXPECT_EQ(refusal(nested(33)), "Nội dung lồng sâu quá 32 tầng");
  EXPECT_EQ(refusal(std::string(500'000, '[')), "Nội dung lồng sâu quá 32 tầng");
}

TEST(JsonReader, AllowsTenThousandValues) {
  const auto list = [](int n) {
    std::string out = "[0";
    for (int i = 1; i < n; ++i) out += ",0";
    return out + "]";
  };
  EXPECT_EQ(refusal(list(9'999)), "") << "the list itself is the ten thousandth";
  EXPECT_EQ(refusal(list(10'000)), "Nội dung có quá 10000 giá trị");
}

TEST(JsonReader, CountsEachElementOfABatchByItself) {
  const adapters::json_limits small{.depth = 32, .values = 10, .batch_depth = 2, .all_values = 60};
  const std::string element = R"({"a":1,"b":2,"c":[3,4,5]})";  // seven values
  std::string body = R"({"list":[)" + element;
  for (int i = 1; i < 6; ++i) body += "," + element;
  EXPECT_TRUE(read_json(body + "]}", small)) << "six elements of seven values";
  EXPECT_FALSE(read_json(R"({"list":[{"a":[1,2,3,4,5,6,7,8,9]}]})", small)) << "one bloated element";
  EXPECT_FALSE(read_json(body + "," + element + "," + element + "," + element + "]}", small))
      << "too many in all";
}

TEST(JsonReader, ReplacesWhatIsNotText) {
  const auto text = [](std::string_view body) {
    const auto got = read_json(body);
    return got ? std::string(got->root["t"].string()) : "refused: " + got.error();
  };
  EXPECT_EQ(text(R"({"t":"\ud83d"})"), "\uFFFD");
  EXPECT_EQ(text(R"({"t":"\udc4b\ud83d"})"), "\uFFFD\uFFFD");
  EXPECT_EQ(text(R"({"t":"\ud83d\ud83d\udc4b"})"), "\uFFFD\U0001F44B");
  EXPECT_EQ(text(R"({"t":"\\ud83d"})"), "\\ud83d") << "an escaped backslash begins no escape";
  EXPECT_EQ(text(R"({"t":"a\u0000b"})"), "a\uFFFDb");
  EXPECT_EQ(text("{\"t\":\"\xC3\"}"), "\uFFFD");
  EXPECT_EQ(text("{\"t\":\"\xF0\x9F\x91\"}"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(text("{\"t\":\"\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80\"}").size(), 9U * 3U);
  EXPECT_EQ(text("{\"t\":\"\xF4\x8F\xBF\xBF\"}"), "\U0010FFFF");
  // A bad byte directly behind a backslash must not swallow the closing quote.
  EXPECT_TRUE(text("{\"t\":\"a\\\xFF\"}").starts_with("refused"));
}

TEST(JsonReader, FindsAnOuterValueWithoutParsing) {
  using adapters::scan_outer_values;
  using found = std::vector<std::string>;
  EXPECT_EQ(scan_outer_values(R"({"a":{"ts":"1"},"ts" : "22","b":["ts"]})", "ts"), found{"22"});
  EXPECT_EQ(scan_outer_values(R"({"ts":333})", "ts"), found{"333"});
  EXPECT_EQ(scan_outer_values(R"({"ts":"1","ts":2})", "ts"), (found{"1", "2"}));
  EXPECT_EQ(scan_outer_values(R"({"x":"\"ts\":9","ts":"4")", "ts"), found{"4"})
      << "unfinished, but readable so far";
  EXPECT_EQ(scan_outer_values(R"({"y":"ts"})", "ts"), found{});
  EXPECT_EQ(scan_outer_values(R"({"ts)", "ts"), found{});
  EXPECT_EQ(scan_outer_values("{\"ts\":\"\\", "ts").size(), 1U);
  EXPECT_EQ(scan_outer_values(R"({"ts":null})", "ts"), found{});
}

const std::vector<std::string> hostile{
    "",
    " ",
    "null",
    "true",
    "0",
    "-",
    "\"",
    "{",
    "[",
    "]",
    "{}",
    "[]",
    "[[]]",
    "{\"object\":\"page\"}",
    "{\"object\":null,\"entry\":{}}",
    "{\"object\":\"page\",\"entry\":[{\"id\":{\"id\":1},\"messaging\":[{}]}]}",
    "{\"object\":\"page\",\"entry\":[{\"id\":\"104500000000001\",\"messaging\":[{},[],{\"message\":{}},{"
    "\"message\":[]}]}]}",
    "{\"object\":\"page\",\"entry\":[{\"id\":\"104500000000001\",\"messaging\":[{\"sender\":[],\"recipient\":"
    "7,\"message\":{"
    "\"mid\":{},\"text\":\"x\"}}]}]}",
    "{\"object\":\"page\",\"entry\":[{\"id\":\"104500000000001\",\"messaging\":[{\"read\":7},{\"delivery\":[]"
    "},{\"reaction\":\"x\"},"
    "{\"postback\":9},{\"take_thread_control\":1},{\"policy_enforcement\":false},{\"message_edit\":[1]}]}]}",
    "{\"event_name\":7}",
    "{\"event_name\":\"user_send_text\",\"sender\":[],\"recipient\":{\"id\":\"3355770099112244668\"}}",
    "{\"event_name\":\"user_seen_message\",\"sender\":{\"id\":\"3355770099112244668\"},\"message\":{\"msg_"
    "ids\":[null,{},7]}}",
    "{\"event_name\":\"user_send_image\",\"sender\":\"1\",\"recipient\":\"3355770099112244668\",\"message\":{"
    "\"attachments\":{}}}",
    "{\"event_name\":\"user_send_business_card\",\"sender\":\"1\",\"recipient\":\"3355770099112244668\","
    "\"message\":{"
    "\"attachments\":[{\"payload\":{\"description\":\"[[[[\"}}]}}",
    "\xEF\xBB\xBF{}",
    "{\"a\":\"\x01\"}",
    std::string("{\"a\":\0}", 7),
    "\xFF\xFE{\0}",
    "{'a':1}",
    "{\"a\":1,}",
    "{\"a\":NaN}",
    "{\"a\":01}",
    "{\"__proto__\":{\"a\":1}}",
};

void survive(std::string_view body) {
  static const adapters::messenger m(
      {.app_id = "1", .app_secrets = {"s"}, .verify_token = "v", .accounts = {"104500000000001"}});
  static const adapters::zalo z(
      {.app_id = "1", .oa_secret_keys = {"s"}, .accounts = {"3355770099112244668"}});
  for (const adapters::platform* p :
       {static_cast<const adapters::platform*>(&m), static_cast<const adapters::platform*>(&z)}) {
    for (const auto& e : p->parse(body).events) {
      EXPECT_FALSE(e.id.empty());
      EXPECT_TRUE(e.kind > dialogs::event_kind::thread_returned || !e.person.empty()) << describe(e);
    }
    EXPECT_EQ(p->verify(call_with(body, "none", "")), adapters::signature::absent);
    EXPECT_EQ(p->verify(call_with(body, "X-ZEvent-Signature", "mac=00")) == adapters::signature::valid,
              false);
    for (const int status : {0, 200, 500}) static_cast<void>(p->judge(status, {}, body));
    static_cast<void>(p->as_plain_text({"POST", "/x", std::string(body)}));
  }
  static_cast<void>(adapters::read_tokens(body));
}

TEST(HostileBodies, NeverEscape) {
  for (const auto& body : hostile) {
    SCOPED_TRACE(body);
    survive(body);
  }
}

TEST(HostileBodies, SurviveEveryCutAndRandomDamage) {
  std::mt19937 random(20261123);
  for (const char* name :
       {"messenger/batch_with_bad_items", "messenger/delivery", "zalo/user_send_business_card",
        "zalo/user_seen_message", "zalo/user_submit_info"}) {
    const auto good = payload(name);
    for (std::size_t n = 0; n < good.size(); ++n) survive(std::string_view(good).substr(0, n));
    for (int round = 0; round < 300; ++round) {
      auto damaged = good;
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
      SCOPED_TRACE(damaged);
      survive(damaged);
    }
  }
}

}  // namespace
}  // namespace thanthien::tests
