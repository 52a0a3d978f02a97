#include "dialogs/message.hpp"

#include <array>

namespace thanthien::dialogs {

std::string_view to_string(channel c) {
  constexpr std::array<std::string_view, 4> names{"messenger", "zalo", "web", "terminal"};
  const auto at = static_cast<std::size_t>(c);
  return at < names.size() ? names[at] : "terminal";
}

std::optional<channel> parse_channel(std::string_view name) {
  for (auto c : {channel::messenger, channel::zalo, channel::web, channel::terminal})
    if (to_string(c) == name) return c;
  return std::nullopt;
}

std::string_view to_string(event_kind k) {
  constexpr std::array<std::string_view, 19> names{
      "message",       "opened",         "left",  "staff_message", "thread_taken",    "thread_returned",
      "own_echo",      "delivered",      "read",  "edited",        "deleted",         "reaction",
      "erase_request", "account_notice", "other", "officer_took",  "officer_message", "officer_returned",
      "officer_closed"};
  const auto at = static_cast<std::size_t>(k);
  return at < names.size() ? names[at] : "other";
}

bool moves_dialog(event_kind k) {
  switch (k) {
    case event_kind::message:
    case event_kind::opened:
    case event_kind::staff_message:
    case event_kind::thread_taken:
    case event_kind::thread_returned:
    case event_kind::officer_took:
    case event_kind::officer_message:
    case event_kind::officer_returned:
    case event_kind::officer_closed:
      return true;
    case event_kind::left:
    case event_kind::own_echo:
    case event_kind::delivered:
    case event_kind::read:
    case event_kind::edited:
    case event_kind::deleted:
    case event_kind::reaction:
    case event_kind::erase_request:
    case event_kind::account_notice:
    case event_kind::other:
      return false;
  }
  return false;
}

std::string_view to_string(attachment::kind k) {
  constexpr std::array<std::string_view, 9> names{"image",    "audio",   "video", "file", "sticker",
                                                  "location", "contact", "link",  "other"};
  const auto at = static_cast<std::size_t>(k);
  return at < names.size() ? names[at] : "other";
}

}  // namespace thanthien::dialogs
