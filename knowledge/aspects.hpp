#pragma once

#include "knowledge/classifier.hpp"
#include "knowledge/expression.hpp"
#include "knowledge/procedure.hpp"
#include "knowledge/text.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thanthien::knowledge {

struct language;
class team;

/// Which side of a procedure a message asks for: its papers, its fee, where to go ...
///
/// Two readers together. Expressions (`aspects` in knowledge/content/language/) find the words that ask and
/// where they stand. A small classifier, learned from whole questions whose aspect is known (`asked`), reads
/// the clause that asks together with what the expressions found, and so knows that "có phải ra xã không"
/// asks for no place and "tốn công đi mấy lần" for no fee. A second one has learned from what people send
/// after an answer (`fragments`) as well: there a bare statement asks for nothing more often. Immutable once
/// built.
class aspect_finder {
 public:
  using reading_of = std::function<message(std::string_view)>;

  aspect_finder() = default;
  aspect_finder(const language& words, const reading_of& read, team& workers);

  /// The aspects asked for, in the order of the message; none: the whole procedure is asked for. `follows`:
  /// it comes after an answer, so that the procedure need not be named. `used`, when given, marks the words
  /// that asked.
  std::vector<aspect> find(const message& m, bool follows = false, std::vector<bool>* used = nullptr) const;

  /// For a person: what the expressions found, and how likely the classifier takes each aspect.
  std::string explain(const message& m, bool follows = false) const;

 private:
  struct rule {
    std::optional<aspect> what;  // none: words that only look as if they asked
    expression words;
  };
  struct hit {
    std::size_t begin = 0, end = 0, rank = 0;
    std::optional<aspect> what;
    const expression* words = nullptr;
  };
  std::vector<hit> hits_in(const message& m) const;
  message asking_part(const message& m, const std::vector<hit>& hits) const;
  const std::optional<classifier>& learned(bool follows) const { return follows ? fragments_ : questions_; }

  std::unordered_map<std::string, std::vector<rule>> rules_;  // by unmarked first word
  std::optional<classifier> questions_, fragments_;
};

}  // namespace thanthien::knowledge
