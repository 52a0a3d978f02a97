#include "dialogs/turn.hpp"

#include <algorithm>
#include <utility>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t longest_question = 200;  // bytes of a question kept for the officer
constexpr double near_enough = 0.2;            // of the best score, to be offered beside it
constexpr double worth_offering = 0.12;        // below it a guess only confuses

}  // namespace

// --- finding an answer

void turn::tell_finding() {
  out_.candidates = found_.candidates;
  out_.confidence = found_.confidence();
}

void turn::route() {
  tell_finding();
  switch (found_.what) {
    case finding::verdict::sure: {
      const auto topic = found_.topic();
      // "À quên, chỗ đó không có đèn": more of what the officer is to know.
      if (waiting() && !looks_like_question(book_.words, text_) &&
          (found_.from_context ||
           std::ranges::any_of(book_.words.additions, [&](const auto& w) { return says_first(folded_, w); })))
        return added_to_case();
      now_.misunderstood = 0;
      take_up(topic, found_.aspects);
      if (!found_.second_topic.empty() && found_.second_topic != topic && !out_.handed_over &&
          now_.stack.empty())
        second_answer(found_.second_topic);
      return;
    }
    case finding::verdict::choose:
      if (waiting()) return added_to_case();
      clarify();
      return;
    case finding::verdict::not_understood:
      if (waiting()) return added_to_case();
      not_understood();
      return;
  }
}

void turn::take_up(const std::string& topic, const std::vector<aspect>& aspects) {
  const auto* procedure = known_.find_procedure(topic);
  if (procedure != nullptr) {
    const bool general = book_.on_topic.contains(topic) &&
                         (aspects.empty() || (aspects.size() == 1 && aspects.front() == aspect::overview));
    if (general || dialog_answers(topic, aspects)) {
      set_topic(topic);
      out_.topic = topic;
      out_.aspect = to_string(general ? aspect::overview : aspects.front());
      open_for(topic, topic_kind::procedure);
      if (resumable()) remember_question();
      return;
    }
    answer(topic, aspects);
    return_to_question();
    return;
  }
  const auto* t = known_.find_topic(topic);
  const auto kind = t != nullptr ? t->kind : topic_kind::service;
  out_.topic = topic;
  out_.aspect = kind == topic_kind::service ? "overview" : "";
  if (kind == topic_kind::out_of_scope) out_.topic.clear();
  if (topic == person_topic()) {
    out_.act = act::handoff;
    voice_.speak_of(topic);
    person();
  } else {
    open_for(topic, kind);
  }
  // A dialog that now asks back may end with an officer, who wants to read how it began.
  if (resumable() && (kind == topic_kind::service || kind == topic_kind::out_of_scope)) remember_question();
}

bool turn::dialog_answers(const std::string& topic, const std::vector<aspect>& aspects) const {
  const auto on = book_.on_topic.find(topic);
  const auto* d = on == book_.on_topic.end() ? nullptr : book_.find(on->second);
  return d != nullptr && !aspects.empty() && std::ranges::all_of(aspects, [&](aspect a) {
           return std::ranges::find(d->aspects, a) != d->aspects.end();
         });
}

std::string turn::form_topic() const {
  for (auto at = now_.stack.rbegin(); at != now_.stack.rend(); ++at) {
    if (!at->topic.empty()) return at->topic;
    for (const auto& [topic, name] : book_.on_topic)
      if (name == at->dialog && topic != person_topic()) return topic;
  }
  return {};
}

std::string turn::form_topic_or(const std::string& otherwise) const {
  auto topic = form_topic();
  return topic.empty() ? otherwise : topic;
}

std::string turn::person_topic() const {
  const auto found = book_.on_command.find("person");
  if (found == book_.on_command.end()) return {};
  for (const auto& [topic, name] : book_.on_topic)
    if (name == found->second) return topic;
  return {};
}

void turn::open_for(const std::string& topic, topic_kind kind) {
  voice_.speak_of(topic);
  topic_kind_ = kind;
  auto name = book_.on_topic.find(topic);
  const std::string* dialog_name = name != book_.on_topic.end() ? &name->second : nullptr;
  if (dialog_name == nullptr)
    if (const auto by_kind = book_.on_kind.find(std::string{to_string(kind)}); by_kind != book_.on_kind.end())
      dialog_name = &by_kind->second;
  if (out_.act == act::none)
    out_.act = kind == topic_kind::small_talk     ? act::small_talk
               : kind == topic_kind::out_of_scope ? act::decline
               : kind == topic_kind::emergency    ? act::emergency
                                                  : act::answer;
  if (dialog_name != nullptr) open(*dialog_name);
}

