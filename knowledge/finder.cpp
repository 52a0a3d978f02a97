#include "knowledge/finder.hpp"

#include "knowledge/ages.hpp"
#include "knowledge/aspects.hpp"
#include "knowledge/classifier.hpp"
#include "knowledge/context.hpp"
#include "knowledge/expression.hpp"
#include "knowledge/library.hpp"
#include "knowledge/places.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

namespace thanthien::knowledge {

const std::string& finding::topic() const {
  static const std::string none;
  return candidates.empty() ? none : candidates.front().topic;
}

double finding::confidence() const { return candidates.empty() ? 0 : candidates.front().score; }

namespace {

constexpr std::string_view vague_topic =
    "khong-ro";  // "cần giấy tờ gì": a topic to learn, never one to answer

constexpr std::string_view a_place = "@";

constexpr double outside_at = 0.60;          // to decline: nobody is sent away on a guess
constexpr double alarm_at = 0.75;            // of an emergency that no expression names
constexpr double sure_at = 0.50;             // of a topic and its family together; below: ask back
constexpr double sure_when_alone_at = 0.32;  // the same, when no other topic comes near
constexpr double far_ahead = 3.5;            // times the next
constexpr double choose_at = 0.12;           // below: not understood
constexpr double worth_offering = 0.02;

}  // namespace

struct finder::model {
  struct subject {
    std::string id;
    topic_kind kind = topic_kind::procedure;
    std::vector<std::uint16_t> families, needs;
  };

  std::vector<subject> subjects;
  std::unordered_map<std::string, std::uint32_t> by_id;
  text_reader reader;
  const place_index& places;
  classifier words;
  std::uint32_t vague = 0xFFFFFFFF;
  std::size_t families = 0;

  aspect_finder aspects;
  struct alarm {
    std::uint32_t topic;
    expression_list any, unless;
  };
  std::vector<alarm> alarms;
  context_reader around;
  std::unordered_set<std::string> fillers;  // unmarked
  expression_list follow_ups;

  explicit model(const library& known);

