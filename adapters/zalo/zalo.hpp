#pragma once

#include "adapters/platform.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::adapters {

struct zalo_settings {
  std::string app_id;
  std::vector<std::string> oa_secret_keys;  ///< any of them verifies: two while the key is being changed
  std::vector<std::string> accounts;        ///< ids of the Official Accounts we serve; others are left out
};

/// Zalo Official Account: webhooks and consultation messages (v3.0).
///
///     {"app_id":"APP","event_name":"user_send_text","timestamp":"1767225600123","user_id_by_app":"U",
///      "sender":{"id":"USER"},"recipient":{"id":"OA"},"message":{"msg_id":"7e5a","text":"Xin chào"}}
class zalo final : public platform {
 public:
  explicit zalo(zalo_settings settings);

  dialogs::channel channel() const override { return dialogs::channel::zalo; }

  /// `X-ZEvent-Signature: mac=<hex>`, plain SHA-256 of app id, raw body, the body's timestamp and the OA
  /// secret key. The body's app_id must be ours.
  signature verify(const webhook_call& call) const override;
  inbound parse(std::string_view body) const override;
  std::vector<request> render(const dialogs::reply& what, const std::string& account,
                              const std::string& person) const override;
  std::optional<request> as_plain_text(const request& refused) const override;
  std::pair<std::string, header_list> authorise(const request& what, const credentials& with) const override;

  /// `plain_text` is given for every refusal of a form; when `as_plain_text` has nothing, the message has
  /// failed. A `retry` of code -200 is meant to happen once only.
  verdict judge(int http_status, const header_list& headers, std::string_view body) const override;

  /// A tapped button posts its payload into the chat as text; this marks it as ours.
  static constexpr std::string_view payload_prefix = "#tt:";

 private:
  zalo_settings settings_;
};

/// OAuth v4. A refresh token is single use: the pair that comes back must be stored before it is used.
struct zalo_token_request {
  request what;         ///< below the oauth address of the configuration; body form-encoded
  header_list headers;  ///< with the app's secret
};
zalo_token_request refresh_request(const std::string& app_id, const std::string& app_secret,
                                   const std::string& refresh_token);

struct zalo_tokens {
  std::string access;
  std::string refresh;
  std::chrono::seconds expires_in{0};

  bool operator==(const zalo_tokens&) const = default;
};
/// The error is Vietnamese, for the operator, and begins with the platform's code if there is one; it holds
/// no token.
std::expected<zalo_tokens, std::string> read_tokens(std::string_view body);

}  // namespace thanthien::adapters
