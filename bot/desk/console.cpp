#include "bot/desk/console.hpp"

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
using dialogs::event_kind;

namespace {

constexpr std::size_t most_characters = 4'000;
constexpr int cases_shown = 500;
constexpr int messages_shown = 2'000;

http::response refused(const refusal& why) { return desk::refused(why.status, why.code, why.message, why.retry_after); }

const auto no_such_case = [] { return desk::refused(404, "no_case", "Không tìm thấy phiếu này."); };

std::int64_t number(const std::string& text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc{} && end == text.data() + text.size() ? out : 0;
}

/// A browser tells where a request comes from; only our own pages may change things.
bool same_origin(const http::request& r) {
  const auto site = r.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin") return false;
  const auto origin = r.header("Origin");
  if (origin.empty()) return true;  // no browser: the token decides alone
  const auto scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == r.header("Host");
}

json officer_view(const signed_in& who) {
  return {{"id", who.who.id}, {"name", who.who.name}, {"login", who.who.login}, {"role", who.who.role}, {"units", who.who.units}};
}

}  // namespace

console::console(store& where, accounts& people, turns& take, live& tell,
                 std::function<std::shared_ptr<const content>()> said, clock_source now, options how)
    : store_(where), accounts_(people), turns_(take), live_(tell), content_(std::move(said)), now_(std::move(now)), options_(how) {}

std::string console::cookie(const std::string& token, bool ends) const {
  std::string out = (options_.secure_cookie ? "__Host-thanthien=" : "thanthien=") + token + "; Path=/; HttpOnly; SameSite=Strict";
  if (options_.secure_cookie) out += "; Secure";
  if (ends) out += "; Max-Age=0";
  return out;
}

awaitable<std::optional<signed_in>> console::who(const http::request& r, bool used) {
  return accounts_.who(std::string(r.cookie(options_.secure_cookie ? "__Host-thanthien" : "thanthien")), used);
}

awaitable<http::response> console::session_view(std::optional<signed_in> who) {
  const bool needed = co_await accounts_.setup_needed();
  co_return json_answer({{"setup_needed", needed},
                         {"officer", who ? officer_view(*who) : json()},
                         {"csrf", who ? who->ticket.csrf : std::string()}});
}

console::reply console::session(http::request r) {
  auto caller = co_await who(r, false);
  co_return co_await session_view(std::move(caller));
}

http::response console::with_session(const std::expected<signed_in, refusal>& result) {
  if (!result) return refused(result.error());
  auto out = json_answer({{"setup_needed", false}, {"officer", officer_view(*result)}, {"csrf", result->ticket.csrf}});
  out.headers.emplace_back("Set-Cookie", cookie(result->token, false));
  return out;
}

console::reply console::set_up(http::request r) {
  if (!same_origin(r)) co_return refused(403, "foreign", "Yêu cầu không đến từ trang này.");
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");
  co_return with_session(co_await accounts_.set_up(body->text("code"), body->text("name"), body->text("login"),
                                                   body->text("password"), r.remote));
}

console::reply console::sign_in(http::request r) {
  if (!same_origin(r)) co_return refused(403, "foreign", "Yêu cầu không đến từ trang này.");
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");
  co_return with_session(co_await accounts_.sign_in(body->text("login"), body->text("password"), r.remote));
}

awaitable<std::expected<signed_in, http::response>> console::allowed(const http::request& r, bool changes, bool admin) {
  using answer = std::expected<signed_in, http::response>;
  // The page fetches its lists by itself: only a change, or opening a case, is use of the session.
  const bool used = changes || r.path.starts_with("/api/cases/");
  auto caller = co_await who(r, used);
  if (!caller) co_return answer(std::unexpect, refused(401, "sign_in", "Phiên làm việc đã hết. Xin đăng nhập lại."));
  if (changes && (!same_origin(r) || !equal_in_constant_time(r.header("X-CSRF-Token"), caller->ticket.csrf)))
    co_return answer(std::unexpect, refused(403, "foreign", "Yêu cầu không đến từ trang này. Xin tải lại trang."));
  if (admin && caller->who.role != "admin")
    co_return answer(std::unexpect, refused(403, "not_admin", "Việc này dành cho người quản trị."));
  co_return answer(std::move(*caller));
}

