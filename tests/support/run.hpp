#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>

namespace thanthien::tests {

/// Runs one coroutine on a loop of its own to its end; throws what it throws, and when it takes longer than `limit`.
template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work, std::chrono::seconds limit = std::chrono::seconds(30)) {
  std::exception_ptr failure;
  std::optional<T> result;
  bool done = false;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e, T value) {
    failure = e;
    result.emplace(std::move(value));
    done = true;
  });
  loop.restart();
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!done && loop.run_one_until(until) != 0) {
  }
  if (failure) std::rethrow_exception(failure);
  if (!done) throw std::runtime_error("the coroutine did not end");
  return std::move(*result);
}

inline void run(boost::asio::io_context& loop, boost::asio::awaitable<void> work,
                std::chrono::seconds limit = std::chrono::seconds(30)) {
  std::exception_ptr failure;
  bool done = false;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e) {
    failure = e;
    done = true;
  });
  loop.restart();
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!done && loop.run_one_until(until) != 0) {
  }
  if (failure) std::rethrow_exception(failure);
  if (!done) throw std::runtime_error("the coroutine did not end");
}

template <class Work>
auto run(Work work) {
  boost::asio::io_context loop;
  return run(loop, std::move(work));
}

}  // namespace thanthien::tests
