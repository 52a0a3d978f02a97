#include "bot/desk/accounts.hpp"

#include "bot/async.hpp"
#include "bot/secrets.hpp"

#include <algorithm>
#include <array>

namespace thanthien::bot::desk {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto idle_limit = 30min;
constexpr auto session_limit = 12h;
constexpr auto code_life = 7 * 24h;
constexpr auto setup_setting = "setup_code_hash";
constexpr int free_attempts = 5;

/// Characters, not bytes: people count what they see.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return c < 128 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
  return text;
}

/// Codes are read from paper and from the telephone: case, spaces and missing dashes do not matter.
std::string normalised_code(const std::string& typed) {
  std::string out;
  for (const unsigned char c : typed)
    if (std::isalnum(c)) out += static_cast<char>(std::toupper(c));
  return out;
}

std::optional<refusal> weak(const std::string& password, const std::string& login) {
  const auto length = characters(password);
  if (length < 12) return refusal{422, "weak_password", "Mật khẩu cần ít nhất 12 ký tự. Mẹo: ghép bốn từ dễ nhớ với nhau."};
  if (length > 128) return refusal{422, "weak_password", "Mật khẩu dài tối đa 128 ký tự."};
  const auto low = lower(password);
  static constexpr std::array common{"password", "matkhau", "123456", "qwerty", "thanthien", "dongnai", "abcdef", "111111", "000000"};
  for (const std::string_view word : common)
    if (const auto at = low.find(word); at != std::string::npos && low.size() - word.size() < 8)
      return refusal{422, "weak_password", "Mật khẩu này dễ đoán. Xin chọn mật khẩu khác, không dùng từ quá quen thuộc."};
  if (!login.empty() && low.find(lower(login)) != std::string::npos && low.size() - login.size() < 8)
    return refusal{422, "weak_password", "Mật khẩu không nên chứa tên đăng nhập."};
  return std::nullopt;
}

std::optional<refusal> bad_login(const std::string& login) {
  const bool fits = login.size() >= 3 && login.size() <= 40 &&
                    std::ranges::all_of(login, [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '-' || c == '_'; });
  if (fits) return std::nullopt;
  return refusal{422, "bad_login", "Tên đăng nhập gồm 3 đến 40 chữ không dấu, số, dấu chấm hoặc gạch ngang."};
}

std::optional<refusal> bad_name(const std::string& name) {
  const auto length = characters(name);
  if (length >= 2 && length <= 60) return std::nullopt;
  return refusal{422, "bad_name", "Xin ghi họ tên (2 đến 60 ký tự): người dân sẽ thấy tên này."};
}

const refusal bad_credentials{401, "bad_credentials", "Tên đăng nhập hoặc mật khẩu chưa đúng."};

}  // namespace

accounts::accounts(store& where, clock_source now) : store_(where), now_(std::move(now)) {}

awaitable<std::string> accounts::prepare_setup() {
  const bool needed = co_await setup_needed();
  if (!needed) co_return std::string();
  auto code = random_code();
  co_await store_.set_setting(setup_setting, hash_token(normalised_code(code)));
  co_return code;
}

awaitable<bool> accounts::setup_needed() {
  const auto all = co_await store_.officers();
  co_return std::ranges::none_of(all, [](const officer& o) { return o.role == "admin" && !o.password_hash.empty() && !o.disabled; });
}

awaitable<std::expected<signed_in, refusal>> accounts::set_up(std::string code, std::string name, std::string login,
                                                              std::string password, std::string remote) {
  using answer = std::expected<signed_in, refusal>;
  if (auto slow = slowed("", remote)) co_return answer(std::unexpect, *slow);
  const auto code_hash = hash_token(normalised_code(code));
  const auto now = now_();

  auto all = co_await store_.officers();
  const auto own = std::ranges::find_if(all, [&](const officer& o) {
    return !o.code_hash.empty() && !o.disabled && o.code_expires > now && equal_in_constant_time(o.code_hash, code_hash);
  });
  if (own != all.end()) {
    auto who = *own;
    if (auto bad = weak(password, who.login)) co_return answer(std::unexpect, *bad);
    who.password_hash = co_await run_on(hashing_, [password] { return hash_password(password); });
    who.code_hash.clear();
    co_await store_.change_officer(who, true, now);
    co_await store_.audit(now, who.id, "password_set", who.login);
    co_return co_await open_session(who);
  }

  const auto expected = co_await store_.setting(setup_setting);
  const bool needed = co_await setup_needed();
  if (!needed || expected.empty() || !equal_in_constant_time(expected, code_hash)) {
    note_failure("", remote);
    co_return answer(std::unexpect, refusal{403, "bad_code", "Mã chưa đúng hoặc đã được dùng. Mã đầu tiên in ở cửa sổ chạy máy chủ; mã của cán bộ do người quản trị cấp."});
  }
  if (auto bad = bad_name(name)) co_return answer(std::unexpect, *bad);
  if (auto bad = bad_login(login)) co_return answer(std::unexpect, *bad);
  if (auto bad = weak(password, login)) co_return answer(std::unexpect, *bad);
  officer first;
  first.name = name;
  first.login = lower(login);
  first.role = "admin";
  first.password_hash = co_await run_on(hashing_, [password] { return hash_password(password); });
  first.id = co_await store_.add_officer(first, now);
  if (first.id == 0) co_return answer(std::unexpect, refusal{422, "bad_login", "Tên đăng nhập này đã có người dùng."});
  co_await store_.set_setting(setup_setting, "");
  co_await store_.audit(now, first.id, "first_admin", first.login);
  co_return co_await open_session(first);
}

