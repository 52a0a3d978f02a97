#include "bot/desk/chat.hpp"

#include "bot/desk/json_body.hpp"
#include "bot/desk/views.hpp"
#include "bot/live.hpp"
#include "bot/secrets.hpp"
#include "bot/turn.hpp"

#include <algorithm>
#include <charconv>

namespace thanthien::bot::desk {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_characters = 4'000;
constexpr std::size_t longest_payload = 1'000;
constexpr int messages_at_once = 200;
constexpr std::int64_t longest_wait = 25;

http::response unknown_token() {
  return refused(401, "unknown_token", "Cuộc trò chuyện này không còn. Mời bà con bắt đầu cuộc trò chuyện mới.");
}

std::int64_t number(std::string_view text, std::int64_t otherwise) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc{} && end == text.data() + text.size() ? out : otherwise;
}

conversation_key key_of(const std::string& token) { return {dialogs::channel::web, "", hash_token(token).substr(0, 32)}; }

/// "Authorization: Bearer TOKEN"; "" when there is none.
std::string token_of(const http::request& r) {
  constexpr std::string_view scheme = "Bearer ";
  const auto header = r.header("Authorization");
  if (!header.starts_with(scheme) || header.size() > 200) return {};
  return std::string(header.substr(scheme.size()));
}

dialogs::event event_of(const conversation_key& key, timestamp now) {
  dialogs::event e;
  e.channel = key.channel;
  e.account = key.account;
  e.person = key.person;
  e.at = now;
  return e;
}

/// The title of the choice with this payload among the last offered ones: the transcript shows what the person saw on the
/// button, not what a page claims.
std::string title_of(const dialogs::conversation& state, const std::string& payload) {
  const auto it = std::ranges::find_if(state.offered, [&](const auto& c) { return c.second == payload; });
  return it == state.offered.end() ? std::string() : it->first;
}

}  // namespace

bool pace::allows(const std::string& key, timestamp now) {
  if (windows_.size() > 50'000) std::erase_if(windows_, [&](const auto& w) { return now - w.second.since > 1min; });
  auto& w = windows_[key];
  if (now - w.since > 1min) w = {now, 0};
  return ++w.count <= most_;
}

chat::chat(store& where, turns& take, live& tell, clock_source now)
    : store_(where), turns_(take), live_(tell), now_(std::move(now)) {}

awaitable<http::response> chat::begin(http::request r) {
  if (!new_conversations_.allows(r.remote, now_()))
    co_return refused(429, "too_many", "Có nhiều cuộc trò chuyện mới quá. Xin đợi một phút rồi thử lại.");
  const auto token = random_token();
  auto opened = event_of(key_of(token), now_());
  opened.kind = dialogs::event_kind::opened;
  opened.id = "open:" + opened.person;
  co_await turns_.take(std::move(opened));
  co_return json_answer({{"token", token}}, 201);
}

awaitable<http::response> chat::read(http::request r) {
  const auto token = token_of(r);
  const auto after = number(r.parameter("after"), 0);
  const auto wait = std::chrono::seconds(std::clamp<std::int64_t>(number(r.parameter("wait"), 0), 0, longest_wait));
  if (token.empty()) co_return unknown_token();
  auto found = co_await store_.conversation(key_of(token));
  if (found.id == 0) co_return unknown_token();

  const auto until = std::chrono::steady_clock::now() + wait;
  const auto watch = live_.watch_conversation(found.id);
  for (;;) {
    const auto all = co_await store_.messages(found.id, after, messages_at_once);
    const auto left = until - std::chrono::steady_clock::now();
    if (all.empty() && left > 0s && !live_.closed()) {
      co_await watch->wait(std::chrono::duration_cast<std::chrono::milliseconds>(left));
      continue;
    }
    found = co_await store_.conversation(key_of(token));
    const auto open = co_await store_.open_case_of(found.id);
    auto list = json::array();
    for (const auto& m : all)
      if (!m.deleted) list.push_back(resident_view(m));
    co_return json_answer({{"messages", std::move(list)},
                           {"holder", found.state.holder == dialogs::holder::bot ? "bot" : "officer"},
                           {"officer", found.state.held_by},
                           {"case", open ? json{{"code", open->code}, {"state", to_string(open->state)}} : json()}});
  }
}

awaitable<http::response> chat::write(http::request r) {
  const auto token = token_of(r);
  if (token.empty()) co_return unknown_token();
  const auto key = key_of(token);
  const auto found = co_await store_.conversation(key);
  if (found.id == 0) co_return unknown_token();
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");

  auto said = event_of(key, now_());
  said.kind = dialogs::event_kind::message;
  said.text = body->text("text");
  said.payload = body->text("payload");
  const auto id = body->text("id");
  if (id.empty() || id.size() > 100) co_return refused(422, "bad_id", "Thiếu mã tin nhắn.");
  said.id = key.person + ":" + id;
  if (said.payload.empty() && said.text.find_first_not_of(" \t\r\n") == std::string::npos)
    co_return refused(422, "empty", "Tin nhắn đang trống.");
  if (json_body::characters(said.text) > most_characters || said.payload.size() > longest_payload)
    co_return refused(422, "too_long", "Tin nhắn dài quá 4.000 ký tự. Bà con chia làm nhiều tin giúp em nhé.");
  if (!messages_.allows(key.person, said.at))
    co_return refused(429, "too_many", "Bà con gửi nhanh quá, em chưa kịp trả lời. Xin đợi một phút rồi nhắn tiếp.");
  if (!said.payload.empty() && said.text.empty()) {
    said.text = title_of(found.state, said.payload);
    if (auto title = body->text("title"); said.text.empty() && title.size() <= 200) said.text = std::move(title);
  }
  co_await turns_.take(std::move(said));
  co_return json_answer(json::object());
}

}  // namespace thanthien::bot::desk
