#include "bot/http/client.hpp"

#include "bot/http/with_timeout.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>

#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace thanthien::bot::http {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_body = 1 << 20;
constexpr std::uint32_t longest_head = 32 << 10;
constexpr std::size_t kept_per_host = 16;
// Below the idle limits that servers and middle boxes commonly have; a server that names a shorter one is
// believed.
constexpr std::chrono::seconds kept_time{30};
constexpr std::chrono::seconds names_time{60};
// A first address that swallows everything must not use up the time of the second.
constexpr milliseconds connect_time{4000};

struct destination {
  bool tls = false;
  std::string host;  ///< without brackets
  std::string port;
  std::string target;  ///< path and query
  std::string authority;

  std::string key() const { return (tls ? "s/" : "p/") + host + "/" + port; }
};

std::optional<destination> parse_url(std::string_view url) {
  destination to;
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto scheme = url.substr(0, scheme_end);
  if (same_name(scheme, "https")) {
    to.tls = true;
  } else if (!same_name(scheme, "http")) {
    return std::nullopt;
  }
  url.remove_prefix(scheme_end + 3);
  url = url.substr(0, url.find('#'));
  const auto authority_end = url.find_first_of("/?");
  const auto authority = url.substr(0, authority_end);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  to.authority = authority;
  to.target = authority_end == std::string_view::npos ? "/" : std::string(url.substr(authority_end));
  if (to.target.front() == '?') to.target.insert(0, 1, '/');

  std::string_view host = authority;
  std::string_view port;
  if (host.front() == '[') {
    const auto close = host.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    port = host.substr(close + 1);
    host = host.substr(1, close - 1);
    if (!port.empty() && port.front() != ':') return std::nullopt;
    if (!port.empty()) port.remove_prefix(1);
  } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
    if (port.empty()) return std::nullopt;
  }
  if (host.empty()) return std::nullopt;
  unsigned number = to.tls ? 443 : 80;
  if (!port.empty()) {
    const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
    if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || number == 0 || number > 65535) {
      return std::nullopt;
    }
  }
  to.host = host;
  std::transform(to.host.begin(), to.host.end(), to.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  to.port = std::to_string(number);
  const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (!std::all_of(to.host.begin(), to.host.end(), visible)) return std::nullopt;
  if (!std::all_of(to.target.begin(), to.target.end(), visible)) return std::nullopt;
  return to;
}

bool can_be_sent(const outbound& what) {
  return is_field_name(what.method) &&
         std::all_of(what.headers.begin(), what.headers.end(), [](const auto& header) {
           return is_field_name(header.first) && is_field_value(header.second);
         });
}

