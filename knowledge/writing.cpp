#include "knowledge/writing.hpp"

#include "knowledge/text.hpp"

#include <algorithm>
#include <cstdint>

namespace thanthien::knowledge {
namespace {

bool blank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

bool letter(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

bool capital(char c) { return c >= 'A' && c <= 'Z'; }

std::vector<std::string_view> between_blanks(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && blank(text[at])) ++at;
    const auto begin = at;
    while (at < text.size() && !blank(text[at])) ++at;
    if (at > begin) out.push_back(text.substr(begin, at - begin));
  }
  return out;
}

/// " bà con phải nộp ": lower case, one blank between words and at both ends, so that whole words are found.
std::string spaced(std::string_view text) {
  std::string out{" "};
  for (const char c : lower(text)) {
    if (letter(c))
      out += c;
    else if (out.back() != ' ')
      out += ' ';
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

std::vector<std::string> all_spaced(const std::vector<std::string>& expressions) {
  std::vector<std::string> out;
  for (const auto& e : expressions) out.push_back(spaced(e));
  return out;
}

bool holds_any(const std::string& in, const std::vector<std::string>& spaced_expressions) {
  return std::ranges::any_of(spaced_expressions, [&](const auto& e) { return in.contains(e); });
}

/// Whether the words stand somewhere outside of the longer, harmless expressions.
bool holds_bare(std::string in, const std::string& words, const std::vector<std::string>& unless) {
  if (!in.contains(words)) return false;
  for (const auto& longer : unless)
    for (auto at = in.find(longer); at != std::string::npos; at = in.find(longer, at))
      in.replace(at, longer.size(), " | ");
  return in.contains(words);
}

std::string instead_of(const writing_rules::replacement& r) {
  return r.instead.empty() ? "Viết lại cho nhẹ nhàng hơn." : "Nên viết: \"" + r.instead + "\".";
}

// --- sentences

/// A dot within a number or an address ends no sentence.
bool ends_sentence(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '\n') return true;
  if (c != '.' && c != '?' && c != '!' && c != ';') return false;
  return at + 1 == text.size() || blank(text[at + 1]) || text[at + 1] == '"' || text[at + 1] == ')';
}

std::size_t longest_sentence(std::string_view text) {
  std::size_t longest = 0, begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !ends_sentence(text, i)) continue;
    const auto words = between_blanks(text.substr(begin, i - begin));
    longest = std::max(longest, static_cast<std::size_t>(std::ranges::count_if(
                                    words, [](auto w) { return std::ranges::any_of(w, letter); })));
    begin = i + 1;
  }
  return longest;
}

// --- abbreviations

bool placeholder(std::string_view word) { return word.contains('{'); }

