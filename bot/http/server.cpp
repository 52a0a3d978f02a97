#include "bot/http/server.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include <netinet/tcp.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <list>
#include <map>
#include <random>
#include <stdexcept>
#include <system_error>
#include <variant>

namespace thanthien::bot::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t first_buffer = 4096;     // an idle connection holds no more than this
constexpr std::size_t kept_output = 64 << 10;  // a longer answer's memory is given back
constexpr std::size_t joined_body = 16 << 10;  // up to here copying is cheaper than a second buffer
constexpr std::chrono::milliseconds linger_time{2000};
// At the end: a request may be on its way on a new connection, or on one that was in use a moment ago.
constexpr std::chrono::milliseconds fresh_grace{500};
constexpr std::chrono::milliseconds busy_grace{150};
constexpr std::chrono::seconds in_use{1};

/// What the server itself answers, before any handler.
struct refusal {
  int status;
  const char* code;
  const char* message;
};
constexpr refusal bad_head{400, "bad_request", "Yêu cầu gửi tới máy chủ không đúng định dạng."};
constexpr refusal too_large{413, "too_large", "Nội dung gửi lên quá lớn. Vui lòng gửi ít hơn."};
constexpr refusal too_slow{408, "too_slow", "Máy chủ chờ quá lâu mà chưa nhận đủ yêu cầu. Vui lòng thử lại."};
constexpr refusal too_many{503, "busy", "Máy chủ đang có quá nhiều kết nối. Vui lòng thử lại sau ít phút."};

/// Fills our own request directly: the fields are copied once, into their place. Beast does the grammar; what
/// it lets pass and two servers might read differently (repeated lengths, other codings, fields after the
/// last chunk) is refused here.
class request_parser final : public beast_http::basic_parser<true> {
 public:
  request_parser(request& into, const server_limits& limits) : into_(into) {
    // The session counts head bytes itself, over all reads; Beast would count only what it was given last.
    header_limit(static_cast<std::uint32_t>(limits.header_bytes + 1));
    body_limit(limits.body_bytes);
  }

  bool smuggling() const {
    return lengths_ > 1 || (lengths_ > 0 && codings_ > 0) || codings_ > 1 || odd_coding_ || odd_length_ ||
           (codings_ > 0 && version_ < 11);
  }
  bool bad_host() const { return hosts_ > 1 || (hosts_ == 0 && version_ >= 11); }
  bool http_1_1() const { return version_ >= 11; }
  bool expects_continue() const { return expects_continue_; }

 private:
  using view = boost::beast::string_view;

  void on_request_impl(beast_http::verb, view method, view target, int version, error_code& ec) override {
    into_.method.assign(method.data(), method.size());
    version_ = version;
    if (!into_.set_target(std::string(target.data(), target.size()))) ec = beast_http::error::bad_target;
  }
  void on_response_impl(int, view, int, error_code&) override {}

  void on_field_impl(beast_http::field name, view text, view value, error_code&) override {
    if (head_done_) return;  // a trailer never becomes a header: nobody checked it
    switch (name) {
      case beast_http::field::content_length:
        ++lengths_;
        odd_length_ = odd_length_ ||
                      !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        break;
      case beast_http::field::transfer_encoding:
        ++codings_;
        odd_coding_ = odd_coding_ || !same_name({value.data(), value.size()}, "chunked");
        break;
      case beast_http::field::host:
        ++hosts_;
        break;
      case beast_http::field::expect:
        expects_continue_ = same_name({value.data(), value.size()}, "100-continue");
        break;
      default:
        break;
    }
    into_.headers.emplace_back(std::piecewise_construct, std::forward_as_tuple(text.data(), text.size()),
                               std::forward_as_tuple(value.data(), value.size()));
  }

  void on_header_impl(error_code&) override { head_done_ = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // A promise of a megabyte is not yet a reason to hold one.
    if (length) into_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 64 << 10)));
  }
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

  request& into_;
  int version_ = 11;
  int lengths_ = 0;
  int codings_ = 0;
  int hosts_ = 0;
  bool odd_coding_ = false;
  bool odd_length_ = false;
  bool expects_continue_ = false;
  bool head_done_ = false;
};

bool is_token(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
  });
}

