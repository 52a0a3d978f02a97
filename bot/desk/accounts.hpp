#pragma once

#include "bot/clock.hpp"
#include "bot/store/store.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <expected>
#include <map>
#include <optional>
#include <string>

namespace thanthien::bot::desk {

struct refusal {
  int status = 400;
  std::string code;
  std::string message;  ///< Vietnamese, for the page
  int retry_after = 0;  ///< seconds
};

struct signed_in {
  officer who;
  session ticket;
  std::string token;  ///< for the cookie; only its hash is stored
};

/// Who may use the console. No default account: the first is made with a one-time code that the server prints.
class accounts {
 public:
  accounts(store& where, clock_source now);

  /// The code for the first account, when there is none yet; a new one at each start. "" otherwise.
  awaitable<std::string> prepare_setup();
  awaitable<bool> setup_needed();

  /// With the set-up code: makes the first admin. With an officer's own code: sets his password. Codes work once.
  awaitable<std::expected<signed_in, refusal>> set_up(std::string code, std::string name, std::string login,
                                                      std::string password, std::string remote);
  awaitable<std::expected<signed_in, refusal>> sign_in(std::string login, std::string password, std::string remote);
  awaitable<void> sign_out(std::string token);

  /// The session behind a cookie; ended after 30 minutes without use and 12 hours in all. A page that only watches
  /// (`used` false) does not keep it alive.
  awaitable<std::optional<signed_in>> who(std::string token, bool used = true);

  /// A new officer and the one-time code (7 days) with which he sets his password.
  awaitable<std::expected<std::pair<officer, std::string>, refusal>> add(std::string name, std::string login,
                                                                        std::string role, std::vector<std::string> units);
  awaitable<std::optional<officer>> disable(std::int64_t id);

 private:
  struct attempts {
    int failures = 0;
    timestamp allowed_at{};
  };

  awaitable<signed_in> open_session(officer who);
  std::optional<refusal> slowed(const std::string& login, const std::string& remote);
  void note_failure(const std::string& login, const std::string& remote);

  store& store_;
  clock_source now_;
  boost::asio::thread_pool hashing_{2};  ///< argon2 is slow on purpose; two at once bound its memory
  std::map<std::string, attempts> attempts_;
};

}  // namespace thanthien::bot::desk
