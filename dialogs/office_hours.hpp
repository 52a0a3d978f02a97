#pragma once

#include "dialogs/message.hpp"
#include "knowledge/calendar.hpp"

#include <chrono>
#include <optional>

namespace thanthien::dialogs {

struct settings;

/// When offices work: the days and hours of settings.yaml without the holidays of calendar.yaml. One rule for
/// what residents are told and for the deadlines of officers. Holds references: lives as long as a turn.
class office_hours {
 public:
  office_hours(const settings& rules, const knowledge::calendar& holidays)
      : rules_(rules), holidays_(holidays) {}

  bool open(timestamp at) const;
  bool working_day(std::chrono::sys_days local_day) const;
  /// The holiday of the day, also when it falls on a weekend; or nullptr.
  const knowledge::calendar::holiday* holiday(timestamp at) const;
  /// When offices open next, `from` itself when they are open; nothing when they do not within a month.
  std::optional<timestamp> next_open(timestamp from) const;
  /// The moment at which `work` of working time has passed since `from`. When the settings leave no time to
  /// work in, simply as much later.
  timestamp after(timestamp from, std::chrono::minutes work) const;

 private:
  const settings& rules_;
  const knowledge::calendar& holidays_;
};

/// The day in Vietnam.
std::chrono::sys_days local_day(timestamp at);

}  // namespace thanthien::dialogs
