#include "dialogs/reading.hpp"

#include "knowledge/text.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>

namespace thanthien::dialogs {
namespace {

/// The next character of `text`; broken bytes come out as U+FFFD, one at a time.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  std::size_t more = 0;
  char32_t c = lead;
  if (lead >= 0xF0 && lead < 0xF8) {
    more = 3;
    c = lead & 0x07U;
  } else if (lead >= 0xE0) {
    more = 2;
    c = lead & 0x0FU;
  } else if (lead >= 0xC0) {
    more = 1;
    c = lead & 0x1FU;
  } else if (lead >= 0x80) {
    ++at;
    return 0xFFFD;
  }
  if (lead >= 0xF8 || at + more >= text.size()) {
    ++at;
    return more == 0 && lead < 0x80 ? c : 0xFFFD;
  }
  for (std::size_t i = 1; i <= more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80) {
      ++at;
      return 0xFFFD;
    }
    c = (c << 6U) | (byte & 0x3FU);
  }
  at += more + 1;
  return c;
}

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    out += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

constexpr std::size_t longest_yes_no = 8;  // syllables of an answer that begins with yes or no

bool combines(char32_t c) { return c >= 0x300 && c <= 0x36F; }

/// The letter below the accents, lower case; 0 for what separates words; itself for other scripts.
char32_t base_letter(char32_t c) {
  if (c < 0x80) {
    if (c >= 'A' && c <= 'Z') return c + 32;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
    return 0;
  }
  if (c >= 0xC0 && c <= 0xFF) {
    constexpr std::string_view letters = "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y";
    const char letter = letters[c - 0xC0];
    return letter == ' ' ? 0 : static_cast<char32_t>(letter);
  }
  if (c == 0x102 || c == 0x103) return 'a';
  if (c == 0x110 || c == 0x111) return 'd';
  if (c == 0x128 || c == 0x129) return 'i';
  if (c == 0x168 || c == 0x169) return 'u';
  if (c == 0x1A0 || c == 0x1A1) return 'o';
  if (c == 0x1AF || c == 0x1B0) return 'u';
  if (c >= 0x1EA0 && c <= 0x1EF9) {
    if (c <= 0x1EB7) return 'a';
    if (c <= 0x1EC7) return 'e';
    if (c <= 0x1ECB) return 'i';
    if (c <= 0x1EE3) return 'o';
    if (c <= 0x1EF1) return 'u';
    return 'y';
  }
  if (c < 0xC0 || (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F) || c >= 0xFE00) return 0;
  return c;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string digits_only(std::string_view text) {
  std::string out;
  for (char c : text)
    if (is_digit(c)) out += c;
  return out;
}

bool joins_digits(char c) { return c == '.' || c == ' ' || c == '-'; }

/// Calls `found(begin, end, digits)` for every run of digits, with single separators between digits allowed.
template <typename Found>
void each_number(std::string_view text, Found found) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    std::size_t digits = 0;
    while (end < text.size()) {
      if (is_digit(text[end])) {
        ++digits;
        ++end;
      } else if (joins_digits(text[end]) && end + 1 < text.size() && is_digit(text[end + 1])) {
        ++end;
      } else {
        break;
      }
    }
    found(at, end, digits);
    at = end;
  }
}

