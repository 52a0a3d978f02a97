#pragma once

#include "bot/content.hpp"
#include "dialogs/walk.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace thanthien::bot::commands {

using dossier_table = std::shared_ptr<const std::vector<dialogs::dossier>>;

/// The rows that codes in the text name.
std::vector<dialogs::dossier> dossiers_in(const std::string& text, const std::vector<dialogs::dossier>& table);

/// The table of `--dossiers FILE.csv`; ends the program with 2 and tells the problems when it has any. No file: no table.
dossier_table dossiers_of(const std::string& file);

/// A conversation without server and store, for the terminal, programs and tests: the same walk, the same content.
class talk {
 public:
  /// `unit`: the unit that the conversation's account would belong to, or "".
  explicit talk(std::shared_ptr<const content> said, std::string unit = {},
                dossier_table dossiers = {})
      : said_(std::move(said)), unit_(std::move(unit)), dossiers_(std::move(dossiers)) {}

  dialogs::outcome say(dialogs::event what, dialogs::timestamp now);

  dialogs::conversation& state() { return state_; }

  /// When a case that the last turn made is due: by the times a server uses when it is not told others.
  dialogs::timestamp due(bool urgent, dialogs::timestamp now) const;
  /// The time of the next turn: what a script says, else a minute after what it said last, else the present.
  dialogs::timestamp time_of_turn(std::optional<dialogs::timestamp> told);

 private:
  dialogs::records look_up(const std::string& text, dialogs::timestamp now) const;

  std::shared_ptr<const content> said_;
  std::string unit_;
  dossier_table dossiers_;
  std::vector<dialogs::request_status> requests_;  ///< made in this conversation; no officer ever takes them
  dialogs::conversation state_;
  std::optional<dialogs::timestamp> clock_;  ///< of a script that sets it
  std::int64_t events_ = 0;
};

/// `act`, `topic` (null when out of scope), `aspect`, `confidence`, `candidates`. Programs know the procedures and a few
/// services as topics; a topic of our own is told as the one of these that it belongs to.
nlohmann::json understood_json(const dialogs::outcome& o, const knowledge::library& known);
nlohmann::json replies_json(const dialogs::outcome& o);

/// A line of `chat --jsonl`: {"conversation": "c1", "text": "…"}, or "choice": "PAYLOAD", or "attachment": "image"; "at": "ISO time".
struct chat_line {
  std::string conversation;
  dialogs::event what;
  std::optional<dialogs::timestamp> at;
};

/// Nothing when the line is no JSON object.
std::optional<chat_line> read_chat_line(const std::string& line);

/// "2026-11-23T08:00:00+07:00", "…Z" or without a zone (then Viet Nam's); nothing when it is no such time.
std::optional<dialogs::timestamp> parse_time(const std::string& iso);

}  // namespace thanthien::bot::commands
