#include "dialogs/file_reader.hpp"
#include "dialogs/inspection.hpp"

#include <algorithm>

/// Whether what a dialog refers to exists: topics, dialogs, steps, slots in conditions. Fills the indexes by
/// which the walker finds a dialog.
namespace thanthien::dialogs {
namespace {

const std::vector<std::string>& topic_kinds() {
  static const std::vector<std::string> kinds{"service", "small_talk", "out_of_scope", "emergency"};
  return kinds;
}

void claim(inspection& with, std::map<std::string, std::string>& index, const std::string& key,
           const std::string& trigger, const dialog& d, const mark& at) {
  if (const auto [found, fresh] = index.emplace(key, d.name); !fresh)
    with.fail(at, "\"" + trigger + "\" đã thuộc về hội thoại \"" + found->second + "\"",
              "Mỗi chủ đề chỉ mở một hội thoại.");
}

void triggers_of(inspection& with, const dialog& d) {
  auto& book = with.book;
  for (const auto& [trigger, at] : d.on) {
    const auto colon = trigger.find(':');
    const auto head = trigger.substr(0, std::min(colon, trigger.size()));
    const auto rest = colon == std::string::npos ? std::string{} : trigger.substr(colon + 1);
    if (trigger == "opened" || trigger == "closed") {
      claim(with, book.on_event, trigger, trigger, d, at);
    } else if (colon == std::string::npos) {
      with.need_topic(trigger, at);
      claim(with, book.on_topic, trigger, trigger, d, at);
    } else if (head == "kind") {
      if (std::ranges::find(topic_kinds(), rest) == topic_kinds().end())
        with.fail(at, "Không có nhóm chủ đề \"" + rest + "\"",
                  inspection::meant(rest, topic_kinds(),
                                    "Các nhóm: service, small_talk, out_of_scope, emergency."));
      else
        claim(with, book.on_kind, rest, trigger, d, at);
    } else if (head == "command") {
      with.need_command(rest, at);
      claim(with, book.on_command, rest, trigger, d, at);
    } else if (trigger == "code:dossier" || trigger == "code:request") {
      claim(with, book.on_code, rest, trigger, d, at);
    } else {
      with.fail(at, "\"on: " + trigger + "\" chưa đúng",
                "Viết mã chủ đề, opened, closed, kind:out_of_scope, command:menu, code:dossier ...");
    }
  }
}

void needed_triggers(inspection& with) {
  const mark whole{"dialogs/", 0, 0};
  for (const auto& kind : topic_kinds())
    if (!with.book.on_kind.contains(kind))
      with.fail(whole, "Chưa có hội thoại nào cho nhóm chủ đề \"kind:" + kind + "\"",
                "Thêm dòng \"on: [kind:" + kind + "]\" vào một hội thoại.");
  if (!with.book.on_event.contains("opened"))
    with.fail(whole, "Chưa có hội thoại chào khi bà con mở trò chuyện",
              "Thêm dòng \"on: [opened]\" vào một hội thoại.");
  if (!with.book.on_event.contains("closed"))
    with.fail(whole, "Chưa có hội thoại hỏi bà con đánh giá khi cán bộ xử lý xong",
              "Thêm dòng \"on: [closed]\" vào một hội thoại.");
  for (const std::string command : {"menu", "papers", "person"})
    if (!with.book.on_command.contains(command))
      with.fail(whole, "Chưa có hội thoại cho lệnh \"command:" + command + "\"",
                "Thêm dòng \"on: [command:" + command + "]\" vào một hội thoại.");
}

void condition_ok(inspection& with, const condition& c, const std::vector<std::string>& slots) {
  for (const auto& part : c.parts) condition_ok(with, part, slots);
  if (c.what != condition::kind::test || c.subject.empty()) return;
  if (c.subject.starts_with("slot.")) {
    const auto name = c.subject.substr(5);
    if (std::ranges::find(slots, name) == slots.end())
      with.fail(c.at, "Không có câu trả lời nào tên \"" + name + "\"",
                inspection::meant(name, slots, "Tên này phải là \"slot\" của một bước hỏi."));
    return;
  }
  if (std::ranges::find(condition_subjects(), c.subject) == condition_subjects().end()) {
    auto all = condition_subjects();
    for (const auto& s : slots) all.push_back("slot." + s);
    with.fail(c.at, "Không so sánh được với \"" + c.subject + "\"",
              inspection::meant(c.subject, all, "Câu trả lời của bà con thì viết slot.tên."));
    return;
  }
  if ((c.subject == "message") != (c.how == condition::comparison::says)) {
    with.fail(c.at, "\"message\" và \"says\" phải đi với nhau",
              "Ví dụ: when: {message: {says: [hello, alo ad]}}");
    return;
  }
  for (const auto& value : c.values) {
    if (c.subject == "channel" && !parse_channel(value))
      with.fail(c.at, "Không có kênh \"" + value + "\"",
                inspection::meant(value, {"zalo", "messenger", "web", "terminal"},
                                  "Các kênh: zalo, messenger, web, terminal."));
    if (c.subject == "topic") with.need_topic(value, c.at);
    if (c.subject == "unit" && with.known != nullptr && with.known->find_unit(value) == nullptr)
      with.fail(c.at, "Không có xã, phường nào mã \"" + value + "\"",
                "Mã là tên tệp (bỏ đuôi .yaml) trong knowledge/content/units.");
  }
}

void names_of(inspection& with, const dialog& d, const step& s) {
  with.need_step(d, s.next, s.next_at.line != 0 ? s.next_at : s.at);
  with.need_step(d, s.failed, s.at);
  with.need_step(d, s.unhappy, s.at);
  for (const auto& o : s.options) {
    with.need_step(d, o.next, o.at);
    if (!o.aspect.empty()) {
      with.need_aspect(o.aspect, o.at);
      with.need_procedure(o.topic, o.at, "không dùng được \"aspect\"",
                          "Bỏ \"aspect\", hoặc chọn mã thủ tục.");
    } else if (!o.topic.empty()) {
      with.need_topic(o.topic, o.at);
    }
    with.need_dialog(o.dialog, o.at);
    if (!o.command.empty()) with.need_command(o.command, o.at);
  }
  for (const auto& arm : s.arms) {
    condition_ok(with, arm.when, with.slots_of(d.name));
    with.need_step(d, arm.next, arm.at);
  }
  if (s.what == step::kind::call || (s.what == step::kind::go && !s.dialog.empty()))
    with.need_dialog(s.dialog, s.at);
  for (const auto& [mine, theirs] : s.results)
    if (const auto slots = with.slots_of(d.name); std::ranges::find(slots, theirs) == slots.end())
      with.fail(s.at, "Không có câu trả lời nào tên \"" + theirs + "\" để lấy về",
                inspection::meant(theirs, slots, "Tên này phải là \"slot\" của hội thoại được gọi."));
  if (s.what == step::kind::answer || s.what == step::kind::checklist) {
    if (s.topic != "found" && !s.topic.empty())
      with.need_procedure(s.topic, s.at, "không có gì để trả lời",
                          "Dùng go: {dialog: ...} để mở hội thoại khác.");
    with.need_aspect(s.aspect, s.at);
  }
  if (s.what == step::kind::hand_over && !s.reason.empty() &&
      std::ranges::find(hand_over_reasons(), s.reason) == hand_over_reasons().end())
    with.fail(
        s.at, "Không có lý do chuyển cán bộ \"" + s.reason + "\"",
        inspection::meant(s.reason, hand_over_reasons(), "Các lý do: " + listed(hand_over_reasons()) + "."));
}

void moved_steps(inspection& with, const dialog& d) {
  for (const auto& [gone, to] : d.moved) {
    with.need_step(d, to.first, to.second);
    if (d.find(gone) != nullptr)
      with.fail(to.second, "Bước \"" + gone + "\" vẫn còn trong hội thoại này",
                "Chỉ ghi các bước đã bỏ hoặc đổi tên.");
  }
}

/// A dialog that nothing opens is work that no resident will ever see.
void opened_by_something(inspection& with) {
  std::vector<std::string> opened;
  for (const auto& [name, d] : with.book.dialogs)
    for (const auto& s : d.steps) {
      if (s.dialog != name) opened.push_back(s.dialog);
      for (const auto& o : s.options)
        if (o.dialog != name) opened.push_back(o.dialog);
    }
  for (const auto& [name, d] : with.book.dialogs)
    if (d.on.empty() && std::ranges::find(opened, name) == opened.end())
      with.advise(d.at, "Không có gì mở hội thoại \"" + name + "\"",
                  "Thêm \"on: [mã-chủ-đề]\", hoặc một lựa chọn có \"dialog: " + name + "\".");
}

}  // namespace

void check_names(inspection& with) {
  for (const auto& [name, d] : with.book.dialogs) triggers_of(with, d);
  needed_triggers(with);
  for (const auto& [name, d] : with.book.dialogs) {
    for (const auto& s : d.steps) names_of(with, d, s);
    moved_steps(with, d);
  }
  opened_by_something(with);
  for (const auto& o : with.book.openings)
    for (const auto& topic : o.topics) with.need_topic(topic, o.at);
  for (const auto& [meant_by, at] : with.from.english_marks)
    if (!knowledge::parse_aspect(meant_by)) with.need_topic(meant_by, at);
}

}  // namespace thanthien::dialogs
