#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace thanthien::bot::http {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// ASCII letters compare without case, as names of headers do.
bool same_name(std::string_view one, std::string_view other);
/// The first value under that name; "" when absent.
std::string_view find_header(const header_list& headers, std::string_view name);

/// A token, as names of headers and methods must be.
bool is_field_name(std::string_view text);
/// No line break and no other control character: nothing that a citizen or a platform wrote can end a header
/// line.
bool is_field_value(std::string_view text);

/// A request as handlers see it: no Beast outside bot/http.
struct request {
  std::string method;  ///< "GET"
  std::string target;  ///< as received: "/chat/api/messages?after=7"
  std::string path;    ///< percent-decoded, without query; "" when it cannot be decoded
  std::vector<std::pair<std::string, std::string>> query;  ///< percent-decoded, in order
  header_list headers;
  std::string body;
  std::string remote;  ///< address of the peer, or of the client when a listed proxy says so

  std::string_view header(std::string_view name) const;     ///< case-insensitive; "" when absent
  std::string_view parameter(std::string_view name) const;  ///< of the query; "" when absent
  std::string_view cookie(std::string_view name) const;

  /// Sets target, path and query. False, with path "" and no query, when `to` is not an absolute path of
  /// visible ASCII, or holds a bad escape, a NUL or what is not UTF-8. The server answers such a request with
  /// 400 itself.
  bool set_target(std::string to);
};

/// Undoes percent-encoding; in queries `plus_is_space`. Nothing when an escape is broken, or the result would
/// hold a NUL or not be UTF-8.
std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_space = false);

/// A stream of server-sent events: the handler keeps it and writes; `send` is awaited until the bytes are
/// with the kernel and returns false when the client is gone (or the server stops). Several coroutines of the
/// server's executor may send: their events go out whole, one after the other.
class event_stream {
 public:
  virtual ~event_stream() = default;
  virtual boost::asio::awaitable<bool> send(std::string_view event, std::string_view data,
                                            std::string_view id = {}) = 0;
  /// Sends a comment line; keeps proxies and old phones from closing a silent stream.
  virtual boost::asio::awaitable<bool> keep_alive() = 0;
};

struct response {
  int status = 200;
  header_list headers;  ///< Content-Type among them; security headers are added by the server
  std::string body;
  bool close = false;
  /// When set, the head is sent as text/event-stream and this runs until it returns. When the client goes
  /// away or the server stops, the coroutine is cancelled: whatever it awaits ends with operation_aborted, so
  /// nothing waits for a next event in vain. Undo what it registered in destructors.
  std::function<boost::asio::awaitable<void>(std::shared_ptr<event_stream>)> stream;
};

response text(int status, std::string body);
response json(int status, std::string body);
/// {"error": {"code": code, "message": message}}, as bot/desk/README.md promises.
response error(int status, std::string_view code, std::string_view message);

using handler = std::function<boost::asio::awaitable<response>(request)>;

}  // namespace thanthien::bot::http
