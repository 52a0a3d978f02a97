#include "knowledge/learning.hpp"

#include "knowledge/exponential.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace thanthien::knowledge {

namespace {

// Above so many topics an example stands beside others enough to learn from its telling words alone, in fewer
// rounds.
constexpr std::size_t few_topics = 1024;

// ---- from words to rows

/// One feature of an example: its row, and its weight in the text as written and in the twin without marks,
/// each in parts of `whole`. An example has length 1.
struct entry {
  std::uint32_t row;
  std::uint16_t written, plain;
};
constexpr float whole = 65535;

struct lesson_text {
  std::uint32_t begin, end;  // of its features or entries in the page
  std::uint32_t topic;
  float weight;
  bool twin;  // has marks, and so is learned a second time without
};

/// Examples that follow each other, first with the features as they were read, then with numbers for their
/// keys, then with entries.
struct page {
  std::vector<lesson_text> texts;
  std::vector<feature> features;
  struct numbered {
    std::uint32_t number;
    feature::kind what;
    bool asks;
  };
  std::vector<numbered> numbers;
  std::vector<entry> entries;
};

/// Reads all examples, page by page, and numbers their features.
class reading {
 public:
  reading(std::size_t count, const std::function<example(std::size_t)>& read, team& workers)
      : pages_((count + examples_a_page - 1) / examples_a_page) {
    workers.in_order(
        pages_.size(), [&](std::size_t p) { read_page(p, count, read); },
        [&](std::size_t p) { number(pages_[p]); });
  }

  std::vector<page>& pages() { return pages_; }

  /// Features that only one example holds tell nothing about others; the rest get rows, and `row_of` tells
  /// the row of a number.
  std::vector<std::uint32_t> give_rows(learned_weights& to) const {
    std::vector<std::uint32_t> row_of(known_.size(), feature_index::none);
    const auto kept = std::ranges::count_if(known_, [](const auto& k) { return k.examples > 1; });
    to.index = feature_index(static_cast<std::size_t>(kept));
    to.rows.reserve(static_cast<std::size_t>(kept));
    for (std::size_t n = 0; n < known_.size(); ++n) {
      if (known_[n].examples < 2) continue;
      row_of[n] = to.index.add(known_[n].key);
      to.rows.push_back({0, 0, static_cast<float>(logarithm((texts_ + 1.0) / (known_[n].examples + 1.0)))});
    }
    return row_of;
  }

 private:
  static constexpr std::size_t examples_a_page = 512;

  void read_page(std::size_t p, std::size_t count, const std::function<example(std::size_t)>& read) {
    auto& page = pages_[p];
    std::vector<feature> features;
    const auto to = std::min(count, (p + 1) * examples_a_page);
    for (auto i = p * examples_a_page; i < to; ++i) {
      const auto e = read(i);
      if (e.words.tokens.empty()) continue;
      features_of(e.words, features);
      const auto begin = static_cast<std::uint32_t>(page.features.size());
      page.features.insert(page.features.end(), features.begin(), features.end());
      page.texts.push_back({begin, static_cast<std::uint32_t>(page.features.size()), e.topic, e.weight,
                            std::ranges::any_of(e.words.tokens, &token::marked)});
    }
  }

  void number(page& page) {
    const auto& features = page.features;
    page.numbers.reserve(features.size());
    for (auto& text : page.texts) {
      const auto begin = static_cast<std::uint32_t>(page.numbers.size());
      ++texts_;
      for (auto i = text.begin; i < text.end; ++i) {
        if (i + 16 < features.size()) index_.prefetch(features[i + 16].key);
        const auto& f = features[i];
        const auto n = index_.add(f.key);
        if (n == known_.size()) known_.push_back({f.key, 0, 0, 0});
        auto& known = known_[n];
        if (known.last_text == texts_) {
          // Twice in one text: it counts once, as the stronger of the two.
          auto& there = page.numbers[known.last_place];
          if (strength(f) > strength({f.key, there.what, there.asks})) there = {n, f.what, f.asks};
          continue;
        }
        ++known.examples;
        known.last_text = texts_;
        known.last_place = static_cast<std::uint32_t>(page.numbers.size());
        page.numbers.push_back({n, f.what, f.asks});
      }
      text.begin = begin;
      text.end = static_cast<std::uint32_t>(page.numbers.size());
    }
    page.features = {};
    page.numbers.shrink_to_fit();
  }

