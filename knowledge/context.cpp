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

// Where the longest of the expressions ends that begins at `at`; `at` when none does.
std::size_t end_of(const std::vector<expression>& any, const message& m, std::size_t at) {
  auto end = at;
  for (const auto& e : any)
    if (auto place = e.find_at(m, at)) end = std::max(end, place.end);
  return end;
}

}  // namespace

context_reader::context_reader(const language& words, const reading_of& read, const number_of& topic) {
  for (const auto& text : words.openings) openings_.emplace_back(text);
  for (const auto& text : words.returns) returns_.emplace_back(text);
  for (const auto& text : words.asking) asking_.emplace_back(text);
  for (const auto& text : words.denials) denials_.emplace_back(text);
  for (const auto& text : words.meant) meant_.emplace_back(text);
  for (const auto& m : words.matters) {
    matter made;
    made.name = read(m.names.front());
    for (const auto& name : m.names) made.names.emplace_back(name);
    for (const auto& id : m.topics) {
      made.topics.push_back(topic(id));
      matter_at_.emplace(made.topics.back(), matters_.size());
    }
    matters_.push_back(std::move(made));
  }
}

message context_reader::without_opening(const message& m, bool& returns) const {
  returns = false;
  std::size_t from = 0;
  for (;;) {
    auto back = end_of(returns_, m, from);
    auto end = std::max(back, end_of(openings_, m, from));
    if (end == from) break;
    returns = returns || back > from;
    from = end;
  }
  constexpr std::size_t least = 2;  // words; "cảm ơn nha" is thanks and no question about "nha"
  return from == 0 || m.tokens.size() < from + least ? m : part_of(m, from);
}

bool context_reader::asks(const message& m) const {
  return std::ranges::any_of(asking_, [&](const auto& e) { return static_cast<bool>(e.find(m)); });
}

message context_reader::without_denied(const message& m, bool& denied) const {
  denied = false;
  // A politeness or two may stand before: "dạ không phải".
  constexpr std::size_t latest = 3;
  for (std::size_t at = 0; at < std::min(latest, m.tokens.size()); ++at) {
    auto end = end_of(denials_, m, at);
    if (end == at) continue;
    // What is meant follows "ý em là", else the comma.
    std::size_t from = 0;
    for (auto i = end; i < m.tokens.size() && from == 0; ++i)
      if (auto after = end_of(meant_, m, i); after > i) from = after;
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

bool context_reader::names(const message& m, std::uint32_t topic) const {
  const auto* one = matter_of(topic);
  return one != nullptr &&
         std::ranges::any_of(one->names, [&](const auto& name) { return static_cast<bool>(name.find(m)); });
}

bool context_reader::names_other(const message& m, std::uint32_t topic) const {
  return std::ranges::any_of(matters_, [&](const matter& one) {
    return std::ranges::find(one.topics, topic) == one.topics.end() &&
           std::ranges::any_of(one.names, [&](const auto& name) { return static_cast<bool>(name.find(m)); });
  });
}

}  // namespace thanthien::knowledge
