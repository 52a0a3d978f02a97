// Plays conversations through the walk, as `chat --jsonl` would, and judges every turn: one JSON object a
// line with `id`, `topic` and `turns` of `user` (or `attachment`), `clock` where the hour matters, and
// `expect`.
//
// A turn is right when four things are: its topic, what it did (behaviour), the aspect that was answered, and
// the words that must or must not be in the reply. tests/eval/README.md says how each is judged.

#include "bot/commands/talk.hpp"
#include "tests/eval/score.hpp"

#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

namespace bot = thanthien::bot;
namespace dialogs = thanthien::dialogs;
using nlohmann::json;
using thanthien::eval::contains;
using thanthien::eval::percent;
using thanthien::eval::tally;
using strings = std::vector<std::string>;

namespace {

// A conversation that names no time begins on a working morning.
constexpr const char* usual_time = "2026-11-23T09:00";

struct expectation {
  std::string label, aspect;
  strings accept, aspects, behaviours, must, must_not, should;
};

expectation expectation_of(const json& j) {
  const auto list = [&](const char* key, strings otherwise) { return j.value(key, std::move(otherwise)); };
  expectation e;
  e.label = j.at("label");
  e.accept = list("accept", {e.label});
  e.aspect = j.value("aspect", "");
  e.aspects = list("aspect_accept", {});
  e.aspects.push_back(e.aspect);
  e.behaviours = list("behaviour_accept", {j.at("behaviour").get<std::string>()});
  e.must = list("must_contain", {});
  e.must_not = list("must_not_contain", {});
  e.should = list("should_contain", {});
  return e;
}

/// What the turn did, in the words of `chat --jsonl`.
struct reply_seen {
  std::string act, topic, aspect, text;
  strings offered;  ///< topics among the choices
  bool asks = false, made_case = false;
};

reply_seen seen_in(const dialogs::outcome& o, const thanthien::knowledge::library& known) {
  const auto told = bot::commands::understood_json(o, known);
  const auto text_of = [&](const char* key) {
    return told[key].is_string() ? told[key].get<std::string>() : std::string();
  };
  reply_seen out;
  out.act = text_of("act");
  out.topic = text_of("topic");
  out.aspect = text_of("aspect");
  out.made_case = o.handed_over.has_value();
  const std::string head = "topic:";
  for (const auto& r : o.replies) {
    out.text += r.text + "\n";
    for (const auto& c : r.choices)
      if (c.payload.starts_with(head)) out.offered.push_back(c.payload.substr(head.size()));
  }
  out.asks = out.act == "clarify" || out.text.find('?') != std::string::npos;
  return out;
}

struct judgement {
  bool topic = false, behaviour = false, aspect = true, words = true, wishes = true;
  bool aspect_judged = false;
  bool right() const { return topic && behaviour && aspect && words; }
  std::string told() const {
    std::string out;
    const auto add = [&](bool ok, const char* what) {
      out += ok ? "" : std::string(out.empty() ? "" : "+") + what;
    };
    add(topic, "topic");
    add(behaviour, "behaviour");
    add(aspect, "aspect");
    add(words, "words");
    return out;
  }
};

bool does(const reply_seen& r, const std::string& behaviour, bool topic_is_right) {
  const bool answers =
      r.act == "answer" || r.act == "decline" || r.act == "small_talk" || r.act == "emergency";
  if (behaviour == "answers") return answers;
  if (behaviour == "keeps_context") return answers || (topic_is_right && !r.act.empty());
  if (behaviour == "corrects") return topic_is_right && (answers || r.act == "clarify");
  if (behaviour == "asks_back") return r.asks;
  if (behaviour == "offers_choices") return r.act == "clarify" || r.offered.size() > 1;
  if (behaviour == "greets") return r.act == "small_talk";
  if (behaviour == "hands_to_officer") return r.act == "handoff" || r.act == "emergency" || r.made_case;
  throw std::runtime_error("unknown behaviour " + behaviour);
}

bool topic_right(const reply_seen& r, const expectation& e) {
  const bool may_ask = contains(e.behaviours, "asks_back") || contains(e.behaviours, "offers_choices");
  const bool may_hand = contains(e.behaviours, "hands_to_officer");
  if (r.act == "emergency") return may_hand || contains(e.accept, "gap-can-bo");
  if (!r.topic.empty() && contains(e.accept, r.topic)) return true;
  // A person who may settle it needs no label; asking back needs the right topic among the choices.
  if (r.act == "handoff" && (may_hand || contains(e.accept, "gap-can-bo"))) return true;
  if (r.act == "clarify" && may_ask &&
      std::ranges::any_of(r.offered, [&](const auto& t) { return contains(e.accept, t); }))
    return true;
  if (contains(e.accept, "ngoai-pham-vi") && r.topic.empty() && r.act != "answer") return true;
  if (contains(e.accept, "khong-ro") && (r.act == "clarify" || (r.topic.empty() && r.act != "answer")))
    return true;
  return false;
}

judgement judge(const reply_seen& r, const expectation& e, const thanthien::knowledge::library& known) {
  judgement j;
  j.topic = topic_right(r, e);
  j.behaviour = std::ranges::any_of(e.behaviours, [&](const auto& b) { return does(r, b, j.topic); });
  j.aspect_judged =
      j.topic && r.act == "answer" && !e.aspect.empty() && known.find_procedure(r.topic) != nullptr;
  if (j.aspect_judged) j.aspect = contains(e.aspects, r.aspect.empty() ? "overview" : r.aspect);
  const auto says = [&](const std::string& words) { return r.text.find(words) != std::string::npos; };
  j.words = std::ranges::all_of(e.must, says) && std::ranges::none_of(e.must_not, says);
  j.wishes = std::ranges::all_of(e.should, says);
  return j;
}

std::string on_one_line(std::string text, std::size_t most) {
  std::ranges::replace(text, '\n', ' ');
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;  // between characters
  return text.substr(0, most) + "…";
}

struct options {
  std::string path;
  bool errors = false;
  double floor = 0;
};

}  // namespace

