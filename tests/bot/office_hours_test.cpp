#include "bot/office_hours.hpp"

#include "bot/commands/talk.hpp"

#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

using namespace std::chrono_literals;

dialogs::timestamp at(const char* local) { return commands::parse_time(local).value(); }

TEST(office_hours, OpenOnWorkingDaysOnly) {
  EXPECT_TRUE(office_hours::open(at("2026-11-23T08:00")));   // Monday
  EXPECT_FALSE(office_hours::open(at("2026-11-23T12:00")));  // noon
  EXPECT_FALSE(office_hours::open(at("2026-11-23T17:00")));
  EXPECT_FALSE(office_hours::open(at("2026-11-22T09:00")));  // Sunday
}

TEST(office_hours, ADeadlineCountsWorkingTime) {
  EXPECT_EQ(office_hours::after(at("2026-11-23T08:00"), 60min), at("2026-11-23T09:00"));
  EXPECT_EQ(office_hours::after(at("2026-11-23T11:00"), 60min), at("2026-11-23T13:30"));
  EXPECT_EQ(office_hours::after(at("2026-11-23T22:00"), 60min), at("2026-11-24T08:30"));
  EXPECT_EQ(office_hours::after(at("2026-11-20T16:00"), 60min), at("2026-11-23T08:00"));  // Friday to Monday
}

TEST(times, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(at("2026-11-23T08:00:00+07:00"), at("2026-11-23T01:00:00Z"));
  EXPECT_EQ(at("2026-11-23T08:00"), at("2026-11-23T01:00:00Z"));
  EXPECT_FALSE(commands::parse_time("hôm nay"));
  EXPECT_FALSE(commands::parse_time("2026-13-40T00:00Z"));
}

}  // namespace
}  // namespace thanthien::bot
