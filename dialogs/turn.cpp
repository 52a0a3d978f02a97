#include "dialogs/turn.hpp"

#include "knowledge/text.hpp"

#include <algorithm>
#include <array>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t longest_reply = 1900;  // characters
constexpr std::chrono::hours guesses_forgotten_after{24};

}  // namespace

bool starts_payload(std::string_view text) {
  constexpr std::array<std::string_view, 8> heads{
      "topic:", "aspect:", "go:", "slot:", "cmd:", "rate:", "papers:", "change:"};
  return std::ranges::any_of(heads,
                             [&](auto head) { return text.starts_with(head) && text.size() > head.size(); });
}

outcome turn::run() {
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
  keep_small(now_);
  return std::move(out_);
}

// --- who speaks with the resident

void turn::officer_took() {
  now_.holder = holder::officer;
  now_.held_by = what_.by;
  now_.misunderstood = 0;
  drop_dialogs();
  now_.offered.clear();
  voice_.officer(what_.by);
  say(voice_.phrase("officer_here"));
  finish(false);
}

void turn::officer_left(bool closed) {
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
  now_.case_to_rate = code;
  open(book_.on_event.at("closed"));
  now_.case_code.clear();
  finish(false);
}

void turn::outside_staff() {
  if (now_.holder == holder::officer) return;  // our own officer's lock is the stronger one
  now_.holder = holder::outside_staff;
  now_.held_by = what_.by;
  now_.held_until = around_.now + book_.rules.outside_staff;
  drop_dialogs();
  now_.offered.clear();
}

void turn::bot_again() {
  now_.holder = holder::bot;
  now_.held_by.clear();
  now_.held_until = {};
  now_.greeted = false;  // says again that it is automatic
  now_.misunderstood = 0;
  now_.unknown_codes = 0;
  drop_dialogs();
}

void turn::drop_dialogs() {
  now_.stack.clear();
  now_.trail.clear();
  now_.slots.clear();
}

// --- the resident