console::reply console::sign_out(http::request r) {
  auto caller = co_await allowed(r, true);
  if (!caller) co_return std::move(caller.error());
  co_await accounts_.sign_out(caller->token);
  auto out = json_answer(json::object());
  out.headers.emplace_back("Set-Cookie", cookie("", true));
  out.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  co_return out;
}

awaitable<std::expected<case_row, http::response>> console::case_for(const signed_in& who, std::string code) {
  using answer = std::expected<case_row, http::response>;
  auto found = co_await store_.find_case(std::move(code));
  // A case of another unit does not exist for this officer.
  const auto& units = who.who.units;
  if (!found || (!units.empty() && std::ranges::find(units, found->unit) == units.end())) co_return answer(std::unexpect, no_such_case());
  co_return answer(std::move(*found));
}

console::reply console::cases(http::request r) {
  const auto caller = co_await allowed(r, false);
  if (!caller) co_return caller.error();
  auto which = std::string(r.parameter("state"));
  if (which.empty()) which = "waiting";
  const auto& me = caller->who;
  const auto waiting = co_await store_.cases("waiting", me.id, me.units, cases_shown);
  const auto held = co_await store_.cases("held", me.id, me.units, cases_shown);
  const auto mine = std::ranges::count_if(held, [&](const case_row& c) { return c.officer == me.id; });
  std::vector<case_row> shown;
  if (which == "waiting") shown = waiting;
  else if (which == "held") shown = held;
  else if (which == "mine" || which == "closed") shown = co_await store_.cases(which, me.id, me.units, cases_shown);
  else co_return refused(422, "bad_state", "Danh sách này không có.");
  const auto said = content_();
  auto list = json::array();
  for (const auto& c : shown) list.push_back(view(c, *said->known, *said->dialogs));
  co_return json_answer({{"cases", std::move(list)}, {"counts", {{"waiting", waiting.size()}, {"mine", mine}, {"held", held.size()}}}});
}

console::reply console::one_case(http::request r, std::string code) {
  const auto caller = co_await allowed(r, false);
  if (!caller) co_return caller.error();
  auto found = co_await case_for(*caller, std::move(code));
  if (!found) co_return std::move(found.error());
  auto lines = json::array();
  for (const auto& m : co_await store_.messages(found->conversation, 0, messages_shown)) lines.push_back(view(m));
  auto remarks = json::array();
  for (const auto& n : co_await store_.notes(found->code)) remarks.push_back(view(n));
  const auto said = content_();
  co_return json_answer({{"case", view(*found, *said->known, *said->dialogs)}, {"messages", std::move(lines)}, {"notes", std::move(remarks)}});
}

awaitable<http::response> console::case_answer(std::string code) {
  const auto now = co_await store_.find_case(std::move(code));
  const auto said = content_();
  co_return json_answer({{"case", now ? view(*now, *said->known, *said->dialogs) : json()}});
}