/// The number of a law, "281/2016/TT-BTC", is a name and stands as it is.
bool number_of_law(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// Two to six capitals, "Đ" among them, with nothing but capitals: "UBND", "HĐND". Roman numbers are none.
bool looks_short(std::string_view word) {
  std::size_t letters = 0;
  bool roman = true;
  for (std::size_t i = 0; i < word.size(); ++i, ++letters) {
    if (word.substr(i).starts_with("Đ")) {
      ++i;
      roman = false;
    } else if (!capital(word[i])) {
      return false;
    }
    roman = roman && (word[i] == 'I' || word[i] == 'V' || word[i] == 'X');
  }
  return letters >= 2 && letters <= 6 && !roman;
}

// --- links

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

std::string fault_of_link(std::string_view url) {
  const auto scheme = url.starts_with("https://") ? 8U : url.starts_with("http://") ? 7U : 0U;
  if (scheme == 0) return "phải bắt đầu bằng https://";
  if (std::ranges::any_of(url, blank)) return "có khoảng trắng ở giữa";
  auto host = url.substr(scheme, url.find_first_of("/?#", scheme) - scheme);
  if (const auto port = host.find(':'); port != std::string_view::npos) {
    const auto digits = host.substr(port + 1);
    if (digits.empty() || digits.size() > 5 ||
        !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
      return "có số cổng không đúng sau dấu hai chấm";
    host = host.substr(0, port);
  }
  if (host.empty()) return "không có tên trang sau dấu //";
  if (!std::ranges::all_of(host, host_character) || host.contains("..") || host.front() == '.' ||
      host.front() == '-' || host.back() == '.' || host.back() == '-')
    return "có tên trang \"" + std::string{host} + "\" không đúng cách viết";
  if (!host.contains('.')) return "có tên trang \"" + std::string{host} + "\" thiếu phần sau dấu chấm";
  const auto rest = url.substr(scheme + host.size());
  if (std::ranges::any_of(rest, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == '"' || c == '\\' ||
               c == '^' || c == '`';
      }))
    return "có ký tự không được dùng trong địa chỉ";
  return {};
}

std::vector<remark> broken_links(std::string_view text) {
  constexpr std::string_view after_link = ".,;:!?)]}\"'";
  std::vector<remark> out;
  for (auto word : between_blanks(text)) {
    // Brackets and quotes around a link, and the end of the sentence, are no part of it.
    while (!word.empty() && (word.front() == '(' || word.front() == '"' || word.front() == '['))
      word.remove_prefix(1);
    const bool schemed = word.contains("://");
    if (!schemed && !word.starts_with("www.")) continue;
    if (placeholder(word)) continue;
    while (!word.empty() && after_link.contains(word.back())) word.remove_suffix(1);
    if (const auto fault = fault_of_link(word); !fault.empty())
      out.push_back({"\"" + std::string{word} + "\" không phải đường dẫn mở được: " + fault,
                     schemed ? "Chép lại địa chỉ từ trình duyệt, dạng https://dichvucong.gov.vn."
                             : "Viết đủ: https://" + std::string{word} + "."});
  }
  return out;
}

manner_reader::manner_reader(const writing_rules& rules)
    : rules_{rules}, refusals_{all_spaced(rules.refusals)}, next_steps_{all_spaced(rules.next_steps)} {
  for (const auto& r : rules_.commanding)
    commanding_.push_back({spaced(r.words), spaced(r.instead), all_spaced(r.unless)});
  for (const auto& r : rules_.abbreviations)
    abbreviations_.push_back({spaced(r.words), spaced(r.instead), {}});
}

void manner_reader::abbreviations(std::string_view text, const std::string& plain,
                                  std::vector<remark>& out) const {
  std::vector<std::string_view> told;
  for (const auto written : between_blanks(text)) {
    if (placeholder(written) || number_of_law(written) || written.contains("://")) continue;
    for (std::size_t at = 0; at < written.size();) {
      while (at < written.size() && !letter(written[at])) ++at;
      const auto begin = at;
      while (at < written.size() && letter(written[at])) ++at;
      const auto word = written.substr(begin, at - begin);
      if (word.empty() || std::ranges::find(told, word) != told.end() ||
          std::ranges::find(rules_.known_abbreviations, word) != rules_.known_abbreviations.end())
        continue;
      const auto known = std::ranges::find(rules_.abbreviations, word, &writing_rules::replacement::words);
      if (known != rules_.abbreviations.end()
              ? plain.contains(
                    abbreviations_[static_cast<std::size_t>(known - rules_.abbreviations.begin())].instead)
              : !looks_short(word))
        continue;
      told.push_back(word);
      out.push_back({"Chữ viết tắt \"" + std::string{word} + "\" chưa được giải thích",
                     known != rules_.abbreviations.end() ? "Nên viết: \"" + known->instead + "\"."
                                                         : "Viết đủ chữ; bà con nào cũng biết chữ này thì "
                                                           "thêm vào known_abbreviations của writing.yaml."});
    }
  }
}

std::vector<remark> manner_reader::remarks_on(std::string_view text, bool leads_on) const {
  std::vector<remark> out;
  if (const auto words = longest_sentence(text); words > rules_.sentence_words)
    out.push_back({"Có câu dài " + std::to_string(words) + " tiếng, bà con khó đọc",
                   "Ngắt thành các câu không quá " + std::to_string(rules_.sentence_words) + " tiếng."});
  const auto plain = spaced(text);
  for (std::size_t i = 0; i < commanding_.size(); ++i)
    if (holds_bare(plain, commanding_[i].words, commanding_[i].unless))
      out.push_back(
          {"\"" + rules_.commanding[i].words + "\" nghe như ra lệnh", instead_of(rules_.commanding[i])});
  if (!leads_on && holds_any(plain, refusals_) && !holds_any(plain, next_steps_))
    out.push_back({"Câu này từ chối mà chưa chỉ việc làm tiếp theo",
                   "Nói thêm bà con hỏi ai, tới đâu hay làm cách nào khác."});
  abbreviations(text, plain, out);
  return out;
}

}  // namespace thanthien::knowledge
