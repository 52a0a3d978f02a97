#include "dialogs/loader.hpp"
#include "knowledge/library.hpp"

#include <algorithm>
#include <set>

namespace thanthien::dialogs {
namespace {

using knowledge::problem;

constexpr std::size_t longest_text = 1900;    // Zalo and Messenger take 2,000 with what the engine adds
constexpr std::size_t longest_title = 20;     // of a choice: Messenger's limit
constexpr std::size_t most_choices = 4;       // the fifth is always "Gặp cán bộ"
constexpr std::size_t longest_sentence = 30;  // in syllables

const std::vector<std::string>& reasons() {
  static const std::vector<std::string> names{
      "asked_for_person", "not_understood", "emergency", "complaint", "anger",
      "attachment",       "form",           "fraud",     "feedback",  "dossier"};
  return names;
}

class checker {
 public:
  checker(loaded& what, const knowledge::library& known, std::vector<problem>& problems)
      : book_{what.contents}, loaded_{what}, known_{known}, problems_{problems} {}

  void run() {
    for (const auto& p : known_.procedures()) topics_.push_back(p.id);
    for (const auto& t : known_.topics()) topics_.push_back(t.id);
    for (const auto& [name, d] : book_.dialogs) dialog_names_.push_back(name);
    triggers();
    for (const auto& [name, d] : book_.dialogs) own_slots(d);
    for (auto& [name, d] : book_.dialogs) dialog_of(d);
    loops();
    phrases();
    vocabulary_lists();
    for (const auto& o : book_.openings) {
      for (const auto& topic : o.topics) need_topic(topic, o.at);
      lengths(o.words, {});
    }
    for (const auto& [meant_by, at] : loaded_.english_marks)
      if (!knowledge::parse_aspect(meant_by)) need_topic(meant_by, at);
  }

 private:
  void fail(const mark& at, std::string message, std::string hint = {}) {
    problems_.push_back(
        {problem::level::error, at.file, at.line, at.column, std::move(message), std::move(hint)});
  }
  void advise(const mark& at, std::string message, std::string hint = {}) {
    problems_.push_back(
        {problem::level::advice, at.file, at.line, at.column, std::move(message), std::move(hint)});
  }

  static std::string meant(std::string_view typed, const std::vector<std::string>& known,
                           std::string otherwise) {
    const auto near = knowledge::nearest(typed, known);
    return near.empty() ? std::move(otherwise) : "Có phải bạn muốn viết \"" + near + "\"?";
  }

  void need_topic(const std::string& topic, const mark& at) {
    if (!known_.knows_topic(topic))
      fail(at, "Không có chủ đề \"" + topic + "\" trong kho kiến thức",
           meant(topic, topics_, "Xem mã thủ tục trong knowledge/content."));
  }

  void need_dialog(const std::string& name, const mark& at) {
    if (!name.empty() && book_.find(name) == nullptr)
      fail(at, "Không có hội thoại tên \"" + name + "\"",
           meant(name, dialog_names_, "Tạo tệp hội thoại này trước."));
  }

  void need_command(const std::string& name, const mark& at) {
    if (std::ranges::find(command_names(), name) == command_names().end())
      fail(at, "Không có lệnh \"" + name + "\"",
           meant(name, command_names(),
                 "Các lệnh: again, back, menu, papers, person, skip, start_over, stop, wrong."));
  }

  void need_aspect(const std::string& name, const mark& at) {
    if (name.empty() || name == "found" || knowledge::parse_aspect(name)) return;
    const std::vector<std::string> names{"overview", "documents", "fee",   "time",  "where",
                                         "online",   "who",       "steps", "result"};
    fail(at, "Không có mục \"" + name + "\" của thủ tục",
         meant(name, names, "Các mục: overview, documents, fee, time, where, online, who, steps, result."));
  }

  // --- triggers