  message read(std::string_view text) const;
  /// Topics of the turn before: the one that was answered, and those among which it asked to choose.
  struct turn_before {
    std::optional<std::uint32_t> topic;
    std::vector<std::uint32_t> offered;
    bool follows() const { return topic || !offered.empty(); }
  };
  turn_before before(std::string_view context, std::span<const std::string> offered) const;
  finding decide(const message& m, const turn_before& last, std::vector<float>* probabilities) const;
  finding decide_question(const message& m, const turn_before& last, std::vector<float>* probabilities) const;
  bool sounds_like_question(const message& m) const;
  void lean_on_need(const message& m, std::uint32_t context, std::vector<float>& p) const;
  void lean_on_offered(const turn_before& last, std::size_t saying, bool asks, std::vector<float>& p) const;
  void lean_on_context(const message& m, std::uint32_t context, std::size_t saying, bool denied,
                       const std::vector<aspect>& asked, const std::vector<bool>& used,
                       std::vector<float>& p) const;
  const alarm* alarm_in(const message& m) const;
  std::string second_in(const message& m, const finding& found) const;
  bool over(const message& m, std::uint32_t danger) const;  // the danger is past, or another thing is meant
  bool same_family(std::uint32_t a, std::uint32_t b) const {
    for (auto f : subjects[a].families)
      if (std::ranges::find(subjects[b].families, f) != subjects[b].families.end()) return true;
    return a == b;
  }
};

finder::model::model(const library& known) : reader(known.language().expansions), places(known.places()) {
  auto subject_of = [&](const std::string& id) -> std::uint32_t {
    auto [it, fresh] = by_id.emplace(id, static_cast<std::uint32_t>(subjects.size()));
    if (fresh) {
      subject s;
      s.id = id;
      if (const auto* t = known.find_topic(id)) s.kind = t->kind;
      subjects.push_back(std::move(s));
    }
    return it->second;
  };
  for (const auto& p : known.procedures()) subject_of(p.id);
  for (const auto& t : known.topics()) subject_of(t.id);
  if (auto it = by_id.find(std::string(vague_topic)); it != by_id.end()) vague = it->second;

  team workers;

  // First the words, so that un-typing and splitting know what a word is; then the lessons.
  struct raw_example {
    std::string_view text;
    std::uint32_t topic;
    float weight;
  };
  std::vector<raw_example> raw;
  for (const auto& p : known.procedures()) {
    auto topic = subject_of(p.id);
    raw.push_back({p.title, topic, 1.5F});
    raw.push_back({p.name, topic, 1.0F});
    for (const auto& a : p.also_called) raw.push_back({a, topic, 1.0F});
    for (const auto& q : p.faq) raw.push_back({q.question, topic, 0.4F});
  }
  for (const auto& l : known.lessons()) {
    auto topic = subject_of(l.topic);
    for (const auto& t : l.keywords) raw.push_back({t, topic, 1.5F});
    for (const auto& t : l.phrases) raw.push_back({t, topic, 1.0F});
    for (const auto& t : l.situations) raw.push_back({t, topic, 1.0F});
    for (const auto& o : l.others) raw.push_back({o.text, subject_of(o.topic), 1.0F});
  }
  constexpr std::size_t texts_a_piece = 512;
  std::vector<std::vector<message>> split((raw.size() + texts_a_piece - 1) / texts_a_piece);
  workers.in_order(
      split.size(),
      [&](std::size_t piece) {
        for (auto i = piece * texts_a_piece; i < std::min(raw.size(), (piece + 1) * texts_a_piece); ++i)
          split[piece].push_back(text_reader::split(raw[i].text));
      },
      [&](std::size_t piece) {
        for (const auto& m : split[piece]) reader.know(m);
        split[piece] = {};
      });
  for (const auto& e : known.language().expansions) reader.know(e.means);
  for (const auto& [what, text] : known.language().aspects) {
    std::string plain = text;
    std::ranges::replace(plain, '|', ' ');
    reader.know(plain);
  }
  for (const auto& [what, text] : known.language().asked) reader.know(text);
  for (const auto& [what, text] : known.language().fragments) reader.know(text);

  around = context_reader(known.language(), [&](std::string_view text) { return read(text); }, subject_of);
  auto read_example = [&](std::size_t i) {
    return example{around.without_courtesy(read(raw[i].text)), raw[i].topic, raw[i].weight};
  };
  words = classifier(learn(raw.size(), read_example, subjects.size(), {}, workers));

  aspects = aspect_finder(known.language(), [&](std::string_view text) { return read(text); }, workers);
  for (const auto& a : known.language().alarms) {
    alarm made{subject_of(a.topic), {}, {}};
    for (const auto& t : a.any) made.any.add(t);
    for (const auto& t : a.unless) made.unless.add(t);
    alarms.push_back(std::move(made));
  }
  for (auto& matter : around.matters()) matter.chances = words.probabilities(matter.name);
  for (const auto& f : known.language().fillers) fillers.insert(fold(f));
  for (const auto& f : known.language().follow_ups) follow_ups.add(f);
  for (std::size_t i = 0; i < known.language().needs.size(); ++i)
    for (const auto& member : known.language().needs[i])
      subjects[subject_of(member)].needs.push_back(static_cast<std::uint16_t>(i));
  for (const auto& family : known.language().families) {
    for (const auto& member : family)
      subjects[subject_of(member)].families.push_back(static_cast<std::uint16_t>(families));
    ++families;
  }
}

// Where somebody lives says nothing about what he wants: names of places become one word.
message finder::model::read(std::string_view text) const {
  auto m = reader.read(text);
  auto spans = places.spans(m);
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    auto& t = m.tokens[span->first];
    t.word = t.folded = a_place;
    t.marked = false;
    m.tokens.erase(m.tokens.begin() + static_cast<std::ptrdiff_t>(span->first) + 1,
                   m.tokens.begin() + static_cast<std::ptrdiff_t>(span->second));
  }
  know_ages(m);
  return m;
}

