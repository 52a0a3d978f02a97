#include "bot/office_hours.hpp"

#include <algorithm>
#include <array>

namespace thanthien::bot::office_hours {

using namespace std::chrono;

namespace {

struct shift {
  minutes from, to;
};
constexpr std::array shifts{shift{minutes{450}, minutes{690}}, shift{minutes{780}, minutes{990}}};
constexpr hours local_offset{7};

bool working_day(sys_days day) {
  const weekday w(day);
  return w != Saturday && w != Sunday;
}

}  // namespace

bool open(dialogs::timestamp at) {
  const auto local = at + local_offset;
  const auto day = floor<days>(local);
  if (!working_day(day)) return false;
  return std::ranges::any_of(shifts, [&](const shift& s) { return local >= day + s.from && local < day + s.to; });
}

dialogs::timestamp after(dialogs::timestamp from, minutes work) {
  auto local = from + local_offset;
  milliseconds left = work;
  for (auto day = floor<days>(local);; day += days{1}) {
    if (!working_day(day)) continue;
    for (const auto& s : shifts) {
      const auto begin = std::max<dialogs::timestamp>(local, day + s.from);
      const dialogs::timestamp end = day + s.to;
      if (begin >= end) continue;
      if (left <= end - begin) return begin + left - local_offset;
      left -= end - begin;
    }
  }
}

}  // namespace thanthien::bot::office_hours