  void triggers() {
    const std::vector<std::string> kinds{"service", "small_talk", "out_of_scope", "emergency"};
    auto claim = [&](std::map<std::string, std::string>& index, const std::string& key, const dialog& d,
                     const mark& at) {
      if (const auto [found, fresh] = index.emplace(key, d.name); !fresh)
        fail(at, "\"" + key + "\" đã thuộc về hội thoại \"" + found->second + "\"",
             "Mỗi chủ đề chỉ mở một hội thoại.");
    };
    for (const auto& [name, d] : book_.dialogs)
      for (const auto& [trigger, at] : d.on) {
        const auto colon = trigger.find(':');
        const auto head = trigger.substr(0, std::min(colon, trigger.size()));
        const auto rest = colon == std::string::npos ? std::string{} : trigger.substr(colon + 1);
        if (trigger == "opened" || trigger == "closed") {
          claim(book_.on_event, trigger, d, at);
        } else if (colon == std::string::npos) {
          need_topic(trigger, at);
          claim(book_.on_topic, trigger, d, at);
        } else if (head == "kind") {
          if (std::ranges::find(kinds, rest) == kinds.end())
            fail(at, "Không có nhóm chủ đề \"" + rest + "\"",
                 meant(rest, kinds, "Các nhóm: service, small_talk, out_of_scope, emergency."));
          else
            claim(book_.on_kind, rest, d, at);
        } else if (head == "command") {
          need_command(rest, at);
          claim(book_.on_command, rest, d, at);
        } else {
          fail(at, "\"on: " + trigger + "\" chưa đúng",
               "Viết mã chủ đề, opened, closed, kind:out_of_scope, command:menu ...");
        }
      }
    const mark whole{"dialogs/", 0, 0};
    for (const auto& kind : kinds)
      if (!book_.on_kind.contains(kind))
        fail(whole, "Chưa có hội thoại nào cho nhóm chủ đề \"kind:" + kind + "\"",
             "Thêm dòng \"on: [kind:" + kind + "]\" vào một hội thoại.");
    if (!book_.on_event.contains("opened"))
      fail(whole, "Chưa có hội thoại chào khi bà con mở trò chuyện",
           "Thêm dòng \"on: [opened]\" vào một hội thoại.");
    if (!book_.on_event.contains("closed"))
      fail(whole, "Chưa có hội thoại hỏi bà con đánh giá khi cán bộ xử lý xong",
           "Thêm dòng \"on: [closed]\" vào một hội thoại.");
    for (const auto* command : {"menu", "papers", "person"})
      if (!book_.on_command.contains(command))
        fail(whole, "Chưa có hội thoại cho lệnh \"command:" + std::string{command} + "\"",
             "Thêm dòng \"on: [command:" + std::string{command} + "]\" vào một hội thoại.");
  }

  // --- slots

  void own_slots(const dialog& d) {
    auto& mine = slots_[d.name];
    for (const auto& s : d.steps) {
      if (s.what == step::kind::ask && !s.slot.empty()) {
        mine.insert(s.slot);
        const auto [found, fresh] = types_.emplace(s.slot, std::pair{s.type, d.name + "/" + s.name});
        if (!fresh && found->second.first != s.type)
          fail(s.at,
               "\"" + s.slot + "\" ở đây là loại " + std::string{to_string(s.type)} + ", còn ở bước " +
                   found->second.second + " là loại " + std::string{to_string(found->second.first)},
               "Đặt tên khác cho một trong hai.");
      }
      if (s.what == step::kind::call) calls_.insert({d.name, s.dialog});
    }
  }

  /// Its own, and those of dialogs above and below it on the stack.
  std::vector<std::string> slots_of(const std::string& name) const {
    std::set<std::string> out = slots_.at(name);
    auto spread = [&](bool down) {
      std::set<std::string> seen{name};
      std::vector<std::string> open{name};
      while (!open.empty()) {
        const auto at = open.back();
        open.pop_back();
        for (const auto& [from, to] : calls_)
          if ((down ? from : to) == at)
            if (const auto& other = down ? to : from; seen.insert(other).second && slots_.contains(other)) {
              out.insert(slots_.at(other).begin(), slots_.at(other).end());
              open.push_back(other);
            }
      }
    };
    spread(true);
    spread(false);
    return {out.begin(), out.end()};
  }

  // --- one dialog

  void need_step(const dialog& d, const std::string& target, const mark& at) {
    if (target.empty() || target == "end" || d.find(target) != nullptr) return;
    std::vector<std::string> names{"end"};
    for (const auto& s : d.steps) names.push_back(s.name);
    fail(at, "Không có bước \"" + target + "\" trong hội thoại này",
         meant(target, names, "Tạo bước này, hoặc viết end để kết thúc."));
  }

