#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace thanthien::bot::http {

/// Awaits `op` for at most `limit`. Nothing when the time is over: `op` has then been cancelled and has
/// unwound, so it must await only what can be cancelled. What `op` throws, this throws. A T that came in the
/// last moment still counts. (Asio's operator|| would not do: it waits for the first success, so that a
/// failure sits until the timer fires.)
template <typename T>
boost::asio::awaitable<std::optional<T>> with_timeout(boost::asio::awaitable<T> op,
                                                      std::chrono::milliseconds limit) {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, limit);
  auto both = asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(op), asio::deferred),
                                                      timer.async_wait(asio::deferred));
  auto [order, failure, value, timer_failure] =
      co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (!failure) co_return std::optional<T>(std::move(value));
  if (order[0] == 1) co_return std::nullopt;
  std::rethrow_exception(failure);
}

}  // namespace thanthien::bot::http
