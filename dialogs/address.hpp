#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Forms of address: Vietnamese has no plain "you" and "I". Where the resident's own words suggest a form
/// ("cô muốn hỏi", "cho cháu hỏi"), the assistant follows; it never guesses from a name or a gender.
namespace thanthien::dialogs {

/// How somebody who calls himself `says` is addressed.
struct address_form {
  std::vector<std::string> says;  ///< lower case: "em", "e"
  std::string you;
  std::string me;            ///< "" = as the settings call the assistant before elders
  bool only_asking = false;  ///< often said of others ("ông", "con"): only what asks counts

  /// What stands for one of the address placeholders; `to_elders`: `me` when it is empty.
  std::string word(std::string_view placeholder, std::string_view to_elders) const;

  bool operator==(const address_form&) const = default;
};

/// The `address` of dialogs/content/words.yaml. In expressions "X" stands for a form, "*" for any word.
struct address_rules {
  using expression = std::vector<std::string>;  ///< lower case words; "x" is X

  address_form usual;  ///< nothing is known
  std::vector<address_form> forms;
  std::vector<expression> openers;     ///< after these a sentence begins anew: "dạ", "X ơi"
  std::vector<expression> asking;      ///< "cho X hỏi"; what begins with X counts where a sentence begins
  std::vector<expression> wanting;     ///< "X cần": only for forms that are seldom said of others
  std::vector<expression> telling;     ///< "X già rồi": only without another word for oneself
  std::vector<std::string> oneself;    ///< those words
  std::vector<expression> unaccented;  ///< whole expressions for messages without accents: "cho co hoi"

  /// The words of an expression of the file.
  static expression words_of(std::string_view text);

  /// The form that addresses with `you`, else the usual one.
  const address_form& form(std::string_view you) const;

  /// What the words suggest: `you` of a form; "" when nothing, or more than one thing.
  std::string suggested_by(std::string_view text) const;
};

/// {you}, {You}, {me}, {Me}: the words by which the assistant speaks to this resident and of itself.
bool is_address_placeholder(std::string_view name);

/// "bà con" -> "Bà con", "ông" -> "Ông".
std::string capitalised(std::string text);

}  // namespace thanthien::dialogs
