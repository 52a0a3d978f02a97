#include "dialogs/story_play.hpp"

#include "dialogs/story_coverage.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace thanthien::dialogs {
namespace {

constexpr std::chrono::seconds between_turns{15};

/// What stands under a key after a turn; the keys that compare one value.
std::string value_under(const std::string& key, const outcome& o) {
  if (key == "act") return std::string{to_string(o.act)};
  if (key == "topic") return o.topic;
  if (key == "aspect") return o.aspect;
  if (key == "case") return o.handed_over ? o.handed_over->reason : "none";
  if (key == "urgent") return o.handed_over && o.handed_over->urgent ? "yes" : "no";
  if (key == "holder") return std::string{to_string(o.after.holder)};
  if (key == "from")
    return !o.replies.empty() && o.replies.front().from == reply::author::officer ? "officer" : "bot";
  if (key == "stars") return o.rating ? std::to_string(o.rating->stars) : "none";
  if (key == "silent") return o.replies.empty() ? "yes" : "no";
  if (key.starts_with("slots.")) {
    const auto slot = o.after.slots.find(key.substr(6));
    return slot == o.after.slots.end() ? "" : slot->second;
  }
  return {};
}

/// What came instead, when the expectation is not met.
std::optional<difference> check(const expectation& e, const outcome& o) {
  const difference missed{e.key, e.value, {}, e.at};
  const auto text = text_of(o);
  if (e.key == "has" || e.key == "lacks") {
    if (text.contains(e.value) == (e.key == "has")) return std::nullopt;
    return missed;
  }
  auto instead = missed;
  if (e.key == "offers") {
    const auto choices = choices_of(o);
    if (std::ranges::find(choices, e.value, &choice::title) != choices.end()) return std::nullopt;
    for (const auto& c : choices) instead.came += (instead.came.empty() ? "[" : " [") + c.title + "]";
    return instead;
  }
  if (e.key == "summary") {
    if (o.handed_over && o.handed_over->summary.contains(e.value)) return std::nullopt;
    if (o.handed_over) instead.came = o.handed_over->summary;
    return instead;
  }
  instead.came = value_under(e.key, o);
  if (instead.came == e.value) return std::nullopt;
  return instead;
}

/// What every turn promises, whether the story says so or not.
void check_unsaid(const story_turn& t, const outcome& o, const conversation& reread,
                  std::vector<difference>& out) {
  if (!t.expects("silent") && o.replies.empty()) out.push_back({"silence", {}, {}, t.at});
  if (!t.expects("case") && o.handed_over) out.push_back({"case", "none", o.handed_over->reason, t.at});
  if (!(reread == o.after)) out.push_back({"saved", {}, {}, t.at});
}

conversation saved_and_read(const conversation& c) {
  nlohmann::json saved;
  to_json(saved, c);
  conversation reread;
  from_json(nlohmann::json::parse(saved.dump(), nullptr, false), reread);
  return reread;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// The reply as it is shown below the differences, every line behind a bar.
std::string framed(const outcome& o) {
  std::string out;
  for (const auto& r : o.replies) {
    std::string_view left = r.text;
    while (!left.empty()) {
      const auto end = std::min(left.find('\n'), left.size());
      out += "      │ " + std::string{left.substr(0, end)} + "\n";
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    std::string choices;
    for (const auto& c : r.choices) choices += (choices.empty() ? "[" : " [") + c.title + "]";
    if (!choices.empty()) out += "      │ " + choices + "\n";
  }
  if (out.empty()) out = "      │ (không trả lời gì)\n";
  return out;
}

}  // namespace

bool played::came_true() const {
  return std::ranges::all_of(turns, [](const auto& t) { return t.differences.empty(); });
}

played play(const story& told, const book& dialogs, const knowledge::library& known, coverage* count) {
  played out;
  conversation state;
  auto now = told.at;
  if (count != nullptr) count->begin_conversation();
  for (std::size_t n = 0; n < told.turns.size(); ++n) {
    const auto& turn = told.turns[n];
    now += turn.wait + between_turns;
    auto e = turn.what;
    e.channel = told.channel;
    e.person = "p1";
    e.id = "e" + std::to_string(n + 1);
    e.at = now;
    auto& step = out.turns.emplace_back();
    step.number = n;
    if (!turn.taps.empty()) {
      // By the title that was offered, as a finger does.
      const auto offered =
          std::ranges::find(state.offered, turn.taps, &std::pair<std::string, std::string>::first);
      if (offered == state.offered.end()) {
        std::string titles;
        for (const auto& [title, payload] : state.offered)
          titles += (titles.empty() ? "[" : " [") + title + "]";
        step.differences.push_back({"taps", turn.taps, titles, turn.at});
        return out;
      }
      e.text = turn.taps;
      e.payload = offered->second;
    }
    trace seen;
    step.result = walk(dialogs, known, state, e, {now, told.unit, "TB-" + std::to_string(n + 1), told.office},
                       count != nullptr ? &seen : nullptr);
    if (count != nullptr) count->add(seen);
    state = saved_and_read(step.result.after);
    check_unsaid(turn, step.result, state, step.differences);
    for (const auto& expected : turn.expected)
      if (auto missed = check(expected, step.result)) step.differences.push_back(std::move(*missed));
  }
  return out;
}

std::vector<choice> choices_of(const outcome& o) {
  return o.replies.empty() ? std::vector<choice>{} : o.replies.back().choices;
}

std::string text_of(const outcome& o) {
  std::string text;
  for (const auto& r : o.replies) text += r.text + "\n";
  return text;
}

std::string doing_of(const story_turn& t) {
  if (!t.taps.empty()) return "bà con bấm [" + t.taps + "]";
  if (!t.what.payload.empty()) return "bà con bấm nút có mã " + quoted(t.what.payload);
  std::string words = t.what.text.empty() ? "" : " " + quoted(t.what.text);
  if (!t.what.attachments.empty())
    return "bà con gửi " + std::string{to_string(t.what.attachments.front().what)} + words;
  if (t.what.kind == event_kind::message) return "bà con nhắn" + words;
  return "sự kiện " + std::string{to_string(t.what.kind)} + words;
}

std::string to_string(const difference& d) {
  static const std::map<std::string, std::string> names{
      {"act", "loại trả lời (act)"},     {"topic", "chủ đề (topic)"},
      {"aspect", "mục (aspect)"},        {"case", "phiếu cho cán bộ (case)"},
      {"urgent", "phiếu khẩn (urgent)"}, {"holder", "người đang tiếp bà con (holder)"},
      {"from", "lời của ai (from)"},     {"stars", "số sao (stars)"},
      {"silent", "im lặng (silent)"}};
  const auto came = d.came.empty() ? std::string{"để trống"} : quoted(d.came);
  if (d.key == "has") return "thiếu câu " + quoted(d.expected);
  if (d.key == "lacks") return "không được có câu " + quoted(d.expected);
  if (d.key == "offers")
    return "thiếu nút [" + d.expected + "], " + (d.came.empty() ? "không có nút nào" : "chỉ có " + d.came);
  if (d.key == "taps")
    return "không có nút [" + d.expected + "] để bấm, " +
           (d.came.empty() ? "không có nút nào" : "chỉ có " + d.came);
  if (d.key == "summary")
    return "lời ghi cho cán bộ thiếu câu " + quoted(d.expected) +
           (d.came.empty() ? ", chưa có phiếu nào" : ", chỉ có " + quoted(d.came));
  if (d.key == "silence") return "trợ lý không trả lời gì (đúng là phải im thì viết \"silent: yes\")";
  if (d.key == "saved") return "trạng thái đổi khi lưu rồi đọc lại: báo người làm phần mềm";
  if (d.key == "case" && d.expected == "none")
    return "trợ lý lập phiếu cho cán bộ mà câu chuyện không kể (đúng thì viết \"case: " + d.came + "\")";
  if (d.key.starts_with("slots."))
    return "câu trả lời \"" + d.key.substr(6) + "\" phải là " + quoted(d.expected) + ", lại là " + came;
  const auto name = names.find(d.key);
  return (name == names.end() ? d.key : name->second) + " phải là " + quoted(d.expected) + ", lại là " + came;
}

std::string told_differences(const story& told, const played& how) {
  std::string out;
  for (const auto& turn : how.turns) {
    if (turn.differences.empty()) continue;
    const auto& t = told.turns[turn.number];
    if (out.empty()) out = "SAI  " + told.file + ": " + told.name + "\n";
    out += "  Lượt " + std::to_string(turn.number + 1) + ", " + doing_of(t) + "\n";
    for (const auto& d : turn.differences)
      out += "    " + told.file + ":" + std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + ": " +
             to_string(d) + "\n";
    if (turn.differences.front().key == "taps") continue;
    const auto& o = turn.result;
    out += "    Trợ lý trả lời (act: " + std::string{to_string(o.act)} + ", topic: " + quoted(o.topic) +
           ", aspect: " + quoted(o.aspect) + "):\n" + framed(o);
  }
  return out;
}

}  // namespace thanthien::dialogs
