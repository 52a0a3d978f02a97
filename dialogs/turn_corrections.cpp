#include "dialogs/turn.hpp"

#include <algorithm>
#include <utility>

namespace thanthien::dialogs {
namespace {

bool free_text(const step& asked) { return asked.type == slot_type::text || asked.type == slot_type::place; }

/// "sinh năm 2016" corrects the year of a date and leaves day and month.
std::optional<std::string> other_year(const std::string& date, const std::string& text) {
  std::string year;
  for (const auto& word : split_words(fold(text)))
    if (std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; })) {
      if (!year.empty() || word.size() != 4 || (!word.starts_with("19") && !word.starts_with("20")))
        return std::nullopt;
      year = word;
    }
  if (year.empty() || date.size() != 10) return std::nullopt;
  return year + date.substr(4);
}

/// The text behind the words of `label`, or nothing when it does not name it.
std::optional<std::string> behind(const std::string& text, const std::string& label) {
  const auto name = fold(label);
  if (name.empty() || !holds_words(fold(text), name)) return std::nullopt;
  // The label may be typed with or without accents; count words rather than letters.
  const auto words_before =
      split_words(fold(text).substr(0, fold(text).find(name))).size() + split_words(name).size();
  std::size_t at = 0;
  for (std::size_t n = 0; n < words_before && at < text.size(); ++n) {
    at = std::min(text.find_first_not_of(" ,:;", at), text.size());
    at = std::min(text.find_first_of(" ,:;", at), text.size());
  }
  auto rest = std::string{trimmed(std::string_view{text}.substr(at))};
  for (const auto* word : {"là ", "la "})
    if (rest.starts_with(word)) rest.erase(0, std::string_view{word}.size());
  rest.erase(0, std::min(rest.find_first_not_of(" ,:;"), rest.size()));
  return rest;
}

}  // namespace

std::optional<std::string> turn::read_slot_from(const step& asked, const std::string& text) {
  const auto whole = std::exchange(text_, text);
  const auto whole_folded = std::exchange(folded_, fold(text));
  auto value = read_slot(asked);
  text_ = whole;
  folded_ = whole_folded;
  return value;
}

bool turn::corrected() {
  const auto rest = after_correction(book_.words, text_);
  if (!rest) return false;
  const auto* asked = open_ask();
  if (asked == nullptr) return corrected_papers(*rest);
  if (rest->empty()) {
    out_.act = act_of_dialog();
    back();
    return true;
  }
  std::vector<position> answered;  // newest first
  for (auto p = now_.trail.rbegin(); p != now_.trail.rend(); ++p)
    if (const auto* s = asked_at(*p);
        s != nullptr && p->dialog == now_.stack.back().dialog && now_.slots.contains(s->slot))
      answered.push_back(*p);
  for (const auto& where : answered) {
    const auto* s = asked_at(where);
    const auto named = behind(*rest, s->label);
    if (!named) continue;
    if (const auto value = read_slot_from(*s, *named)) {
      correct(where, *value);
    } else {
      now_.slots.erase(s->slot);
      now_.stack.back() = where;
      out_.act = act_of_dialog();
      ask_again();
    }
    return true;
  }
  for (const auto& where : answered) {
    const auto* s = asked_at(where);
    if (free_text(*s)) continue;
    auto value = read_slot_from(*s, *rest);
    if (!value && s->type == slot_type::date) value = other_year(now_.slots.at(s->slot), *rest);
    if (!value) continue;
    correct(where, *value);
    return true;
  }
  ambiguous_.clear();
  // What cannot be an answer to the question that waits is meant for the one before it.
  if (!answered.empty() && free_text(*asked_at(answered.front())) &&
      (free_text(*asked) || !read_slot_from(*asked, *rest))) {
    correct(answered.front(), std::string{trimmed(*rest, longest_slot)});
    return true;
  }
  text_ = *rest;
  folded_ = fold(text_);
  found_ = understood(text_);
  return false;
}

bool turn::corrected_papers(const std::string& rest) {
  if (now_.papers.empty()) return false;
  auto code = knowledge::read_papers_code(now_.papers, known_.procedures());
  if (!code || !code->current) return false;
  // Of what is talked about, also when it led to another procedure.
  if (code->about->id != now_.topic &&
      std::ranges::count(knowledge::papers_for(*code->about, code->given).instead, now_.topic) == 0)
    return false;
  for (const auto& q : code->about->questions) {
    if (rest.empty()) break;
    if (!code->given.contains(q.id)) continue;
    const auto* s = question_step({"", "", "", code->about->id, q.id});
    // A bare yes or no could be meant for any of them.
    if (s->type == slot_type::yes_no) continue;
    if (const auto value = read_slot_from(*s, rest)) {
      code->given[q.id] = *value;
      start_papers(code->about->id, code->given);
      return true;
    }
  }
  offer_changes(*code);
  return true;
}

void turn::correct(position where, const std::string& value) {
  const auto asked = *asked_at(where);
  out_.act = act_of_dialog();
  tell_finding();
  out_.topic = form_topic_or(now_.topic);
  now_.misunderstood = 0;
  now_.slots[asked.slot] = value;
  if (asked.type == slot_type::address) now_.unit = value;
  say(voice_.phrase("corrected",
                    {{"name", asked.label},
                     {"value", asked.of_papers ? said_choice(asked, value) : voice_.value_of(asked.slot)}}));
  const auto begin = std::ranges::find(now_.trail, where);
  if (!asked.of_papers)
    for (auto p = begin; p != now_.trail.end(); ++p)
      if (const auto* s = asked_at(*p); s != nullptr && s->slot != asked.slot)
        if (auto answer = now_.slots.extract(s->slot)) answered_.insert(std::move(answer));
  now_.trail.erase(begin, now_.trail.end());
  now_.stack.back() = where;
  passed_.insert(key_of(where));
  remember_place();
  move_to(asked.of_papers ? where.step : next_of_known(asked));
  replaying_ = true;
  walk_steps();
  replaying_ = false;
}

}  // namespace thanthien::dialogs
