#pragma once

#include "bot/clock.hpp"
#include "bot/content.hpp"
#include "bot/desk/accounts.hpp"
#include "bot/http/message.hpp"
#include "bot/store/store.hpp"

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

namespace thanthien::bot {
class live;
class turns;
}  // namespace thanthien::bot

namespace thanthien::bot::desk {

/// The officers' side over HTTP; calls and shapes are in bot/desk/README.md. Every act of an officer that the resident
/// notices is a turn of his conversation, so that it is committed together with what he is told, or not at all.
class console {
 public:
  struct options {
    bool secure_cookie = false;  ///< behind TLS: __Host- prefix and Secure
  };

  console(store& where, accounts& people, turns& take, live& tell,
          std::function<std::shared_ptr<const content>()> said, clock_source now, options how);

  using reply = awaitable<http::response>;

  // Without an account.
  reply session(http::request r);
  reply set_up(http::request r);
  reply sign_in(http::request r);

  // Signed in; all but reading need the token of the session.
  reply sign_out(http::request r);
  reply cases(http::request r);
  reply one_case(http::request r, std::string code);
  reply take(http::request r, std::string code);
  reply give_back(http::request r, std::string code);
  reply close(http::request r, std::string code);
  reply answer(http::request r, std::string code);
  reply add_note(http::request r, std::string code);
  reply send_again(http::request r, std::string id);
  reply stream(http::request r);
  reply units(http::request r);

  // Admins.
  reply officers(http::request r);
  reply add_officer(http::request r);
  reply disable_officer(http::request r, std::string id);

 private:
  awaitable<std::optional<signed_in>> who(const http::request& r, bool used);
  http::response with_session(const std::expected<signed_in, refusal>& result);
  awaitable<http::response> session_view(std::optional<signed_in> who);
  awaitable<std::expected<signed_in, http::response>> allowed(const http::request& r, bool changes, bool admin = false);
  awaitable<std::expected<case_row, http::response>> case_for(const signed_in& who, std::string code);
  awaitable<http::response> change(http::request r, std::string code, case_change::kind kind);
  awaitable<http::response> say(signed_in who, case_row c, std::string client_id, std::string text);
  awaitable<http::response> case_answer(std::string code);
  awaitable<void> watch_cases(std::string token, std::shared_ptr<http::event_stream> to);
  std::string cookie(const std::string& token, bool ends) const;

  store& store_;
  accounts& accounts_;
  turns& turns_;
  live& live_;
  std::function<std::shared_ptr<const content>()> content_;
  clock_source now_;
  options options_;
};

}  // namespace thanthien::bot::desk
