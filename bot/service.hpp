#pragma once

#include "bot/clock.hpp"
#include "bot/config.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace thanthien::bot {

/// The whole running program: both listeners, the turns, the courier, the desk. Construction opens the store, loads the
/// content and binds the ports, and throws one clear sentence when any of it cannot be used.
class service {
 public:
  service(boost::asio::any_io_executor executor, config settings, clock_source now = system_now);
  ~service();

  std::string webhooks_address() const;  ///< "127.0.0.1:8080"
  std::string console_address() const;

  /// Begins to serve. Gives the one-time code for the first account, or "" when there is one.
  boost::asio::awaitable<std::string> start();

  /// Stops accepting, lets what runs finish, closes the store. Completes within `patience`, more or less.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds patience);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace thanthien::bot
