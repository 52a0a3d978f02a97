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
  explicit talk(std::shared_ptr<const content> said) : said_(std::move(said)) {}

  dialogs::outcome open(dialogs::timestamp now);
  dialogs::outcome say(dialogs::event what, dialogs::timestamp now);

  dialogs::conversation& state() { return state_; }
  const std::string& unit() const { return unit_; }
  std::string unit_;

 private:
  std::shared_ptr<const content> said_;
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
