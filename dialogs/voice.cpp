#include "dialogs/voice.hpp"

#include "dialogs/number_words.hpp"
#include "dialogs/office_hours.hpp"
#include "dialogs/record_values.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace thanthien::dialogs {
namespace {

using knowledge::aspect;

constexpr std::size_t screen = 1500;  // characters of one message of an answer

/// Names of the sources as residents know them: the portal of that host, else the host itself.
std::string source_name(const knowledge::library& known, std::string_view address) {
  auto host_of = [](std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    if (url.starts_with("www.")) url.remove_prefix(4);
    return url.substr(0, std::min(url.find_first_of("/?#"), url.size()));
  };
  const auto host = host_of(address);
  for (const auto& p : known.portals())
    if (!p.url.empty() && host_of(p.url) == host) return p.name;
  return std::string{host};
}

/// "Đăng ký khai sinh" -> "đăng ký khai sinh"; names and short forms keep their capitals ("VNeID mức 2").
std::string inside_sentence(std::string title) {
  if (title.starts_with("Đ")) return "đ" + title.substr(std::string_view{"Đ"}.size());
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (title.size() > 1 && capital(title[0]) && !capital(title[1]))
    title[0] = static_cast<char>(title[0] + 32);
  return title;
}

/// Between lines when there is one to break at, so that a list item stays whole.
std::vector<std::string> split_at(const std::string& text, std::size_t limit) {
  std::vector<std::string> parts;
  std::string part;
  std::size_t characters = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    const auto length = length_of(line) + 1;
    if (characters + length > limit && !trimmed(part).empty()) {
      parts.emplace_back(trimmed(part, part.size()));
      part.clear();
      characters = 0;
    }
    part += line + "\n";
    characters += length;
    begin = end + 1;
  }
  if (!trimmed(part).empty()) parts.emplace_back(trimmed(part, part.size()));
  return parts;
}

}  // namespace

local_time local_time_of(timestamp t) {
  using namespace std::chrono;
  const auto there = floor<minutes>(t + hours{7});
  const auto day = floor<days>(there);
  const year_month_day date{day};
  local_time out;
  out.day = {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
             static_cast<int>(static_cast<unsigned>(date.day()))};
  out.weekday = static_cast<int>(weekday{day}.iso_encoding()) + 1;
  out.minute = static_cast<int>((there - day).count());
  return out;
}

