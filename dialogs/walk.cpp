#include "dialogs/walk.hpp"

#include "dialogs/model.hpp"
#include "dialogs/voice.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace thanthien::dialogs {
namespace {

using knowledge::aspect;
using knowledge::finding;
using knowledge::topic_kind;

constexpr int most_steps = 100;           // of one turn; a sound book needs a handful
constexpr std::size_t deepest_stack = 4;  // dialogs in dialogs; deeper is a conversation that lost its thread
constexpr std::size_t longest_slot = 600;  // bytes kept of a free text; the whole message stays in the record
constexpr std::size_t longest_question = 200;
constexpr std::size_t longest_reply = 1900;  // characters
constexpr std::size_t most_choices = 5;
constexpr double sure_question =
    0.75;  // confidence from which words in an open form are a question of their own

constexpr double near_enough = 0.2;      // of the best score, to be offered beside it
constexpr double worth_offering = 0.12;  // below it a guess only confuses

const std::string person_payload = "cmd:person";

std::optional<act> parse_act(std::string_view name) {
  for (auto a : {act::answer, act::clarify, act::small_talk, act::decline, act::emergency, act::handoff})
    if (to_string(a) == name) return a;
  return std::nullopt;
}

bool starts_payload(std::string_view text) {
  constexpr std::array<std::string_view, 6> heads{"topic:", "aspect:", "go:", "slot:", "cmd:", "rate:"};
  return std::ranges::any_of(heads,
                             [&](auto head) { return text.starts_with(head) && text.size() > head.size(); });
}

bool is_number(std::string_view s) {
  return !s.empty() && s.size() <= 15 &&
         std::ranges::all_of(s.substr(s[0] == '-' && s.size() > 1 ? 1 : 0),
                             [](char c) { return c >= '0' && c <= '9'; });
}

/// Written as people write flags, compared as one: "có", "true" and "yes" are the same.
std::string plain_value(std::string_view value) {
  const auto folded = fold(value);
  if (folded == "co" || folded == "true") return "yes";
  if (folded == "khong" || folded == "false") return "no";
  return std::string{value};
}

class turn {
 public:
  turn(const book::contents& dialogs, const knowledge::library& known, const conversation& before,
       const event& what, const circumstances& around)
      : book_{dialogs},
        known_{known},
        what_{what},
        around_{around},
        now_{out_.after},
        voice_{dialogs, known, now_, what, around} {
    out_.after = before;
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

  outcome run() {
    switch (what_.kind) {
      case event_kind::officer_took:
        officer_took();
        break;
      case event_kind::officer_message:
        if (!trimmed(what_.text).empty())
          out_.replies.push_back({std::string{trimmed(what_.text)}, {}, reply::author::officer, what_.by});
        break;
      case event_kind::officer_returned:
        officer_left(false);
        break;
      case event_kind::officer_closed:
        officer_left(true);
        break;
      case event_kind::staff_message:
      case event_kind::thread_taken:
        outside_staff();
        break;
      case event_kind::thread_returned:
        if (now_.holder == holder::outside_staff) bot_again();
        break;
      case event_kind::opened:
      case event_kind::message:
        from_resident();
        break;
      default:
        break;  // a record about messages: nothing moves
    }
    return std::move(out_);
  }

 private:
  // --- who speaks with the resident

  void officer_took() {
    now_.holder = holder::officer;
    now_.held_by = what_.by;
    now_.misunderstood = 0;
    drop_dialogs();
    now_.offered.clear();
    voice_.officer(what_.by);
    say(voice_.phrase("officer_here"));
    finish(false);
  }

  void officer_left(bool closed) {
    voice_.officer(now_.held_by.empty() ? what_.by : now_.held_by);
    const auto code = now_.case_code;
    bot_again();
    now_.greeted = true;  // this very sentence says that the bot is back
    if (!closed || code.empty()) {
      say(voice_.phrase("bot_back"));
      now_.case_code.clear();
      finish(true);
      return;
    }
    say(voice_.phrase("case_closed"));
    now_.case_code.clear();
    now_.case_to_rate = code;
    for (int stars = 1; stars <= 5; ++stars)
      choices_.push_back(
          {voice_.phrase("rate_" + std::to_string(stars)), "rate:" + code + ":" + std::to_string(stars), ""});
    finish(false);
  }

  void outside_staff() {
    if (now_.holder == holder::officer) return;  // our own officer's lock is the stronger one
    now_.holder = holder::outside_staff;
    now_.held_by = what_.by;
    now_.held_until = around_.now + book_.rules.outside_staff;
    drop_dialogs();
    now_.offered.clear();
  }

  void bot_again() {
    now_.holder = holder::bot;
    now_.held_by.clear();
    now_.held_until = {};
    now_.greeted = false;  // says again that it is automatic
    now_.misunderstood = 0;
    drop_dialogs();
  }

  void drop_dialogs() {
    now_.stack.clear();
    now_.trail.clear();
    now_.slots.clear();
  }

  // --- the resident

  void from_resident() {
    const bool timed = what_.at != timestamp{};
    const bool late = timed && what_.at < now_.last_event_at;
    if (timed && !late) now_.last_event_at = what_.at;
    if (now_.holder == holder::outside_staff && around_.now > now_.held_until) bot_again();
    if (now_.holder != holder::bot) return;
    if (late) {
      late_message();
    } else if (what_.kind == event_kind::opened) {
      opened();
    } else {
      message();
    }
    if (out_.replies.empty() && pending_.empty()) not_understood();  // nothing ends in silence
    finish(true);
  }

  void opened() {
    out_.act = act::small_talk;
    if (resumable() && now_.greeted) {
      ask_again();
      return;
    }
    drop_dialogs();
    if (const auto found = book_.on_event.find("opened"); found != book_.on_event.end()) open(found->second);
  }

  void read_text() {
    text_ = std::string{trimmed(knowledge::clean(what_.text))};
    folded_ = fold(text_);
    if (!text_.empty()) found_ = known_.finder().find(text_, now_.topic);
  }

  bool emergency_found() const {
    return !found_.candidates.empty() && found_.kind == topic_kind::emergency &&
           found_.what != finding::verdict::not_understood;
  }

  /// An older message that arrives behind a newer one: what can be answered is answered, the dialog stays
  /// where it is.
  void late_message() {
    read_text();
    if (emergency_found() && what_.payload.empty()) {
      emergency();
      return;
    }
    late_ = true;
    const auto saved = now_;
    if (what_.payload.empty() && found_.what == finding::verdict::sure &&
        found_.kind == topic_kind::procedure && known_.find_procedure(found_.topic()) != nullptr) {
      tell_finding();
      answer(found_.topic(), found_.aspects);
    } else {
      out_.understood = false;
      out_.act = act::clarify;
      say(voice_.phrase("late_message"));
    }
    now_ = saved;
  }

  void message() {
    read_text();
    auto payload = what_.payload;
    if (payload.empty() && starts_payload(text_) && text_.find(' ') == std::string::npos) payload = text_;

    // Danger goes before everything, whatever form is open.
    if (payload.empty() && emergency_found()) {
      emergency();
      return;
    }
    form_still_there();
    if (payload.empty() && text_.empty()) {
      only_attachments();
      return;
    }
    const bool pictured =
        std::ranges::any_of(what_.attachments, [](const auto& a) { return needs_person(a.what); });
    if (payload.empty()) payload = meant_choice();
    if (!payload.empty()) {
      if (tapped(payload)) return;
      if (what_.payload.empty() || text_.empty() || text_ == what_.payload || starts_payload(text_)) {
        out_.act = act::clarify;
        say(voice_.phrase("stale_choice"));
        menu_choices();
        if (resumable()) ask_again();
        return;
      }
    }
    if (pictured && !(open_ask() && takes_attachment(*open_ask()))) {
      text_with_attachment();
      return;
    }
    if (looks_english(book_.words, text_)) {
      english();
      return;
    }
    if (now_.language != "vi") now_.language = "vi";
    if (const auto* asked = open_ask()) {
      typed_into(*asked);
      return;
    }
    if (const auto name = command_in(book_.words, folded_); !name.empty() && command(name)) return;
    route();
  }

  // --- what was typed or tapped

  /// The payload of the offered choice that the text names by number or title.
  std::string meant_choice() const {
    if (now_.offered.empty() || text_.empty() || text_.size() > 160) return {};
    const auto* asked = open_ask();
    const bool counts =
        asked != nullptr && (asked->type == slot_type::number || asked->type == slot_type::money ||
                             asked->type == slot_type::date || asked->type == slot_type::phone ||
                             asked->type == slot_type::identity_number);
    const auto bare = without_fillers(book_.words, folded_);
    for (const auto& [title, payload] : now_.offered) {
      const auto known = fold(title);
      if (!known.empty() && (known == folded_ || known == bare)) return payload;
      if (payload.starts_with("topic:"))
        if (const auto full = fold(known_.title_of(payload.substr(6)));
            !full.empty() && (full == folded_ || full == bare))
          return payload;
    }
    if (!counts)
      if (const auto n = ordinal_in(book_.words, text_, now_.offered.size())) return now_.offered[*n].second;
    return {};
  }

  /// Whether the payload means something here and now; it may have been typed by anybody.
  bool tapped(const std::string& payload) {
    const auto colon = payload.find(':');
    if (colon == std::string::npos || payload.size() > 200) return false;
    const auto head = payload.substr(0, colon);
    const auto rest = payload.substr(colon + 1);
    out_.confidence = 1;
    if (head == "cmd") {
      if (std::ranges::find(command_names(), rest) == command_names().end()) return false;
      return command(rest);
    }
    if (head == "topic") {
      if (!known_.knows_topic(rest)) return false;
      out_.candidates = {{rest, 1.0}};
      now_.misunderstood = 0;
      if (const auto* t = known_.find_topic(rest); t != nullptr && t->kind == topic_kind::emergency) {
        emergency(rest);
        return true;
      }
      take_up(rest, {});
      return true;
    }
    if (head == "aspect") {
      const auto second = rest.rfind(':');
      if (second == std::string::npos) return false;
      const auto id = rest.substr(0, second);
      const auto which = knowledge::parse_aspect(rest.substr(second + 1));
      if (!which || known_.find_procedure(id) == nullptr) return false;
      out_.candidates = {{id, 1.0}};
      now_.misunderstood = 0;
      answer(id, {*which});
      return_to_question();
      return true;
    }
    if (head == "go") {
      const auto* d = book_.find(rest);
      // Only dialogs that a choice leads to: the others need what their topic or caller tells them.
      if (d == nullptr || !offered_somewhere(rest)) return false;
      now_.misunderstood = 0;
      out_.act = act::answer;
      open(rest);
      return true;
    }
    if (head == "slot") {
      const auto* asked = open_ask();
      if (asked == nullptr) return false;
      return fill_tapped(*asked, rest);
    }
    if (head == "rate") {
      const auto second = rest.rfind(':');
      if (second == std::string::npos || now_.case_to_rate.empty() ||
          rest.substr(0, second) != now_.case_to_rate)
        return false;
      const auto stars = rest.substr(second + 1);
      if (stars.size() != 1 || stars[0] < '1' || stars[0] > '5') return false;
      out_.rating = case_rating{now_.case_to_rate, stars[0] - '0'};
      now_.case_to_rate.clear();
      out_.act = act::small_talk;
      say(voice_.phrase(out_.rating->stars >= 4 ? "rated_well" : "rated_badly"));
      return true;
    }
    return false;
  }

  bool offered_somewhere(const std::string& dialog_name) const {
    for (const auto& [name, d] : book_.dialogs)
      for (const auto& s : d.steps)
        for (const auto& o : s.options)
          if (o.dialog == dialog_name) return true;
    return false;
  }

  bool command(const std::string& name) {
    const auto* asked = open_ask();
    if (name == "skip") {
      if (asked == nullptr) return false;
      if (!asked->may_skip) {
        out_.act = act::clarify;
        ask_again();
        return true;
      }
      out_.act = act::answer;
      now_.slots.erase(asked->slot);
      passed_.insert(key_of(now_.stack.back()));
      go_on(asked->next);
      return true;
    }
    out_.act = act::small_talk;
    now_.misunderstood = 0;
    if (name == "again") {
      if (asked != nullptr) {
        ask_again();
      } else if (known_.find_procedure(now_.topic) != nullptr) {
        std::vector<aspect> aspects;
        if (const auto last = knowledge::parse_aspect(now_.aspect)) aspects.push_back(*last);
        out_.candidates = {{now_.topic, 1.0}};
        answer(now_.topic, aspects);
      } else {
        say(voice_.phrase("nothing_to_repeat"));
        menu_choices();
      }
      return true;
    }
    if (name == "back") {
      back();
      return true;
    }
    if (name == "stop") {
      drop_dialogs();
      say(voice_.phrase("stopped"));
      menu_choices();
      return true;
    }
    if (name == "start_over" || name == "menu") {
      drop_dialogs();
      if (name == "start_over") {
        now_.topic.clear();
        now_.aspect.clear();
        now_.earlier_topic.clear();
      }
      if (const auto found = book_.on_command.find(name); found != book_.on_command.end())
        open(found->second);
      else if (const auto menu = book_.on_command.find("menu"); menu != book_.on_command.end())
        open(menu->second);
      return true;
    }
    if (name == "person") {
      out_.act = act::handoff;
      out_.topic = person_topic();
      person();
      return true;
    }
    return false;
  }

  void back() {
    if (open_ask() != nullptr) {
      auto& top = now_.stack.back();
      while (!now_.trail.empty()) {
        const auto last = now_.trail.back();
        now_.trail.pop_back();
        if (last.dialog != top.dialog) continue;
        const auto* d = book_.find(last.dialog);
        const auto* s = d ? d->find(last.step) : nullptr;
        if (s == nullptr || s->what != step::kind::ask) continue;
        if (const auto* current = open_ask()) now_.slots.erase(current->slot);
        now_.slots.erase(s->slot);
        top.step = last.step;
        ask_again();
        return;
      }
      // Before the first question there is only the way out of the form.
      drop_dialogs();
      say(voice_.phrase("stopped"));
      menu_choices();
      return;
    }
    if (known_.find_procedure(now_.earlier_topic) != nullptr) {
      const auto earlier = now_.earlier_topic;
      out_.candidates = {{earlier, 1.0}};
      answer(earlier, {});
      return;
    }
    say(voice_.phrase("nothing_to_return"));
    menu_choices();
  }

  void person() {
    if (!now_.case_code.empty()) {
      out_.act = act::handoff;
      say(voice_.phrase("case_already"));
      return;
    }
    const auto found = book_.on_command.find("person");
    if (found == book_.on_command.end()) return;
    // Asked what it is about, and asking for a person again: that is answer enough.
    insisted_ = std::ranges::any_of(now_.stack, [&](const auto& p) { return p.dialog == found->second; });
    // Whatever was under way is told to the officer; the form itself is over.
    carried_ = slot_lines();
    drop_dialogs();
    open(found->second);
  }

  // --- danger

  void emergency() { emergency(found_.topic()); }

  /// The open case tells of danger already: more about it goes to the same officer.
  bool danger_known() const {
    const auto* t = known_.find_topic(now_.topic);
    return waiting() && t != nullptr && t->kind == topic_kind::emergency;
  }

  void emergency(const std::string& topic) {
    tell_finding();
    if (danger_known() && now_.topic == topic) {
      added_to_case();
      return;
    }
    joins_case_ = danger_known();
    out_.act = act::emergency;
    out_.topic = topic;
    urgent_ = true;
    remember_question();
    drop_dialogs();
    now_.misunderstood = 0;
    now_.topic = topic;
    now_.aspect.clear();
    open_for(topic, topic_kind::emergency);
    if (!out_.handed_over && now_.case_code.empty()) hand_over("emergency", {}, true, {});
    out_.act = act::emergency;
  }

  // --- finding an answer

  void tell_finding() {
    out_.candidates = found_.candidates;
    out_.confidence = found_.confidence();
  }

  void route() {
    tell_finding();
    switch (found_.what) {
      case finding::verdict::sure: {
        const auto topic = found_.topic();
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

  /// The topic is settled: answered from the knowledge, or by its dialog.
  void take_up(const std::string& topic, const std::vector<aspect>& aspects) {
    const auto* procedure = known_.find_procedure(topic);
    if (procedure != nullptr) {
      const bool general = aspects.empty() || (aspects.size() == 1 && aspects.front() == aspect::overview);
      if (general && book_.on_topic.contains(topic)) {
        set_topic(topic);
        out_.topic = topic;
        out_.aspect = "overview";
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

  /// The topic whose dialog is under way: a side question about something else does not change what a form is
  /// about.
  std::string form_topic() const {
    for (auto at = now_.stack.rbegin(); at != now_.stack.rend(); ++at)
      for (const auto& [topic, name] : book_.on_topic)
        if (name == at->dialog && topic != person_topic()) return topic;
    return {};
  }

  std::string form_topic_or(const std::string& otherwise) const {
    auto topic = form_topic();
    return topic.empty() ? otherwise : topic;
  }

  /// The topic that the dialog for "gặp cán bộ" is bound to, so that both ways in behave alike.
  std::string person_topic() const {
    const auto found = book_.on_command.find("person");
    if (found == book_.on_command.end()) return {};
    for (const auto& [topic, name] : book_.on_topic)
      if (name == found->second) return topic;
    return {};
  }

  void open_for(const std::string& topic, topic_kind kind) {
    voice_.speak_of(topic);
    topic_kind_ = kind;
    auto name = book_.on_topic.find(topic);
    const std::string* dialog_name = name != book_.on_topic.end() ? &name->second : nullptr;
    if (dialog_name == nullptr)
      if (const auto by_kind = book_.on_kind.find(std::string{to_string(kind)});
          by_kind != book_.on_kind.end())
        dialog_name = &by_kind->second;
    if (out_.act == act::none)
      out_.act = kind == topic_kind::small_talk     ? act::small_talk
                 : kind == topic_kind::out_of_scope ? act::decline
                 : kind == topic_kind::emergency    ? act::emergency
                                                    : act::answer;
    if (dialog_name != nullptr) open(*dialog_name);
  }

  void set_topic(const std::string& topic) {
    voice_.speak_of(topic);
    if (now_.topic == topic) return;
    if (known_.find_procedure(now_.topic) != nullptr) now_.earlier_topic = now_.topic;
    now_.topic = topic;
  }

  void answer(const std::string& topic, const std::vector<aspect>& aspects) {
    const auto* p = known_.find_procedure(topic);
    if (p == nullptr) return;
    set_topic(topic);
    now_.aspect = std::string{to_string(aspects.empty() ? aspect::overview : aspects.front())};
    out_.act = act::answer;
    out_.topic = topic;
    out_.aspect = now_.aspect;
    if (now_.stack.empty()) now_.last_questions.clear();  // what was unclear has found its answer
    auto made = compose_answer(voice_, book_, known_, *p, aspects, text_);
    for (auto& text : made.texts) say(std::move(text), true);
    choices_ = std::move(made.choices);
  }

  void second_answer(const std::string& topic) {
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

  /// Titles numbered in the text, so that the short choices below it can be cut and still be told apart.
  std::string offer_topics(const std::vector<std::string>& topics) {
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

  std::vector<std::string> near_topics(std::size_t most) const {
    std::vector<std::string> topics;
    for (const auto& c : found_.candidates) {
      if (c.score < found_.confidence() * near_enough) continue;
      const auto* t = known_.find_topic(c.topic);
      // Asking back is for matters of the commune; "Chào hỏi?" or "Ngoài phạm vi?" are no questions.
      if (topics.size() == most || (t != nullptr && t->kind != topic_kind::service)) continue;
      if (t != nullptr && (book_.on_topic.contains(c.topic) == false || vague(c.topic))) continue;
      topics.push_back(c.topic);
    }
    return topics;
  }

  /// Topics whose own dialog asks back say nothing as a choice.
  bool vague(const std::string& topic) const {
    const auto found = book_.on_topic.find(topic);
    const auto* d = found == book_.on_topic.end() ? nullptr : book_.find(found->second);
    return d != nullptr && d->act == "clarify";
  }

  void clarify() {
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
    if (topics.empty()) {
      say(voice_.phrase("not_understood_1"));
      menu_choices();
    } else {
      const auto list = offer_topics(topics);
      say(voice_.phrase("clarify", {{"list", list}}));
    }
    return_to_question();
  }

  std::string best_guess() const {
    if (found_.candidates.empty()) return {};
    const auto* t = known_.find_topic(found_.topic());
    return t != nullptr && t->kind == topic_kind::out_of_scope ? std::string{} : found_.topic();
  }

  void not_understood() {
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
      choices_.push_back({voice_.phrase("choice_person"), person_payload, ""});
      choices_.push_back({voice_.phrase("choice_menu"), "cmd:menu", ""});
    } else if (const auto topics = near_topics(3); !topics.empty() && found_.confidence() >= worth_offering) {
      const auto list = offer_topics(topics);
      say(voice_.phrase("not_understood_1_near", {{"list", list}}));
    } else {
      say(voice_.phrase("not_understood_1"));
      menu_choices();
    }
  }

  void give_up() {
    out_.act = act::handoff;
    say(voice_.phrase("not_understood_3"));
    choices_.clear();
    hand_over("not_understood", {}, false, {});
  }

  void menu_choices() {
    choices_.clear();
    choices_.push_back({voice_.phrase("choice_menu"), "cmd:menu", ""});
  }

  void remember_question() {
    if (text_.empty()) return;
    auto kept = masked(trimmed(text_, longest_question));
    if (!now_.last_questions.empty() && now_.last_questions.back() == kept) return;
    now_.last_questions.push_back(std::move(kept));
    if (now_.last_questions.size() > 5) now_.last_questions.erase(now_.last_questions.begin());
  }

  // --- while a case waits for an officer

  bool waiting() const { return !now_.case_code.empty(); }

  void added_to_case() {
    out_.act = act::handoff;
    remember_question();
    const bool danger = danger_known();
    if (danger) out_.act = act::emergency;
    if (danger) {
      urgent_ = true;
      out_.topic = now_.topic;
    }
    say(voice_.phrase(danger ? "case_added_emergency" : "case_added"));
    choices_.clear();
  }

  /// What the forms under way have been told, for the officer.
  std::string slot_lines() const {
    std::string lines;
    std::set<std::string> told;
    for (const auto& at : now_.stack)
      if (const auto* d = book_.find(at.dialog))
        for (const auto& s : d->steps) {
          if (s.what != step::kind::ask || !now_.slots.contains(s.slot) || !told.insert(s.slot).second)
            continue;
          // Officers need what was typed; only identity numbers are masked, from the moment they are read.
          const auto& typed = now_.slots.at(s.slot);
          const bool chosen = std::ranges::any_of(s.options, [&](const auto& o) { return o.value == typed; });
          const auto value = s.type == slot_type::text && !chosen ? typed : voice_.value_of(s.slot);
          lines +=
              (lines.empty() ? "" : "\n") +
              voice_.phrase("summary_slot", {{"name", s.label.empty() ? s.slot : s.label}, {"value", value}});
        }
    return lines;
  }

  void hand_over(const std::string& reason, std::string summary, bool urgent, const std::string& instead) {
    if (out_.handed_over) return;
    if (waiting() && (!urgent || joins_case_)) {
      say(joins_case_ && !instead.empty() ? instead : voice_.phrase("case_added"));
      drop_dialogs();
      choices_.clear();
      return;
    }
    case_request request;
    request.reason = reason;
    request.unit = now_.unit;
    request.topic = form_topic();
    if (request.topic.empty())
      request.topic = known_.knows_topic(voice_.topic()) && voice_.topic() != person_topic() ? voice_.topic()
                                                                                             : now_.topic;
    request.urgent = urgent;
    auto add = [&](const std::string& line) {
      if (!line.empty()) summary += (summary.empty() ? "" : "\n") + line;
    };
    if (!request.topic.empty()) {
      const auto before = voice_.topic();
      voice_.speak_of(request.topic);
      add(voice_.phrase("summary_topic"));
      voice_.speak_of(before);
    }
    add(carried_);
    add(slot_lines());
    for (const auto& q : now_.last_questions) {
      const bool in_slot =
          std::ranges::any_of(now_.slots, [&](const auto& s) { return masked(s.second) == q; });
      if (!in_slot) add(voice_.phrase("summary_question", {{"question", q}}));
    }
    for (const auto& a : what_.attachments)
      if (needs_person(a.what)) add(attachment_line(a));
    request.summary = std::move(summary);
    now_.case_code = around_.case_code;
    out_.handed_over = std::move(request);
    if (out_.act != act::emergency) out_.act = act::handoff;
    if (out_.topic.empty() && known_.knows_topic(now_.topic) && now_.topic == out_.handed_over->topic)
      out_.topic = now_.topic;
    now_.misunderstood = 0;
    say(!instead.empty()
            ? instead
            : voice_.phrase(in_office_hours(book_.rules, around_.now) ? "case_made" : "case_made_closed"));
    drop_dialogs();
    now_.last_questions.clear();
    choices_.clear();
  }

  // --- pictures, voice, stickers

  static bool needs_person(attachment::kind k) {
    return k != attachment::kind::sticker && k != attachment::kind::link;
  }

  std::string attachment_line(const attachment& a) const {
    return voice_.phrase("summary_attachment",
                         {{"attachment", voice_.phrase("attachment_" + std::string{to_string(a.what)})}});
  }

  static bool takes_attachment(const step& asked) {
    return asked.type == slot_type::picture || asked.type == slot_type::place ||
           asked.type == slot_type::address;
  }

  void only_attachments() {
    if (what_.attachments.empty()) {
      out_.act = act::clarify;
      say(voice_.phrase("empty_message"));
      if (resumable())
        ask_again();
      else
        menu_choices();
      return;
    }
    const auto sent =
        std::ranges::find_if(what_.attachments, [](const auto& a) { return needs_person(a.what); });
    if (sent == what_.attachments.end()) {
      out_.act = act::small_talk;
      say(voice_.phrase("sticker"));
      if (resumable()) ask_again();
      return;
    }
    if (const auto* asked = open_ask()) {
      std::string value;
      if (asked->type == slot_type::picture &&
          (sent->what == attachment::kind::image || sent->what == attachment::kind::video ||
           sent->what == attachment::kind::file))
        value = voice_.phrase("attachment_" + std::string{to_string(sent->what)});
      else if (asked->type == slot_type::place && sent->what == attachment::kind::location)
        value = place_value(*sent);
      if (!value.empty()) {
        out_.act = act_of_dialog();
        fill(*asked, value);
        return;
      }
    }
    out_.act = act::handoff;
    if (waiting()) {
      added_to_case();
      return;
    }
    hand_over("attachment", {}, false, voice_with_new_code("attachment_received"));
  }

  std::string place_value(const attachment& a) const {
    std::string value = a.name;
    if (a.latitude && a.longitude)
      value += (value.empty() ? "" : " ") + std::string{"("} + std::to_string(*a.latitude) + ", " +
               std::to_string(*a.longitude) + ")";
    return value.empty() ? voice_.phrase("attachment_location") : std::string{trimmed(value, longest_slot)};
  }

  /// A sentence about the case that this turn is about to make needs its code before it is made.
  std::string voice_with_new_code(std::string_view phrase) {
    const auto before = now_.case_code;
    now_.case_code = around_.case_code;
    auto text = voice_.phrase(phrase);
    now_.case_code = before;
    return text;
  }

  void text_with_attachment() {
    tell_finding();
    if (found_.what == finding::verdict::sure && found_.kind == topic_kind::procedure) {
      now_.misunderstood = 0;
      answer(found_.topic(), found_.aspects);
      const auto offered = choices_;
      if (waiting()) {
        say(voice_.phrase("case_added"));
      } else {
        remember_question();
        hand_over("attachment", {}, false, voice_with_new_code("attachment_received"));
        out_.act = act::answer;
      }
      choices_ = offered;
      return;
    }
    out_.act = act::handoff;
    if (waiting()) {
      added_to_case();
      return;
    }
    remember_question();
    hand_over("attachment", {}, false, voice_with_new_code("attachment_received"));
  }

  // --- English

  void english() {
    const bool already = now_.language == "en" && now_.greeted;
    now_.language = "en";
    introduced_ = true;
    tell_finding();
    std::string topic;
    std::vector<aspect> aspects;
    std::size_t longest = 0;
    for (const auto& [words, meant] : book_.english_topics) {
      if (!holds_words(folded_, words)) continue;
      if (const auto a = knowledge::parse_aspect(meant)) {
        if (std::ranges::find(aspects, *a) == aspects.end()) aspects.push_back(*a);
      } else if (words.size() > longest) {
        longest = words.size();
        topic = meant;
      }
    }
    if (topic.empty() && found_.what == finding::verdict::sure && found_.kind == topic_kind::procedure)
      topic = found_.topic();
    // "How much?" goes on with what was talked about; a longer sentence is about something of its own.
    if (topic.empty() && !aspects.empty() && split_words(folded_).size() <= 6) topic = now_.topic;
    const bool answered = known_.find_procedure(topic) != nullptr;
    if (!answered || !already) say(voice_.phrase("english"));
    if (answered) {
      now_.misunderstood = 0;
      if (found_.candidates.empty() || found_.topic() != topic) {
        out_.candidates = {{topic, 0.6}};
        out_.confidence = 0.6;
      }
      answer(topic, aspects);
      choices_.insert(choices_.begin(), {voice_.phrase("choice_person"), person_payload, ""});
      if (choices_.size() > 4) choices_.resize(4);
      return_to_question();
      return;
    }
    out_.act = act::clarify;
    out_.understood = false;
    remember_question();
    choices_ = {{voice_.phrase("choice_person"), person_payload, ""},
                {voice_.phrase("choice_menu"), "cmd:menu", ""}};
    return_to_question();
  }

  // --- forms

  static std::string key_of(const position& p) { return p.dialog + "/" + p.step; }

  const step* step_at(const position& p) const {
    const auto* d = book_.find(p.dialog);
    return d ? d->find(p.step) : nullptr;
  }

  /// The question that waits for the resident, or nullptr.
  const step* open_ask() const {
    if (now_.stack.empty()) return nullptr;
    const auto* s = step_at(now_.stack.back());
    return s != nullptr && s->what == step::kind::ask ? s : nullptr;
  }

  bool resumable() const { return open_ask() != nullptr; }

  /// Files change under a conversation: a question that is still there goes on, a lost one is told.
  void form_still_there() {
    if (now_.stack.empty()) return;
    bool sound = open_ask() != nullptr && now_.stack.size() <= deepest_stack;
    for (auto& p : now_.stack) {
      const auto* d = book_.find(p.dialog);
      const auto* s = step_at(p);
      sound = sound && d != nullptr && s != nullptr &&
              (s->what == step::kind::ask || s->what == step::kind::call);
      if (d != nullptr) p.version = d->version;
    }
    if (sound) return;
    drop_dialogs();
    say(voice_.phrase("form_changed"));
  }

  act act_of_dialog() const {
    const auto* d = now_.stack.empty() ? nullptr : book_.find(now_.stack.back().dialog);
    return d != nullptr && !d->act.empty() ? parse_act(d->act).value_or(act::answer) : act::answer;
  }

  void typed_into(const step& asked) {
    // A bare yes or no to a yes-no question is an answer even when it is also how people say "stop".
    const bool yes_no = asked.type == slot_type::yes_no && read_yes_no(book_.words, text_).has_value();
    if (!yes_no)
      if (const auto name = command_in(book_.words, folded_); !name.empty() && command(name)) return;
    if (side_question(asked)) {
      side_answer();
      return;
    }
    if (auto value = read_slot(asked)) {
      out_.act = act_of_dialog();
      tell_finding();
      out_.topic = form_topic_or(now_.topic);
      now_.misunderstood = 0;
      fill(asked, *value);
      return;
    }
    if (!ambiguous_.empty()) {
      out_.act = act::clarify;
      ask_which_place();
      return;
    }
    did_not_fit(asked);
  }

  bool side_question(const step& asked) {
    if (found_.what != finding::verdict::sure || found_.candidates.empty()) return false;
    const auto on = book_.on_topic.find(found_.topic());
    for (const auto& at : now_.stack)
      if (on != book_.on_topic.end() && on->second == at.dialog) return false;
    if (found_.topic() == person_topic()) return true;
    const bool question = looks_like_question(book_.words, text_);
    switch (asked.type) {
      case slot_type::text:
      case slot_type::place:
        return question && found_.confidence() >= sure_question && split_words(folded_).size() <= 25 &&
               found_.kind != topic_kind::small_talk && found_.kind != topic_kind::out_of_scope;
      case slot_type::full_name:
        return found_.confidence() >= sure_question && (question || !read_full_name(book_.words, text_));
      default:
        return !read_slot(asked) && ambiguous_.empty() && found_.confidence() >= 0.5;
    }
  }

  void side_answer() {
    tell_finding();
    now_.misunderstood = 0;
    take_up(found_.topic(), found_.aspects);
  }

  /// After a side question the open one is asked again, in the same turn.
  void return_to_question() {
    if (!resumable() || asked_now_) return;
    say(voice_.phrase("return_to_question"));
    ask_again();
  }

  std::optional<std::string> read_slot(const step& asked) {
    ambiguous_.clear();
    const auto& words = book_.words;
    for (const auto& o : asked.options)
      if (!o.value.empty() && fold(o.title.pick(now_.language, what_.channel, 0)) == folded_) return o.value;
    // Other ways to say a choice, longest first: "đã bấm rồi" before "bấm".
    const option* spoken = nullptr;
    std::size_t longest = 0;
    for (const auto& o : asked.options)
      for (const auto& also : o.also)
        if (!o.value.empty() && also.size() > longest && holds_words(folded_, also)) {
          spoken = &o;
          longest = also.size();
        }
    if (spoken != nullptr) return spoken->value;
    auto within = [&](std::optional<std::int64_t> n) -> std::optional<std::string> {
      if (!n || (asked.least && *n < *asked.least) || (asked.most && *n > *asked.most)) return std::nullopt;
      return std::to_string(*n);
    };
    switch (asked.type) {
      case slot_type::yes_no: {
        const auto value = read_yes_no(words, text_);
        if (!value) return std::nullopt;
        return *value ? "yes" : "no";
      }
      case slot_type::choice: {
        const auto bare = without_fillers(words, folded_);
        const option* found = nullptr;
        for (const auto& o : asked.options) {
          const auto title = fold(o.title.pick("vi", what_.channel, 0));
          if (o.value.empty() ||
              (!holds_words(folded_, title) && !(bare.size() >= 3 && holds_words(title, bare))))
            continue;
          if (found != nullptr) return std::nullopt;  // said both: ask again
          found = &o;
        }
        if (found == nullptr) return std::nullopt;
        return found->value;
      }
      case slot_type::number:
        return within(read_number(words, text_));
      case slot_type::money:
        return within(read_money(words, text_));
      case slot_type::date:
        return read_date(words, text_, local_time_of(around_.now).day);
      case slot_type::phone:
        return read_phone(text_);
      case slot_type::full_name:
        return read_full_name(words, text_);
      case slot_type::identity_number:
        return read_identity_number(text_);
      case slot_type::address:
        return read_unit();
      case slot_type::text:
      case slot_type::place: {
        if (length_of(text_) < 2) return std::nullopt;
        return std::string{trimmed(text_, longest_slot)};
      }
      case slot_type::picture:
        return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<std::string> read_unit() {
    const auto places = known_.places_in(text_);
    std::vector<const knowledge::unit*> units;
    for (const auto& p : places)
      if (p.now != nullptr && std::ranges::find(units, p.now) == units.end()) units.push_back(p.now);
    if (units.size() == 1) return units.front()->id;
    if (units.size() > 1) ambiguous_ = places;
    return std::nullopt;
  }

  void ask_which_place() {
    choices_.clear();
    std::string list;
    std::set<std::string> seen;
    int n = 0;
    for (const auto& p : ambiguous_) {
      if (p.now == nullptr || choices_.size() == most_choices - 1 || !seen.insert(p.now->id).second) continue;
      const auto title = p.former ? p.now->full_name + " (" + p.meant + ")" : p.now->full_name;
      list += voice_.phrase("list_line", {{"n", std::to_string(++n)}, {"title", title}}) + "\n";
      choices_.push_back({shortened(p.now->full_name, 20), "slot:" + p.now->id, ""});
    }
    say(voice_.phrase("address_ambiguous", {{"list", list}}));
    asked_now_ = true;
  }

  void did_not_fit(const step& asked) {
    out_.understood = false;
    out_.act = act::clarify;
    tell_finding();
    remember_question();
    ++now_.misunderstood;
    if (now_.misunderstood >= 3) {
      if (!asked.failed.empty()) {
        now_.misunderstood = 0;
        go_on(asked.failed);
      } else {
        give_up();
      }
      return;
    }
    const auto type = std::string{to_string(asked.type)};
    const auto example = asked.example.empty() ? voice_.phrase("example_" + type) : asked.example;
    const voice::values values{{"example", example}};
    say(asked.again.empty() ? voice_.phrase("again_" + type, values) : voice_.text(asked.again, values));
    put_question(asked, false);
  }

  bool fill_tapped(const step& asked, const std::string& value) {
    bool fits = std::ranges::any_of(asked.options,
                                    [&](const auto& o) { return !o.value.empty() && o.value == value; });
    if (asked.type == slot_type::yes_no && (value == "yes" || value == "no")) fits = true;
    if (asked.type == slot_type::address && known_.find_unit(value) != nullptr) fits = true;
    if (!fits) return false;
    out_.act = act_of_dialog();
    out_.topic = form_topic_or(now_.topic);
    now_.misunderstood = 0;
    fill(asked, value);
    return true;
  }

  void fill(const step& asked, const std::string& value) {
    now_.slots[asked.slot] = value;
    if (asked.type == slot_type::address) now_.unit = value;
    std::string next = asked.next;
    for (const auto& o : asked.options)
      if (o.value == value && !o.next.empty()) next = o.next;
    now_.trail.push_back(now_.stack.back());
    if (now_.trail.size() > 8) now_.trail.erase(now_.trail.begin());
    passed_.insert(key_of(now_.stack.back()));
    go_on(next);
  }

  void go_on(const std::string& next) {
    move_to(next);
    walk_steps();
  }

  /// Sets the step of the dialog on top; "" and "end" leave it.
  void move_to(const std::string& next) {
    if (next.empty() || next == "end")
      leave();
    else
      now_.stack.back().step = next;
  }

  void open(const std::string& name) {
    const auto* d = book_.find(name);
    if (d == nullptr || d->steps.empty()) return;
    if (!now_.stack.empty() && !asked_now_) returns_ = resumable();
    // The same dialog again, or one dialog too deep: the older ones are over.
    const bool again = std::ranges::any_of(now_.stack, [&](const auto& p) { return p.dialog == name; });
    if (again || now_.stack.size() >= deepest_stack) drop_dialogs();
    if (!d->act.empty() && out_.act != act::emergency) out_.act = parse_act(d->act).value_or(out_.act);
    now_.stack.push_back({d->name, d->steps.front().name, d->version});
    introduced_ = introduced_ || d->introduces;
    prefill(*d);
    walk_steps();
  }

  /// A place in the very message that opened a dialog need not be asked for.
  void prefill(const dialog& d) {
    if (text_.empty()) return;
    for (const auto& s : d.steps)
      if (s.what == step::kind::ask && s.type == slot_type::address && !now_.slots.contains(s.slot)) {
        if (const auto unit = read_unit()) {
          now_.slots[s.slot] = *unit;
          now_.unit = *unit;
        }
        ambiguous_.clear();
      }
  }

  void leave() {
    const auto name = now_.stack.back().dialog;
    now_.stack.pop_back();
    std::erase_if(now_.trail, [&](const auto& p) { return p.dialog == name; });
    if (now_.stack.empty()) {
      now_.slots.clear();
      now_.trail.clear();
      return;
    }
    const auto* below = step_at(now_.stack.back());
    if (below == nullptr) {
      leave();
    } else if (below->what == step::kind::call) {
      move_to(below->next);
    } else if (below->what != step::kind::ask) {
      leave();
    }
  }

  void walk_steps() {
    const auto floor = now_.stack.size();
    while (!now_.stack.empty()) {
      if (++steps_ > most_steps) {
        say(voice_.phrase("fell_out"));
        hand_over("not_understood", {}, false, {});
        drop_dialogs();
        return;
      }
      const auto* s = step_at(now_.stack.back());
      if (s == nullptr) {
        leave();
        continue;
      }
      const auto next = s->next;
      switch (s->what) {
        case step::kind::say:
          say(voice_.text(s->words));
          offer(*s);
          move_to(next);
          break;
        case step::kind::ask: {
          const auto key = key_of(now_.stack.back());
          if (now_.stack.size() < floor && returns_) {
            // A side dialog ended above this question.
            return_to_question();
            return;
          }
          if (now_.slots.contains(s->slot) && passed_.insert(key).second) {
            move_to(next_of_known(*s));
            break;
          }
          put_question(*s, true);
          return;
        }
        case step::kind::branch: {
          std::string target;
          for (const auto& arm : s->arms)
            if (target.empty() && holds(arm.when)) target = arm.next;
          move_to(target);
          break;
        }
        case step::kind::go:
          if (!s->dialog.empty()) {
            const auto* d = book_.find(s->dialog);
            if (d == nullptr || d->steps.empty()) {
              leave();
            } else {
              now_.stack.back() = {d->name, d->steps.front().name, d->version};
              if (!d->act.empty() && out_.act != act::emergency)
                out_.act = parse_act(d->act).value_or(out_.act);
            }
          } else {
            move_to(next);
          }
          break;
        case step::kind::call: {
          const auto* d = book_.find(s->dialog);
          if (d == nullptr || d->steps.empty() || now_.stack.size() >= deepest_stack)
            move_to(next);
          else
            now_.stack.push_back({d->name, d->steps.front().name, d->version});
          break;
        }
        case step::kind::answer: {
          const auto topic = s->topic == "found"
                                 ? (known_.find_procedure(voice_.topic()) ? voice_.topic() : now_.topic)
                                 : s->topic;
          std::vector<aspect> aspects;
          if (s->aspect == "found")
            aspects = found_.aspects;
          else if (const auto one = knowledge::parse_aspect(s->aspect))
            aspects.push_back(*one);
          answer(topic, aspects);
          move_to(next);
          break;
        }
        case step::kind::hand_over: {
          remember_trigger();
          auto summary = s->summary.empty() ? std::string{} : voice_.text(s->summary);
          std::string own;
          if (!s->words.empty()) {
            const auto before = now_.case_code;
            if (!waiting() || (s->urgent && !joins_case_)) now_.case_code = around_.case_code;
            own = voice_.text(s->words);
            now_.case_code = before;
          }
          hand_over(s->reason, std::move(summary), s->urgent || urgent_, own);
          return;
        }
        case step::kind::end:
          leave();
          break;
      }
    }
  }

  /// The officer must read what was typed in the turn that made the case, unless it is in a slot already.
  void remember_trigger() {
    if (std::ranges::none_of(now_.slots,
                             [&](const auto& s) { return s.second == trimmed(text_, longest_slot); }))
      if (!command_like()) remember_question();
  }

  bool command_like() const {
    return !what_.payload.empty() || starts_payload(text_) || !command_in(book_.words, folded_).empty();
  }

  std::string next_of_known(const step& asked) const {
    const auto value = now_.slots.find(asked.slot);
    for (const auto& o : asked.options)
      if (value != now_.slots.end() && o.value == value->second && !o.next.empty()) return o.next;
    return asked.next;
  }

  void offer(const step& s) {
    if (s.near_topics) {
      choices_.clear();
      const auto topics = near_topics(most_choices - 1);
      const auto list = offer_topics(topics);
      if (!list.empty()) say(std::string{trimmed(list)});
      if (topics.empty()) menu_choices();
      return;
    }
    if (s.options.empty()) return;
    choices_.clear();
    for (const auto& o : s.options) choices_.push_back(choice_of(o));
  }

  choice choice_of(const option& o) const {
    choice c;
    c.title = shortened(voice_.text(o.title), 20);
    if (!o.url.empty())
      c.url = o.url;
    else if (!o.value.empty())
      c.payload = "slot:" + o.value;
    else if (!o.aspect.empty())
      c.payload = "aspect:" + o.topic + ":" + o.aspect;
    else if (!o.topic.empty())
      c.payload = "topic:" + o.topic;
    else if (!o.dialog.empty())
      c.payload = "go:" + o.dialog;
    else
      c.payload = "cmd:" + o.command;
    return c;
  }

  void ask_again() {
    if (const auto* asked = open_ask()) put_question(*asked, true);
  }

  void put_question(const step& asked, bool with_text) {
    if (with_text) say(voice_.text(asked.words));
    choices_.clear();
    for (const auto& o : asked.options) choices_.push_back(choice_of(o));
    if (asked.type == slot_type::yes_no && asked.options.empty()) {
      choices_.push_back({voice_.phrase("choice_yes"), "slot:yes", ""});
      choices_.push_back({voice_.phrase("choice_no"), "slot:no", ""});
    }
    if (asked.may_skip && choices_.size() < most_choices - 1)
      choices_.push_back({voice_.phrase("choice_skip"), "cmd:skip", ""});
    if (choices_.size() < most_choices - 1)
      choices_.push_back({voice_.phrase("choice_back"), "cmd:back", ""});
    asked_now_ = true;
  }

  // --- conditions

  std::string subject_value(const std::string& subject) const {
    if (subject.starts_with("slot.")) {
      const auto found = now_.slots.find(subject.substr(5));
      return found == now_.slots.end() ? "" : found->second;
    }
    auto flag = [](bool yes) { return std::string{yes ? "yes" : "no"}; };
    if (subject == "unit") return now_.unit.empty() ? around_.unit : now_.unit;
    if (subject.starts_with("unit.")) return voice_.value_of(subject);
    if (subject == "channel") return std::string{to_string(what_.channel)};
    if (subject == "language") return now_.language;
    if (subject == "office_hours") return flag(in_office_hours(book_.rules, around_.now));
    if (subject == "weekday") return std::to_string(local_time_of(around_.now).weekday);
    if (subject == "topic") return voice_.topic().empty() ? now_.topic : voice_.topic();
    if (subject == "topic.kind") return std::string{to_string(topic_kind_)};
    if (subject == "topic.who_helps") return voice_.value_of(subject);
    if (subject == "message.words") return std::to_string(split_words(folded_).size());
    if (subject == "case") return flag(waiting());
    if (subject == "context") return flag(has_context());
    return {};
  }

  /// Whether an officer would already know what it is about.
  bool has_context() const {
    if (insisted_ || !now_.topic.empty() || !now_.slots.empty()) return true;
    if (!found_.second_topic.empty()) return true;
    if (!carried_.empty() || !now_.last_questions.empty()) return true;
    return split_words(without_fillers(book_.words, folded_)).size() > 9;
  }

  bool holds(const condition& c) const {
    switch (c.what) {
      case condition::kind::all:
        return std::ranges::all_of(c.parts, [&](const auto& p) { return holds(p); });
      case condition::kind::any:
        return std::ranges::any_of(c.parts, [&](const auto& p) { return holds(p); });
      case condition::kind::none:
        return std::ranges::none_of(c.parts, [&](const auto& p) { return holds(p); });
      case condition::kind::test:
        break;
    }
    const auto value = subject_value(c.subject);
    auto same = [&](const auto& other) { return plain_value(value) == plain_value(other); };
    auto compared = [&](auto how) {
      if (value.empty() || c.values.empty()) return false;
      const auto& other = c.values.front();
      if (is_number(value) && is_number(other)) return how(std::stoll(value), std::stoll(other));
      return how(value.compare(other), 0);
    };
    switch (c.how) {
      case condition::comparison::is:
        return std::ranges::any_of(c.values, same);
      case condition::comparison::is_not:
        return std::ranges::none_of(c.values, same);
      case condition::comparison::less:
        return compared(std::less<>{});
      case condition::comparison::more:
        return compared(std::greater<>{});
      case condition::comparison::at_most:
        return compared(std::less_equal<>{});
      case condition::comparison::at_least:
        return compared(std::greater_equal<>{});
      case condition::comparison::filled:
        return !value.empty();
      case condition::comparison::empty:
        return value.empty();
    }
    return false;
  }

  // --- saying it

  void say(std::string text, bool alone = false) {
    if (trimmed(text).empty()) return;
    pending_.push_back({std::move(text), alone});
  }

  /// Pending texts become replies: short ones in one message, the choices below the last one.
  void finish(bool from_bot) {
    if (pending_.empty()) return;
    if (from_bot && tells_private_number(book_.words, text_) && !expects_number())
      pending_.push_back({voice_.phrase("numbers_not_needed"), false});
    if (from_bot && !now_.greeted && !urgent_) {
      if (!introduced_) pending_.front().text = voice_.phrase("intro") + "\n" + pending_.front().text;
      now_.greeted = true;
    }
    std::vector<std::string> texts;
    for (auto& p : pending_) {
      const bool joins =
          !texts.empty() && length_of(texts.back()) + length_of(p.text) <= (p.alone ? 0U : 1200U);
      if (joins)
        texts.back() += "\n\n" + p.text;
      else
        texts.push_back(std::move(p.text));
    }
    pending_.clear();
    for (const auto& text : texts)
      for (auto& part : parts_of(text)) out_.replies.push_back({std::move(part), {}, reply::author::bot, ""});
    if (from_bot && !waiting()) add_person();
    if (choices_.size() > most_choices) choices_.resize(most_choices);
    out_.replies.back().choices = choices_;
    if (late_) return;
    now_.offered.clear();
    for (const auto& c : choices_)
      if (!c.payload.empty()) now_.offered.emplace_back(c.title, c.payload);
  }

  bool expects_number() const {
    return std::ranges::any_of(passed_, [&](const auto& key) {
      const auto slash = key.find('/');
      const auto* s = step_at({key.substr(0, slash), key.substr(slash + 1), ""});
      return s != nullptr && (s->type == slot_type::identity_number || s->type == slot_type::phone);
    });
  }

  void add_person() {
    if (std::ranges::any_of(choices_, [](const auto& c) { return c.payload == person_payload; })) return;
    if (choices_.size() >= most_choices) choices_.resize(most_choices - 1);
    choices_.push_back({voice_.phrase("choice_person"), person_payload, ""});
  }

  static std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts;
    std::string_view left = text;
    while (length_of(left) > longest_reply) {
      auto part = shortened(left, longest_reply);
      const auto used = part.ends_with("…") ? part.size() - std::string_view{"…"}.size() : part.size();
      if (used == 0) break;
      parts.emplace_back(left.substr(0, used));
      left = trimmed(left.substr(used), left.size());
    }
    if (!left.empty()) parts.emplace_back(left);
    return parts;
  }

  struct pending_text {
    std::string text;
    bool alone = false;
  };

  const book::contents& book_;
  const knowledge::library& known_;
  const event& what_;
  const circumstances& around_;
  outcome out_;
  conversation& now_;
  voice voice_;
  finding found_;
  std::string text_, folded_;
  std::string carried_;  ///< slots of a form that was left for a person
  topic_kind topic_kind_ = topic_kind::procedure;
  std::vector<pending_text> pending_;
  std::vector<choice> choices_;
  std::vector<knowledge::place> ambiguous_;
  std::set<std::string> passed_;  ///< asks that were answered or skipped in this turn
  int steps_ = 0;
  bool insisted_ = false;    ///< asked for a person twice
  bool joins_case_ = false;  ///< another danger, for the urgent case that is open
  bool late_ = false;        ///< an older event: answered, but nothing moves
  bool urgent_ = false, introduced_ = false, asked_now_ = false, returns_ = false;
};

}  // namespace

std::string_view to_string(act a) {
  switch (a) {
    case act::none:
      return "none";
    case act::answer:
      return "answer";
    case act::clarify:
      return "clarify";
    case act::small_talk:
      return "small_talk";
    case act::decline:
      return "decline";
    case act::emergency:
      return "emergency";
    case act::handoff:
      return "handoff";
  }
  return "none";
}

outcome walk(const book& dialogs, const knowledge::library& known, const conversation& before,
             const event& what, const circumstances& around) {
  try {
    return turn{dialogs.inside(), known, before, what, around}.run();
  } catch (...) {
    // Out of memory, or a mistake of ours: the state stays as it was and the event is kept for a person to
    // see.
    outcome nothing;
    nothing.after = before;
    nothing.understood = false;
    return nothing;
  }
}

}  // namespace thanthien::dialogs
