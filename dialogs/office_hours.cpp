#include "dialogs/office_hours.hpp"

#include "dialogs/model.hpp"

#include <algorithm>

namespace thanthien::dialogs {

using namespace std::chrono;

namespace {

constexpr hours local_offset{7};  // one zone, no summer time
constexpr days farthest{370};     // no deadline is further away

}  // namespace

sys_days local_day(timestamp at) { return floor<days>(at + local_offset); }

bool office_hours::working_day(sys_days day) const {
  if (holidays_.holiday_on(day) != nullptr) return false;
  const int vietnamese = static_cast<int>(weekday{day}.iso_encoding()) + 1;
  return std::ranges::find(rules_.days, vietnamese) != rules_.days.end() || holidays_.worked_in_exchange(day);
}

bool office_hours::open(timestamp at) const {
  const auto day = local_day(at);
  const auto minute = floor<minutes>(at + local_offset - day).count();
  return working_day(day) &&
         std::ranges::any_of(rules_.hours, [&](const auto& s) { return minute >= s.from && minute < s.to; });
}

const knowledge::calendar::holiday* office_hours::holiday(timestamp at) const {
  return holidays_.holiday_on(local_day(at));
}

std::optional<timestamp> office_hours::next_open(timestamp from) const {
  if (open(from)) return from;
  const auto first = local_day(from);
  for (auto day = first; day < first + days{31}; day += days{1}) {
    if (!working_day(day)) continue;
    for (const auto& span : rules_.hours)
      if (const timestamp begin = day + minutes{span.from} - local_offset; begin > from) return begin;
  }
  return std::nullopt;
}

timestamp office_hours::after(timestamp from, minutes work) const {
  milliseconds left = work;
  const auto first = local_day(from);
  for (auto day = first; day < first + farthest; day += days{1}) {
    if (!working_day(day)) continue;
    for (const auto& span : rules_.hours) {
      const auto begin = std::max<timestamp>(from, day + minutes{span.from} - local_offset);
      const timestamp end = day + minutes{span.to} - local_offset;
      if (begin >= end) continue;
      if (left <= end - begin) return begin + left;
      left -= end - begin;
    }
  }
  return from + work;
}

}  // namespace thanthien::dialogs
