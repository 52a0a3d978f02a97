#pragma once

#include "knowledge/features.hpp"
#include "knowledge/key_index.hpp"
#include "knowledge/team.hpp"
#include "knowledge/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace thanthien::knowledge {

/// What the classifier knows: how much each feature speaks for which topics. A weight exists only where a
/// feature was seen with a topic, and for the topics that hold most of it: with two hundred topics that keeps
/// the model small and a message cheap.
struct learned_weights {
  /// Weights are kept four and four; what is left of the last four of a row speaks for no topic.
  struct four {
    std::array<std::uint16_t, 4> topic;
    std::array<float, 4> weight;
  };
  struct row {
    std::uint32_t begin, end;  ///< in `fours`
    float inverse_frequency;   ///< the rarer a feature, the more it says
  };

  key_index index;  ///< the row of a feature
  std::vector<row> rows;
  std::vector<four> fours;
  std::vector<float> bias;  ///< of every topic, and last of none
};

struct example {
  message words;
  std::uint32_t topic = 0;
  float weight = 1;
};

struct learning_settings {
  int rounds = 3;
  float step = 1.0F;
  float shrink = 2e-6F;  ///< pull towards zero at every step
};

/// Multinomial logistic regression by stochastic gradient steps (AdaGrad), for fewer than 65,535 topics.
/// `read(i)` gives each of the `count` examples once; it is called by several threads at the same time. The
/// result depends on the examples and their order alone: not on the number of threads, nor on the machine.
learned_weights learn(std::size_t count, const std::function<example(std::size_t)>& read, std::size_t topics,
                      const learning_settings& how, team& workers);
learned_weights learn(const std::vector<example>& examples, std::size_t topics, const learning_settings& how,
                      team& workers);

}  // namespace thanthien::knowledge
