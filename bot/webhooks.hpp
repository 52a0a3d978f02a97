#pragma once

#include "adapters/messenger/messenger.hpp"
#include "adapters/zalo/zalo.hpp"
#include "bot/clock.hpp"
#include "bot/http/message.hpp"

#include <boost/asio/awaitable.hpp>
#include <memory>

namespace thanthien::bot {

class metrics;
class store;
class turns;

/// The two doors of the platforms. 200 is said only when everything the call brought is durable; when that cannot be, 503,
/// so that the platform sends it again.
class webhooks {
 public:
  webhooks(std::shared_ptr<const adapters::messenger> messenger, std::shared_ptr<const adapters::zalo> zalo, turns& take,
           store& where, metrics& count, clock_source now);

  boost::asio::awaitable<http::response> messenger_handshake(http::request request);
  boost::asio::awaitable<http::response> messenger(http::request request);
  boost::asio::awaitable<http::response> zalo(http::request request);
  boost::asio::awaitable<http::response> zalo_probe(http::request request);

 private:
  boost::asio::awaitable<http::response> received(const adapters::platform* from, http::request request);

  std::shared_ptr<const adapters::messenger> messenger_;
  std::shared_ptr<const adapters::zalo> zalo_;
  turns& turns_;
  store& store_;
  metrics& metrics_;
  clock_source now_;
};

}  // namespace thanthien::bot