/// No handler, and nothing a citizen wrote that a handler put there, can break out of a header line.
bool is_header_text(std::string_view s) {
  return std::none_of(s.begin(), s.end(),
                      [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

/// The server's own business, whatever a handler says.
bool is_framing(std::string_view name) {
  return same_name(name, "content-length") || same_name(name, "transfer-encoding") ||
         same_name(name, "connection") || same_name(name, "date");
}

void append_number(std::string& to, std::uint64_t value, int base = 10) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
  to.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
}

std::string reference_number() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 8; ++i) out.push_back("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[random() % 32]);
  return out;
}

class network {
 public:
  explicit network(const std::string& text) {
    error_code ec;
    const bool range = text.find('/') != std::string::npos;
    const auto address = range ? asio::ip::address{} : asio::ip::make_address(text, ec);
    if (range) {
      const auto four = asio::ip::make_network_v4(text, ec);
      if (!ec) {
        net_ = four.canonical();
        return;
      }
      const auto six = asio::ip::make_network_v6(text, ec);
      if (!ec) net_ = six.canonical();
    } else if (!ec) {
      if (address.is_v4()) net_ = asio::ip::network_v4(address.to_v4(), 32);
      if (address.is_v6()) net_ = asio::ip::network_v6(address.to_v6(), 128);
    }
    if (ec)
      throw std::invalid_argument("\"" + text +
                                  "\" không phải là địa chỉ IP hay dải mạng (ví dụ 10.0.0.0/8)");
  }

  bool holds(const asio::ip::address& address) const {
    if (const auto* four = std::get_if<asio::ip::network_v4>(&net_)) {
      if (!address.is_v4()) return false;
      const auto mask = four->netmask().to_uint();
      return (address.to_v4().to_uint() & mask) == (four->address().to_uint() & mask);
    }
    if (!address.is_v6()) return false;
    const auto& six = std::get<asio::ip::network_v6>(net_);
    return asio::ip::network_v6(address.to_v6(), six.prefix_length()).network() == six.network();
  }

 private:
  std::variant<asio::ip::network_v4, asio::ip::network_v6> net_;
};

/// A peer that came over IPv4 to an IPv6 listener is the same person.
asio::ip::address plain_address(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

tcp::endpoint endpoint_of(const asio::any_io_executor& executor, const std::string& listen) {
  const auto colon = listen.rfind(':');
  std::string host = colon == std::string::npos ? "" : listen.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  unsigned number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || port.empty() || read.ec != std::errc{} || read.ptr != port.data() + port.size() ||
      number > 65535) {
    throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                            "địa chỉ lắng nghe \"" + listen + "\" chưa đúng: hãy viết như 127.0.0.1:8080");
  }
  error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  if (!ec) return {address, static_cast<std::uint16_t>(number)};
  tcp::resolver resolver(executor);
  const auto found =
      resolver.resolve(host, port, tcp::resolver::passive | tcp::resolver::numeric_service, ec);
  if (ec || found.empty()) {
    throw std::system_error(std::make_error_code(std::errc::address_not_available),
                            "không tìm thấy địa chỉ của máy \"" + host + "\" để lắng nghe " + listen +
                                ": hãy ghi một địa chỉ IP của máy này");
  }
  return found.begin()->endpoint();
}

}  // namespace

struct server::state : std::enable_shared_from_this<server::state> {
  struct session;

  state(asio::any_io_executor on, server_options with, handler to)
      : executor(std::move(on)),
        options(std::move(with)),
        handle(std::move(to)),
        acceptor(executor),
        sweep_timer(executor),
        accept_pause(executor),
        all_done(executor) {
    for (const auto& proxy : options.trusted_proxies) proxies.emplace_back(proxy);
    for (const auto& [name, value] : options.security_headers) {
      if (!is_token(name) || !is_header_text(value))
        throw std::invalid_argument("bad security header: " + name);
    }
  }

  bool trusted(const asio::ip::address& address) const {
    return std::any_of(proxies.begin(), proxies.end(),
                       [&](const network& net) { return net.holds(address); });
  }

