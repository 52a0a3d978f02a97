#pragma once

#include "bot/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace thanthien::bot::http {

/// Everything from outside has a limit. Defaults are those of the product.
struct server_limits {
  std::size_t body_bytes = 1 << 20;
  std::size_t header_bytes = 8 << 10;
  std::size_t header_fields = 100;
  std::chrono::seconds header_time{10};  ///< from the first byte of a head to its last
  std::chrono::seconds body_time{20};    ///< from the end of the head to the end of the body
  std::chrono::seconds write_time{20};   ///< for the client to take anything at all of what is written
  std::chrono::seconds idle_time{75};    ///< without a byte of a next request
  std::size_t connections = 10'000;
  std::size_t connections_per_address = 1'000;  ///< not for trusted proxies
};

struct server_options {
  std::string listen;  ///< "127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one
  server_limits limits;
  header_list security_headers;  ///< added to every response that has no such header
  std::vector<std::string>
      trusted_proxies;  ///< addresses or networks (10.0.0.0/8); only from these X-Forwarded-For is believed
};

/// Since the start; for /metrics.
struct server_counters {
  std::uint64_t connections = 0;          ///< accepted, refused ones among them
  std::uint64_t refused_connections = 0;  ///< over one of the caps: 503
  std::uint64_t requests = 0;             ///< handed to the handler
  std::uint64_t bad_requests = 0;         ///< 400 and 413 that the server itself gave
  std::uint64_t time_outs = 0;            ///< of head, body or write; idle ones do not count
  std::uint64_t faults = 0;               ///< exceptions of the handler: 500
};

/// One listener with its sessions. What bad input gets: too long a body 413, a bad or smuggled head 400,
/// unknown to the handler whatever the handler says; an exception of a handler is logged and becomes 500 with
/// a reference number. HEAD is given to the handler as HEAD; whatever body it returns is counted but not
/// sent.
///
/// Everything runs on `executor`, which must not run two things at once: one thread's io_context, or a
/// strand. The member functions are called there too, except stop, which goes there by itself.
class server {
 public:
  /// Binds at once; throws std::system_error whose text names the address and what to do.
  server(boost::asio::any_io_executor executor, server_options options, handler handle);
  /// Closes what is still open, without waiting for anything: stop first.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  std::uint16_t port() const;
  std::string address() const;  ///< "127.0.0.1:41234"

  /// Starts accepting.
  void start();

  /// Stops accepting at once, ends idle connections and streams, lets running requests finish until
  /// `patience` is over, then cancels and closes what is left. Completes when no session is left. Connections
  /// that were in use a moment ago are given a moment more: their next request is answered with
  /// "Connection: close" instead of a closed door.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds patience);

  std::size_t open_connections() const;
  server_counters counters() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace thanthien::bot::http
