#pragma once

#include "knowledge/learning.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace thanthien::knowledge {

/// One feature of an example: its row, and its weight in the text as written and in the twin without marks,
/// each in parts of `whole`. An example has length 1.
struct lesson_entry {
  std::uint32_t row;
  std::uint16_t written, plain;

  static constexpr float whole = 65535;
  float weight(bool twin) const { return static_cast<float>(twin ? plain : written) / whole; }
};

struct lesson_text {
  std::uint32_t begin, end;  ///< of its entries in the page
  std::uint32_t topic;
  float weight;
  bool twin;  ///< has marks, and so is learned a second time without
};

/// Examples that follow each other.
struct lesson_page {
  std::vector<lesson_text> texts;
  std::vector<lesson_entry> entries;
};

/// Reads all examples as `learn` has them, numbers the features that more than one of them holds, and fills
/// the index and the rows of `to`. Entries that weigh less than `weakest` are left out.
std::vector<lesson_page> read_lessons(std::size_t count, const std::function<example(std::size_t)>& read,
                                      float weakest, learned_weights& to, team& workers);

}  // namespace thanthien::knowledge
