#include "knowledge/reception.hpp"

#include <algorithm>
#include <charconv>

namespace thanthien::knowledge {

using namespace std::chrono;

namespace {

constexpr days looked_ahead{92};

bool holds(const std::vector<int>& list, int value) { return std::ranges::find(list, value) != list.end(); }

bool off(const calendar& holidays, sys_days day) {
  const weekday w{day};
  return holidays.holiday_on(day) != nullptr ||
         ((w == Saturday || w == Sunday) && !holidays.worked_in_exchange(day));
}

/// Whether a day of the month that is off was moved to `day`.
bool moved_here(const reception& r, const calendar& holidays, sys_days day) {
  for (auto before = day - days{1}; off(holidays, before); before -= days{1})
    if (holds(r.days, static_cast<int>(unsigned(year_month_day{before}.day())))) return true;
  return false;
}

bool receives(const reception& r, const calendar& holidays, sys_days day) {
  if (holidays.holiday_on(day) != nullptr) return false;
  const auto of_month = static_cast<int>(unsigned(year_month_day{day}.day()));
  const auto vietnamese = static_cast<int>(weekday{day}.iso_encoding()) + 1;
  if (holds(r.weekdays, vietnamese) && (r.weeks.empty() || holds(r.weeks, (of_month - 1) / 7 + 1)))
    return true;
  return !r.days.empty() && !off(holidays, day) && (holds(r.days, of_month) || moved_here(r, holidays, day));
}

std::vector<int> numbers(const fields& f, const char* key, int least, int most) {
  std::vector<int> out;
  for (const auto& text : f.texts(key)) {
    int value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value < least || value > most)
      f.error(key, "\"" + text + "\" không dùng được cho mục \"" + key + "\"",
              "Ghi số từ " + std::to_string(least) + " đến " + std::to_string(most) + ", ví dụ [" +
                  std::to_string(least) + "].");
    else
      out.push_back(value);
  }
  return out;
}

}  // namespace

std::optional<sys_days> next_reception(const reception& r, const calendar& holidays, sys_days day,
                                       minutes minute) {
  if (minute >= r.ends) day += days{1};
  for (const auto last = day + looked_ahead; day < last; day += days{1})
    if (receives(r, holidays, day)) return day;
  return std::nullopt;
}

reception read_reception(const yaml_node& map, const std::string& file, std::vector<problem>& problems) {
  const fields f(
      map, file, problems,
      {"text", "place", "signup", "weekdays", "weeks", "days", "ends", "sources", "as_of", "editor_note"});
  reception r;
  r.text = f.required_text("text");
  r.place = f.text("place");
  r.signup = f.text("signup");
  r.weekdays = numbers(f, "weekdays", 2, 8);
  r.weeks = numbers(f, "weeks", 1, 5);
  r.days = numbers(f, "days", 1, 31);
  f.date("as_of");
  if (!r.weeks.empty() && r.weekdays.empty())
    f.error("weeks", "có tuần mà chưa có thứ mấy", "Thêm weekdays, ví dụ weekdays: [5] là thứ năm.");
  if (r.weekdays.empty() && r.days.empty())
    f.advice(
        "text", "chưa có weekdays hoặc days nên trợ lý không tính được buổi gần nhất",
        "Ghi weekdays: [5] (thứ năm), thêm weeks: [1, 3] nếu chỉ tuần đầu và tuần ba; hoặc days: [10, 25].");
  if (const auto ends = f.text("ends"); !ends.empty()) {
    int hour = -1, minute = -1;
    if (ends.size() == 5 && ends[2] == ':') {
      std::from_chars(ends.data(), ends.data() + 2, hour);
      std::from_chars(ends.data() + 3, ends.data() + 5, minute);
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
      f.error("ends", "giờ \"" + ends + "\" chưa đúng", "Ghi giờ kết thúc như \"11:30\".");
    else
      r.ends = hours{hour} + minutes{minute};
  }
  return r;
}

}  // namespace thanthien::knowledge
