#pragma once

#include "adapters/platform.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::adapters {

struct messenger_settings {
  std::string app_id;
  std::vector<std::string> app_secrets;  ///< any of them verifies: two while the secret is being changed
  std::string verify_token;
  std::vector<std::string> accounts;  ///< ids of the pages we serve; others are left out
  /// Officers' replies carry the HUMAN_AGENT tag, which the platform must have granted: lets them answer for
  /// 7 days.
  bool human_agent_tag = false;
};

/// Facebook Messenger Platform: webhooks of object "page" and the Send API.
///
///     {"object":"page","entry":[{"id":"PAGE","time":1790000000500,"messaging":[
///       {"sender":{"id":"PSID"},"recipient":{"id":"PAGE"},"timestamp":1790000000300,
///        "message":{"mid":"m_1","text":"Cho hỏi giờ làm việc?"}}]}]}
class messenger final : public platform {
 public:
  explicit messenger(messenger_settings settings);

  dialogs::channel channel() const override { return dialogs::channel::messenger; }

  /// `X-Hub-Signature-256: sha256=<64 lower-case hex digits>`, HMAC-SHA256 of the raw body.
  signature verify(const webhook_call& call) const override;
  inbound parse(std::string_view body) const override;
  std::vector<request> render(const dialogs::reply& what, const std::string& account,
                              const std::string& person) const override;
  std::optional<request> as_plain_text(const request& refused) const override;
  std::pair<std::string, header_list> authorise(const request& what, const credentials& with) const override;
  verdict judge(int http_status, const header_list& headers, std::string_view body) const override;

  /// Webhook verification by GET: what to answer, as text/plain with 200; nothing = 403. `query` is
  /// percent-decoded.
  std::optional<std::string> challenge(const std::vector<std::pair<std::string, std::string>>& query) const;

  /// Meta's data deletion callback: a form field `signed_request`.
  struct deletion_request {
    std::string user_id;  ///< scoped to the app: not the id that a page knows the person by
    dialogs::timestamp issued_at{};

    bool operator==(const deletion_request&) const = default;
  };
  /// Nothing unless one of our secrets signed it.
  std::optional<deletion_request> read_signed_request(std::string_view signed_request) const;

  /// What our own messages carry, so that their echoes are recognised.
  static constexpr std::string_view own_metadata = "thanthien";

 private:
  messenger_settings settings_;
};

}  // namespace thanthien::adapters
