#include "dialogs/turn.hpp"

#include <algorithm>

namespace thanthien::dialogs {

// --- danger

bool turn::danger_known() const {
  const auto* t = known_.find_topic(now_.topic);
  return waiting() && t != nullptr && t->kind == topic_kind::emergency;
}

void turn::emergency(const std::string& topic) {
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
  set_topic(topic);
  now_.aspect.clear();
  open_for(topic, topic_kind::emergency);
  if (!out_.handed_over && now_.case_code.empty()) hand_over("emergency", {}, true, {});
  out_.act = act::emergency;
}

// --- while a case waits for an officer

void turn::added_to_case() {
  out_.act = act::handoff;
  remember_question();
  const bool danger = danger_known();
  out_.topic = known_.knows_topic(now_.topic) ? now_.topic : std::string{};
  if (danger) out_.act = act::emergency;
  if (danger) {
    urgent_ = true;
    out_.topic = now_.topic;
  }
  say(voice_.phrase(danger ? "case_added_emergency" : "case_added"));
  choices_.clear();
}

std::string turn::slot_lines() const {
  std::string lines;
  std::set<std::string> told;
  auto add = [&](const std::string& name, const std::string& value) {
    lines += (lines.empty() ? "" : "\n") + voice_.phrase("summary_slot", {{"name", name}, {"value", value}});
  };
  for (const auto& at : now_.stack) {
    if (const auto* p = known_.find_procedure(at.topic))
      for (const auto& q : p->questions)
        if (const auto* s = question_step({at.dialog, at.step, {}, at.topic, q.id});
            s != nullptr && now_.slots.contains(s->slot))
          add(q.ask, said_choice(*s, now_.slots.at(s->slot)));
    if (const auto* d = book_.find(at.dialog))
      for (const auto& s : d->steps) {
        if (s.what != step::kind::ask || !now_.slots.contains(s.slot) || !told.insert(s.slot).second)
          continue;
        // Officers need what was typed; only identity numbers are masked, from the moment they are read.
        const auto& typed = now_.slots.at(s.slot);
        const bool chosen = std::ranges::any_of(s.options, [&](const auto& o) { return o.value == typed; });
        const auto value = s.type == slot_type::text && !chosen ? typed : voice_.value_of(s.slot);
        add(s.label.empty() ? s.slot : s.label, value);
      }
  }
  return lines;
}

void turn::hand_over(const std::string& reason, std::string summary, bool urgent,
                     const std::string& instead) {
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
    request.topic =
        known_.knows_topic(voice_.topic()) && voice_.topic() != person_topic() ? voice_.topic() : now_.topic;
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
  say(!instead.empty()                          ? instead
      : office_.open(around_.now)               ? voice_.phrase("case_made")
      : office_.holiday(around_.now) != nullptr ? voice_.phrase("case_made_holiday")
                                                : voice_.phrase("case_made_closed"));
  drop_dialogs();
  now_.last_questions.clear();
  choices_.clear();
}

// --- pictures, voice, stickers

bool turn::needs_person(attachment::kind k) {
  return k != attachment::kind::sticker && k != attachment::kind::link;
}

std::string turn::attachment_line(const attachment& a) const {
  return voice_.phrase("summary_attachment",
                       {{"attachment", voice_.phrase("attachment_" + std::string{to_string(a.what)})}});
}

bool turn::takes_attachment(const step& asked) {
  return asked.type == slot_type::picture || asked.type == slot_type::place ||
         asked.type == slot_type::address;
}

void turn::only_attachments() {
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

std::string turn::place_value(const attachment& a) const {
  std::string value = a.name;
  if (a.latitude && a.longitude)
    value += (value.empty() ? "" : " ") + std::string{"("} + std::to_string(*a.latitude) + ", " +
             std::to_string(*a.longitude) + ")";
  return value.empty() ? voice_.phrase("attachment_location") : std::string{trimmed(value, longest_slot)};
}

std::string turn::voice_with_new_code(std::string_view phrase) {
  const auto before = now_.case_code;
  now_.case_code = around_.case_code;
  auto text = voice_.phrase(phrase);
  now_.case_code = before;
  return text;
}

void turn::text_with_attachment() {
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

}  // namespace thanthien::dialogs
