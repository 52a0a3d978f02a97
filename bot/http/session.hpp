#pragma once

// Inside of bot/http: what server.cpp (the listener) and session.cpp (one connection) share.

#include "bot/http/address.hpp"
#include "bot/http/server.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <ctime>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::bot::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using steady = std::chrono::steady_clock;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// What the server itself answers, before any handler.
struct refusal {
  int status;
  const char* code;
  const char* message;
};
inline constexpr refusal bad_head{400, "bad_request", "Yêu cầu gửi tới máy chủ không đúng định dạng."};
inline constexpr refusal too_large{413, "too_large", "Nội dung gửi lên quá lớn. Vui lòng gửi ít hơn."};
inline constexpr refusal too_slow{408, "too_slow",
                                  "Máy chủ chờ quá lâu mà chưa nhận đủ yêu cầu. Vui lòng thử lại."};
inline constexpr refusal too_many{503, "busy",
                                  "Máy chủ đang có quá nhiều kết nối. Vui lòng thử lại sau ít phút."};

struct server::state : std::enable_shared_from_this<server::state> {
  struct session;

  state(asio::any_io_executor on, server_options with, handler to);
  bool trusted(const asio::ip::address& address) const;

  /// The time as HTTP wants it, made once a second.
  const std::string& date();

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

}  // namespace thanthien::bot::http
