#pragma once

#include "dialogs/message.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::adapters {

/// A webhook call as it came over the wire. `header` finds a value by name, whatever its case; "" when absent.
struct webhook_call {
  std::string_view body;  ///< the raw bytes; signatures are over these, before any parsing
  std::function<std::string_view(std::string_view name)> header;
};

enum class signature : std::uint8_t {
  valid,
  absent,        ///< no signature at all
  wrong,         ///< present, but not the one these bytes have
  no_secret      ///< nothing to verify against: the channel is closed
};

/// A part of a webhook that could not be read although it was signed: kept, visible, never retried.
struct unreadable {
  std::string raw;
  std::string why;

  bool operator==(const unreadable&) const = default;
};

struct inbound {
  std::vector<dialogs::event> events;   ///< in the order received; `account` says for whom
  std::vector<unreadable> quarantined;
};

/// One HTTP request to a platform, without credentials: what the outbox keeps.
struct request {
  std::string method = "POST";
  std::string path;  ///< below the configured base address, with query but without credentials
  std::string body;  ///< JSON

  bool operator==(const request&) const = default;
};

/// Credentials for one call; added to the request just before it leaves.
struct credentials {
  std::string access_token;
  std::string app_secret;
};

using header_list = std::vector<std::pair<std::string, std::string>>;

/// What became of a request, and what the courier does about it.
struct verdict {
  enum class kind : std::uint8_t {
    accepted,
    retry,          ///< certainly refused, may be sent again after `wait`
    renew_token,    ///< certainly refused: token dead; renew, then once more
    plain_text,     ///< certainly refused: the form (buttons) was not liked; send `as_plain_text`
    failed,         ///< certainly refused, and again would be: shown to officers with `why`
    stop_account,   ///< failed, and all others of this account will: an operator must act
    thread_elsewhere, ///< failed: another app or a person owns the thread: be silent
    uncertain       ///< may have been delivered: never sent again by itself
  };

  kind what = kind::uncertain;
  std::string message_id;         ///< the platform's, when accepted
  std::string code;               ///< the platform's error code, for the log: "100/2018001"
  std::string why;                ///< Vietnamese, for the officer
  std::chrono::seconds wait{0};   ///< for retry; 0 = the courier's own back-off
  bool once = false;              ///< for retry: one more time and no more
};

std::string_view to_string(verdict::kind k);

/// The whole contract of a platform. Pure translation: no socket, no clock, no state; safe to share between threads.
class platform {
 public:
  virtual ~platform() = default;

  virtual dialogs::channel channel() const = 0;

  virtual signature verify(const webhook_call& call) const = 0;

  /// Only for bodies whose signature is valid. Never throws. Whatever cannot be read is quarantined, item by item;
  /// what is not for us (unknown accounts and kinds, groups) is left out or becomes event_kind::other.
  virtual inbound parse(std::string_view body) const = 0;

  /// The requests that bring `what` to the person, in order, within the platform's limits: long texts are split, choices
  /// become buttons or quick replies, or numbers in the text where they do not fit. Never empty for a non-empty text.
  virtual std::vector<request> render(const dialogs::reply& what, const std::string& account,
                                      const std::string& person) const = 0;

  /// The same request without buttons, choices as numbered lines; nothing when it is plain already.
  virtual std::optional<request> as_plain_text(const request& refused) const = 0;

  /// Adds the credentials: path with query, and headers.
  virtual std::pair<std::string, header_list> authorise(const request& what, const credentials& with) const = 0;

  /// Reads the platform's answer.
  virtual verdict judge(int http_status, const header_list& headers, std::string_view body) const = 0;
};

}  // namespace thanthien::adapters
