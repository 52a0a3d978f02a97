#pragma once

#include "dialogs/reading.hpp"

#include <cstdint>
#include <string_view>

/// Days as people write and say them: "5/3/2026", "mười lăm tháng tám năm 2019", "thứ hai tuần sau", "mốt".
namespace thanthien::dialogs {

/// On which side of today a day has to lie. It also says which year is meant when none is told.
enum class day_bound : std::uint8_t { none, from_today, until_today };

/// What was read, and how far: a question is asked again about what is missing, not from the beginning.
struct day_reading {
  enum class kind : std::uint8_t {
    nothing,
    day,
    no_such_day,    ///< 30/2
    no_such_month,  ///< 5/13
    day_missing,    ///< "tháng 8 năm 2019"; the year may be 0
    year_only,      ///< "sinh năm 2015"
    week_only,      ///< "tuần sau"
    too_early,      ///< a day before today where one from today on is asked for
    too_late        ///< a day after today where one until today is asked for
  };

  kind what = kind::nothing;
  calendar_day day;  ///< as far as it was told

  bool operator==(const day_reading&) const = default;
};

day_reading read_day(const vocabulary& words, std::string_view text, calendar_day today,
                     day_bound bound = day_bound::none);

calendar_day day_after(calendar_day day, int days);

}  // namespace thanthien::dialogs
