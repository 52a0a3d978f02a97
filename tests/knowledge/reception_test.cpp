#include "knowledge/reception.hpp"

#include <gtest/gtest.h>

/// When the head of a unit receives citizens next.
namespace thanthien::knowledge {
namespace {

using namespace std::chrono;

sys_days day(const char* iso) { return parse_day(iso).value(); }

reception read(const std::string& yaml, std::string* told = nullptr) {
  std::vector<problem> problems;
  reception r;
  if (const auto root = parse_yaml(yaml, "units/x.yaml", problems))
    r = read_reception(*root, "units/x.yaml", problems);
  if (told != nullptr)
    *told = to_string(problems);
  else
    EXPECT_EQ(to_string(problems), "");
  return r;
}

std::optional<sys_days> next(const reception& r, const char* from, minutes at = hours{9}) {
  calendar holidays;
  holidays.add({"Quốc khánh", day("2027-09-02"), day("2027-09-02")});
  return next_reception(r, holidays, day(from), at);
}

TEST(Reception, EveryWeek) {
  const auto r = read("text: Thứ năm hằng tuần\nweekdays: [5]\nends: \"11:30\"\n");
  EXPECT_EQ(next(r, "2026-11-23"), day("2026-11-26"));
  EXPECT_EQ(next(r, "2026-11-26"), day("2026-11-26")) << "today, while it lasts";
  EXPECT_EQ(next(r, "2026-11-26", hours{12}), day("2026-12-03"));
  EXPECT_EQ(next(r, "2027-09-01"), day("2027-09-09")) << "a holiday is left out";
}

TEST(Reception, CertainWeeksOfTheMonth) {
  const auto r = read("text: Thứ hai tuần đầu và tuần ba\nweekdays: [2]\nweeks: [1, 3]\n");
  EXPECT_EQ(next(r, "2026-11-23"), day("2026-12-07"));
  EXPECT_EQ(next(r, "2026-12-08"), day("2026-12-21"));
}

TEST(Reception, DaysOfTheMonthMoveFromTheWeekend) {
  const auto r = read("text: Ngày 10 và 28\ndays: [10, 28]\n");
  EXPECT_EQ(next(r, "2026-11-23"), day("2026-11-30")) << "28 November 2026 is a Saturday";
  EXPECT_EQ(next(r, "2026-12-01"), day("2026-12-10"));
}

TEST(Reception, WithoutDaysNothingIsGuessed) {
  std::string told;
  const auto r = read("text: Theo lịch niêm yết\n", &told);
  EXPECT_FALSE(next(r, "2026-11-23"));
  EXPECT_NE(told.find("nên xem lại: chưa có weekdays"), std::string::npos) << told;
}

TEST(Reception, FaultsAreTold) {
  std::string told;
  read("text: x\nweekdays: [9]\nweeks: [1]\nends: trưa\n", &told);
  EXPECT_NE(told.find("\"9\" không dùng được cho mục \"weekdays\""), std::string::npos) << told;
  EXPECT_NE(told.find("có tuần mà chưa có thứ mấy"), std::string::npos) << told;
  EXPECT_NE(told.find("giờ \"trưa\" chưa đúng"), std::string::npos) << told;
}

}  // namespace
}  // namespace thanthien::knowledge
