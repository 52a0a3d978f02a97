#include "knowledge/expression.hpp"

#include <algorithm>

namespace thanthien::knowledge {

expression::expression(std::string_view text) : text_(text) {
  std::size_t gap = 0;
  auto words = lower(clean(text));
  for (std::size_t from = 0; from < words.size();) {
    auto to = std::min(words.find(' ', from), words.size());
    auto word = words.substr(from, to - from);
    from = to + 1;
    if (word.empty()) continue;
    if (word == ".." || word == "...") {
      gap = parts_.empty() ? 0 : word.size() == 2 ? 5 : 12;
      continue;
    }
    part p;
    p.gap_before = gap;
    gap = 0;
    for (std::size_t start = 0; start <= word.size();) {
      auto bar = std::min(word.find('|', start), word.size());
      auto w = word.substr(start, bar - start);
      if (!w.empty()) p.choices.push_back({w, fold(w)});
      start = bar + 1;
    }
    if (!p.choices.empty()) parts_.push_back(std::move(p));
  }
}

bool expression::same(const message& m, const token& t, const choice& c, bool loose) const {
  if (t.folded != c.folded) return false;
  if (t.word == c.word || (loose && parts_.size() > 1)) return true;
  if (t.marked) return false;
  // An unmarked word among marked ones is as likely another word as a slip, unless its neighbours agree.
  return !m.marked || parts_.size() > 1;
}

bool expression::matches(const message& m, std::size_t at, std::size_t index, bool loose,
                         std::size_t& end) const {
  if (index == parts_.size()) {
    end = at;
    return true;
  }
  const auto& p = parts_[index];
  for (std::size_t skip = 0; skip <= p.gap_before; ++skip) {
    auto i = at + skip;
    if (i >= m.tokens.size()) return false;
    for (const auto& c : p.choices)
      if (same(m, m.tokens[i], c, loose) && matches(m, i + 1, index + 1, loose, end)) return true;
  }
  return false;
}

expression::place expression::find(const message& m, std::size_t from) const {
  if (parts_.empty()) return {};
  for (auto i = from; i + 1 <= m.tokens.size(); ++i) {
    std::size_t end = 0;
    if (matches(m, i, 0, false, end)) return {i, end};
  }
  return {};
}

expression::place expression::find_at(const message& m, std::size_t at, bool loose) const {
  std::size_t end = 0;
  return !parts_.empty() && matches(m, at, 0, loose, end) ? place{at, end} : place{};
}

bool expression::says(std::string_view word) const {
  return !parts_.empty() &&
         std::ranges::any_of(parts_.front().choices, [&](const choice& c) { return c.word == word; });
}

std::vector<std::string> expression::first_words() const {
  std::vector<std::string> out;
  if (!parts_.empty())
    for (const auto& c : parts_.front().choices) out.push_back(c.folded);
  return out;
}

void expression_list::add(const std::string& text) {
  const expression made(text);
  for (const auto& word : made.first_words()) by_first_word_[word].push_back(made);
}

std::size_t expression_list::end_at(const message& m, std::size_t at, bool politely) const {
  const auto found = by_first_word_.find(m.tokens[at].folded);
  auto end = at;
  if (found != by_first_word_.end())
    for (const auto& e : found->second)
      if (const auto place = e.find_at(m, at, politely);
          place && (!politely || e.size() > 1 || e.says(m.tokens[at].word)))
        end = std::max(end, place.end);
  return end;
}

bool expression_list::in(const message& m) const {
  for (std::size_t i = 0; i < m.tokens.size(); ++i)
    if (end_at(m, i) > i) return true;
  return false;
}

}  // namespace thanthien::knowledge
