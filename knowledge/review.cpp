#include "knowledge/review.hpp"

#include "knowledge/content_files.hpp"
#include "knowledge/fields.hpp"
#include "knowledge/yaml.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>

namespace thanthien::knowledge {
namespace {

/// Files with texts that are read to residents; the others teach the finder or name places.
bool read_to_residents(std::string_view file) {
  return file.starts_with("procedures/") || file == "contacts.yaml" || file == "general.yaml" ||
         file == "portals.yaml";
}

/// Entries that no resident reads: names of things, notes of the editors, what the finder learns from.
bool for_editors(std::string_view key) {
  static constexpr std::array<std::string_view, 28> keys{
      "id",      "code",   "field",   "level",       "also_called",  "legal_basis", "legal",
      "sources", "source", "as_of",   "confidence",  "editor_note",  "form",        "when",
      "value",   "also",   "instead", "amount_vnd",  "available",    "question",    "number",
      "url",     "web",    "email",   "local_rules", "units_source", "place",       "effective"};
  return std::ranges::find(keys, key) != keys.end();
}

class reviewer {
 public:
  reviewer(const writing_rules& rules, std::chrono::year_month_day today, std::vector<problem>& problems)
      : manner_{rules}, months_{rules.review_months}, today_{today}, problems_{problems} {}

  void of(const std::string& file, const yaml_node& root) {
    file_ = file;
    for (const auto& e : root.entries) {
      if (e.key == "name" || e.key == "title") continue;  // official names stand as they are
      entry(e);
    }
  }

 private:
  void advise(const yaml_node& at, std::string message, std::string hint) {
    problems_.push_back(
        {problem::level::advice, file_, at.line, at.column, std::move(message), std::move(hint)});
  }

  void entry(const yaml_node::entry& e) {
    if (e.key == "as_of" && e.value.is_scalar())
      age(e.value);
    else if (!for_editors(e.key))
      texts(e.value);
  }

  void texts(const yaml_node& node) {
    for (const auto& e : node.entries) entry(e);
    for (const auto& item : node.items) texts(item);
    if (!node.is_scalar()) return;
    // A choice of things to do stands below every answer, so no refusal is the last word.
    for (auto& remark : manner_.remarks_on(node.scalar, true))
      advise(node, std::move(remark.message), std::move(remark.hint));
    for (auto& remark : broken_links(node.scalar))
      advise(node, std::move(remark.message), std::move(remark.hint));
  }

  void age(const yaml_node& node) {
    if (!is_date(node.scalar)) return;  // told when it was loaded
    const auto number = [&](std::size_t from, std::size_t length) {
      return std::stoi(node.scalar.substr(from, length));
    };
    const std::chrono::year_month_day of{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    if (of > today_)
      advise(node, "Ngày của thông tin là " + node.scalar + ", còn ở phía trước", "Xem lại ngày này.");
    else if (const auto until = of + std::chrono::months{months_}; until < today_)
      advise(node, "Thông tin ngày " + node.scalar + " đã quá " + std::to_string(months_) + " tháng",
             "Đọc lại nguồn, sửa nội dung nếu khác, rồi ghi ngày mới vào as_of.");
  }

  manner_reader manner_;
  int months_;
  std::chrono::year_month_day today_;
  std::vector<problem>& problems_;
  std::string file_;
};

}  // namespace

void review(const std::vector<std::filesystem::path>& folders, const writing_rules& rules,
            std::chrono::year_month_day today, std::vector<problem>& problems) {
  std::vector<problem> told_by_loading;
  reviewer each{rules, today, problems};
  for (const auto& [name, path] : content_files(folders, told_by_loading)) {
    if (!read_to_residents(name)) continue;
    std::ifstream in{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (const auto root = parse_yaml(text, name, told_by_loading); root && root->is_map())
      each.of(name, *root);
  }
}

}  // namespace thanthien::knowledge
