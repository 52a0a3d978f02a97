#include "bot/tokens.hpp"

#include "adapters/zalo/zalo.hpp"
#include "bot/async.hpp"
#include "bot/metrics.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace thanthien::bot {

using namespace std::chrono_literals;

namespace {
constexpr auto renew_before = 2h;
constexpr int most_attempts = 2;
}  // namespace

struct tokens::per_account {
  line one_at_a_time;
  std::optional<bot::zalo_tokens> kept;  ///< opened, as last read or written
};

tokens::tokens(const config& from, store& where, http::client& out, sealer seal, clock_source now, metrics& count)
    : config_(from), store_(where), http_(out), seal_(std::move(seal)), now_(std::move(now)), metrics_(count) {
  if (config_.zalo)
    for (const auto& a : config_.zalo->accounts) accounts_.emplace(a.oa_id, std::make_unique<per_account>());
}

tokens::~tokens() = default;

awaitable<std::optional<bot::zalo_tokens>> tokens::opened(std::string account) {
  auto& here = *accounts_.at(account);
  if (here.kept) co_return here.kept;
  auto sealed = co_await store_.tokens(account);
  if (!sealed) co_return std::nullopt;
  const auto access = seal_.open(sealed->access);
  const auto refresh = seal_.open(sealed->refresh);
  if (!access || !refresh) {
    spdlog::error("event=token_unreadable account={} hint=\"the key file does not fit this database\"", account);
    co_return std::nullopt;
  }
  sealed->access = *access;
  sealed->refresh = *refresh;
  here.kept = sealed;
  co_return sealed;
}

awaitable<void> tokens::save(bot::zalo_tokens plain) {
  auto sealed = plain;
  sealed.access = seal_.seal(plain.access);
  sealed.refresh = seal_.seal(plain.refresh);
  co_await store_.save_tokens(sealed, now_());
  accounts_.at(plain.account)->kept = std::move(plain);
}

awaitable<void> tokens::adopt_configured() {
  if (!config_.zalo) co_return;
  for (const auto& a : config_.zalo->accounts) {
    auto known = co_await opened(a.oa_id);
    const bool fresh = !known || (known->status == "needs_reauth" && known->refresh != a.refresh_token);
    if (fresh && !a.refresh_token.empty()) co_await save({a.oa_id, "", a.refresh_token, {}, known ? known->generation : 0, "ok", 0});
  }
}

awaitable<std::optional<adapters::credentials>> tokens::credentials(dialogs::channel channel, std::string account) {
  if (channel == dialogs::channel::messenger) {
    if (config_.messenger)
      for (const auto& page : config_.messenger->pages)
        if (page.page_id == account)
          co_return adapters::credentials{page.access_token, config_.messenger->app_secrets.front()};
    co_return std::nullopt;
  }
  if (channel != dialogs::channel::zalo || !accounts_.contains(account)) co_return std::nullopt;
  auto known = co_await opened(account);
  if (!known || known->access.empty() || known->expires_at <= now_()) {
    const bool renewed = co_await renew_zalo(account, known ? known->access : "");
    if (!renewed) co_return std::nullopt;
    known = co_await opened(account);
  }
  co_return adapters::credentials{known->access, config_.zalo->app_secret_proof ? config_.zalo->app_secret : ""};
}

awaitable<bool> tokens::renew(dialogs::channel channel, std::string account, std::string dead_token) {
  if (channel != dialogs::channel::zalo || !accounts_.contains(account)) co_return false;
  co_return co_await renew_zalo(std::move(account), std::move(dead_token));
}

awaitable<bool> tokens::renew_zalo(std::string account, std::string dead_token) {
  const auto place = co_await accounts_.at(account)->one_at_a_time.wait();
  auto known = co_await opened(account);
  if (!known) co_return false;
  // Somebody renewed it while we stood in line.
  if (known->access != dead_token && !known->access.empty() && known->expires_at > now_()) co_return true;
  if (known->status == "needs_reauth") co_return false;

  while (known->attempts < most_attempts) {
    ++known->attempts;
    known->status = "renewing";
    co_await save(*known);  // noted before the call: a crash in between counts as an attempt
    const auto call = adapters::refresh_request(config_.zalo->app_id, config_.zalo->app_secret, known->refresh);
    http::outbound request;
    request.method = call.what.method;
    request.url = config_.zalo->oauth + call.what.path;
    request.headers = call.headers;
    request.body = call.what.body;
    const auto got = co_await http_.send(std::move(request));
    if (got.what == http::answer::outcome::not_sent) {
      --known->attempts;  // certainly not used up
      known->status = "ok";
      co_await save(*known);
      metrics_.count("token_renewals", "outcome=\"unreachable\"");
      co_return false;
    }
    if (got.what == http::answer::outcome::unknown || got.status >= 500) continue;
    const auto fresh = adapters::read_tokens(got.body);
    if (!fresh) {
      spdlog::error("event=token_refused account={} why=\"{}\"", account, fresh.error());
      break;
    }
    known->access = fresh->access;
    known->refresh = fresh->refresh;
    known->expires_at = now_() + fresh->expires_in;
    known->status = "ok";
    known->attempts = 0;
    ++known->generation;
    co_await save(*known);  // durable before its first use: the old pair is dead already
    metrics_.count("token_renewals", "outcome=\"ok\"");
    co_return true;
  }
  known->status = "needs_reauth";
  co_await save(*known);
  metrics_.count("token_renewals", "outcome=\"needs_reauth\"");
  spdlog::error("event=token_lost account={} hint=\"authorise the Official Account again and put its refresh token into the configuration\"", account);
  co_return false;
}

awaitable<void> tokens::renew_what_ends_soon() {
  for (auto& [account, state] : accounts_) {
    const auto known = co_await opened(account);
    if (known && known->status != "needs_reauth" && known->expires_at - now_() < renew_before)
      co_await renew_zalo(account, known->access);
  }
}

}  // namespace thanthien::bot