const finder::model::alarm* finder::model::alarm_in(const message& m) const {
  for (const auto& a : alarms) {
    if (a.any.in(m) && !a.unless.in(m)) return &a;
  }
  return nullptr;
}

bool finder::model::over(const message& m, std::uint32_t danger) const {
  return std::ranges::any_of(alarms, [&](const alarm& a) { return a.topic == danger && a.unless.in(m); });
}

// "Đăng ký kết hôn và tách hộ": a second topic is asked when the part before the joint is clearly about one
// topic and the part behind it clearly about another, and one of them is what the whole was taken for.
std::string finder::model::second_in(const message& m, const finding& found) const {
  constexpr float clear = 0.7F;
  constexpr std::size_t story = 30;  // in which a side remark names many things
  if (m.tokens.size() < 6 || m.tokens.size() > story || found.kind != topic_kind::procedure) return {};
  static const std::unordered_set<std::string> joints{"và", "va", "với", "voi", "cùng", "cung", "sẵn", "san"};
  auto first = by_id.at(found.topic());
  auto subject_of_part = [&](std::size_t from, std::size_t to) -> std::optional<std::uint32_t> {
    message part;
    part.marked = m.marked;
    part.tokens.assign(m.tokens.begin() + static_cast<std::ptrdiff_t>(from),
                       m.tokens.begin() + static_cast<std::ptrdiff_t>(to));
    auto p = words.probabilities(part);
    auto best = static_cast<std::uint32_t>(std::ranges::max_element(p) - p.begin());
    if (p[best] < clear || subjects[best].kind != topic_kind::procedure) return std::nullopt;
    return best;
  };
  constexpr int most_cuts = 3;
  int cuts = 0;
  for (std::size_t i = 2; i + 2 < m.tokens.size() && cuts < most_cuts; ++i) {
    bool new_sentence = m.tokens[i].sentence != m.tokens[i - 1].sentence;
    if (!new_sentence && !joints.contains(m.tokens[i].word)) continue;
    ++cuts;
    auto before = subject_of_part(0, i);
    if (!before) continue;
    auto after = subject_of_part(i, m.tokens.size());
    if (!after || same_family(*before, *after)) continue;
    if (same_family(*before, first)) return subjects[*after].id;
    if (same_family(*after, first)) return subjects[*before].id;
  }
  return {};
}

finder::model::turn_before finder::model::before(std::string_view context,
                                                 std::span<const std::string> offered) const {
  auto known = [&](std::string_view id) -> std::optional<std::uint32_t> {
    auto found = by_id.find(std::string(id));
    return found == by_id.end() || found->second == vague ? std::nullopt : std::optional(found->second);
  };
  turn_before out;
  out.topic = known(context);
  for (const auto& id : offered)
    if (auto t = known(id)) out.offered.push_back(*t);
  return out;
}

bool finder::model::sounds_like_question(const message& m) const {
  return m.question || around.asks(m) || follow_ups.in(m);
}

// Thanks and laughter stand before a question; the question counts, unless nothing is asked behind them.
finding finder::model::decide(const message& m, const turn_before& last, std::vector<float>* kept) const {
  if (const auto* alarm = alarm_in(m)) {
    finding out;
    out.aspects = aspects.find(m, last.follows());
    out.what = finding::verdict::sure;
    out.kind = subjects[alarm->topic].kind;
    out.candidates = {{subjects[alarm->topic].id, 1.0}};
    return out;
  }
  bool returns = false;
  auto rest = around.without_opening(m, returns);
  if (rest.tokens.size() < m.tokens.size()) {
    // "Quay lại khai sinh" leaves the matter under way.
    auto found = decide_question(rest, returns ? turn_before{} : last, kept);
    if (returns && found.what != finding::verdict::not_understood) {
      if (around.names(rest, by_id.at(found.topic()))) found.what = finding::verdict::sure;
      return found;
    }
    constexpr double clearly = 0.8;
    bool of_ours = found.what == finding::verdict::sure && found.kind != topic_kind::small_talk &&
                   found.kind != topic_kind::out_of_scope;
    bool names = !found.from_context && found.confidence() >= clearly;
    bool asks = (!found.from_context || !found.aspects.empty()) && sounds_like_question(rest);
    if (of_ours && (names || asks)) return found;
  }
  return decide_question(m, last, kept);
}

