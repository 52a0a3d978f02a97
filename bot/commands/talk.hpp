#pragma once

#include "bot/content.hpp"
#include "dialogs/walk.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace thanthien::bot::commands {

/// A conversation without server and store, for the terminal, programs and tests: the same walk, the same content.
class talk {
 public:
  /// `unit`: the unit that the conversation's account would belong to, or "".
  explicit talk(std::shared_ptr<const content> said, std::string unit = {})
      : said_(std::move(said)), unit_(std::move(unit)) {}

  dialogs::outcome open(dialogs::timestamp now);
  dialogs::outcome say(dialogs::event what, dialogs::timestamp now);

  dialogs::conversation& state() { return state_; }

 private:
  std::shared_ptr<const content> said_;
  std::string unit_;
  dialogs::conversation state_;
  std::int64_t events_ = 0;
};

/// `act`, `topic` (null when out of scope), `aspect`, `confidence`, `candidates`. Programs know the procedures and a few
/// services as topics; a topic of our own is told as the one of these that it belongs to.
nlohmann::json understood_json(const dialogs::outcome& o, const knowledge::library& known);
nlohmann::json replies_json(const dialogs::outcome& o);

/// "2026-11-23T08:00:00+07:00", "…Z" or without a zone (then Viet Nam's); nothing when it is no such time.
std::optional<dialogs::timestamp> parse_time(const std::string& iso);

}  // namespace thanthien::bot::commands
