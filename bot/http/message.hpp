#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace thanthien::bot::http {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// A request as handlers see it: no Beast outside bot/http.
struct request {
  std::string method;   ///< "GET"
  std::string target;   ///< as received: "/chat/api/messages?after=7"
  std::string path;     ///< percent-decoded, without query; "" when it cannot be decoded
  std::vector<std::pair<std::string, std::string>> query;  ///< percent-decoded, in order
  header_list headers;
  std::string body;
  std::string remote;   ///< address of the peer, or of the client when a listed proxy says so

  std::string_view header(std::string_view name) const;     ///< case-insensitive; "" when absent
  std::string_view parameter(std::string_view name) const;  ///< of the query; "" when absent
  std::string_view cookie(std::string_view name) const;
};

/// A stream of server-sent events: the handler keeps it and writes; `send` is awaited until the bytes are with the
/// kernel and returns false when the client is gone (or the server stops).
class event_stream {
 public:
  virtual ~event_stream() = default;
  virtual boost::asio::awaitable<bool> send(std::string_view event, std::string_view data, std::string_view id = {}) = 0;
  /// Sends a comment line; keeps proxies and old phones from closing a silent stream.
  virtual boost::asio::awaitable<bool> keep_alive() = 0;
};

struct response {
  int status = 200;
  header_list headers;  ///< Content-Type among them; security headers are added by the server
  std::string body;
  bool close = false;
  /// When set, the head is sent as text/event-stream and this runs until it returns.
  std::function<boost::asio::awaitable<void>(std::shared_ptr<event_stream>)> stream;
};

response text(int status, std::string body);
response json(int status, std::string body);

using handler = std::function<boost::asio::awaitable<response>(request)>;

}  // namespace thanthien::bot::http