namespace {

// The less a message says by itself, the more it leans on what was said before.
double boost_of(std::size_t saying, bool asks) {
  auto boost = saying == 0   ? 6.0
               : saying == 1 ? 2.5
               : saying == 2 ? 1.8
               : saying <= 4 ? 1.2
               : saying <= 8 ? 0.6
                             : 0.2;
  return asks ? boost + 0.8 : boost;
}

void make_shares(std::vector<float>& p) {
  float sum = 0;
  for (auto v : p) sum += v;
  for (auto& v : p) v /= sum;
}

}  // namespace

// After "mất căn cước", "còn bằng lái" is a lost one: the need stays, the thing is another.
void finder::model::lean_on_need(const message& m, std::uint32_t context, std::vector<float>& p) const {
  constexpr float meant = 0.8F;  // of the chance of the procedures about the thing that is named
  for (auto need : subjects[context].needs)
    for (std::uint32_t t = 0; t < p.size(); ++t) {
      if (t == context || std::ranges::find(subjects[t].needs, need) == subjects[t].needs.end() ||
          !around.names(m, t))
        continue;
      for (auto near : around.matter_of(t)->topics)
        if (near != t) {
          p[t] += meant * p[near];
          p[near] *= 1 - meant;
        }
    }
}

// What was talked about a moment ago is the likelier, the less the new message says by itself. `denied`: what
// was understood is taken back.
void finder::model::lean_on_context(const message& m, std::uint32_t context, std::size_t saying, bool denied,
                                    const std::vector<aspect>& asked, const std::vector<bool>& used,
                                    std::vector<float>& p) const {
  constexpr std::size_t fragment = 8;  // words that say something; a longer message speaks for itself
  constexpr std::size_t naming = 3;    // words that name a thing and hardly more
  constexpr double changed_at = 2.2;   // in logarithms; below, nothing has changed
  constexpr double floor = 1e-4;
  auto topic = context;
  bool asks = !asked.empty();
  bool other = around.names_other(m, context, used);
  if (other && saying <= naming) lean_on_need(m, context, p);
  // Right after a procedure, a fragment that asks for one of its sides is about it, whatever else its words
  // could mean.
  constexpr float hardly = 0.2F;
  auto keep_to_ours = [&](std::vector<float>& chances) {
    if (!asks || subjects[context].kind != topic_kind::procedure || saying > fragment) return;
    for (std::uint32_t t = 0; t < chances.size(); ++t)
      if (t != vague &&
          (subjects[t].kind == topic_kind::small_talk || subjects[t].kind == topic_kind::out_of_scope))
        chances[t] *= hardly;
  };
  keep_to_ours(p);
  // "Vậy mỗi tháng được lãnh nhiêu" speaks of an allowance by itself, whatever paper was talked about.
  const float by_itself = saying == 1 ? 0.92F : 0.75F;
  bool elsewhere_alone = false;
  for (std::uint32_t t = 0; t < p.size() && saying > 0; ++t)
    elsewhere_alone =
        elsewhere_alone || (t != context && p[t] >= by_itself && subjects[t].kind == topic_kind::procedure);
  other = other || elsewhere_alone;
  const auto* about = around.matter_of(context);
  if (about && !other && (saying > 0 || !asks) && saying <= fragment) {
    // What it would mean if it named the thing talked about, as it need not do.
    message named = m;
    named.tokens.insert(named.tokens.begin(), about->name.tokens.begin(), about->name.tokens.end());
    auto q = words.probabilities(named);
    keep_to_ours(q);
    // How likely a topic is by now, and by how much the new words made it so.
    auto likely = [&](std::uint32_t t) { return std::log(q[t] + floor); };
    auto gain = [&](std::uint32_t t) { return likely(t) - std::log(about->chances[t] + floor); };
    double best = denied ? 0 : changed_at;
    for (auto t : about->topics) {
      if (t == context || gain(t) <= gain(context)) continue;
      auto change = likely(t) - likely(context) + (gain(t) - gain(context)) / 2;
      if (change <= best) continue;
      best = change;
      topic = t;
    }
    // A greeting or the weather is what it is, whatever was talked about.
    float elsewhere = 0;
    for (std::uint32_t t = 0; t < p.size(); ++t)
      if (t != vague && subjects[t].kind != topic_kind::procedure) elsewhere += p[t];
    float share = (saying <= 2 ? 0.8F : saying <= 4 ? 0.6F : 0.35F) * (1 - elsewhere);
    if (elsewhere > 0.5F) topic = context;
    if (elsewhere > 0.5F && !asks) share = 0;
    for (std::uint32_t t = 0; t < p.size(); ++t) p[t] += share * (q[t] - p[t]);
  }
  bool points_back = follow_ups.in(m);
  auto boost = boost_of(saying, asks);
  if (points_back) boost += 0.8;
  if (denied && topic == context) boost = 0;
  constexpr double named_another = 0.4;
  // "Có cần căn cước không" may name a paper for the matter under way.
  if (elsewhere_alone || (other && std::ranges::find(asked, aspect::documents) == asked.end()))
    boost = std::min(boost, named_another);
  double from_vague = vague < p.size() && !other ? p[vague] : 0;
  double mine = p[topic] + 0.002;
  // Where nothing has changed the siblings' words are about the matter under way.
  const bool unchanged = about && !other && !denied && saying <= fragment && topic == context;
  const double taken = unchanged ? 0.9 : 0.2;
  for (std::uint32_t t = 0; t < p.size(); ++t)
    if (t != topic && same_family(t, topic)) {
      mine += taken * p[t];
      if (unchanged) p[t] *= static_cast<float>(1 - taken);
    }
  auto lifted = static_cast<float>(mine * std::exp(boost) + from_vague);
  if (vague < p.size()) p[vague] = 0;
  p[topic] = lifted;
  make_shares(p);
}

