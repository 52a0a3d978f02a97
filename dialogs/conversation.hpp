#pragma once

#include "dialogs/message.hpp"

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

/// Who speaks with the resident. The hand-over lock is this field, saved with the rest of the state: while it
/// is not `bot`, a walk gives no replies of the bot.
enum class holder : std::uint8_t {
  bot,
  officer,       ///< an officer took the case in our console
  outside_staff  ///< a person writes through the platform's own inbox, until `held_until`
};

std::string_view to_string(holder h);

/// Where in which dialog the conversation stands; one for each dialog that was called and has not returned.
struct position {
  std::string dialog;
  std::string step;
  std::string version;        ///< of the dialog file it began with
  std::string topic = {};     ///< of a checklist: the procedure whose papers are asked for
  std::string question = {};  ///< of a checklist: its question that waits for the resident

  bool operator==(const position&) const = default;
};

/// All that survives a turn: a value that is saved and read back. Mostly a few hundred bytes.
struct conversation {
  std::vector<position> stack;               ///< bottom first; empty: nothing is under way
  std::map<std::string, std::string> slots;  ///< normalised values of the dialogs on the stack
  std::vector<position> trail;  ///< questions answered in the dialog on top, at most eight: for "quay lại"
  std::string topic;            ///< what was last talked about, for "còn lệ phí?"
  std::string aspect;           ///< of the last answer, for "nhắc lại"
  std::string papers;           ///< code of the list shown last, for "à nhầm"
  std::string earlier_topic;    ///< what was talked about before `topic`, for "quay lại chuyện hồi nãy"
  std::vector<std::pair<std::string, std::string>> offered;  ///< choices of the last reply: title and payload
  int misunderstood = 0;  ///< in a row: ask back, offer a person, hand over
  dialogs::holder holder = holder::bot;
  timestamp held_until{};    ///< for outside_staff
  std::string held_by;       ///< name of the officer
  std::string case_code;     ///< the open case, or ""
  std::string case_to_rate;  ///< the settled case whose rating is awaited, or ""
  int unknown_codes = 0;     ///< in a row: who guesses codes is brought to a person
  std::string unit;          ///< today's unit the resident speaks of, or the account's
  std::string address;       ///< how the resident is addressed: "cô", "anh"; "" = nothing is known
  std::string language = "vi";
  bool told_language = false;              ///< has been told that the details of procedures are in Vietnamese
  timestamp last_event_at{};               ///< platform time of the newest event: an older one never rewinds
  std::vector<std::string> openings_said;  ///< topics whose opening (sympathy, joy) was said
  bool greeted = false;                    ///< has been told that this is an automatic assistant
  std::vector<std::string>
      last_questions;  ///< up to five last messages that were not understood or led to the hand-over

  bool operator==(const conversation&) const = default;
};

/// Of a state as it is saved, in bytes.
inline constexpr std::size_t largest_state = 2048;

/// Openings that are remembered; more kinds of them there are hardly.
inline constexpr std::size_t most_openings = 6;

/// Makes a state that has become too large fit: what is oldest goes first, then what is longest is cut. The
/// messages themselves are in the record, so nothing is lost to an officer.
void keep_small(conversation& c);

void to_json(nlohmann::json& out, const conversation& c);
/// Reads any earlier or damaged state without throwing: what is missing keeps its default.
void from_json(const nlohmann::json& in, conversation& c);

}  // namespace thanthien::dialogs
