#include "dialogs/story_record.hpp"

#include "dialogs/story_play.hpp"
#include "dialogs/story_records.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace thanthien::dialogs {
namespace {

constexpr std::chrono::minutes shortest_wait{5};
constexpr std::size_t longest_part = 120;  // bytes of a reply that the story asks for

/// Double-quoted as JSON does it, which YAML reads too.
std::string in_quotes(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "[" : ", ") + in_quotes(item);
  return out + "]";
}

/// The line of a reply that the story asks for. The first, but not the sentence that says once that this is
/// an automatic assistant: it would be the same whatever is answered.
std::string telling_line(std::string_view text, bool introduces) {
  const auto end = text.find('\n');
  if (introduces && end != std::string_view::npos) {
    text.remove_prefix(end + 1);
    while (text.starts_with('\n')) text.remove_prefix(1);
  }
  const auto line = text.substr(0, text.find('\n'));
  if (line.size() <= longest_part) return std::string{line};
  const auto cut = trimmed(line, longest_part);
  return std::string{cut.substr(0, std::min(cut.rfind(' '), cut.size()))};
}

/// The turns as they are played; nothing is expected of them yet.
story story_of(const chat_record& chat) {
  story s;
  s.name = chat.name;
  s.unit = chat.unit;
  s.channel = chat.channel;
  s.office = chat.office;
  s.at = chat.done.empty() ? usual_story_time() : floor<std::chrono::minutes>(chat.done.front().at);
  timestamp before = s.at;
  for (const auto& e : chat.done) {
    story_turn t;
    t.what = e;
    const auto pause = floor<std::chrono::minutes>(e.at - before);
    if (pause >= shortest_wait) t.wait = pause;
    before = e.at;
    s.turns.push_back(std::move(t));
  }
  return s;
}

/// What the resident did, as the keys of a turn; `before` is the state he saw.
std::string doing(const story_turn& t, const conversation& before) {
  const auto& e = t.what;
  std::string out;
  const auto add = [&](const std::string& key, const std::string& value) {
    out += (out.empty() ? "  - " : "    ") + key + ": " + value + "\n";
  };
  if (e.kind != event_kind::message) {
    add("event", std::string{to_string(e.kind)});
  } else if (!e.payload.empty()) {
    const auto offered =
        std::ranges::find(before.offered, e.payload, &std::pair<std::string, std::string>::second);
    if (offered != before.offered.end())
      add("taps", in_quotes(offered->first));
    else
      add("choice", in_quotes(e.payload));
  } else if (!e.attachments.empty()) {
    add("sends", std::string{to_string(e.attachments.front().what)});
  }
  if (e.payload.empty() && (!e.text.empty() || out.empty())) add("says", in_quotes(e.text));
  if (!e.by.empty()) add("by", in_quotes(e.by));
  if (t.wait.count() > 0) add("wait", std::to_string(t.wait.count()));
  return out;
}

std::string expecting(const outcome& o, const conversation& before) {
  std::string out;
  const auto add = [&](const std::string& key, const std::string& value) {
    out += "    " + key + ": " + value + "\n";
  };
  if (o.act != act::none) add("act", std::string{to_string(o.act)});
  if (!o.topic.empty() || o.act == act::decline) add("topic", in_quotes(o.topic));
  if (!o.aspect.empty()) add("aspect", o.aspect);
  if (o.replies.empty()) add("silent", "yes");
  std::vector<std::string> parts, titles;
  for (const auto& r : o.replies)
    parts.push_back(telling_line(r.text, parts.empty() && !before.greeted && o.after.greeted));
  std::erase(parts, "");
  if (!parts.empty()) add("has", list(parts));
  for (const auto& c : choices_of(o)) titles.push_back(c.title);
  if (!titles.empty()) add("offers", list(titles));
  if (!o.after.slots.empty() && o.after.slots != before.slots) {
    std::string slots;
    for (const auto& [name, value] : o.after.slots)
      slots += (slots.empty() ? "{" : ", ") + in_quotes(name) + ": " + in_quotes(value);
    add("slots", slots + "}");
  }
  if (o.handed_over) add("case", o.handed_over->reason);
  if (o.handed_over && o.handed_over->urgent) add("urgent", "yes");
  if (o.rating) add("stars", std::to_string(o.rating->stars));
  if (o.after.holder != before.holder) add("holder", std::string{to_string(o.after.holder)});
  return out;
}

/// The dossiers that the office knew of, as the keys of a story.
std::string on_record(const records& office) {
  if (!office.dossiers_as_of) return {};
  if (office.dossiers.empty()) return "dossiers: []\n";
  std::string out = "dossiers:\n";
  for (const auto& d : office.dossiers) {
    out += "  - {code: " + in_quotes(d.code) + ", state: " + std::string{to_string(d.state)};
    for (const auto& [key, value] : {std::pair{"procedure", &d.procedure},
                                     {"unit", &d.unit},
                                     {"received", &d.received},
                                     {"due", &d.due},
                                     {"updated", &d.updated},
                                     {"note", &d.note}})
      if (!value->empty()) out += std::string{", "} + key + ": " + in_quotes(*value);
    out += "}\n";
  }
  return out;
}

}  // namespace

std::string recorded(const chat_record& chat, const book& dialogs, const knowledge::library& known) {
  const auto s = story_of(chat);
  const auto how = play(s, dialogs, known);
  std::string out = "flow: " + in_quotes(s.name) + "\n";
  if (!s.unit.empty()) out += "unit: " + s.unit + "\n";
  out += "channel: " + std::string{to_string(s.channel)} + "\nat: " + story_time(s.at) + "\n" +
         on_record(s.office) + "turns:\n";
  conversation before;
  for (const auto& turn : how.turns) {
    out += doing(s.turns[turn.number], before) + expecting(turn.result, before);
    before = turn.result.after;
  }
  return out;
}

}  // namespace thanthien::dialogs