std::optional<std::int64_t> to_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 15) return std::nullopt;
  std::int64_t value = 0;
  for (char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool one_of(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

bool in_sorted(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::binary_search(list, word, std::less<>());
}

std::string iso_day(int year, int month, int day) {
  auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(year) + "-" + two(month) + "-" + two(day);
}

}  // namespace

std::string iso_day(calendar_day day) { return iso_day(day.year, day.month, day.day); }

std::string day_of(std::string_view iso) {
  if (iso.size() >= 10 && iso[4] == '-' && iso[7] == '-')
    return std::string{iso.substr(8, 2)} + "/" + std::string{iso.substr(5, 2)} + "/" +
           std::string{iso.substr(0, 4)};
  return std::string{iso};
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    if (combines(c)) continue;
    if (const char32_t letter = base_letter(c); letter != 0)
      append(out, letter);
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> split_words(std::string_view folded) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < folded.size();) {
    const auto end = std::min(folded.find(' ', at), folded.size());
    if (end > at) words.emplace_back(folded.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool holds_words(std::string_view folded, std::string_view phrase) {
  if (phrase.empty()) return false;
  for (auto at = folded.find(phrase); at != std::string_view::npos; at = folded.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    if ((at == 0 || folded[at - 1] == ' ') && (end == folded.size() || folded[end] == ' ')) return true;
  }
  return false;
}

std::size_t length_of(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();)
    if (!combines(next_character(text, at))) ++count;
  return count;
}

std::string shortened(std::string_view text, std::size_t characters) {
  if (length_of(text) <= characters) return std::string{text};
  std::size_t at = 0, count = 0, last_blank = 0;
  while (at < text.size() && count + 1 < characters) {
    if (text[at] == ' ' || text[at] == '\n') last_blank = at;
    next_character(text, at);
    ++count;
  }
  const auto end = last_blank * 2 > at ? last_blank : at;
  return std::string{trimmed(text.substr(0, end))} + "…";
}

std::string_view trimmed(std::string_view text, std::size_t bytes) {
  auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  if (text.size() > bytes) {
    std::size_t end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
    text = text.substr(0, end);
  }
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t longest_number(std::string_view text) {
  std::size_t longest = 0;
  each_number(text,
              [&](std::size_t, std::size_t, std::size_t digits) { longest = std::max(longest, digits); });
  return longest;
}

std::string masked(std::string_view text) { return knowledge::mask(text); }

std::string without_fillers(const vocabulary& words, std::string_view folded) {
  std::string left{folded};
  for (bool again = true; again;) {
    again = false;
    for (const auto& filler : words.fillers) {
      if (left.size() > filler.size() && left.starts_with(filler) && left[filler.size()] == ' ') {
        left.erase(0, filler.size() + 1);
        again = true;
      }
      if (left.size() > filler.size() && left.ends_with(filler) &&
          left[left.size() - filler.size() - 1] == ' ') {
        left.erase(left.size() - filler.size() - 1);
        again = true;
      }
    }
  }
  return left;
}

std::string command_in(const vocabulary& words, std::string_view text) {
  const auto folded = fold(text);
  if (folded.empty() || folded.size() > 80) return {};
  const auto bare = without_fillers(words, folded);
  const auto typed = knowledge::lower(text);
  auto means = [&](const std::string& name, const std::string& phrase) {
    if (phrase.contains(' ')) return true;
    for (std::size_t begin = 0; begin < typed.size();) {
      const auto end = std::min(typed.find_first_of(" ,.!?;:\n", begin), typed.size());
      const auto word = std::string_view{typed}.substr(begin, end - begin);
      if (fold(word) == phrase) {
        if (word == phrase) return !one_of(words.yes, phrase);  // "dung" is rather "đúng"
        const auto written = words.command_words.find(name);
        return written == words.command_words.end() || one_of(written->second, word);
      }
      begin = end + 1;
    }
    return true;
  };
  for (const auto& [name, phrases] : words.commands) {
    if (in_sorted(phrases, folded) && means(name, folded)) return name;
    if (in_sorted(phrases, bare) && means(name, bare)) return name;
  }
  return {};
}

bool says(const vocabulary& words, std::string_view folded, std::string_view phrase) {
  if (phrase.empty()) return false;
  for (auto at = folded.find(phrase); at != std::string_view::npos; at = folded.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    if ((at != 0 && folded[at - 1] != ' ') || (end != folded.size() && folded[end] != ' ')) continue;
    if (at == 0) return true;
    const auto before = folded.substr(0, at - 1);
    const auto word = before.substr(before.rfind(' ') + 1);  // npos + 1 is 0
    if (!one_of(words.no, word)) return true;
  }
  return false;
}

bool says_first(std::string_view folded, std::string_view phrase) {
  return !phrase.empty() && folded.starts_with(phrase) &&
         (folded.size() == phrase.size() || folded[phrase.size()] == ' ');
}

bool made_of(const vocabulary& words, std::string_view folded,
             const std::vector<const std::vector<std::string>*>& lists) {
  if (folded.empty() || folded.size() > 120) return false;
  // By position: nothing (0), only polite words (1), or one of the phrases as well (2) leads here.
  std::vector<int> reached(folded.size() + 2, 0);
  reached[0] = 1;
  for (std::size_t at = 0; at < folded.size(); ++at) {
    if (reached[at] == 0) continue;
    auto step = [&](const std::string& phrase, bool counts) {
      if (!says_first(folded.substr(at), phrase)) return;
      auto& there = reached[std::min(at + phrase.size() + 1, folded.size() + 1)];
      there = std::max(there, counts ? 2 : reached[at]);
    };
    for (const auto* list : lists)
      for (const auto& phrase : *list) step(phrase, true);
    for (const auto& phrase : words.fillers) step(phrase, false);
  }
  return reached[folded.size() + 1] == 2;
}

std::optional<std::string> after_correction(const vocabulary& words, std::string_view text) {
  if (text.size() > 400) return std::nullopt;
  // "Số cũ là 0912 ... mới đúng"
  if (const auto folded = without_fillers(words, fold(text)); !folded.empty())
    for (const auto& ending : words.corrections_last)
      if (folded.size() > ending.size() + 1 && folded.ends_with(" " + ending)) {
        const auto drop =
            split_words(ending).size() + split_words(fold(text)).size() - split_words(folded).size();
        std::string rest{trimmed(text)};
        for (std::size_t n = 0; n < drop && n < 8; ++n) {
          const auto blank = rest.find_last_of(" \t\n");
          if (blank == std::string::npos || !fold(rest).contains(ending)) break;
          rest = trimmed(rest.substr(0, blank));
        }
        return rest;
      }
  struct token {
    std::string folded;
    std::size_t end;
  };
  std::vector<token> tokens;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find_first_of(" \t\n,:;.!-", begin), text.size());
    if (auto folded = fold(text.substr(begin, end - begin)); !folded.empty())
      tokens.push_back({std::move(folded), end});
    begin = end + 1;
  }
  std::size_t at = 0;
  bool found = false;
  for (bool again = true; again && at < tokens.size();) {
    again = false;
    for (const auto& opener : words.corrections) {
      const auto needed = split_words(opener);
      if (needed.empty() || at + needed.size() > tokens.size() ||
          !std::equal(needed.begin(), needed.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at),
                      [](const auto& word, const auto& t) { return word == t.folded; }))
        continue;
      at += needed.size();
      found = again = true;
      break;
    }
    // Polite words before it, and "là" behind it.
    if (!again && (found ? tokens[at].folded == "la" : one_of(words.fillers, tokens[at].folded))) {
      ++at;
      again = true;
    }
  }
  if (!found) return std::nullopt;
  auto rest = text.substr(at == 0 ? 0 : tokens[at - 1].end);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n,:;.!-"), rest.size()));
  return std::string{rest};
}

