#include "knowledge/calendar.hpp"

#include <algorithm>

namespace thanthien::knowledge {

using std::chrono::sys_days;

const calendar::holiday* calendar::holiday_on(sys_days day) const {
  const auto found =
      std::ranges::find_if(holidays_, [&](const auto& h) { return h.from <= day && day <= h.to; });
  return found == holidays_.end() ? nullptr : &*found;
}

bool calendar::worked_in_exchange(sys_days day) const {
  return std::ranges::find(working_, day) != working_.end();
}

std::optional<sys_days> parse_day(std::string_view iso) {
  if (!is_date(iso)) return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t length) {
    int out = 0;
    for (const char c : iso.substr(from, length)) out = out * 10 + (c - '0');
    return out;
  };
  using namespace std::chrono;
  return sys_days{year{number(0, 4)} / number(5, 2) / number(8, 2)};
}

calendar read_calendar(const yaml_node& root, const std::string& file, std::vector<problem>& problems) {
  constexpr std::chrono::days longest{15};
  calendar out;
  const fields f(root, file, problems, {"holidays", "working_days", "editor_note", "sources"});
  for (const auto* item : f.maps("holidays")) {
    const fields h(*item, file, problems, {"name", "from", "to", "editor_note"});
    const auto name = h.required_text("name");
    const auto first = parse_day(h.date("from"));
    const auto last = h.has("to") ? parse_day(h.date("to")) : first;
    if (!h.has("from")) h.error("from", "thiếu mục \"from\"", "Ghi ngày nghỉ đầu tiên, dạng 2026-09-02.");
    if (!first || !last) continue;
    if (*last < *first || *last - *first >= longest) {
      h.error("to", "ngày cuối phải sau ngày đầu, và kỳ nghỉ không quá 15 ngày",
              "from là ngày nghỉ đầu tiên, to là ngày nghỉ cuối cùng.");
      continue;
    }
    if (const auto* other = out.holiday_on(*first); other != nullptr)
      h.error("from", "ngày này đã có trong \"" + other->name + "\"", "Mỗi ngày nghỉ chỉ ghi một lần.");
    out.add({name, *first, *last});
  }
  for (const auto* item : f.maps("working_days")) {
    const fields w(*item, file, problems, {"day", "instead_of", "editor_note"});
    w.required_text("day");
    const auto day = parse_day(w.date("day"));
    w.date("instead_of");
    if (!day) continue;
    if (const std::chrono::weekday weekday{*day};
        weekday != std::chrono::Saturday && weekday != std::chrono::Sunday)
      w.error("day", "ngày làm bù phải là thứ bảy hoặc chủ nhật",
              "Xem lại thông báo hoán đổi ngày làm việc.");
    else if (const auto* holiday = out.holiday_on(*day))
      w.error("day", "ngày làm bù lại nằm trong \"" + holiday->name + "\"",
              "Một ngày không thể vừa nghỉ vừa làm.");
    else
      out.add_working_day(*day);
  }
  return out;
}

}  // namespace thanthien::knowledge
