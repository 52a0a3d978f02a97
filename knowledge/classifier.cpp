#include "knowledge/classifier.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <span>
#include <unordered_map>

namespace thanthien::knowledge {

namespace {

constexpr std::size_t most_words = 160;  // of a long story the beginning and, above all, the end

std::uint64_t hash(char kind, std::string_view a, std::string_view b = {}) {
  std::uint64_t h = 0xcbf29ce484222325ULL ^ static_cast<unsigned char>(kind);
  auto add = [&](std::string_view s) {
    for (char c : s) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  };
  add(a);
  h = (h ^ 0x1F) * 0x100000001b3ULL;
  add(b);
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9ULL;
  h ^= h >> 32;
  return h == 0 ? 1 : h;
}

// Of a feature that half of the topics share only the topics that hold most of it get a weight: the others
// would cost time at every message and say nothing. `seen` has a topic once for each time the feature was
// seen with it; sorted topics are left.
void keep_telling(std::span<std::uint16_t> seen, std::vector<std::uint16_t>& kept) {
  constexpr std::size_t most_topics = 20;
  thread_local std::vector<std::pair<std::size_t, std::uint16_t>> counts;
  std::ranges::sort(seen);
  counts.clear();
  for (std::size_t i = 0; i < seen.size();) {
    auto next = i;
    while (next < seen.size() && seen[next] == seen[i]) ++next;
    counts.emplace_back(next - i, seen[i]);
    i = next;
  }
  if (counts.size() > most_topics) {
    std::ranges::sort(counts, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    counts.resize(most_topics);
    std::ranges::sort(counts, {}, &std::pair<std::size_t, std::uint16_t>::second);
  }
  for (const auto& c : counts) kept.push_back(c.second);
}

using four = float __attribute__((ext_vector_type(4)));

four load_four(const float* from) {
  four out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

void store_four(float* to, four value) { std::memcpy(to, &value, sizeof value); }

}  // namespace

void classifier::extract(const message& m, bool with_marks, std::vector<feature>& out) {
  out.clear();
  // Where to read in a very long message.
  std::size_t count = m.tokens.size();
  std::size_t skip_from = count > most_words ? most_words / 3 : count;
  std::size_t skip_to = count > most_words ? count - (most_words - most_words / 3) : count;

  std::string text = " ";
  text.reserve(count * 6 + 2);
  const token* before = nullptr;
  const token* before2 = nullptr;
  // In a story the sentence that asks says more than the way there.
  std::uint16_t last = m.tokens.empty() ? std::uint16_t{0} : m.tokens.back().sentence;
  bool story = count > 18 && last > 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == skip_from) i = skip_to;
    const auto& t = m.tokens[i];
    if (t.number && t.folded.size() > 4) {
      before2 = before = nullptr;  // somebody's number says nothing about the topic
      continue;
    }
    float w = story && t.sentence == last ? 1.3F : 1.0F;
    bool marks = with_marks && t.marked;
    if (marks) out.push_back({hash('w', t.word), 0.8F * w});
    out.push_back({hash('f', t.folded), (marks ? 0.5F : 0.8F) * w});
    if (before) {
      bool both = with_marks && (t.marked || before->marked);
      if (both) out.push_back({hash('W', before->word, t.word), 0.8F * w});
      out.push_back({hash('F', before->folded, t.folded), (both ? 0.6F : 1.0F) * w});
    } else {
      out.push_back({hash('F', "^", t.folded), 0.4F * w});
    }
    if (before2) out.push_back({hash('s', before2->folded, t.folded), 0.5F * w});
    before2 = before;
    before = &t;
    text += t.folded;
    text += ' ';
  }
  if (before) out.push_back({hash('F', before->folded, "$"), 0.4F});
  constexpr float piece = 0.22F;
  for (std::size_t i = 0; i + 4 <= text.size(); ++i)
    out.push_back({hash('c', std::string_view(text).substr(i, 4)), piece});
}

std::uint32_t classifier::row_of(std::uint64_t key) const {
  auto mask = keys_.size() - 1;
  for (auto i = key & mask;; i = (i + 1) & mask) {
    if (keys_[i] == key) return row_at_[i];
    if (keys_[i] == 0) return unknown;
  }
}

std::vector<classifier::row_weight> classifier::rows_of(const message& m, bool with_marks) const {
  thread_local std::vector<feature> features;
  extract(m, with_marks, features);
  std::vector<row_weight> rows;
  rows.reserve(features.size());
  const auto mask = keys_.size() - 1;
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (i + 12 < features.size()) {
      __builtin_prefetch(keys_.data() + (features[i + 12].key & mask));
      __builtin_prefetch(row_at_.data() + (features[i + 12].key & mask));
    }
    auto row = row_of(features[i].key);
    if (row != unknown) rows.push_back({row, features[i].weight * inverse_frequency_[row]});
  }
  std::ranges::sort(rows, {}, &row_weight::row);
  std::size_t kept = 0;
  double square = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept > 0 && rows[kept - 1].row == rows[i].row) {
      rows[kept - 1].weight = std::max(rows[kept - 1].weight, rows[i].weight);
    } else {
      rows[kept++] = rows[i];
    }
  }
  rows.resize(kept);
  for (const auto& r : rows) square += static_cast<double>(r.weight) * r.weight;
  if (square > 0) {
    auto scale = static_cast<float>(1 / std::sqrt(square));
    for (auto& r : rows) r.weight *= scale;
  }
  return rows;
}

