#include "knowledge/lesson_pages.hpp"

#include "knowledge/exponential.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

namespace thanthien::knowledge {

namespace {

/// A feature by the number of its key, as small as can be: there are as many as the content has letters.
struct numbered {
  std::uint32_t number : 27;  // a hundred million features: more than all that is written in Vietnamese
  std::uint32_t what : 4, asks : 1;

  numbered(std::uint32_t n, const feature& f)
      : number(n), what(static_cast<std::uint32_t>(f.what)), asks(f.asks ? 1 : 0) {}
  feature described() const { return {0, static_cast<feature::kind>(what), asks != 0}; }
};

float strength(const feature& f) { return weight_as_written(f) + weight_without_marks(f); }

/// Turns texts into features, these into numbers, and these into entries, page by page.
class reading {
 public:
  reading(std::size_t count, const std::function<example(std::size_t)>& read, team& workers)
      : pages_((count + examples_a_page - 1) / examples_a_page),
        features_(pages_.size()),
        numbers_(pages_.size()) {
    workers.in_order(
        pages_.size(), [&](std::size_t p) { read_page(p, count, read); }, [&](std::size_t p) { number(p); });
  }

  /// Puts entries in the place of the numbers of a page.
  void weigh(std::size_t p, const std::vector<std::uint32_t>& row_of,
             const std::vector<learned_weights::row>& rows, float weakest) {
    auto& page = pages_[p];
    auto part = [&](float weight, float scale) {
      const float share = weight * scale;
      return static_cast<std::uint16_t>(share < weakest ? 0 : share * lesson_entry::whole + 0.5F);
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
        const auto& n = numbers_[p][i];
        const auto row = row_of[n.number];
        if (row == key_index::none) continue;
        const auto f = n.described();
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
        const lesson_entry e{f.row, part(f.written, scale_written), part(f.plain, scale_plain)};
        if (e.written > 0 || e.plain > 0) page.entries.push_back(e);
      }
      text.end = static_cast<std::uint32_t>(page.entries.size());
    }
    numbers_[p] = {};
    page.entries.shrink_to_fit();
  }

  std::size_t pages() const { return pages_.size(); }
  std::vector<lesson_page> take_pages() { return std::move(pages_); }

  /// Features that only one example holds tell nothing about others; the rest get rows, and `row_of` tells
  /// the row of a number.
  std::vector<std::uint32_t> give_rows(learned_weights& to) const {
    std::vector<std::uint32_t> row_of(known_.size(), key_index::none);
    const auto kept = std::ranges::count_if(known_, [](const auto& k) { return k.examples > 1; });
    to.index = key_index(static_cast<std::size_t>(kept));
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
    auto& all = features_[p];
    {
      const std::lock_guard one_at_a_time(spare_lock_);
      if (!spare_.empty()) {
        all = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    std::vector<feature> features;
    const auto to = std::min(count, (p + 1) * examples_a_page);
    for (auto i = p * examples_a_page; i < to; ++i) {
      const auto e = read(i);
      if (e.words.tokens.empty()) continue;
      features_of(e.words, features);
      const auto begin = static_cast<std::uint32_t>(all.size());
      all.insert(all.end(), features.begin(), features.end());
      pages_[p].texts.push_back({begin, static_cast<std::uint32_t>(all.size()), e.topic, e.weight,
                                 std::ranges::any_of(e.words.tokens, &token::marked)});
    }
  }

  void number(std::size_t p) {
    auto& features = features_[p];
    auto& numbers = numbers_now_;
    numbers.clear();
    for (auto& text : pages_[p].texts) {
      const auto begin = static_cast<std::uint32_t>(numbers.size());
      ++texts_;
      for (auto i = text.begin; i < text.end; ++i) {
        if (i + 16 < features.size()) index_.prefetch(features[i + 16].key);
        const auto& f = features[i];
        const auto n = index_.add(f.key);
        if (n == known_.size()) known_.push_back({f.key, 0, 0, 0});
        auto& known = known_[n];
        if (known.last_text == texts_) {
          // Twice in one text: it counts once, as the stronger of the two.
          auto& there = numbers[known.last_place];
          if (strength(f) > strength(there.described())) there = {n, f};
          continue;
        }
        ++known.examples;
        known.last_text = texts_;
        known.last_place = static_cast<std::uint32_t>(numbers.size());
        numbers.push_back({n, f});
      }
      text.begin = begin;
      text.end = static_cast<std::uint32_t>(numbers.size());
    }
    numbers_[p] = numbers;
    features.clear();
    const std::lock_guard one_at_a_time(spare_lock_);
    spare_.push_back(std::move(features));
  }

  struct known_feature {
    std::uint64_t key;
    std::uint32_t examples, last_text, last_place;
  };
  std::vector<lesson_page> pages_;
  std::vector<std::vector<feature>> features_;  // of each page, until it is numbered
  std::vector<std::vector<numbered>> numbers_;  // of each page, until it is weighed
  std::vector<numbered> numbers_now_;
  key_index index_;
  std::vector<known_feature> known_;
  std::vector<std::vector<feature>> spare_;  // emptied, for the next pages: memory is not torn to pieces
  std::mutex spare_lock_;
  std::uint32_t texts_ = 0;
};

}  // namespace

std::vector<lesson_page> read_lessons(std::size_t count, const std::function<example(std::size_t)>& read,
                                      float weakest, learned_weights& to, team& workers) {
  reading all(count, read, workers);
  const auto row_of = all.give_rows(to);
  workers.each(all.pages(), [&](std::size_t p, std::size_t) { all.weigh(p, row_of, to.rows, weakest); });
  return all.take_pages();
}

}  // namespace thanthien::knowledge
