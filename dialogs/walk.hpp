#pragma once

#include "dialogs/book.hpp"
#include "dialogs/conversation.hpp"
#include "dialogs/message.hpp"
#include "dialogs/records.hpp"
#include "knowledge/library.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::dialogs {

struct step;
struct option;
struct branch_arm;

/// What kind of answer the turn gave; the names are part of the `ask` and `chat` interfaces.
enum class act : std::uint8_t { none, answer, clarify, small_talk, decline, emergency, handoff };

std::string_view to_string(act a);

/// A case that the turn wants an officer to have.
struct case_request {
  /// asked_for_person, not_understood, emergency, complaint, anger, attachment, form, fraud, feedback or
  /// dossier; what officers read for it is book::phrase("reason_" + reason).
  std::string reason;
  std::string unit;  ///< id of the unit, "" = the account's
  std::string topic;
  std::string summary;  ///< Vietnamese, for the officer: what was asked, and the slots that were filled
  bool urgent = false;

  bool operator==(const case_request&) const = default;
};

/// What a turn is given besides the conversation: time and names come from outside, so that the same turn can
/// be walked again.
struct circumstances {
  timestamp now{};
  std::string unit;       ///< id of the unit the account belongs to, or ""
  std::string case_code;  ///< the code a case gets if this turn makes one
  records looked_up{};    ///< what codes_in() of the text named, and the open case of the conversation
};

/// What the resident thinks of how a settled case was handled.
struct case_rating {
  std::string case_code;
  int stars = 0;  ///< 1 to 5

  bool operator==(const case_rating&) const = default;
};

struct outcome {
  conversation after;
  std::vector<reply> replies;
  std::optional<case_request> handed_over;
  std::optional<case_rating>
      rating;  ///< of a case that this conversation had; the code is checked against its state
  dialogs::act act = act::none;
  std::string topic;   ///< "" is null outside: out of scope
  std::string aspect;  ///< of the answer; "" when none
  double confidence = 0;
  std::vector<knowledge::topic_score> candidates;
  bool understood = true;  ///< false: kept, masked, for the report of unanswered questions
};

/// What of the book a turn came by, for the coverage of stories. The pointers are into the book.
struct trace {
  std::vector<const step*> steps;
  std::vector<const branch_arm*> arms;
  std::vector<std::pair<std::string, const option*>>
      offered;                     ///< payload of the choice ("" of a link) and its line
  std::vector<std::string> taken;  ///< payloads of the choices that the resident tapped, typed or named
};

/// One turn: pure. Nothing but its arguments goes in, nothing but the outcome comes out; it never throws for
/// any event or any state. While the conversation is held by a person it gives no reply of the bot.
///
/// `seen`, when it is given, is told where the walk came by. It is an argument and not a part of the outcome,
/// because only stories ask: for everybody else it costs one comparison a step and nothing is allocated.
outcome walk(const book& dialogs, const knowledge::library& known, const conversation& before,
             const event& what, const circumstances& around, trace* seen = nullptr);

}  // namespace thanthien::dialogs
