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
    // While some members read the next pages, one numbers the features of those before.
    const std::size_t at_once = 4 * workers.size();
    for (std::size_t from = 0, numbered = 0; numbered < pages_.size(); from += at_once) {
      const auto to = std::min(from + at_once, pages_.size());
      workers.each(1 + (from < to ? to - from : 0), [&](std::size_t piece, std::size_t) {
        if (piece > 0) {
          read_page(from + piece - 1, count, read);
        } else {
          for (; numbered < std::min(from, pages_.size()); ++numbered) number(pages_[numbered]);
        }
      });
    }
  }

  std::vector<page>& pages() { return pages_; }

  /// Features that only one example holds tell nothing about others; the rest get rows.
  std::vector<std::uint32_t> rows(std::vector<float>& inverse_frequency, std::size_t examples) const {
    std::vector<std::uint32_t> out(known_.size(), feature_index::none);
    std::uint32_t rows = 0;
    for (std::size_t n = 0; n < known_.size(); ++n) {
      if (known_[n].examples < 2) continue;
      out[n] = rows++;
      inverse_frequency.push_back(
          static_cast<float>(logarithm((static_cast<double>(examples) + 1) / (known_[n].examples + 1.0))));
    }
    return out;
  }

  /// The keys of the rows, in their order.
  feature_index index_of(const std::vector<std::uint32_t>& row_of, std::size_t rows) const {
    feature_index out(rows);
    for (std::size_t n = 0; n < known_.size(); ++n)
      if (row_of[n] != feature_index::none) out.add(known_[n].key);
    return out;
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
void weigh(page& page, const std::vector<std::uint32_t>& row_of, const std::vector<float>& inverse_frequency,
           float weakest) {
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
      const weighed w{row, weight_as_written(f) * inverse_frequency[row],
                      weight_without_marks(f) * inverse_frequency[row]};
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

// ---- which topics a row has weights for

/// An example, or its twin without marks.
struct document {
  const page* in;
  const lesson_text* text;

  std::span<const entry> entries() const {
    return {in->entries.data() + text->begin, in->entries.data() + text->end};
  }
};

std::vector<document> documents_of(const std::vector<page>& pages) {
  std::vector<document> out;
  for (const auto& p : pages)
    for (const auto& t : p.texts) out.push_back({&p, &t});
  return out;
}

/// Of a feature that half of the topics share only the topics that hold most of it get a weight: the others
/// would cost time at every message and say nothing.
class topics_of_rows {
 public:
  topics_of_rows(std::vector<document> documents, std::size_t rows) {
    std::ranges::sort(documents, {}, [](const document& d) { return d.text->topic; });
    // How many topics each row was seen with, then which and how often.
    std::vector<std::uint32_t> begin(rows + 1, 0), last(rows, none);
    for (const auto& d : documents)
      for (const auto& e : d.entries())
        if (std::exchange(last[e.row], d.text->topic) != d.text->topic) ++begin[e.row + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<seen> all(begin.back());
    auto next = begin;
    last.assign(rows, none);
    for (const auto& d : documents)
      for (const auto& e : d.entries()) {
        if (std::exchange(last[e.row], d.text->topic) != d.text->topic)
          all[next[e.row]++].topic = static_cast<std::uint16_t>(d.text->topic);
        auto& times = all[next[e.row] - 1].times;
        const int more = (e.written > 0) + (d.text->twin && e.plain > 0);
        times = static_cast<std::uint16_t>(std::min(times + more, 0xFFFF));
      }
    begin_.push_back(0);
    for (std::size_t row = 0; row < rows; ++row) {
      keep({all.data() + begin[row], all.data() + begin[row + 1]});
      begin_.push_back(static_cast<std::uint32_t>(topic_.size()));
    }
    topic_.shrink_to_fit();
  }

  std::vector<std::uint32_t> take_begin() { return std::move(begin_); }
  std::vector<std::uint16_t> take_topic() { return std::move(topic_); }

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  static constexpr std::size_t most_topics = 20;

  struct seen {
    std::uint16_t topic = 0, times = 0;
  };

  void keep(std::span<seen> of_row) {
    if (of_row.size() > most_topics) {
      auto more = [](const seen& a, const seen& b) {
        return a.times != b.times ? a.times > b.times : a.topic < b.topic;
      };
      std::ranges::nth_element(of_row, of_row.begin() + most_topics, more);
      of_row = of_row.first(most_topics);
      std::ranges::sort(of_row, {}, &seen::topic);
    }
    for (const auto& s : of_row) topic_.push_back(s.topic);
  }

  std::vector<std::uint32_t> begin_;
  std::vector<std::uint16_t> topic_;
};

// ---- the steps

four_floats load_four(const float* from) {
  four_floats out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

void store_four(float* to, four_floats value) { std::memcpy(to, &value, sizeof value); }

/// Takes the examples in small batches. The mistakes of a batch are made with the weights before it, each
/// document by itself; then every weight takes its steps in the order of the documents. So a batch can be
/// shared among several threads, and the result is the same for any number of them.
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
        past_(learned.weight.size(), least_past),
        bias_past_(learned.bias.size(), least_past),
        chances_(learned.bias.size(), 1.0F),
        own_(workers.size(), scratch(learned.bias.size())) {}

  void teach() {
    // The lowest bit tells the twin.
    std::vector<std::uint32_t> order;
    for (std::uint32_t d = 0; d < documents_.size(); ++d) {
      order.push_back(2 * d);
      if (documents_[d].text->twin) order.push_back(2 * d + 1);
    }
    const auto batch = std::clamp<std::size_t>(order.size() / 2048, 1, 256);
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
  static constexpr std::size_t rows_together = 16;

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
    std::vector<float> values;        // their scores, then their chances
    std::vector<float> errors;
  };

  void teach(std::span<const std::uint32_t> batch) {
    sum_of_chances_ = std::accumulate(chances_.begin(), chances_.end(), 0.0);
    const auto pieces = (batch.size() + documents_a_piece - 1) / documents_a_piece;
    auto judge_piece = [&](std::size_t piece, std::size_t member) {
      const auto to = std::min(batch.size(), (piece + 1) * documents_a_piece);
      for (auto i = piece * documents_a_piece; i < to; ++i) judge(batch[i], own_[member], mistakes_[i]);
    };
    auto correct_group = [&](std::size_t group, std::size_t member) {
      for (std::size_t i = 0; i < batch.size(); ++i)
        if (!mistakes_[i].empty()) correct(batch[i], mistakes_[i], group, own_[member]);
    };
    workers_.each(pieces, judge_piece);
    workers_.each(groups_, correct_group);
  }

  /// The topics of which the document is thought too likely or too unlikely, and by how much.
  void judge(std::uint32_t which, scratch& own, std::vector<mistake>& mistakes) const {
    mistakes.clear();
    const auto& document = documents_[which / 2];
    const bool twin = which % 2 != 0;
    const auto topic = document.text->topic;
    const auto entries = document.entries();
    const auto* const topics = learned_.topic.data();
    const auto* const weights = learned_.weight.data();
    const auto* const begin = learned_.begin.data();
    const auto* const bias = learned_.bias.data();
    auto* const scores = own.scores.data();
    auto* const visited = own.visited.data();
    auto* const near = own.near.data();  // the topics to visit
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
    visit(topic, 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      // The rows of an example lie far apart; they are on their way while the ones before are worked on.
      if (i + 16 < entries.size()) __builtin_prefetch(begin + entries[i + 16].row);
      if (i + 8 < entries.size()) {
        const auto ahead = begin[entries[i + 8].row];
        __builtin_prefetch(topics + ahead);
        __builtin_prefetch(weights + ahead);
        __builtin_prefetch(weights + ahead + 16);
      }
      const float weight = static_cast<float>(twin ? entries[i].plain : entries[i].written) / whole;
      if (weight == 0) continue;
      const auto from = begin[entries[i].row], to = begin[entries[i].row + 1];
      for (auto j = from; j < to; ++j) visit(topics[j], weight * weights[j]);
    }

    auto& values = own.values;
    values.assign((count + 3) / 4 * 4, -std::numeric_limits<float>::infinity());
    float highest = scores[topic];
    double rest = sum_of_chances_;
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = scores[near[i]];
      highest = std::max(highest, values[i]);
      rest -= chances_[near[i]];
    }
    four_floats sums = 0;
    for (std::size_t i = 0; i < values.size(); i += 4) {
      const auto chances = exponential(load_four(&values[i]) - highest);
      store_four(&values[i], chances);
      sums += chances;
    }
    const float all = (sums[0] + sums[1]) + (sums[2] + sums[3]) +
                      static_cast<float>(std::max(rest, 0.0)) * exponential(-highest);
    const float scale = document.text->weight / all;
    const float least = least_mistake / scale;
    const float own_error = document.text->weight - values[0] * scale;  // it was the first to be visited
    if (std::abs(own_error) < learned_well) return;
    mistakes.push_back({topic, own_error});
    for (std::size_t i = 1; i < count; ++i)
      if (values[i] >= least) mistakes.push_back({near[i], -values[i] * scale});
  }

  /// Takes the steps that the mistakes of a document call for, in the rows and topics of one group.
  void correct(std::uint32_t which, std::span<const mistake> mistakes, std::size_t group, scratch& own) {
    const bool twin = which % 2 != 0;
    for (const auto& m : mistakes) {
      own.errors[m.topic] = m.error;
      if (m.topic % groups_ == group) correct_bias(m);
    }
    const auto* const topics = learned_.topic.data();
    auto* const weights = learned_.weight.data();
    auto* const past = past_.data();
    const auto* const errors = own.errors.data();
    const auto entries = documents_[which / 2].entries();
    auto of_group = [&](std::uint32_t row) { return row / rows_together % groups_ == group; };
    for (std::size_t i = 0; i < entries.size(); ++i) {
      constexpr std::size_t early = 12;
      if (i + early < entries.size() && of_group(entries[i + early].row)) {
        const auto ahead = learned_.begin[entries[i + early].row];
        __builtin_prefetch(topics + ahead);
        for (auto further : {0, 16}) {
          __builtin_prefetch(weights + ahead + further);
          __builtin_prefetch(past + ahead + further);
        }
      }
      const auto& e = entries[i];
      if (!of_group(e.row)) continue;
      const float weight = static_cast<float>(twin ? e.plain : e.written) / whole;
      if (weight == 0) continue;
      auto j = learned_.begin[e.row];
      const auto end = learned_.begin[e.row + 1];
      // Four at a time, and without a branch that nobody can foretell.
      for (; j + 4 <= end; j += 4) {
        const four_floats error{errors[topics[j]], errors[topics[j + 1]], errors[topics[j + 2]],
                                errors[topics[j + 3]]};
        const four_ints wrong = error != 0;
        if (__builtin_reduce_or(wrong) == 0) continue;
        const four_floats value = load_four(weights + j), squares = load_four(past + j);
        const four_floats gradient = error * weight - how_.shrink * value;
        const four_floats more = squares + gradient * gradient;
        const four_floats moved = value + how_.step * gradient / __builtin_elementwise_sqrt(more);
        store_four(past + j, wrong ? more : squares);
        store_four(weights + j, wrong ? moved : value);
      }
      for (; j < end; ++j) {
        const auto error = errors[topics[j]];
        if (error == 0) continue;
        const auto gradient = error * weight - how_.shrink * weights[j];
        past[j] += gradient * gradient;
        weights[j] += how_.step * gradient / std::sqrt(past[j]);
      }
    }
    for (const auto& m : mistakes) own.errors[m.topic] = 0;
  }

  void correct_bias(const mistake& m) {
    constexpr float slowly = 0.05F;
    auto& bias = learned_.bias[m.topic];
    bias_past_[m.topic] += m.error * m.error;
    bias += slowly * how_.step * m.error / std::sqrt(bias_past_[m.topic]);
    chances_[m.topic] = exponential(bias);
  }

  const std::vector<document>& documents_;
  learned_weights& learned_;
  const learning_settings& how_;
  team& workers_;
  std::vector<float> past_, bias_past_;  // squares of earlier gradients
  std::vector<float> chances_;           // exp(bias)
  double sum_of_chances_ = 0;
  std::size_t groups_ = 1;                      // of rows, each for one member at a time
  std::vector<scratch> own_;                    // of each member
  std::vector<std::vector<mistake>> mistakes_;  // of each document of the batch
};

}  // namespace

learned_weights learn(std::size_t count, const std::function<example(std::size_t)>& read, std::size_t topics,
                      const learning_settings& how, team& workers) {
  learned_weights out;
  out.bias.assign(topics, 0.0F);
  const bool many = topics > few_topics;
  std::vector<page> pages;
  {
    reading all(count, read, workers);
    pages = std::move(all.pages());
    std::size_t examples = 0;
    for (const auto& p : pages) examples += p.texts.size();
    const auto row_of = all.rows(out.inverse_frequency, examples);
    out.index = all.index_of(row_of, out.inverse_frequency.size());
    workers.each(pages.size(), [&](std::size_t p, std::size_t) {
      weigh(pages[p], row_of, out.inverse_frequency, many ? 0.05F : 0.0F);
    });
  }
  const auto documents = documents_of(pages);
  {
    topics_of_rows rows(documents, out.inverse_frequency.size());
    out.begin = rows.take_begin();
    out.topic = rows.take_topic();
  }
  out.weight.assign(out.topic.size(), 0.0F);
  auto settings = how;
  if (many) settings.rounds = std::min(how.rounds, 2);
  teacher(documents, out, settings, workers).teach();
  return out;
}

}  // namespace thanthien::knowledge