  /// The time as HTTP wants it, made once a second.
  const std::string& date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second) {
      date_second = now;
      std::tm parts{};
      gmtime_r(&now, &parts);
      static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
      static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
      date_text =
          fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(parts.tm_wday)],
                      parts.tm_mday, months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                      parts.tm_hour, parts.tm_min, parts.tm_sec);
    }
    return date_text;
  }

  void bind();
  void admit(tcp::socket socket);
  void spawn(asio::awaitable<void> task, const char* what);
  void task_ended();
  void sweep();
  static asio::awaitable<void> accept_all(std::shared_ptr<state> self);
  static asio::awaitable<void> keep_time(std::shared_ptr<state> self);
  static asio::awaitable<void> stop(std::shared_ptr<state> self, std::chrono::milliseconds patience);
  void close_all();

  asio::any_io_executor executor;
  server_options options;
  handler handle;
  std::vector<network> proxies;
  tcp::acceptor acceptor;
  tcp::endpoint bound;
  asio::steady_timer sweep_timer;
  asio::steady_timer accept_pause;
  asio::steady_timer all_done;
  std::list<session*> sessions;
  std::map<asio::ip::address, std::size_t> per_address;
  std::size_t tasks = 0;  // coroutines that stop waits for: sessions, the acceptor, the clock
  bool stopping = false;
  server_counters counters;
  std::time_t date_second = 0;
  std::string date_text;
};

/// One connection. Time-outs are kept as a point in time that the server's clock compares a few times a
/// second: a timer for every read and write would cost more than the reading.
struct server::state::session : event_stream, std::enable_shared_from_this<session> {
  enum class phase : std::uint8_t { idle, reading, handling, writing, streaming, lingering };
  enum class got : std::uint8_t { request, refused, gone };

  session(std::shared_ptr<state> of, tcp::socket from, const asio::ip::address& address)
      : owner(std::move(of)),
        socket(std::move(from)),
        peer(address),
        peer_text(address.to_string()),
        behind_proxy(owner->trusted(address)),
        stream_changed(owner->executor, steady::time_point::max()) {
    place = owner->sessions.insert(owner->sessions.end(), this);
    if (!behind_proxy) ++owner->per_address[peer];
  }
  ~session() override { leave(); }

  /// Out of the server's books: at the end of the connection, though a handler may still hold its event
  /// stream.
  void leave() {
    if (std::exchange(left, true)) return;
    owner->sessions.erase(place);
    if (behind_proxy) return;
    const auto mine = owner->per_address.find(peer);
    if (--mine->second == 0) owner->per_address.erase(mine);
  }

  static asio::awaitable<void> run(std::shared_ptr<session> self);
  asio::awaitable<got> read_request();
  asio::awaitable<error_code> read_more();
  asio::awaitable<bool> write(std::string_view first, std::string_view second);
  asio::awaitable<bool> answer(response& what, bool keep);
  asio::awaitable<void> run_stream(response& what);
  asio::awaitable<void> linger();
  void begin_answer(const response& what);
  std::string client_address() const;
  bool make_room();

  asio::awaitable<bool> send(std::string_view event, std::string_view data, std::string_view id) override;
  asio::awaitable<bool> keep_alive() override;
  asio::awaitable<bool> send_chunk(std::string text);

  void limit(steady::duration time) { deadline = steady::now() + time; }
  void no_limit() { deadline = steady::time_point::max(); }
  const server_limits& limits() const { return owner->options.limits; }

  std::shared_ptr<state> owner;
  std::list<session*>::iterator place;
  tcp::socket socket;
  asio::ip::address peer;
  std::string peer_text;
  bool behind_proxy;
  bool left = false;

  phase now = phase::idle;
  steady::time_point deadline = steady::time_point::max();
  bool timed_out = false;
  std::uint64_t served = 0;
  asio::cancellation_signal hard_stop;

  std::unique_ptr<char[]> buffer;
  std::size_t capacity = 0;
  std::size_t begin = 0;
  std::size_t end = 0;

  request current;
  bool current_1_1 = true;
  bool current_keeps = false;
  bool seen_stray = false;
  refusal refused = bad_head;
  std::string output;

  asio::cancellation_signal end_stream;
  asio::steady_timer
      stream_changed;  // never expires: cancelled to wake who waits for the stream or its writer
  bool stream_running = false;
  bool stream_writing = false;
  bool stream_gone = false;
};

// ---- reading

/// Room for at least one more byte, within the largest head.
bool server::state::session::make_room() {
  if (begin == end) begin = end = 0;
  if (end < capacity) return true;
  if (begin > 0) {
    std::memmove(buffer.get(), buffer.get() + begin, end - begin);
    end -= begin;
    begin = 0;
    return true;
  }
  const std::size_t most = std::max(first_buffer, limits().header_bytes + 2);
  if (capacity >= most) return false;
  const std::size_t larger = std::min(std::max(first_buffer, capacity * 2), most);
  auto next = std::make_unique_for_overwrite<char[]>(larger);
  if (end > 0) std::memcpy(next.get(), buffer.get(), end);
  buffer = std::move(next);
  capacity = larger;
  return true;
}

