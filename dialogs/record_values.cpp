#include "dialogs/record_values.hpp"

#include "dialogs/reading.hpp"
#include "dialogs/voice.hpp"

#include <algorithm>

namespace thanthien::dialogs {
namespace {

const knowledge::unit* unit_named(const knowledge::library& known, const std::string& name) {
  if (const auto* by_id = known.find_unit(name)) return by_id;
  const auto wanted = fold(name);
  const auto found =
      std::ranges::find_if(known.units(), [&](const auto& u) { return fold(u.full_name) == wanted; });
  return found == known.units().end() ? nullptr : &*found;
}

std::string yes_or_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace

record_values values_of(const dossier& row, const knowledge::library& known, const knowledge::unit* here,
                        timestamp now) {
  const auto* unit = row.unit.empty() ? here : unit_named(known, row.unit);
  const auto title = known.title_of(row.procedure);
  const bool under_way = row.state == dossier_state::received || row.state == dossier_state::processing;
  const bool late = under_way && !row.due.empty() && row.due < iso_day(local_time_of(now).day);
  return {{"dossier", "found"},
          {"dossier.state", std::string{to_string(row.state)}},
          {"dossier.late", yes_or_no(late)},
          {"dossier.code", row.code},
          {"dossier.procedure", title.empty() ? row.procedure : title},
          {"dossier.received", day_of(row.received)},
          {"dossier.due", day_of(row.due)},
          {"dossier.note", row.note},
          {"dossier.place", unit != nullptr ? unit->full_name : row.unit},
          {"dossier.address", unit != nullptr ? unit->address : ""},
          {"dossier.hours", unit != nullptr ? unit->hours : ""}};
}

record_values values_of(const request_status& row, timestamp now, const std::string& prefix) {
  const auto due = local_time_of(row.due);
  auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return {{prefix, "found"},
          {prefix + ".state", std::string{to_string(row.state)}},
          {prefix + ".late", yes_or_no(row.state != request_state::closed && row.due < now)},
          {prefix + ".code", row.code},
          {prefix + ".due",
           two(due.minute / 60) + ":" + two(due.minute % 60) + " ngày " + day_of(iso_day(due.day))}};
}

}  // namespace thanthien::dialogs