classifier::classifier(const std::vector<example>& examples, std::size_t topics, const settings& how)
    : bias_(topics, 0.0F), temperature_(how.temperature) {
  // Which features there are, and how many examples hold each.
  std::unordered_map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> seen;  // count, last example
  seen.reserve(examples.size() * 24);
  std::vector<feature> features;
  for (std::uint32_t e = 0; e < examples.size(); ++e) {
    extract(examples[e].words, true, features);
    for (const auto& f : features) {
      auto& [count, last] = seen[f.key];
      if (last != e + 1) {
        ++count;
        last = e + 1;
      }
    }
  }
  std::vector<std::uint64_t> kept;
  kept.reserve(seen.size());
  std::size_t occurrences = 0;
  for (const auto& [key, count] : seen)
    if (count.first > 1) {
      kept.push_back(key);
      occurrences += count.first;
    }
  std::ranges::sort(kept);  // the order of a hash table is nobody's promise
  std::size_t size = 1;
  while (size < kept.size() * 2 + 2) size *= 2;
  keys_.assign(size, 0);
  row_at_.assign(size, unknown);
  inverse_frequency_.resize(kept.size());
  for (std::uint32_t row = 0; row < kept.size(); ++row) {
    auto i = kept[row] & (size - 1);
    while (keys_[i] != 0) i = (i + 1) & (size - 1);
    keys_[i] = kept[row];
    row_at_[i] = row;
    inverse_frequency_[row] =
        std::log((static_cast<float>(examples.size()) + 1) / (static_cast<float>(seen[kept[row]].first) + 1));
  }
  seen = {};

  // Every example twice: as written and without marks. One flat array for all of them.
  struct document {
    std::uint32_t begin, end;
    std::uint32_t topic;
    float weight;
  };
  std::vector<row_weight> entries;
  entries.reserve(2 * occurrences);  // at most; what is not used is never touched
  std::vector<document> documents;
  begin_.assign(kept.size() + 1, 0);
  for (const auto& e : examples) {
    bool any = std::ranges::any_of(e.words.tokens, &token::marked);
    for (bool marks : {true, false}) {
      if (marks && !any) continue;
      auto rows = rows_of(e.words, marks);
      auto begin = static_cast<std::uint32_t>(entries.size());
      entries.insert(entries.end(), rows.begin(), rows.end());
      documents.push_back({begin, static_cast<std::uint32_t>(entries.size()), e.topic, e.weight});
      for (const auto& r : rows) ++begin_[r.row + 1];
    }
  }
  std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  {
    // The topics that each row was seen with, row after row; then only the telling ones of them.
    std::vector<std::uint16_t> seen_with(entries.size());
    auto next = begin_;
    for (const auto& d : documents)
      for (auto k = d.begin; k < d.end; ++k)
        seen_with[next[entries[k].row]++] = static_cast<std::uint16_t>(d.topic);
    topic_.reserve(entries.size() / 4);
    for (std::size_t row = 0; row < kept.size(); ++row) {
      std::span<std::uint16_t> of_row(seen_with.data() + begin_[row], seen_with.data() + begin_[row + 1]);
      begin_[row] = static_cast<std::uint32_t>(topic_.size());
      keep_telling(of_row, topic_);
    }
    begin_.back() = static_cast<std::uint32_t>(topic_.size());
    topic_.shrink_to_fit();
  }
  weight_.assign(topic_.size(), 0.0F);

  // Stochastic gradient steps with a memory of each weight's past gradients (AdaGrad); errors below a
  // thousandth are not worth a step.
  //
  // With many topics the chance of one that no word of the example speaks for stays far below a thousandth,
  // so these are not visited one by one: they enter the sum of all chances together.
  constexpr std::size_t few_topics = 1024;
  const bool many = topics > few_topics;
  std::vector<float> past(weight_.size(), 1e-3F);
  std::vector<float> bias_past(topics, 1e-3F);
  std::vector<float> scores(topics);
  std::vector<std::uint32_t> near(many ? 0 : topics);  // the topics to visit
  std::iota(near.begin(), near.end(), 0U);
  std::vector<std::uint32_t> visited(many ? topics : 0, 0);  // by which example last
  std::vector<float> chances(many ? topics : 0, 1.0F);       // exp(bias)
  double sum_of_chances = static_cast<double>(topics);
  std::uint32_t step_number = 0;
  std::vector<std::uint32_t> order(documents.size());
  std::iota(order.begin(), order.end(), 0U);
  std::uint32_t random = 12345;
  for (int round = 0; round < how.rounds; ++round) {
    for (std::size_t i = order.size(); i > 1; --i) {
      random = random * 1664525 + 1013904223;
      std::swap(order[i - 1], order[(static_cast<std::uint64_t>(random) * i) >> 32]);
    }
    for (auto d : order) {
      const auto& doc = documents[d];
      const std::span<const row_weight> rows(entries.data() + doc.begin, entries.data() + doc.end);
      double rest = sum_of_chances;
      const std::uint16_t* const topics_of_rows = topic_.data();
      const float* const weights = weight_.data();
      float* const scores_now = scores.data();
      auto visit = [&](std::uint32_t t) {
        if (visited[t] == step_number) return;
        visited[t] = step_number;
        near.push_back(t);
        scores[t] = bias_[t];
        rest -= chances[t];
      };
      if (many) {
        ++step_number;
        near.clear();
        visit(doc.topic);
      } else {
        std::ranges::copy(bias_, scores.begin());
      }
      for (std::size_t i = 0; i < rows.size(); ++i) {
        // The rows of an example lie far apart; they are on their way while the ones before are worked on.
        if (i + 16 < rows.size()) __builtin_prefetch(&begin_[rows[i + 16].row]);
        if (i + 8 < rows.size()) {
          auto ahead = begin_[rows[i + 8].row];
          __builtin_prefetch(topic_.data() + ahead);
          __builtin_prefetch(weight_.data() + ahead);
          __builtin_prefetch(weight_.data() + ahead + 16);
          __builtin_prefetch(past.data() + ahead);
          __builtin_prefetch(past.data() + ahead + 16);
        }
        const auto from = begin_[rows[i].row], to = begin_[rows[i].row + 1];
        if (many)
          for (auto j = from; j < to; ++j) visit(topics_of_rows[j]);
        const float weight = rows[i].weight;
        for (auto j = from; j < to; ++j) scores_now[topics_of_rows[j]] += weight * weights[j];
      }
      float highest = scores[doc.topic];
      for (auto t : near) highest = std::max(highest, scores[t]);
      float sum = 0;
      for (auto t : near) sum += scores[t] = std::exp(scores[t] - highest);
      if (many) sum += static_cast<float>(std::max(rest, 0.0) * std::exp(-static_cast<double>(highest)));
      for (auto t : near) {
        auto error = doc.weight * ((t == doc.topic ? 1.0F : 0.0F) - scores[t] / sum);
        scores[t] = std::abs(error) < 1e-3F ? 0.0F : error;
        if (scores[t] != 0) {
          bias_past[t] += error * error;
          bias_[t] += 0.05F * how.step * error / std::sqrt(bias_past[t]);
          if (many) {
            sum_of_chances -= chances[t];
            sum_of_chances += chances[t] = std::exp(bias_[t]);
          }
        }
      }
      if (std::abs(scores[doc.topic]) < 0.01F) continue;  // learned; its steps would be too small to see
      for (const auto& r : rows) {
        auto j = begin_[r.row];
        const auto end = begin_[r.row + 1];
        // Four at a time, and without a branch that nobody can foretell.
        for (; j + 4 <= end; j += 4) {
          four error{scores[topic_[j]], scores[topic_[j + 1]], scores[topic_[j + 2]], scores[topic_[j + 3]]};
          four value = load_four(&weight_[j]), squares = load_four(&past[j]);
          four gradient = error * r.weight - how.shrink * value;
          four more = squares + gradient * gradient;
          four moved = value + how.step * gradient / __builtin_elementwise_sqrt(more);
          store_four(&past[j], error != 0 ? more : squares);
          store_four(&weight_[j], error != 0 ? moved : value);
        }
        for (; j < end; ++j) {
          auto error = scores[topic_[j]];
          if (error == 0) continue;
          auto gradient = error * r.weight - how.shrink * weight_[j];
          past[j] += gradient * gradient;
          weight_[j] += how.step * gradient / std::sqrt(past[j]);
        }
      }
    }
  }
}

