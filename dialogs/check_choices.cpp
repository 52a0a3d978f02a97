#include "dialogs/inspection.hpp"

#include <algorithm>

/// The lines below a question: few enough, short enough, and never two that the same words would choose.
namespace thanthien::dialogs {
namespace {

void titles_fit(inspection& with, const option& o) {
  for (const auto& version : o.title.versions)
    for (std::size_t i = 0; i < version.variants.size(); ++i)
      if (const auto length = length_of(version.variants[i]); length > longest_title)
        with.fail(
            version.marks[i],
            "Lựa chọn \"" + version.variants[i] + "\" dài " + std::to_string(length) + " ký tự, tối đa là 20",
            "Rút gọn để hiện đủ trên Messenger.");
}

/// By which words the lines of one step are chosen, in every language and channel: no two share one.
void collisions(inspection& with, const step& s) {
  struct claimed {
    const option* by = nullptr;
    bool title = false;
  };
  std::map<std::string, claimed> said;
  std::map<std::string, const option*> values;
  for (const auto& o : s.options) {
    bool told = false;
    auto claim = [&](const std::string& words, const std::string& written, bool title) {
      if (words.empty()) return;
      const auto [found, fresh] = said.try_emplace(words, claimed{&o, title});
      if (fresh || found->second.by == &o || told) return;
      told = true;
      if (title && found->second.title)
        with.fail(o.at, "Hai lựa chọn trùng tên: \"" + written + "\"",
                  "Bà con gõ tên thì máy không biết chọn cái nào; đổi tên một lựa chọn.");
      else
        with.fail(o.at, "Hai lựa chọn cùng nhận cách nói \"" + written + "\"",
                  "Bà con gõ vậy thì máy không biết chọn cái nào; bỏ cách nói này ở một lựa chọn.");
    };
    for (const auto& version : o.title.versions)
      for (const auto& title : version.variants) claim(fold(title), title, true);
    for (const auto& also : o.also) claim(also, also, false);
    if (!o.value.empty() && !values.emplace(o.value, &o).second)
      with.fail(o.at, "Hai lựa chọn trùng giá trị: \"" + o.value + "\"", "Mỗi lựa chọn một \"value\" riêng.");
  }
}

/// Whether choosing the line does just what the command would do.
bool does_the_same(const book::contents& book, const option& o, const std::string& command) {
  const auto on = book.on_command.find(command);
  return o.command == command || (on != book.on_command.end() && !o.dialog.empty() && o.dialog == on->second);
}

/// Words that are a command everywhere: the choice and the command would hide each other.
void commands(inspection& with, const step& s) {
  const auto& words = with.book.words;
  for (const auto& o : s.options) {
    for (const auto& version : o.title.versions)
      for (const auto& title : version.variants)
        if (const auto name = command_in(words, title);
            !name.empty() && !does_the_same(with.book, o, name))
          with.advise(o.at, "Tên lựa chọn \"" + title + "\" cũng là lệnh " + name,
                      "Gõ chữ này ở đây sẽ là lựa chọn, không còn là lệnh; nên đổi tên lựa chọn.");
    for (const auto& also : o.also)
      if (const auto name = command_in(words, also); !name.empty() && !does_the_same(with.book, o, name))
        with.advise(o.at, "Cách nói \"" + also + "\" không bao giờ chọn được lựa chọn này vì là lệnh " + name,
                    "Bỏ cách nói này khỏi \"also\".");
  }
}

void choices_of(inspection& with, const step& s) {
  for (const auto& o : s.options) {
    titles_fit(with, o);
    if (s.what == step::kind::ask && s.type == slot_type::yes_no && !o.value.empty() && o.value != "yes" &&
        o.value != "no")
      with.fail(o.at, "Câu hỏi có/không chỉ nhận value: yes hoặc value: no");
  }
  collisions(with, s);
  commands(with, s);
  if (s.options.size() > most_own_choices)
    with.fail(s.options[most_own_choices].at,
              "Có " + std::to_string(s.options.size()) + " lựa chọn, tối đa là 4",
              "Lựa chọn thứ năm luôn là \"Gặp cán bộ\". Chia thành hai câu hỏi.");
}

}  // namespace

void check_choices(inspection& with) {
  for (const auto& [name, d] : with.book.dialogs)
    for (const auto& s : d.steps) choices_of(with, s);
}

}  // namespace thanthien::dialogs
