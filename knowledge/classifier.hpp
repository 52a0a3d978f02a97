#pragma once

#include "knowledge/text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// A multinomial logistic regression over the words of a message, learned from the phrases of the content
/// files.
///
/// Features are marked and unmarked words, their neighbours, and pieces of the unmarked text, so that a
/// message without marks, with a slip or run together still meets the phrases. A weight exists only where a
/// feature was seen with a topic: with two hundred topics that keeps the model small and a message cheap.
/// Learning is deterministic.
class classifier {
 public:
  struct example {
    message words;
    std::uint32_t topic = 0;
    float weight = 1;
  };

  struct settings {
    int rounds = 3;
    float step = 1.0F;
    float shrink = 2e-6F;      ///< pull towards zero at every step
    float temperature = 0.85F;  ///< below 1 sharper; set so that a score is the share of right answers
  };

  classifier() = default;
  classifier(const std::vector<example>& examples, std::size_t topics, const settings& how);

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

  std::size_t features() const { return inverse_frequency_.size(); }
  std::size_t weights() const { return weight_.size(); }

 private:
  struct feature {
    std::uint64_t key;
    float weight;
  };
  static void extract(const message& m, bool with_marks, std::vector<feature>& out);
  static constexpr std::uint32_t unknown = 0xFFFFFFFF;
  std::uint32_t row_of(std::uint64_t key) const;
  struct row_weight {
    std::uint32_t row;
    float weight;
  };
  std::vector<row_weight> rows_of(const message& m, bool with_marks) const;

  std::vector<std::uint64_t> keys_;  // open addressing: a power of two, 0 is empty
  std::vector<std::uint32_t> row_at_;
  std::vector<float> inverse_frequency_;
  std::vector<std::uint32_t> begin_;  // of a row in topic_ and weight_
  std::vector<std::uint16_t> topic_;
  std::vector<float> weight_;
  std::vector<float> bias_;
  float temperature_ = 1;
};

}  // namespace thanthien::knowledge
