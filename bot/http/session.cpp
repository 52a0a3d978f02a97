#include "bot/http/session.hpp"

#include "bot/http/request_parser.hpp"

#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <cstring>
#include <random>

namespace thanthien::bot::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t first_buffer = 4096;     // an idle connection holds no more than this
constexpr std::size_t kept_output = 64 << 10;  // a longer answer's memory is given back
constexpr std::size_t joined_body = 16 << 10;  // up to here copying is cheaper than a second buffer
constexpr std::chrono::milliseconds linger_time{2000};

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

}  // namespace

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
        if (!is_field_name(name) || !is_field_value(value))
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

}  // namespace thanthien::bot::http
