#pragma once

#include "dialogs/loader.hpp"
#include "knowledge/library.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

/// What the parts of the checker share: the book that is looked at, what it may refer to, and how to tell a
/// problem with its place and remedy.
class inspection {
 public:
  /// `known` may be nullptr, when the knowledge itself has errors: what refers to it is then not checked.
  inspection(loaded& what, const knowledge::library* known, std::vector<knowledge::problem>& problems);

  book::contents& book;
  const loaded& from;
  const knowledge::library* known;
  const knowledge::manner_reader manner;  ///< by the book's own rules of writing

  void fail(const mark& at, std::string message, std::string hint = {});
  void advise(const mark& at, std::string message, std::string hint = {});

  /// "Có phải bạn muốn viết ...?" when something known is near, else `otherwise`.
  static std::string meant(std::string_view typed, const std::vector<std::string>& known,
                           std::string otherwise);

  void need_topic(const std::string& topic, const mark& at);
  /// A topic that can be answered from the knowledge.
  void need_procedure(const std::string& topic, const mark& at, const std::string& why, std::string hint);
  void need_dialog(const std::string& name, const mark& at);
  void need_command(const std::string& name, const mark& at);
  void need_aspect(const std::string& name, const mark& at);
  void need_step(const dialog& d, const std::string& target, const mark& at);

  /// Slots that a text or condition of the dialog may name: its own, and those of dialogs that call it or
  /// that it calls.
  const std::vector<std::string>& slots_of(const std::string& dialog_name) const {
    return slots_.at(dialog_name);
  }

 private:
  void collect_slots();

  std::vector<knowledge::problem>& problems_;
  std::vector<std::string> topics_, dialog_names_;
  std::map<std::string, std::vector<std::string>> slots_;
};

/// Why a case comes to an officer; each needs a phrase "reason_...".
const std::vector<std::string>& hand_over_reasons();

/// Steps that a step may be followed by, within its dialog; "end" among them. Empty names are left out.
std::vector<std::string> ways_from(const step& s);

// The parts of the checker, each over the whole book. check_names fills the indexes of the contents.

void check_names(inspection& with);    ///< topics, dialogs, steps, slots, conditions: does it exist?
void check_choices(inspection& with);  ///< collisions, how many, how long
void check_paths(inspection& with);    ///< unreachable, dead ends, circles, the way to a person
void check_slots(inspection& with);    ///< types, and whether a slot is asked before it is used
void check_texts(inspection& with);    ///< lengths, placeholders, languages, links, how it reads
void check_lists(inspection& with);    ///< phrases, words, openings

/// Length, braces, placeholders, links and manner of one text. `leads_on`: a question, choices or a person
/// follow it.
void check_wording(inspection& with, const wording& w, const std::vector<std::string>& placeholders,
                   bool leads_on);

inline constexpr std::size_t longest_text = 1900;   // Zalo and Messenger take 2,000 with what the engine adds
inline constexpr std::size_t longest_title = 20;    // of a choice: Messenger's limit
inline constexpr std::size_t most_own_choices = 4;  // the fifth is always "Gặp cán bộ"

}  // namespace thanthien::dialogs
