#include "dialogs/records.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t most_readings = 24;
constexpr std::size_t most_words = 6;  // "H19 12 34 241123 0012", and one to spare
constexpr std::size_t longest_text = 4'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// Between the parts of a code; telephones make long dashes of two short ones.
std::size_t joiner_at(std::string_view text, std::size_t at) {
  if (std::string_view{".-_/"}.contains(text[at])) return 1;
  for (const std::string_view dash : {"‐", "‑", "–", "—"})
    if (text.substr(at).starts_with(dash)) return dash.size();
  return 0;
}

struct word {
  std::size_t begin = 0, end = 0;
  std::string key;
  std::size_t digits = 0;
  bool joined = false;  ///< has a joiner inside
};

/// Words of ASCII letters, digits and joiners. A word with any other letter is no part of a code; it leaves
/// an empty one, so that what stands on both sides of it is never joined.
std::vector<word> words_of(std::string_view text) {
  std::vector<word> words;
  for (std::size_t at = 0; at < text.size();) {
    word w;
    w.begin = w.end = at;
    bool foreign = false;
    while (at < text.size()) {
      const char c = text[at];
      if (is_digit(c) || is_letter(c)) {
        w.joined = w.joined || (!w.key.empty() && w.end < at);
        w.digits += is_digit(c) ? 1 : 0;
        w.key += capital(c);
        w.end = ++at;
      } else if (const auto joiner = joiner_at(text, at); joiner != 0) {
        at += joiner;
        if (w.key.empty()) w.begin = w.end = at;
      } else if (static_cast<unsigned char>(c) >= 0x80) {
        foreign = true;
        ++at;
      } else {
        break;
      }
    }
    const bool blank = at < text.size() && text[at] == ' ';
    if (foreign || w.key.size() > longest_code) w = {};
    if (foreign || !w.key.empty()) words.push_back(std::move(w));
    if (at < text.size()) ++at;
    // Only blanks join words: a comma or a line's end is the end of a code.
    if (!blank && !words.empty() && !words.back().key.empty()) words.emplace_back();
  }
  return words;
}

/// Of the key: an agency ("H19", also with zeros before it), numbers of units, a date and a number.
bool national(std::string_view key) {
  const auto letter = std::ranges::find_if(key, is_letter);
  if (letter == key.end()) return false;
  const auto before = static_cast<std::size_t>(letter - key.begin());
  const auto after = key.substr(before + 1);
  if (!std::ranges::all_of(key.substr(0, before), is_digit) || !std::ranges::all_of(after, is_digit))
    return false;
  return before == 0 ? after.size() >= 12 && after.size() <= 26
                     : before >= 3 && before <= 9 && after.size() >= 11 && after.size() <= 15;
}

/// A local form: letters or numbers, then "-241123-0012".
bool dated(std::string_view text, const std::string& key) {
  if (key.size() < 12) return false;
  std::vector<std::size_t> parts{0};
  for (std::size_t at = 0; at < text.size();) {
    if (const auto joiner = joiner_at(text, at); joiner != 0) {
      parts.push_back(0);
      at += joiner;
    } else {
      parts.back() = !is_digit(text[at]) || parts.back() > 99 ? 100 : parts.back() + 1;
      ++at;
    }
  }
  const auto n = parts.size();
  return n >= 3 && parts[n - 2] == 6 && parts[n - 1] >= 3 && parts[n - 1] <= 6;
}

bool of_request(const word& first, const std::string& key, bool several) {
  if (key.size() != 8 || !key.starts_with("DN")) return false;
  // "dn" is also how people shorten "doanh nghiệp": without a dash it takes a digit.
  return std::ranges::any_of(key, is_digit) || (first.joined && !several);
}

}  // namespace

std::string_view to_string(dossier_state s) {
  constexpr std::array<std::string_view, 6> names{"received", "processing", "missing_papers",
                                                  "ready",    "returned",   "refused"};
  return names[static_cast<std::size_t>(s)];
}

std::string_view to_string(request_state s) {
  constexpr std::array<std::string_view, 3> names{"waiting", "held", "closed"};
  return names[static_cast<std::size_t>(s)];
}

std::string code_key(std::string_view code) {
  std::string key;
  for (const char c : code)
    if (is_digit(c) || is_letter(c)) key += capital(c);
  return key;
}

std::vector<typed_code> codes_in(std::string_view text) {
  std::vector<typed_code> found;
  // Only a request's code may have no digit, and then it is written with its dash.
  if (text.size() > longest_text ||
      std::ranges::none_of(text, [](char c) { return is_digit(c) || c == '-'; }))
    return found;
  const auto words = words_of(text);
  for (std::size_t i = 0; i < words.size() && found.size() < most_readings; ++i) {
    if (words[i].key.empty()) continue;
    std::string key;
    std::size_t digits = 0;
    bool sure_alone = false;
    for (std::size_t j = i; j < words.size() && j < i + most_words && found.size() < most_readings; ++j) {
      const auto& w = words[j];
      // Letters alone only begin a code: "DN ABC234", "H 19...".
      if (w.key.empty() || (j > i && w.digits == 0) || (j > i + 1 && words[i].digits == 0)) break;
      if (w.digits == 0 && w.key.size() > 4 && !w.joined) break;
      key += w.key;
      digits += w.digits;
      if (key.size() > longest_code) break;
      typed_code code;
      code.begin = words[i].begin;
      code.end = w.end;
      const auto typed = text.substr(code.begin, code.end - code.begin);
      code.request = of_request(words[i], key, j > i);
      if (key.size() < shortest_code || (digits < 4 && !code.request)) continue;
      code.key = key;
      // A code that is whole already does not run on into the number behind it.
      code.dossier = !sure_alone && (national(key) || (j == i && dated(typed, key)));
      if (j == i) sure_alone = code.dossier;
      code.plain = digits == key.size() && key.size() < 8 && !w.joined;
      for (const char c : typed) code.shown += capital(c);
      found.push_back(std::move(code));
    }
  }
  const auto order = [](const typed_code& c) {
    const bool sure = c.dossier || c.request;
    return std::tuple{!sure, sure ? longest_code - c.key.size() : 0, c.begin, c.end};
  };
  std::ranges::sort(found, {}, order);
  return found;
}

std::string without_codes(std::string_view text) {
  std::string out{text};
  for (const auto& code : codes_in(text))
    if (code.dossier || code.request)
      std::fill(out.begin() + static_cast<long>(code.begin), out.begin() + static_cast<long>(code.end), ' ');
  return out;
}

}  // namespace thanthien::dialogs
