#include "dialogs/number_words.hpp"
#include "dialogs/turn.hpp"
#include "knowledge/expression.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace thanthien::dialogs {
namespace {

constexpr int most_steps = 100;  // of one turn; a sound book needs a handful
constexpr double sure_question =
    0.75;  // confidence from which words in an open form are a question of their own

std::optional<act> parse_act(std::string_view name) {
  for (auto a : {act::answer, act::clarify, act::small_talk, act::decline, act::emergency, act::handoff})
    if (to_string(a) == name) return a;
  return std::nullopt;
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

}  // namespace

// --- forms

const step* turn::step_at(const position& p) const {
  const auto* d = book_.find(p.dialog);
  return d ? d->find(p.step) : nullptr;
}

const step* turn::asked_at(const position& p) const {
  const auto* s = step_at(p);
  if (s == nullptr) return nullptr;
  if (s->what == step::kind::checklist) return question_step(p);
  return s->what == step::kind::ask ? s : nullptr;
}

bool turn::form_changed() {
  if (now_.stack.empty()) return false;
  bool sound = now_.stack.size() <= deepest_stack;
  for (auto& p : now_.stack) {
    const auto* d = book_.find(p.dialog);
    if (d != nullptr) {
      p.version = d->version;
      if (const auto gone = d->moved.find(p.step); gone != d->moved.end()) p.step = gone->second.first;
    }
    const auto* s = step_at(p);
    const bool on_top = &p == &now_.stack.back();
    sound = sound && s != nullptr && (asked_at(p) != nullptr || (!on_top && s->what == step::kind::call));
  }
  if (sound) return false;
  const auto bottom = now_.stack.front();
  if (const auto* d = book_.find(bottom.dialog); d != nullptr && !d->steps.empty() && !now_.slots.empty()) {
    say(voice_.phrase("form_moved"));
    answered_ = std::exchange(now_.slots, {});
    replay({d->name, d->steps.front().name, d->version, bottom.topic});
    out_.act = act_of_dialog();
    return true;
  }
  drop_dialogs();
  say(voice_.phrase("form_changed"));
  return false;
}

void turn::replay(const position& from) {
  now_.stack = {from};
  now_.trail.clear();
  replaying_ = true;
  walk_steps();
  replaying_ = false;
}

// --- coming back after a silence

bool turn::came_back() {
  const auto* asked = open_ask();
  if (asked == nullptr || silence_ <= book_.rules.pause || !what_.payload.empty()) return false;
  if (silence_ > book_.rules.forget) {
    const auto* d = book_.find(now_.stack.front().dialog);
    say(voice_.phrase("forgotten", {{"title", d->title}}));
    drop_dialogs();
    return false;
  }
  const bool greeting = found_.what == finding::verdict::sure && found_.kind == topic_kind::small_talk;
  if (text_.empty() || !what_.attachments.empty()) return false;
  // An answer to the question, a command or a question of its own needs no reminder.
  if (!greeting && (read_slot(*asked) || !command_in(book_.words, text_).empty() || side_question(*asked)))
    return false;
  welcome_back();
  return true;
}

void turn::welcome_back() {
  out_.act = act::clarify;
  out_.topic = form_topic_or(now_.topic);
  const auto* d = book_.find(now_.stack.front().dialog);
  say(voice_.phrase("welcome_back", {{"title", d->title}}));
  choices_ = {{voice_.phrase("choice_resume"), "cmd:resume", ""},
              {voice_.phrase("choice_stop"), "cmd:stop", ""}};
  asked_now_ = true;
}

act turn::act_of_dialog() const {
  const auto* d = now_.stack.empty() ? nullptr : book_.find(now_.stack.back().dialog);
  return d != nullptr && !d->act.empty() ? parse_act(d->act).value_or(act::answer) : act::answer;
}

void turn::typed_into(const step& asked) {
  // "Mình làm tiếp nhé?" was the question, not the one that waits.
  if (std::ranges::any_of(now_.offered, [](const auto& o) { return o.second == "cmd:resume"; }))
    if (const auto yes = read_yes_no(book_.words, text_)) {
      command(*yes ? "resume" : "stop");
      return;
    }
  // "Thôi" to a yes-no question is a no, even when it is also how people say "stop".
  const bool refused = asked.type == slot_type::yes_no && read_yes_no(book_.words, text_) == false;
  if (!refused)
    if (const auto name = command_meant(); !name.empty() && command(name)) return;
  if (spoke_of_the_question(asked)) return;
  if (corrected()) return;
  if (asked.of_papers && told_for_papers(asked)) return;
  if (side_question(asked)) {
    side_answer();
    return;
  }
  if (const auto value = read_slot(asked)) {
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

bool turn::spoke_of_the_question(const step& asked) {
  const auto& words = book_.words;
  auto nothing_but = [&](const std::vector<std::string>& list) { return made_of(words, folded_, {&list}); };
  if (nothing_but(words.puzzled)) {
    explain(asked);
    return true;
  }
  if (made_of(words, folded_, {&words.annoyed, &words.puzzled})) {
    out_.act = act::small_talk;
    out_.topic = form_topic_or(now_.topic);
    say(voice_.phrase("patience"));
    ask_again();
    return true;
  }
  // Where something can be left out, "gửi luôn đi" and a bare "không có" leave it out.
  const bool reads_itself = asked.type == slot_type::yes_no || asked.type == slot_type::choice ||
                            asked.type == slot_type::text || asked.type == slot_type::place;
  if (asked.may_skip && !asked.of_papers && !reads_itself) {
    const bool ready =
        asked.type == slot_type::picture && made_of(words, folded_, {&words.go_ahead, &words.yes});
    if (ready || nothing_but(words.unsure) || (asked.options.empty() && read_yes_no(words, text_) == false)) {
      command("skip");
      return true;
    }
  }
  const auto length = split_words(folded_).size();
  const bool to_officer = std::ranges::any_of(now_.stack, [&](const auto& at) {
    const auto* d = book_.find(at.dialog);
    return d != nullptr && std::ranges::find(d->steps, step::kind::hand_over, &step::what) != d->steps.end();
  });
  // In a free text longer words of this kind are the matter itself.
  if (to_officer && !asked.of_papers && length <= (asked.type == slot_type::text ? 6U : 12U) &&
      std::ranges::any_of(words.when_answered, [&](const auto& w) { return holds_words(folded_, w); })) {
    out_.act = act::answer;
    out_.topic = form_topic_or(now_.topic);
    now_.misunderstood = 0;
    say(voice_.phrase("answer_when"));
    return_to_question();
    return true;
  }
  return false;
}

void turn::explain(const step& asked) {
  out_.act = act::clarify;
  out_.topic = form_topic_or(now_.topic);
  say(voice_.phrase("explain"));
  put_question(asked, true);
  if (asked.options.empty() && asked.type != slot_type::yes_no)
    say(voice_.phrase("explain_example", {{"example", example_of(asked)}}));
}

bool turn::opens_aside() {
  auto rest = split_words(folded_);
  std::size_t dropped = 0;
  bool asks = false;
  for (bool again = true; again;) {
    again = false;
    for (const auto& opener : book_.words.asides) {
      const auto parts = split_words(opener);
      if (parts.size() > rest.size() - dropped ||
          !std::equal(parts.begin(), parts.end(), rest.begin() + static_cast<std::ptrdiff_t>(dropped)))
        continue;
      dropped += parts.size();
      asks = asks || parts.back() == "hoi";
      again = true;
      break;
    }
  }
  if (dropped == 0 || dropped == rest.size() || !looks_like_question(book_.words, text_)) return false;
  // Counted in words, so that the rest keeps its accents.
  std::size_t at = 0;
  for (std::size_t n = 0; n < dropped && at < text_.size();) {
    const auto begin = std::min(text_.find_first_not_of(" ,.:;!\n", at), text_.size());
    at = std::min(text_.find_first_of(" ,.:;!\n", begin), text_.size());
    n += std::max<std::size_t>(1, split_words(fold(text_.substr(begin, at - begin))).size());
  }
  auto found = understood(std::string{trimmed(text_.substr(at))});
  if (found.what == finding::verdict::sure || found_.what == finding::verdict::not_understood)
    found_ = std::move(found);
  return asks || found_.what != finding::verdict::not_understood;
}

bool turn::side_question(const step& asked) {
  // "Mà cho hỏi, ..." says itself that it is no answer.
  if (asked.side_questions && opens_aside()) return true;
  if (found_.what != finding::verdict::sure || found_.candidates.empty()) return false;
  const auto on = book_.on_topic.find(found_.topic());
  for (const auto& at : now_.stack)
    if (on != book_.on_topic.end() && on->second == at.dialog) return false;
  if (found_.topic() == person_topic()) return true;
  if (!asked.side_questions) return false;
  // Telling one's case in a checklist sounds like its topic again.
  if (asked.of_papers && found_.topic() == form_topic() && !looks_like_question(book_.words, text_))
    return false;
  // "Chào em", "cảm ơn" are answered as such; longer words with thanks in them are an answer to the question.
  if (found_.kind == topic_kind::small_talk && found_.confidence() >= sure_question &&
      split_words(folded_).size() <= 4 && asked.type != slot_type::yes_no)
    return true;
  const bool question = looks_like_question(book_.words, text_);
  // A word or two that fit no answer of a checklist name no other matter either.
  if (asked.of_papers && !question && split_words(without_fillers(book_.words, folded_)).size() < 3) return false;
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

void turn::side_answer() {
  if (found_.what != finding::verdict::sure) {
    clarify();
    return;
  }
  tell_finding();
  now_.misunderstood = 0;
  take_up(found_.topic(), found_.aspects);
}

void turn::return_to_question() {
  if (!resumable() || asked_now_) return;
  say(voice_.phrase("return_to_question"));
  ask_again();
}

std::optional<std::string> turn::read_slot(const step& asked) {
  ambiguous_.clear();
  const auto& words = book_.words;
  if (asked.of_papers && std::ranges::any_of(words.unsure, [&](const auto& phrase) {
        return phrase.contains(' ') ? holds_words(folded_, phrase)
                                    : without_fillers(words, folded_) == phrase;
      }))
    return std::string{knowledge::unsure};
  for (const auto& o : asked.options)
    if (!o.value.empty() && fold(o.title.pick(now_.language, what_.channel, 0)) == folded_) return o.value;
  // Other ways to say a choice, longest first: "đã bấm rồi" before "bấm".
  const option* spoken = nullptr;
  std::size_t longest = 0;
  auto hear = [&](const option& o, const std::string& phrase) {
    if (o.value.empty() || phrase.size() <= longest || !says(words, folded_, phrase)) return;
    spoken = &o;
    longest = phrase.size();
  };
  for (const auto& o : asked.options) {
    for (const auto& also : o.also) hear(o, also);
    if (!o.also.empty()) hear(o, fold(o.title.pick("vi", what_.channel, 0)));
  }
  if (spoken != nullptr) return spoken->value;
  auto number = [&](std::optional<std::int64_t> n) -> std::optional<std::string> {
    const auto fits = within(asked, n);
    return fits ? std::optional{std::to_string(*fits)} : std::nullopt;
  };
  switch (asked.type) {
    case slot_type::yes_no: {
      auto value = read_yes_no(words, text_);
      // "Không có con", "có 2 đứa" go on behind the answer.
      if (!value && asked.of_papers) value = begins_with_yes_no(words, text_);
      if (!value && !looks_like_question(words, text_)) value = goes_on_behind_yes_no(words, text_);
      if (!value) return std::nullopt;
      return *value ? "yes" : "no";
    }
    case slot_type::choice: {
      const auto bare = without_fillers(words, folded_);
      const option* found = nullptr;
      for (const auto& o : asked.options) {
        const auto title = fold(o.title.pick("vi", what_.channel, 0));
        // A part of the title is enough when it is all that was said, politeness aside.
        const bool part = bare.size() >= 3 && holds_words(title, bare) &&
                          (bare.contains(' ') || split_words(folded_).size() <= 2);
        if (o.value.empty() || (!says(words, folded_, title) && !part)) continue;
        if (found != nullptr) return std::nullopt;  // said both: ask again
        found = &o;
      }
      if (found == nullptr) return std::nullopt;
      return found->value;
    }
    case slot_type::number:
      return number(read_number(text_));
    case slot_type::money:
      return number(read_money());
    case slot_type::date: {
      const auto read = read_day_for(asked);
      if (read.what != day_reading::kind::day) return std::nullopt;
      return iso_day(read.day);
    }
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

std::optional<std::int64_t> turn::within(const step& asked, std::optional<std::int64_t> number) const {
  if (number && ((asked.least && *number < *asked.least) || (asked.most && *number > *asked.most)))
    return std::nullopt;
  return number;
}

std::optional<std::int64_t> turn::read_money() const {
  const auto read = read_amount(text_, book_.words.fillers);
  if (read) return read->bare ? std::nullopt : std::optional{read->value};
  for (const auto& [title, payload] : now_.offered) {
    const auto number = title.substr(0, title.find(' '));
    if (!payload.starts_with("slot:") || !is_number(number)) continue;
    if (const auto whole = read_amount(number + " " + text_, book_.words.fillers); whole && !whole->bare)
      return whole->value;
  }
  return std::nullopt;
}

day_reading turn::read_day_for(const step& asked) const {
  return read_day(book_.words, text_, local_time_of(around_.now).day, asked.bound);
}

std::string turn::example_of(const step& asked) const {
  const auto today = local_time_of(around_.now).day;
  auto example =
      asked.example.empty() ? voice_.phrase("example_" + std::string{to_string(asked.type)}) : asked.example;
  if (asked.type != slot_type::date || asked.bound == day_bound::none) return example;
  if (read_day(book_.words, example, today, asked.bound).what == day_reading::kind::day) return example;
  // An example that time has overtaken: a working day of next week, or of last week.
  for (int shift = 7; shift < 21; ++shift) {
    const auto day = day_after(today, asked.bound == day_bound::from_today ? shift : -shift);
    const std::chrono::sys_days there{std::chrono::year{day.year} / day.month / day.day};
    if (office_.working_day(there)) return day_of(iso_day(day));
  }
  return example;
}

bool turn::said_what_is_missing(const step& asked) {
  const auto example = example_of(asked);
  if (asked.type == slot_type::money) {
    const auto read = read_amount(text_, book_.words.fillers);
    if (!read || !read->bare) return false;
    const auto number = std::to_string(read->value);
    std::vector<choice> offered;
    for (const auto& [name, unit] :
         {std::pair{"choice_thousand", std::int64_t{1'000}}, {"choice_million", std::int64_t{1'000'000}}})
      if (const auto value = within(asked, read->value * unit))
        offered.push_back({voice_.phrase(name, {{"number", number}}), "slot:" + std::to_string(*value), ""});
    if (offered.empty()) return false;
    say(voice_.phrase("again_money_bare", {{"number", number}}));
    put_question(asked, false);
    choices_.insert(choices_.begin(), offered.begin(), offered.end());
    return true;
  }
  if (asked.type != slot_type::date) return false;
  using kind = day_reading::kind;
  const auto read = read_day_for(asked);
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const auto date = two(read.day.day) + "/" + two(read.day.month) + "/" + std::to_string(read.day.year);
  auto again = [&](const char* name, const voice::values& values) {
    say(voice_.phrase(name, values));
    put_question(asked, false);
    return true;
  };
  switch (read.what) {
    case kind::no_such_day: {
      const bool leap = read.day.month == 2 && read.day.day == 29;
      return again("again_date_no_day", {{"day", std::to_string(read.day.day)},
                                         {"month", std::to_string(read.day.month) +
                                                       (leap ? " năm " + std::to_string(read.day.year) : "")},
                                         {"example", example}});
    }
    case kind::no_such_month:
      return again("again_date_no_month", {{"month", std::to_string(read.day.month)}, {"example", example}});
    case kind::too_early:
      return again("again_date_past", {{"date", date}, {"example", example}});
    case kind::too_late:
      return again("again_date_future", {{"date", date}, {"example", example}});
    case kind::year_only: {
      const auto year = std::to_string(read.day.year);
      return again("again_date_year", {{"year", year},
                                       {"example", example.size() == 10 && is_number(example.substr(6))
                                                       ? example.substr(0, 6) + year
                                                       : "05/03/" + year}});
    }
    case kind::day_missing: {
      const auto year = read.day.year != 0 ? read.day.year : local_time_of(around_.now).day.year;
      return again("again_date_day", {{"example", "15/" + two(read.day.month) + "/" + std::to_string(year)}});
    }
    case kind::week_only:
      return again("again_date_week", {});
    case kind::nothing:
    case kind::day:
      break;
  }
  return false;
}

std::optional<std::string> turn::read_unit() {
  const auto places = known_.places_in(text_);
  std::vector<const knowledge::unit*> units;
  for (const auto& p : places)
    if (p.now != nullptr && std::ranges::find(units, p.now) == units.end()) units.push_back(p.now);
  // "Bù Đốp", when it was asked which of the places of one name is meant.
  if (units.size() > 1 && std::ranges::all_of(places, &knowledge::place::whole_district)) {
    std::vector<const knowledge::unit*> asked_among;
    for (const auto* u : units)
      if (std::ranges::any_of(now_.offered, [&](const auto& o) { return o.second == "slot:" + u->id; }))
        asked_among.push_back(u);
    if (asked_among.size() == 1) return asked_among.front()->id;
  }
  if (units.size() == 1) return units.front()->id;
  if (units.size() > 1) ambiguous_ = places;
  return std::nullopt;
}

void turn::ask_which_place() {
  choices_.clear();
  std::vector<const knowledge::place*> places;
  std::set<std::string> seen, districts;
  for (const auto& p : ambiguous_)
    if (p.now != nullptr && seen.insert(p.now->id).second) {
      places.push_back(&p);
      districts.insert(p.district);
    }
  asked_now_ = true;
  if (places.size() > most_choices - 1 &&
      std::ranges::all_of(ambiguous_, &knowledge::place::whole_district)) {
    say(voice_.phrase("address_district"));
    return;
  }
  if (places.size() > most_choices - 1) places.resize(most_choices - 1);
  // Places of one name are told apart by the district of old.
  const bool by_district = districts.size() == places.size() && !districts.contains("");
  std::string list;
  int n = 0;
  for (const auto* p : places) {
    const std::string number = std::to_string(++n);
    if (p->former)
      list += voice_.phrase(p->partial ? "place_line_part" : "place_line",
                            {{"n", number}, {"name", p->meant}, {"unit", p->now->full_name}});
    else
      list += voice_.phrase("list_line", {{"n", number}, {"title", p->now->full_name}});
    list += "\n";
    choices_.push_back(
        {shortened(by_district ? p->district : p->now->full_name, 20), "slot:" + p->now->id, ""});
  }
  say(voice_.phrase("address_ambiguous", {{"list", list}}));
}

void turn::did_not_fit(const step& asked) {
  out_.understood = false;
  out_.act = act::clarify;
  out_.topic = form_topic_or(now_.topic);
  tell_finding();
  remember_question();
  // What was read in part is a step ahead: it does not count towards giving up.
  if (said_what_is_missing(asked)) return;
  ++now_.misunderstood;
  if (now_.misunderstood >= 3) {
    if (!asked.failed.empty()) {
      now_.misunderstood = 0;
      go_on(asked.failed);
    } else if (asked.of_papers) {
      // A list with what stays open serves better than a person who asks the same.
      out_.act = act_of_dialog();
      now_.misunderstood = 0;
      say(voice_.phrase("papers_left_open"));
      fill(asked, std::string{knowledge::unsure});
    } else {
      give_up();
    }
    return;
  }
  const voice::values values{{"example", example_of(asked)}};
  put_question(asked, false);
  // Names only the buttons that are there.
  const bool skippable = std::ranges::find(choices_, "cmd:skip", &choice::payload) != choices_.end();
  const auto type = !asked.of_papers ? std::string{to_string(asked.type)}
                    : skippable      ? std::string{"papers"}
                                     : std::string{"papers_typed"};
  say(asked.again.empty() ? voice_.phrase("again_" + type, values) : voice_.text(asked.again, values));
}

bool turn::fill_tapped(const step& asked, const std::string& value) {
  bool fits =
      std::ranges::any_of(asked.options, [&](const auto& o) { return !o.value.empty() && o.value == value; });
  if (asked.type == slot_type::yes_no && (value == "yes" || value == "no")) fits = true;
  if (asked.type == slot_type::address && known_.find_unit(value) != nullptr) fits = true;
  if (asked.type == slot_type::money && is_number(value) && value[0] != '-' && value.size() > 3 &&
      within(asked, std::stoll(value)))
    fits = true;
  if (!fits) return false;
  out_.act = act_of_dialog();
  out_.topic = form_topic_or(now_.topic);
  now_.misunderstood = 0;
  fill(asked, value);
  return true;
}

void turn::fill(const step& asked, const std::string& value) {
  if (seen_ != nullptr) seen_->taken.push_back("slot:" + value);
  now_.slots[asked.slot] = value;
  if (asked.type == slot_type::address) now_.unit = value;
  std::string next = asked.next;
  for (const auto& o : asked.options)
    if (o.value == value && !o.next.empty()) next = o.next;
  remember_place();
  passed_.insert(key_of(now_.stack.back()));
  go_on(next);
}

void turn::remember_place() {
  now_.trail.push_back(now_.stack.back());
  if (now_.trail.size() > 8) now_.trail.erase(now_.trail.begin());
}

void turn::go_on(const std::string& next) {
  move_to(next);
  walk_steps();
}

void turn::move_to(const std::string& next) {
  if (next.empty() || next == "end")
    leave();
  else
    now_.stack.back().step = next;
}

void turn::open(const std::string& name) {
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

void turn::prefill(const dialog& d) {
  if (text_.empty()) return;
  for (const auto& s : d.steps)
    if (s.what == step::kind::ask && s.type == slot_type::address && !now_.slots.contains(s.slot)) {
      if (const auto unit = read_unit()) {
        now_.slots[s.slot] = *unit;
        now_.unit = *unit;
      }
    }
}

void turn::leave() {
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
    for (const auto& [mine, theirs] : below->results)
      if (const auto found = now_.slots.find(theirs); found != now_.slots.end()) {
        auto value = std::move(found->second);
        now_.slots.erase(found);
        now_.slots[mine] = std::move(value);
      }
    move_to(below->next);
  } else if (asked_at(now_.stack.back()) == nullptr) {
    leave();
  }
}

void turn::walk_steps() {
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
    if (seen_ != nullptr) seen_->steps.push_back(s);
    const auto next = s->next;
    switch (s->what) {
      case step::kind::say:
        if (!replaying_) {
          say(voice_.text(s->words));
          offer(*s);
        }
        move_to(next);
        break;
      case step::kind::ask: {
        const auto key = key_of(now_.stack.back());
        if (now_.stack.size() < floor && returns_) {
          // A side dialog ended above this question.
          return_to_question();
          return;
        }
        if (const auto known = answered_.find(s->slot); replaying_ && known != answered_.end())
          now_.slots.insert(answered_.extract(known));
        if (now_.slots.contains(s->slot) && passed_.insert(key).second) {
          if (replaying_) remember_place();
          move_to(next_of_known(*s));
          break;
        }
        // A name that several places share was told before it was asked for.
        if (s->type == slot_type::address && !ambiguous_.empty())
          ask_which_place();
        else
          put_question(*s, true);
        return;
      }
      case step::kind::branch: {
        std::string target;
        for (const auto& arm : s->arms)
          if (target.empty() && holds(arm.when)) {
            target = arm.next;
            if (seen_ != nullptr) seen_->arms.push_back(&arm);
          }
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
        else {
          for (const auto& [name, value] : s->arguments) now_.slots[name] = voice_.text(value);
          now_.stack.push_back({d->name, d->steps.front().name, d->version});
        }
        break;
      }
      case step::kind::answer: {
        if (replaying_) {
          move_to(next);
          break;
        }
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
      case step::kind::checklist:
        if (now_.stack.size() < floor && returns_) {
          return_to_question();
          return;
        }
        if (walk_checklist(*s)) return;
        move_to(next);
        break;
      case step::kind::rate:
        if (now_.case_to_rate.empty()) {
          move_to(next);
          break;
        }
        // What is typed next is not made to wait for stars; tapping them comes back here (rated).
        say(voice_.text(s->words));
        choices_.clear();
        for (int stars = 1; stars <= 5; ++stars)
          choices_.push_back({voice_.phrase("rate_" + std::to_string(stars)),
                              "rate:" + now_.case_to_rate + ":" + std::to_string(stars), ""});
        drop_dialogs();
        return;
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

void turn::remember_trigger() {
  if (std::ranges::none_of(now_.slots,
                           [&](const auto& s) { return s.second == trimmed(text_, longest_slot); }))
    if (!command_like()) remember_question();
}

bool turn::command_like() const {
  return !what_.payload.empty() || starts_payload(text_) || !command_in(book_.words, text_).empty();
}

std::string turn::next_of_known(const step& asked) const {
  const auto value = now_.slots.find(asked.slot);
  for (const auto& o : asked.options)
    if (value != now_.slots.end() && o.value == value->second && !o.next.empty()) return o.next;
  return asked.next;
}

void turn::offer(const step& s) {
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

choice turn::choice_of(const option& o) const {
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
  if (seen_ != nullptr) seen_->offered.emplace_back(c.payload, &o);
  return c;
}

void turn::ask_again() {
  if (const auto* asked = open_ask()) put_question(*asked, true);
}

void turn::put_question(const step& asked, bool with_text) {
  if (with_text) say(voice_.text(asked.words));
  choices_.clear();
  for (const auto& o : asked.options) choices_.push_back(choice_of(o));
  if (asked.type == slot_type::yes_no && asked.options.empty()) {
    choices_.push_back({voice_.phrase("choice_yes"), "slot:yes", ""});
    choices_.push_back({voice_.phrase("choice_no"), "slot:no", ""});
  }
  if (asked.may_skip && choices_.size() < most_choices - 1)
    choices_.push_back({voice_.phrase(asked.of_papers ? "choice_unsure" : "choice_skip"), "cmd:skip", ""});
  if (choices_.size() < most_choices - 1) choices_.push_back({voice_.phrase("choice_back"), "cmd:back", ""});
  asked_now_ = true;
}

// --- conditions

std::string turn::subject_value(const std::string& subject) const {
  if (subject.starts_with("slot.")) {
    const auto found = now_.slots.find(subject.substr(5));
    return found == now_.slots.end() ? "" : found->second;
  }
  auto flag = [](bool yes) { return std::string{yes ? "yes" : "no"}; };
  if (subject == "unit") return now_.unit.empty() ? around_.unit : now_.unit;
  if (subject.starts_with("unit.") || subject.starts_with("case.") || subject.starts_with("time.") ||
      subject.starts_with("dossier") || subject.starts_with("request") || subject.starts_with("place"))
    return voice_.value_of(subject);
  if (subject == "channel") return std::string{to_string(what_.channel)};
  if (subject == "language") return now_.language;
  if (subject == "office_hours") return flag(office_.open(around_.now));
  if (subject == "weekday") return std::to_string(local_time_of(around_.now).weekday);
  if (subject == "topic") return voice_.topic().empty() ? now_.topic : voice_.topic();
  if (subject == "topic.kind") return std::string{to_string(topic_kind_)};
  if (subject == "topic.who_helps") return voice_.value_of(subject);
  if (subject == "message.words") return std::to_string(split_words(folded_).size());
  if (subject == "case") return flag(waiting());
  if (subject == "context") return flag(has_context());
  return {};
}

bool turn::has_context() const {
  if (insisted_ || !now_.topic.empty() || !now_.slots.empty()) return true;
  if (!found_.second_topic.empty()) return true;
  if (!carried_.empty() || !now_.last_questions.empty()) return true;
  return split_words(without_fillers(book_.words, folded_)).size() > 9;
}

bool turn::holds(const condition& c) const {
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
  if (c.how == condition::comparison::says) {
    knowledge::expression_list heard;
    for (const auto& words : c.values) heard.add(words);
    return heard.in(knowledge::text_reader::split(text_));
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
    case condition::comparison::says:
      break;
  }
  return false;
}

}  // namespace thanthien::dialogs