  void condition_ok(const condition& c, const std::vector<std::string>& slots) {
    for (const auto& part : c.parts) condition_ok(part, slots);
    if (c.what != condition::kind::test || c.subject.empty()) return;
    if (c.subject.starts_with("slot.")) {
      const auto name = c.subject.substr(5);
      if (std::ranges::find(slots, name) == slots.end())
        fail(c.at, "Không có câu trả lời nào tên \"" + name + "\"",
             meant(name, slots, "Tên này phải là \"slot\" của một bước hỏi."));
      return;
    }
    if (std::ranges::find(condition_subjects(), c.subject) == condition_subjects().end()) {
      auto all = condition_subjects();
      for (const auto& s : slots) all.push_back("slot." + s);
      fail(c.at, "Không so sánh được với \"" + c.subject + "\"",
           meant(c.subject, all, "Câu trả lời của bà con thì viết slot.tên."));
      return;
    }
    if (c.subject == "channel")
      for (const auto& value : c.values)
        if (!parse_channel(value))
          fail(c.at, "Không có kênh \"" + value + "\"",
               meant(value, {"zalo", "messenger", "web", "terminal"},
                     "Các kênh: zalo, messenger, web, terminal."));
    if (c.subject == "topic")
      for (const auto& value : c.values) need_topic(value, c.at);
    if (c.subject == "unit")
      for (const auto& value : c.values)
        if (known_.find_unit(value) == nullptr) fail(c.at, "Không có xã, phường nào mã \"" + value + "\"");
  }

  void lengths(const wording& w, const std::vector<std::string>& placeholders) {
    for (const auto& version : w.versions)
      for (std::size_t i = 0; i < version.variants.size(); ++i) {
        const auto& text = version.variants[i];
        const auto& at = version.marks[i];
        if (const auto length = length_of(text); length > longest_text)
          fail(at,
               "Câu này dài " + std::to_string(length) + " ký tự, quá giới hạn 1.900 của Zalo và Messenger",
               "Chia thành hai bước say.");
        const auto fault = each_placeholder(text, [&](std::string_view name, std::size_t) {
          placeholder_ok(std::string{name}, placeholders, at);
        });
        if (fault)
          fail(at, "Dấu ngoặc nhọn trong câu chưa đúng",
               "Viết {tên}; muốn có dấu ngoặc thật thì viết {{ hoặc }}.");
        style(text, at);
      }
  }

  void placeholder_ok(const std::string& name, const std::vector<std::string>& more, const mark& at) {
    if (std::ranges::find(usual_placeholders(), name) != usual_placeholders().end() ||
        std::ranges::find(more, name) != more.end())
      return;
    auto all = more;
    all.insert(all.end(), usual_placeholders().begin(), usual_placeholders().end());
    fail(at, "Không có gì để điền vào {" + name + "}",
         meant(name, all, "Dùng tên \"slot\" của một bước hỏi, hoặc {unit.name}, {time.date} ..."));
  }

  /// What makes a text hard to read on a phone: advice, never an error.
  void style(const std::string& text, const mark& at) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const bool stop =
          i == text.size() || text[i] == '.' || text[i] == '?' || text[i] == '!' || text[i] == '\n';
      if (!stop) continue;
      const auto syllables = split_words(fold(std::string_view{text}.substr(begin, i - begin))).size();
      if (syllables > longest_sentence) {
        advise(at, "Có câu dài " + std::to_string(syllables) + " tiếng, bà con khó đọc",
               "Ngắt thành các câu dưới 30 tiếng.");
        break;
      }
      begin = i + 1;
    }
    if (std::ranges::count(text, '?') > 1) advise(at, "Một lượt nói có hơn một câu hỏi", "Hỏi từng câu một.");
  }

  void title_ok(const option& o, const std::vector<std::string>& placeholders) {
    lengths(o.title, placeholders);
    for (const auto& version : o.title.versions)
      for (std::size_t i = 0; i < version.variants.size(); ++i)
        if (const auto length = length_of(version.variants[i]); length > longest_title)
          fail(version.marks[i],
               "Lựa chọn \"" + version.variants[i] + "\" dài " + std::to_string(length) +
                   " ký tự, tối đa là 20",
               "Rút gọn để hiện đủ trên Messenger.");
  }

  void options_ok(const dialog& d, const step& s, const std::vector<std::string>& slots) {
    std::map<std::string, mark> titles, values;
    for (const auto& o : s.options) {
      title_ok(o, slots);
      if (!o.title.empty()) {
        const auto title = fold(o.title.versions.front().variants.front());
        if (!titles.emplace(title, o.at).second)
          fail(o.at, "Hai lựa chọn trùng tên: \"" + o.title.versions.front().variants.front() + "\"",
               "Bà con gõ tên thì máy không biết chọn cái nào; đổi tên một lựa chọn.");
      }
      if (!o.value.empty() && !values.emplace(o.value, o.at).second)
        fail(o.at, "Hai lựa chọn trùng giá trị: \"" + o.value + "\"", "Mỗi lựa chọn một \"value\" riêng.");
      if (s.type == slot_type::yes_no && s.what == step::kind::ask && !o.value.empty() && o.value != "yes" &&
          o.value != "no")
        fail(o.at, "Câu hỏi có/không chỉ nhận value: yes hoặc value: no");
      need_step(d, o.next, o.at);
      if (!o.topic.empty()) need_topic(o.topic, o.at);
      if (!o.aspect.empty()) {
        need_aspect(o.aspect, o.at);
        if (!o.topic.empty() && known_.knows_topic(o.topic) && known_.find_procedure(o.topic) == nullptr)
          fail(o.at, "\"aspect\" chỉ dùng với thủ tục; \"" + o.topic + "\" không phải thủ tục");
      }
      need_dialog(o.dialog, o.at);
      if (!o.command.empty()) need_command(o.command, o.at);
    }
    if (s.options.size() > most_choices)
      fail(s.options[most_choices].at, "Có " + std::to_string(s.options.size()) + " lựa chọn, tối đa là 4",
           "Lựa chọn thứ năm luôn là \"Gặp cán bộ\". Chia thành hai câu hỏi.");
  }