awaitable<http::response> console::change(http::request r, std::string code, case_change::kind kind) {
  const auto caller = co_await allowed(r, true);
  if (!caller) co_return caller.error();
  const auto found = co_await case_for(*caller, code);
  if (!found) co_return found.error();
  const auto body = json_body::read(r.body.empty() ? "{}" : r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");

  case_change wish{kind, found->code, caller->who.id, body->text("result")};
  dialogs::event act;
  act.channel = found->key.channel;
  act.account = found->key.account;
  act.person = found->key.person;
  act.kind = kind == case_change::kind::take        ? event_kind::officer_took
             : kind == case_change::kind::hand_back ? event_kind::officer_returned
                                                    : event_kind::officer_closed;
  act.id = "desk:" + random_token();
  act.at = now_();
  act.by = caller->who.name;
  const auto done = co_await turns_.take(std::move(act), wish);
  if (done.what == committed::refused) {
    const auto now = co_await store_.find_case(found->code);
    if (kind == case_change::kind::take)
      co_return refused(409, "taken", now && !now->officer_name.empty() ? "Cán bộ " + now->officer_name + " đã nhận phiếu này."
                                                                         : "Phiếu này không còn chờ.");
    co_return refused(409, "not_yours", "Phiếu này hiện không do anh/chị giữ.");
  }
  co_await store_.audit(now_(), caller->who.id,
                        kind == case_change::kind::take ? "case_take" : kind == case_change::kind::close ? "case_close" : "case_return",
                        found->code);
  co_return co_await case_answer(found->code);
}

console::reply console::take(http::request r, std::string code) { return change(std::move(r), std::move(code), case_change::kind::take); }
console::reply console::give_back(http::request r, std::string code) { return change(std::move(r), std::move(code), case_change::kind::hand_back); }
console::reply console::close(http::request r, std::string code) { return change(std::move(r), std::move(code), case_change::kind::close); }

awaitable<http::response> console::say(signed_in who, case_row c, std::string client_id, std::string text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) co_return refused(422, "empty", "Tin nhắn đang trống.");
  if (json_body::characters(text) > most_characters) co_return refused(422, "too_long", "Tin nhắn dài quá 4.000 ký tự. Xin chia làm nhiều tin.");
  if (client_id.empty() || client_id.size() > 100) co_return refused(422, "bad_id", "Thiếu mã tin nhắn.");
  dialogs::event act;
  act.channel = c.key.channel;
  act.account = c.key.account;
  act.person = c.key.person;
  act.kind = event_kind::officer_message;
  // The page's own id is the key: sent twice over a flaky line, it is one message.
  act.id = "officer:" + std::to_string(who.who.id) + ":" + client_id;
  act.at = now_();
  act.text = std::move(text);
  act.by = who.who.name;
  const auto id = act.id;
  const auto done = co_await turns_.take(std::move(act));
  const auto kept = co_await store_.message_of_event(c.key, id);
  if (done.what == committed::refused || !kept) co_return refused(409, "not_yours", "Phiếu này hiện không do anh/chị giữ.");
  co_return json_answer({{"message", view(*kept)}});
}

console::reply console::answer(http::request r, std::string code) {
  const auto caller = co_await allowed(r, true);
  if (!caller) co_return caller.error();
  const auto found = co_await case_for(*caller, std::move(code));
  if (!found) co_return found.error();
  if (found->state != case_state::held || found->officer != caller->who.id)
    co_return refused(409, "not_yours", found->officer_name.empty() ? "Xin nhận phiếu trước khi trả lời."
                                                                     : "Phiếu này do cán bộ " + found->officer_name + " giữ.");
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");
  co_return co_await say(*caller, *found, body->text("client_id"), body->text("text"));
}

console::reply console::send_again(http::request r, std::string id) {
  const auto caller = co_await allowed(r, true);
  if (!caller) co_return caller.error();
  const auto found = co_await store_.find_message(number(id));
  if (!found) co_return refused(404, "no_message", "Không tìm thấy tin nhắn này.");
  const auto open = co_await store_.open_case_of(found->first);
  if (!open || open->officer != caller->who.id) co_return refused(409, "not_yours", "Xin nhận phiếu trước khi gửi lại.");
  if (found->second.state != "failed" && found->second.state != "uncertain")
    co_return refused(409, "not_failed", "Chỉ gửi lại tin chưa gửi được hoặc chưa rõ kết quả.");
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");
  co_return co_await say(*caller, *open, body->text("client_id"), "(Gửi lại) " + found->second.text);
}

