#include "dialogs/dates.hpp"

#include "dialogs/model.hpp"
#include "tests/dialogs/kit.hpp"

namespace thanthien::dialogs {
namespace {

using kind = day_reading::kind;

constexpr calendar_day today{2026, 11, 23};  // a Monday

day_reading read(const char* text, day_bound bound = day_bound::none) {
  return read_day(test::shipped_book().inside().words, text, today, bound);
}

std::string day(const char* text, day_bound bound = day_bound::none) {
  const auto r = read(text, bound);
  return r.what == kind::day ? iso_day(r.day) : "";
}

TEST(Dates, AreReadInDigitsAndInWords) {
  const std::pair<const char*, const char*> said[]{
      {"5/3/2026", "2026-03-05"},
      {"2026-03-05", "2026-03-05"},
      {"05032026", "2026-03-05"},
      {"5-3-85", "1985-03-05"},
      {"ngày 5 tháng 3 năm 2026", "2026-03-05"},
      {"ngày 5/3/2026 ạ", "2026-03-05"},
      {"dạ bé sinh ngày 5/3/2026", "2026-03-05"},
      {"15 tháng 8 2019", "2019-08-15"},
      {"mười lăm tháng tám năm 2019", "2019-08-15"},
      {"muoi lam thang tam nam 2019", "2019-08-15"},
      {"ngày hai mươi tháng chín năm hai nghìn không trăm mười chín", "2019-09-20"},
      {"mùng ba tháng tư năm 2020", "2020-04-03"},
      {"ngày năm tháng năm năm 2019", "2019-05-05"},
      {"20/11", "2026-11-20"},
      {"ngày 5 tháng sau", "2026-12-05"},
      {"thứ sáu 27/11", "2026-11-27"},
      {"27/11 lúc 8 giờ", "2026-11-27"},
  };
  for (const auto& [text, iso] : said) EXPECT_EQ(day(text), iso) << text;
}

TEST(Dates, AreReadFromToday) {
  const std::pair<const char*, const char*> said[]{
      {"hôm nay", "2026-11-23"},
      {"ngày mai", "2026-11-24"},
      {"mai", "2026-11-24"},
      {"mai em tới", "2026-11-24"},
      {"chắc sáng mai", "2026-11-24"},
      {"mốt", "2026-11-25"},
      {"ngày mốt", "2026-11-25"},
      {"3 ngày nữa", "2026-11-26"},
      {"ba bữa nữa", "2026-11-26"},
      {"thứ sáu", "2026-11-27"},
      {"thứ tư tuần sau", "2026-12-02"},
      {"thứ hai tuần sau", "2026-11-30"},
      {"thu hai tuan sau", "2026-11-30"},
      {"sáng thứ 5 tuần này", "2026-11-26"},
      {"chủ nhật", "2026-11-29"},
      {"20/1", "2027-01-20"},
      {"ngày 28", "2026-11-28"},
      {"ngày 5", "2026-12-05"},
  };
  for (const auto& [text, iso] : said) EXPECT_EQ(day(text, day_bound::from_today), iso) << text;
  EXPECT_EQ(day("hôm qua"), "2026-11-22");
  EXPECT_EQ(day("25/12", day_bound::until_today), "2025-12-25");
}

TEST(Dates, TellWhatIsWrongOrMissing) {
  EXPECT_EQ(read("31/2/2026").what, kind::no_such_day);
  EXPECT_EQ(read("ngày 31 tháng 4").what, kind::no_such_day);
  EXPECT_EQ(read("5/13/2026").what, kind::no_such_month);
  EXPECT_EQ(read("32/1/2026").what, kind::no_such_day);
  EXPECT_EQ(read("5/3/2020", day_bound::from_today).what, kind::too_early);
  EXPECT_EQ(read("hôm qua", day_bound::from_today).what, kind::too_early);
  EXPECT_EQ(read("thứ hai tuần trước", day_bound::from_today).what, kind::too_early);
  EXPECT_EQ(read("5/3/2030", day_bound::until_today).what, kind::too_late);
  EXPECT_EQ(read("sinh năm 2015"), (day_reading{kind::year_only, {2015, 0, 0}}));
  EXPECT_EQ(read("2015"), (day_reading{kind::year_only, {2015, 0, 0}}));
  EXPECT_EQ(read("tháng 8 năm 2019"), (day_reading{kind::day_missing, {2019, 8, 0}}));
  EXPECT_EQ(read("8/2019"), (day_reading{kind::day_missing, {2019, 8, 0}}));
  EXPECT_EQ(read("tuần sau").what, kind::week_only);
  EXPECT_EQ(read("tháng sau").what, kind::day_missing);
}

TEST(Dates, LeaveTheRestUnread) {
  for (const auto* text : {"bữa nào rảnh", "mùng 5 tháng giêng", "5/3 âm lịch", "12", "0912345678",
                           "nhà số 12 đường 30/4 khu phố 3", "5/3 hoặc 6/3", ""})
    EXPECT_EQ(read(text).what, kind::nothing) << text;
}

}  // namespace
}  // namespace thanthien::dialogs
