// What programs read of a turn: `ask --jsonl` and `chat --jsonl`.
#include "bot/commands/talk.hpp"

#include "bot/clock.hpp"
#include "tests/support/shipped_content.hpp"

#include <gtest/gtest.h>

namespace thanthien::bot::commands {
namespace {

nlohmann::json asked(const std::string& text) {
  talk one(tests::shipped_content());
  dialogs::event said;
  said.text = text;
  const auto result = one.say(std::move(said), system_now());
  auto out = understood_json(result, *tests::shipped_content()->known);
  out["replies"] = replies_json(result);
  return out;
}

TEST(what_programs_read, AProcedureIsNamedByItsId) {
  const auto out = asked("lam giay khai sinh can giay to gi");
  EXPECT_EQ(out["act"], "answer");
  EXPECT_EQ(out["topic"], "khai-sinh");
  EXPECT_EQ(out["aspect"], "documents");
  EXPECT_GT(out["confidence"], 0.5);
  EXPECT_EQ(out["candidates"][0]["topic"], "khai-sinh");
  EXPECT_FALSE(out["replies"][0]["text"].get<std::string>().empty());
}

TEST(what_programs_read, OutOfScopeHasNoTopic) {
  const auto out = asked("hôm nay trời có mưa không");
  EXPECT_EQ(out["act"], "decline");
  EXPECT_TRUE(out["topic"].is_null());
}

TEST(what_programs_read, DangerIsAMatterForAPerson) {
  const auto out = asked("cứu với nhà tôi đang cháy");
  EXPECT_EQ(out["act"], "emergency");
  EXPECT_EQ(out["topic"], "gap-can-bo");
}

TEST(what_programs_read, ThanksAndGreetingKeepTheirNames) {
  EXPECT_EQ(asked("cảm ơn nhiều nha")["topic"], "cam-on");
  EXPECT_EQ(asked("xin chào")["topic"], "chao-hoi");
}

TEST(what_programs_read, AClockThatIsSetGoesOnAndMayGoBack) {
  talk one(tests::shipped_content());
  const auto night = parse_time("2026-09-01T22:40").value();
  one.say({}, one.time_of_turn(std::nullopt));
  EXPECT_EQ(one.time_of_turn(night), night);
  dialogs::event asks;
  asks.text = "làm giấy khai sinh cần giấy tờ gì";
  EXPECT_EQ(one.say(asks, night).topic, "khai-sinh") << "not taken for a message that arrives late";
  EXPECT_EQ(one.time_of_turn(std::nullopt), night + std::chrono::minutes{1});
}

TEST(times, AreReadAsPeopleWriteThem) {
  const auto at = [](const char* text) { return parse_time(text).value(); };
  EXPECT_EQ(at("2026-11-23T08:00:00+07:00"), at("2026-11-23T01:00:00Z"));
  EXPECT_EQ(at("2026-11-23T08:00"), at("2026-11-23T01:00:00Z"));
  EXPECT_FALSE(parse_time("hôm nay"));
  EXPECT_FALSE(parse_time("2026-13-40T00:00Z"));
}

}  // namespace
}  // namespace thanthien::bot::commands