// Asked to choose, people answer with what tells the choices apart ("bằng lái"), or ask on as if they had
// chosen.
void finder::model::lean_on_offered(const turn_before& last, std::size_t saying, bool asks,
                                    std::vector<float>& p) const {
  constexpr float passed_on = 0.8F;  // of the chance of a topic about the same thing that was not offered
  auto offered = [&](std::uint32_t t) { return std::ranges::find(last.offered, t) != last.offered.end(); };
  for (auto t : last.offered)
    if (const auto* about = around.matter_of(t))
      for (auto near : about->topics) {
        if (offered(near)) continue;
        p[t] += passed_on * p[near];
        p[near] *= 1 - passed_on;
      }
  const auto nearer = static_cast<float>(std::exp(boost_of(saying, asks)));
  const float at_least = saying <= 2 ? 0.02F : 0.002F;
  float as_offered = 0.1F;
  for (auto t : last.offered) {
    // "Bao lâu" tells nothing apart: the choices stay alike, in their order.
    const bool alike = saying == 0 && asks;
    p[t] = (alike ? as_offered : p[t] + at_least) * nearer;
    as_offered *= 0.95F;
  }
  if (last.topic && !offered(*last.topic)) p[*last.topic] *= std::sqrt(nearer);
  if (vague < p.size()) p[vague] = 0;
  make_shares(p);
}

