#pragma once

#include "dialogs/book.hpp"
#include "dialogs/dates.hpp"
#include "dialogs/message.hpp"
#include "dialogs/reading.hpp"
#include "knowledge/finder.hpp"
#include "knowledge/procedure.hpp"
#include "knowledge/writing.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The dialog language as plain values, as the loader reads them and the walker walks them. dialogs/README.md
/// tells admins the same in Vietnamese.
namespace thanthien::dialogs {

/// Where in a file something was written, for the checker's messages.
struct mark {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One text that readers see: variants, languages, and shorter ones for a channel.
struct wording {
  struct version {
    std::string language;  ///< "vi", "en"
    std::optional<dialogs::channel> on;
    std::vector<std::string> variants;
    std::vector<mark> marks;  ///< one for each variant
  };

  std::vector<version> versions;
  mark at;

  bool empty() const { return versions.empty(); }

  /// The best version there is: of the language and channel, of the language, of Vietnamese. `seed` chooses
  /// the variant.
  std::string_view pick(std::string_view language, dialogs::channel on, std::size_t seed) const;
};

/// A condition is data: `subject` compared with `values`, or others combined.
struct condition {
  enum class kind : std::uint8_t { all, any, none, test };
  enum class comparison : std::uint8_t { is, is_not, less, more, at_most, at_least, filled, empty, says };

  kind what = kind::all;  ///< all of nothing is true
  std::vector<condition> parts;
  std::string
      subject;  ///< "slot.NAME", "unit", "unit.FIELD", "channel", "language", "office_hours", "topic", ...
  comparison how = comparison::is;
  std::vector<std::string> values;  ///< `is` and `is_not`: any of these; `says`: expressions
  mark at;
};

enum class slot_type : std::uint8_t {
  yes_no,
  choice,
  number,
  date,
  money,
  phone,
  full_name,
  identity_number,
  address,
  text,
  picture,
  place
};

std::string_view to_string(slot_type t);
std::optional<slot_type> parse_slot_type(std::string_view name);
std::vector<std::string> slot_type_names();

/// A line of choices below a text. Exactly one of `value`, `topic`, `dialog`, `command`, `url` says what it
/// does.
struct option {
  wording title;
  std::string value;              ///< of the slot that is asked
  std::vector<std::string> also;  ///< other ways to say it, folded: held anywhere in the message
  std::string next;               ///< step to go on with, when not the usual next
  std::string topic, aspect;
  std::string dialog;
  std::string command;
  std::string url;
  mark at;
};

struct branch_arm {
  condition when;
  std::string next;
  mark at;
};

struct step {
  enum class kind : std::uint8_t { say, ask, branch, go, call, answer, checklist, rate, hand_over, end };

  std::string name;
  kind what = kind::end;
  wording words;  ///< of say, ask and rate; of hand_over: instead of the usual sentence
  std::vector<option> options;
  bool near_topics = false;  ///< `choices: found`: the near topics of the finder
  std::string next;          ///< after the step; "" only after go, hand_over, end and complete branches
  mark next_at;              ///< where `next` is written; line 0 when it is the step below

  // ask
  std::string slot;
  std::string label;  ///< what officers see it called; the slot's name when empty
  slot_type type = slot_type::text;
  wording again;  ///< instead of the usual words when the value did not fit
  std::string example;
  std::optional<std::int64_t> least, most;
  day_bound bound = day_bound::none;  ///< of a date
  bool may_skip = false;
  bool side_questions = true;  ///< no: whatever is typed is the answer, even when it asks something
  std::string failed;          ///< step to go to when the value did not fit three times; "" = a person
  bool of_papers = false;      ///< made of a procedure's question by a checklist, never written in a file

