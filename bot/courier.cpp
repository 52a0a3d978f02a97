#include "bot/courier.hpp"

#include "bot/async.hpp"
#include "bot/live.hpp"
#include "bot/metrics.hpp"

#include <algorithm>
#include <random>
#include <spdlog/spdlog.h>

namespace thanthien::bot {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using adapters::verdict;

namespace {

settlement failed(const claimed& what, std::string code, std::string why) {
  settlement s;
  s.id = what.id;
  s.state = delivery_state::failed;
  s.code = std::move(code);
  s.why = std::move(why);
  return s;
}

/// Half to all of it: many that failed together do not come back together.
std::chrono::milliseconds jittered(std::chrono::milliseconds wait) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(wait.count() / 2, wait.count())(random));
}

}  // namespace

courier::courier(asio::any_io_executor executor, store& where, credential_source& tokens, http::client& out,
                 courier_settings settings, clock_source now, live& tell, metrics& count)
    : executor_(executor), store_(where), tokens_(tokens), http_(out), settings_(std::move(settings)),
      now_(std::move(now)), live_(tell), metrics_(count), sleep_(executor) {}

void courier::wake() {
  woken_ = true;
  sleep_.cancel();
}

void courier::stop() {
  stopping_ = true;
  wake();
}

asio::awaitable<void> courier::run() {
  while (!stopping_) {
    woken_ = false;
    std::vector<claimed> batch;
    if (const int room = settings_.at_once - on_their_way_; room > 0) try {
        batch = co_await store_.claim(now_(), room, paused_accounts());
      } catch (const std::exception& e) {
        spdlog::error("event=claim_failed error=\"{}\"", e.what());
      }
    for (auto& one : batch) {
      ++on_their_way_;
      asio::co_spawn(executor_, deliver(std::move(one)), [this](std::exception_ptr failure) {
        --on_their_way_;
        if (failure) try {
            std::rethrow_exception(failure);
          } catch (const std::exception& e) {
            // The row stays "sending" and becomes uncertain at the next start: never silently lost, never doubled.
            spdlog::error("event=delivery_failed error=\"{}\"", e.what());
          }
        wake();
      });
    }
    if (!woken_ && batch.empty()) co_await rest();
  }
  while (on_their_way_ > 0) {
    sleep_.expires_after(1h);
    co_await sleep_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<void> courier::rest() {
  auto wait = std::chrono::milliseconds(1h);
  if (on_their_way_ < settings_.at_once) try {
      if (const auto due = co_await store_.next_due(paused_accounts()))
        wait = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(*due - now_()), 10ms, wait);
    } catch (const std::exception&) {
      wait = 1s;
    }
  for (const auto& [account, until] : paused_until_)
    wait = std::min(wait, std::max(10ms, std::chrono::duration_cast<std::chrono::milliseconds>(until - now_())));
  if (woken_ || stopping_) co_return;
  sleep_.expires_after(wait);
  co_await sleep_.async_wait(asio::as_tuple(asio::use_awaitable));
}

std::vector<std::string> courier::paused_accounts() {
  std::erase_if(paused_until_, [now = now_()](const auto& one) { return one.second <= now; });
  std::vector<std::string> out;
  for (const auto& [account, until] : paused_until_) out.push_back(account);
  return out;
}

void courier::pause(const std::string& account, const std::string& why) {
  paused_until_[account] = now_() + settings_.account_pause;
  metrics_.count("account_pauses", "account=\"" + account + "\"");
  spdlog::error("event=account_paused account={} why=\"{}\"", account, why);
}

asio::awaitable<void> courier::deliver(claimed what) {
  const auto done = co_await attempt(what);
  const auto& result = done.row;
  metrics_.count("deliveries", "channel=\"" + std::string(dialogs::to_string(what.channel)) + "\",state=\"" +
                                   std::string(to_string(result.state)) + "\"");
  if (result.state == delivery_state::failed || result.state == delivery_state::uncertain)
    spdlog::warn("event=delivery state={} id={} conversation={} code={}", to_string(result.state), what.id,
                 what.conversation, result.code);
  co_await store_.settle(result, now_());
  if (done.thread_lost && settings_.thread_lost) co_await settings_.thread_lost(what.conversation);
  live_.conversation_changed(what.conversation);
  if (const auto open = co_await store_.open_case_of(what.conversation)) live_.case_changed(open->code);
}

asio::awaitable<courier::result> courier::attempt(const claimed& what) {
  const auto platform = settings_.platforms.find(what.channel);
  if (platform == settings_.platforms.end())
    co_return result{failed(what, "no_platform", "Kênh này không còn được cấu hình")};
  std::optional<adapters::credentials> with;
  with = co_await tokens_.credentials(what.channel, what.account);
  if (!with) {
    pause(what.account, "no usable token");
    auto later = again(what, settings_.account_pause, "no_token", "Đang chờ quyền gửi tin của tài khoản");
    later.count_try = false;  // nothing was tried
    later.state = delivery_state::queued;
    co_return result{std::move(later)};
  }
  http::outbound request;
  const auto [path, headers] = platform->second->authorise(what.what, *with);
  request.method = what.what.method;
  request.url = settings_.api.at(what.channel) + path;
  request.headers = headers;
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = what.what.body;
  request.timeout = settings_.timeout;
  auto got = co_await http_.send(std::move(request));
  co_return co_await judged(what, *platform->second, std::move(got), with->access_token);
}

asio::awaitable<courier::result> courier::judged(const claimed& what, const adapters::platform& platform, http::answer got,
                                            std::string token) {
  settlement s;
  s.id = what.id;
  if (got.what == http::answer::outcome::not_sent) co_return result{again(what, 0ms, "not_sent", "Không kết nối được tới nền tảng: " + got.error)};
  if (got.what == http::answer::outcome::unknown) {
    s.state = delivery_state::uncertain;
    s.code = "no_answer";
    s.why = "Nền tảng không trả lời: chưa biết tin đã tới hay chưa";
    co_return result{std::move(s)};
  }
  auto said = platform.judge(got.status, got.headers, got.body);
  s.platform_id = said.message_id;
  s.code = said.code;
  s.why = said.why;
  switch (said.what) {
    case verdict::kind::accepted:
      s.state = delivery_state::accepted;
      co_return result{std::move(s)};
    case verdict::kind::retry:
      if (said.once && what.tries > 0) co_return result{failed(what, said.code, said.why)};
      co_return result{again(what, said.wait, said.code, said.why)};
    case verdict::kind::renew_token: {
      const bool renewed = !what.renewed && co_await tokens_.renew(what.channel, what.account, token);
      if (!renewed) {
        pause(what.account, said.why);
        if (what.renewed) co_return result{failed(what, said.code, said.why)};
      }
      // Certainly refused; goes again once with the new token, or waits until there is one.
      s = again(what, renewed ? 0ms : settings_.account_pause, said.code, said.why);
      s.state = delivery_state::queued;
      s.next_try = renewed ? now_() : now_() + settings_.account_pause;
      s.renewed = renewed;
      s.count_try = false;
      co_return result{std::move(s)};
    }
    case verdict::kind::plain_text:
      if (!what.was_plain)
        if (auto plain = platform.as_plain_text(what.what)) {
          s.state = delivery_state::queued;
          s.next_try = now_();
          s.instead = std::move(plain);
          co_return result{std::move(s)};
        }
      co_return result{failed(what, said.code, said.why)};
    case verdict::kind::stop_account: pause(what.account, said.why); [[fallthrough]];
    case verdict::kind::thread_elsewhere:
    case verdict::kind::failed:
      co_return result{failed(what, said.code, said.why), said.what == verdict::kind::thread_elsewhere};
    case verdict::kind::uncertain: s.state = delivery_state::uncertain; co_return result{std::move(s)};
  }
  co_return result{std::move(s)};
}

settlement courier::again(const claimed& what, std::chrono::milliseconds wait, std::string code, std::string why) {
  settlement s;
  s.id = what.id;
  s.code = std::move(code);
  s.why = std::move(why);
  if (what.tries + 1 >= settings_.tries) {
    s.state = delivery_state::failed;
    return s;
  }
  s.state = delivery_state::queued;
  if (wait <= 0ms) wait = jittered(std::min(settings_.longest_wait, settings_.first_wait * (1 << (2 * what.tries))));
  s.next_try = now_() + wait;
  return s;
}

}  // namespace thanthien::bot