  void dialog_of(dialog& d) {
    const auto slots = slots_of(d.name);
    for (auto& s : d.steps) {
      need_step(d, s.next, s.next_at.line != 0 ? s.next_at : s.at);
      need_step(d, s.failed, s.at);
      need_step(d, s.unhappy, s.at);
      lengths(s.words, slots);
      lengths(s.again, [&] {
        auto more = slots;
        more.emplace_back("example");
        return more;
      }());
      lengths(s.summary, slots);
      options_ok(d, s, slots);
      for (const auto& arm : s.arms) {
        condition_ok(arm.when, slots);
        need_step(d, arm.next, arm.at);
      }
      if (s.what == step::kind::call || (s.what == step::kind::go && !s.dialog.empty()))
        need_dialog(s.dialog, s.at);
      if (s.what == step::kind::go && s.dialog.empty() && s.next.empty())
        fail(s.at, "Bước go chưa nói đi đâu");
      if (s.what == step::kind::answer || s.what == step::kind::checklist) {
        if (s.topic != "found" && !s.topic.empty()) {
          need_topic(s.topic, s.at);
          if (known_.knows_topic(s.topic) && known_.find_procedure(s.topic) == nullptr)
            fail(s.at, "\"" + s.topic + "\" không phải thủ tục nên không có gì để trả lời",
                 "Dùng go: {dialog: ...} để mở hội thoại khác.");
        }
        need_aspect(s.aspect, s.at);
      }
      if (s.what == step::kind::hand_over && !s.reason.empty() &&
          std::ranges::find(reasons(), s.reason) == reasons().end())
        fail(s.at, "Không có lý do chuyển cán bộ \"" + s.reason + "\"",
             meant(s.reason, reasons(),
                   "Các lý do: asked_for_person, complaint, form, fraud, feedback, dossier, attachment, "
                   "anger, emergency, not_understood."));
      if (goes_on(s) && s.next.empty())
        fail(s.at, "Sau bước \"" + s.name + "\" cuộc trò chuyện đi vào ngõ cụt",
             "Thêm \"next: end\", hoặc \"next: tên-bước\".");
    }
    reachable(d);
    // A dialog for danger must end with a person; so must the one that residents reach by asking for a
    // person.
    for (const auto& [trigger, at] : d.on) {
      const bool danger = trigger == "kind:emergency" || d.act == "emergency";
      if (!danger && trigger != "command:person") continue;
      if (!leads_to_person(d.name))
        fail(d.at, "Hội thoại \"" + d.name + "\" không có đường nào tới cán bộ", "Thêm một bước hand_over.");
      break;
    }
  }

