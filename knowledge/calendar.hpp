#pragma once

#include "knowledge/fields.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// Public holidays, and rest days that are worked in exchange for a day between holidays. calendar.yaml.
class calendar {
 public:
  struct holiday {
    std::string name;
    std::chrono::sys_days from, to;  ///< both days are off
  };

  void add(holiday what) { holidays_.push_back(std::move(what)); }
  void add_working_day(std::chrono::sys_days day) { working_.push_back(day); }

  /// nullptr on any other day; weekends are not the calendar's business.
  const holiday* holiday_on(std::chrono::sys_days day) const;
  /// A Saturday or Sunday on which offices work.
  bool worked_in_exchange(std::chrono::sys_days day) const;

  const std::vector<holiday>& holidays() const { return holidays_; }

 private:
  std::vector<holiday> holidays_;
  std::vector<std::chrono::sys_days> working_;
};

/// "2026-09-02"; nothing when it is no such day.
std::optional<std::chrono::sys_days> parse_day(std::string_view iso);

/// Reads the map of calendar.yaml; what is wrong is told with its place.
calendar read_calendar(const yaml_node& root, const std::string& file, std::vector<problem>& problems);

}  // namespace thanthien::knowledge