  std::vector<branch_arm> arms;
  std::string dialog;  ///< of go and call
  std::vector<std::pair<std::string, wording>>
      arguments;  ///< of call: slots that the other dialog finds filled
  std::vector<std::pair<std::string, std::string>>
      results;                ///< of call: slot here <- slot of the other dialog
  std::string topic, aspect;  ///< of answer and checklist; "found" = what the resident asked
  std::string unhappy;        ///< of rate: step to go to at one or two stars; "" = the next
  std::string reason;         ///< of hand_over
  wording summary;
  bool urgent = false;
  mark at;
};

/// Whether the step goes on with the one below it when no `next` is written.
bool goes_on(const step& s);

struct dialog {
  std::string name;
  std::string title;
  std::string version;      ///< changes with the bytes of the file
  std::string act;          ///< what kind of turn it is for the reports; "" = answer
  bool introduces = false;  ///< its first text says that this is an automatic assistant
  std::vector<std::pair<std::string, mark>> on;
  std::vector<knowledge::aspect> aspects;  ///< of its procedures that it answers besides the overview
  std::map<std::string, std::pair<std::string, mark>> moved;  ///< steps that are gone -> where they went on
  std::vector<step> steps;
  mark at;

  const step* find(std::string_view step_name) const;
};

/// The sentence before the answer about certain topics: sympathy, joy.
struct opening {
  std::vector<std::string> topics;
  std::vector<std::string> unless;  ///< folded words that make it unfitting
  wording words;
  mark at;
};

struct settings {
  std::string self_to_elders = "con";  ///< how the assistant calls itself before cô, chú, bác, ông, bà
  struct span {
    int from = 0, to = 0;  ///< minutes of the day
  };

  std::chrono::minutes outside_staff{60};  ///< silence after a person wrote through the platform's own inbox
  std::chrono::minutes pause{
      120};                     ///< silence after which a form under way is offered, not simply gone on with
  std::chrono::days forget{7};  ///< and after which it is over
  std::vector<int> days;        ///< 2 (Monday) to 8 (Sunday), as Vietnamese count
  std::vector<span> hours;
};

struct book::contents {
  std::map<std::string, dialog> dialogs;
  std::map<std::string, wording> phrases;
  std::vector<opening> openings;
  std::map<std::string, std::string> english_topics;  ///< folded English expression -> topic
  vocabulary words;
  settings rules;
  knowledge::writing_rules writing;

  std::map<std::string, std::string> on_topic;  ///< topic -> dialog
  std::map<std::string, std::string>
      on_kind;  ///< "service", "small_talk", "out_of_scope", "emergency" -> dialog
  std::map<std::string, std::string> on_event;    ///< "opened", "closed" -> dialog
  std::map<std::string, std::string> on_command;  ///< "menu", "person", ... -> dialog
  std::map<std::string, std::string> on_code;     ///< "dossier", "request" -> dialog

  const dialog* find(std::string_view name) const;
};

std::string_view to_string(knowledge::topic_kind k);

// --- templates

/// Calls `found(name, offset)` for each placeholder {name} of `text`; returns the offset of the first fault
/// (a brace without its partner or a name that cannot be one), or nothing. "{{" and "}}" are braces.
std::optional<std::size_t> each_placeholder(std::string_view text,
                                            const std::function<void(std::string_view, std::size_t)>& found);

/// Fills the placeholders with `value_of`. A line with placeholders that are all empty is left out, so that
/// an author can write "Lệ phí: {procedure.fee}" without asking whether there is one. Values are inserted as
/// they are: braces in what a resident typed mean nothing.
std::string filled(std::string_view text, const std::function<std::string(std::string_view)>& value_of);

// --- what the engine itself says

/// The phrases that dialogs/content/phrases.yaml must have, each with the placeholders it may use besides the
/// usual.
const std::map<std::string, std::vector<std::string>>& needed_phrases();

/// Placeholders every text may use ("unit.name", "time.date", ...).
const std::vector<std::string>& usual_placeholders();

/// Subjects of conditions besides "slot.NAME".
const std::vector<std::string>& condition_subjects();

const std::vector<std::string>& command_names();

}  // namespace thanthien::dialogs
