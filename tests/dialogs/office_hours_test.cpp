#include "dialogs/office_hours.hpp"

#include "dialogs/model.hpp"
#include "dialogs/story_records.hpp"
#include "knowledge/yaml.hpp"
#include "tests/dialogs/kit.hpp"

/// When offices work: told to residents, and counted for the deadlines of officers.
namespace thanthien::dialogs::test {
namespace {

using std::chrono::minutes;

timestamp at(const char* local) { return story_time(local).value(); }

class OfficeHours : public testing::Test {
 protected:
  office_hours office{shipped_book().inside().rules, shipped_knowledge().holidays()};
};

TEST_F(OfficeHours, OpenOnWorkingDaysOnly) {
  EXPECT_TRUE(office.open(at("2026-11-23 08:00")));   // Monday
  EXPECT_FALSE(office.open(at("2026-11-23 12:00")));  // noon
  EXPECT_FALSE(office.open(at("2026-11-23 17:00")));
  EXPECT_FALSE(office.open(at("2026-11-22 09:00")));  // Sunday
}

TEST_F(OfficeHours, ClosedOnHolidaysAndOpenOnTheDayWorkedInExchange) {
  EXPECT_FALSE(office.open(at("2027-04-30 09:00")));
  ASSERT_NE(office.holiday(at("2027-04-30 09:00")), nullptr);
  EXPECT_FALSE(office.open(at("2026-08-31 09:00")));
  EXPECT_TRUE(office.open(at("2026-08-22 09:00"))) << "a Saturday, for 31 August";
  EXPECT_EQ(office.holiday(at("2026-11-23 09:00")), nullptr);
}

TEST_F(OfficeHours, ADeadlineCountsWorkingTime) {
  EXPECT_EQ(office.after(at("2026-11-23 08:00"), minutes{60}), at("2026-11-23 09:00"));
  EXPECT_EQ(office.after(at("2026-11-23 11:00"), minutes{60}), at("2026-11-23 13:30"));
  EXPECT_EQ(office.after(at("2026-11-23 22:00"), minutes{60}), at("2026-11-24 08:30"));
  EXPECT_EQ(office.after(at("2026-11-20 16:00"), minutes{60}), at("2026-11-23 08:00"));  // Friday to Monday
  EXPECT_EQ(office.after(at("2027-04-29 16:00"), minutes{60}), at("2027-05-04 08:00"))
      << "two holidays, a Sunday and the Monday off for the Saturday";
}

TEST_F(OfficeHours, TheNextOpeningIsTold) {
  EXPECT_EQ(office.next_open(at("2026-11-23 08:00")), at("2026-11-23 08:00"));
  EXPECT_EQ(office.next_open(at("2026-11-23 12:00")), at("2026-11-23 13:00"));
  EXPECT_EQ(office.next_open(at("2026-11-20 18:00")), at("2026-11-23 07:30"));
  EXPECT_EQ(office.next_open(at("2027-04-30 09:00")), at("2027-05-04 07:30"));
}

TEST_F(OfficeHours, SettingsWithoutHoursHangNothingUp) {
  const settings nothing;
  const office_hours closed{nothing, shipped_knowledge().holidays()};
  EXPECT_FALSE(closed.next_open(at("2026-11-23 08:00")));
  EXPECT_EQ(closed.after(at("2026-11-23 08:00"), minutes{60}), at("2026-11-23 09:00"));
}

TEST_F(OfficeHours, ACaseOnAHolidaySaysSoKindlyAndWhenSomebodyReadsIt) {
  resident who;
  who.unit = "tran-bien";
  who.now = at("2027-09-02 09:00");
  who.says("lam giay khai sinh can gi");
  const auto text = all_text(who.says("cho gặp cán bộ"));
  EXPECT_NE(text.find("nghỉ Quốc khánh"), std::string::npos) << text;
  EXPECT_NE(text.find("07:30 thứ sáu, 03/09/2027"), std::string::npos) << text;
}

/// The commune has written down when its head receives citizens.
TEST(ReceptionOfCitizens, IsToldWithTheNextDayCountedFromTheClock) {
  folder commune;
  std::filesystem::create_directories(commune.path() / "units");
  std::ifstream shipped{source_folder() / "knowledge/content/units/tran-bien.yaml"};
  std::ostringstream unit;
  unit << shipped.rdbuf();
  commune.write("units/tran-bien.yaml", unit.str() +
                                            "reception:\n"
                                            "  text: Thứ năm hằng tuần, 7 giờ 30 đến 11 giờ 30\n"
                                            "  weekdays: [5]\n"
                                            "  ends: \"11:30\"\n"
                                            "  place: Phòng tiếp công dân, tầng 1\n");
  std::vector<knowledge::problem> problems;
  const auto known =
      knowledge::library::load({source_folder() / "knowledge/content", commune.path()}, problems);
  ASSERT_TRUE(known) << knowledge::to_string(problems);
  const auto made = book::load({source_folder() / "dialogs/content"}, *known, problems);
  ASSERT_TRUE(made) << knowledge::to_string(problems);
  resident who{*made, *known};
  who.unit = "tran-bien";
  const auto out = who.says("lịch tiếp công dân ngày nào");
  EXPECT_EQ(out.topic, "tiep-cong-dan");
  const auto text = all_text(out);
  for (const auto* part :
       {"Thứ năm hằng tuần", "Buổi gần nhất: thứ năm, 26/11/2026", "Phòng tiếp công dân, tầng 1"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  EXPECT_EQ(text.find("Đăng ký: "), std::string::npos) << "what is not known is not told: " << text;
}

std::string faults(const std::string& yaml) {
  std::vector<knowledge::problem> problems;
  if (const auto root = knowledge::parse_yaml(yaml, "calendar.yaml", problems))
    knowledge::read_calendar(*root, "calendar.yaml", problems);
  return knowledge::to_string(problems);
}

TEST(Calendar, FaultsAreToldWithTheirPlace) {
  EXPECT_EQ(faults("holidays:\n  - {name: Tết, from: 2027-02-06, to: 2027-02-01}\n"),
            "calendar.yaml:2:39: lỗi: ngày cuối phải sau ngày đầu, và kỳ nghỉ không quá 15 ngày\n"
            "    from là ngày nghỉ đầu tiên, to là ngày nghỉ cuối cùng.\n");
  EXPECT_NE(faults("holidays:\n  - {name: A, from: 2027-02-06}\n  - {name: B, from: 2027-02-06}\n")
                .find("đã có trong \"A\""),
            std::string::npos);
  EXPECT_NE(faults("holidays:\n  - {name: A, from: 2027-02-30}\n").find("calendar.yaml:2:"),
            std::string::npos);
  EXPECT_NE(faults("holidays:\n  - {name: A}\n").find("thiếu mục \"from\""), std::string::npos);
  EXPECT_NE(faults("working_days:\n  - {day: 2026-11-23}\n").find("phải là thứ bảy hoặc chủ nhật"),
            std::string::npos);
}

}  // namespace
}  // namespace thanthien::dialogs::test
