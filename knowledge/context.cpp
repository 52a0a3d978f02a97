#include "knowledge/context.hpp"

#include "knowledge/library.hpp"

#include <algorithm>

namespace thanthien::knowledge {

namespace {

message part_of(const message& m, std::size_t from) {
  message out = m;
  out.tokens.erase(out.tokens.begin(), out.tokens.begin() + static_cast<std::ptrdiff_t>(from));
  return out;
}

}  // namespace

context_reader::context_reader(const language& words, const reading_of& read, const number_of& topic) {
  for (const auto& text : words.courtesies) courtesies_.add(text);
  for (const auto& text : words.openings) openings_.add(text);
  for (const auto& text : words.returns) returns_.add(text);
  for (const auto& text : words.circumstances) circumstances_.add(text);
  for (const auto& text : words.brought_along) brought_along_.add(text);
  for (const auto& text : words.rather_than) rather_than_.add(text);
  for (const auto& text : words.asking) asking_.add(text);
  for (const auto& text : words.denials) denials_.add(text);
  for (const auto& text : words.meant) meant_.add(text);
  for (const auto& m : words.matters) {
    matter made;
    made.name = read(m.names.front());
    for (const auto& name : m.names) made.names.emplace_back(name);
    for (const auto& id : m.topics) {
      made.topics.push_back(topic(id));
      matter_at_.emplace(made.topics.back(), matters_.size());
    }
    for (auto text : words.circumstances) {
      std::ranges::replace(text, '|', ' ');
      const auto told = read(text);
      made.circumstance = made.circumstance || std::ranges::any_of(made.names, [&](const expression& name) {
                            return static_cast<bool>(name.find(told));
                          });
    }
    matters_.push_back(std::move(made));
  }
}

message context_reader::without_opening(const message& m, bool& returns) const {
  returns = false;
  std::size_t from = 0;
  for (;;) {
    if (from == m.tokens.size()) break;
    auto back = returns_.end_at(m, from);
    auto end = std::max(back, openings_.end_at(m, from));
    if (end == from) break;
    returns = returns || back > from;
    from = end;
  }
  constexpr std::size_t least = 2;  // words; "cảm ơn nha" is thanks and no question about "nha"
  return from == 0 || m.tokens.size() < from + least ? m : part_of(m, from);
}

bool context_reader::asks(const message& m) const { return asking_.in(m); }

message context_reader::without_denied(const message& whole, bool& denied) const {
  denied = false;
  // "Mất luôn chứ không phải hư".
  message m = whole;
  for (std::size_t i = 1; i < m.tokens.size(); ++i) {
    auto end = rather_than_.end_at(m, i);
    if (end == i) continue;
    while (end < m.tokens.size() && m.tokens[end].clause == m.tokens[i].clause) ++end;
    m.tokens.erase(m.tokens.begin() + static_cast<std::ptrdiff_t>(i),
                   m.tokens.begin() + static_cast<std::ptrdiff_t>(end));
    denied = true;
    break;
  }
  // A politeness or two may stand before: "dạ không phải".
  constexpr std::size_t latest = 3;
  for (std::size_t at = 0; at < std::min(latest, m.tokens.size()); ++at) {
    auto end = denials_.end_at(m, at);
    if (end == at) continue;
    // What is meant follows "ý em là", else the comma.
    std::size_t from = 0;
    for (auto i = end; i < m.tokens.size() && from == 0; ++i)
      if (auto after = meant_.end_at(m, i); after > i) from = after;
    for (auto i = end; i < m.tokens.size() && from == 0; ++i)
      if (m.tokens[i].clause != m.tokens[i - 1].clause) from = i;
    if (from == 0 || from >= m.tokens.size()) return m;
    denied = true;
    return part_of(m, from);
  }
  return m;
}

const context_reader::matter* context_reader::matter_of(std::uint32_t topic) const {
  auto found = matter_at_.find(topic);
  return found == matter_at_.end() ? nullptr : &matters_[found->second];
}

message context_reader::without_circumstances(const message& m, std::uint32_t topic) const {
  const auto* about = matter_of(topic);
  if (about != nullptr && about->circumstance) return m;
  message out = m;
  out.tokens.clear();
  for (std::size_t i = 0; i < m.tokens.size();) {
    const auto end = circumstances_.end_at(m, i);
    if (end > i) {
      i = end;
    } else {
      out.tokens.push_back(m.tokens[i++]);
    }
  }
  return out;
}

message context_reader::without_courtesy(const message& m) const {
  message out;
  out.marked = m.marked;
  out.question = m.question;
  for (std::size_t i = 0; i < m.tokens.size();) {
    auto end = courtesies_.end_at(m, i, true);
    if (end == i) out.tokens.push_back(m.tokens[end++]);
    i = end;
  }
  return out.tokens.empty() ? m : out;
}

bool context_reader::names(const message& m, std::uint32_t topic) const {
  const auto* one = matter_of(topic);
  return one != nullptr &&
         std::ranges::any_of(one->names, [&](const auto& name) { return static_cast<bool>(name.find(m)); });
}

bool context_reader::names_other(const message& m, std::uint32_t topic, const std::vector<bool>& used) const {
  auto free = [&](const expression::place& at) {
    // "Có cần chụp căn cước gửi không": a word or two may stand between.
    constexpr std::size_t apart = 2;
    for (auto i = at.begin > 4 ? at.begin - 4 : 0; i < at.begin; ++i)
      if (const auto end = brought_along_.end_at(m, i); end > i && end <= at.begin && at.begin - end <= apart)
        return false;
    for (auto i = at.begin; i < at.end; ++i)
      if (!used[i]) return true;
    return false;
  };
  return std::ranges::any_of(matters_, [&](const matter& one) {
    return std::ranges::find(one.topics, topic) == one.topics.end() &&
           std::ranges::any_of(one.names, [&](const auto& name) {
             const auto at = name.find(m);
             return at && free(at);
           });
  });
}

}  // namespace thanthien::knowledge