asio::awaitable<error_code> server::state::session::read_more() {
  if (!make_room()) co_return asio::error::no_buffer_space;
  const auto space = asio::buffer(buffer.get() + end, capacity - end);
  const auto [ec, count] = co_await socket.async_read_some(space, as_result);
  end += count;
  co_return ec;
}

/// One request into `current`. `refused` says why not, when there is someone to tell.
asio::awaitable<server::state::session::got> server::state::session::read_request() {
  current = request{};
  const auto refuse = [this](const refusal& why) {
    refused = why;
    return got::refused;
  };
  const auto failed = [&](const error_code& ec) {
    if (ec == asio::error::no_buffer_space) return refuse(bad_head);
    return timed_out && now == phase::reading ? refuse(too_slow) : got::gone;
  };

  // The head: every line is looked at once, so that a bare line feed, a folded line or one line too many is
  // refused when it arrives and the parser below never sees half a head.
  std::size_t line = begin;  // where the current line begins
  std::size_t seen = begin;  // up to here there is no end of a line
  std::size_t lines = 0;
  now = begin == end ? phase::idle : phase::reading;
  limit(now == phase::idle ? limits().idle_time : limits().header_time);
  for (bool complete = false; !complete;) {
    const char* const from = buffer.get() + seen;
    const auto* const feed =
        seen == end ? nullptr : static_cast<const char*>(std::memchr(from, '\n', end - seen));
    if (feed == nullptr) {
      seen = end;
      if (end - begin > limits().header_bytes) co_return refuse(bad_head);
      const std::size_t before = begin;
      const bool silent = begin == end;
      const error_code ec = co_await read_more();
      if (ec) co_return failed(ec);
      if (silent) {
        line = seen = begin;
        now = phase::reading;
        limit(limits().header_time);
      } else {
        const std::size_t moved = before - begin;
        line -= moved;
        seen -= moved;
      }
      continue;
    }
    const auto at = static_cast<std::size_t>(feed - buffer.get());
    if (at == line || buffer[at - 1] != '\r') co_return refuse(bad_head);
    const bool empty = at - line == 1;
    if (empty && lines == 0) {
      // One stray empty line before the request is allowed by RFC 9112, section 2.2; old clients end a body
      // with it.
      if (line != begin) co_return refuse(bad_head);
      if (seen_stray) co_return refuse(bad_head);
      seen_stray = true;
      begin = at + 1;
    } else if (empty) {
      complete = true;
    } else {
      if (lines > 0 && (buffer[line] == ' ' || buffer[line] == '\t')) co_return refuse(bad_head);
      if (++lines > limits().header_fields + 1) co_return refuse(bad_head);
    }
    line = seen = at + 1;
    if (line - begin > limits().header_bytes) co_return refuse(bad_head);
  }
  seen_stray = false;

  request_parser parser(current, limits());
  error_code ec;
  begin += parser.put(asio::const_buffer(buffer.get() + begin, line - begin), ec);
  if (ec == beast_http::error::body_limit) co_return refuse(too_large);
  if (ec || !parser.is_header_done() || begin != line) co_return refuse(bad_head);
  if (parser.smuggling() || parser.bad_host()) co_return refuse(bad_head);
  current_1_1 = parser.http_1_1();

  if (!parser.is_done()) {
    limit(limits().body_time);
    if (parser.expects_continue() && current_1_1 && begin == end) {
      if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return got::gone;
      now = phase::reading;
      limit(limits().body_time);
    }
    parser.eager(true);
    bool starved = begin == end;
    while (!parser.is_done()) {
      if (starved) {
        const error_code failure = co_await read_more();
        if (failure) co_return failed(failure);
      }
      begin += parser.put(asio::const_buffer(buffer.get() + begin, end - begin), ec);
      if (ec == beast_http::error::body_limit) co_return refuse(too_large);
      if (ec && ec != beast_http::error::need_more) co_return refuse(bad_head);
      starved = ec == beast_http::error::need_more || begin == end;
    }
  }
  current_keeps = parser.keep_alive();
  current.remote = behind_proxy ? client_address() : peer_text;
  co_return got::request;
}