  static std::vector<std::string> ways_from(const step& s) {
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

  void reachable(const dialog& d) {
    if (d.steps.empty()) return;
    std::set<std::string> seen{d.steps.front().name};
    std::vector<const step*> open{&d.steps.front()};
    while (!open.empty()) {
      const auto* s = open.back();
      open.pop_back();
      for (const auto& target : ways_from(*s))
        if (const auto* next = d.find(target); next != nullptr && seen.insert(target).second)
          open.push_back(next);
    }
    for (const auto& s : d.steps)
      if (!seen.contains(s.name))
        fail(s.at, "Không có đường nào tới bước \"" + s.name + "\"",
             "Thêm next, go hoặc choices dẫn tới bước này, hoặc xóa nó.");
  }

  bool leads_to_person(const std::string& start) const {
    std::set<std::string> seen{start};
    std::vector<std::string> open{start};
    while (!open.empty()) {
      const auto* d = book_.find(open.back());
      open.pop_back();
      if (d == nullptr) continue;
      for (const auto& s : d->steps) {
        if (s.what == step::kind::hand_over) return true;
        if (!s.dialog.empty() && seen.insert(s.dialog).second) open.push_back(s.dialog);
      }
    }
    return false;
  }

  // --- loops over all dialogs: a circle of steps none of which waits for the resident never ends

  void loops() {
    for (const auto& [name, d] : book_.dialogs)
      for (const auto& s : d.steps) visit(d, s);
  }

  void visit(const dialog& d, const step& s) {
    const auto key = d.name + "/" + s.name;
    auto& colour = colours_[key];
    if (colour == 2) return;
    if (colour == 1) {
      std::string path;
      for (auto at = std::ranges::find(path_, key); at != path_.end(); ++at) path += *at + " -> ";
      fail(s.at, "Các bước đi vòng mãi mà không hỏi bà con câu nào: " + path + key,
           "Đặt một bước ask hoặc end vào giữa vòng.");
      colour = 2;
      return;
    }
    colour = 1;
    path_.push_back(key);
    if (s.what != step::kind::ask && s.what != step::kind::hand_over && s.what != step::kind::end) {
      for (const auto& target : ways_from(s))
        if (const auto* next = d.find(target)) visit(d, *next);
      if (const auto* other = book_.find(s.dialog); other != nullptr && !other->steps.empty())
        visit(*other, other->steps.front());
    }
    path_.pop_back();
    colours_[key] = 2;
  }

  // --- the engine's own words

  void phrases() {
    const mark whole{"dialogs/phrases.yaml", 0, 0};
    std::vector<std::string> names;
    for (const auto& [name, more] : needed_phrases()) {
      names.push_back(name);
      const auto found = book_.phrases.find(name);
      if (found == book_.phrases.end()) {
        fail(whole, "Thiếu câu \"" + name + "\"", "Thêm dòng \"" + name + ": ...\" dưới \"phrases:\".");
        continue;
      }
      lengths(found->second, more);
      if (name.starts_with("choice_") || name.starts_with("aspect_") || name.starts_with("rate_")) {
        option o;
        o.title = found->second;
        for (const auto& version : o.title.versions)
          for (std::size_t i = 0; i < version.variants.size(); ++i)
            if (length_of(version.variants[i]) > longest_title)
              fail(version.marks[i], "Lựa chọn \"" + version.variants[i] + "\" dài hơn 20 ký tự");
      }
    }
    for (const auto& reason : reasons()) {
      names.push_back("reason_" + reason);
      if (!book_.phrases.contains("reason_" + reason))
        fail(whole, "Thiếu câu \"reason_" + reason + "\"", "Đó là lý do chuyển, cán bộ đọc trên bảng việc.");
    }
    for (const auto& [name, at] : loaded_.phrase_marks)
      if (std::ranges::find(names, name) == names.end())
        fail(at, "Không có câu nào tên \"" + name + "\"",
             meant(name, names, "Xóa dòng này: không ai dùng đến nó."));
  }

  void vocabulary_lists() {
    const mark whole{"dialogs/words.yaml", 0, 0};
    const auto& v = book_.words;
    for (const auto& command : command_names())
      if (!v.commands.contains(command) || v.commands.at(command).empty())
        fail(whole, "Thiếu các cách nói của lệnh \"" + command + "\"", "Thêm dưới \"words: commands:\".");
    const std::vector<std::pair<std::string, const std::vector<std::string>*>> lists{
        {"yes", &v.yes}, {"no", &v.no}, {"fillers", &v.fillers}, {"questions", &v.questions}};
    for (const auto& [name, list] : lists)
      if (list->empty())
        fail(whole, "Danh sách \"" + name + "\" đang trống hoặc thiếu", "Thêm dưới \"words:\".");
    // The same words for two commands: which one runs would be chance.
    std::map<std::string, std::string> owner;
    for (const auto& [command, phrases] : v.commands)
      for (const auto& phrase : phrases)
        if (const auto [found, fresh] = owner.emplace(phrase, command); !fresh)
          fail(whole, "\"" + phrase + "\" vừa là lệnh " + found->second + " vừa là lệnh " + command);
  }

  book::contents& book_;
  loaded& loaded_;
  const knowledge::library& known_;
  std::vector<problem>& problems_;
  std::vector<std::string> topics_, dialog_names_;
  std::map<std::string, std::set<std::string>> slots_;
  std::map<std::string, std::pair<slot_type, std::string>> types_;
  std::set<std::pair<std::string, std::string>> calls_;
  std::map<std::string, int> colours_;
  std::vector<std::string> path_;
};

}  // namespace

void check_dialogs(loaded& what, const knowledge::library& known, std::vector<problem>& problems) {
  checker{what, known, problems}.run();
}

}  // namespace thanthien::dialogs
