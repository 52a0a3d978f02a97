#include "knowledge/learning.hpp"

#include "knowledge/exponential.hpp"
#include "knowledge/lesson_pages.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace thanthien::knowledge {

namespace {

// Above so many topics an example stands beside others enough to learn from its telling words alone, in fewer
// rounds.
constexpr std::size_t few_topics = 1024;
constexpr std::size_t very_many_topics = 3000;  // one round of so many phrases is enough, and quick enough

struct document {
  std::span<const lesson_entry> entries;
  std::uint32_t topic;
  float weight;
  bool twin;
};

std::vector<document> documents_of(const std::vector<lesson_page>& pages) {
  std::vector<document> out;
  for (const auto& p : pages)
    for (const auto& t : p.texts)
      out.push_back({std::span(p.entries).subspan(t.begin, t.end - t.begin), t.topic, t.weight, t.twin});
  return out;
}

// ---- which topics a row has weights for

struct seen_topic {
  std::uint16_t topic = 0, times = 0;
};

/// Of a feature that half of the topics share only the topics that hold most of it get a weight: the others
/// would cost time at every message and say nothing. Leaves them in the order of their numbers.
std::span<seen_topic> most_telling(std::span<seen_topic> seen) {
  constexpr std::size_t most_topics = 20;
  if (seen.size() <= most_topics) return seen;
  auto more = [](const seen_topic& a, const seen_topic& b) {
    return a.times != b.times ? a.times > b.times : a.topic < b.topic;
  };
  std::ranges::nth_element(seen, seen.begin() + most_topics, more);
  seen = seen.first(most_topics);
  std::ranges::sort(seen, {}, &seen_topic::topic);
  return seen;
}

/// Gives every row its topics, with weights of nothing yet.
void give_topics(std::vector<document> documents, learned_weights& to) {
  std::ranges::sort(documents, {}, &document::topic);
  const auto none = static_cast<std::uint16_t>(to.bias.size() - 1);
  // How many topics each row was seen with, then which and how often.
  std::vector<std::uint32_t> begin(to.rows.size() + 1, 0), last(to.rows.size(), none);
  for (const auto& d : documents)
    for (const auto& e : d.entries)
      if (std::exchange(last[e.row], d.topic) != d.topic) ++begin[e.row + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<seen_topic> all(begin.back());
  auto next = begin;
  last.assign(to.rows.size(), none);
  for (const auto& d : documents)
    for (const auto& e : d.entries) {
      if (std::exchange(last[e.row], d.topic) != d.topic)
        all[next[e.row]++].topic = static_cast<std::uint16_t>(d.topic);
      auto& times = all[next[e.row] - 1].times;
      const int more = (e.written > 0) + (d.twin && e.plain > 0);
      times = static_cast<std::uint16_t>(std::min(times + more, 0xFFFF));
    }
  for (std::size_t row = 0; row < to.rows.size(); ++row) {
    const auto topics = most_telling({all.data() + begin[row], all.data() + begin[row + 1]});
    to.rows[row].begin = static_cast<std::uint32_t>(to.fours.size());
    for (std::size_t i = 0; i < topics.size(); ++i) {
      if (i % 4 == 0) to.fours.push_back({{none, none, none, none}, {}});
      to.fours.back().topic[i % 4] = topics[i].topic;
    }
    to.rows[row].end = static_cast<std::uint32_t>(to.fours.size());
  }
  to.fours.shrink_to_fit();
}

// ---- the steps

four_floats load_four(const float* from) {
  four_floats out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

void store_four(float* to, four_floats value) { std::memcpy(to, &value, sizeof value); }

/// Takes the examples and their twins without marks in small batches. The mistakes of a batch are made with
/// the weights before it, each text by itself; then every weight takes its steps in the order of the texts.
/// So a batch can be shared among several threads, and the result is the same for any number of them.
///
/// The chance of a topic that no word of the example speaks for stays far below what is worth a step: such
/// topics are not visited one by one, they enter the sum of all chances together.
class teacher {
 public:
  teacher(const std::vector<document>& documents, learned_weights& learned, const learning_settings& how,
          team& workers)
      : documents_(documents),
        learned_(learned),
        how_(how),
        workers_(workers),
        past_(learned.fours.size(), four_floats(least_past)),
        bias_past_(learned.bias.size(), least_past),
        chances_(learned.bias.size(), 1.0F),
        own_(workers.size(), scratch(learned.bias.size())) {
    chances_.back() = 0;
    learned.bias.back() = -1e6F;  // nobody asks about no topic
  }

  void teach() {
    std::vector<text> order;
    const bool very_many = learned_.bias.size() > very_many_topics;
    for (std::uint32_t d = 0; d < documents_.size(); ++d) {
      // Among so many phrases every second one is enough to know how it looks without marks.
      const bool twin = documents_[d].twin;
      if (!very_many || !twin || d % 2 == 0) order.push_back({d, 0});
      if (twin && (!very_many || d % 2 == 1)) order.push_back({d, 1});
    }
    // Few topics would meet themselves again and again in one batch.
    const std::size_t batch = learned_.bias.size() > few_topics ? 256 : 1;
    mistakes_.resize(batch);
    groups_ = batch < 8 * documents_a_piece ? 1 : 4;
    std::uint32_t random = 12345;
    for (int round = 0; round < how_.rounds; ++round) {
      for (std::size_t i = order.size(); i > 1; --i) {
        random = random * 1664525 + 1013904223;
        std::swap(order[i - 1], order[(static_cast<std::uint64_t>(random) * i) >> 32]);
      }
      for (std::size_t from = 0; from < order.size(); from += batch)
        teach(std::span(order).subspan(from, std::min(batch, order.size() - from)));
    }
  }

 private:
  static constexpr float least_past = 1e-3F;
  static constexpr float least_mistake = 1e-3F;  // of a topic: below, not worth a step
  static constexpr float learned_well = 0.01F;   // of an example: its steps would be too small to see
  static constexpr std::size_t documents_a_piece = 16;
  static constexpr std::uint32_t fours_together = 64;

  struct text {
    std::uint32_t document : 31, twin : 1;
  };
  /// A topic thought too likely or too unlikely, and by how much.
  struct mistake {
    std::uint32_t topic;
    float error;
  };
  struct score {
    std::uint32_t document = 0;  // for which it is
    float value = 0;
  };
  struct scratch {
    explicit scratch(std::size_t topics) : scores(topics), near(topics + 1), errors(topics, 0.0F) {}
    std::vector<score> scores;
    std::uint32_t document = 0;
    std::vector<std::uint32_t> near;  // the topics that were visited, and room for one
    std::vector<float> values;        // their scores, then their errors
    std::vector<float> errors;        // of all topics
  };

  void teach(std::span<const text> batch) {
    sum_of_chances_ = std::accumulate(chances_.begin(), chances_.end(), 0.0);
    const auto pieces = (batch.size() + documents_a_piece - 1) / documents_a_piece;
    auto judge_piece = [&](std::size_t piece, std::size_t member) {
      const auto to = std::min(batch.size(), (piece + 1) * documents_a_piece);
      for (auto i = piece * documents_a_piece; i < to; ++i) {
        announce(batch, i);
        judge(batch[i], own_[member], mistakes_[i]);
      }
    };
    auto correct_group = [&](std::size_t group, std::size_t member) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        announce(batch, i);
        if (!mistakes_[i].empty())
          correct(batch[i], mistakes_[i], static_cast<std::uint32_t>(group), own_[member]);
      }
    };
    workers_.each(pieces, judge_piece);
    workers_.each(groups_, correct_group);
  }

  // What lies far apart in memory is on its way while what comes before is worked on: texts, then their rows,
  // then the weights of these.
  void announce(std::span<const text> batch, std::size_t i) const {
    if (i + 4 < batch.size()) __builtin_prefetch(&documents_[batch[i + 4].document]);
    if (i + 2 < batch.size()) {
      const auto* entries = reinterpret_cast<const char*>(documents_[batch[i + 2].document].entries.data());
      for (auto further : {0, 64, 128, 192}) __builtin_prefetch(entries + further);
    }
    if (i + 1 < batch.size())
      for (const auto& e : first(documents_[batch[i + 1].document].entries, rows_ahead))
        __builtin_prefetch(&learned_.rows[e.row]);
  }
  static constexpr std::size_t rows_ahead = 16, weights_ahead = 8;

  static std::span<const lesson_entry> first(std::span<const lesson_entry> entries, std::size_t most) {
    return entries.first(std::min(entries.size(), most));
  }

  /// Calls use(entry, row) for all entries.
  template <class Announce, class Use>
  void for_rows(std::span<const lesson_entry> entries, Announce announce_weights, Use use) const {
    const auto* const rows = learned_.rows.data();
    for (const auto& e : first(entries, weights_ahead)) announce_weights(rows[e.row]);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i + rows_ahead < entries.size()) __builtin_prefetch(rows + entries[i + rows_ahead].row);
      if (i + weights_ahead < entries.size()) announce_weights(rows[entries[i + weights_ahead].row]);
      use(entries[i], rows[entries[i].row]);
    }
  }

  void judge(text which, scratch& own, std::vector<mistake>& mistakes) const {
    mistakes.clear();
    const auto& document = documents_[which.document];
    const auto* const fours = learned_.fours.data();
    const auto* const bias = learned_.bias.data();
    auto* const scores = own.scores.data();
    auto* const near = own.near.data();
    std::size_t count = 0;
    const auto now = ++own.document;
    // Without a branch that nobody can foretell.
    auto visit = [&](std::uint32_t t, float more) {
      const auto before = scores[t];
      const bool fresh = before.document != now;
      near[count] = t;
      count += fresh ? 1 : 0;
      scores[t] = {now, (fresh ? bias[t] : before.value) + more};
    };
    visit(document.topic, 0);
    auto announce_weights = [&](const learned_weights::row& row) {
      __builtin_prefetch(fours + row.begin);
      __builtin_prefetch(fours + row.begin + 2);
    };
    for_rows(document.entries, announce_weights, [&](const lesson_entry& e, const learned_weights::row& row) {
      const float weight = e.weight(which.twin);
      if (weight == 0) return;
      for (auto j = row.begin; j < row.end; ++j)
        for (int k = 0; k < 4; ++k) visit(fours[j].topic[k], weight * fours[j].weight[k]);
    });

    double rest = sum_of_chances_;
    own.values.assign((count + 3) / 4 * 4, -std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < count; ++i) {
      rest -= chances_[near[i]];
      own.values[i] = scores[near[i]].value;
    }
    if (!turn_to_errors(own.values, rest, document.weight)) return;
    for (std::size_t i = 0; i < count; ++i)
      if (own.values[i] != 0) mistakes.push_back({near[i], own.values[i]});
  }

  /// `values` are the scores of topics, the first of which is the right one; `rest` is the chances of all
  /// others together. False: learned well, nothing to correct.
  static bool turn_to_errors(std::vector<float>& values, double rest, float weight) {
    const float highest = *std::ranges::max_element(values);
    four_floats sums = 0;
    for (std::size_t i = 0; i < values.size(); i += 4) {
      const auto chances = exponential(load_four(&values[i]) - highest);
      store_four(&values[i], chances);
      sums += chances;
    }
    const float all = (sums[0] + sums[1]) + (sums[2] + sums[3]) +
                      static_cast<float>(std::max(rest, 0.0)) * exponential(-highest);
    const float scale = weight / all;
    const float right = weight - values[0] * scale;
    if (std::abs(right) < learned_well) return false;
    for (std::size_t i = 0; i < values.size(); i += 4) {
      const auto errors = load_four(&values[i]) * -scale;
      store_four(&values[i], errors > -least_mistake ? four_floats(0) : errors);
    }
    values[0] = right;
    return true;
  }

  /// Takes the steps that the mistakes call for, in the rows and topics of one group.
  void correct(text which, std::span<const mistake> mistakes, std::uint32_t group, scratch& own) {
    const auto& entries = documents_[which.document].entries;
    auto* const errors = own.errors.data();
    for (const auto& m : mistakes) {
      errors[m.topic] = m.error;
      if ((m.topic & (groups_ - 1)) == group) correct_bias(m);
    }
    auto* const fours = learned_.fours.data();
    auto* const past = past_.data();
    auto is_of_group = [&](const learned_weights::row& row) {
      return (row.begin / fours_together & (groups_ - 1)) == group;
    };
    auto announce_weights = [&](const learned_weights::row& row) {
      if (!is_of_group(row)) return;
      __builtin_prefetch(fours + row.begin);
      __builtin_prefetch(fours + row.begin + 2);
      __builtin_prefetch(past + row.begin);
      __builtin_prefetch(past + row.begin + 4);
    };
    for_rows(entries, announce_weights, [&](const lesson_entry& e, const learned_weights::row& row) {
      const float weight = e.weight(which.twin);
      if (weight == 0 || !is_of_group(row)) return;
      for (auto j = row.begin; j < row.end; ++j) {
        auto& four = fours[j];
        const four_floats error{errors[four.topic[0]], errors[four.topic[1]], errors[four.topic[2]],
                                errors[four.topic[3]]};
        const four_ints wrong = error != 0;
        if (__builtin_reduce_or(wrong) == 0) continue;
        const four_floats value = load_four(four.weight.data());
        const four_floats gradient = error * weight - how_.shrink * value;
        const four_floats more = past[j] + gradient * gradient;
        const four_floats moved = value + how_.step * gradient / __builtin_elementwise_sqrt(more);
        past[j] = wrong ? more : past[j];
        store_four(four.weight.data(), wrong ? moved : value);
      }
    });
    for (const auto& m : mistakes) errors[m.topic] = 0;
  }

  void correct_bias(const mistake& m) {
    constexpr float slowly = 0.05F;
    bias_past_[m.topic] += m.error * m.error;
    learned_.bias[m.topic] += slowly * how_.step * m.error / std::sqrt(bias_past_[m.topic]);
    chances_[m.topic] = exponential(learned_.bias[m.topic]);
  }

  const std::vector<document>& documents_;
  learned_weights& learned_;
  const learning_settings& how_;
  team& workers_;
  std::vector<four_floats> past_;  // squares of earlier gradients
  std::vector<float> bias_past_;
  std::vector<float> chances_;  // exp(bias)
  double sum_of_chances_ = 0;
  std::uint32_t groups_ = 1;                    // of rows, each for one member at a time; a power of two
  std::vector<scratch> own_;                    // of each member
  std::vector<std::vector<mistake>> mistakes_;  // of each text of the batch
};

}  // namespace

learned_weights learn(std::size_t count, const std::function<example(std::size_t)>& read, std::size_t topics,
                      const learning_settings& how, team& workers) {
  learned_weights out;
  out.bias.assign(topics + 1, 0.0F);
  const bool many = topics > few_topics;
  const auto pages = read_lessons(count, read, many ? 0.08F : 0.0F, out, workers);
  const auto documents = documents_of(pages);
  give_topics(documents, out);
  auto settings = how;
  if (many) settings.rounds = std::min(how.rounds, topics > very_many_topics ? 1 : 2);
  teacher(documents, out, settings, workers).teach();
  return out;
}

learned_weights learn(const std::vector<example>& examples, std::size_t topics, const learning_settings& how,
                      team& workers) {
  return learn(examples.size(), [&](std::size_t i) { return examples[i]; }, topics, how, workers);
}

}  // namespace thanthien::knowledge