int main(int argc, char** argv) try {
  options o;
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a == "--errors")
      o.errors = true;
    else if (a == "--floor" && i + 1 < argc)
      o.floor = std::stod(argv[++i]);
    else if (a.starts_with("--")) {
      o.path.clear();
      break;
    } else
      o.path = a;
  }
  if (o.path.empty()) {
    std::cerr << "eval_dialogs [--errors] [--floor SHARE] FILE.jsonl\n";
    return 2;
  }
  std::ifstream in(o.path);
  if (!in) throw std::runtime_error("cannot read " + o.path);

  std::vector<thanthien::knowledge::problem> problems;
  const auto said = bot::load_content(bot::content_folders::shipped_and({}), problems);
  if (!said) {
    std::cerr << thanthien::knowledge::to_string(problems);
    return 1;
  }

  tally turns, topics, behaviours, aspects, words, wishes, whole;
  std::map<std::string, tally> by_behaviour;
  for (std::string read; std::getline(in, read);) {
    if (read.empty()) continue;
    const auto conversation = json::parse(read);
    bot::commands::talk one(said);
    bool all = true, first = true;
    for (const auto& turn : conversation.at("turns")) {
      const auto told = turn.value("clock", first ? usual_time : "");
      const auto at = bot::commands::parse_time(told);
      if (!at && !told.empty()) throw std::runtime_error("no time: " + told);
      first = false;
      dialogs::event event;
      event.text = turn.value("user", "");
      if (turn.contains("attachment")) {
        const auto kind = dialogs::parse_attachment_kind(turn["attachment"].get<std::string>());
        if (!kind) throw std::runtime_error("unknown attachment " + turn["attachment"].dump());
        event.attachments.push_back({*kind, "", "", {}, {}});
      }
      const auto expect = expectation_of(turn.at("expect"));
      const auto seen = seen_in(one.say(std::move(event), one.time_of_turn(at)), *said->known);
      const auto j = judge(seen, expect, *said->known);
      turns.add(j.right());
      topics.add(j.topic);
      behaviours.add(j.behaviour);
      if (j.aspect_judged) aspects.add(j.aspect);
      if (!expect.must.empty() || !expect.must_not.empty()) words.add(j.words);
      if (!expect.should.empty()) wishes.add(j.wishes);
      by_behaviour[turn["expect"].at("behaviour")].add(j.right());
      all = all && j.right();
      if (j.right() || !o.errors) continue;
      std::cout << j.told() << " | " << conversation.value("id", "?") << " | " << turn.value("user", "")
                << " | " << seen.act << ' ' << (seen.topic.empty() ? "-" : seen.topic) << ' '
                << (seen.aspect.empty() ? "-" : seen.aspect) << " | wanted " << expect.label << ' '
                << expect.aspect << ' ';
      for (std::size_t b = 0; b < expect.behaviours.size(); ++b)
        std::cout << (b == 0 ? "" : "/") << expect.behaviours[b];
      std::cout << " | " << on_one_line(seen.text, 160) << '\n';
    }
    whole.add(all);
  }

  std::cout << "turns right             " << percent(turns) << "\n"
            << "conversations right     " << percent(whole) << "\n"
            << "topic right             " << percent(topics) << "\n"
            << "behaviour right         " << percent(behaviours) << "\n"
            << "aspect right            " << percent(aspects) << "\n"
            << "must and must not kept  " << percent(words) << "\n"
            << "wished-for words        " << percent(wishes) << "\n\nby behaviour\n";
  for (const auto& [name, t] : by_behaviour)
    std::cout << "  " << name << std::string(22 - std::min<std::size_t>(21, name.size()), ' ') << percent(t)
              << '\n';

  const bool fell = turns.share() < o.floor || words.right < words.count;
  if (fell) std::cout << "below the floor: turns right " << o.floor << ", every must and must not kept\n";
  return fell ? 1 : 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
