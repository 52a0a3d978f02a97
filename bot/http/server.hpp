#pragma once

#include "bot/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

namespace thanthien::bot::http {

/// Everything from outside has a limit. Defaults are those of the product.
struct server_limits {
  std::size_t body_bytes = 1 << 20;
  std::size_t header_bytes = 8 << 10;
  std::size_t header_fields = 100;
  std::chrono::seconds header_time{10};
  std::chrono::seconds body_time{20};
  std::chrono::seconds write_time{20};
  std::chrono::seconds idle_time{75};
  std::size_t connections = 10'000;
  std::size_t connections_per_address = 1'000;
};

struct server_options {
  std::string listen;  ///< "127.0.0.1:8080"; port 0 takes a free one
  server_limits limits;
  header_list security_headers;             ///< added to every response that has no such header
  std::vector<std::string> trusted_proxies; ///< only from these is X-Forwarded-For believed
};

/// One listener with its sessions. What bad input gets: too long a body 413, a bad or smuggled head 400, unknown to the
/// handler whatever the handler says; an exception of a handler is logged and becomes 500 with a reference number.
class server {
 public:
  /// Binds at once; throws std::system_error whose text names the address and what to do.
  server(boost::asio::any_io_executor executor, server_options options, handler handle);
  ~server();

  std::uint16_t port() const;
  std::string address() const;  ///< "127.0.0.1:41234"

  /// Starts accepting.
  void start();

  /// Stops accepting at once, ends idle connections and streams, lets running requests finish until `patience` is over,
  /// then closes what is left. Completes when no session is left.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds patience);

  std::size_t open_connections() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace thanthien::bot::http
