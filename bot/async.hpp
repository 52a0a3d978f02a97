#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace thanthien::bot {

/// Runs all of them at once and waits for all; then throws the first failure, if any.
inline boost::asio::awaitable<void> run_all(std::vector<std::function<boost::asio::awaitable<void>()>> jobs) {
  namespace asio = boost::asio;
  if (jobs.size() == 1) {
    co_await jobs.front()();
    co_return;
  }
  struct progress {
    explicit progress(const asio::any_io_executor& ex) : done(ex) { done.expires_at(asio::steady_timer::time_point::max()); }
    std::size_t left = 0;
    std::exception_ptr failure;
    asio::steady_timer done;
  };
  auto executor = co_await asio::this_coro::executor;
  auto state = std::make_shared<progress>(executor);
  state->left = jobs.size();
  for (auto& job : jobs)
    asio::co_spawn(executor, job(), [state](std::exception_ptr failure) {
      if (failure && !state->failure) state->failure = failure;
      if (--state->left == 0) state->done.cancel();
    });
  while (state->left != 0) co_await state->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (state->failure) std::rethrow_exception(state->failure);
}

/// A queue of coroutines, one of which runs at a time, in the order of their coming. For one thread or strand.
class line {
 public:
  /// Leaving the scope lets the next one in.
  class place {
   public:
    explicit place(line* of) : of_(of) {}
    place(place&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    place& operator=(place&&) = delete;
    ~place() {
      if (of_) of_->leave();
    }

   private:
    line* of_;
  };

  boost::asio::awaitable<place> wait() {
    namespace asio = boost::asio;
    if (!busy_) {
      busy_ = true;
      co_return place(this);
    }
    auto executor = co_await asio::this_coro::executor;
    auto turn = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    waiting_.push_back(turn);
    co_await turn->async_wait(asio::as_tuple(asio::use_awaitable));
    co_return place(this);  // `busy_` was handed on, not given up
  }

  bool idle() const { return !busy_; }

 private:
  void leave() {
    if (waiting_.empty()) {
      busy_ = false;
      return;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next->expires_at(boost::asio::steady_timer::time_point::min());
  }

  bool busy_ = false;
  std::deque<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

}  // namespace thanthien::bot
