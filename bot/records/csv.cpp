#include "bot/records/csv.hpp"

#include <algorithm>
#include <array>

namespace thanthien::bot {

using knowledge::problem;

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void tell(std::vector<problem>& problems, const std::string& file, int line, std::string message,
          std::string hint) {
  problems.push_back(
      {problem::level::error, file, line, line > 0 ? 1 : 0, std::move(message), std::move(hint)});
}

/// Length of the well-formed UTF-8 sequence at the beginning of `text`; 0 when there is none.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i, unsigned from = 0x80, unsigned to = 0xBF) {
    return byte(i) >= from && byte(i) <= to;
  };
  const auto lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF)
    return follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  if (lead >= 0xF0 && lead <= 0xF4)
    return follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4
                                                                                                          : 0;
  return 0;
}

/// The line of the first byte that is no UTF-8; 0 when all is well.
int broken_line(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    const auto length = text.front() == '\0' ? 0 : sequence(text);
    if (length == 0) return line;
    if (text.front() == '\n') ++line;
    text.remove_prefix(length);
  }
  return 0;
}

char separator_of(std::string_view text) {
  std::array<std::size_t, 3> counts{};
  constexpr std::string_view known = ",;\t";
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (const auto at = known.find(c); at != std::string_view::npos) ++counts[at];
  }
  return known[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

std::string_view trimmed(std::string_view field) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!field.empty() && blank(field.front())) field.remove_prefix(1);
  while (!field.empty() && blank(field.back())) field.remove_suffix(1);
  return field;
}

class reader {
 public:
  reader(std::string_view text, const std::string& file, std::vector<problem>& problems,
         const csv_limits& limits)
      : text_(text), file_(file), problems_(problems), limits_(limits), separator_(separator_of(text)) {}

  std::vector<csv_row> read() {
    while (at_ < text_.size() && sound_) {
      csv_row row{line_, {}};
      read_row(row);
      const bool blank = std::ranges::all_of(row.fields, &std::string::empty);
      if (blank || !sound_) continue;
      if (rows_.size() == limits_.rows) {
        fail(row.line, "tệp có hơn " + std::to_string(limits_.rows) + " dòng",
             "Chia thành nhiều tệp rồi nhập từng tệp.");
        break;
      }
      rows_.push_back(std::move(row));
    }
    return std::move(rows_);
  }

 private:
  void fail(int line, std::string message, std::string hint) {
    tell(problems_, file_, line, std::move(message), std::move(hint));
    sound_ = false;
  }

  void read_row(csv_row& row) {
    for (;;) {
      std::string field;
      if (!read_field(row.line, field)) return;
      if (field.size() > limits_.field_bytes)
        return fail(line_, "có ô dài hơn " + std::to_string(limits_.field_bytes) + " byte",
                    "Rút gọn nội dung ô này.");
      if (row.fields.size() == limits_.fields)
        return fail(row.line, "dòng có hơn " + std::to_string(limits_.fields) + " ô",
                    "Xem lại dấu phân cách.");
      row.fields.push_back(std::move(field));
      if (at_ < text_.size() && text_[at_] == separator_) {
        ++at_;
        continue;
      }
      end_of_line();
      return;
    }
  }

  bool read_field(int row_line, std::string& field) {
    auto start = at_;
    while (start < text_.size() && text_[start] == ' ') ++start;
    if (start < text_.size() && text_[start] == '"') {
      at_ = start + 1;
      return read_quoted(row_line, field);
    }
    const auto end = std::min(text_.find_first_of(std::string{separator_, '\n', '\r'}, at_), text_.size());
    field = trimmed(text_.substr(at_, end - at_));
    at_ = end;
    return true;
  }

  bool read_quoted(int row_line, std::string& field) {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          field += text_[++at_];
          continue;
        }
        ++at_;
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        if (at_ == text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || text_[at_] == '\r')
          return true;
        fail(line_, "sau dấu nháy đóng còn có chữ",
             "Trong ô có dấu nháy kép thì viết hai dấu liền nhau: \"\".");
        return false;
      }
      if (text_[at_] == '\n') ++line_;
      field += text_[at_];
    }
    fail(row_line, "dấu nháy kép mở ra mà không đóng lại",
         "Thêm dấu nháy kép đóng, hoặc xuất lại tệp từ phần mềm bảng tính.");
    return false;
  }

  void end_of_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  std::string_view text_;
  const std::string& file_;
  std::vector<problem>& problems_;
  const csv_limits& limits_;
  char separator_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool sound_ = true;
  std::vector<csv_row> rows_;
};

}  // namespace

std::vector<csv_row> read_csv(std::string_view text, const std::string& file, std::vector<problem>& problems,
                              const csv_limits& limits) {
  if (text.size() > limits.bytes) {
    tell(problems, file, 0, "tệp lớn hơn " + std::to_string(limits.bytes >> 20) + " MB",
         "Chia thành nhiều tệp rồi nhập từng tệp.");
    return {};
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const int line = broken_line(text); line > 0) {
    tell(problems, file, line, "chữ ở dòng này không phải mã UTF-8",
         "Trong Excel chọn Lưu thành, kiểu \"CSV UTF-8 (phân cách bằng dấu phẩy)\".");
    return {};
  }
  return reader(text, file, problems, limits).read();
}

}  // namespace thanthien::bot
