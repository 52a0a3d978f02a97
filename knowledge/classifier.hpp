#pragma once

#include "knowledge/learning.hpp"
#include "knowledge/text.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace thanthien::knowledge {

/// Which topic a message is about, by weights that were learned from the phrases of the content files.
class classifier {
 public:
  classifier() = default;
  explicit classifier(learned_weights learned) : learned_(std::move(learned)) {}

  /// The probability of every topic.
  std::vector<float> probabilities(const message& m) const;

  /// How much each word of the message speaks for `topic` against `other`, best first.
  struct reason {
    std::string words;
    float weight = 0;
  };
  std::vector<reason> reasons(const message& m, std::uint32_t topic, std::uint32_t other) const;

  /// Whether the phrases ever used this word, with or without marks.
  bool knows(const token& t) const;

 private:
  struct row_weight {
    std::uint32_t row;
    float weight;
  };
  std::vector<row_weight> rows_of(const message& m) const;

  learned_weights learned_;
};

}  // namespace thanthien::knowledge
