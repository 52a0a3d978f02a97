#pragma once

#include "dialogs/records.hpp"
#include "knowledge/library.hpp"

#include <map>
#include <string>
#include <string_view>

namespace thanthien::dialogs {

/// What dialog files read of a record: conditions compare with them, placeholders show them.
using record_values = std::map<std::string, std::string, std::less<>>;

/// dossier (found), dossier.state, .late, .code, .procedure, .received, .due, .note, .place, .address,
/// .hours. `here` is the unit that speaks with the resident, for a table without a column of units; may be
/// nullptr.
record_values values_of(const dossier& row, const knowledge::library& known, const knowledge::unit* here,
                        timestamp now);

/// PREFIX (found), PREFIX.state, .late, .code, .due.
record_values values_of(const request_status& row, timestamp now, const std::string& prefix);

}  // namespace thanthien::dialogs