/// The last address in X-Forwarded-For that is not one of our own proxies: what stands before it anyone could
/// have written.
std::string server::state::session::client_address() const {
  std::string found = peer_text;
  for (auto field = current.headers.rbegin(); field != current.headers.rend(); ++field) {
    if (!same_name(field->first, "x-forwarded-for")) continue;
    std::string_view list = field->second;
    while (!list.empty()) {
      const auto comma = list.rfind(',');
      auto one = comma == std::string_view::npos ? list : list.substr(comma + 1);
      list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
      while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
      while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
      error_code ec;
      const auto address = plain_address(asio::ip::make_address(std::string(one), ec));
      if (ec) return found;
      found = address.to_string();
      if (!owner->trusted(address)) return found;
    }
  }
  return found;
}

// ---- writing

asio::awaitable<bool> server::state::session::write(std::string_view first, std::string_view second) {
  std::array<asio::const_buffer, 2> rest{asio::buffer(first.data(), first.size()),
                                         asio::buffer(second.data(), second.size())};
  while (rest[0].size() + rest[1].size() > 0) {
    limit(limits().write_time);  // anew for every piece: slow is allowed, stuck is not
    const auto [ec, count] = co_await socket.async_write_some(rest, as_result);
    if (ec) co_return false;
    const std::size_t of_first = std::min(count, rest[0].size());
    rest[0] += of_first;
    rest[1] += count - of_first;
  }
  no_limit();
  co_return true;
}

/// The head without its last line.
void server::state::session::begin_answer(const response& what) {
  output.clear();
  output += "HTTP/1.1 ";
  append_number(output, static_cast<std::uint64_t>(what.status));
  output += ' ';
  const auto reason = beast_http::obsolete_reason(static_cast<beast_http::status>(what.status));
  output.append(reason.data(), reason.size());
  output += "\r\nDate: ";
  output += owner->date();
  output += "\r\n";
  const auto add = [this](std::string_view name, std::string_view value) {
    output.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto& [name, value] : what.headers) {
    if (!is_framing(name)) add(name, value);
  }
  for (const auto& [name, value] : owner->options.security_headers) {
    const bool own = std::any_of(what.headers.begin(), what.headers.end(),
                                 [&](const auto& header) { return same_name(header.first, name); });
    if (!own) add(name, value);
  }
}

/// False when the connection is of no more use.
asio::awaitable<bool> server::state::session::answer(response& what, bool keep) {
  now = phase::writing;
  begin_answer(what);
  const bool bodiless = what.status == 204 || what.status == 304 || what.status < 200;
  if (!bodiless) {
    output += "Content-Length: ";
    append_number(output, what.body.size());
    output += "\r\n";
  }
  if (!keep) output += "Connection: close\r\n";
  if (keep && !current_1_1) output += "Connection: keep-alive\r\n";
  output += "\r\n";
  std::string_view apart;
  if (!bodiless && current.method != "HEAD") {
    if (what.body.size() <= joined_body) {
      output += what.body;
    } else {
      apart = what.body;
    }
  }
  const bool written = co_await write(output, apart);
  if (output.capacity() > kept_output) output = std::string();
  co_return written&& keep;
}

/// Says goodbye so that the last answer arrives: closing with unread bytes would reset the connection, and
/// the client would see the reset instead of the reason.
asio::awaitable<void> server::state::session::linger() {
  now = phase::lingering;
  error_code ec;
  socket.shutdown(tcp::socket::shutdown_send, ec);
  if (ec) co_return;
  limit(linger_time);
  std::size_t patience = 4 * limits().body_bytes;
  while (patience > 0) {
    begin = end = 0;
    const error_code failure = co_await read_more();
    if (failure) co_return;
    patience -= std::min(patience, end);
  }
}

// ---- events

asio::awaitable<bool> server::state::session::send(std::string_view event, std::string_view data,
                                                   std::string_view id) {
  const auto one_line = [](std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); };
  std::string out;
  out.reserve(data.size() + event.size() + id.size() + 32);
  if (!id.empty()) out.append("id: ").append(one_line(id)).append("\n");
  if (!event.empty()) out.append("event: ").append(one_line(event)).append("\n");
  while (true) {
    const auto line_end = data.find_first_of("\r\n");
    out.append("data: ").append(data.substr(0, line_end)).append("\n");
    if (line_end == std::string_view::npos) break;
    const bool pair = data[line_end] == '\r' && line_end + 1 < data.size() && data[line_end + 1] == '\n';
    data.remove_prefix(line_end + (pair ? 2 : 1));
  }
  out += "\n";
  return send_chunk(std::move(out));
}

asio::awaitable<bool> server::state::session::keep_alive() { return send_chunk(":\n\n"); }

