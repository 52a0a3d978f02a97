#include "bot/http/server.hpp"

#include "bot/http/session.hpp"

#include <spdlog/spdlog.h>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <stdexcept>
#include <system_error>

namespace thanthien::bot::http {

namespace {

// At the end: a request may be on its way on a new connection, or on one that was in use a moment ago.
constexpr std::chrono::milliseconds fresh_grace{500};
constexpr std::chrono::milliseconds busy_grace{150};
constexpr std::chrono::seconds in_use{1};

}  // namespace

server::state::state(asio::any_io_executor on, server_options with, handler to)
    : executor(std::move(on)),
      options(std::move(with)),
      handle(std::move(to)),
      acceptor(executor),
      sweep_timer(executor),
      accept_pause(executor),
      all_done(executor) {
  for (const auto& proxy : options.trusted_proxies) proxies.emplace_back(proxy);
  for (const auto& [name, value] : options.security_headers) {
    if (!is_field_name(name) || !is_field_value(value))
      throw std::invalid_argument("bad security header: " + name);
  }
}

bool server::state::trusted(const asio::ip::address& address) const {
  return std::any_of(proxies.begin(), proxies.end(), [&](const network& net) { return net.holds(address); });
}

const std::string& server::state::date() {
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
