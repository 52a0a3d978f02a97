#include "adapters/inbound.hpp"

#include "adapters/digest.hpp"

namespace thanthien::adapters {

dialogs::timestamp read_timestamp(const json_value& value) {
  auto n = value.integer().value_or(0);
  // 10^12 ms is the year 2001, 10^12 s the year 33658: nothing real is ambiguous.
  if (n < 1'000'000'000'000) n = n > 0 && n < 10'000'000'000 ? n * 1000 : 0;
  if (n > 10'000'000'000'000) n = 0;
  return dialogs::timestamp(std::chrono::milliseconds(n));
}

std::string fallback_id(std::string_view raw) { return "item:" + sha256_hex(raw); }

}  // namespace thanthien::adapters
