#pragma once

#include "bot/clock.hpp"
#include "bot/http/message.hpp"
#include "bot/store/store.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <map>
#include <string>

namespace thanthien::bot {
class live;
class turns;
}  // namespace thanthien::bot

namespace thanthien::bot::desk {

/// At most so many acts of one key in a minute.
class pace {
 public:
  explicit pace(int most) : most_(most) {}
  bool allows(const std::string& key, timestamp now);

 private:
  struct window {
    timestamp since{};
    int count = 0;
  };

  int most_;
  std::map<std::string, window> windows_;
};

/// The residents' web chat over HTTP; calls and shapes are in bot/desk/README.md. The page's token is the person: only its
/// hash is stored, as the person's id on the channel "web".
class chat {
 public:
  chat(store& where, turns& take, live& tell, clock_source now);

  awaitable<http::response> begin(http::request r);
  awaitable<http::response> read(http::request r);
  awaitable<http::response> write(http::request r);

 private:
  store& store_;
  turns& turns_;
  live& live_;
  clock_source now_;
  pace new_conversations_{30};  ///< by address
  pace messages_{40};           ///< by person
};

}  // namespace thanthien::bot::desk
