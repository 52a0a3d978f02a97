#pragma once

#include "adapters/platform.hpp"

#include <chrono>
#include <string_view>

namespace thanthien::adapters {

/// "" when absent; the name in any case.
std::string_view find_header(const header_list& headers, std::string_view name);

/// Retry-After in seconds, at most a day; 0 when absent or given as a date.
std::chrono::seconds retry_after(const header_list& headers);

/// What an answer without a readable error of the platform means. Only a status that certainly refuses allows
/// another try; a server that failed in the middle may have delivered.
verdict judge_status(int http_status, const header_list& headers, std::string_view platform_name);

}  // namespace thanthien::adapters
