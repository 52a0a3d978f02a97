#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

enum class channel : std::uint8_t { messenger, zalo, web, terminal };

std::string_view to_string(channel c);
std::optional<channel> parse_channel(std::string_view name);

enum class event_kind : std::uint8_t {
  message,          ///< from the resident: text, attachments, or a tapped choice (`payload`)
  opened,           ///< from the resident: followed, pressed Get Started, opened the web chat
  left,             ///< from the resident: unfollowed or blocked us
  staff_message,    ///< a person wrote to the resident outside our console (page inbox, OA Manager)
  thread_taken,     ///< the platform gave the thread to another app or a person: be silent
  thread_returned,  ///< and gave it back
  own_echo,         ///< the platform shows us a message that we sent (`refers_to`)
  delivered,        ///< receipt for `refers_to`, or for all up to `watermark`
  read,
  edited,   ///< the resident changed message `refers_to`; `text` is the new text
  deleted,  ///< the resident took message `refers_to` back
  reaction,
  erase_request,     ///< the resident withdrew consent: delete what we keep of him
  account_notice,    ///< the platform warns or blocks the account: an operator must look (`text`)
  other,             ///< understood as not for the dialog; kept for the record
  officer_took,      ///< our console: an officer took the case
  officer_message,   ///< our console: an officer answers
  officer_returned,  ///< our console: back to the bot
  officer_closed     ///< our console: the case is settled
};

std::string_view to_string(event_kind k);
std::optional<event_kind> parse_event_kind(std::string_view name);

/// Only these move the dialog; all others are records about messages.
bool moves_dialog(event_kind k);

struct attachment {
  enum class kind : std::uint8_t { image, audio, video, file, sticker, location, contact, link, other };

  kind what = kind::other;
  std::string url;   ///< as the platform gave it; never fetched by the dialog
  std::string name;  ///< file name, place name or link title
  std::optional<double> latitude, longitude;

  bool operator==(const attachment&) const = default;
};

std::string_view to_string(attachment::kind k);
std::optional<attachment::kind> parse_attachment_kind(std::string_view name);

/// One thing that happened, in one vocabulary for all platforms. Ids are opaque text.
struct event {
  dialogs::channel channel = channel::terminal;
  std::string account;  ///< our page id, OA id; "" for web and terminal
  std::string person;   ///< the resident's id on that account
  std::string id;       ///< unique per channel and account: the key of "one event, one effect"
  event_kind kind = event_kind::message;
  timestamp at{};       ///< the platform's time; the epoch when it gave none
  std::string text;     ///< valid UTF-8
  std::string payload;  ///< of a tapped choice; a resident can type it by hand too, so it has no authority
  std::vector<attachment> attachments;
  std::string refers_to;  ///< the platform's own id of the message this is (message, staff_message, own_echo)
                          ///< or is about (receipts, edits)
  std::optional<timestamp> watermark;
  std::string by;   ///< staff or officer: name or id, as far as known
  std::string raw;  ///< the item as it arrived, as evidence

  bool operator==(const event&) const = default;
};

struct choice {
  std::string title;    ///< at most 20 characters fit every platform
  std::string payload;  ///< what comes back when it is tapped; namespaced, e.g. "topic:khai-sinh"
  std::string url;      ///< instead of a payload: opens a page

  bool operator==(const choice&) const = default;
};

/// One message to the resident, before a platform's limits split it.
struct reply {
  enum class author : std::uint8_t { bot, officer };

  std::string text;
  std::vector<choice> choices;
  author from = author::bot;
  std::string by;  ///< officer's name

  bool operator==(const reply&) const = default;
};

}  // namespace thanthien::dialogs