void turn::from_resident() {
  const bool timed = what_.at != timestamp{};
  const bool late = timed && what_.at < now_.last_event_at;
  const auto at = timed ? what_.at : around_.now;
  if (now_.last_event_at != timestamp{} && at > now_.last_event_at) silence_ = at - now_.last_event_at;
  if (!late) now_.last_event_at = at;
  if (silence_ > guesses_forgotten_after) now_.unknown_codes = 0;
  if (now_.holder == holder::outside_staff && around_.now > now_.held_until) bot_again();
  if (now_.holder != holder::bot) return;
  if (late && what_.kind == event_kind::opened) return;  // the conversation it opened is under way
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

void turn::opened() {
  out_.act = act::small_talk;
  if (resumable() && now_.greeted && silence_ < book_.rules.forget) {
    if (silence_ > book_.rules.pause)
      welcome_back();
    else
      ask_again();
    return;
  }
  drop_dialogs();
  if (const auto found = book_.on_event.find("opened"); found != book_.on_event.end()) open(found->second);
}

void turn::read_text() {
  text_ = std::string{trimmed(knowledge::clean(what_.text))};
  folded_ = fold(text_);
  if (text_.empty()) return;
  found_ = understood(text_);
  if (!what_.payload.empty() || starts_payload(text_) || folded_.empty()) return;
  const bool english = speaks_english();
  now_.language = english ? "en" : "vi";
  if (english) read_english();
}

knowledge::finding turn::understood(const std::string& text) const {
  constexpr std::string_view head = "topic:";
  std::vector<std::string> asked_among;  // the last turn asked back
  if (now_.misunderstood > 0)
    for (const auto& [title, payload] : now_.offered)
      if (payload.starts_with(head)) asked_among.push_back(payload.substr(head.size()));
  // Whoever was in danger asks on about the matter he had come for.
  const auto* t = known_.find_topic(now_.topic);
  const bool after_danger = t != nullptr && t->kind == topic_kind::emergency;
  return known_.finder().find(text, after_danger ? now_.earlier_topic : now_.topic, asked_among);
}

bool turn::emergency_found() const {
  return !found_.candidates.empty() && found_.kind == topic_kind::emergency &&
         found_.what != finding::verdict::not_understood;
}

bool turn::is_offered_answer() const {
  const auto* asked = open_ask();
  return asked != nullptr && std::ranges::any_of(asked->options, [&](const auto& o) {
           return std::ranges::find(o.also, folded_) != o.also.end() ||
                  fold(o.title.pick("vi", what_.channel, 0)) == folded_;
         });
}

void turn::late_message() {
  read_text();
  // A picture often overtakes, or is overtaken by, the words about it: it is wanted all the same, unless a
  // form waits for something else.
  const auto* asked = open_ask();
  if (text_.empty() && what_.payload.empty() && !what_.attachments.empty() &&
      (asked == nullptr || takes_attachment(*asked))) {
    only_attachments();
    return;
  }
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

void turn::message() {
  read_text();
  if (what_.payload.empty())
    if (auto form = book_.words.address.suggested_by(text_); !form.empty()) now_.address = std::move(form);
  auto payload = what_.payload;
  if (payload.empty() && starts_payload(text_) && text_.find(' ') == std::string::npos) payload = text_;

  // Danger goes before everything, whatever form is open.
  if (payload.empty() && emergency_found() && !is_offered_answer()) {
    emergency();
    return;
  }
  if (form_changed() || came_back()) return;
  if (payload.empty() && text_.empty()) {
    only_attachments();
    return;
  }
  // A thumb or a heart alone says nothing that could be misunderstood.
  if (payload.empty() && folded_.empty() &&
      std::ranges::any_of(text_, [](char c) { return static_cast<unsigned char>(c) >= 0xE0; })) {
    out_.act = act::small_talk;
    say(voice_.phrase("sticker"));
    if (resumable()) ask_again();
    return;
  }
  const bool pictured =
      std::ranges::any_of(what_.attachments, [](const auto& a) { return needs_person(a.what); });
  if (payload.empty()) payload = meant_choice();
  if (!payload.empty()) {
    if (seen_ != nullptr) seen_->taken.push_back(payload);
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
  if (what_.payload.empty() && read_codes()) return;
  if (const auto* asked = open_ask()) {
    typed_into(*asked);
    return;
  }
  if (const auto name = command_meant(); !name.empty() && command(name)) return;
  if (named_no_choice()) return;
  if (said_yes_or_no()) return;
  if (corrected()) return;
  // Whoever is in danger is not answered about papers because of a word that sounds like them.
  if (danger_known() && found_.aspects.empty() && !looks_like_question(book_.words, text_)) {
    tell_finding();
    added_to_case();
    return;
  }
  if (asks_for_papers()) return;
  route();
}

// --- what was typed or tapped

std::string turn::command_meant() const {
  if (auto name = command_in(book_.words, text_); !name.empty()) return name;
  // "Thôi không gửi nữa": nothing but ways to stop. Single words need their marks, which are looked at above.
  if (const auto stop = book_.words.commands.find("stop"); stop != book_.words.commands.end()) {
    std::vector<std::string> phrases{"thoi"};
    for (const auto& phrase : stop->second)
      if (phrase.contains(' ')) phrases.push_back(phrase);
    if (folded_ != "thoi" && folded_.contains(' ') && made_of(book_.words, folded_, {&phrases}) &&
        std::ranges::any_of(phrases,
                            [&](const auto& p) { return p.contains(' ') && holds_words(folded_, p); }))
      return "stop";
  }
  // "Chữ nhỏ đọc không được, nhắc lại giùm": a command in its first or last clause, when the rest asks for
  // nothing of its own; "thôi dừng nha, khỏi nói nữa": nothing but commands.
  constexpr const char* marks = ",.;!\n";
  std::vector<std::string> said;
  for (std::size_t from = 0; from < text_.size();) {
    const auto end = std::min(text_.find_first_of(marks, from), text_.size());
    if (const auto clause = std::string_view{text_}.substr(from, end - from); !fold(clause).empty())
      said.push_back(command_in(book_.words, clause));
    from = end + 1;
  }
  if (said.size() < 2) return {};
  if (std::ranges::none_of(said, &std::string::empty)) return said.back();
  if (found_.what == finding::verdict::sure && !(found_.from_context && found_.aspects.empty())) return {};
  return said.front().empty() ? said.back() : said.front();
}

std::string turn::meant_choice() const {
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
  // "giấy tờ" is enough for "Giấy tờ cần có"; the names of topics are too much alike for that.
  std::string part_of;
  int parts = 0;
  for (const auto& [title, payload] : now_.offered)
    if (payload.starts_with("aspect:") && bare.size() >= 5 && holds_words(fold(title), bare)) {
      part_of = payload;
      ++parts;
    }
  if (parts == 1) return part_of;
  if (!counts)
    if (const auto numbered = countable(); const auto n = ordinal_in(book_.words, text_, numbered.size()))
      return numbered[*n];
  return {};
}

std::vector<std::string> turn::countable() const {
  constexpr std::array<std::string_view, 3> always_there{person_payload, "cmd:back", "cmd:skip"};
  std::vector<std::string> out;
  for (const auto& [title, payload] : now_.offered)
    if (std::ranges::find(always_there, payload) == always_there.end() &&
        title != voice_.phrase("choice_menu"))
      out.push_back(payload);
  return out;
}

bool turn::named_no_choice() {
  if (open_ask() != nullptr || !names_a_place(book_.words, text_) ||
      std::ranges::none_of(countable(), [](const auto& payload) { return !payload.starts_with("cmd:"); }))
    return false;
  out_.act = act::clarify;
  out_.topic = now_.topic;
  say(voice_.phrase("again_choice"));
  for (const auto& [title, payload] : now_.offered)
    if (payload != person_payload) choices_.push_back({title, payload, ""});
  return true;
}

bool turn::tapped(const std::string& payload) {
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
  if (head == "papers" || head == "change") {
    now_.misunderstood = 0;
    if (const auto code = knowledge::read_papers_code(rest, known_.procedures())) {
      if (head == "papers") return shown_again(*code);
      offer_changes(*code);
      return true;
    }
    if (head == "change" || known_.find_procedure(rest) == nullptr) return false;
    start_papers(rest);
    return true;
  }
  return head == "rate" && rated(rest);
}

bool turn::offered_somewhere(const std::string& dialog_name) const {
  for (const auto& [name, d] : book_.dialogs)
    for (const auto& s : d.steps)
      for (const auto& o : s.options)
        if (o.dialog == dialog_name) return true;
  return false;
}

bool turn::command(const std::string& name) {
  const auto* asked = open_ask();
  if (name == "skip") {
    if (asked == nullptr) return false;
    if (asked->of_papers) {
      out_.act = act::answer;
      fill(*asked, std::string{knowledge::unsure});
      return true;
    }
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
  denied_ = now_.misunderstood;
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
  if (name == "wrong") {
    wrong();
    return true;
  }
  if (name == "back") {
    back();
    return true;
  }
  if (name == "change") {
    change();
    return true;
  }
  if (name == "stop") {
    if (form_topic() == now_.topic) now_.topic.clear();
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
      now_.openings_said.clear();
    }
    if (const auto found = book_.on_command.find(name); found != book_.on_command.end())
      open(found->second);
    else if (const auto menu = book_.on_command.find("menu"); menu != book_.on_command.end())
      open(menu->second);
    return true;
  }
  if (name == "resume") {
    if (asked != nullptr) {
      ask_again();
    } else if (known_.find_procedure(now_.topic) != nullptr) {
      answer(now_.topic, {});
    } else {
      say(voice_.phrase("nothing_to_return"));
      menu_choices();
    }
    return true;
  }
  if (name == "papers") {
    if (known_.find_procedure(now_.topic) != nullptr) {
      start_papers(now_.topic);
    } else {
      out_.act = act::clarify;
      say(voice_.phrase("papers_which"));
      menu_choices();
    }
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

void turn::wrong() {
  if (open_ask() != nullptr) {
    back();
    return;
  }
  out_.act = act::clarify;
  out_.understood = false;
  now_.topic.clear();
  now_.aspect.clear();
  now_.misunderstood = std::max(denied_, now_.misunderstood);
  if (waiting()) {
    added_to_case();
    return;
  }
  ++now_.misunderstood;
  if (now_.misunderstood >= 3) {
    give_up();
    return;
  }
  choices_.clear();
  say(voice_.phrase(now_.misunderstood == 2 ? "not_understood_2" : "misread"));
  choices_.push_back({voice_.phrase("choice_menu"), "cmd:menu", ""});
}

bool turn::said_yes_or_no() {
  const auto answer = read_yes_no(book_.words, text_);
  if (!answer) return false;
  std::vector<std::string> topics;
  for (const auto& [title, payload] : now_.offered)
    if (payload.starts_with("topic:")) topics.push_back(payload);
  if (*answer && now_.misunderstood >= 2 && !waiting()) {
    // "Em chuyển cán bộ giúp bà con nhé?" was the question.
    command("person");
    return true;
  }
  if (*answer && now_.misunderstood > 0 && topics.size() == 1) return tapped(topics.front());
  if (!*answer && now_.misunderstood > 0) {
    wrong();
    return true;
  }
  // A bare yes or no names no topic; the finder may only have meant the one of the turn before.
  if (found_.what == finding::verdict::sure && !found_.from_context) return false;
  out_.act = act::small_talk;
  say(voice_.phrase("acknowledged"));
  menu_choices();
  return true;
}

void turn::back() {
  if (open_ask() != nullptr) {
    auto& top = now_.stack.back();
    while (!now_.trail.empty()) {
      const auto last = now_.trail.back();
      now_.trail.pop_back();
      if (last.dialog != top.dialog) continue;
      const auto* s = asked_at(last);
      if (s == nullptr) continue;
      if (const auto* current = open_ask()) now_.slots.erase(current->slot);
      now_.slots.erase(s->slot);
      top = last;
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

void turn::change() {
  const auto* asked = open_ask();
  if (asked == nullptr) {
    if (corrected_papers({})) return;
    say(voice_.phrase("nothing_to_return"));
    menu_choices();
    return;
  }
  out_.act = act_of_dialog();
  out_.topic = form_topic_or(now_.topic);
  const bool answered = std::ranges::any_of(now_.trail, [&](const auto& p) {
    return p.dialog == now_.stack.back().dialog && asked_at(p) != nullptr;
  });
  // Before the first answer there is nothing to change, and nobody wants to leave the form.
  if (answered)
    back();
  else
    ask_again();
}

void turn::person() {
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

// --- saying it

void turn::say(std::string text, bool alone) {
  if (trimmed(text).empty()) return;
  pending_.push_back({std::move(text), alone});
}

void turn::finish(bool from_bot) {
  if (pending_.empty()) return;
  if (from_bot && tells_private_number(book_.words, without_codes(text_)) && !expects_number())
    pending_.push_back({voice_.phrase("numbers_not_needed"), false});
  if (from_bot && !now_.greeted && !urgent_) {
    if (!introduced_) {
      // Whose page it is, wherever the resident asks about.
      const auto* own = known_.find_unit(around_.unit);
      pending_.front().text = (own != nullptr ? voice_.phrase("intro", {{"unit.name", own->full_name}})
                                              : voice_.phrase("intro")) +
                              "\n" + pending_.front().text;
    }
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

bool turn::expects_number() const {
  return std::ranges::any_of(passed_, [&](const auto& key) {
    const auto slash = key.find('/');
    const auto* s = step_at({key.substr(0, slash), key.substr(slash + 1), ""});
    return s != nullptr && (s->type == slot_type::identity_number || s->type == slot_type::phone);
  });
}

void turn::add_person() {
  if (std::ranges::any_of(choices_, [](const auto& c) { return c.payload == person_payload; })) return;
  if (choices_.size() >= most_choices) choices_.resize(most_choices - 1);
  choices_.push_back({voice_.phrase("choice_person"), std::string{person_payload}, ""});
}

std::vector<std::string> turn::parts_of(const std::string& text) {
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

}  // namespace thanthien::dialogs
