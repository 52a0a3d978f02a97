#pragma once

#include "knowledge/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// What the classifier sees of a message: its words with and without marks, which words follow each other,
/// and pieces of its text without marks, so that a message without marks, with a slip or run together still
/// meets the phrases.
struct feature {
  enum class kind : std::uint8_t {
    marked_word,  // these two are not in the twin without marks
    marked_pair,
    word_of_marked,  // these weigh more in the twin, where the marked ones do not stand beside them
    pair_of_marked,
    word,
    pair,
    spread_pair,  // with one word in between
    begins,
    ends,
    piece
  };

  std::uint64_t key;
  kind what;
  bool asks;  ///< stands in the sentence that ends a story
};

/// The features of a message, some of them perhaps more than once. Of a very long one the beginning and,
/// above all, the end are read.
void features_of(const message& m, std::vector<feature>& out);

/// How much a feature says by its kind, in the message as it was written and in its twin without marks.
float weight_as_written(const feature& f);
float weight_without_marks(const feature& f);

/// The key of the feature that a word without marks makes.
std::uint64_t key_of_word(std::string_view folded);

constexpr std::size_t most_words_read = 160;

}  // namespace thanthien::knowledge