asio::awaitable<bool> server::state::session::send_chunk(std::string text) {
  const auto self = shared_from_this();  // the caller may let go of the stream while its bytes are under way
  while (stream_writing && !stream_gone) {
    co_await stream_changed.async_wait(as_result);
  }
  if (stream_gone) co_return false;
  std::string framed;
  if (current_1_1) {
    append_number(framed, text.size(), 16);
    framed += "\r\n";
    text += "\r\n";
  }
  stream_writing = true;
  const bool written = co_await write(framed, text);
  stream_writing = false;
  if (!written) stream_gone = true;
  stream_changed.cancel();
  co_return written && !stream_gone;
}

asio::awaitable<void> server::state::session::run_stream(response& what) {
  now = phase::writing;
  if (find_header(what.headers, "content-type").empty()) {
    what.headers.emplace_back("Content-Type", "text/event-stream; charset=utf-8");
  }
  if (find_header(what.headers, "cache-control").empty())
    what.headers.emplace_back("Cache-Control", "no-store");
  what.headers.emplace_back("X-Accel-Buffering",
                            "no");  // nginx would otherwise collect events before passing them on
  begin_answer(what);
  if (current_1_1) output += "Transfer-Encoding: chunked\r\n";
  output += "Connection: close\r\n\r\n";
  const bool written = co_await write(output, {});
  output = std::string();
  if (!written || current.method == "HEAD") co_return;

  // A phone that lost its network never says so: let the kernel give up on unanswered bytes in our time, not
  // in its own.
  const int patience = static_cast<int>(std::chrono::milliseconds(limits().write_time).count());
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);

  now = phase::streaming;
  stream_running = true;
  const auto self = shared_from_this();
  const auto ended = [self](const std::exception_ptr& failure) {
    self->stream_running = false;
    self->stream_changed.cancel();
    error_code ignored;
    self->socket.cancel(ignored);
    if (!failure || self->stream_gone) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      ++self->owner->counters.faults;
      spdlog::error("event stream failed: {}", e.what());
    }
  };
  asio::co_spawn(owner->executor, what.stream(self), asio::bind_cancellation_slot(end_stream.slot(), ended));

  // The client has nothing to say any more: what is read is the end of its line, sooner or later.
  while (stream_running && !owner->stopping) {
    begin = end = 0;
    const error_code ec = co_await read_more();
    if (ec) break;
  }
  // From here the child must be waited for, also when this session itself has been cancelled.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (!stream_running) {
    if (current_1_1 && !stream_gone) co_await write("0\r\n\r\n", {});
    co_return;
  }
  stream_gone = true;
  error_code ignored;
  socket.close(ignored);
  stream_changed.cancel();
  end_stream.emit(asio::cancellation_type::terminal);
  while (stream_running) {
    co_await stream_changed.async_wait(as_result);
  }
}

// ---- the life of a connection

asio::awaitable<void> server::state::session::run(std::shared_ptr<session> self) {
  auto& me = *self;
  auto& all = *me.owner;
  while (true) {
    const got what = co_await me.read_request();
    if (what == got::gone) {
      if (me.timed_out && me.now != phase::idle) ++all.counters.time_outs;
      break;
    }
    if (what == got::refused) {
      ++(me.timed_out ? all.counters.time_outs : all.counters.bad_requests);
      me.timed_out = false;
      me.current.method = "GET";  // whatever it was, this answer has a body
      me.current_1_1 = true;
      response no = error(me.refused.status, me.refused.code, me.refused.message);
      co_await me.answer(no, false);
      co_await me.linger();
      break;
    }

    ++all.counters.requests;
    ++me.served;
    me.now = phase::handling;
    me.no_limit();
    // Kept for the answer; the handler gets the rest.
    const std::string method = me.current.method;
    std::string target = me.current.target;
    response reply;
    std::string fault;
    try {
      reply = co_await all.handle(std::exchange(me.current, request{}));
      if (reply.status < 200 || reply.status > 599) fault = "status out of range";
      for (const auto& [name, value] : reply.headers) {
        if (!is_token(name) || !is_header_text(value))
          fault = "a header that cannot be sent: " + std::string(name);
      }
    } catch (const std::exception& e) {
      fault = e.what();
      if (fault.empty()) fault = "exception without a text";
    } catch (...) {
      fault = "exception of an unknown kind";
    }
    if (!me.socket.is_open()) break;  // stopped hard while the handler was running
    me.current.method = method;
    if (!fault.empty()) {
      ++all.counters.faults;
      const std::string reference = reference_number();
      spdlog::error("request failed: reference={} method={} path={} reason={}", reference, method,
                    target.substr(0, target.find('?')), fault);
      reply = error(500, "internal",
                    "Hệ thống đang gặp trục trặc, xin thử lại sau ít phút. Nếu vẫn lỗi, hãy báo mã " +
                        reference + " cho cán bộ hỗ trợ.");
      reply.headers.emplace_back("X-Reference", reference);
    }
    if (reply.stream) {
      co_await me.run_stream(reply);
      break;
    }
    const bool keep = me.current_keeps && !reply.close && !all.stopping;
    const bool goes_on = co_await me.answer(reply, keep);
    if (me.timed_out) ++all.counters.time_outs;
    if (!goes_on) {
      if (me.begin != me.end) co_await me.linger();
      break;
    }
  }
  error_code ignored;
  me.socket.shutdown(tcp::socket::shutdown_both, ignored);
  me.socket.close(ignored);
}

