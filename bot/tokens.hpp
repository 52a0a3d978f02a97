#pragma once

#include "bot/clock.hpp"
#include "bot/config.hpp"
#include "bot/courier.hpp"
#include "bot/http/client.hpp"
#include "bot/secrets.hpp"
#include "bot/store/store.hpp"

#include <memory>
#include <string>

namespace thanthien::bot {

/// Access tokens of the accounts we serve. Messenger's are fixed; Zalo's live 25 hours and are renewed with a refresh token
/// that works once: the attempt is noted before the call, the new pair is durable before it is used, and after two attempts
/// with an unknown outcome a person must authorise the account anew (status `needs_reauth`).
class tokens final : public credential_source {
 public:
  tokens(const config& from, store& where, http::client& out, sealer seal, clock_source now, metrics& count);
  ~tokens() override;

  /// Puts the refresh tokens of the configuration into the store where there are none yet, or where the one on record is
  /// dead and the configuration brings another.
  awaitable<void> adopt_configured();

  awaitable<std::optional<adapters::credentials>> credentials(dialogs::channel channel, std::string account) override;
  awaitable<bool> renew(dialogs::channel channel, std::string account, std::string dead_token) override;

  /// Renews what ends within two hours. Called now and then.
  awaitable<void> renew_what_ends_soon();

 private:
  struct per_account;

  awaitable<bool> renew_zalo(std::string account, std::string dead_token);
  awaitable<std::optional<bot::zalo_tokens>> opened(std::string account);
  awaitable<void> save(bot::zalo_tokens plain);

  const config& config_;
  store& store_;
  http::client& http_;
  sealer seal_;
  clock_source now_;
  metrics& metrics_;
  std::map<std::string, std::unique_ptr<per_account>> accounts_;
};

}  // namespace thanthien::bot
