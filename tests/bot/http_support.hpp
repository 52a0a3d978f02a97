#pragma once

// A thread of its own for a test's server and client: one io_context, driven to the end with a limit.

#include "bot/http/server.hpp"

#include <gtest/gtest.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace thanthien::bot::http::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

/// A client that says exactly the bytes it is told to say, and can wait for what a test needs to see.
class raw_client {
 public:
  raw_client(asio::io_context& on, std::uint16_t port) : socket_(on) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  }

  asio::awaitable<void> say(std::string bytes) {
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
  }

  /// Reads until `text` has come `times` times, or the line ends. True when it has come.
  asio::awaitable<bool> hear(std::string text, std::size_t times = 1) {
    while (count(text) < times) {
      if (!co_await more()) co_return false;
    }
    co_return true;
  }

  /// Everything until the server closes.
  asio::awaitable<std::string> hear_all() {
    while (co_await more()) {
    }
    co_return heard;
  }

  std::size_t count(std::string_view text) const {
    std::size_t found = 0;
    for (auto at = heard.find(text); at != std::string::npos; at = heard.find(text, at + text.size()))
      ++found;
    return found;
  }

  tcp::socket& socket() { return socket_; }
  void close() { socket_.close(); }

  std::string heard;
  bool reset = false;  ///< the line ended with an error, not with a farewell

 private:
  asio::awaitable<bool> more() {
    char space[4096];
    const auto [ec, count] =
        co_await socket_.async_read_some(asio::buffer(space), asio::as_tuple(asio::use_awaitable));
    heard.append(space, count);
    if (ec && ec != asio::error::eof) reset = true;
    co_return !ec;
  }

  tcp::socket socket_;
};

/// Waits until `what` holds, letting everything else run; the test's own limit ends a wait in vain.
inline asio::awaitable<void> until(std::function<bool()> what) {
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (!what()) {
    pause.expires_after(1ms);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

class HttpTest : public ::testing::Test {
 public:  // the stories are free coroutines
  server& serve(handler handle, server_options options = {}) {
    if (options.listen.empty()) options.listen = "127.0.0.1:0";
    server_.emplace(io.get_executor(), std::move(options), std::move(handle));
    server_->start();
    return *server_;
  }

  /// Runs the story to its end, stops the server, and expects that no work is left.
  void tell(asio::awaitable<void> story, std::chrono::seconds at_most = 20s) {
    bool ended = false;
    asio::co_spawn(io, std::move(story), [&](const std::exception_ptr& failure) {
      ended = true;
      if (failure) {
        try {
          std::rethrow_exception(failure);
        } catch (const std::exception& e) {
          ADD_FAILURE() << "the story broke off: " << e.what();
        }
      }
      if (!server_) return;
      asio::co_spawn(io, server_->stop(2s), [](const std::exception_ptr& broken) { EXPECT_FALSE(broken); });
    });
    io.run_for(at_most);
    EXPECT_TRUE(ended) << "the story did not come to its end in time";
    EXPECT_TRUE(io.stopped()) << "work is left after the server has stopped";
    if (server_) EXPECT_EQ(server_->open_connections(), 0U);
  }

  raw_client connect() { return raw_client(io, server_->port()); }

  asio::io_context io{1};
  std::optional<server> server_;
};

/// A handler without waiting, as most are.
inline handler plain(std::function<response(const request&)> answer) {
  return
      [answer = std::move(answer)](request asked) -> asio::awaitable<response> { co_return answer(asked); };
}

}  // namespace thanthien::bot::http::test
