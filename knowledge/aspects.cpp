#include "knowledge/aspects.hpp"

#include "knowledge/library.hpp"
#include "knowledge/team.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <tuple>

namespace thanthien::knowledge {

namespace {

constexpr std::size_t aspects = static_cast<std::size_t>(aspect::result) + 1;

constexpr std::uint32_t number_of(aspect a) { return static_cast<std::uint32_t>(a); }

constexpr std::size_t story = 26;   // words; shorter messages ask with all they say
constexpr std::size_t ending = 18;  // of a story told without a full stop
constexpr std::size_t too_short = 5;
constexpr std::size_t fragment = 4;  // words; so little names a matter and asks nothing

constexpr float mix = 0.5F;            // how much a question made of two counts, for each of the two
constexpr float unlikely = 0.01F;      // what an expression found and the classifier does not believe
constexpr float sure_alone = 0.6F;     // to be believed where no expression found anything
constexpr float sure_against = 0.75F;  // to be believed against what the expressions found

// Where the part that asks begins: in a story the sentence that asks comes last.
std::size_t asking_from(const message& m) {
  if (m.tokens.size() < story) return 0;
  auto last = m.tokens.back().sentence;
  if (last == 0) return m.tokens.size() - ending;
  auto from = m.tokens.size();
  while (from > 0 && (m.tokens[from - 1].sentence == last || m.tokens.size() - from < too_short)) {
    --from;
    if (m.tokens[from].sentence < last && m.tokens.size() - from >= too_short) last = m.tokens[from].sentence;
  }
  return from;
}

}  // namespace

aspect_finder::aspect_finder(const language& words, const reading_of& read, team& workers) {
  auto add = [&](std::optional<aspect> what, const std::string& text) {
    expression e(text);
    for (const auto& first : e.first_words()) rules_[first].push_back({what, e});
  };
  for (const auto& [what, text] : words.aspects) add(what, text);
  for (const auto& text : words.no_aspects) add(std::nullopt, text);

  std::vector<example> questions, all;
  auto example_of = [&](const std::pair<aspect, std::string>& one) {
    auto m = read(one.second);
    return example{asking_part(m, hits_in(m)), number_of(one.first), 1.0F};
  };
  questions.reserve(words.asked.size());
  for (const auto& one : words.asked) questions.push_back(example_of(one));
  // Nobody writes down the questions that ask for two things; two that ask for one thing each, said in one
  // breath, are such a question.
  auto one_thing = [](aspect a) { return a != aspect::overview && a != aspect::who; };
  for (std::size_t i = 0; i < words.asked.size(); ++i) {
    const auto& [what, text] = words.asked[i];
    const auto& [other, more] = words.asked[(i * 7919 + 13) % words.asked.size()];
    if (what == other || !one_thing(what) || !one_thing(other)) continue;
    auto m = read(text + ' ' + more);
    if (m.tokens.size() >= story) continue;
    auto both = asking_part(m, hits_in(m));
    for (auto a : {what, other}) questions.push_back({both, number_of(a), mix});
  }
  if (questions.empty()) return;
  all = questions;
  for (const auto& one : words.fragments) all.push_back(example_of(one));
  // A few hundred sentences are too little to share out; each classifier is one piece of work.
  workers.each(2, [&](std::size_t which, std::size_t) {
    team alone(1);
    (which == 0 ? fragments_ : questions_)
        .emplace(learn(which == 0 ? all : questions, aspects, {.rounds = which == 0 ? 4 : 8}, alone));
  });
}

// Longer expressions speak first, and a word speaks once: in "mất bao lâu" nothing is left for "mất".
std::vector<aspect_finder::hit> aspect_finder::hits_in(const message& m) const {
  std::vector<hit> hits;
  for (std::size_t i = 0; i < m.tokens.size(); ++i) {
    auto found = rules_.find(m.tokens[i].folded);
    if (found == rules_.end()) continue;
    for (const auto& r : found->second) {
      auto place = r.words.find_at(m, i, true);
      // "Được không" goes with every question: who may is asked only where nothing else is.
      auto rank = r.words.size() + (r.what == aspect::who ? 0 : 10);
      if (place) hits.push_back({place.begin, place.end, rank, r.what, &r.words});
    }
  }
  std::ranges::sort(hits, [](const hit& a, const hit& b) {
    return std::tuple(b.rank, a.begin, a.end, a.what) < std::tuple(a.rank, b.begin, b.end, b.what);
  });
  std::vector<bool> taken(m.tokens.size(), false);
  std::vector<hit> kept;
  for (const auto& h : hits) {
    bool free = true;
    for (auto i = h.begin; i < h.end; ++i) free = free && !taken[i];
    if (!free) continue;
    for (auto i = h.begin; i < h.end; ++i) taken[i] = true;
    kept.push_back(h);
  }
  std::ranges::sort(kept, {}, &hit::begin);
  return kept;
}

// What the classifier reads: the words of the part that asks, then one word for each expression in it.
message aspect_finder::asking_part(const message& m, const std::vector<hit>& hits) const {
  auto from = asking_from(m);
  message out;
  out.marked = m.marked;
  out.question = m.question;
  out.tokens.assign(m.tokens.begin() + static_cast<std::ptrdiff_t>(from), m.tokens.end());
  for (int told = 0; told < 2; ++told)  // a single word would count for little beside a long question
    for (const auto& h : hits) {
      if (!h.what || h.begin < from) continue;
      token t;
      t.word = t.folded = "#" + std::string(to_string(*h.what));
      t.sentence = m.tokens.back().sentence;
      out.tokens.push_back(std::move(t));
    }
  return out;
}

std::vector<aspect> aspect_finder::find(const message& m, bool follows, std::vector<bool>* used) const {
  auto hits = hits_in(m);
  if (used) {
    used->assign(m.tokens.size(), false);
    for (const auto& h : hits)
      for (auto i = h.begin; i < h.end; ++i) (*used)[i] = true;
  }
  auto from = asking_from(m);
  std::erase_if(hits, [&](const hit& h) { return !h.what || h.begin < from; });
  std::vector<aspect> out;
  for (const auto& h : hits)
    if (std::ranges::find(out, *h.what) == out.end()) out.push_back(*h.what);
  aspect best = aspect::overview;
  float sure = 0;
  if (const auto& learned = this->learned(follows || m.tokens.size() <= fragment);
      learned && !m.tokens.empty()) {
    auto p = learned->probabilities(asking_part(m, hits));
    auto top = std::ranges::max_element(p);
    best = static_cast<aspect>(top - p.begin());
    sure = *top;
    std::erase_if(out, [&](aspect a) { return p[number_of(a)] < unlikely; });
  }
  if (out.size() > 1) std::erase(out, aspect::who);
  if (from > 0 && out.size() > 1) return {};  // who asks for several things after a story is told the whole
  if (std::ranges::find(out, best) != out.end() || sure < (out.empty() ? sure_alone : sure_against))
    return out;
  if (best == aspect::overview) return {};
  out.insert(out.begin(), best);
  return out;
}

std::string aspect_finder::explain(const message& m, bool follows) const {
  auto hits = hits_in(m);
  std::ostringstream out;
  out << "chữ hỏi:";
  for (const auto& h : hits)
    out << " [" << h.words->text() << ": " << (h.what ? to_string(*h.what) : "none") << ']';
  out << '\n';
  const auto& learned = this->learned(follows);
  if (!learned || m.tokens.empty()) return out.str();
  auto p = learned->probabilities(asking_part(m, hits));
  std::vector<std::pair<float, aspect>> likely;
  for (std::size_t a = 0; a < p.size(); ++a) likely.emplace_back(p[a], static_cast<aspect>(a));
  std::ranges::sort(likely, std::greater<>());
  out << "khả năng:";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, likely.size()); ++i)
    out << ' ' << to_string(likely[i].second) << ' ' << std::round(likely[i].first * 100) / 100;
  out << '\n';
  return out.str();
}

}  // namespace thanthien::knowledge
