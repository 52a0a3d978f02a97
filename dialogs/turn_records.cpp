#include "dialogs/record_values.hpp"
#include "dialogs/turn.hpp"

#include <algorithm>

namespace thanthien::dialogs {
namespace {

constexpr int most_unknown_codes = 5;    // of one conversation in a row, before it is brought to a person
constexpr std::size_t most_records = 3;  // told in one turn
constexpr std::string_view code_slot = "ma_ho_so";  // the slot that awaits a dossier's code
constexpr std::size_t few_words = 4;                // beside a code: they add nothing to a form

bool digits_of_something_else(const vocabulary& words, std::string_view shown) {
  return read_day(words, shown, {2026, 1, 1}).what == day_reading::kind::day || read_phone(shown) ||
         read_identity_number(shown);
}

}  // namespace

bool turn::read_codes() {
  auto codes = codes_in(text_);
  if (codes.empty()) return false;
  const auto* asked = open_ask();
  const bool awaited = asked != nullptr && asked->slot == code_slot;
  if (asked != nullptr && !awaited && !asks_aside(*asked, codes)) return false;

  // Known ones first; a word that overlaps one of them is a part of it.
  struct finding_of_code {
    const typed_code* code;
    const dossier* row = nullptr;
    const request_status* request = nullptr;
  };
  std::vector<finding_of_code> found, unknown;
  auto apart = [](const typed_code& c) {
    return [&c](const finding_of_code& other) {
      return c.end <= other.code->begin || other.code->end <= c.begin;
    };
  };
  for (const auto& c : codes) {
    if (c.plain && !awaited) continue;
    finding_of_code f{&c};
    for (const auto& d : around_.looked_up.dossiers)
      if (code_key(d.code) == c.key) f.row = &d;
    for (const auto& r : around_.looked_up.requests)
      if (code_key(r.code) == c.key) f.request = &r;
    if ((f.row != nullptr || f.request != nullptr) && std::ranges::all_of(found, apart(c)))
      found.push_back(f);
  }
  for (const auto& c : codes) {
    const bool sure = c.dossier || c.request;
    if (!sure &&
        !(awaited && around_.looked_up.dossiers_as_of && !digits_of_something_else(book_.words, c.shown)))
      continue;
    if (std::ranges::all_of(found, apart(c)) && std::ranges::all_of(unknown, apart(c)))
      unknown.push_back({&c});
  }
  if (found.empty() && unknown.empty()) return false;
  // Nothing to look it up in: what was asked for is told to an officer.
  if (awaited && found.empty() && !around_.looked_up.dossiers_as_of) return false;

  out_.act = act::answer;
  out_.confidence = 1;
  now_.misunderstood = 0;
  if (now_.unknown_codes <= most_unknown_codes) {
    // Without a table nothing was guessed wrong: there was nothing to find.
    const auto missed = std::ranges::count_if(
        unknown, [&](const auto& f) { return f.code->request || around_.looked_up.dossiers_as_of; });
    now_.unknown_codes = missed == 0 && !found.empty() ? 0 : now_.unknown_codes + static_cast<int>(missed);
  }
  const bool guessing = now_.unknown_codes > most_unknown_codes;
  const bool for_person = found_.what == finding::verdict::sure && !guessing &&
                          (asked == nullptr || awaited) && hands_over(found_.topic());

  const auto* here = known_.find_unit(now_.unit.empty() ? around_.unit : now_.unit);
  std::size_t told = 0;
  auto tell = [&](const std::string& kind, record_values values, const std::string& code) {
    if (told++ == most_records) return;
    leave_code_dialog();
    voice_.tell_record(std::move(values));
    open_for_code(kind, code);
  };
  if (guessing) {
    tell("dossier", {{"dossier", "too_many"}}, {});
  } else {
    for (const auto& f : found)
      if (f.row != nullptr)
        tell("dossier", values_of(*f.row, known_, here, around_.now), f.row->code);
      else
        tell("request", values_of(*f.request, around_.now, "request"), {});
    for (const auto& f : unknown)
      if (f.code->request)
        tell("request", {{"request", "unknown"}, {"request.code", f.code->shown}}, {});
      else
        tell("dossier", {{"dossier", "unknown"}, {"dossier.code", f.code->shown}},
             around_.looked_up.dossiers_as_of ? "" : f.code->shown);
  }
  // "Hồ sơ ... trễ hẹn, cho tôi gặp lãnh đạo": the state alone is no answer to that.
  if (for_person && !out_.handed_over) take_up(found_.topic(), found_.aspects);
  return true;
}

bool turn::asks_aside(const step& asked, const std::vector<typed_code>& codes) const {
  if (asked.type != slot_type::text && asked.type != slot_type::place)
    return codes.front().dossier || codes.front().request;
  // In a story many words look like a question ("không ai nói gì").
  if (!asked.side_questions) return false;
  const auto words = split_words(fold(without_codes(text_))).size();
  return words <= few_words || text_.find('?') != std::string::npos ||
         (words <= 3 * few_words && looks_like_question(book_.words, text_));
}

bool turn::hands_over(const std::string& topic) const {
  if (topic == person_topic()) return true;
  const auto on = book_.on_topic.find(topic);
  const auto* d = on == book_.on_topic.end() ? nullptr : book_.find(on->second);
  return d != nullptr && d->act == to_string(act::handoff);
}

void turn::leave_code_dialog() {
  if (now_.stack.empty()) return;
  const auto& top = now_.stack.back().dialog;
  if (std::ranges::none_of(book_.on_code, [&](const auto& on) { return on.second == top; })) return;
  std::erase_if(now_.trail, [&](const auto& p) { return p.dialog == top; });
  now_.slots.erase(std::string{code_slot});
  now_.stack.pop_back();
}

void turn::open_for_code(const std::string& kind, const std::string& code) {
  const auto found = book_.on_code.find(kind);
  if (found == book_.on_code.end()) return;
  if (!code.empty()) now_.slots[std::string{code_slot}] = code;
  open(found->second);
  for (const auto& [topic, dialog_name] : book_.on_topic)
    if (const auto dossier_dialog = book_.on_code.find("dossier");
        dossier_dialog != book_.on_code.end() && dialog_name == dossier_dialog->second)
      out_.topic = topic;
  out_.aspect = "overview";
  out_.candidates = {{out_.topic, 1.0}};
}

}  // namespace thanthien::dialogs
