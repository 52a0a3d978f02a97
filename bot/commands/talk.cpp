#include "bot/commands/talk.hpp"

#include "bot/clock.hpp"
#include "bot/records/dossier_file.hpp"
#include "bot/turn.hpp"
#include "dialogs/model.hpp"
#include "dialogs/office_hours.hpp"
#include "knowledge/text.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>

namespace thanthien::bot::commands {

using nlohmann::json;

dialogs::outcome talk::say(dialogs::event what, dialogs::timestamp now) {
  what.channel = dialogs::channel::terminal;
  what.person = "terminal";
  what.id = std::to_string(++events_);
  if (what.at == dialogs::timestamp{}) what.at = now;
  auto code = std::to_string(events_);
  code.insert(0, 6 - std::min<std::size_t>(6, code.size()), '0');
  auto result = dialogs::walk(*said_->dialogs, *said_->known, state_, what,
                              {now, unit_, "DN-" + code, look_up(what.text, now)});
  state_ = result.after;
  if (result.handed_over)
    requests_.push_back({"DN-" + code, dialogs::request_state::waiting, due(result.handed_over->urgent, now)});
  return result;
}

dialogs::timestamp talk::due(bool urgent, dialogs::timestamp now) const {
  const turn_settings usual;
  const dialogs::office_hours office(said_->dialogs->inside().rules, said_->known->holidays());
  return urgent ? now + usual.urgent_time : office.after(now, usual.case_time);
}

dialogs::records talk::look_up(const std::string& text, dialogs::timestamp now) const {
  dialogs::records known;
  known.requests = requests_;
  if (!dossiers_) return known;
  known.dossiers_as_of = now;
  known.dossiers = dossiers_in(text, *dossiers_);
  return known;
}

std::vector<dialogs::dossier> dossiers_in(const std::string& text, const std::vector<dialogs::dossier>& table) {
  std::vector<dialogs::dossier> out;
  for (const auto& code : dialogs::codes_in(knowledge::clean(text)))
    for (const auto& d : table)
      if (dialogs::code_key(d.code) == code.key) out.push_back(d);
  return out;
}

dossier_table dossiers_of(const std::string& file) {
  if (file.empty()) return nullptr;
  auto table = read_dossier_file(file);
  if (!table.problems.empty()) std::cerr << knowledge::to_string(table.problems);
  if (knowledge::has_errors(table.problems)) throw CLI::RuntimeError(2);
  return std::make_shared<const std::vector<dialogs::dossier>>(std::move(table.rows));
}

namespace {

/// Danger is a matter for a person, whatever kind it is; fraud is reported as a denunciation.
std::string public_topic(const std::string& topic, const knowledge::library& known) {
  if (topic == "lua-dao") return "to-cao";
  const auto* own = known.find_topic(topic);
  if (!own) return topic;
  switch (own->kind) {
    case knowledge::topic_kind::emergency: return "gap-can-bo";
    case knowledge::topic_kind::small_talk: return topic == "cam-on" ? topic : "chao-hoi";
    case knowledge::topic_kind::out_of_scope: return "";
    case knowledge::topic_kind::procedure:
    case knowledge::topic_kind::service: break;
  }
  return topic == "khong-ro" ? "" : topic;
}

}  // namespace

json understood_json(const dialogs::outcome& result, const knowledge::library& known) {
  auto candidates = json::array();
  for (const auto& c : result.candidates)
    if (auto topic = public_topic(c.topic, known); !topic.empty()) candidates.push_back({{"topic", std::move(topic)}, {"score", c.score}});
  auto o = result;
  o.topic = public_topic(result.topic, known);
  return {{"act", o.act == dialogs::act::none ? json() : json(dialogs::to_string(o.act))},
          {"topic", o.topic.empty() ? json() : json(o.topic)},
          {"aspect", o.aspect.empty() ? json() : json(o.aspect)},
          {"confidence", o.confidence},
          {"candidates", std::move(candidates)}};
}

json replies_json(const dialogs::outcome& o) {
  auto out = json::array();
  for (const auto& r : o.replies) {
    auto choices = json::array();
    for (const auto& c : r.choices) {
      json one{{"title", c.title}, {"payload", c.payload}};
      if (!c.url.empty()) one["url"] = c.url;
      choices.push_back(std::move(one));
    }
    out.push_back({{"text", r.text}, {"choices", std::move(choices)}});
  }
  return out;
}

dialogs::timestamp talk::time_of_turn(std::optional<dialogs::timestamp> told) {
  if (told)
    clock_ = told;
  else if (clock_)
    *clock_ += std::chrono::minutes{1};
  const auto now = clock_.value_or(system_now());
  // Scripts may set the clock back; their turns are in order all the same.
  if (now < state_.last_event_at) state_.last_event_at = now;
  return now;
}

std::optional<chat_line> read_chat_line(const std::string& line) {
  const auto in = json::parse(line, nullptr, false);
  if (!in.is_object()) return std::nullopt;
  const auto text_of = [&](const char* name) {
    return in.contains(name) && in[name].is_string() ? in[name].get<std::string>() : std::string();
  };
  chat_line out;
  out.conversation = text_of("conversation");
  out.what.text = text_of("text");
  out.what.payload = text_of("choice");
  if (const auto kind = text_of("attachment"); !kind.empty())
    out.what.attachments.push_back(
        {dialogs::parse_attachment_kind(kind).value_or(dialogs::attachment::kind::other), "", "", {}, {}});
  out.at = parse_time(text_of("at"));
  return out;
}

std::optional<dialogs::timestamp> parse_time(const std::string& iso) {
  using namespace std::chrono;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, used = 0;
  if (std::sscanf(iso.c_str(), "%4d-%2d-%2dT%2d:%2d%n", &y, &mo, &d, &h, &mi, &used) != 5) return std::nullopt;
  double seconds = 0;
  auto rest = iso.substr(static_cast<std::size_t>(used));
  if (int more = 0; std::sscanf(rest.c_str(), ":%lf%n", &seconds, &more) == 1) rest = rest.substr(static_cast<std::size_t>(more));
  minutes zone{420};
  if (rest == "Z") {
    zone = minutes{0};
  } else if (!rest.empty()) {
    char sign = 0;
    int zh = 0, zm = 0;
    if (std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &zh, &zm) < 2 || (sign != '+' && sign != '-')) return std::nullopt;
    zone = minutes{(sign == '-' ? -1 : 1) * (zh * 60 + zm)};
  }
  const year_month_day day{year{y}, month{static_cast<unsigned>(mo)}, std::chrono::day{static_cast<unsigned>(d)}};
  if (!day.ok() || h > 24 || mi > 59 || seconds >= 61) return std::nullopt;
  return sys_days{day} + hours{h} + minutes{mi} + milliseconds{static_cast<std::int64_t>(seconds * 1000)} - zone;
}

}  // namespace thanthien::bot::commands