// ---- the listener

void server::state::bind() {
  const auto endpoint = endpoint_of(executor, options.listen);
  try {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(4096);
    acceptor.non_blocking(true);
    bound = acceptor.local_endpoint();
  } catch (const boost::system::system_error& failure) {
    const auto& code = failure.code();
    std::string advice = "hãy kiểm tra địa chỉ trong tệp cấu hình";
    if (code == asio::error::address_in_use) {
      advice =
          "một chương trình khác đang dùng cổng này; hãy dừng chương trình đó hoặc chọn cổng khác trong tệp "
          "cấu hình";
    } else if (code == asio::error::access_denied) {
      advice = "cổng dưới 1024 cần quyền quản trị; hãy chọn cổng từ 1024 trở lên trong tệp cấu hình";
    } else if (code == boost::system::errc::address_not_available) {
      advice = "máy này không có địa chỉ đó; hãy ghi một địa chỉ IP của máy này trong tệp cấu hình";
    }
    throw std::system_error(code, "không lắng nghe được ở " + options.listen + ": " + advice);
  }
}

void server::state::task_ended() {
  --tasks;
  if (stopping && sessions.empty()) sweep_timer.cancel();
  if (tasks == 0) all_done.cancel();
}

/// Nothing that runs here is left unobserved: its failure is logged and stop waits for its end.
void server::state::spawn(asio::awaitable<void> task, const char* what) {
  ++tasks;
  asio::co_spawn(executor, std::move(task),
                 [self = shared_from_this(), what](const std::exception_ptr& failure) {
                   if (failure) {
                     try {
                       std::rethrow_exception(failure);
                     } catch (const std::exception& e) {
                       spdlog::error("{} ended: {}", what, e.what());
                     }
                   }
                   self->task_ended();
                 });
}