std::string request_text(const outbound& what, const destination& to) {
  std::string out;
  out.reserve(what.body.size() + 512);
  out.append(what.method)
      .append(" ")
      .append(to.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(to.authority)
      .append("\r\n");
  for (const auto& [name, value] : what.headers) {
    if (same_name(name, "host") || same_name(name, "content-length") || same_name(name, "connection") ||
        same_name(name, "transfer-encoding")) {
      continue;
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (find_header(what.headers, "user-agent").empty()) out += "User-Agent: than-thien\r\n";
  if (!what.body.empty() || (what.method != "GET" && what.method != "HEAD")) {
    out.append("Content-Length: ").append(std::to_string(what.body.size())).append("\r\n");
  }
  out += "\r\n";
  out += what.body;
  return out;
}

class response_parser final : public beast_http::basic_parser<false> {
 public:
  explicit response_parser(answer& into) : into_(into) {
    header_limit(longest_head);
    body_limit(longest_body);
    eager(true);
    into_.headers.clear();
    into_.body.clear();
  }

 private:
  using view = boost::beast::string_view;

  void on_request_impl(beast_http::verb, view, view, int, error_code&) override {}
  void on_response_impl(int status, view, int, error_code&) override { into_.status = status; }
  void on_field_impl(beast_http::field, view name, view value, error_code&) override {
    if (!head_done_)
      into_.headers.emplace_back(std::string(name.data(), name.size()),
                                 std::string(value.data(), value.size()));
  }
  void on_header_impl(error_code&) override { head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(view piece, error_code&) override {
    into_.body.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, view piece, error_code&) override {
    into_.body.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_finish_impl(error_code&) override {}

  answer& into_;
  bool head_done_ = false;
};

/// One connection, plain or TLS.
struct connection {
  connection(const asio::any_io_executor& executor, ssl::context* tls) : socket(executor) {
    if (tls != nullptr) secure.emplace(socket, *tls);
  }

  asio::awaitable<std::pair<error_code, std::size_t>> read_some(asio::mutable_buffer into) {
    if (secure) {
      const auto [ec, count] = co_await secure->async_read_some(into, as_result);
      co_return std::pair(ec, count);
    }
    const auto [ec, count] = co_await socket.async_read_some(into, as_result);
    co_return std::pair(ec, count);
  }

  asio::awaitable<std::pair<error_code, std::size_t>> write_some(asio::const_buffer from) {
    if (secure) {
      const auto [ec, count] = co_await secure->async_write_some(from, as_result);
      co_return std::pair(ec, count);
    }
    const auto [ec, count] = co_await socket.async_write_some(from, as_result);
    co_return std::pair(ec, count);
  }

  /// An idle connection has nothing to read. Whatever is there, the end of the line, a TLS farewell or an
  /// answer nobody asked for, says that it must not be used again.
  bool still_quiet() {
    if (secure && SSL_pending(secure->native_handle()) > 0) return false;
    char one = 0;
    const auto got = ::recv(socket.native_handle(), &one, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  tcp::socket socket;
  std::optional<ssl::stream<tcp::socket&>> secure;
  steady::time_point keep_until;
};

struct lookup {
  explicit lookup(const asio::any_io_executor& executor)
      : resolver(executor), done(executor, steady::time_point::max()) {}
  tcp::resolver resolver;
  asio::steady_timer done;  // never expires: cancelled when the names are there
  bool ended = false;
  error_code failure;
  std::vector<tcp::endpoint> found;
};

struct known_names {
  std::vector<tcp::endpoint> found;
  steady::time_point until;
};

/// How far a call got; outlives the coroutine that a time-out cancels.
struct progress {
  bool bytes_out = false;
};

std::string tls_reason(connection& on, const error_code& ec) {
  const long verdict = SSL_get_verify_result(on.secure->native_handle());
  if (verdict != X509_V_OK)
    return std::string("certificate refused: ") + X509_verify_cert_error_string(verdict);
  return "TLS: " + ec.message();
}

}  // namespace

struct client::state {
  explicit state(asio::any_io_executor on) : executor(std::move(on)), tls(ssl::context::tls_client) {}

  static asio::awaitable<answer> send(std::shared_ptr<state> self, outbound what);
  asio::awaitable<answer> attempt(const outbound& what, const destination& to,
                                  std::shared_ptr<progress> so_far);
  asio::awaitable<error_code> resolve(const destination& to, std::vector<tcp::endpoint>& found);
  asio::awaitable<std::unique_ptr<connection>> open(const destination& to, std::string& why);
  std::unique_ptr<connection> take_kept(const std::string& key);
  void keep(const std::string& key, std::unique_ptr<connection> one, const answer& last);

  asio::any_io_executor executor;
  ssl::context tls;
  std::map<std::string, std::deque<std::unique_ptr<connection>>> kept;
  std::map<std::string, known_names> names;
  bool closed = false;
};

std::unique_ptr<connection> client::state::take_kept(const std::string& key) {
  const auto now = steady::now();
  for (auto host = kept.begin(); host != kept.end();) {
    std::erase_if(host->second, [&](const auto& one) { return one->keep_until <= now; });
    host = host->second.empty() ? kept.erase(host) : std::next(host);
  }
  const auto host = kept.find(key);
  if (host == kept.end()) return nullptr;
  while (!host->second.empty()) {
    auto one = std::move(host->second.back());  // the one used last is the likeliest to be alive
    host->second.pop_back();
    if (one->still_quiet()) return one;
  }
  return nullptr;
}

void client::state::keep(const std::string& key, std::unique_ptr<connection> one, const answer& last) {
  if (closed) return;
  std::chrono::seconds time = kept_time;
  const auto told = find_header(last.headers, "keep-alive");
  if (const auto at = told.find("timeout="); at != std::string_view::npos) {
    int seconds = 0;
    const auto number = told.substr(at + 8);
    if (std::from_chars(number.data(), number.data() + number.size(), seconds).ec == std::errc{}) {
      time = std::min(time, std::chrono::seconds(seconds - 1));
    }
  }
  if (time <= std::chrono::seconds(0)) return;
  one->keep_until = steady::now() + time;
  auto& idle = kept[key];
  idle.push_back(std::move(one));
  if (idle.size() > kept_per_host) idle.pop_front();
}

asio::awaitable<error_code> client::state::resolve(const destination& to, std::vector<tcp::endpoint>& found) {
  error_code literal;
  const auto address = asio::ip::make_address(to.host, literal);
  if (!literal) {
    found.emplace_back(address, static_cast<std::uint16_t>(std::stoi(to.port)));
    co_return error_code{};
  }
  const auto key = to.host + ":" + to.port;
  const auto known = names.find(key);
  if (known != names.end() && known->second.until > steady::now()) {
    found = known->second.found;
    co_return error_code{};
  }
  // getaddrinfo cannot be interrupted. It is left to finish by itself, on what it owns, when the call's time
  // is over.
  auto one = std::make_shared<lookup>(executor);
  one->resolver.async_resolve(to.host, to.port,
                              [one](const error_code& ec, const tcp::resolver::results_type& results) {
                                one->ended = true;
                                one->failure = ec;
                                for (const auto& entry : results) one->found.push_back(entry.endpoint());
                                one->done.cancel();
                              });
  co_await one->done.async_wait(as_result);
  if (!one->ended) co_return asio::error::operation_aborted;
  if (one->failure) co_return one->failure;
  names[key] = {one->found, steady::now() + names_time};
  found = one->found;
  co_return error_code{};
}

namespace {

asio::awaitable<error_code> connect_one(tcp::socket& socket, tcp::endpoint to) {
  const auto [ec] = co_await socket.async_connect(to, as_result);
  co_return ec;
}

}  // namespace

/// A connection that is ready for a request, or why there is none.
asio::awaitable<std::unique_ptr<connection>> client::state::open(const destination& to, std::string& why) {
  std::vector<tcp::endpoint> endpoints;
  const error_code unresolved = co_await resolve(to, endpoints);
  if (unresolved) {
    why = "DNS: " + unresolved.message();
    co_return nullptr;
  }
  auto one = std::make_unique<connection>(executor, to.tls ? &tls : nullptr);
  bool connected = false;
  for (std::size_t i = 0; i < endpoints.size() && !connected; ++i) {
    error_code ignored;
    one->socket.close(ignored);
    auto tried = connect_one(one->socket, endpoints[i]);
    // The last one has all the time that is left of the whole call.
    const milliseconds time = i + 1 == endpoints.size() ? milliseconds(std::chrono::hours(1)) : connect_time;
    const auto ec = co_await with_timeout<error_code>(std::move(tried), time);
    connected = ec && !*ec;
    if (!connected) why = "connect: " + (ec ? ec->message() : std::string("timed out"));
  }
  if (!connected) {
    names.erase(to.host + ":" + to.port);  // they may have moved
    if (endpoints.empty()) why = "DNS: no address";
    co_return nullptr;
  }
  error_code ec;
  one->socket.set_option(tcp::no_delay(true), ec);
  one->socket.set_option(tcp::socket::keep_alive(true), ec);
  if (!one->secure) co_return one;

  error_code literal;
  asio::ip::make_address(to.host, literal);
  // Server names are names: RFC 6066 allows no addresses there.
  if (literal && SSL_set_tlsext_host_name(one->secure->native_handle(), to.host.c_str()) != 1) {
    why = "TLS: the host name cannot be sent";
    co_return nullptr;
  }
  one->secure->set_verify_mode(ssl::verify_peer, ec);
  if (!ec) one->secure->set_verify_callback(ssl::host_name_verification(to.host), ec);
  if (ec) {
    why = "TLS: " + ec.message();
    co_return nullptr;
  }
  const auto [refused] = co_await one->secure->async_handshake(ssl::stream_base::client, as_result);
  if (refused) {
    why = tls_reason(*one, refused);
    co_return nullptr;
  }
  co_return one;
}

asio::awaitable<answer> client::state::attempt(const outbound& what, const destination& to,
                                               std::shared_ptr<progress> so_far) {
  answer out;
  const auto fail = [&](std::string why) {
    out = answer{};
    out.what = so_far->bytes_out ? answer::outcome::unknown : answer::outcome::not_sent;
    out.error = to.host + ": " + std::move(why);
  };

  auto on = take_kept(to.key());
  if (!on) {
    std::string why;
    on = co_await open(to, why);
    if (!on) {
      fail(std::move(why));
      co_return out;
    }
  }

  const std::string text = request_text(what, to);
  for (std::size_t sent = 0; sent < text.size();) {
    // What TLS has taken may be on the wire before the write ends, so it counts from here. A plain write that
    // fails without having taken a byte has certainly sent none.
    if (on->secure) so_far->bytes_out = true;
    const auto [ec, count] = co_await on->write_some(asio::buffer(text.data() + sent, text.size() - sent));
    if (count > 0) so_far->bytes_out = true;
    sent += count;
    if (ec) {
      fail("write: " + ec.message());
      co_return out;
    }
  }

  std::string pending;
  std::array<char, 8192> space{};
  std::optional<response_parser> parser;
  while (true) {
    parser.emplace(out);
    if (what.method == "HEAD") parser->skip(true);
    while (!parser->is_done()) {
      error_code ec;
      if (!pending.empty()) {
        const auto used = parser->put(asio::buffer(pending), ec);
        pending.erase(0, used);
        if (ec && ec != beast_http::error::need_more) {
          fail("broken response: " + ec.message());
          co_return out;
        }
        if (parser->is_done()) break;
        if (!ec && !pending.empty()) continue;
      }
      const auto [failure, count] = co_await on->read_some(asio::buffer(space));
      pending.append(space.data(), count);
      if (!failure || count > 0) continue;
      if (failure == asio::error::eof && parser->got_some()) {
        parser->put_eof(ec);
        if (!ec) break;
      }
      fail("read: " + failure.message());
      co_return out;
    }
    if (out.status / 100 != 1) break;  // 100 Continue, 103 Early Hints: the answer is still to come
  }
  out.what = answer::outcome::answered;
  if (parser->keep_alive() && pending.empty()) keep(to.key(), std::move(on), out);
  co_return out;
}

asio::awaitable<answer> client::state::send(std::shared_ptr<state> self, outbound what) {
  answer out;
  const auto to = parse_url(what.url);
  if (!to) {
    out.error = "the address of the request is not a complete http or https address";
    co_return out;
  }
  if (!can_be_sent(what)) {
    out.error = to->host + ": the request holds characters that no header may hold";
    co_return out;
  }
  const auto so_far = std::make_shared<progress>();
  std::string broken;
  try {
    auto one = self->attempt(what, *to, so_far);
    const auto deadline = steady::now() + what.timeout;
    auto got = co_await with_timeout<answer>(std::move(one), what.timeout);
    if (got) {
      out = std::move(*got);
      if (out.what != answer::outcome::answered && steady::now() >= deadline)
        out.error = to->host + ": timed out";
      co_return out;
    }
    broken = "timed out";
  } catch (const std::exception& e) {
    broken = e.what();
  }
  out.what = so_far->bytes_out ? answer::outcome::unknown : answer::outcome::not_sent;
  out.error = to->host + ": " + broken;
  co_return out;
}

client::client(asio::any_io_executor executor, const std::string& ca_file)
    : state_(std::make_shared<state>(std::move(executor))) {
  error_code ec;
  state_->tls.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                              ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                          ec);
  state_->tls.set_default_verify_paths(ec);
  if (!ca_file.empty()) {
    state_->tls.load_verify_file(ca_file, ec);
    if (ec) throw std::runtime_error("không đọc được tệp chứng thư " + ca_file + ": " + ec.message());
  }
}

client::~client() { close(); }

asio::awaitable<answer> client::send(outbound what) {
  return asio::co_spawn(state_->executor, state::send(state_, std::move(what)), asio::use_awaitable);
}

void client::close() {
  state_->closed = true;
  state_->kept.clear();
}

}  // namespace thanthien::bot::http
