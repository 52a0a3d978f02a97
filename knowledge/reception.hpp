#pragma once

#include "knowledge/calendar.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace thanthien::knowledge {

/// When the head of a unit receives citizens.
struct reception {
  std::string text;                    ///< "Thứ năm hằng tuần, 7 giờ 30 đến 11 giờ 30"; "" when not known
  std::string place, signup;           ///< where, and how one puts one's name down
  std::vector<int> weekdays;           ///< 2 (Monday) to 8 (Sunday)
  std::vector<int> weeks;              ///< the first, second ... such day of the month; none: every week
  std::vector<int> days;               ///< of the month
  std::chrono::minutes ends{24 * 60};  ///< of the day: afterwards the day is over
};

/// The next day on which somebody receives, counted from the local time `day` + `minute`; holidays are left
/// out, a day of the month that falls on a weekend moves to the next working day. Nothing when the days are not known.
std::optional<std::chrono::sys_days> next_reception(const reception& r, const calendar& holidays,
                                                    std::chrono::sys_days day, std::chrono::minutes minute);

/// Reads the map `reception` of a unit.
reception read_reception(const yaml_node& map, const std::string& file, std::vector<problem>& problems);

}  // namespace thanthien::knowledge
