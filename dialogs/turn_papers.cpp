#include "dialogs/turn.hpp"

#include <algorithm>

namespace thanthien::dialogs {
namespace {

constexpr double sure_enough = 0.4;  // that a topic is meant, when somebody asks for his own papers
constexpr std::size_t longest_beside_answer = 6;  // syllables in all, for an answer to be more than a mention
constexpr std::size_t longest_statement = 12;  // syllables of "nhà có hợp đồng", told after a list of papers

/// Names of slots cannot hold a dot: a procedure's questions never meet those of a dialog.
std::string slot_of(const std::string& question) { return "papers." + question; }

wording in_vietnamese(std::string text) {
  wording w;
  w.versions.push_back({"vi", std::nullopt, {std::move(text)}, {{}}});
  return w;
}

}  // namespace

// --- the questions

const step* turn::question_step(const position& at) const {
  const auto* p = known_.find_procedure(at.topic);
  if (p == nullptr || at.question.empty()) return nullptr;
  const auto asked = std::ranges::find(p->questions, at.question, &knowledge::papers_question::id);
  if (asked == p->questions.end()) return nullptr;
  const auto [made, fresh] = question_steps_.try_emplace(key_of(at) + "/" + at.topic);
  auto& s = made->second;
  if (!fresh) return &s;
  s.name = at.step;
  s.what = step::kind::ask;
  s.words = in_vietnamese(asked->ask);
  s.slot = slot_of(asked->id);
  s.type = asked->yes_no ? slot_type::yes_no : slot_type::choice;
  if (!asked->yes_no)
    for (const auto& c : asked->choices) {
      option o;
      o.title = in_vietnamese(c.title);
      o.value = c.value;
      for (const auto& words : c.also) o.also.push_back(fold(words));
      s.options.push_back(std::move(o));
    }
  s.may_skip = true;
  s.of_papers = true;
  s.next = at.step;
  return &s;
}

knowledge::answers turn::papers_answers(const position& at) const {
  knowledge::answers given;
  if (const auto* p = known_.find_procedure(at.topic))
    for (const auto& q : p->questions)
      if (const auto slot = now_.slots.find(slot_of(q.id)); slot != now_.slots.end())
        given[q.id] = slot->second;
  return given;
}

void turn::start_papers(const std::string& topic) { start_papers(topic, {}); }

void turn::start_papers(const std::string& topic, knowledge::answers given) {
  set_topic(topic);
  out_.candidates = {{topic, 1.0}};
  out_.act = act::answer;
  out_.topic = topic;
  out_.aspect = to_string(aspect::documents);
  given_papers_ = std::move(given);
  open(book_.on_command.at("papers"));
}

bool turn::walk_checklist(const step& s) {
  auto& at = now_.stack.back();
  if (at.topic.empty()) {
    at.topic = s.topic != "found"                                 ? s.topic
               : known_.find_procedure(voice_.topic()) != nullptr ? voice_.topic()
                                                                  : now_.topic;
    std::erase_if(now_.slots, [](const auto& slot) { return slot.first.starts_with(slot_of("")); });
    if (given_papers_)
      for (const auto& [question, value] : *given_papers_) now_.slots[slot_of(question)] = value;
  }
  const auto* about = known_.find_procedure(at.topic);
  if (about == nullptr) return false;
  // A corrected answer can make others moot.
  for (const auto& q : about->questions)
    if (knowledge::holds(q.when, about->questions, papers_answers(at)) == knowledge::truth::no)
      now_.slots.erase(slot_of(q.id));
  const auto given = papers_answers(at);
  out_.topic = at.topic;
  out_.aspect = to_string(aspect::documents);
  // Nobody is asked on about papers of a procedure that is not his.
  if (const auto instead = knowledge::papers_for(*about, given).instead; !instead.empty()) {
    at.question.clear();
    redirect_papers(*about, given, instead);
    return false;
  }
  if (const auto* next = knowledge::next_question(*about, given)) {
    at.question = next->id;
    put_question(*question_step(at), true);
    return true;
  }
  at.question.clear();
  show_papers(*about, given);
  return false;
}

// --- the ways in

bool turn::asks_for_papers() {
  if (const auto code = knowledge::read_papers_code(text_, known_.procedures())) return shown_again(*code);
  if (tells_own_case()) return true;
  auto longest_of = [&](const std::vector<std::string>& list) {
    const std::string* longest = nullptr;
    for (const auto& phrase : list)
      if (holds_words(folded_, phrase) && (longest == nullptr || phrase.size() > longest->size()))
        longest = &phrase;
    return longest;
  };
  const auto* mine = longest_of(book_.words.mine);
  const auto* own = longest_of(book_.words.own);
  const auto* needs = longest_of(book_.words.needs);
  // "Hồ sơ khai tử của tôi cần gì" asks for papers, not for the state of a dossier.
  auto rest = folded_;
  const bool needs_own = needs != nullptr && (own != nullptr || mine != nullptr);
  if (mine == nullptr && !needs_own) return false;
  // Words about oneself say nothing about the matter, but a long way around it makes a finder doubt.
  const std::string dossier = "ho so";
  for (const auto* phrase : {mine, own, needs, needs_own ? &dossier : nullptr})
    if (const auto at = phrase == nullptr ? std::string::npos : rest.find(*phrase); at != std::string::npos)
      rest.erase(at, phrase->size());
  auto found = found_;
  const bool found_procedure =
      found.what == finding::verdict::sure && known_.find_procedure(found.topic()) != nullptr;
  if (found.what != finding::verdict::sure || (needs_own && !found_procedure)) {
    found = known_.finder().find(rest, "");
    if (found.confidence() < sure_enough) found = known_.finder().find(rest, now_.topic);
  }
  const bool about_papers =
      found.aspects.empty() || std::ranges::find(found.aspects, aspect::documents) != found.aspects.end();
  const auto* p = found.what == finding::verdict::not_understood || !about_papers
                      ? nullptr
                      : known_.find_procedure(found.topic());
  if (needs_own && (p == nullptr || found.confidence() < sure_enough)) {
    out_.act = act::clarify;
    if (const auto* earlier = known_.find_procedure(now_.topic)) {
      start_papers(earlier->id, volunteered(*earlier, {}, rest));
    } else {
      tell_finding();
      say(voice_.phrase("papers_which"));
      menu_choices();
    }
    return true;
  }
  if (p == nullptr || (p->questions.empty() && !needs_own) || found.confidence() < sure_enough) return false;
  found_ = std::move(found);
  tell_finding();
  start_papers(p->id, volunteered(*p, {}, rest));
  return true;
}

knowledge::answers turn::volunteered(const knowledge::procedure& about, const knowledge::answers& given,
                                     std::string_view folded) const {
  knowledge::answers told;
  for (const auto& q : about.questions) {
    if (given.contains(q.id) || q.yes_no) continue;
    const auto* s = question_step({"", "", "", about.id, q.id});
    std::string meant;
    std::size_t longest = 0;
    bool two = false;
    for (const auto& o : s->options) {
      auto phrases = o.also;
      phrases.push_back(fold(voice_.text(o.title)));
      for (const auto& phrase : phrases) {
        if (!phrase.contains(' ') || !says(book_.words, folded, phrase)) continue;
        two = two || (!meant.empty() && meant != o.value && phrase.size() == longest);
        if (phrase.size() <= longest) continue;
        two = false;
        meant = o.value;
        longest = phrase.size();
      }
    }
    if (!meant.empty() && !two) told[q.id] = meant;
  }
  return told;
}

bool turn::tells_own_case() {
  const auto* p = known_.find_procedure(now_.topic);
  if (p == nullptr || now_.aspect != to_string(aspect::documents) || !now_.stack.empty() ||
      looks_like_question(book_.words, text_) || split_words(folded_).size() > longest_statement)
    return false;
  auto told = volunteered(*p, {}, folded_);
  if (told.empty()) return false;
  start_papers(p->id, std::move(told));
  return true;
}

knowledge::answers turn::exactly_meant(const step& asked) const {
  knowledge::answers told;
  const auto& at = now_.stack.back();
  const auto* about = known_.find_procedure(at.topic);
  const auto bare = without_fillers(book_.words, folded_);
  const auto given = papers_answers(at);
  if (about == nullptr) return told;
  for (const bool answered : {false, true}) {
    for (const auto& q : about->questions) {
      if (q.yes_no || slot_of(q.id) == asked.slot || given.contains(q.id) != answered) continue;
      const auto* s = question_step({at.dialog, at.step, "", about->id, q.id});
      for (const auto& o : s->options) {
        const auto title = fold(voice_.text(o.title));
        if (title == folded_ || title == bare || std::ranges::find(o.also, folded_) != o.also.end() ||
            std::ranges::find(o.also, bare) != o.also.end())
          told.emplace(q.id, o.value);
      }
    }
    if (!told.empty()) break;  // what is still to be asked goes before what is taken back
  }
  // "Có", "rồi" could be meant for any of them.
  if (told.size() > 1) told.clear();
  return told;
}

bool turn::told_for_papers(const step& asked) {
  const bool whole = made_of(book_.words, folded_, {&book_.words.unsure});
  auto value = whole ? std::optional{std::string{knowledge::unsure}} : read_slot(asked);
  const auto exactly = value ? knowledge::answers{} : exactly_meant(asked);
  const bool question = looks_like_question(book_.words, text_);
  auto others = exactly;
  if (!whole && !question && exactly.empty()) {
    others = volunteered(*known_.find_procedure(now_.stack.back().topic), papers_answers(now_.stack.back()),
                         folded_);
    std::erase_if(others, [&](const auto& told) { return slot_of(told.first) == asked.slot; });
    // Far more words than the answer has tell of another matter, when one is found.
    if (!value && found_.what == finding::verdict::sure && found_.topic() != form_topic() &&
        !found_.from_context &&
        split_words(without_fillers(book_.words, folded_)).size() > longest_beside_answer)
      others.clear();
  }
  if (question && !whole && exactly.empty()) return false;
  // "Có hợp đồng" answers what has these words, not the question to which it happens to begin with yes.
  if (asked.type == slot_type::yes_no && !others.empty() && !read_yes_no(book_.words, text_)) value.reset();
  if (!value && others.empty()) return false;
  out_.act = act_of_dialog();
  tell_finding();
  out_.topic = form_topic_or(now_.topic);
  now_.misunderstood = 0;
  const auto at = now_.stack.back();
  for (const auto& [question_id, told] : others) {
    const auto* s = question_step({at.dialog, at.step, "", at.topic, question_id});
    now_.slots[slot_of(question_id)] = told;
    if (!value) say(voice_.phrase("papers_noted", {{"value", said_choice(*s, told)}}));
  }
  if (value)
    fill(asked, *value);
  else
    go_on(asked.next);
  return true;
}

bool turn::shown_again(const knowledge::decoded_papers& code) {
  out_.confidence = 1;
  if (!code.current) say(voice_.phrase("papers_changed"));
  start_papers(code.about->id, code.given);
  return true;
}

void turn::offer_changes(const knowledge::decoded_papers& code) {
  set_topic(code.about->id);
  out_.act = act::clarify;
  out_.topic = code.about->id;
  out_.aspect = to_string(aspect::documents);
  std::string list;
  choices_.clear();
  for (const auto& q : code.about->questions) {
    const auto answer = code.given.find(q.id);
    if (answer == code.given.end() || choices_.size() == most_choices - 1) continue;
    const auto n = std::to_string(choices_.size() + 1);
    const auto* s = question_step({"", "", "", code.about->id, q.id});
    list += voice_.phrase("papers_answer",
                          {{"n", n}, {"question", q.ask}, {"answer", said_choice(*s, answer->second)}}) +
            "\n";
    auto others = code.given;
    others.erase(q.id);
    choices_.push_back({n, "papers:" + knowledge::papers_code(*code.about, others), ""});
  }
  if (choices_.empty()) {
    start_papers(code.about->id);
    return;
  }
  say(voice_.phrase("papers_answers", {{"list", list}}));
}

std::string turn::said_choice(const step& asked, const std::string& value) const {
  if (value == knowledge::unsure) return voice_.phrase("choice_unsure");
  for (const auto& o : asked.options)
    if (o.value == value) return voice_.text(o.title);
  return voice_.phrase(value == "yes" ? "choice_yes" : "choice_no");
}

// --- the list

void turn::show_papers(const knowledge::procedure& about, const knowledge::answers& given) {
  set_topic(about.id);
  now_.aspect = to_string(aspect::documents);
  now_.misunderstood = 0;
  now_.last_questions.clear();
  const auto code = about.questions.empty() ? std::string{} : knowledge::papers_code(about, given);
  now_.papers = code;
  auto made = compose_papers(voice_, known_, about, knowledge::papers_for(about, given), code);
  for (auto& text : made.texts) say(std::move(text), true);
  choices_ = std::move(made.choices);
}

void turn::redirect_papers(const knowledge::procedure& about, const knowledge::answers& given,
                           const std::vector<std::string>& instead) {
  const auto code = knowledge::papers_code(about, given);
  const auto& better = instead.front();
  auto text = voice_.phrase("papers_redirect", {{"title", "\"" + known_.title_of(better) + "\""}});
  for (const auto& note : knowledge::papers_for(about, given).notes) text += "\n" + note;
  say(std::move(text));
  set_topic(better);
  out_.topic = better;
  now_.aspect.clear();
  now_.papers = code;
  now_.misunderstood = 0;
  now_.last_questions.clear();
  choices_.clear();
  if (known_.find_procedure(better) != nullptr)
    choices_.push_back({voice_.phrase("choice_papers"), "papers:" + better, ""});
  for (const auto& other : instead)
    if (choices_.size() < 3 && std::ranges::count(choices_, "topic:" + other, &choice::payload) == 0)
      choices_.push_back({shortened(known_.title_of(other), 20), "topic:" + other, ""});
  choices_.push_back({voice_.phrase("choice_change"), "change:" + code, ""});
}

// --- how it was served

bool turn::rated(const std::string& payload) {
  const auto second = payload.rfind(':');
  if (second == std::string::npos || now_.case_to_rate.empty() ||
      payload.substr(0, second) != now_.case_to_rate)
    return false;
  const auto stars = payload.substr(second + 1);
  if (stars.size() != 1 || stars[0] < '1' || stars[0] > '5') return false;
  out_.rating = case_rating{now_.case_to_rate, stars[0] - '0'};
  now_.case_to_rate.clear();
  out_.act = act::small_talk;
  drop_dialogs();
  // The dialog that asked goes on behind its question.
  const auto* d = book_.find(book_.on_event.at("closed"));
  const auto asked = std::ranges::find(d->steps, step::kind::rate, &step::what);
  if (asked == d->steps.end()) {
    say(voice_.phrase("acknowledged"));
    return true;
  }
  const bool unhappy = out_.rating->stars <= 2 && !asked->unhappy.empty();
  now_.stack.push_back({d->name, asked->name, d->version});
  go_on(unhappy ? asked->unhappy : asked->next);
  return true;
}

}  // namespace thanthien::dialogs
