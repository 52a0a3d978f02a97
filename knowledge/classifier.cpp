#include "knowledge/classifier.hpp"

#include "knowledge/exponential.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace thanthien::knowledge {

namespace {

// Below 1 sharper; set so that a score is the share of right answers.
constexpr float temperature = 0.85F;

}  // namespace

std::vector<classifier::row_weight> classifier::rows_of(const message& m) const {
  thread_local std::vector<feature> features;
  features_of(m, features);
  std::vector<row_weight> rows;
  rows.reserve(features.size());
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (i + 12 < features.size()) learned_.index.prefetch(features[i + 12].key);
    const auto row = learned_.index.find(features[i].key);
    if (row != key_index::none)
      rows.push_back({row, weight_as_written(features[i]) * learned_.rows[row].inverse_frequency});
  }
  // What is there twice counts once, as the stronger of the two.
  std::ranges::sort(rows, [](const row_weight& a, const row_weight& b) {
    return a.row != b.row ? a.row < b.row : a.weight > b.weight;
  });
  const auto again = std::ranges::unique(rows, {}, &row_weight::row);
  rows.erase(again.begin(), again.end());
  double square = 0;
  for (const auto& r : rows) square += static_cast<double>(r.weight) * r.weight;
  if (square > 0) {
    auto scale = static_cast<float>(1 / std::sqrt(square));
    for (auto& r : rows) r.weight *= scale;
  }
  return rows;
}

std::vector<float> classifier::probabilities(const message& m) const {
  const auto& l = learned_;
  if (l.bias.size() < 2) return {};
  auto scores = l.bias;
  for (const auto& [row, weight] : rows_of(m))
    for (auto j = l.rows[row].begin; j < l.rows[row].end; ++j)
      for (int k = 0; k < 4; ++k) scores[l.fours[j].topic[k]] += weight * l.fours[j].weight[k];
  const auto topics = scores.size() - 1;  // without the one that is none
  scores.resize(topics);
  const float highest = *std::ranges::max_element(scores);
  scores.resize((topics + 3) / 4 * 4, highest);
  for (std::size_t i = 0; i < scores.size(); i += 4) {
    four_floats four;
    std::memcpy(&four, &scores[i], sizeof four);
    four = exponential((four - highest) / temperature);
    std::memcpy(&scores[i], &four, sizeof four);
  }
  scores.resize(topics);
  float sum = 0;
  for (auto s : scores) sum += s;
  for (auto& s : scores) s /= sum;
  return scores;
}

std::vector<classifier::reason> classifier::reasons(const message& m, std::uint32_t topic,
                                                    std::uint32_t other) const {
  const auto& l = learned_;
  auto speaks = [&](const message& part) {
    float out = 0;
    std::vector<feature> features;
    features_of(part, features);
    for (const auto& f : features) {
      const auto row = l.index.find(f.key);
      if (row == key_index::none) continue;
      for (auto j = l.rows[row].begin; j < l.rows[row].end; ++j)
        for (int k = 0; k < 4; ++k) {
          const auto value = weight_as_written(f) * l.rows[row].inverse_frequency * l.fours[j].weight[k];
          if (l.fours[j].topic[k] == topic)
            out += value;
          else if (l.fours[j].topic[k] == other)
            out -= value;
        }
    }
    return out;
  };
  std::vector<reason> out;
  for (std::size_t i = 0; i < m.tokens.size() && i < most_words_read; ++i)
    for (std::size_t n : {1U, 2U}) {
      if (i + n > m.tokens.size()) continue;
      message part;
      part.marked = m.marked;
      std::string words;
      for (auto k = i; k < i + n; ++k) {
        part.tokens.push_back(m.tokens[k]);
        words += (k > i ? " " : "") + m.tokens[k].word;
      }
      out.push_back({std::move(words), speaks(part)});
    }
  std::ranges::sort(out, [](const reason& a, const reason& b) { return a.weight > b.weight; });
  return out;
}

bool classifier::knows(const token& t) const {
  return learned_.index.find(key_of_word(t.folded)) != key_index::none;
}

}  // namespace thanthien::knowledge
