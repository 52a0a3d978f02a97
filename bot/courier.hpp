#pragma once

#include "adapters/platform.hpp"
#include "bot/clock.hpp"
#include "bot/http/client.hpp"
#include "bot/store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace thanthien::bot {

class live;
class metrics;

/// Where the courier gets what a request needs just before it leaves.
class credential_source {
 public:
  virtual ~credential_source() = default;
  /// Nothing when there is no usable token now: the account's replies wait.
  virtual awaitable<std::optional<adapters::credentials>> credentials(dialogs::channel channel, std::string account) = 0;
  /// The platform said that the token is dead. True when there is a new one.
  virtual awaitable<bool> renew(dialogs::channel channel, std::string account, std::string dead_token) = 0;
};

struct courier_settings {
  std::map<dialogs::channel, std::shared_ptr<const adapters::platform>> platforms;
  std::map<dialogs::channel, std::string> api;  ///< base addresses
  int at_once = 32;                             ///< requests on their way, over all accounts
  int tries = 4;                                ///< of one reply, all in all
  std::chrono::milliseconds first_wait{1'000};  ///< doubles with each try, with jitter
  std::chrono::milliseconds longest_wait{300'000};
  std::chrono::milliseconds account_pause{60'000};  ///< after trouble that all replies of an account would meet
  std::chrono::milliseconds timeout{15'000};
  /// The platform said that another app or a person has the conversation: the bot must be silent in it.
  std::function<boost::asio::awaitable<void>(std::int64_t conversation)> thread_lost;
};

/// Takes replies from the outbox to their platforms. A reply is durably "sending" before its first byte leaves; it is sent
/// again by itself only when the platform or the network certainly refused it. Order per person is kept by the claim.
class courier {
 public:
  courier(boost::asio::any_io_executor executor, store& where, credential_source& tokens, http::client& out,
          courier_settings settings, clock_source now, live& tell, metrics& count);

  /// Runs until stop(); completes when nothing is on its way any more.
  boost::asio::awaitable<void> run();

  /// There is something new in the outbox.
  void wake();
  void stop();

 private:
  boost::asio::awaitable<void> deliver(claimed what);
  struct result {
    settlement row;
    bool thread_lost = false;
  };

  boost::asio::awaitable<result> attempt(const claimed& what);
  boost::asio::awaitable<result> judged(const claimed& what, const adapters::platform& platform, http::answer got,
                                        std::string token);
  settlement again(const claimed& what, std::chrono::milliseconds wait, std::string code, std::string why);
  std::vector<std::string> paused_accounts();
  void pause(const std::string& account, const std::string& why);
  boost::asio::awaitable<void> rest();

  boost::asio::any_io_executor executor_;
  store& store_;
  credential_source& tokens_;
  http::client& http_;
  courier_settings settings_;
  clock_source now_;
  live& live_;
  metrics& metrics_;
  boost::asio::steady_timer sleep_;
  std::map<std::string, timestamp> paused_until_;
  int on_their_way_ = 0;
  bool woken_ = false;
  bool stopping_ = false;
};

}  // namespace thanthien::bot