voice::voice(const book::contents& dialogs, const knowledge::library& known, const conversation& with,
             const event& what, const circumstances& around)
    : book_{dialogs}, known_{known}, with_{with}, what_{what}, around_{around} {
  // Variants change from message to message, yet the same turn walked again says the same.
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (char c : what.id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  seed_ = static_cast<std::size_t>(hash >> 33U);
}

std::string voice::value_of(std::string_view name) const {
  if (is_address_placeholder(name))
    return book_.words.address.form(with_.address).word(name, book_.rules.self_to_elders);
  if (name.starts_with("unit.")) {
    const auto* unit = known_.find_unit(with_.unit.empty() ? around_.unit : with_.unit);
    if (unit == nullptr) return name == "unit.name" || name == "unit.full_name" ? phrase("unit_unknown") : "";
    if (name == "unit.name") return unit->full_name.empty() ? unit->name : unit->full_name;
    if (name == "unit.full_name") return unit->full_name;
    if (name == "unit.address") return unit->address;
    if (name == "unit.phone") return unit->phone;
    if (name == "unit.email") return unit->email;
    if (name == "unit.website") return unit->website;
    if (name == "unit.hours") return unit->hours;
    if (name == "unit.former") return former_units(*unit);
    if (name == "unit.reception") return unit->receives.text;
    if (name == "unit.reception_place") return unit->receives.place;
    if (name == "unit.reception_signup") return unit->receives.signup;
    if (name == "unit.reception_next") {
      const auto now = local_time_of(around_.now);
      const auto day = next_reception(unit->receives, known_.holidays(), local_day(around_.now),
                                      std::chrono::minutes{now.minute});
      return day ? spoken_day(*day - std::chrono::hours{7}) : "";
    }
    return {};
  }
  if (name.starts_with("place")) return place_value(name);
  if (name.starts_with("time.")) {
    const auto now = local_time_of(around_.now);
    auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    if (name == "time.now") return two(now.minute / 60) + ":" + two(now.minute % 60);
    if (name == "time.date")
      return two(now.day.day) + "/" + two(now.day.month) + "/" + std::to_string(now.day.year);
    const office_hours office{book_.rules, known_.holidays()};
    if (name == "time.holiday") {
      const auto* holiday = office.holiday(around_.now);
      return holiday == nullptr ? "" : holiday->name;
    }
    if (name == "time.next_open") {
      const auto open = office.next_open(around_.now);
      if (!open) return {};
      const auto then = local_time_of(*open);
      return two(then.minute / 60) + ":" + two(then.minute % 60) + " " + spoken_day(*open);
    }
    if (name == "time.weekday") return phrase("weekday_" + std::to_string(now.weekday));
    return {};
  }
  if (name == "dossier.table") return around_.looked_up.dossiers_as_of ? "yes" : "no";
  if (name == "dossier.as_of")
    return around_.looked_up.dossiers_as_of
               ? day_of(iso_day(local_time_of(*around_.looked_up.dossiers_as_of).day))
               : "";
  if (const auto told = record_.find(name); told != record_.end()) return told->second;
  if (name == "case.code") return with_.case_code;
  if (name == "case.state" || name == "case.due" || name == "case.late")
    for (const auto& r : around_.looked_up.requests)
      if (r.code == with_.case_code) return values_of(r, around_.now, "case").at(std::string{name});
  if (name == "officer.name") return officer_.empty() ? phrase("officer_unknown") : officer_;
  if (name == "topic.title") return topic_.empty() ? "" : known_.title_of(topic_);
  if (name == "topic.who_helps") {
    const auto* topic = known_.find_topic(topic_);
    return topic ? topic->who_helps : "";
  }
  if (name.starts_with("procedure.")) {
    const auto* p = known_.find_procedure(topic_);
    if (p == nullptr) return {};
    if (name == "procedure.title") return p->title.empty() ? p->name : p->title;
    if (name == "procedure.matter") return inside_sentence(p->title.empty() ? p->name : p->title);
    if (name == "procedure.name") return p->name;
    if (name == "procedure.who") return p->who;
    if (name == "procedure.time") return p->time_limit;
    if (name == "procedure.fee") return p->price.text;
    if (name == "procedure.fee_note") return p->price.note;
    if (name == "procedure.where") return p->where;
    if (name == "procedure.received_by") return p->received_by;
    if (name == "procedure.online") return p->online.note;
    if (name == "procedure.result") return p->result;
    if (name == "procedure.benefit") return p->benefit;
    return {};
  }
  // What was asked in the dialogs under way; a choice is shown by its title.
  const auto slot = with_.slots.find(std::string{name});
  if (slot == with_.slots.end()) return {};
  for (const auto& at : with_.stack)
    if (const auto* d = book_.find(at.dialog))
      for (const auto& s : d->steps)
        if (s.what == step::kind::ask && s.slot == name) {
          for (const auto& o : s.options)
            if (o.value == slot->second) return std::string{o.title.pick(with_.language, what_.channel, 0)};
          if (s.type == slot_type::yes_no) return phrase(slot->second == "yes" ? "choice_yes" : "choice_no");
          if (s.type == slot_type::date) return day_of(slot->second);
          if (s.type == slot_type::money && !slot->second.empty() && slot->second.size() < 16 &&
              slot->second.find_first_not_of("0123456789") == std::string::npos)
            return phrase("money", {{"number", grouped(std::stoll(slot->second))}});
          if (s.type == slot_type::address)
            if (const auto* unit = known_.find_unit(slot->second)) return unit->full_name;
          if (s.type == slot_type::text) return masked(slot->second);
        }
  return slot->second;
}

std::string voice::place_value(std::string_view name) const {
  const auto places = known_.places_in(what_.text);
  if (places.empty()) return name == "place" && known_.places().names_unknown(what_.text) ? "unknown" : "";
  std::string units;
  std::set<const knowledge::unit*> different;
  for (const auto& p : places)
    if (different.insert(p.now).second) units += (units.empty() ? "" : ", ") + p.now->full_name;
  if (name == "place.units") return units;
  const bool district = std::ranges::all_of(places, &knowledge::place::whole_district);
  const bool one = !district && different.size() == 1;
  if (name == "place.name") return places.front().former && (one || district) ? places.front().meant : "";
  return district ? "district" : one ? "one" : "several";
}

std::string voice::former_units(const knowledge::unit& now) const {
  std::string text;
  for (auto f = now.merged_from.begin(); f != now.merged_from.end(); ++f) {
    text += (text.empty() ? "" : ", ") + (f->partial ? phrase("unit_part") + " " : "") + f->name;
    const auto next = std::next(f);
    if (!f->district.empty() && (next == now.merged_from.end() || next->district != f->district))
      text += " (" + f->district + ")";
  }
  return text;
}

bool voice::opening_said(const std::vector<std::string>& topics) const {
  return std::ranges::any_of(
      with_.openings_said, [&](const auto& said) { return std::ranges::find(topics, said) != topics.end(); });
}

std::string voice::spoken_day(timestamp t) const {
  const auto then = local_time_of(t);
  return phrase("weekday_" + std::to_string(then.weekday)) + ", " + day_of(iso_day(then.day));
}

std::string voice::text(const wording& words, const values& more) const {
  return filled(words.pick(with_.language, what_.channel, seed_), [&](std::string_view name) {
    const auto own = more.find(name);
    return own != more.end() ? own->second : value_of(name);
  });
}

std::string voice::phrase(std::string_view name, const values& more) const {
  const auto found = book_.phrases.find(std::string{name});
  return found == book_.phrases.end() ? std::string{} : text(found->second, more);
}

namespace {

/// What is not certain, and where it is from.
std::string certainty_and_source(const voice& speak, const knowledge::library& known,
                                 const knowledge::procedure& about) {
  const auto unsure = about.sure == knowledge::confidence::low      ? speak.phrase("answer_unsure_low")
                      : about.sure == knowledge::confidence::medium ? speak.phrase("answer_unsure_medium")
                                                                    : std::string{};
  const auto source =
      about.sources.empty() ? speak.phrase("source_unknown") : source_name(known, about.sources.front());
  return unsure + (unsure.empty() ? "" : "\n") +
         speak.phrase("answer_source", {{"source", source}, {"date", day_of(about.as_of)}});
}

/// At most three screens, what a phone shows in a chat.
std::vector<std::string> screens(const std::string& whole) {
  auto texts = split_at(whole, screen);
  if (texts.size() > 3) {
    texts.resize(3);
    texts.back() = shortened(texts.back(), screen);
  }
  return texts;
}

}  // namespace

composed_answer compose_answer(const voice& speak, const book::contents& dialogs,
                               const knowledge::library& known, const knowledge::procedure& about,
                               std::vector<aspect> aspects, std::string_view question,
                               std::string_view lead) {
  composed_answer out;
  if (aspects.empty()) aspects.push_back(aspect::overview);
  // The overview holds time, fee and place; asked beside it they would be said twice.
  if (aspects.size() > 1 && std::ranges::find(aspects, aspect::overview) != aspects.end())
    std::erase(aspects, aspect::overview);
  if (aspects.size() > 4) aspects.resize(4);

  auto missing = [&](aspect a) {
    return speak.phrase("answer_missing", {{"aspect", speak.phrase("aspect_" + std::string{to_string(a)})}});
  };
  auto section = [&](aspect a) -> std::string {
    switch (a) {
      case aspect::overview:
        return speak.phrase("answer_overview");
      case aspect::documents: {
        std::string list;
        int n = 0;
        for (const auto& d : about.documents)
          list += speak.phrase("answer_document_line", {{"n", std::to_string(++n)},
                                                        {"name", d.name},
                                                        {"copies", d.copies},
                                                        {"note", d.note},
                                                        {"form", d.form}}) +
                  "\n";
        return list.empty() ? speak.phrase("answer_documents_none")
                            : speak.phrase("answer_documents", {{"list", list}});
      }
      case aspect::fee: {
        auto text =
            about.price.text.empty() && about.price.note.empty() ? std::string{} : speak.phrase("answer_fee");
        if (!about.price.amount_vnd) text += (text.empty() ? "" : "\n") + speak.phrase("answer_fee_unknown");
        return text;
      }
      case aspect::time:
        return about.time_limit.empty() ? missing(a) : speak.phrase("answer_time");
      case aspect::where:
        return about.where.empty() ? missing(a) : speak.phrase("answer_where");
      case aspect::online:
        return speak.phrase(about.online.available ? "answer_online" : "answer_online_not");
      case aspect::who:
        return about.who.empty() ? missing(a) : speak.phrase("answer_who");
      case aspect::steps: {
        std::string list;
        int n = 0;
        for (const auto& s : about.steps)
          list += speak.phrase("answer_step_line", {{"n", std::to_string(++n)}, {"step", s}}) + "\n";
        return list.empty() ? speak.phrase("answer_steps_none")
                            : speak.phrase("answer_steps", {{"list", list}});
      }
      case aspect::result:
        return about.result.empty() ? missing(a) : speak.phrase("answer_result");
    }
    return {};
  };

  std::string whole;
  const auto asked = fold(question);
  if (aspects.front() == aspect::overview)
    for (const auto& o : dialogs.openings)
      if (std::ranges::find(o.topics, about.id) != o.topics.end() && !speak.opening_said(o.topics) &&
          std::ranges::none_of(o.unless, [&](const auto& word) { return holds_words(asked, word); })) {
        whole = speak.text(o.words) + "\n";
        out.opening = about.id;
        break;
      }
  whole += speak.phrase(lead);
  bool first = true;
  for (const auto a : aspects)
    if (const auto text = section(a); !text.empty()) {
      whole += (first ? "\n" : "\n\n") + text;
      first = false;
    }

  whole += "\n\n" + certainty_and_source(speak, known, about);

  out.texts = screens(whole);
  // The questions that lead to one person's papers are in Vietnamese.
  if (!speak.english() && !about.questions.empty() &&
      std::ranges::find(aspects, aspect::documents) != aspects.end())
    out.choices.push_back({speak.phrase("choice_papers"), "papers:" + about.id, ""});
  constexpr std::array order{aspect::documents, aspect::fee,   aspect::steps,
                             aspect::online,    aspect::where, aspect::time};
  for (const auto a : order) {
    if (std::ranges::find(aspects, a) != aspects.end() || out.choices.size() == 3) continue;
    if (a == aspect::fee && aspects.front() == aspect::overview && about.price.note.empty()) continue;
    if (a == aspect::documents && about.documents.empty()) continue;
    if (a == aspect::steps && about.steps.empty()) continue;
    const auto name = std::string{to_string(a)};
    out.choices.push_back({speak.phrase("aspect_" + name), "aspect:" + about.id + ":" + name, ""});
  }
  return out;
}

composed_answer compose_papers(const voice& speak, const knowledge::library& known,
                               const knowledge::procedure& about, const knowledge::papers& list,
                               const std::string& code) {
  composed_answer out;
  int n = 0;
  auto lines = [&](const std::vector<const knowledge::document*>& documents, bool all_notes) {
    std::string text;
    for (const auto* d : documents)
      // The note of a conditional document says when it is needed; where that is settled it says nothing new.
      text +=
          speak.phrase("papers_line", {{"n", std::to_string(++n)},
                                       {"name", d->name},
                                       {"copies", d->copies},
                                       {"form", d->form},
                                       {"note", all_notes || d->when.always() ? d->note : std::string{}}}) +
          "\n";
    return text;
  };
  std::string whole;
  auto paragraph = [&](const std::string& text) {
    if (!text.empty()) whole += (whole.empty() ? "" : "\n") + text;
  };
  whole += speak.phrase(code.empty() ? "papers_same_for_all" : "papers_lead");
  whole += "\n" + (list.needed.empty() ? speak.phrase("papers_none") : lines(list.needed, false));
  if (!list.perhaps.empty())
    whole += speak.phrase("papers_perhaps", {{"list", lines(list.perhaps, true)}}) + "\n";
  for (const auto& note : list.notes) paragraph(speak.phrase("papers_note", {{"note", note}}));
  paragraph(speak.phrase("papers_fee", {{"fee", list.price.text}, {"note", list.price.note}}));
  paragraph(speak.phrase("papers_time", {{"time", list.time_limit}}));
  paragraph(speak.phrase("papers_where", {{"where", list.where}}));
  if (about.online.available) paragraph(speak.phrase("papers_online"));
  whole += "\n\n";
  if (!code.empty()) whole += speak.phrase("papers_code", {{"code", code}}) + "\n";
  whole += certainty_and_source(speak, known, about);
  out.texts = screens(whole);
  if (!code.empty()) out.choices.push_back({speak.phrase("choice_change"), "change:" + code, ""});
  for (const auto a : {aspect::steps, aspect::online}) {
    const auto name = std::string{to_string(a)};
    if (out.choices.size() < 3)
      out.choices.push_back({speak.phrase("aspect_" + name), "aspect:" + about.id + ":" + name, ""});
  }
  return out;
}

}  // namespace thanthien::dialogs