  static float strength(const feature& f) { return weight_as_written(f) + weight_without_marks(f); }

  struct known_feature {
    std::uint64_t key;
    std::uint32_t examples, last_text, last_place;
  };
  std::vector<page> pages_;
  feature_index index_;
  std::vector<known_feature> known_;
  std::uint32_t texts_ = 0;
};

/// Puts entries in the place of the numbers of a page; those that weigh less than `weakest` are left out.
void weigh(page& page, const std::vector<std::uint32_t>& row_of,
           const std::vector<learned_weights::row>& rows, float weakest) {
  auto part = [&](float weight, float scale) {
    const float share = weight * scale;
    return static_cast<std::uint16_t>(share < weakest ? 0 : share * whole + 0.5F);
  };
  struct weighed {
    std::uint32_t row;
    float written, plain;
  };
  std::vector<weighed> features;
  for (auto& text : page.texts) {
    features.clear();
    double written = 0, plain = 0;
    for (auto i = text.begin; i < text.end; ++i) {
      const auto& n = page.numbers[i];
      const auto row = row_of[n.number];
      if (row == feature_index::none) continue;
      const feature f{0, n.what, n.asks};
      const weighed w{row, weight_as_written(f) * rows[row].inverse_frequency,
                      weight_without_marks(f) * rows[row].inverse_frequency};
      written += static_cast<double>(w.written) * w.written;
      plain += static_cast<double>(w.plain) * w.plain;
      features.push_back(w);
    }
    const auto scale_written = static_cast<float>(written > 0 ? 1 / std::sqrt(written) : 0);
    const auto scale_plain = static_cast<float>(plain > 0 ? 1 / std::sqrt(plain) : 0);
    text.begin = static_cast<std::uint32_t>(page.entries.size());
    for (const auto& f : features) {
      const entry e{f.row, part(f.written, scale_written), part(f.plain, scale_plain)};
      if (e.written > 0 || e.plain > 0) page.entries.push_back(e);
    }
    text.end = static_cast<std::uint32_t>(page.entries.size());
  }
  page.numbers = {};
  page.entries.shrink_to_fit();
}

struct document {
  std::span<const entry> entries;
  std::uint32_t topic;
  float weight;
  bool twin;
};

std::vector<document> documents_of(const std::vector<page>& pages) {
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
    for (std::uint32_t d = 0; d < documents_.size(); ++d) {
      order.push_back({d, 0});
      if (documents_[d].twin) order.push_back({d, 1});
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
  struct scratch {
    explicit scratch(std::size_t topics)
        : scores(topics), visited(topics, 0), near(topics + 1), errors(topics, 0.0F) {}
    std::vector<float> scores;
    std::vector<std::uint32_t> visited;  // for which document last
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

  /// What lies far apart in memory is on its way while what comes before is worked on.
  void announce(std::span<const text> batch, std::size_t i) const {
    if (i + 4 < batch.size()) __builtin_prefetch(&documents_[batch[i + 4].document]);
    if (i + 2 < batch.size()) {
      const auto* entries = reinterpret_cast<const char*>(documents_[batch[i + 2].document].entries.data());
      for (auto further : {0, 64, 128, 192}) __builtin_prefetch(entries + further);
    }
  }
  void announce_rows(std::span<const entry> entries, std::size_t i, bool to_change) const {
    if (i + 16 < entries.size()) __builtin_prefetch(&learned_.rows[entries[i + 16].row]);
    if (i + 8 >= entries.size()) return;
    const auto ahead = learned_.rows[entries[i + 8].row].begin;
    const auto* fours = reinterpret_cast<const char*>(learned_.fours.data() + ahead);
    __builtin_prefetch(fours);
    __builtin_prefetch(fours + 64);
    if (!to_change) return;
    const auto* past = reinterpret_cast<const char*>(past_.data() + ahead);
    __builtin_prefetch(past);
    __builtin_prefetch(past + 64);
  }

  void judge(text which, scratch& own, std::vector<mistake>& mistakes) const {
    mistakes.clear();
    const auto& document = documents_[which.document];
    const auto* const rows = learned_.rows.data();
    const auto* const fours = learned_.fours.data();
    const auto* const bias = learned_.bias.data();
    auto* const scores = own.scores.data();
    auto* const visited = own.visited.data();
    auto* const near = own.near.data();
    std::size_t count = 0;
    const auto now = ++own.document;
    // Without a branch that nobody can foretell.
    auto visit = [&](std::uint32_t t, float more) {
      const bool first = visited[t] != now;
      visited[t] = now;
      near[count] = t;
      count += first ? 1 : 0;
      scores[t] = (first ? bias[t] : scores[t]) + more;
    };
    visit(document.topic, 0);
    for (std::size_t i = 0; i < document.entries.size(); ++i) {
      announce_rows(document.entries, i, false);
      const auto& e = document.entries[i];
      const float weight = static_cast<float>(which.twin ? e.plain : e.written) / whole;
      if (weight == 0) continue;
      for (auto j = rows[e.row].begin; j < rows[e.row].end; ++j)
        for (int k = 0; k < 4; ++k) visit(fours[j].topic[k], weight * fours[j].weight[k]);
    }

    double rest = sum_of_chances_;
    own.values.assign((count + 3) / 4 * 4, -std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < count; ++i) {
      rest -= chances_[near[i]];
      own.values[i] = scores[near[i]];
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
    for (std::size_t i = 0; i < entries.size(); ++i) {
      announce_rows(entries, i, true);
      const auto& e = entries[i];
      const auto row = learned_.rows[e.row];
      const float weight = static_cast<float>(which.twin ? e.plain : e.written) / whole;
      if (weight == 0 || (row.begin / fours_together & (groups_ - 1)) != group) continue;
      for (auto j = row.begin; j < row.end; ++j) {
        auto& four = learned_.fours[j];
        const four_floats error{errors[four.topic[0]], errors[four.topic[1]], errors[four.topic[2]],
                                errors[four.topic[3]]};
        const four_ints wrong = error != 0;
        if (__builtin_reduce_or(wrong) == 0) continue;
        const four_floats value = load_four(four.weight.data());
        const four_floats gradient = error * weight - how_.shrink * value;
        const four_floats more = past_[j] + gradient * gradient;
        const four_floats moved = value + how_.step * gradient / __builtin_elementwise_sqrt(more);
        past_[j] = wrong ? more : past_[j];
        store_four(four.weight.data(), wrong ? moved : value);
      }
    }
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
  std::vector<page> pages;
  {
    reading all(count, read, workers);
    pages = std::move(all.pages());
    const auto row_of = all.give_rows(out);
    workers.each(pages.size(),
                 [&](std::size_t p, std::size_t) { weigh(pages[p], row_of, out.rows, many ? 0.05F : 0.0F); });
  }
  const auto documents = documents_of(pages);
  give_topics(documents, out);
  auto settings = how;
  if (many) settings.rounds = std::min(how.rounds, 2);
  teacher(documents, out, settings, workers).teach();
  return out;
}

learned_weights learn(const std::vector<example>& examples, std::size_t topics, const learning_settings& how,
                      team& workers) {
  return learn(examples.size(), [&](std::size_t i) { return examples[i]; }, topics, how, workers);
}

}  // namespace thanthien::knowledge
