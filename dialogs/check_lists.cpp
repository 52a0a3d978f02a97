#include "dialogs/inspection.hpp"

#include <algorithm>

/// The engine's own sentences and the words it knows: nothing is missing, nothing is there for nobody.
namespace thanthien::dialogs {
namespace {

/// Phrases that are shown as choices.
bool is_choice(std::string_view name) {
  return name.starts_with("choice_") || name.starts_with("aspect_") || name.starts_with("rate_");
}

void phrases(inspection& with) {
  const mark whole{"dialogs/phrases.yaml", 0, 0};
  std::vector<std::string> names;
  for (const auto& [name, more] : needed_phrases()) {
    names.push_back(name);
    const auto found = with.book.phrases.find(name);
    if (found == with.book.phrases.end()) {
      with.fail(whole, "Thiếu câu \"" + name + "\"", "Thêm dòng \"" + name + ": ...\" dưới \"phrases:\".");
      continue;
    }
    check_wording(with, found->second, more, true);
    if (!is_choice(name)) continue;
    for (const auto& version : found->second.versions)
      for (std::size_t i = 0; i < version.variants.size(); ++i)
        if (length_of(version.variants[i]) > longest_title)
          with.fail(version.marks[i], "Lựa chọn \"" + version.variants[i] + "\" dài hơn 20 ký tự",
                    "Rút gọn để hiện đủ trên Messenger.");
  }
  for (const auto& reason : hand_over_reasons()) {
    names.push_back("reason_" + reason);
    if (!with.book.phrases.contains("reason_" + reason))
      with.fail(whole, "Thiếu câu \"reason_" + reason + "\"",
                "Đó là lý do chuyển, cán bộ đọc trên bảng việc.");
  }
  for (const auto& [name, at] : with.from.phrase_marks)
    if (std::ranges::find(names, name) == names.end())
      with.fail(at, "Không có câu nào tên \"" + name + "\"",
                inspection::meant(name, names, "Xóa dòng này: không ai dùng đến nó."));
}

void words(inspection& with) {
  const mark whole{"dialogs/words.yaml", 0, 0};
  const auto& v = with.book.words;
  for (const auto& command : command_names())
    if (!v.commands.contains(command) || v.commands.at(command).empty())
      with.fail(whole, "Thiếu các cách nói của lệnh \"" + command + "\"", "Thêm dưới \"words: commands:\".");
  const std::vector<std::pair<std::string, const std::vector<std::string>*>> lists{
      {"yes", &v.yes}, {"no", &v.no}, {"fillers", &v.fillers}, {"questions", &v.questions}};
  for (const auto& [name, list] : lists)
    if (list->empty())
      with.fail(whole, "Danh sách \"" + name + "\" đang trống hoặc thiếu", "Thêm dưới \"words:\".");
  if (v.address.usual.you.empty() || v.address.usual.me.empty())
    with.fail(whole, "Thiếu cách xưng hô thường dùng",
              "Thêm dưới \"words:\": address: {usual: {you: bà con, me: em}}.");
  // Who calls himself one thing must not be addressed in two ways.
  std::map<std::string, std::string> addressed;
  for (const auto& f : v.address.forms)
    for (const auto& said : f.says)
      if (const auto [found, fresh] = addressed.emplace(said, f.you); !fresh)
        with.fail(whole,
                  "Người xưng \"" + said + "\" vừa được gọi là \"" + found->second + "\" vừa được gọi là \"" +
                      f.you + "\"",
                  "Giữ chữ này ở một cách xưng hô thôi.");
  // The same words for two commands: which one runs would be chance.
  std::map<std::string, std::string> owner;
  for (const auto& [command, expressions] : v.commands)
    for (const auto& expression : expressions)
      if (const auto [found, fresh] = owner.emplace(expression, command); !fresh)
        with.fail(whole, "\"" + expression + "\" vừa là lệnh " + found->second + " vừa là lệnh " + command,
                  "Bỏ cách nói này ở một trong hai lệnh.");
}

}  // namespace

void check_lists(inspection& with) {
  phrases(with);
  words(with);
  for (const auto& o : with.book.openings) check_wording(with, o.words, {}, true);
}

}  // namespace thanthien::dialogs
