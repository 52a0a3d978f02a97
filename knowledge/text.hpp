#pragma once

#include "knowledge/key_index.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace thanthien::knowledge {

// Vietnamese as people type it, made comparable. Everything here takes any bytes and never throws for them.

/// Valid UTF-8 in NFC: broken bytes become U+FFFD; control characters (but line ends and tabs), zero-width
/// and direction marks are dropped. At most `limit` characters are kept.
std::string clean(std::string_view raw, std::size_t limit = 20'000);

/// Lower case, with the tone mark of open "oa", "oe", "uy" where the old spelling has it: "Hoà" -> "hòa".
std::string lower(std::string_view text);

/// Lower case without any mark, "đ" as "d": the twin by which accentless typing is compared.
std::string fold(std::string_view text);

/// Whether `word` (lower case, NFC) is built as a Vietnamese syllable: onset, rime and a tone that may stand
/// there. A word without any mark passes when some marks would make it a syllable.
bool is_syllable(std::string_view word);

/// What a keyboard left in the wrong mode meant: "giaays" -> "giấy", "d9a8ng" -> "đăng". "" when no syllable
/// results.
std::string from_telex(std::string_view word);
std::string from_vni(std::string_view word);

/// Identity numbers, telephone and account numbers with all but the last three digits hidden ("079123456789"
/// ->
/// "*********789"), also when written in groups; for logs and for stored questions. Amounts, dates, plate and
/// procedure codes stay.
std::string mask(std::string_view text);

/// One word of a message.
struct token {
  std::string word;    ///< lower case, expanded: "không"
  std::string folded;  ///< "khong"
  std::uint16_t sentence = 0;
  std::uint16_t clause = 0;  ///< parts between commas and ends of sentences, through the whole message
  bool marked = false;       ///< was typed with marks, or comes out of an expansion
  bool number = false;
  bool guessed = false;  ///< its marks come from an expansion that the context chose, not from the typist

  bool operator==(const token&) const = default;
};

struct message {
  std::vector<token> tokens;
  std::uint16_t sentences = 0;
  bool marked = false;    ///< typed with Vietnamese marks, on the whole
  bool question = false;  ///< holds a question mark
  bool cut = false;       ///< was longer than is read

  bool operator==(const message&) const = default;
};

/// How people shorten a word, and between which words that reading holds; from knowledge/content/language/.
struct expansion {
  std::string typed;                ///< "dk"
  std::string means;                ///< "đăng ký"; may be "" (dropped)
  std::vector<std::string> before;  ///< one of these stands right before; compared without marks
  std::vector<std::string> after;   ///< one of these stands right after
  bool first = false;               ///< only as the first word of a sentence
  bool last = false;                ///< only as the last word of a sentence

  bool always() const { return before.empty() && after.empty() && !first && !last; }
};

/// Turns raw messages into words. Built once; `know` first, then shared between threads for `read`.
class text_reader {
 public:
  explicit text_reader(const std::vector<expansion>& expansions = {});

  /// Adds the words of a content text to those that an un-typing or a split may result in.
  void know(std::string_view text) { know(split(text)); }
  void know(const message& text);

  /// A raw message as words, before anything is undone or expanded.
  static message split(std::string_view raw);

  message read(std::string_view raw) const;

 private:
  void expand(message& m) const;
  void repair(message& m) const;
  std::vector<std::string> run_together(const token& t) const;
  std::string nearest_word(const token& t, const token* before, const token* after) const;
  bool knows(const std::string& word) const { return words_.contains(word); }

  std::unordered_map<std::string, std::vector<expansion>> expansions_;  // in the order of the file
  std::unordered_set<std::string> words_;                               // as written
  std::unordered_set<std::string> folded_;
  key_index pairs_;                  // words that follow each other, without marks
  std::vector<int> times_together_;  // of each pair
  std::size_t longest_ = 0;
};

}  // namespace thanthien::knowledge
