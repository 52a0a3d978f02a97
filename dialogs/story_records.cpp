#include "dialogs/story_records.hpp"

#include "knowledge/fields.hpp"

#include <algorithm>
#include <cstdio>

namespace thanthien::dialogs {
namespace {

using knowledge::fields;

/// The value of an enum by its name, told when there is none of that name.
template <class Enum>
Enum named(const fields& map, Enum last) {
  const auto typed = map.required_text("state");
  std::string all;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto name = to_string(static_cast<Enum>(i));
    if (name == typed) return static_cast<Enum>(i);
    all += (all.empty() ? "" : ", ") + std::string{name};
  }
  if (!typed.empty()) map.error("state", "Không có trạng thái \"" + typed + "\"", "Dùng được: " + all + ".");
  return last;
}

}  // namespace

std::optional<timestamp> story_time(const std::string& text) {
  int hour = 0, minute = 0, used = 0;
  if (text.size() != 16 || !knowledge::is_date(text.substr(0, 10)) ||
      std::sscanf(text.c_str() + 10, " %2d:%2d%n", &hour, &minute, &used) != 2 || used != 6 || hour > 23 ||
      minute > 59 || hour < 0 || minute < 0)
    return std::nullopt;
  using namespace std::chrono;
  const auto part = [&](std::size_t from, std::size_t length) {
    return std::stoi(text.substr(from, length));
  };
  const year_month_day day{year{part(0, 4)}, month{static_cast<unsigned>(part(5, 2))},
                           std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  return sys_days{day} + hours{hour - 7} + minutes{minute};
}

std::string story_time(timestamp at) {
  using namespace std::chrono;
  const auto local = floor<minutes>(at + hours{7});
  const auto day = floor<days>(local);
  const year_month_day date{day};
  const hh_mm_ss time{local - day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  return text;
}

records read_story_records(const knowledge::fields& story, const std::string& file, timestamp at,
                           std::vector<knowledge::problem>& problems) {
  records out;
  if (story.has("dossiers")) out.dossiers_as_of = at;
  for (const auto* item : story.maps("dossiers")) {
    const fields map{
        *item, file, problems, {"code", "state", "procedure", "unit", "received", "due", "updated", "note"}};
    out.dossiers.push_back({map.required_text("code"), map.text("procedure"), map.text("unit"),
                            named(map, dossier_state::refused), map.date("received"), map.date("due"),
                            map.date("updated"), map.text("note")});
  }
  for (const auto* item : story.maps("requests")) {
    const fields map{*item, file, problems, {"code", "state", "due"}};
    request_status r{map.required_text("code"), named(map, request_state::closed), at};
    const auto due = map.required_text("due");
    if (const auto time = story_time(due))
      r.due = *time;
    else if (!due.empty())
      map.error("due", "Giờ \"" + due + "\" chưa đúng",
                "Viết năm-tháng-ngày giờ:phút, ví dụ 2026-11-23 09:00.");
    out.requests.push_back(std::move(r));
  }
  return out;
}

}  // namespace thanthien::dialogs