std::optional<std::size_t> ordinal_in(const vocabulary& words, std::string_view text, std::size_t count) {
  const auto folded = fold(text);
  if (folded.empty() || folded.size() > 40) return std::nullopt;
  const auto bare = without_fillers(words, folded);
  if (bare.size() <= 2 && std::ranges::all_of(bare, is_digit)) {
    const auto n = to_number(bare);
    if (n && *n >= 1 && static_cast<std::size_t>(*n) <= count) return static_cast<std::size_t>(*n) - 1;
    return std::nullopt;
  }
  for (std::size_t i = 0; i < words.ordinals.size() && i < count; ++i)
    if (one_of(words.ordinals[i], folded) || one_of(words.ordinals[i], bare)) return i;
  if (count > 0 && (one_of(words.last, folded) || one_of(words.last, bare))) return count - 1;
  return std::nullopt;
}

bool names_a_place(const vocabulary& words, std::string_view text) {
  return ordinal_in(words, text, 99).has_value();
}

bool looks_like_question(const vocabulary& words, std::string_view text) {
  if (text.find('?') != std::string_view::npos) return true;
  const auto folded = fold(text);
  if (std::ranges::any_of(words.questions, [&](const auto& q) { return holds_words(folded, q); }))
    return true;
  // "Hết hạn có bị phạt không": the two halves of a question with its words between them.
  const auto said = split_words(folded);
  auto end = said.end();
  while (end != said.begin() && one_of(words.fillers, *(end - 1))) --end;
  if (end == said.begin() || !one_of(words.no, *(end - 1))) return false;
  const auto opening = std::find(said.begin(), end, "co");
  return end - opening > 2;
}

