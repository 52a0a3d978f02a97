#include "dialogs/inspection.hpp"

#include "dialogs/file_reader.hpp"
#include "dialogs/schema.hpp"

#include <algorithm>
#include <set>

namespace thanthien::dialogs {

using knowledge::problem;

inspection::inspection(loaded& what, const knowledge::library* knowledge_or_null,
                       std::vector<problem>& problems)
    : book{what.contents},
      from{what},
      known{knowledge_or_null},
      manner{what.contents.writing},
      problems_{problems} {
  if (known != nullptr) {
    for (const auto& p : known->procedures()) topics_.push_back(p.id);
    for (const auto& t : known->topics()) topics_.push_back(t.id);
  }
  for (const auto& [name, d] : book.dialogs) dialog_names_.push_back(name);
  collect_slots();
}

void inspection::fail(const mark& at, std::string message, std::string hint) {
  problems_.push_back(
      {problem::level::error, at.file, at.line, at.column, std::move(message), std::move(hint)});
}

void inspection::advise(const mark& at, std::string message, std::string hint) {
  problems_.push_back(
      {problem::level::advice, at.file, at.line, at.column, std::move(message), std::move(hint)});
}

std::string inspection::meant(std::string_view typed, const std::vector<std::string>& candidates,
                              std::string otherwise) {
  const auto near = knowledge::nearest(typed, candidates);
  return near.empty() ? std::move(otherwise) : "Có phải bạn muốn viết \"" + near + "\"?";
}

void inspection::need_topic(const std::string& topic, const mark& at) {
  if (known != nullptr && !known->knows_topic(topic))
    fail(at, "Không có chủ đề \"" + topic + "\" trong kho kiến thức",
         meant(topic, topics_, "Xem mã thủ tục trong knowledge/content."));
}

void inspection::need_procedure(const std::string& topic, const mark& at, const std::string& why,
                                std::string hint) {
  need_topic(topic, at);
  if (known != nullptr && known->knows_topic(topic) && known->find_procedure(topic) == nullptr)
    fail(at, "\"" + topic + "\" không phải thủ tục nên " + why, std::move(hint));
}

void inspection::need_dialog(const std::string& name, const mark& at) {
  if (!name.empty() && book.find(name) == nullptr)
    fail(at, "Không có hội thoại tên \"" + name + "\"",
         meant(name, dialog_names_, "Tạo tệp hội thoại này trước."));
}

void inspection::need_command(const std::string& name, const mark& at) {
  if (std::ranges::find(command_names(), name) == command_names().end())
    fail(at, "Không có lệnh \"" + name + "\"",
         meant(name, command_names(), "Các lệnh: " + listed(command_names()) + "."));
}

void inspection::need_aspect(const std::string& name, const mark& at) {
  const auto& known_aspects = aspect_names_or_found();
  if (name.empty() || std::ranges::find(known_aspects, name) != known_aspects.end()) return;
  fail(at, "Không có mục \"" + name + "\" của thủ tục",
       meant(name, known_aspects, "Các mục: " + listed(known_aspects) + "."));
}

void inspection::need_step(const dialog& d, const std::string& target, const mark& at) {
  if (target.empty() || target == "end" || d.find(target) != nullptr) return;
  std::vector<std::string> names{"end"};
  for (const auto& s : d.steps) names.push_back(s.name);
  fail(at, "Không có bước \"" + target + "\" trong hội thoại này",
       meant(target, names, "Tạo bước này, hoặc viết end để kết thúc."));
}

void inspection::collect_slots() {
  std::map<std::string, std::set<std::string>> own;
  std::map<std::string, std::set<std::string>> calls, called_by;
  for (const auto& [name, d] : book.dialogs) {
    auto& mine = own[name];
    for (const auto& s : d.steps) {
      if (s.what == step::kind::ask && !s.slot.empty()) mine.insert(s.slot);
      for (const auto& [slot, value] : s.arguments) mine.insert(slot);
      for (const auto& [slot, theirs] : s.results) mine.insert(slot);
      if (s.what == step::kind::call && book.find(s.dialog) != nullptr) {
        calls[name].insert(s.dialog);
        called_by[s.dialog].insert(name);
      }
    }
  }
  for (const auto& [name, mine] : own) {
    auto all = mine;
    for (auto* ways : {&calls, &called_by}) {
      std::set<std::string> seen{name};
      std::vector<std::string> open{name};
      while (!open.empty()) {
        const auto at = open.back();
        open.pop_back();
        for (const auto& other : (*ways)[at])
          if (seen.insert(other).second) {
            all.insert(own[other].begin(), own[other].end());
            open.push_back(other);
          }
      }
    }
    slots_[name] = {all.begin(), all.end()};
  }
}

const std::vector<std::string>& hand_over_reasons() {
  static const std::vector<std::string> names{
      "asked_for_person", "not_understood", "emergency", "complaint", "anger",
      "attachment",       "form",           "fraud",     "feedback",  "dossier"};
  return names;
}

std::vector<std::string> ways_from(const step& s) {
  std::vector<std::string> out;
  if (!s.next.empty()) out.push_back(s.next);
  if (!s.failed.empty()) out.push_back(s.failed);
  if (!s.unhappy.empty()) out.push_back(s.unhappy);
  for (const auto& o : s.options)
    if (!o.next.empty()) out.push_back(o.next);
  for (const auto& arm : s.arms)
    if (!arm.next.empty()) out.push_back(arm.next);
  return out;
}

}  // namespace thanthien::dialogs
