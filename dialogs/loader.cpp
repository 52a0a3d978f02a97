#include "dialogs/loader.hpp"

#include "knowledge/yaml.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

namespace thanthien::dialogs {
namespace {

using knowledge::problem;
using knowledge::yaml_node;

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool good_name(std::string_view name) {
  if (name.empty() || name.size() > 60) return false;
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

bool good_slot_name(std::string_view name) { return good_name(name) && !name.contains('-'); }

const std::vector<std::string>& step_kinds() {
  static const std::vector<std::string> names{"say",    "ask",       "branch", "go",        "call",
                                              "answer", "checklist", "rate",   "hand_over", "end"};
  return names;
}

std::vector<std::string> keys_of(const std::string& kind) {
  if (kind == "say") return {"say", "choices", "next"};
  if (kind == "ask")
    return {"ask", "slot", "type",     "label",  "choices",        "again", "example",
            "min", "max",  "optional", "failed", "side_questions", "next"};
  if (kind == "branch") return {"branch"};
  if (kind == "go") return {"go"};
  if (kind == "call") return {"call", "next"};
  if (kind == "answer") return {"answer", "next"};
  if (kind == "checklist") return {"checklist", "next"};
  if (kind == "rate") return {"rate", "unhappy", "next"};
  if (kind == "hand_over") return {"hand_over", "summary", "urgent", "say"};
  return {"end"};
}

class file_reader {
 public:
  file_reader(std::string file, std::vector<problem>& problems)
      : file_{std::move(file)}, problems_{problems} {}

  void fail(int line, int column, std::string message, std::string hint = {}) {
    problems_.push_back({problem::level::error, file_, line, column, std::move(message), std::move(hint)});
  }
  void fail(const yaml_node& at, std::string message, std::string hint = {}) {
    fail(at.line, at.column, std::move(message), std::move(hint));
  }

  mark mark_of(const yaml_node& node) const { return {file_, node.line, node.column}; }

  /// Keys that nobody knows are slips of the pen: the nearest known one is proposed.
  void only_keys(const yaml_node& map, const std::vector<std::string>& known, const std::string& where) {
    for (const auto& e : map.entries)
      if (std::ranges::find(known, e.key) == known.end()) {
        const auto near = knowledge::nearest(e.key, known);
        fail(e.line, e.column, where + " không có khóa \"" + e.key + "\"",
             near.empty() ? "Các khóa dùng được: " + listed(known) + "."
                          : "Có phải bạn muốn viết \"" + near + "\"?");
      }
  }

  bool is_map(const yaml_node& node, const std::string& what) {
    if (node.is_map()) return true;
    fail(node, what + " phải gồm các dòng \"khóa: giá trị\"");
    return false;
  }

  std::string scalar(const yaml_node& node, const std::string& what) {
    if (node.is_scalar() && !trimmed(node.scalar).empty()) return std::string{trimmed(node.scalar)};
    fail(node, what + " phải là một dòng chữ, không được để trống");
    return {};
  }

  std::vector<std::string> scalars(const yaml_node& node, const std::string& what) {
    std::vector<std::string> out;
    if (node.is_scalar()) {
      out.push_back(scalar(node, what));
    } else if (node.is_sequence()) {
      for (const auto& item : node.items) out.push_back(scalar(item, what));
    } else {
      fail(node, what + " phải là một danh sách, mỗi dòng bắt đầu bằng \"- \"");
    }
    std::erase(out, "");
    return out;
  }

  bool flag(const yaml_node& node, const std::string& what) {
    const auto value = node.is_scalar() ? fold(node.scalar) : std::string{};
    if (value == "yes" || value == "true" || value == "co") return true;
    if (value == "no" || value == "false" || value == "khong") return false;
    fail(node, what + " phải là yes hoặc no");
    return false;
  }

  std::optional<std::int64_t> number(const yaml_node& node, const std::string& what) {
    if (node.is_scalar()) {
      std::string digits;
      bool clean = !node.scalar.empty();
      for (std::size_t i = 0; i < node.scalar.size(); ++i) {
        const char c = node.scalar[i];
        if ((c >= '0' && c <= '9') || (c == '-' && i == 0))
          digits += c;
        else
          clean = false;
      }
      if (clean && digits.size() <= 15 && digits != "-") return std::stoll(digits);
    }
    fail(node, what + " phải là một con số, viết liền, ví dụ 100000");
    return std::nullopt;
  }

  void variants_into(wording::version& v, const yaml_node& node, const std::string& what) {
    auto one = [&](const yaml_node& item) {
      if (!item.is_scalar() || trimmed(item.scalar).empty()) {
        fail(item, what + " đang để trống", "Viết câu chữ cho bà con đọc, hoặc bỏ hẳn dòng này.");
        return;
      }
      v.variants.emplace_back(trimmed(item.scalar, item.scalar.size()));
      v.marks.push_back(mark_of(item));
    };
    if (node.is_sequence())
      for (const auto& item : node.items) one(item);
    else
      one(node);
    if (node.is_sequence() && node.items.empty()) fail(node, what + " đang để trống");
  }

  void languages_into(wording& w, const yaml_node& node, std::optional<dialogs::channel> on,
                      const std::string& what) {
    if (!node.is_map()) {
      wording::version v{"vi", on, {}, {}};
      variants_into(v, node, what);
      if (!v.variants.empty()) w.versions.push_back(std::move(v));
      return;
    }
    for (const auto& e : node.entries) {
      if (e.key == "vi" || e.key == "en") {
        wording::version v{e.key, on, {}, {}};
        variants_into(v, e.value, what);
        if (!v.variants.empty()) w.versions.push_back(std::move(v));
      } else if (const auto c = parse_channel(e.key); c && !on) {
        languages_into(w, e.value, c, what);
      } else {
        const auto near = knowledge::nearest(e.key, {"vi", "en", "zalo", "messenger", "web", "terminal"});
        fail(e.line, e.column, what + " không có khóa \"" + e.key + "\"",
             near.empty() ? "Dùng vi, en, hoặc tên kênh: zalo, messenger, web."
                          : "Có phải bạn muốn viết \"" + near + "\"?");
      }
    }
  }

  wording words(const yaml_node& node, const std::string& what) {
    wording w;
    w.at = mark_of(node);
    languages_into(w, node, std::nullopt, what);
    if (!w.empty() &&
        std::ranges::none_of(w.versions, [](const auto& v) { return v.language == "vi" && !v.on; }))
      fail(node, what + " chưa có câu tiếng Việt", "Thêm dòng \"vi: ...\".");
    return w;
  }

  condition condition_of(const yaml_node& node) {
    condition c;
    c.at = mark_of(node);
    if (!node.is_map() || node.entries.empty()) {
      fail(node, "Điều kiện \"when\" phải gồm các dòng \"khóa: giá trị\"",
           "Ví dụ: when: {slot.noi_o: tam-tru}");
      return c;
    }
    for (const auto& e : node.entries) c.parts.push_back(part_of(e));
    return c;
  }

  condition part_of(const yaml_node::entry& e) {
    condition c;
    c.at = {file_, e.line, e.column};
    if (e.key == "any" || e.key == "all") {
      c.what = e.key == "any" ? condition::kind::any : condition::kind::all;
      if (!e.value.is_sequence() || e.value.items.empty()) {
        fail(e.value, "\"" + e.key + "\" cần một danh sách điều kiện, mỗi dòng bắt đầu bằng \"- \"");
        return c;
      }
      for (const auto& item : e.value.items) c.parts.push_back(condition_of(item));
      return c;
    }
    if (e.key == "not") {
      c.what = condition::kind::none;
      c.parts.push_back(condition_of(e.value));
      return c;
    }
    c.what = condition::kind::test;
    c.subject = e.key;
    if (!e.value.is_map()) {
      c.values = scalars(e.value, "Giá trị so sánh");
      return c;
    }
    if (e.value.entries.size() != 1) {
      fail(e.value, "Mỗi so sánh chỉ có một khóa", "Cần nhiều so sánh thì dùng \"all:\" với một danh sách.");
      return c;
    }
    const auto& test = e.value.entries.front();
    static const std::vector<std::pair<std::string, condition::comparison>> known{
        {"is", condition::comparison::is},           {"not", condition::comparison::is_not},
        {"less", condition::comparison::less},       {"more", condition::comparison::more},
        {"at_most", condition::comparison::at_most}, {"at_least", condition::comparison::at_least},
        {"filled", condition::comparison::filled}};
    std::vector<std::string> names;
    for (const auto& [name, how] : known) {
      names.push_back(name);
      if (name == test.key) c.how = how;
    }
    if (std::ranges::find(names, test.key) == names.end()) {
      const auto near = knowledge::nearest(test.key, names);
      fail(test.line, test.column, "Không có phép so sánh \"" + test.key + "\"",
           near.empty() ? "Các phép so sánh: " + listed(names) + "."
                        : "Có phải bạn muốn viết \"" + near + "\"?");
      return c;
    }
    if (test.key == "filled") {
      if (!flag(test.value, "\"filled\"")) c.how = condition::comparison::empty;
    } else {
      c.values = scalars(test.value, "Giá trị so sánh");
    }
    return c;
  }

  option option_of(const yaml_node& node, bool in_ask) {
    option o;
    o.at = mark_of(node);
    if (node.is_scalar()) {
      // Short form of a question's choice: the title is the value too.
      o.title = words(node, "Lựa chọn");
      o.value = std::string{trimmed(node.scalar)};
      if (!in_ask)
        fail(node, "Lựa chọn này chưa nói bấm vào thì đi đâu",
             "Viết {title: ..., topic: ...} hoặc dialog, command, url.");
      return o;
    }
    if (!is_map(node, "Lựa chọn")) return o;
    only_keys(node, {"title", "value", "also", "next", "topic", "aspect", "dialog", "command", "url"},
              "Lựa chọn");
    if (const auto* title = node.find("title"))
      o.title = words(*title, "\"title\"");
    else
      fail(node, "Lựa chọn thiếu \"title\"");
    auto text = [&](const char* key) {
      const auto* found = node.find(key);
      return found ? scalar(*found, "\"" + std::string{key} + "\"") : std::string{};
    };
    o.value = text("value");
    o.next = text("next");
    o.topic = text("topic");
    o.aspect = text("aspect");
    o.dialog = text("dialog");
    o.command = text("command");
    o.url = text("url");
    if (const auto* also = node.find("also"))
      for (const auto& phrase : scalars(*also, "\"also\"")) o.also.push_back(fold(phrase));
    int ways = 0;
    for (const auto* way : {&o.value, &o.topic, &o.dialog, &o.command, &o.url}) ways += way->empty() ? 0 : 1;
    if (ways == 0 && in_ask && !o.title.empty()) {
      o.value = o.title.versions.front().variants.front();
      ways = 1;
    }
    if (ways != 1) fail(node, "Lựa chọn phải có đúng một trong các khóa value, topic, dialog, command, url");
    if (!o.value.empty() && !in_ask)
      fail(node, "\"value\" chỉ dùng trong bước hỏi (ask)",
           "Ở bước say hãy dùng topic, dialog, command hoặc url.");
    if (!o.url.empty())
      if (const auto fault = knowledge::fault_of_link(o.url); !fault.empty())
        fail(*node.find("url"), "Địa chỉ \"url\" " + fault,
             "Chép lại địa chỉ từ trình duyệt, dạng https://dichvucong.gov.vn.");
    if (!o.aspect.empty() && o.topic.empty()) fail(node, "\"aspect\" phải đi cùng \"topic\"");
    return o;
  }

  void options_into(step& s, const yaml_node& node, bool in_ask) {
    if (node.is_scalar() && node.scalar == "found") {
      s.near_topics = true;
      if (in_ask) fail(node, "\"choices: found\" chỉ dùng trong bước say");
      return;
    }
    if (!node.is_sequence()) {
      fail(node, "\"choices\" phải là một danh sách, mỗi dòng bắt đầu bằng \"- \"");
      return;
    }
    for (const auto& item : node.items) s.options.push_back(option_of(item, in_ask));
  }

  void step_into(dialog& d, const yaml_node::entry& e) {
    step s;
    s.name = e.key;
    s.at = {file_, e.line, e.column};
    if (!good_name(e.key))
      fail(e.line, e.column, "Tên bước \"" + e.key + "\" chưa đúng",
           "Chỉ dùng chữ thường không dấu, số, dấu - và _.");
    if (e.key == "end") fail(e.line, e.column, "\"end\" là từ dành riêng, hãy đặt tên bước khác");
    if (!is_map(e.value, "Bước \"" + e.key + "\"")) return;
    std::string kind;
    for (const auto& field : e.value.entries)
      if (kind.empty() && std::ranges::find(step_kinds(), field.key) != step_kinds().end() &&
          !(field.key == "say" && e.value.find("hand_over") != nullptr))
        kind = field.key;
    if (kind.empty()) {
      // The likeliest slip is in the word that says what kind of step it is.
      std::string near;
      for (const auto& field : e.value.entries)
        if (near.empty()) near = knowledge::nearest(field.key, step_kinds());
      fail(e.line, e.column, "Bước \"" + e.key + "\" chưa nói phải làm gì",
           near.empty() ? "Mỗi bước có một trong các khóa: " + listed(step_kinds()) + "."
                        : "Có phải bạn muốn viết \"" + near + "\"?");
      return;
    }
    only_keys(e.value, keys_of(kind), "Bước " + kind);
    const auto& what = *e.value.find(kind);
    if (const auto* next = e.value.find("next")) {
      s.next = scalar(*next, "\"next\"");
      s.next_at = mark_of(*next);
    }
    if (const auto* choices = e.value.find("choices")) options_into(s, *choices, kind == "ask");

    if (kind == "say") {
      s.what = step::kind::say;
      s.words = words(what, "\"say\"");
    } else if (kind == "ask") {
      s.what = step::kind::ask;
      s.words = words(what, "\"ask\"");
      ask_into(s, e);
    } else if (kind == "branch") {
      s.what = step::kind::branch;
      if (!what.is_sequence() || what.items.empty())
        fail(what, "\"branch\" phải là một danh sách các nhánh",
             "Mỗi nhánh: - {when: {...}, go: tên-bước}; nhánh cuối: - {else: tên-bước}.");
      for (const auto& item : what.items) arm_into(s, item);
      if (what.is_sequence() && !s.arms.empty() && !s.arms.back().when.parts.empty())
        fail(s.at.line, s.at.column,
             "Bước \"" + s.name +
                 "\" chưa có nhánh \"else\": khi không điều kiện nào đúng thì cuộc trò chuyện đi vào ngõ cụt",
             "Thêm dòng cuối: - {else: tên-bước}.");
    } else if (kind == "go") {
      s.what = step::kind::go;
      if (what.is_map()) {
        only_keys(what, {"dialog"}, "\"go\"");
        if (const auto* name = what.find("dialog")) s.dialog = scalar(*name, "\"dialog\"");
      } else {
        s.next = scalar(what, "\"go\"");
        s.next_at = mark_of(what);
      }
    } else if (kind == "call") {
      s.what = step::kind::call;
      call_into(s, what);
    } else if (kind == "answer") {
      s.what = step::kind::answer;
      if (what.is_map()) {
        only_keys(what, {"topic", "aspect"}, "\"answer\"");
        if (const auto* topic = what.find("topic")) s.topic = scalar(*topic, "\"topic\"");
        if (const auto* aspect = what.find("aspect")) s.aspect = scalar(*aspect, "\"aspect\"");
        if (s.topic.empty())
          fail(what, "\"answer\" thiếu \"topic\"", "Viết mã thủ tục, hoặc found: thủ tục bà con vừa hỏi.");
      } else {
        s.topic = scalar(what, "\"answer\"");
      }
      if (s.aspect.empty()) s.aspect = "found";
    } else if (kind == "checklist") {
      s.what = step::kind::checklist;
      s.topic = scalar(what, "\"checklist\"");
    } else if (kind == "rate") {
      s.what = step::kind::rate;
      s.words = words(what, "\"rate\"");
      if (const auto* unhappy = e.value.find("unhappy")) s.unhappy = scalar(*unhappy, "\"unhappy\"");
    } else if (kind == "hand_over") {
      s.what = step::kind::hand_over;
      s.reason = scalar(what, "\"hand_over\"");
      if (const auto* summary = e.value.find("summary")) s.summary = words(*summary, "\"summary\"");
      if (const auto* say = e.value.find("say")) s.words = words(*say, "\"say\"");
      if (const auto* urgent = e.value.find("urgent")) s.urgent = flag(*urgent, "\"urgent\"");
    } else {
      s.what = step::kind::end;
    }
    d.steps.push_back(std::move(s));
  }

  void call_into(step& s, const yaml_node& what) {
    if (!what.is_map()) {
      s.dialog = scalar(what, "\"call\"");
      return;
    }
    only_keys(what, {"dialog", "with", "results"}, "\"call\"");
    if (const auto* name = what.find("dialog"))
      s.dialog = scalar(*name, "\"dialog\"");
    else
      fail(what, "\"call\" thiếu \"dialog\"", "Viết tên hội thoại được gọi.");
    auto slot_ok = [&](const yaml_node::entry& e) {
      if (!good_slot_name(e.key))
        fail(e.line, e.column, "Tên \"" + e.key + "\" chưa đúng",
             "Chỉ dùng chữ thường không dấu, số và dấu _.");
    };
    if (const auto* with = what.find("with"); with != nullptr && is_map(*with, "\"with\""))
      for (const auto& e : with->entries) {
        slot_ok(e);
        s.arguments.emplace_back(e.key, words(e.value, "\"" + e.key + "\""));
      }
    if (const auto* results = what.find("results"); results != nullptr && is_map(*results, "\"results\""))
      for (const auto& e : results->entries) {
        slot_ok(e);
        s.results.emplace_back(e.key, scalar(e.value, "\"" + e.key + "\""));
      }
  }

  void ask_into(step& s, const yaml_node::entry& e) {
    auto text = [&](const char* key) {
      const auto* found = e.value.find(key);
      return found ? scalar(*found, "\"" + std::string{key} + "\"") : std::string{};
    };
    s.slot = text("slot");
    if (e.value.find("slot") == nullptr)
      fail(e.line, e.column, "Bước hỏi \"" + e.key + "\" thiếu \"slot\"",
           "Đặt tên cho câu trả lời, ví dụ slot: ho_ten.");
    else if (!s.slot.empty() && !good_slot_name(s.slot))
      fail(*e.value.find("slot"), "Tên \"" + s.slot + "\" chưa đúng",
           "Chỉ dùng chữ thường không dấu, số và dấu _.");
    s.label = text("label");
    s.example = text("example");
    s.failed = text("failed");
    if (const auto* type = e.value.find("type")) {
      const auto name = scalar(*type, "\"type\"");
      if (const auto known = parse_slot_type(name)) {
        s.type = *known;
      } else if (!name.empty()) {
        const auto near = knowledge::nearest(name, slot_type_names());
        fail(*type, "Không có loại câu trả lời \"" + name + "\"",
             near.empty() ? "Các loại: " + listed(slot_type_names()) + "."
                          : "Có phải bạn muốn viết \"" + near + "\"?");
      }
    } else if (!s.options.empty()) {
      s.type = slot_type::choice;
    }
    if (s.type == slot_type::choice && s.options.empty())
      fail(e.line, e.column, "Bước hỏi \"" + e.key + "\" chưa có \"choices\" để bà con chọn");
    if (const auto* again = e.value.find("again")) s.again = words(*again, "\"again\"");
    if (const auto* least = e.value.find("min")) s.least = number(*least, "\"min\"");
    if (const auto* most = e.value.find("max")) s.most = number(*most, "\"max\"");
    if (s.least && s.most && *s.least > *s.most) fail(e.line, e.column, "\"min\" đang lớn hơn \"max\"");
    if (const auto* side = e.value.find("side_questions"))
      s.side_questions = flag(*side, "\"side_questions\"");
    if (const auto* optional = e.value.find("optional")) s.may_skip = flag(*optional, "\"optional\"");
  }

  void arm_into(step& s, const yaml_node& item) {
    branch_arm arm;
    arm.at = mark_of(item);
    if (!is_map(item, "Nhánh")) return;
    if (const auto* otherwise = item.find("else")) {
      only_keys(item, {"else"}, "Nhánh else");
      arm.next = scalar(*otherwise, "\"else\"");
      arm.at = mark_of(*otherwise);
    } else {
      only_keys(item, {"when", "go"}, "Nhánh");
      if (const auto* when = item.find("when"))
        arm.when = condition_of(*when);
      else
        fail(item, "Nhánh thiếu \"when\"", "Nhánh cuối không cần điều kiện thì viết: - {else: tên-bước}.");
      if (const auto* go = item.find("go")) {
        arm.next = scalar(*go, "\"go\"");
        arm.at = mark_of(*go);
      } else {
        fail(item, "Nhánh thiếu \"go\"");
      }
      if (arm.when.parts.empty()) arm.when.parts.push_back({});  // told already: not an "else"
    }
    if (!s.arms.empty() && s.arms.back().when.parts.empty())
      fail(item, "Nhánh này không bao giờ tới được vì đứng sau \"else\"");
    s.arms.push_back(std::move(arm));
  }

  dialog dialog_of(const yaml_node& root) {
    dialog d;
    d.at = {file_, root.line, root.column};
    only_keys(root, {"dialog", "title", "on", "act", "introduces", "moved", "steps"}, "Hội thoại");
    const auto& name = *root.find("dialog");
    d.name = scalar(name, "\"dialog\"");
    d.at = mark_of(name);
    if (!d.name.empty() && !good_name(d.name))
      fail(name, "Tên hội thoại \"" + d.name + "\" chưa đúng",
           "Chỉ dùng chữ thường không dấu, số, dấu - và _.");
    if (const auto* title = root.find("title")) d.title = scalar(*title, "\"title\"");
    if (const auto* introduces = root.find("introduces")) d.introduces = flag(*introduces, "\"introduces\"");
    if (const auto* act = root.find("act")) {
      d.act = scalar(*act, "\"act\"");
      const std::vector<std::string> acts{"answer",  "clarify",   "small_talk",
                                          "decline", "emergency", "handoff"};
      if (!d.act.empty() && std::ranges::find(acts, d.act) == acts.end()) {
        const auto near = knowledge::nearest(d.act, acts);
        fail(*act, "Không có loại lượt nói \"" + d.act + "\"",
             near.empty() ? "Các loại: " + listed(acts) + "." : "Có phải bạn muốn viết \"" + near + "\"?");
      }
    }
    if (const auto* on = root.find("on")) {
      if (on->is_sequence()) {
        for (const auto& item : on->items)
          if (auto trigger = scalar(item, "\"on\""); !trigger.empty())
            d.on.emplace_back(trigger, mark_of(item));
      } else if (auto trigger = scalar(*on, "\"on\""); !trigger.empty()) {
        d.on.emplace_back(trigger, mark_of(*on));
      }
    }
    if (const auto* moved = root.find("moved"); moved != nullptr && is_map(*moved, "\"moved\""))
      for (const auto& e : moved->entries)
        d.moved[e.key] = {scalar(e.value, "\"" + e.key + "\""), mark_of(e.value)};
    const auto* steps = root.find("steps");
    if (steps == nullptr || !steps->is_map() || steps->entries.empty()) {
      fail(steps ? *steps : root, "Hội thoại chưa có bước nào",
           "Viết \"steps:\" rồi từng bước, mỗi bước một tên.");
      return d;
    }
    for (const auto& e : steps->entries) step_into(d, e);
    // Without `next` a step goes on with the one written below it.
    for (std::size_t i = 0; i + 1 < d.steps.size(); ++i) {
      auto& s = d.steps[i];
      if (goes_on(s) && s.next.empty()) s.next = d.steps[i + 1].name;
    }
    return d;
  }

  void words_into(vocabulary& v, const yaml_node& node) {
    if (!is_map(node, "\"words\"")) return;
    const std::map<std::string, std::vector<std::string>*> lists{{"yes", &v.yes},
                                                                 {"no", &v.no},
                                                                 {"fillers", &v.fillers},
                                                                 {"questions", &v.questions},
                                                                 {"name_openers", &v.name_openers},
                                                                 {"account_words", &v.account_words},
                                                                 {"today", &v.today},
                                                                 {"yesterday", &v.yesterday},
                                                                 {"tomorrow", &v.tomorrow},
                                                                 {"english", &v.english},
                                                                 {"corrections", &v.corrections},
                                                                 {"mine", &v.mine},
                                                                 {"unsure", &v.unsure}};
    std::vector<std::string> known{"commands", "ordinals", "digits"};
    for (const auto& [name, list] : lists) known.push_back(name);
    only_keys(node, known, "\"words\"");
    auto folded = [&](const yaml_node& list, const std::string& what) {
      std::vector<std::string> out;
      for (const auto& word : scalars(list, what))
        if (auto f = fold(word); !f.empty() && std::ranges::find(out, f) == out.end()) out.push_back(f);
      return out;
    };
    for (const auto& e : node.entries) {
      if (const auto list = lists.find(e.key); list != lists.end()) {
        *list->second = folded(e.value, "\"" + e.key + "\"");
      } else if (e.key == "commands" && is_map(e.value, "\"commands\"")) {
        only_keys(e.value, command_names(), "\"commands\"");
        for (const auto& c : e.value.entries) v.commands[c.key] = folded(c.value, "\"" + c.key + "\"");
      } else if (e.key == "ordinals" || e.key == "digits") {
        auto& target = e.key == "ordinals" ? v.ordinals : v.digits;
        target.clear();
        if (!e.value.is_sequence()) {
          fail(e.value, "\"" + e.key + "\" phải là một danh sách");
          continue;
        }
        for (const auto& item : e.value.items) target.push_back(folded(item, "\"" + e.key + "\""));
      }
    }
  }

  void settings_into(settings& rules, const yaml_node& node) {
    if (!is_map(node, "\"settings\"")) return;
    only_keys(node, {"outside_staff_minutes", "pause_minutes", "forget_days", "office_days", "office_hours"},
              "\"settings\"");
    auto duration = [&](const char* key, std::int64_t most, const char* unit, auto& into) {
      const auto* found = node.find(key);
      if (found == nullptr) return;
      const auto n = number(*found, "\"" + std::string{key} + "\"");
      if (!n) return;
      if (*n < 1 || *n > most)
        fail(*found, "\"" + std::string{key} + "\" phải từ 1 đến " + std::to_string(most) + " " + unit);
      else
        into = std::remove_reference_t<decltype(into)>{*n};
    };
    duration("outside_staff_minutes", 10080, "phút", rules.outside_staff);
    duration("pause_minutes", 10080, "phút", rules.pause);
    duration("forget_days", 365, "ngày", rules.forget);
    if (const auto* days = node.find("office_days")) {
      rules.days.clear();
      for (const auto& day : scalars(*days, "\"office_days\"")) {
        if (day.size() == 1 && day[0] >= '2' && day[0] <= '8')
          rules.days.push_back(day[0] - '0');
        else
          fail(*days, "Ngày làm việc \"" + day + "\" chưa đúng",
               "Viết 2 cho thứ hai ... 7 cho thứ bảy, 8 cho chủ nhật.");
      }
    }
    if (const auto* hours = node.find("office_hours")) {
      rules.hours.clear();
      for (const auto& span : scalars(*hours, "\"office_hours\"")) {
        settings::span s;
        if (read_span(span, s))
          rules.hours.push_back(s);
        else
          fail(*hours, "Giờ làm việc \"" + span + "\" chưa đúng", "Viết như 07:30-11:30.");
      }
    }
  }

  void replacements_into(std::vector<knowledge::writing_rules::replacement>& into, const yaml_node& list,
                         const std::string& what, bool instead_needed) {
    if (!list.is_sequence()) {
      fail(list, what + " phải là một danh sách, mỗi dòng bắt đầu bằng \"- \"");
      return;
    }
    for (const auto& item : list.items) {
      if (!is_map(item, what)) continue;
      only_keys(item, {"words", "instead", "unless"}, what);
      knowledge::writing_rules::replacement r;
      if (const auto* words = item.find("words"))
        r.words = scalar(*words, "\"words\"");
      else
        fail(item, what + " thiếu \"words\"");
      if (const auto* instead = item.find("instead"))
        r.instead = scalar(*instead, "\"instead\"");
      else if (instead_needed)
        fail(item, what + " thiếu \"instead\"");
      if (const auto* unless = item.find("unless")) r.unless = scalars(*unless, "\"unless\"");
      if (!r.words.empty()) into.push_back(std::move(r));
    }
  }

  /// A later folder's list is laid over by adding: what a province asks for, a commune cannot take back.
  void writing_into(knowledge::writing_rules& rules, const yaml_node& node) {
    if (!is_map(node, "\"writing\"")) return;
    only_keys(node,
              {"commanding", "abbreviations", "known_abbreviations", "refusals", "next_steps",
               "sentence_words", "review_months"},
              "\"writing\"");
    auto add = [&](std::vector<std::string>& into, const char* key) {
      if (const auto* list = node.find(key))
        for (auto& item : scalars(*list, "\"" + std::string{key} + "\"")) into.push_back(std::move(item));
    };
    auto in_range = [&](const char* key, std::int64_t least,
                        std::int64_t most) -> std::optional<std::int64_t> {
      const auto* found = node.find(key);
      if (found == nullptr) return std::nullopt;
      const auto n = number(*found, "\"" + std::string{key} + "\"");
      if (!n || (*n >= least && *n <= most)) return n;
      fail(*found,
           "\"" + std::string{key} + "\" phải từ " + std::to_string(least) + " đến " + std::to_string(most));
      return std::nullopt;
    };
    if (const auto* list = node.find("commanding"))
      replacements_into(rules.commanding, *list, "\"commanding\"", false);
    if (const auto* list = node.find("abbreviations"))
      replacements_into(rules.abbreviations, *list, "\"abbreviations\"", true);
    add(rules.known_abbreviations, "known_abbreviations");
    add(rules.refusals, "refusals");
    add(rules.next_steps, "next_steps");
    if (const auto n = in_range("sentence_words", 10, 100))
      rules.sentence_words = static_cast<std::size_t>(*n);
    if (const auto n = in_range("review_months", 1, 120)) rules.review_months = static_cast<int>(*n);
  }

  static bool read_span(const std::string& text, settings::span& out) {
    auto minutes = [](std::string_view part) -> int {
      const auto colon = part.find(':');
      if (colon == std::string_view::npos || colon == 0 || colon > 2 || part.size() != colon + 3) return -1;
      int hour = 0, minute = 0;
      for (std::size_t i = 0; i < part.size(); ++i) {
        if (i == colon) continue;
        if (part[i] < '0' || part[i] > '9') return -1;
        (i < colon ? hour : minute) = (i < colon ? hour : minute) * 10 + (part[i] - '0');
      }
      return hour > 24 || minute > 59 ? -1 : hour * 60 + minute;
    };
    const auto dash = text.find('-');
    if (dash == std::string::npos) return false;
    out.from = minutes(trimmed(std::string_view{text}.substr(0, dash)));
    out.to = minutes(trimmed(std::string_view{text}.substr(dash + 1)));
    return out.from >= 0 && out.to > out.from;
  }

  opening opening_of(const yaml_node& node) {
    opening o;
    o.at = mark_of(node);
    if (!is_map(node, "Câu mở đầu")) return o;
    only_keys(node, {"topics", "unless", "say"}, "Câu mở đầu");
    if (const auto* topics = node.find("topics"))
      o.topics = scalars(*topics, "\"topics\"");
    else
      fail(node, "Câu mở đầu thiếu \"topics\"");
    if (const auto* unless = node.find("unless"))
      for (const auto& word : scalars(*unless, "\"unless\"")) o.unless.push_back(fold(word));
    if (const auto* say = node.find("say"))
      o.words = words(*say, "\"say\"");
    else
      fail(node, "Câu mở đầu thiếu \"say\"");
    return o;
  }

 private:
  std::string file_;
  std::vector<problem>& problems_;
};

/// FNV-1a: short, stable over platforms; only tells one version of a file from another.
std::string version_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  std::string out;
  for (int i = 0; i < 8; ++i) {
    out += "0123456789abcdef"[hash & 15U];
    hash >>= 4U;
  }
  return out;
}

struct content_file {
  std::filesystem::path path;
  std::string relative;
  std::size_t folder = 0;
};

}  // namespace

loaded read_dialogs(const std::vector<std::filesystem::path>& folders, std::vector<problem>& problems) {
  namespace fs = std::filesystem;
  loaded out;
  std::vector<content_file> files;
  std::map<std::string, std::size_t> last_folder;  // of each path below a folder
  for (std::size_t i = 0; i < folders.size(); ++i) {
    std::error_code failed;
    const auto below = folders[i] / "dialogs";
    const auto& root = fs::is_directory(below, failed) ? below : folders[i];
    if (!fs::is_directory(root, failed)) {
      // A folder that is laid over ours may have knowledge alone.
      if (i > 0 && root.filename() == "dialogs" && fs::is_directory(root.parent_path(), failed)) continue;
      problems.push_back({problem::level::error, folders[i].string(), 0, 0,
                          "Không tìm thấy thư mục hội thoại này", "Kiểm tra đường dẫn trong tệp cấu hình."});
      continue;
    }
    const auto first = files.size();
    for (fs::recursive_directory_iterator it{root, failed}, end; !failed && it != end; it.increment(failed)) {
      std::error_code ignored;
      // A commune keeps the stories beside its dialogs: they are no dialogs.
      if (it.depth() == 0 && it->path().filename() == "stories" && it->is_directory(ignored)) {
        it.disable_recursion_pending();
        continue;
      }
      if (it->path().extension() == ".yaml" && it->is_regular_file(ignored))
        files.push_back({it->path(), it->path().lexically_relative(root).generic_string(), i});
    }
    if (failed)
      problems.push_back({problem::level::error, root.string(), 0, 0,
                          "Không đọc được thư mục này: " + failed.message(), ""});
    // The order of a folder's files is the file system's; ours must not depend on it.
    std::sort(files.begin() + static_cast<long>(first), files.end(),
              [](const auto& a, const auto& b) { return a.relative < b.relative; });
    for (auto at = first; at < files.size(); ++at) last_folder[files[at].relative] = i;
  }

  std::map<std::string, std::pair<std::size_t, mark>> dialog_from;
  for (const auto& file : files) {
    const auto name = "dialogs/" + file.relative;
    std::ifstream in{file.path, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (!in) {
      problems.push_back(
          {problem::level::error, name, 0, 0, "Không đọc được tệp này", "Kiểm tra quyền đọc của tệp."});
      continue;
    }
    const auto text = bytes.str();
    const auto root = knowledge::parse_yaml(text, name, problems);
    if (!root) continue;
    file_reader reader{name, problems};
    if (!root->is_map() || root->entries.empty()) {
      reader.fail(1, 1, "Tệp này đang trống", "Bắt đầu bằng \"dialog: tên-hội-thoại\".");
      continue;
    }
    if (root->find("dialog") != nullptr) {
      if (last_folder[file.relative] != file.folder) continue;
      auto d = reader.dialog_of(*root);
      d.version = version_of(text);
      if (d.name.empty()) continue;
      if (const auto found = dialog_from.find(d.name); found != dialog_from.end()) {
        const auto& [folder, at] = found->second;
        if (folder == file.folder) {
          reader.fail(d.at.line, d.at.column, "Đã có hội thoại tên \"" + d.name + "\" ở " + at.file,
                      "Đặt tên khác, hoặc gộp hai tệp làm một.");
          continue;
        }
      }
      dialog_from[d.name] = {file.folder, d.at};
      out.contents.dialogs[d.name] = std::move(d);
      continue;
    }
    const std::vector<std::string> sections{"dialog",   "phrases", "words",  "settings",
                                            "openings", "english", "writing"};
    reader.only_keys(*root, sections, "Tệp hội thoại");
    for (const auto& e : root->entries) {
      if (e.key == "phrases" && reader.is_map(e.value, "\"phrases\"")) {
        for (const auto& p : e.value.entries) {
          auto w = reader.words(p.value, "\"" + p.key + "\"");
          out.phrase_marks[p.key] = {name, p.line, p.column};
          if (!w.empty()) out.contents.phrases[p.key] = std::move(w);
        }
      } else if (e.key == "words") {
        reader.words_into(out.contents.words, e.value);
      } else if (e.key == "settings") {
        reader.settings_into(out.contents.rules, e.value);
      } else if (e.key == "writing") {
        reader.writing_into(out.contents.writing, e.value);
      } else if (e.key == "openings") {
        if (!e.value.is_sequence()) {
          reader.fail(e.value, "\"openings\" phải là một danh sách, mỗi dòng bắt đầu bằng \"- \"");
          continue;
        }
        for (const auto& item : e.value.items) out.contents.openings.push_back(reader.opening_of(item));
      } else if (e.key == "english" && reader.is_map(e.value, "\"english\"")) {
        for (const auto& line : e.value.entries) {
          const auto topic = reader.scalar(line.value, "\"" + line.key + "\"");
          if (topic.empty()) continue;
          out.contents.english_topics[fold(line.key)] = topic;
          out.english_marks.emplace_back(topic, mark{name, line.value.line, line.value.column});
        }
      }
    }
  }
  // Of two openings for a topic the later folder's speaks.
  std::ranges::reverse(out.contents.openings);
  return out;
}

}  // namespace thanthien::dialogs