finding finder::model::decide_question(const message& whole, const turn_before& last,
                                       std::vector<float>* kept) const {
  bool denied = false;
  auto m = last.topic ? around.without_denied(whole, denied) : whole;
  finding out;
  if (last.topic && subjects[*last.topic].kind == topic_kind::procedure) {
    auto asked = around.without_circumstances(m, *last.topic);
    if (asked.tokens.empty() && !m.tokens.empty()) {
      out.what = finding::verdict::sure;
      out.kind = topic_kind::procedure;
      out.candidates = {{subjects[*last.topic].id, 1.0}};
      out.from_context = true;
      return out;
    }
    m = std::move(asked);
  }
  std::vector<bool> used;
  out.aspects = aspects.find(m, last.follows(), &used);
  if (m.tokens.empty()) return out;

  bool says_nothing = std::ranges::all_of(
      m.tokens, [&](const token& t) { return t.number || t.word == a_place || !words.knows(t); });
  if (says_nothing && (!last.topic || out.aspects.empty())) return out;

  auto p = words.probabilities(around.without_courtesy(m));
  if (kept) *kept = p;

  std::size_t saying = 0;  // words that may name a topic
  for (std::size_t i = 0; i < m.tokens.size(); ++i)
    if (!used[i] && !fillers.contains(m.tokens[i].folded) && !m.tokens[i].number &&
        m.tokens[i].word != a_place)
      ++saying;
  if (!last.offered.empty())
    lean_on_offered(last, saying, !out.aspects.empty(), p);
  else if (last.topic)
    lean_on_context(m, *last.topic, saying, denied, out.aspects, used, p);

  std::vector<std::uint32_t> order(p.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::partial_sort(
      order, order.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, order.size())),
      [&](auto a, auto b) { return p[a] != p[b] ? p[a] > p[b] : a < b; });

  // Many out-of-scope topics share the doubt between them; together they are one answer.
  double outside = 0;
  std::uint32_t best_outside = 0xFFFFFFFF;
  for (std::uint32_t t = 0; t < p.size(); ++t)
    if (subjects[t].kind == topic_kind::out_of_scope) {
      outside += p[t];
      if (best_outside == 0xFFFFFFFF || p[t] > p[best_outside]) best_outside = t;
    }

  auto top = order[0];
  double vague_share = vague < p.size() ? p[vague] : 0;
  for (auto t : order) {
    if (out.candidates.size() == 5) break;
    if (t == vague || subjects[t].kind == topic_kind::emergency) continue;
    if (p[t] < worth_offering && !out.candidates.empty()) break;
    out.candidates.push_back({subjects[t].id, static_cast<double>(p[t])});
  }
  if (out.candidates.empty()) return out;

  if (outside > p[top] || (top != vague && subjects[top].kind == topic_kind::out_of_scope)) {
    std::erase_if(out.candidates, [&](const topic_score& c) { return c.topic == subjects[best_outside].id; });
    out.candidates.insert(out.candidates.begin(), {subjects[best_outside].id, outside});
    if (out.candidates.size() > 5) out.candidates.pop_back();
    out.kind = topic_kind::out_of_scope;
    out.what =
        outside >= outside_at && saying > 0 ? finding::verdict::sure : finding::verdict::not_understood;
    return out;
  }
  if (subjects[top].kind == topic_kind::emergency && p[top] >= alarm_at && !over(m, top)) {
    out.candidates.insert(out.candidates.begin(), {subjects[top].id, static_cast<double>(p[top])});
    if (out.candidates.size() > 5) out.candidates.pop_back();
    out.kind = topic_kind::emergency;
    out.what = finding::verdict::sure;
    return out;
  }

  auto first = by_id.at(out.candidates[0].topic);
  out.kind = subjects[first].kind;
  // Near topics stand together against the others: whoever asks about a birth is answered about a birth.
  double family = 0, rival = outside;
  for (std::uint32_t t = 0; t < p.size(); ++t) {
    if (same_family(t, first))
      family += p[t];
    else if (t != vague && subjects[t].kind != topic_kind::out_of_scope)
      rival = std::max<double>(rival, p[t]);
  }
  double score = p[first];
  // Whether the question is open, and what it is about if not, are two questions.
  double open = vague_share, closed = std::max(1 - open, 1e-3);
  bool about_one = family / closed >= (open < 0.3 ? sure_at : 0.75) ||
                   (family / closed >= sure_when_alone_at && family >= far_ahead * rival && open < 0.3);
  if (about_one && (open < 0.5 || (open < 0.9 && saying >= 2 && family >= 8 * rival))) {
    out.what = finding::verdict::sure;
    out.candidates[0].score = std::max(score, 0.9 * family) / closed;
  } else if (open >= 0.3 || score >= choose_at) {
    out.what = finding::verdict::choose;
  }
  if (out.what == finding::verdict::choose && out.candidates.size() < 2) {
    for (auto t : order) {
      if (out.candidates.size() >= 3) break;
      if (t == vague || subjects[t].kind == topic_kind::emergency || t == first) continue;
      if (std::ranges::any_of(out.candidates, [&](const auto& c) { return c.topic == subjects[t].id; }))
        continue;
      out.candidates.push_back({subjects[t].id, static_cast<double>(p[t])});
    }
  }
  if (out.what == finding::verdict::sure) out.second_topic = second_in(m, out);
  out.from_context = last.topic == first && out.what == finding::verdict::sure;
  return out;
}

