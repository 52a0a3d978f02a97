#pragma once

#include "bot/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace thanthien::bot::http {

struct outbound {
  std::string method = "POST";
  std::string url;      ///< http:// or https://, host, optional port, path and query
  header_list headers;  ///< Host and Content-Length are added
  std::string body;
  std::chrono::milliseconds timeout{15'000};
};

/// How far a request got: what decides whether it may be sent again.
struct answer {
  enum class outcome : std::uint8_t {
    answered,  ///< a complete response: see status
    not_sent,  ///< failed before the first byte of the request left (DNS, connect, TLS): certainly not
               ///< delivered
    unknown  ///< failed after bytes may have left (reset, time-out, broken response): may have been delivered
  };

  outcome what = outcome::not_sent;
  int status = 0;
  header_list headers;
  std::string body;   ///< at most 1 MiB
  std::string error;  ///< for the log: no address with a token in it
};

/// HTTPS client of the courier: verifies certificates and host names, keeps idle connections per host,
/// follows no redirects. A kept connection that the peer has closed meanwhile is noticed before the request
/// is written.
class client {
 public:
  /// `ca_file`: more trusted certificates in PEM (a test's own authority), or "".
  client(boost::asio::any_io_executor executor, const std::string& ca_file = {});
  ~client();

  /// Never throws for anything the network does.
  boost::asio::awaitable<answer> send(outbound what);

  /// Closes idle connections.
  void close();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace thanthien::bot::http
