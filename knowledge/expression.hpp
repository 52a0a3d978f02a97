#pragma once

#include "knowledge/text.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thanthien::knowledge {

/// An expression of the content files over the words of a message: words that follow each other, "a|b" for
/// either,
/// ".." for up to five words in between, "..." for up to twelve. Marked words are compared with their marks,
/// unmarked ones without.
class expression {
 public:
  explicit expression(std::string_view text);

  /// The first place where it matches: begin and end (one past) in tokens; none: {0, 0}.
  struct place {
    std::size_t begin = 0, end = 0;
    explicit operator bool() const { return end > begin; }
  };
  place find(const message& m, std::size_t from = 0) const;
  /// Only when it begins at token `at`. `loose`: several words match by their unmarked forms even when other
  /// marks were typed ("cân gì" for "cần gì").
  place find_at(const message& m, std::size_t at, bool loose = false) const;
  const std::string& text() const { return text_; }
  std::size_t size() const { return parts_.size(); }  ///< words

  /// Whether its first word is this one, mark for mark.
  bool says(std::string_view word) const;

  /// The unmarked forms of the first word, for an index.
  std::vector<std::string> first_words() const;

 private:
  struct choice {
    std::string word, folded;
  };
  struct part {
    std::vector<choice> choices;
    std::size_t gap_before = 0;  // widest
  };
  bool matches(const message& m, std::size_t at, std::size_t part, bool loose, std::size_t& end) const;
  bool same(const message& m, const token& t, const choice& c, bool loose) const;

  std::string text_;
  std::vector<part> parts_;
};

/// Expressions found by their first word: many of them cost a message hardly more than one.
class expression_list {
 public:
  void add(const std::string& text);
  bool empty() const { return by_first_word_.empty(); }

  /// Where the longest ends that begins at token `at`; `at` when none does. `politely`: several words match
  /// by their unmarked forms, a single word mark for mark ("nha" may be a house, "vang" somebody's absence).
  std::size_t end_at(const message& m, std::size_t at, bool politely = false) const;
  /// Whether one is anywhere in it.
  bool in(const message& m) const;

 private:
  std::unordered_map<std::string, std::vector<expression>> by_first_word_;  // unmarked
};

}  // namespace thanthien::knowledge
