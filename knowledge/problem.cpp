#include "knowledge/problem.hpp"

#include <algorithm>
#include <tuple>

namespace thanthien::knowledge {

namespace {

// One number a letter, so that "đ" and "d" are one letter apart and not two bytes.
std::u32string letters(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      value = (value << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    out.push_back(value);
    i += length;
  }
  return out;
}

// Letters added, dropped, changed, or two neighbours swapped; more than `limit` is reported as limit + 1.
std::size_t distance(const std::u32string& a, const std::u32string& b, std::size_t limit) {
  if ((a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) > limit) return limit + 1;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::string line_of(const problem& p, std::string_view error, std::string_view advice) {
  std::string out = p.file;
  if (p.line > 0) out += ":" + std::to_string(p.line) + ":" + std::to_string(p.column);
  out += ": ";
  out += p.severity == problem::level::error ? error : advice;
  out += ": " + p.message;
  if (!p.hint.empty()) out += "\n    " + p.hint;
  return out;
}

}  // namespace

void sort(std::vector<problem>& problems) {
  std::ranges::sort(problems, {},
                    [](const problem& p) { return std::tie(p.file, p.line, p.column, p.message); });
}

std::string to_string(const problem& p) { return line_of(p, "lỗi", "nên xem lại"); }

std::string to_string(std::vector<problem> problems) {
  sort(problems);
  std::string out;
  for (const auto& p : problems) out += to_string(p) + "\n";
  return out;
}

std::string to_english(std::vector<problem> problems) {
  sort(problems);
  std::string out;
  for (const auto& p : problems) out += line_of(in_english(p), "error", "advice") + "\n";
  return out;
}

bool has_errors(const std::vector<problem>& problems) {
  return std::ranges::any_of(problems, [](const auto& p) { return p.severity == problem::level::error; });
}

std::string nearest(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t longest_name = 100;  // names are short; whatever is longer is no slip of the finger
  auto word = letters(typed);
  if (word.size() > longest_name) return {};
  std::size_t best = word.size() / 3 + 1;
  std::string found;
  for (const auto& name : known) {
    auto d = distance(word, letters(name), best);
    if (d < best) {
      best = d;
      found = name;
    }
  }
  return found;
}

}  // namespace thanthien::knowledge
