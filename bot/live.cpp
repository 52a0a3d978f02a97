#include "bot/live.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace thanthien::bot {

namespace asio = boost::asio;

live::watch::watch(live& owner, std::int64_t conversation)
    : owner_(owner), conversation_(conversation), timer_(owner.executor_) {
  owner_.watchers_.emplace(conversation, this);
}

live::watch::~watch() {
  auto [first, last] = owner_.watchers_.equal_range(conversation_);
  for (auto it = first; it != last; ++it)
    if (it->second == this) {
      owner_.watchers_.erase(it);
      return;
    }
}

void live::watch::notify(const std::string& code) {
  changed_ = true;
  if (!code.empty()) codes_.insert(code);
  timer_.cancel();
}

asio::awaitable<std::set<std::string>> live::watch::wait(std::chrono::milliseconds limit) {
  if (!changed_ && !owner_.closed_) {
    timer_.expires_after(limit);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  changed_ = false;
  co_return std::exchange(codes_, {});
}

std::unique_ptr<live::watch> live::watch_conversation(std::int64_t conversation) {
  return std::unique_ptr<watch>(new watch(*this, conversation));
}

std::unique_ptr<live::watch> live::watch_cases() { return std::unique_ptr<watch>(new watch(*this, 0)); }

void live::conversation_changed(std::int64_t conversation) {
  auto [first, last] = watchers_.equal_range(conversation);
  for (auto it = first; it != last; ++it) it->second->notify({});
}

void live::case_changed(const std::string& code) {
  auto [first, last] = watchers_.equal_range(0);
  for (auto it = first; it != last; ++it) it->second->notify(code);
}

void live::close() {
  closed_ = true;
  for (auto& [id, one] : watchers_) one->notify({});
}

}  // namespace thanthien::bot
