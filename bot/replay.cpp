#include "bot/replay.hpp"

#include "knowledge/text.hpp"

#include <algorithm>

namespace thanthien::bot {

namespace {

answer answer_of(const std::vector<dialogs::reply>& replies) {
  answer out;
  for (const auto& r : replies) out.text += (out.text.empty() ? "" : "\n") + r.text;
  if (!replies.empty())
    for (const auto& c : replies.back().choices) out.choices += (out.choices.empty() ? "[" : " [") + c.title + "]";
  return out;
}

answer answer_of(const dialogs::outcome& o) {
  auto out = answer_of(o.replies);
  if (o.act != dialogs::act::none) out.act = dialogs::to_string(o.act);
  out.topic = o.topic;
  out.aspect = o.aspect;
  if (o.handed_over) out.case_reason = o.handed_over->reason;
  return out;
}

/// One side: the dialogs, and how far the conversation has come with them.
class side {
 public:
  side(const content& said, const replay_conversation& held) : said_(said), held_(held) {}

  answer take(std::size_t turn) {
    const auto& t = held_.turns[turn];
    const auto code = t.case_code.empty() ? "TB-" + std::to_string(turn + 1) : t.case_code;
    auto result = dialogs::walk(*said_.dialogs, *said_.known, state_, t.what, {t.now, held_.unit, code, t.looked_up});
    auto told = answer_of(result);
    state_ = std::move(result.after);
    return told;
  }

 private:
  const content& said_;
  const replay_conversation& held_;
  dialogs::conversation state_;
};

std::vector<std::string> lines_of(const answer& a) {
  std::vector<std::string> out;
  auto kind = "(act: " + a.act + ", topic: " + a.topic + (a.aspect.empty() ? "" : ", aspect: " + a.aspect);
  if (!a.case_reason.empty()) kind += ", case: " + a.case_reason;
  out.push_back(kind + ")");
  for (std::size_t begin = 0; begin < a.text.size();) {
    const auto end = std::min(a.text.find('\n', begin), a.text.size());
    if (end > begin) out.push_back(knowledge::mask(a.text.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (!a.choices.empty()) out.push_back(a.choices);
  return out;
}

}  // namespace

std::optional<replay_conversation> replay_of(const past_conversation& past, std::string unit) {
  if (!past.whole) return std::nullopt;
  replay_conversation out;
  out.name = std::to_string(past.id);
  out.unit = std::move(unit);
  for (const auto& t : past.turns) {
    auto& turn = out.turns.emplace_back();
    turn.what = t.what;
    turn.now = t.now;
    turn.case_code = t.case_code;
    if (t.what.kind != dialogs::event_kind::message && t.what.kind != dialogs::event_kind::opened) continue;
    turn.then = answer_of(t.replies);
    turn.then->act = t.act;
    turn.then->topic = t.topic;
    turn.then->aspect = t.aspect;
    turn.then->case_reason = t.case_reason;
  }
  return out;
}

std::vector<changed_answer> replay(const replay_conversation& held, const content& present, const content* changed) {
  std::vector<changed_answer> out;
  side with_present(present, held);
  std::optional<side> with_changed;
  if (changed) with_changed.emplace(*changed, held);
  for (std::size_t n = 0; n < held.turns.size(); ++n) {
    const auto now = with_present.take(n);
    if (with_changed) {
      if (auto other = with_changed->take(n); other != now) out.push_back({n, now, std::move(other)});
    } else if (const auto& then = held.turns[n].then; then && *then != now) {
      out.push_back({n, *then, now});
    }
  }
  return out;
}

std::string told(const changed_answer& c) {
  const auto before = lines_of(c.before), after = lines_of(c.after);
  const auto only_in = [](const std::vector<std::string>& here, const std::vector<std::string>& there, const char* sign) {
    std::string out;
    for (const auto& line : here)
      if (std::ranges::find(there, line) == there.end()) out += std::string("    ") + sign + " " + line + "\n";
    return out;
  };
  const auto out = only_in(before, after, "-") + only_in(after, before, "+");
  return out.empty() ? "    (các dòng như nhau, thứ tự khác)\n" : out;
}

}  // namespace thanthien::bot
