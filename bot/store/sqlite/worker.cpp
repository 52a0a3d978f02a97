#include "bot/store/sqlite/worker.hpp"

namespace thanthien::bot::sqlite {

namespace asio = boost::asio;

worker::worker(const std::filesystem::path& file, database::mode how)
    : how_(how), db_(file, how), thread_([this] { loop(); }) {}

worker::~worker() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  some_.notify_one();
  thread_.join();
}

asio::awaitable<void> worker::submit(std::function<void(database&)> job) {
  auto start = [this](auto handler, std::function<void(database&)> work) {
    auto executor = asio::get_associated_executor(handler);
    // The guard keeps the caller's loop alive while only this thread works for it. Handler and guard go back to that loop
    // and are destroyed there: this thread keeps nothing of a loop that may be gone a moment later.
    push({std::move(work),
          [executor, guard = asio::make_work_guard(executor), kept = std::move(handler)](std::exception_ptr failure) mutable {
            asio::post(executor, [guard = std::move(guard), kept = std::move(kept), failure]() mutable {
              std::move(kept)(failure);
            });
          },
          nullptr});
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(
      start, asio::use_awaitable, std::move(job));
}

void worker::push(waiting_job job) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  some_.notify_one();
}

void worker::loop() {
  std::vector<waiting_job> group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      some_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      group.swap(waiting_);
    }
    perform(group);
    finished_jobs_ += group.size();
    for (auto& job : group) job.done(job.failure);
    group.clear();
  }
}

void worker::perform(std::vector<waiting_job>& group) {
  if (how_ == database::mode::read) {
    for (auto& job : group) try {
        job.work(db_);
      } catch (...) {
        job.failure = std::current_exception();
      }
    return;
  }
  try {
    perform_in_transaction(group);
  } catch (...) {
    // Begin or commit failed: nothing of the group is durable, whatever its jobs returned.
    try {
      db_.execute("ROLLBACK");
    } catch (const failure&) {
      // There was no transaction left to roll back.
    }
    for (auto& job : group) job.failure = std::current_exception();
  }
}

void worker::perform_in_transaction(std::vector<waiting_job>& group) {
  db_.execute("BEGIN IMMEDIATE");
  for (auto& job : group) {
    db_.run("SAVEPOINT job");
    try {
      job.work(db_);
      db_.run("RELEASE job");
    } catch (...) {
      job.failure = std::current_exception();
      db_.run("ROLLBACK TO job");
      db_.run("RELEASE job");
    }
  }
  db_.execute("COMMIT");
  ++commits_;
}

}  // namespace thanthien::bot::sqlite