console::reply console::add_note(http::request r, std::string code) {
  const auto caller = co_await allowed(r, true);
  if (!caller) co_return caller.error();
  const auto found = co_await case_for(*caller, std::move(code));
  if (!found) co_return found.error();
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");
  const auto text = body->text("text");
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) co_return refused(422, "empty", "Ghi chú đang trống.");
  if (json_body::characters(text) > most_characters) co_return refused(422, "too_long", "Ghi chú dài quá 4.000 ký tự.");
  const auto id = body->text("client_id");
  if (id.empty() || id.size() > 100) co_return refused(422, "bad_id", "Thiếu mã ghi chú.");
  const auto kept = co_await store_.add_note(found->code, caller->who.id, id, text, now_());
  live_.case_changed(found->code);
  co_return json_answer({{"note", view(kept)}});
}

console::reply console::stream(http::request r) {
  const auto caller = co_await allowed(r, false);
  if (!caller) co_return caller.error();
  http::response out;
  out.headers.emplace_back("Cache-Control", "no-store");
  auto token = caller->token;
  out.stream = [this, token](std::shared_ptr<http::event_stream> to) -> awaitable<void> { return watch_cases(token, std::move(to)); };
  co_return out;
}

awaitable<void> console::watch_cases(std::string token, std::shared_ptr<http::event_stream> to) {
  const auto watch = live_.watch_cases();
  if (!co_await to->send("hello", "{}")) co_return;
  while (!live_.closed()) {
    const auto codes = co_await watch->wait(15s);
    // A session that ended meanwhile (signed out, disabled) sees nothing more.
    const auto still = co_await accounts_.who(token, false);
    if (!still) co_return;
    const bool there = codes.empty() ? co_await to->keep_alive() : co_await to->send("change", dump({{"cases", codes}}));
    if (!there) co_return;
  }
}

console::reply console::units(http::request r) {
  const auto caller = co_await allowed(r, false);
  if (!caller) co_return caller.error();
  auto list = json::array();
  for (const auto& u : content_()->known->units()) list.push_back({{"id", u.id}, {"full_name", u.full_name}});
  co_return json_answer({{"units", std::move(list)}});
}

console::reply console::officers(http::request r) {
  const auto caller = co_await allowed(r, false, true);
  if (!caller) co_return caller.error();
  auto list = json::array();
  for (const auto& o : co_await store_.officers()) list.push_back(view(o));
  co_return json_answer({{"officers", std::move(list)}});
}

console::reply console::add_officer(http::request r) {
  const auto caller = co_await allowed(r, true, true);
  if (!caller) co_return caller.error();
  const auto body = json_body::read(r.body);
  if (!body) co_return refused(400, "bad_json", "Dữ liệu gửi lên không đọc được.");
  const auto units = body->texts("units");
  const auto said = content_();
  for (const auto& id : units)
    if (!said->known->find_unit(id)) co_return refused(422, "bad_unit", "Không có đơn vị \"" + id + "\".");
  const auto added = co_await accounts_.add(body->text("name"), body->text("login"), body->text("role"), units);
  if (!added) co_return refused(added.error());
  co_await store_.audit(now_(), caller->who.id, "officer_add", added->first.login);
  co_return json_answer({{"officer", view(added->first)}, {"code", added->second}});
}

console::reply console::disable_officer(http::request r, std::string id) {
  const auto caller = co_await allowed(r, true, true);
  if (!caller) co_return caller.error();
  if (number(id) == caller->who.id) co_return refused(409, "own_account", "Không thể tự khoá tài khoản của mình.");
  const auto done = co_await accounts_.disable(number(id));
  if (!done) co_return refused(404, "no_officer", "Không tìm thấy tài khoản này.");
  co_await store_.audit(now_(), caller->who.id, "officer_disable", done->login);
  co_return json_answer({{"officer", view(*done)}});
}

}  // namespace thanthien::bot::desk
