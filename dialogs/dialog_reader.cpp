#include "dialogs/file_reader.hpp"
#include "dialogs/schema.hpp"
#include "knowledge/writing.hpp"

#include <algorithm>

namespace thanthien::dialogs {

using knowledge::problem;
using knowledge::yaml_node;

namespace {

/// Steps, choices and arms of one dialog.
class dialog_reader : private file_reader {
 public:
  using file_reader::file_reader;

  dialog dialog_of(const yaml_node& root);

 private:
  option option_of(const yaml_node& node, bool in_ask);
  void options_into(step& s, const yaml_node& node, bool in_ask);
  void step_into(dialog& d, const yaml_node::entry& e);
  void call_into(step& s, const yaml_node& what);
  void ask_into(step& s, const yaml_node::entry& e);
  void arm_into(step& s, const yaml_node& item);
};

option dialog_reader::option_of(const yaml_node& node, bool in_ask) {
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
  // A `value` in a step that asks nothing is told in its own words below.
  keys_ok(node, "choice of ask", "Lựa chọn");
  if (const auto* title = node.find("title")) o.title = words(*title, "\"title\"");
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

void dialog_reader::options_into(step& s, const yaml_node& node, bool in_ask) {
  if (node.is_scalar() && node.scalar == "found") {
    s.near_topics = true;
    if (in_ask) fail(node, "\"choices: found\" chỉ dùng trong bước say");
    return;
  }
  if (!is_list(node, "\"choices\"")) return;
  for (const auto& item : node.items) s.options.push_back(option_of(item, in_ask));
}

void dialog_reader::step_into(dialog& d, const yaml_node::entry& e) {
  step s;
  s.name = e.key;
  s.at = {file(), e.line, e.column};
  if (!good_name(e.key))
    fail(e.line, e.column, "Tên bước \"" + e.key + "\" chưa đúng",
         "Chỉ dùng chữ thường không dấu, số, dấu - và _.");
  if (e.key == "end") fail(e.line, e.column, "\"end\" là từ dành riêng, hãy đặt tên bước khác");
  if (!is_map(e.value, "Bước \"" + e.key + "\"")) return;
  std::string kind;
  for (const auto& field : e.value.entries)
    if (kind.empty() && std::ranges::find(step_kind_names(), field.key) != step_kind_names().end() &&
        !(field.key == "say" && e.value.find("hand_over") != nullptr))
      kind = field.key;
  if (kind.empty()) {
    // The likeliest slip is in the word that says what kind of step it is.
    std::string near;
    for (const auto& field : e.value.entries)
      if (near.empty()) near = knowledge::nearest(field.key, step_kind_names());
    fail(e.line, e.column, "Bước \"" + e.key + "\" chưa nói phải làm gì",
         near.empty() ? "Mỗi bước có một trong các khóa: " + listed(step_kind_names()) + "."
                      : "Có phải bạn muốn viết \"" + near + "\"?");
    return;
  }
  keys_ok(e.value, kind, "Bước " + kind);
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
      keys_ok(what, "other dialog", "\"go\"");
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
      keys_ok(what, "answered topic", "\"answer\"");
      if (const auto* topic = what.find("topic")) s.topic = scalar(*topic, "\"topic\"");
      if (const auto* aspect = what.find("aspect")) s.aspect = scalar(*aspect, "\"aspect\"");
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

void dialog_reader::call_into(step& s, const yaml_node& what) {
  if (!what.is_map()) {
    s.dialog = scalar(what, "\"call\"");
    return;
  }
  keys_ok(what, "called dialog", "\"call\"");
  if (const auto* name = what.find("dialog")) s.dialog = scalar(*name, "\"dialog\"");
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

void dialog_reader::ask_into(step& s, const yaml_node::entry& e) {
  auto text = [&](const char* key) {
    const auto* found = e.value.find(key);
    return found ? scalar(*found, "\"" + std::string{key} + "\"") : std::string{};
  };
  s.slot = text("slot");
  if (!s.slot.empty() && !good_slot_name(s.slot))
    fail(*e.value.find("slot"), "Tên \"" + s.slot + "\" chưa đúng",
         "Chỉ dùng chữ thường không dấu, số và dấu _.");
  s.label = text("label");
  s.example = text("example");
  s.failed = text("failed");
  if (const auto* type = e.value.find("type")) {
    const auto name = scalar(*type, "\"type\"");
    one_of(*type, name, slot_type_names(), "Không có loại câu trả lời \"" + name + "\"", "Các loại: ");
    s.type = parse_slot_type(name).value_or(s.type);
  } else if (!s.options.empty()) {
    s.type = slot_type::choice;
  }
  if (s.type == slot_type::choice && s.options.empty())
    fail(e.line, e.column, "Bước hỏi \"" + e.key + "\" chưa có \"choices\" để bà con chọn");
  if (const auto* again = e.value.find("again")) s.again = words(*again, "\"again\"");
  if (const auto* least = e.value.find("min")) s.least = number(*least, "\"min\"");
  if (const auto* most = e.value.find("max")) s.most = number(*most, "\"max\"");
  if (s.least && s.most && *s.least > *s.most) fail(e.line, e.column, "\"min\" đang lớn hơn \"max\"");
  for (const auto& [key, bound] :
       {std::pair{"from", day_bound::from_today}, {"until", day_bound::until_today}}) {
    const auto* day = e.value.find(key);
    if (day == nullptr) continue;
    const auto name = scalar(*day, "\"" + std::string{key} + "\"");
    one_of(*day, name, day_names(), "Không có ngày \"" + name + "\"", "Các ngày: ");
    if (s.type != slot_type::date)
      fail(*day, "\"" + std::string{key} + "\" chỉ dùng khi hỏi ngày",
           "Viết thêm type: date, hoặc bỏ dòng này.");
    else if (s.bound != day_bound::none)
      fail(*day, "Chỉ dùng một trong hai: \"from\" hoặc \"until\"");
    else
      s.bound = bound;
  }
  if (const auto* side = e.value.find("side_questions")) s.side_questions = flag(*side, "\"side_questions\"");
  if (const auto* optional = e.value.find("optional")) s.may_skip = flag(*optional, "\"optional\"");
}

void dialog_reader::arm_into(step& s, const yaml_node& item) {
  branch_arm arm;
  arm.at = mark_of(item);
  if (!is_map(item, "Nhánh")) return;
  if (const auto* otherwise = item.find("else")) {
    keys_ok(item, "arm else", "Nhánh else");
    arm.next = scalar(*otherwise, "\"else\"");
    arm.at = mark_of(*otherwise);
  } else {
    keys_ok(item, "arm", "Nhánh");
    if (const auto* when = item.find("when")) arm.when = condition_of(*when);
    if (const auto* go = item.find("go")) {
      arm.next = scalar(*go, "\"go\"");
      arm.at = mark_of(*go);
    }
    if (arm.when.parts.empty()) arm.when.parts.push_back({});  // told already: not an "else"
  }
  if (!s.arms.empty() && s.arms.back().when.parts.empty())
    fail(item, "Nhánh này không bao giờ tới được vì đứng sau \"else\"");
  s.arms.push_back(std::move(arm));
}

dialog dialog_reader::dialog_of(const yaml_node& root) {
  dialog d;
  d.at = {file(), root.line, root.column};
  keys_ok(root, "dialog", "Hội thoại");
  const auto& name = *root.find("dialog");
  d.name = scalar(name, "\"dialog\"");
  d.at = mark_of(name);
  if (!d.name.empty() && !good_name(d.name))
    fail(name, "Tên hội thoại \"" + d.name + "\" chưa đúng",
         "Chỉ dùng chữ thường không dấu, số, dấu - và _.");
  if (const auto* title = root.find("title")) d.title = scalar(*title, "\"title\"");
  if (const auto* aspects = root.find("aspects"))
    for (const auto& listed : scalars(*aspects, "\"aspects\"")) {
      if (const auto which = knowledge::parse_aspect(listed))
        d.aspects.push_back(*which);
      else
        fail(*aspects, "Không có mục \"" + listed + "\" của thủ tục",
             "Các mục: overview, documents, fee, time, where, online, who, steps, result.");
    }
  if (const auto* introduces = root.find("introduces")) d.introduces = flag(*introduces, "\"introduces\"");
  if (const auto* act = root.find("act")) {
    d.act = scalar(*act, "\"act\"");
    one_of(*act, d.act, act_names(), "Không có loại lượt nói \"" + d.act + "\"", "Các loại: ");
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
    if (steps != nullptr)
      fail(*steps, "Hội thoại chưa có bước nào", "Viết \"steps:\" rồi từng bước, mỗi bước một tên.");
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

}  // namespace

dialog read_dialog(const std::string& file, const yaml_node& root, std::vector<problem>& problems) {
  return dialog_reader{file, problems}.dialog_of(root);
}

}  // namespace thanthien::dialogs
