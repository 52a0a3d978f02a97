#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
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

/// Runs `work` on a thread of `pool` and goes on where the caller was with what it returns or throws.
template <class Work>
auto run_on(boost::asio::thread_pool& pool, Work work) -> boost::asio::awaitable<std::invoke_result_t<Work>> {
  namespace asio = boost::asio;
  using result = std::invoke_result_t<Work>;
  auto out = std::make_shared<std::optional<result>>();
  auto start = [&pool](auto handler, std::shared_ptr<std::optional<result>> into, Work job) {
    auto home = asio::get_associated_executor(handler);
    // Handler and guard go back to the caller's loop and are destroyed there, never on the pool.
    asio::post(pool, [home, guard = asio::make_work_guard(home), handler = std::move(handler), into = std::move(into),
                      job = std::move(job)]() mutable {
      std::exception_ptr failure;
      try {
        into->emplace(job());
      } catch (...) {
        failure = std::current_exception();
      }
      asio::post(home, [guard = std::move(guard), handler = std::move(handler), failure]() mutable { std::move(handler)(failure); });
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(start, asio::use_awaitable, out, std::move(work));
  co_return std::move(**out);
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
