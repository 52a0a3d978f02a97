#include "knowledge/fields.hpp"

#include "knowledge/writing.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace thanthien::knowledge {

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  auto number = [&](std::size_t from, std::size_t length, auto& out) {
    auto end = text.data() + from + length;
    auto [stopped, failed] = std::from_chars(text.data() + from, end, out);
    return failed == std::errc{} && stopped == end;
  };
  int year = 0;
  unsigned month = 0, day = 0;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return false;
  return std::chrono::year_month_day{std::chrono::year{year}, std::chrono::month{month},
                                     std::chrono::day{day}}
      .ok();
}

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > 80 || text.front() == '-' || text.back() == '-' || text.contains("--"))
    return false;
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

fields::fields(const yaml_node& map, std::string file, std::vector<problem>& problems,
               std::vector<std::string> known)
    : map_(map), file_(std::move(file)), problems_(problems) {
  if (!map.is_map()) {
    tell(problem::level::error, map, "chỗ này phải gồm các mục \"tên: nội dung\"",
         "Xem một tệp cùng loại để làm mẫu.");
    return;
  }
  for (const auto& e : map.entries) {
    if (std::ranges::find(known, e.key) != known.end()) continue;
    auto near = nearest(e.key, known);
    std::string hint;
    if (!near.empty()) {
      hint = "Có phải ý bạn là \"" + near + "\"?";
    } else {
      hint = "Các mục dùng được ở đây:";
      for (const auto& k : known) hint += (k == known.front() ? " " : ", ") + k;
      hint += ".";
    }
    problems_.push_back(
        {problem::level::error, file_, e.line, e.column, "không có mục nào tên là \"" + e.key + "\"", hint});
  }
}

void fields::tell(problem::level severity, const yaml_node& where, std::string message,
                  std::string hint) const {
  problems_.push_back({severity, file_, where.line, where.column, std::move(message), std::move(hint)});
}

void fields::error(std::string_view key, std::string message, std::string hint) const {
  const auto* value = map_.find(key);
  tell(problem::level::error, value ? *value : map_, std::move(message), std::move(hint));
}

void fields::advice(std::string_view key, std::string message, std::string hint) const {
  const auto* value = map_.find(key);
  tell(problem::level::advice, value ? *value : map_, std::move(message), std::move(hint));
}

bool fields::has(std::string_view key) const {
  const auto* value = map_.find(key);
  return value && !value->is_null();
}

std::string fields::text(std::string_view key) const {
  const auto* value = map_.find(key);
  if (!value || value->is_null()) return {};
  if (!value->is_scalar()) {
    tell(problem::level::error, *value, "mục \"" + std::string(key) + "\" phải là một đoạn chữ",
         "Bỏ gạch đầu dòng, viết nội dung ngay sau dấu hai chấm.");
    return {};
  }
  auto out = value->scalar;
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

std::string fields::required_text(std::string_view key) const {
  auto before = problems_.size();
  auto out = text(key);
  if (out.empty() && problems_.size() == before && map_.is_map())
    error(key, "thiếu mục \"" + std::string(key) + "\"", "Thêm dòng \"" + std::string(key) + ": ...\".");
  return out;
}

std::vector<std::string> fields::texts(std::string_view key) const {
  std::vector<std::string> out;
  const auto* value = map_.find(key);
  if (!value || value->is_null()) return out;
  if (!value->is_sequence()) {
    tell(problem::level::error, *value, "mục \"" + std::string(key) + "\" phải là danh sách",
         "Viết mỗi ý một dòng, bắt đầu bằng \"- \".");
    return out;
  }
  for (const auto& item : value->items) {
    if (item.is_scalar() && !item.scalar.empty()) {
      out.push_back(item.scalar);
    } else if (item.is_map()) {
      tell(problem::level::error, item, "dòng này phải là một đoạn chữ",
           "Nếu trong câu có dấu hai chấm, đặt cả câu trong dấu nháy kép \"...\".");
    } else {
      tell(problem::level::error, item, "dòng này để trống", "Viết nội dung sau dấu gạch, hoặc xóa dòng.");
    }
  }
  return out;
}

std::vector<std::string> fields::required_texts(std::string_view key) const {
  auto before = problems_.size();
  auto out = texts(key);
  if (out.empty() && problems_.size() == before && map_.is_map())
    error(key, "thiếu danh sách \"" + std::string(key) + "\"", "Thêm ít nhất một dòng \"- ...\".");
  return out;
}

bool fields::flag(std::string_view key) const {
  auto word = text(key);
  if (word == "yes" || word == "có" || word == "true") return true;
  if (!word.empty() && word != "no" && word != "không" && word != "false")
    error(key, "\"" + word + "\" không phải là có hay không", "Viết yes (có) hoặc no (không).");
  return false;
}

std::optional<std::int64_t> fields::whole_number(std::string_view key) const {
  auto word = text(key);
  if (word.empty()) return std::nullopt;
  std::int64_t out = 0;
  auto [stopped, failed] = std::from_chars(word.data(), word.data() + word.size(), out);
  if (failed == std::errc{} && stopped == word.data() + word.size() && out >= 0) return out;
  error(key, "\"" + word + "\" không phải là số nguyên",
        "Viết liền các chữ số, không dấu chấm, không chữ đồng; ví dụ 8000.");
  return std::nullopt;
}

std::string fields::date(std::string_view key) const {
  auto word = text(key);
  if (word.empty() || is_date(word)) return word;
  error(key, "ngày \"" + word + "\" không đúng", "Viết năm-tháng-ngày, ví dụ 2026-06-10.");
  return {};
}

std::string fields::address(std::string_view key) const {
  auto word = text(key);
  if (word.empty()) return word;
  const auto fault = fault_of_link(word);
  if (fault.empty()) return word;
  error(key, "địa chỉ trang web \"" + word + "\" không đúng: " + fault,
        "Chép lại địa chỉ từ trình duyệt, dạng https://dichvucong.gov.vn.");
  return {};
}

const yaml_node* fields::node(std::string_view key) const {
  const auto* value = map_.find(key);
  return value != nullptr && !value->is_null() ? value : nullptr;
}

const yaml_node* fields::map(std::string_view key) const {
  const auto* value = map_.find(key);
  if (!value || value->is_null()) return nullptr;
  if (value->is_map()) return value;
  error(key, "mục \"" + std::string(key) + "\" phải gồm các mục con \"tên: nội dung\"",
        "Xem một tệp cùng loại để làm mẫu.");
  return nullptr;
}

std::vector<const yaml_node*> fields::maps(std::string_view key) const {
  std::vector<const yaml_node*> out;
  const auto* value = map_.find(key);
  if (!value || value->is_null()) return out;
  if (!value->is_sequence()) {
    tell(problem::level::error, *value, "mục \"" + std::string(key) + "\" phải là danh sách",
         "Viết mỗi phần bắt đầu bằng \"- \".");
    return out;
  }
  for (const auto& item : value->items) {
    if (item.is_map())
      out.push_back(&item);
    else
      tell(problem::level::error, item, "phần này phải gồm các mục \"tên: nội dung\"",
           "Xem các phần khác của danh sách để làm mẫu.");
  }
  return out;
}

}  // namespace thanthien::knowledge