void turn::set_topic(const std::string& topic) {
  voice_.speak_of(topic);
  if (now_.topic == topic) return;
  if (known_.find_procedure(now_.topic) != nullptr) now_.earlier_topic = now_.topic;
  now_.topic = topic;
}

void turn::answer(const std::string& topic, const std::vector<aspect>& aspects) {
  const auto* p = known_.find_procedure(topic);
  if (p == nullptr) return;
  const bool new_matter = now_.topic != topic;
  set_topic(topic);
  now_.aspect = std::string{to_string(aspects.empty() ? aspect::overview : aspects.front())};
  // What another office takes is declined kindly, with all that is known of the way there.
  const bool elsewhere = !p->received_by.empty();
  out_.act = elsewhere ? act::decline : act::answer;
  out_.topic = topic;
  out_.aspect = now_.aspect;
  if (now_.stack.empty()) now_.last_questions.clear();  // what was unclear has found its answer
  auto made = compose_answer(voice_, book_, known_, *p, aspects, text_,
                             elsewhere && new_matter ? "answer_lead_elsewhere" : "answer_lead");
  if (!made.opening.empty() && now_.openings_said.size() < most_openings)
    now_.openings_said.push_back(made.opening);
  if (now_.language == "en" && !std::exchange(now_.told_language, true)) say(voice_.phrase("english"));
  for (auto& text : made.texts) say(std::move(text), true);
  choices_ = std::move(made.choices);
}

void turn::second_answer(const std::string& topic) {
  const auto* p = known_.find_procedure(topic);
  if (p == nullptr || known_.find_procedure(out_.topic) == nullptr) return;
  const auto first = voice_.topic();
  voice_.speak_of(topic);
  auto aspects = found_.aspects;
  auto made = compose_answer(voice_, book_, known_, *p, aspects, {}, "answer_second");
  for (auto& text : made.texts) say(std::move(text), true);
  voice_.speak_of(first);
  // Choices lead to both: one of each, then the rest of the first.
  if (choices_.size() > 2) choices_.resize(2);
  choices_.push_back({shortened(known_.title_of(topic), 20), "topic:" + topic, ""});
}

// --- not sure, not understood

std::string turn::offer_topics(const std::vector<std::string>& topics) {
  std::string list;
  std::set<std::string> titles;
  int n = 0;
  for (const auto& topic : topics) {
    const auto title = known_.title_of(topic);
    if (title.empty()) continue;
    ++n;
    list += voice_.phrase("list_line", {{"n", std::to_string(n)}, {"title", title}}) + "\n";
    auto shown = shortened(title, 20);
    if (!titles.insert(fold(shown)).second) {
      shown = shortened(std::to_string(n) + ". " + title, 20);
      titles.insert(fold(shown));
    }
    choices_.push_back({shown, "topic:" + topic, ""});
  }
  return list;
}

std::vector<std::string> turn::near_topics(std::size_t most) const {
  std::vector<std::string> topics;
  for (const auto& c : found_.candidates) {
    // A person is always among the choices; a topic for that would be the same button twice.
    if (c.score < found_.confidence() * near_enough || c.topic == person_topic()) continue;
    const auto* t = known_.find_topic(c.topic);
    // Asking back is for matters of the commune; "Chào hỏi?" or "Ngoài phạm vi?" are no questions.
    if (topics.size() == most || (t != nullptr && t->kind != topic_kind::service)) continue;
    if (t != nullptr && (book_.on_topic.contains(c.topic) == false || vague(c.topic))) continue;
    topics.push_back(c.topic);
  }
  return topics;
}

bool turn::vague(const std::string& topic) const {
  const auto found = book_.on_topic.find(topic);
  const auto* d = found == book_.on_topic.end() ? nullptr : book_.find(found->second);
  return d != nullptr && d->act == "clarify";
}

void turn::clarify() {
  out_.act = act::clarify;
  out_.topic = best_guess();
  remember_question();
  ++now_.misunderstood;
  if (now_.misunderstood >= 4) {  // choosing leads nowhere either
    give_up();
    return;
  }
  choices_.clear();
  const auto topics = near_topics(most_choices - 1);
  if (topics.empty() || found_.confidence() < worth_offering) {
    say(voice_.phrase("not_understood_1"));
    menu_choices();
  } else {
    const auto list = offer_topics(topics);
    say(voice_.phrase(topics.size() == 1 ? "not_understood_1_near" : "clarify", {{"list", list}}));
  }
  return_to_question();
}