bool looks_english(const vocabulary& words, std::string_view text) {
  if (text.size() > 2000 ||
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xC0; }))
    return false;
  auto list = split_words(fold(text));
  // "Can", "the", "in": without marks half of the small words could be either language.
  // Codes and numbers are in no language.
  std::erase_if(list, [&](const auto& word) {
    return in_sorted(words.english_short, word) ||
           std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
  });
  const auto known = static_cast<std::size_t>(
      std::ranges::count_if(list, [&](const auto& word) { return in_sorted(words.english, word); }));
  // One English word is an everyday loan: hello, passport, ok.
  return known >= 2 && known * 2 >= list.size();
}

bool tells_private_number(const vocabulary& words, std::string_view text) {
  const auto folded = fold(text);
  const bool named =
      std::ranges::any_of(words.account_words, [&](const auto& w) { return holds_words(folded, w); });
  bool found = false;
  each_number(text, [&](std::size_t begin, std::size_t end, std::size_t digits) {
    const bool phone = read_phone(text.substr(begin, end - begin)).has_value();
    if (digits == 12 || (digits >= 9 && digits <= 19 && (named || !phone))) found = true;
  });
  return found;
}

std::optional<bool> read_yes_no(const vocabulary& words, std::string_view text) {
  const auto folded = fold(text);
  if (folded.empty() || folded.size() > 60) return std::nullopt;
  const auto bare = without_fillers(words, folded);
  // "da khong" says no: the refusal is read first.
  if (one_of(words.no, folded) || one_of(words.no, bare)) return false;
  if (one_of(words.yes, folded) || one_of(words.yes, bare)) return true;
  return std::nullopt;
}

