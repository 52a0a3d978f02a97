#pragma once

#include "bot/content.hpp"
#include "bot/store/store.hpp"
#include "dialogs/walk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Conversations that were held are said again to other dialogs, to see which answers change. Nothing but walks: nothing is
/// stored and nothing is sent.
namespace thanthien::bot {

/// What a resident is told in one turn, as far as it is compared.
struct answer {
  std::string act, topic, aspect;
  std::string text;     ///< all replies, one below the other
  std::string choices;  ///< titles below the last reply
  std::string case_reason;

  bool operator==(const answer&) const = default;
};

struct replay_turn {
  dialogs::event what;
  timestamp now{};
  std::string case_code;       ///< a case that this turn makes gets it
  dialogs::records looked_up;  ///< what its codes named
  std::optional<answer> then;  ///< what was answered, when it is known and was the bot's to answer
};

struct replay_conversation {
  std::string name;
  std::string unit;
  std::vector<replay_turn> turns;
};

/// A stored conversation; nothing when its words are not whole any more.
std::optional<replay_conversation> replay_of(const past_conversation& past, std::string unit);

struct changed_answer {
  std::size_t turn = 0;  ///< from 0
  answer before, after;
};

/// With `changed`, the answers of `present` beside those of `changed`; without, what was answered then beside the answers of
/// `present`. Each side goes on with its own state.
std::vector<changed_answer> replay(const replay_conversation& held, const content& present, const content* changed);

/// The lines that only one of them has, masked, each behind "-" or "+"; what it was taken for comes first.
std::string told(const changed_answer& c);

}  // namespace thanthien::bot