finder::finder(const library& known) : model_(std::make_unique<const model>(known)) {}
finder::~finder() = default;
finder::finder(finder&&) noexcept = default;
finder& finder::operator=(finder&&) noexcept = default;

finding finder::find(std::string_view text, std::string_view context,
                     std::span<const std::string> offered) const {
  return model_->decide(model_->read(text), model_->before(context, offered), nullptr);
}

std::string finder::explain(std::string_view text, std::string_view context) const {
  auto m = model_->read(text);
  std::vector<float> p;
  auto found = model_->decide(m, model_->before(context, {}), &p);
  std::ostringstream out;
  out << "đọc thành:";
  for (const auto& t : m.tokens) out << ' ' << t.word;
  out << '\n';
  const std::array verdicts{"chắc", "hỏi lại", "chưa hiểu"};
  out << "kết luận: " << verdicts[static_cast<std::size_t>(found.what)];
  if (found.from_context) out << " (nối với điều vừa nói)";
  out << '\n';
  for (const auto& c : found.candidates) {
    out << "  " << c.topic << ' ' << std::round(c.score * 1000) / 1000 << '\n';
  }
  out << "hỏi về:";
  for (auto a : found.aspects) out << ' ' << to_string(a);
  out << '\n' << model_->aspects.explain(m, !context.empty());
  if (!found.candidates.empty() && !p.empty()) {
    auto first = model_->by_id.at(found.candidates[0].topic);
    std::uint32_t second = first == 0 && p.size() > 1 ? 1 : 0;
    for (std::uint32_t t = 0; t < p.size(); ++t)
      if (t != first && t != model_->vague && p[t] > p[second]) second = t;
    if (found.candidates.size() > 1) second = model_->by_id.at(found.candidates[1].topic);
    auto reasons = model_->words.reasons(m, first, second);
    auto list = [&](std::string_view title, auto from, auto to) {
      out << title;
      for (auto it = from; it != to; ++it)
        out << " [" << it->words << ' ' << std::round(it->weight * 10) / 10 << ']';
      out << '\n';
    };
    auto most = std::min<std::size_t>(5, reasons.size());
    list("nghiêng về " + found.candidates[0].topic + ":", reasons.begin(),
         reasons.begin() + static_cast<std::ptrdiff_t>(most));
    list("nghiêng về " + model_->subjects[second].id + ":", reasons.rbegin(),
         reasons.rbegin() + static_cast<std::ptrdiff_t>(most));
  }
  return out.str();
}

}  // namespace thanthien::knowledge