std::vector<float> classifier::probabilities(const message& m) const {
  auto scores = bias_;
  for (const auto& r : rows_of(m, true))
    for (auto j = begin_[r.row]; j < begin_[r.row + 1]; ++j) scores[topic_[j]] += r.weight * weight_[j];
  if (scores.empty()) return scores;
  float highest = *std::ranges::max_element(scores), sum = 0;
  for (auto& s : scores) sum += s = std::exp((s - highest) / temperature_);
  for (auto& s : scores) s /= sum;
  return scores;
}

std::vector<classifier::reason> classifier::reasons(const message& m, std::uint32_t topic,
                                                    std::uint32_t other) const {
  auto speaks = [&](const message& part) {
    float out = 0;
    std::vector<feature> features;
    extract(part, true, features);
    for (const auto& f : features) {
      auto row = row_of(f.key);
      if (row == unknown) continue;
      for (auto j = begin_[row]; j < begin_[row + 1]; ++j) {
        auto value = f.weight * inverse_frequency_[row] * weight_[j];
        if (topic_[j] == topic)
          out += value;
        else if (topic_[j] == other)
          out -= value;
      }
    }
    return out;
  };
  std::vector<reason> out;
  for (std::size_t i = 0; i < m.tokens.size() && i < most_words; ++i)
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

bool classifier::knows(const token& t) const { return row_of(hash('f', t.folded)) != unknown; }

}  // namespace thanthien::knowledge
