#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

/// What may stand after a key of a dialog file.
enum class key_value {
  text,
  texts,      ///< one text or a list
  wording,    ///< what residents read: variants, languages, channels
  flag,       ///< yes or no
  number,     ///< a whole number
  condition,  ///< of a branch
  part,       ///< a map with the keys of another part
  text_or_part,
  list,     ///< of maps with the keys of another part
  choices,  ///< a list of such maps, short texts, or the word "found"
  named,    ///< a map from names to maps, texts or wordings: `of` says which
  numbered  ///< a list of texts or lists of texts, the first for one, the second for two
};

/// One key that may stand in a part of a dialog file.
struct key_rule {
  std::string_view name;
  key_value value = key_value::text;
  std::string_view means;  ///< Vietnamese, for who writes the file
  bool needed = false;
  std::string_view of = {};  ///< name of the part, of `named` also "text", "texts", "wording"
  const std::vector<std::string>& (*allowed)() = nullptr;  ///< of text: nothing else may stand there
};

/// The keys of one part of a dialog file: of the file, of each kind of step, of a choice ... One table serves
/// the loader, which tells keys that are unknown or missing, and the JSON Schema for editors.
struct part_rule {
  std::string_view name;
  std::vector<key_rule> keys;

  std::vector<std::string> names() const;
};

/// A part that is in the table; a step's part has the name of its kind.
const part_rule& rules_of(std::string_view part);

/// The kinds of steps, in the order in which they are told.
const std::vector<std::string>& step_kind_names();

/// dialogs/dialog.schema.json: draft 2020-12, with Vietnamese descriptions.
std::string json_schema();

const std::vector<std::string>& act_names();
const std::vector<std::string>& day_names();  ///< that a date may be bounded by
const std::vector<std::string>& aspect_names_or_found();

}  // namespace thanthien::dialogs
