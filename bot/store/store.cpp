#include "bot/store/store.hpp"

#include <array>

namespace thanthien::bot {

std::string_view to_string(author a) {
  constexpr std::array names{"resident", "bot", "officer", "outside"};
  return names[static_cast<std::size_t>(a)];
}

std::string_view to_string(delivery_state s) {
  constexpr std::array names{"queued", "sending", "accepted", "delivered", "failed", "uncertain", "cancelled"};
  return names[static_cast<std::size_t>(s)];
}

std::string_view to_string(case_state s) {
  constexpr std::array names{"waiting", "held", "closed"};
  return names[static_cast<std::size_t>(s)];
}

}  // namespace thanthien::bot
