#pragma once

#include "bot/store/sqlite/database.hpp"

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace thanthien::bot::sqlite {

/// A thread that owns one connection. Coroutines hand it jobs and go on where they were when the job is done.
///
/// The writing worker puts all jobs that wait into one transaction, each in a savepoint of its own: durability costs one
/// fsync for all of them (group commit), and a job that throws undoes only itself. No job is reported done before the
/// commit is on the disk.
class worker {
 public:
  worker(const std::filesystem::path& file, database::mode how);
  /// Finishes the jobs that wait.
  ~worker();

  template <class T>
  boost::asio::awaitable<T> run(std::function<T(database&)> job) {
    auto result = std::make_shared<std::optional<T>>();
    co_await submit([result, job = std::move(job)](database& db) { result->emplace(job(db)); });
    co_return std::move(**result);
  }

  boost::asio::awaitable<void> run(std::function<void(database&)> job) { return submit(std::move(job)); }

  /// Commits so far: many jobs a commit is the point of it.
  std::uint64_t commits() const { return commits_; }
  std::uint64_t jobs() const { return finished_jobs_; }

 private:
  struct waiting_job {
    std::function<void(database&)> work;
    std::move_only_function<void(std::exception_ptr)> done;
    std::exception_ptr failure;
  };

  boost::asio::awaitable<void> submit(std::function<void(database&)> job);
  void push(waiting_job job);
  void loop();
  void perform(std::vector<waiting_job>& group);
  void perform_in_transaction(std::vector<waiting_job>& group);

  database::mode how_;
  database db_;
  std::mutex mutex_;
  std::condition_variable some_;
  std::vector<waiting_job> waiting_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> commits_{0}, finished_jobs_{0};
  std::thread thread_;
};

}  // namespace thanthien::bot::sqlite
