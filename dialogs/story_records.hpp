#pragma once

#include "dialogs/records.hpp"
#include "knowledge/fields.hpp"
#include "knowledge/problem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace thanthien::dialogs {

/// What a story's office has on record: its `dossiers:` (with them, a table that was imported at `at`) and
/// `requests:`. Problems are appended with their places.
records read_story_records(const knowledge::fields& story, const std::string& file, timestamp at,
                           std::vector<knowledge::problem>& problems);

/// "2026-11-23 09:00", Vietnam's time.
std::optional<timestamp> story_time(const std::string& text);
std::string story_time(timestamp at);

}  // namespace thanthien::dialogs
