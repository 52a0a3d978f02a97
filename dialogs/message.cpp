#include "dialogs/message.hpp"

#include <array>

namespace thanthien::dialogs {
namespace {

/// The value up to `last` that has this name.
template <class Enum>
std::optional<Enum> named(std::string_view name, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (to_string(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(channel c) {
  constexpr std::array<std::string_view, 4> names{"messenger", "zalo", "web", "terminal"};
  const auto at = static_cast<std::size_t>(c);
  return at < names.size() ? names[at] : "terminal";
}

std::optional<channel> parse_channel(std::string_view name) { return named(name, channel::terminal); }

std::string_view to_string(event_kind k) {
  constexpr std::array<std::string_view, 19> names{
      "message",       "opened",         "left",  "staff_message", "thread_taken",    "thread_returned",
      "own_echo",      "delivered",      "read",  "edited",        "deleted",         "reaction",
      "erase_request", "account_notice", "other", "officer_took",  "officer_message", "officer_returned",
      "officer_closed"};
  const auto at = static_cast<std::size_t>(k);
  return at < names.size() ? names[at] : "other";
}

std::optional<event_kind> parse_event_kind(std::string_view name) {
  return named(name, event_kind::officer_closed);
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

std::optional<attachment::kind> parse_attachment_kind(std::string_view name) {
  return named(name, attachment::kind::other);
}

}  // namespace thanthien::dialogs
