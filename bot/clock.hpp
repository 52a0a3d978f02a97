#pragma once

#include "dialogs/message.hpp"

#include <functional>

namespace thanthien::bot {

/// Where time comes from: passed in, so that tests set it.
using clock_source = std::function<dialogs::timestamp()>;

inline dialogs::timestamp system_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace thanthien::bot
