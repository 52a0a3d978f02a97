#pragma once

#include "bot/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace thanthien::bot {

/// Tells those who watch that something has changed, after it was committed: the residents' page waits for its
/// conversation, the officers' console for cases. Used on the one thread of the server.
class live {
 public:
  explicit live(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  void conversation_changed(std::int64_t conversation);
  void case_changed(const std::string& code);

  /// Registered before the caller looks at the store, so that no change falls between the look and the wait.
  class watch {
   public:
    ~watch();
    /// Waits until something has changed since registration or the last wait, at most `limit`. Gives the changed case
    /// codes (console) - empty for a conversation or when the time was over.
    boost::asio::awaitable<std::set<std::string>> wait(std::chrono::milliseconds limit);
    bool changed() const { return changed_; }

   private:
    friend class live;
    watch(live& owner, std::int64_t conversation);
    void notify(const std::string& code);

    live& owner_;
    std::int64_t conversation_;  ///< 0: all cases
    boost::asio::steady_timer timer_;
    bool changed_ = false;
    std::set<std::string> codes_;
  };

  std::unique_ptr<watch> watch_conversation(std::int64_t conversation);
  std::unique_ptr<watch> watch_cases();

  /// Wakes all and lets nobody wait any more: the program is stopping.
  void close();
  bool closed() const { return closed_; }

 private:
  boost::asio::any_io_executor executor_;
  std::unordered_multimap<std::int64_t, watch*> watchers_;
  bool closed_ = false;
};

}  // namespace thanthien::bot
