#pragma once

#include "dialogs/message.hpp"

#include <chrono>

namespace thanthien::bot::office_hours {

/// Working time of an ordinary office in Viet Nam (UTC+7, no summer time): Monday to Friday, 7:30-11:30 and 13:00-16:30.
/// Used for deadlines only; what residents are told of a unit's hours comes from the knowledge.
bool open(dialogs::timestamp at);

/// The moment at which `work` minutes of working time have passed since `from`.
dialogs::timestamp after(dialogs::timestamp from, std::chrono::minutes work);

}  // namespace thanthien::bot::office_hours