void server::state::admit(tcp::socket socket) {
  ++counters.connections;
  error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return;  // gone already
  const auto peer = plain_address(endpoint.address());
  const auto from_there = per_address.find(peer);
  const bool crowd =
      from_there != per_address.end() && from_there->second >= options.limits.connections_per_address;
  if (crowd || sessions.size() >= options.limits.connections) {
    ++counters.refused_connections;
    const response no = error(too_many.status, too_many.code, too_many.message);
    const std::string head = fmt::format(
        "HTTP/1.1 503 Service Unavailable\r\nDate: {}\r\nContent-Type: application/json; charset=utf-8\r\n"
        "Retry-After: 5\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        date(), no.body.size(), no.body);
    socket.non_blocking(true, ec);
    socket.write_some(asio::buffer(head),
                      ec);  // fits the empty send buffer of a new connection; no one waits for it
    socket.shutdown(tcp::socket::shutdown_send, ec);
    return;
  }
  socket.set_option(tcp::no_delay(true), ec);
  socket.non_blocking(true, ec);
  auto one = std::make_shared<session>(shared_from_this(), std::move(socket), peer);
  ++tasks;
  asio::co_spawn(
      executor, session::run(one),
      asio::bind_cancellation_slot(one->hard_stop.slot(), [one](const std::exception_ptr& failure) {
        const auto self = one->owner;
        if (failure && !self->stopping) {
          try {
            std::rethrow_exception(failure);
          } catch (const std::exception& e) {
            spdlog::error("connection ended: {}", e.what());
          }
        }
        one->leave();
        self->task_ended();
      }));
}

asio::awaitable<void> server::state::accept_all(std::shared_ptr<state> self) {
  while (!self->stopping) {
    auto [ec, socket] = co_await self->acceptor.async_accept(as_result);
    if (!ec) {
      self->admit(std::move(socket));
      continue;
    }
    if (self->stopping || !self->acceptor.is_open()) co_return;
    if (ec == asio::error::connection_aborted) continue;
    // Out of descriptors or memory: the next try would fail as well, and at once.
    spdlog::warn("cannot accept connections for the moment: {}", ec.message());
    self->accept_pause.expires_after(std::chrono::milliseconds(100));
    co_await self->accept_pause.async_wait(as_result);
  }
}

void server::state::sweep() {
  const auto now = steady::now();
  for (session* one : sessions) {
    if (now < one->deadline) continue;
    one->timed_out = true;
    one->no_limit();
    error_code ignored;
    one->socket.cancel(ignored);
  }
}

asio::awaitable<void> server::state::keep_time(std::shared_ptr<state> self) {
  const auto& limits = self->options.limits;
  const auto shortest = std::min({limits.header_time, limits.body_time, limits.write_time, limits.idle_time});
  const auto tick = std::clamp<std::chrono::milliseconds>(
      std::chrono::milliseconds(shortest) / 8, std::chrono::milliseconds(50), std::chrono::milliseconds(250));
  while (!self->stopping || !self->sessions.empty()) {
    self->sweep_timer.expires_after(self->stopping ? std::chrono::milliseconds(50) : tick);
    co_await self->sweep_timer.async_wait(as_result);
    self->sweep();
  }
}

void server::state::close_all() {
  error_code ignored;
  for (session* one : sessions) {
    one->stream_gone = true;
    one->socket.close(ignored);
    one->hard_stop.emit(asio::cancellation_type::terminal);
  }
}

asio::awaitable<void> server::state::stop(std::shared_ptr<state> self, std::chrono::milliseconds patience) {
  error_code ignored;
  if (!self->stopping) {
    // Who has been let in by the kernel is let in by us: closing the listener would reset these connections.
    while (self->acceptor.is_open() && self->tasks > 0) {
      error_code ec;
      tcp::socket socket(self->executor);
      self->acceptor.accept(socket, ec);
      if (ec) break;
      self->admit(std::move(socket));
    }
    self->stopping = true;
    self->acceptor.close(ignored);
    self->accept_pause.cancel();
    for (session* one : self->sessions) {
      if (one->now == session::phase::streaming) {
        one->socket.cancel(ignored);
      } else if (one->now == session::phase::idle && one->socket.available(ignored) == 0) {
        const bool quiet = one->deadline - steady::now() < self->options.limits.idle_time - in_use;
        if (one->served == 0) {
          one->limit(fresh_grace);
        } else if (!quiet) {
          one->limit(busy_grace);
        } else {
          one->socket.cancel(ignored);
        }
      }
    }
  }
  self->sweep_timer.cancel();  // ends, or goes on with shorter steps

  const auto until = steady::now() + patience;
  while (self->tasks > 0 && steady::now() < until) {
    self->all_done.expires_at(until);
    co_await self->all_done.async_wait(as_result);
  }
  if (self->tasks == 0) co_return;
  self->close_all();
  while (self->tasks > 0) {
    self->all_done.expires_at(steady::time_point::max());
    co_await self->all_done.async_wait(as_result);
  }
}

server::server(asio::any_io_executor executor, server_options options, handler handle)
    : state_(std::make_shared<state>(std::move(executor), std::move(options), std::move(handle))) {
  state_->bind();
}

server::~server() {
  error_code ignored;
  state_->stopping = true;
  state_->acceptor.close(ignored);
  state_->accept_pause.cancel();
  state_->sweep_timer.cancel();
  state_->close_all();
}

std::uint16_t server::port() const { return state_->bound.port(); }

std::string server::address() const {
  const auto host = state_->bound.address().to_string();
  return (state_->bound.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

void server::start() {
  state_->spawn(state::accept_all(state_), "accepting connections");
  state_->spawn(state::keep_time(state_), "the connections' clock");
}

asio::awaitable<void> server::stop(std::chrono::milliseconds patience) {
  return asio::co_spawn(state_->executor, state::stop(state_, patience), asio::use_awaitable);
}

std::size_t server::open_connections() const { return state_->sessions.size(); }

server_counters server::counters() const { return state_->counters; }

}  // namespace thanthien::bot::http
