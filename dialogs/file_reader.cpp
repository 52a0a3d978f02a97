#include "dialogs/file_reader.hpp"

#include "dialogs/schema.hpp"

#include <algorithm>

namespace thanthien::dialogs {

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

void file_reader::fail(int line, int column, std::string message, std::string hint) {
  problems_.push_back({problem::level::error, file_, line, column, std::move(message), std::move(hint)});
}

void file_reader::fail(const yaml_node& at, std::string message, std::string hint) {
  fail(at.line, at.column, std::move(message), std::move(hint));
}

void file_reader::only_keys(const yaml_node& map, const std::vector<std::string>& known,
                            const std::string& where) {
  for (const auto& e : map.entries)
    if (std::ranges::find(known, e.key) == known.end()) {
      const auto near = knowledge::nearest(e.key, known);
      fail(e.line, e.column, where + " không có khóa \"" + e.key + "\"",
           near.empty() ? "Các khóa dùng được: " + listed(known) + "."
                        : "Có phải bạn muốn viết \"" + near + "\"?");
    }
}

void file_reader::keys_ok(const yaml_node& map, std::string_view part, const std::string& where) {
  const auto& rules = rules_of(part);
  only_keys(map, rules.names(), where);
  for (const auto& key : rules.keys)
    if (key.needed && map.find(key.name) == nullptr)
      fail(map, where + " thiếu \"" + std::string{key.name} + "\"", std::string{key.means});
}

bool file_reader::one_of(const yaml_node& at, const std::string& value, const std::vector<std::string>& known,
                         std::string message, std::string_view list_them) {
  if (value.empty() || std::ranges::find(known, value) != known.end()) return true;
  const auto near = knowledge::nearest(value, known);
  fail(at, std::move(message),
       near.empty() ? std::string{list_them} + listed(known) + "."
                    : "Có phải bạn muốn viết \"" + near + "\"?");
  return false;
}

bool file_reader::is_map(const yaml_node& node, const std::string& what) {
  if (node.is_map()) return true;
  fail(node, what + " phải gồm các dòng \"khóa: giá trị\"");
  return false;
}

bool file_reader::is_list(const yaml_node& node, const std::string& what) {
  if (node.is_sequence()) return true;
  fail(node, what + " phải là một danh sách, mỗi dòng bắt đầu bằng \"- \"");
  return false;
}

std::string file_reader::scalar(const yaml_node& node, const std::string& what) {
  if (node.is_scalar() && !trimmed(node.scalar).empty()) return std::string{trimmed(node.scalar)};
  fail(node, what + " phải là một dòng chữ, không được để trống");
  return {};
}

std::vector<std::string> file_reader::scalars(const yaml_node& node, const std::string& what) {
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

bool file_reader::flag(const yaml_node& node, const std::string& what) {
  const auto value = node.is_scalar() ? fold(node.scalar) : std::string{};
  if (value == "yes" || value == "true" || value == "co") return true;
  if (value == "no" || value == "false" || value == "khong") return false;
  fail(node, what + " phải là yes hoặc no");
  return false;
}

std::optional<std::int64_t> file_reader::number(const yaml_node& node, const std::string& what) {
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

void file_reader::variants_into(wording::version& v, const yaml_node& node, const std::string& what) {
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

void file_reader::languages_into(wording& w, const yaml_node& node, std::optional<dialogs::channel> on,
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

wording file_reader::words(const yaml_node& node, const std::string& what) {
  wording w;
  w.at = mark_of(node);
  languages_into(w, node, std::nullopt, what);
  if (!w.empty() &&
      std::ranges::none_of(w.versions, [](const auto& v) { return v.language == "vi" && !v.on; }))
    fail(node, what + " chưa có câu tiếng Việt", "Thêm dòng \"vi: ...\".");
  return w;
}

condition file_reader::condition_of(const yaml_node& node) {
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

condition file_reader::part_of(const yaml_node::entry& e) {
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
      {"filled", condition::comparison::filled},   {"says", condition::comparison::says}};
  std::vector<std::string> names;
  for (const auto& [name, how] : known) {
    names.push_back(name);
    if (name == test.key) c.how = how;
  }
  auto at = test.value;
  at.line = test.line;
  at.column = test.column;
  if (!one_of(at, test.key, names, "Không có phép so sánh \"" + test.key + "\"", "Các phép so sánh: "))
    return c;
  if (test.key == "filled") {
    if (!flag(test.value, "\"filled\"")) c.how = condition::comparison::empty;
  } else {
    c.values = scalars(test.value, "Giá trị so sánh");
  }
  return c;
}

}  // namespace thanthien::dialogs
