#pragma once

#include "adapters/json_reader.hpp"
#include "dialogs/message.hpp"

#include <string>
#include <string_view>

namespace thanthien::adapters {

/// A platform's time: milliseconds or seconds, as number or text; the epoch when it is missing or senseless.
dialogs::timestamp read_timestamp(const json_value& value);

/// The key of an event that has no id of its own: a redelivery repeats its bytes.
std::string fallback_id(std::string_view raw);

}  // namespace thanthien::adapters