std::string turn::best_guess() const {
  if (found_.candidates.empty()) return {};
  const auto* t = known_.find_topic(found_.topic());
  return t != nullptr && t->kind == topic_kind::out_of_scope ? std::string{} : found_.topic();
}

void turn::not_understood() {
  out_.understood = false;
  out_.act = act::clarify;
  remember_question();
  ++now_.misunderstood;
  if (now_.misunderstood >= 3) {
    give_up();
    return;
  }
  choices_.clear();
  if (now_.misunderstood == 2) {
    say(voice_.phrase("not_understood_2"));
    choices_.push_back({voice_.phrase("choice_person"), std::string{person_payload}, ""});
    choices_.push_back({voice_.phrase("choice_menu"), "cmd:menu", ""});
  } else if (const auto topics = near_topics(3); !topics.empty() && found_.confidence() >= worth_offering) {
    const auto list = offer_topics(topics);
    say(voice_.phrase("not_understood_1_near", {{"list", list}}));
  } else {
    say(voice_.phrase("not_understood_1"));
    menu_choices();
  }
}

void turn::give_up() {
  out_.act = act::handoff;
  say(voice_.phrase("not_understood_3"));
  choices_.clear();
  hand_over("not_understood", {}, false, {});
}

void turn::menu_choices() {
  choices_.clear();
  choices_.push_back({voice_.phrase("choice_menu"), "cmd:menu", ""});
}

void turn::remember_question() {
  if (text_.empty()) return;
  auto kept = masked(trimmed(text_, longest_question));
  if (!now_.last_questions.empty() && now_.last_questions.back() == kept) return;
  now_.last_questions.push_back(std::move(kept));
  if (now_.last_questions.size() > 5) now_.last_questions.erase(now_.last_questions.begin());
}

// --- English

bool turn::speaks_english() const {
  if (looks_english(book_.words, text_)) return true;
  if (now_.language != "en") return false;
  // Who has written English goes on so until Vietnamese is read: "yes", a name and a number are in neither.
  if (std::ranges::any_of(text_, [](char c) { return static_cast<unsigned char>(c) >= 0xC0; })) return false;
  const auto list = split_words(folded_);
  const bool some = std::ranges::any_of(
      list, [&](const auto& word) { return std::ranges::binary_search(book_.words.english, word); });
  return some || (found_.aspects.empty() && (found_.what != finding::verdict::sure ||
                                             found_.kind == topic_kind::small_talk || found_.from_context));
}

void turn::read_english() {
  constexpr std::size_t short_question = 8;  // words
  constexpr double sure_enough = 0.8;
  const auto length = split_words(folded_).size();
  std::string topic;
  std::vector<aspect> aspects;
  std::size_t longest = 0;
  for (const auto& [words, meant] : book_.english_topics) {
    if (!holds_words(folded_, words)) continue;
    if (const auto a = knowledge::parse_aspect(meant)) {
      if (std::ranges::find(aspects, *a) == aspects.end()) aspects.push_back(*a);
      continue;
    }
    // Thanks and greetings beside a question are no topic.
    const auto* t = known_.find_topic(meant);
    const bool courtesy = t != nullptr && t->kind == topic_kind::small_talk;
    const auto weight = courtesy ? 1 : words.size();
    if (weight <= longest || (courtesy && length > short_question)) continue;
    longest = weight;
    topic = meant;
  }
  const auto* t = known_.find_topic(topic);
  const bool courtesy = t != nullptr && t->kind == topic_kind::small_talk;
  const bool understood = found_.what == finding::verdict::sure && !found_.from_context;
  // "How much?" goes on with what was talked about; a longer sentence is about something of its own.
  const bool goes_on = (topic.empty() || courtesy) && !understood && !aspects.empty() &&
                       length <= short_question && known_.find_procedure(now_.topic) != nullptr;
  if (goes_on) topic = now_.topic;
  if (found_.kind == topic_kind::emergency && understood) return;
  // The finder has learned some English too.
  if (topic.empty() && understood) topic = found_.topic();
  found_.second_topic.clear();
  if (topic.empty()) {
    found_.what = finding::verdict::not_understood;
    found_.candidates.clear();
    return;
  }
  if (found_.candidates.empty() || found_.topic() != topic || !understood)
    found_.candidates = {{topic, sure_enough}};
  found_.what = finding::verdict::sure;
  found_.aspects = std::move(aspects);
  found_.from_context = goes_on;
  const auto* meant = known_.find_topic(topic);
  found_.kind = meant != nullptr ? meant->kind : topic_kind::procedure;
}

}  // namespace thanthien::dialogs
