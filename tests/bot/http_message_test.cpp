#include "bot/http/message.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace thanthien::bot::http {
namespace {

TEST(PercentDecode, ReadsVietnamese) {
  EXPECT_EQ(percent_decode("khai%20sinh"), "khai sinh");
  EXPECT_EQ(percent_decode("l%E1%BB%87%20ph%C3%AD"), "lệ phí");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
}

TEST(PercentDecode, RefusesBrokenEscapesNulAndWhatIsNotUtf8) {
  for (const char* bad : {"%", "%4", "abc%", "%zz", "%4g", "%00", "a%00b", "%C3", "%C3%28", "%C0%AF",
                          "%ED%A0%80", "%F5%80%80%80", "%E1%BB", "%80"}) {
    EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
  }
}

TEST(Target, IsTakenApart) {
  request asked;
  ASSERT_TRUE(asked.set_target("/chat/api/messages?after=7&q=gi%E1%BA%A5y+t%E1%BB%9D&flag&&after=8"));
  EXPECT_EQ(asked.path, "/chat/api/messages");
  EXPECT_EQ(asked.parameter("after"), "7");
  EXPECT_EQ(asked.parameter("q"), "giấy tờ");
  EXPECT_EQ(asked.parameter("flag"), "");
  EXPECT_EQ(asked.parameter("none"), "");
  EXPECT_EQ(asked.query.size(), 4U);
}

TEST(Target, KeysWithDotsAreMetasHandshake) {
  request asked;
  ASSERT_TRUE(asked.set_target(
      "/webhooks/messenger?hub.mode=subscribe&hub.verify_token=ma-xac-minh&hub%2Echallenge=1790012345"));
  EXPECT_EQ(asked.parameter("hub.challenge"), "1790012345");
}

TEST(Target, RefusesWhatIsNoPath) {
  for (const char* bad :
       {"", "*", "chat", "http://a.vn/", "//\x01", "/a b", "/a#b", "/%zz", "/a?b=%zz", "/\xC3\xA0"}) {
    request asked;
    EXPECT_FALSE(asked.set_target(bad)) << bad;
    EXPECT_EQ(asked.path, "") << bad;
    EXPECT_TRUE(asked.query.empty()) << bad;
  }
}

TEST(Headers, AreFoundInAnyCase) {
  request asked;
  asked.headers = {{"X-Hub-Signature-256", "sha256=ab"}, {"x-hub-signature-256", "second"}};
  EXPECT_EQ(asked.header("x-HUB-signature-256"), "sha256=ab");
  EXPECT_EQ(asked.header("X-Hub-Signature"), "");
}

TEST(Cookies, AreFoundAmongOthers) {
  request asked;
  asked.headers = {{"Cookie", "a=1;  __Host-desk = bí-mật ; b=\"x y\";noequals; __Host-desk2=no"},
                   {"cookie", "late=2"}};
  EXPECT_EQ(asked.cookie("a"), "1");
  EXPECT_EQ(asked.cookie("__Host-desk"), "bí-mật");
  EXPECT_EQ(asked.cookie("b"), "x y");
  EXPECT_EQ(asked.cookie("late"), "2");
  EXPECT_EQ(asked.cookie("noequals"), "");
  EXPECT_EQ(asked.cookie("A"), "");
  EXPECT_EQ(asked.cookie(""), "");
}

TEST(Error, IsJsonThatCanBeShown) {
  const auto made = error(409, "taken", "Cán bộ \"Lan\" đã nhận hồ sơ này.");
  EXPECT_EQ(made.status, 409);
  const auto body = nlohmann::json::parse(made.body);
  EXPECT_EQ(body["error"]["code"], "taken");
  EXPECT_EQ(body["error"]["message"], "Cán bộ \"Lan\" đã nhận hồ sơ này.");
}

}  // namespace
}  // namespace thanthien::bot::http
