#include "bot/webhooks.hpp"

#include "bot/async.hpp"
#include "bot/metrics.hpp"
#include "bot/store/store.hpp"
#include "bot/turn.hpp"

#include <spdlog/spdlog.h>

namespace thanthien::bot {

using boost::asio::awaitable;

namespace {

/// A redelivery carries the platform's old time and may come hours late, but not days (Messenger retries for up to 36 hours).
constexpr auto oldest_accepted = std::chrono::hours(48);

std::string label(const adapters::platform& from, std::string_view outcome) {
  return "channel=\"" + std::string(dialogs::to_string(from.channel())) + "\",outcome=\"" + std::string(outcome) + "\"";
}

}  // namespace

webhooks::webhooks(std::shared_ptr<const adapters::messenger> messenger, std::shared_ptr<const adapters::zalo> zalo,
                   turns& take, store& where, metrics& count, clock_source now)
    : messenger_(std::move(messenger)), zalo_(std::move(zalo)), turns_(take), store_(where), metrics_(count),
      now_(std::move(now)) {}

awaitable<http::response> webhooks::messenger_handshake(http::request request) {
  if (!messenger_) co_return http::text(503, "");
  if (auto answer = messenger_->challenge(request.query)) co_return http::text(200, *answer);
  co_return http::text(403, "");
}

awaitable<http::response> webhooks::messenger(http::request request) { return received(messenger_.get(), std::move(request)); }

awaitable<http::response> webhooks::zalo(http::request request) { return received(zalo_.get(), std::move(request)); }

awaitable<http::response> webhooks::zalo_probe(http::request) { co_return http::text(200, ""); }

awaitable<http::response> webhooks::received(const adapters::platform* from, http::request request) {
  if (!from) co_return http::text(503, "");
  const auto signature = from->verify({request.body, [&](std::string_view name) { return request.header(name); }});
  switch (signature) {
    case adapters::signature::valid: break;
    case adapters::signature::no_secret:
      metrics_.count("webhooks", label(*from, "closed"));
      co_return http::text(503, "");
    case adapters::signature::absent:
      metrics_.count("webhooks", label(*from, "unsigned"));
      // Zalo's console tests the address with an unsigned call and saves it only when the answer is 200.
      co_return http::text(from->channel() == dialogs::channel::zalo ? 200 : 401, "");
    case adapters::signature::wrong:
      metrics_.count("webhooks", label(*from, "bad_signature"));
      co_return http::text(401, "");
  }

  auto inbound = from->parse(request.body);
  const auto now = now_();
  std::vector<std::function<awaitable<void>()>> jobs;
  for (auto& bad : inbound.quarantined)
    jobs.push_back([this, from, &bad, now] { return store_.quarantine(from->channel(), bad.raw, bad.why, now); });
  for (auto& event : inbound.events) {
    if (event.at != dialogs::timestamp{} && now - event.at > oldest_accepted) {
      jobs.push_back([this, from, &event, now] {
        return store_.quarantine(from->channel(), event.raw, "Tin quá cũ (hơn 48 giờ)", now);
      });
      continue;
    }
    jobs.push_back([this, &event]() -> awaitable<void> { co_await turns_.take(std::move(event)); });
  }
  metrics_.count("webhooks", label(*from, "accepted"));
  if (!inbound.quarantined.empty()) metrics_.count("quarantined", {}, inbound.quarantined.size());
  if (jobs.empty()) co_return http::text(200, "");

  bool durable = false;
  try {
    co_await run_all(std::move(jobs));
    durable = true;
  } catch (const std::exception& e) {
    spdlog::error("event=intake_failed channel={} error=\"{}\"", dialogs::to_string(from->channel()), e.what());
    metrics_.count("webhooks", label(*from, "not_durable"));
  }
  co_return http::text(durable ? 200 : 503, "");
}

}  // namespace thanthien::bot
