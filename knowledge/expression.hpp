#pragma once

#include "knowledge/text.hpp"

#include <string>
#include <string_view>
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

}  // namespace thanthien::knowledge
