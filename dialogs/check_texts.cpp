#include "dialogs/inspection.hpp"

#include "knowledge/writing.hpp"

#include <algorithm>

/// What residents read: does it fit, can it be filled, does it read well, is it there in every language?
namespace thanthien::dialogs {
namespace {

void placeholder_ok(inspection& with, const std::string& name, const std::vector<std::string>& more,
                    const mark& at) {
  const auto& usual = usual_placeholders();
  if (std::ranges::find(usual, name) != usual.end() || std::ranges::find(more, name) != more.end()) return;
  auto all = more;
  all.insert(all.end(), usual.begin(), usual.end());
  with.fail(
      at, "Không có gì để điền vào {" + name + "}",
      inspection::meant(name, all, "Dùng tên \"slot\" của một bước hỏi, hoặc {unit.name}, {time.date} ..."));
}

void manner(inspection& with, const std::string& text, const mark& at, bool leads_on) {
  for (auto& remark : with.manner.remarks_on(text, leads_on))
    with.advise(at, std::move(remark.message), std::move(remark.hint));
  if (std::ranges::count(text, '?') > 1)
    with.advise(at, "Một lượt nói có hơn một câu hỏi", "Hỏi từng câu một.");
}

/// As somebody reads it who is addressed in the usual way.
std::string as_usual(const inspection& with, const std::string& text) {
  std::string out;
  std::size_t done = 0;
  each_placeholder(text, [&](std::string_view name, std::size_t at) {
    if (!is_address_placeholder(name)) return;
    out += text.substr(done, at - done) + with.book.words.address.usual.word(name, {});
    done = at + name.size() + 2;
  });
  return out + text.substr(done);
}

/// A dialog that speaks English in one place is expected to speak it in all.
void languages(inspection& with, const dialog& d) {
  std::vector<std::pair<const wording*, std::string>> all;
  for (const auto& s : d.steps) {
    all.emplace_back(&s.words, "Câu");
    all.emplace_back(&s.again, "Câu hỏi lại");
    for (const auto& o : s.options) all.emplace_back(&o.title, "Lựa chọn");
  }
  std::erase_if(all, [](const auto& w) { return w.first->empty(); });
  auto in_english = [](const auto& w) {
    return std::ranges::any_of(w.first->versions, [](const auto& v) { return v.language == "en"; });
  };
  if (std::ranges::none_of(all, in_english)) return;
  for (const auto& w : all)
    if (!in_english(w))
      with.advise(w.first->at, w.second + " này chưa có tiếng Anh, còn chỗ khác trong hội thoại thì có",
                  "Thêm dòng \"en: ...\", nếu không bà con nói tiếng Anh sẽ gặp câu tiếng Việt.");
}

void texts_of(inspection& with, const dialog& d, const step& s) {
  const auto& slots = with.slots_of(d.name);
  const bool leads_on =
      s.what != step::kind::say || !s.options.empty() || s.near_topics || d.find(s.next) != nullptr;
  check_wording(with, s.words, slots, leads_on);
  auto with_example = slots;
  with_example.emplace_back("example");
  check_wording(with, s.again, with_example, true);
  check_wording(with, s.summary, slots, true);
  for (const auto& [slot, value] : s.arguments) check_wording(with, value, slots, true);
  for (const auto& o : s.options) check_wording(with, o.title, slots, true);
}

}  // namespace

void check_wording(inspection& with, const wording& w, const std::vector<std::string>& placeholders,
                   bool leads_on) {
  for (const auto& version : w.versions)
    for (std::size_t i = 0; i < version.variants.size(); ++i) {
      const auto& text = version.variants[i];
      const auto& at = version.marks[i];
      if (const auto length = length_of(text); length > longest_text)
        with.fail(
            at, "Câu này dài " + std::to_string(length) + " ký tự, quá giới hạn 1.900 của Zalo và Messenger",
            "Chia thành hai bước say.");
      const auto fault = each_placeholder(text, [&](std::string_view name, std::size_t) {
        placeholder_ok(with, std::string{name}, placeholders, at);
      });
      if (fault)
        with.fail(at, "Dấu ngoặc nhọn trong câu chưa đúng",
                  "Viết {tên}; muốn có dấu ngoặc thật thì viết {{ hoặc }}.");
      for (auto& remark : knowledge::broken_links(text))
        with.fail(at, std::move(remark.message), std::move(remark.hint));
      if (version.language == "vi") manner(with, as_usual(with, text), at, leads_on);
    }
}

void check_texts(inspection& with) {
  for (const auto& [name, d] : with.book.dialogs) {
    for (const auto& s : d.steps) texts_of(with, d, s);
    languages(with, d);
  }
}

}  // namespace thanthien::dialogs