std::optional<bool> begins_with_yes_no(const vocabulary& words, std::string_view text) {
  const auto list = split_words(fold(text));
  if (list.size() > longest_yes_no) return std::nullopt;
  for (const auto& word : list) {
    if (one_of(words.fillers, word)) continue;
    if (one_of(words.no, word)) return false;
    if (one_of(words.yes, word)) return true;
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<bool> goes_on_behind_yes_no(const vocabulary& words, std::string_view text) {
  auto list = split_words(knowledge::lower(text));
  if (list.size() > longest_yes_no || list.size() < 2) return std::nullopt;
  for (auto& word : list) {
    while (!word.empty() && std::string_view{",.;:!"}.contains(word.back())) word.pop_back();
    const auto folded = fold(word);
    if (word == "có" || word == "co") return true;
    if (word == "không" || word == "chưa" || word == "khong" || word == "chua") return false;
    if (!one_of(words.fillers, folded)) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> read_phone(std::string_view text) {
  if (text.size() > 80) return std::nullopt;
  // "o912 345 678": the letter beside the digits is meant as one.
  std::string typed{text};
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const bool before = i > 0 && std::isalnum(static_cast<unsigned char>(typed[i - 1])) != 0;
    if ((typed[i] == 'o' || typed[i] == 'O') && i + 1 < typed.size() && is_digit(typed[i + 1]) &&
        (!before || is_digit(typed[i - 1])))
      typed[i] = '0';
  }
  text = typed;
  std::optional<std::string> found;
  int numbers = 0;
  each_number(text, [&](std::size_t begin, std::size_t end, std::size_t) {
    auto digits = digits_only(text.substr(begin, end - begin));
    if (digits.starts_with("84") && digits.size() >= 11) digits = "0" + digits.substr(2);
    if (digits.size() < 9) return;
    ++numbers;
    const bool mobile =
        digits.size() == 10 && digits[0] == '0' && std::string_view{"35789"}.contains(digits[1]);
    const bool landline = (digits.size() == 11 || digits.size() == 10) && digits.starts_with("02");
    if (mobile || landline) found = digits;
  });
  return numbers == 1 ? found : std::nullopt;
}

std::optional<std::string> read_identity_number(std::string_view text) {
  std::optional<std::string> found;
  if (text.size() > 120) return found;
  each_number(text, [&](std::size_t begin, std::size_t end, std::size_t digits) {
    if (digits == 12 || digits == 9) found = masked(digits_only(text.substr(begin, end - begin)));
  });
  return found;
}

std::optional<std::string> read_full_name(const vocabulary& words, std::string_view text) {
  text = trimmed(text);
  if (text.size() > 120 || text.find('?') != std::string_view::npos ||
      text.find('\n') != std::string_view::npos)
    return std::nullopt;
  // Openers are recognised folded, and taken off by counting words, so that the name keeps its accents.
  auto folded = split_words(fold(text));
  std::size_t skip = 0, drop = 0;
  for (bool again = true; again;) {
    again = false;
    for (const auto& opener : words.name_openers) {
      const auto parts = split_words(opener);
      if (skip + parts.size() < folded.size() &&
          std::ranges::equal(
              parts, std::vector<std::string>(folded.begin() + static_cast<long>(skip),
                                              folded.begin() + static_cast<long>(skip + parts.size())))) {
        skip += parts.size();
        again = true;
      }
    }
  }
  while (folded.size() > skip + drop + 2 &&
         (folded[folded.size() - drop - 1] == "a" || folded[folded.size() - drop - 1] == "nha"))
    ++drop;
  const auto count = folded.size() - skip - drop;
  if (count < 2 || count > 7) return std::nullopt;
  std::string name;
  std::size_t at = 0, word = 0;
  while (at < text.size()) {
    const auto begin = at;
    const char32_t first = next_character(text, at);
    if (base_letter(first) == 0 && !combines(first)) {
      if (first != ' ' && first != ',' && first != '.' && first != ':' && first != '!') return std::nullopt;
      continue;
    }
    auto end = at;
    bool letters = !(first < 0x80 && is_digit(static_cast<char>(first)));
    while (at < text.size()) {
      const char32_t c = next_character(text, at);
      if (base_letter(c) == 0 && !combines(c)) break;
      if (c < 0x80 && is_digit(static_cast<char>(c))) letters = false;
      end = at;
    }
    at = end;
    if (!letters || first == 0xFFFD) return std::nullopt;
    if (word >= skip && word < folded.size() - drop) {
      if (!name.empty()) name += ' ';
      const auto piece = text.substr(begin, end - begin);
      if (piece[0] >= 'a' && piece[0] <= 'z') {
        name += static_cast<char>(piece[0] - 32);
        name += piece.substr(1);
      } else if (piece.starts_with("đ")) {
        name += "Đ";
        name += piece.substr(std::string_view{"đ"}.size());
      } else {
        name += piece;
      }
    }
    ++word;
  }
  const auto whole = fold(name);
  for (const auto& question : words.questions)
    if (holds_words(whole, question) && question.find(' ') != std::string::npos) return std::nullopt;
  return name;
}

}  // namespace thanthien::dialogs
