#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// How the commune writes to residents, as admins set it down in dialogs/content/writing.yaml. Everything
/// that comes of it is advice: a text that breaks a rule still goes live.
struct writing_rules {
  /// Words to do without, and the words to use instead.
  struct replacement {
    std::string words;
    std::string instead;
    std::vector<std::string> unless;  ///< longer expressions in which the words are harmless
  };

  std::vector<replacement> commanding;           ///< orders and threats; compared in lower case, with marks
  std::vector<replacement> abbreviations;        ///< in the letters in which they are written: "UBND"
  std::vector<std::string> known_abbreviations;  ///< that every resident knows: "VNeID"
  std::vector<std::string> refusals;             ///< expressions that say no
  std::vector<std::string> next_steps;           ///< expressions that show what one can do instead
  std::size_t sentence_words = 30;               ///< a longer sentence is hard to read on a phone
  int review_months = 12;                        ///< facts that are older should be looked at again
};

/// What one should look at again in a text, in Vietnamese.
struct remark {
  std::string message;
  std::string hint;

  bool operator==(const remark&) const = default;
};

/// Reads texts by the rules; built once for many texts.
class manner_reader {
 public:
  explicit manner_reader(const writing_rules& rules);

  /// `leads_on`: the reader is given choices, a question or a person after this text, so that a refusal in it
  /// is not the last word.
  std::vector<remark> remarks_on(std::string_view text, bool leads_on) const;

 private:
  /// A replacement in the form in which texts are searched.
  struct searched {
    std::string words, instead;
    std::vector<std::string> unless;
  };

  void abbreviations(std::string_view text, const std::string& plain, std::vector<remark>& out) const;

  writing_rules rules_;
  std::vector<searched> commanding_, abbreviations_;  // in the order of the rules
  std::vector<std::string> refusals_, next_steps_;
};

/// Links in a text that a phone would not open: without a host, with a blank inside, "www." without https://.
std::vector<remark> broken_links(std::string_view text);

/// Why `url` is no link, in Vietnamese; "" when it is one.
std::string fault_of_link(std::string_view url);

}  // namespace thanthien::knowledge