awaitable<std::expected<signed_in, refusal>> accounts::sign_in(std::string login, std::string password, std::string remote) {
  using answer = std::expected<signed_in, refusal>;
  login = lower(login);
  if (auto slow = slowed(login, remote)) co_return answer(std::unexpect, *slow);
  const auto all = co_await store_.officers();
  const auto it = std::ranges::find_if(all, [&](const officer& o) { return o.login == login; });
  // The same work for an unknown name as for a known one: the time tells nothing.
  static const std::string nobody = hash_password(random_token());
  const bool known = it != all.end() && !it->disabled && !it->password_hash.empty();
  const auto hash = known ? it->password_hash : nobody;
  const bool fits = co_await run_on(hashing_, [hash, password] { return password.size() <= 1024 && password_fits(hash, password); });
  if (!known || !fits) {
    note_failure(login, remote);
    co_return answer(std::unexpect, bad_credentials);
  }
  attempts_.erase("login " + login);
  co_await store_.audit(now_(), it->id, "sign_in", login);
  co_return co_await open_session(*it);
}

awaitable<signed_in> accounts::open_session(officer who) {
  signed_in out;
  out.token = random_token();
  out.ticket = {hash_token(out.token), who.id, random_token(), now_(), now_()};
  out.who = std::move(who);
  co_await store_.add_session(out.ticket);
  co_return out;
}

awaitable<void> accounts::sign_out(std::string token) { co_await store_.end_session(hash_token(token)); }

awaitable<std::optional<signed_in>> accounts::who(std::string token, bool used) {
  if (token.empty() || token.size() > 100) co_return std::nullopt;
  const auto ticket = co_await store_.find_session(hash_token(token));
  if (!ticket) co_return std::nullopt;
  const auto now = now_();
  if (now - ticket->used_at > idle_limit || now - ticket->created_at > session_limit) {
    co_await store_.end_session(ticket->token_hash);
    co_return std::nullopt;
  }
  const auto all = co_await store_.officers();
  const auto it = std::ranges::find_if(all, [&](const officer& o) { return o.id == ticket->officer; });
  if (it == all.end() || it->disabled) co_return std::nullopt;
  if (used && now - ticket->used_at > 1min) co_await store_.touch_session(ticket->token_hash, now);
  co_return signed_in{*it, *ticket, std::move(token)};
}

awaitable<std::expected<std::pair<officer, std::string>, refusal>> accounts::add(std::string name, std::string login,
                                                                                 std::string role, std::vector<std::string> units) {
  using answer = std::expected<std::pair<officer, std::string>, refusal>;
  if (auto bad = bad_name(name)) co_return answer(std::unexpect, *bad);
  if (auto bad = bad_login(login)) co_return answer(std::unexpect, *bad);
  if (role != "officer" && role != "admin") co_return answer(std::unexpect, refusal{422, "bad_role", "Vai trò phải là cán bộ hoặc quản trị."});
  const auto code = random_code();
  officer who;
  who.name = std::move(name);
  who.login = lower(login);
  who.role = std::move(role);
  who.units = std::move(units);
  who.code_hash = hash_token(normalised_code(code));
  who.code_expires = now_() + code_life;
  who.id = co_await store_.add_officer(who, now_());
  if (who.id == 0) co_return answer(std::unexpect, refusal{422, "bad_login", "Tên đăng nhập này đã có người dùng."});
  co_return answer(std::in_place, std::move(who), code);
}

awaitable<std::optional<officer>> accounts::disable(std::int64_t id) {
  auto all = co_await store_.officers();
  const auto it = std::ranges::find_if(all, [&](const officer& o) { return o.id == id; });
  if (it == all.end()) co_return std::nullopt;
  it->disabled = true;
  co_await store_.change_officer(*it, true, now_());
  co_return *it;
}

std::optional<refusal> accounts::slowed(const std::string& login, const std::string& remote) {
  const auto now = now_();
  auto until = now;
  for (const auto& key : {"login " + login, "from " + remote})
    if (const auto it = attempts_.find(key); it != attempts_.end()) until = std::max(until, it->second.allowed_at);
  if (until <= now) return std::nullopt;
  const auto seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(until - now).count());
  return refusal{429, "too_many_attempts", "Thử sai nhiều lần quá. Xin đợi " + std::to_string(seconds) + " giây rồi thử lại.", seconds};
}

void accounts::note_failure(const std::string& login, const std::string& remote) {
  const auto now = now_();
  if (attempts_.size() > 10'000) std::erase_if(attempts_, [&](const auto& one) { return one.second.allowed_at < now; });
  for (const auto& key : {"login " + login, "from " + remote}) {
    auto& a = attempts_[key];
    // Slower and slower up to a quarter of an hour, but never locked out for good.
    if (++a.failures >= free_attempts)
      a.allowed_at = now + std::min<std::chrono::seconds>(900s, std::chrono::seconds(1LL << std::min(a.failures - free_attempts + 1, 10)));
  }
}

}  // namespace thanthien::bot::desk
