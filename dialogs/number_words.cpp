#include "dialogs/number_words.hpp"

#include "dialogs/reading.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t longest_text = 160;  // bytes; a longer one tells a story
constexpr std::int64_t largest = 900'000'000'000'000;
constexpr std::int64_t smallest_in_dong = 1000;  // below it nobody means đồng unless he says so

enum class word : std::uint8_t { none, digit, ten, hundred, odd, scale, half, numeral };

struct piece {
  std::string text, folded;
  std::size_t begin = 0, end = 0;
  word what = word::none;
  std::int64_t value = 0;  // of a digit, a scale or a numeral
  std::size_t places = 0;  // digits of a numeral
  std::string fraction;    // digits behind the comma of a numeral
  bool last_only = false;  // a digit as it is said behind tens only: "mốt", "lăm"
  bool slang = false;      // a scale that only counts money
  bool glued = false;      // no blank before it: "2tr5"
  bool below_zero = false;
  bool after_mark = false;  // a comma or the like stands before it

  bool is(std::string_view other) const { return folded == other; }
};

struct known_word {
  std::string_view text;
  word what;
  std::int64_t value;
  bool last_only = false;
  bool slang = false;
};

// How numbers are said is the language itself, not a list to extend.
constexpr std::array known_words{
    known_word{"không", word::digit, 0},
    known_word{"một", word::digit, 1},
    known_word{"mốt", word::digit, 1, true},
    known_word{"hai", word::digit, 2},
    known_word{"ba", word::digit, 3},
    known_word{"bốn", word::digit, 4},
    known_word{"tư", word::digit, 4, true},
    known_word{"năm", word::digit, 5},
    known_word{"lăm", word::digit, 5, true},
    known_word{"nhăm", word::digit, 5, true},
    known_word{"sáu", word::digit, 6},
    known_word{"bảy", word::digit, 7},
    known_word{"bẩy", word::digit, 7},
    known_word{"tám", word::digit, 8},
    known_word{"chín", word::digit, 9},
    known_word{"mười", word::ten, 10},
    known_word{"mươi", word::ten, 10},
    known_word{"chục", word::ten, 10},
    known_word{"trăm", word::hundred, 100},
    known_word{"lẻ", word::odd, 0},
    known_word{"linh", word::odd, 0},
    known_word{"rưỡi", word::half, 0},
    known_word{"rưởi", word::half, 0},
    known_word{"nghìn", word::scale, 1'000},
    known_word{"ngàn", word::scale, 1'000},
    known_word{"triệu", word::scale, 1'000'000},
    known_word{"tỷ", word::scale, 1'000'000'000},
    known_word{"tỉ", word::scale, 1'000'000'000},
    known_word{"k", word::scale, 1'000, false, true},
    known_word{"ng", word::scale, 1'000, false, true},
    known_word{"tr", word::scale, 1'000'000, false, true},
    known_word{"củ", word::scale, 1'000'000, false, true},
    known_word{"tỏi", word::scale, 1'000'000'000, false, true},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A letter or a part of one: everything above ASCII belongs to words.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

template <std::size_t n>
bool among(const std::array<std::string_view, n>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

/// "1.200.000", "1,5", "2 000 000" from `at`; false when the digits are no number.
bool numeral_at(const std::string& text, std::size_t& at, piece& p) {
  std::vector<std::string> groups(1);
  std::string joints;
  while (at < text.size()) {
    if (is_digit(text[at])) {
      groups.back() += text[at++];
      continue;
    }
    const char c = text[at];
    const auto next = at + 1;
    if ((c != '.' && c != ',' && c != ' ') || next >= text.size() || !is_digit(text[next])) break;
    if (c == ' ') {
      // Blanks group thousands only: "2 000 000", not "3 5".
      auto end = next;
      while (end < text.size() && is_digit(text[end])) ++end;
      if (end - next != 3 || groups.back().size() > 3 || (!joints.empty() && groups.back().size() != 3))
        break;
    }
    joints += c;
    groups.emplace_back();
    ++at;
  }
  p.what = word::numeral;
  auto thousands = [&](std::size_t from, std::size_t to) {
    return std::all_of(groups.begin() + static_cast<std::ptrdiff_t>(from),
                       groups.begin() + static_cast<std::ptrdiff_t>(to),
                       [](const auto& g) { return g.size() == 3; });
  };
  auto whole = groups.size();
  if (groups.size() > 1 && !(groups.front().size() <= 3 && thousands(1, groups.size()))) {
    // The last group is a decimal part, the ones before it are thousands.
    if (!thousands(std::min<std::size_t>(1, groups.size() - 1), groups.size() - 1) || joints.back() == ' ' ||
        (groups.size() > 2 && joints.back() == joints.front()))
      return false;
    whole = groups.size() - 1;
    p.fraction = groups.back();
  }
  std::string digits;
  for (std::size_t i = 0; i < whole; ++i) digits += groups[i];
  if (digits.size() > 15 || p.fraction.size() > 6) return false;
  p.places = digits.size();
  for (const char c : digits) p.value = p.value * 10 + (c - '0');
  return true;
}

std::vector<piece> pieces_of(const std::string& text) {
  std::vector<piece> out;
  bool mark = false;
  for (std::size_t at = 0; at < text.size();) {
    piece p;
    p.begin = at;
    p.glued = !out.empty() && out.back().end == at;
    if (is_digit(text[at])) {
      p.below_zero = at > 0 && text[at - 1] == '-' && (at == 1 || text[at - 2] == ' ');
      if (!numeral_at(text, at, p)) p.places = 99;  // never part of a number that can be read
    } else if (is_letter(text[at])) {
      while (at < text.size() && is_letter(text[at])) ++at;
    } else {
      mark = mark || text[at] != ' ';
      ++at;
      continue;
    }
    p.end = at;
    p.text = text.substr(p.begin, at - p.begin);
    p.folded = fold(p.text);
    p.after_mark = std::exchange(mark, false);
    out.push_back(std::move(p));
  }
  constexpr std::array<std::string_view, 9> people{"anh", "chị", "cô",  "chú", "bác",
                                                   "dì",  "ông", "cậu", "mợ"};
  constexpr std::array<std::string_view, 5> parents{"ma", "me", "toi", "tui", "minh"};
  const bool all_marked = std::ranges::any_of(out, [](const piece& p) { return p.text != p.folded; });
  // Words of their own where the typist uses marks: "sau" is not "sáu".
  constexpr std::array<std::string_view, 5> other_words{"sau", "nam", "tam", "tu", "le"};
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto& p = out[i];
    if (p.what == word::numeral || p.folded.empty()) continue;
    const bool marked = p.text != p.folded;
    for (const auto& k : known_words) {
      if (p.text != k.text &&
          (marked || p.text != fold(k.text) || (all_marked && among(other_words, p.text))))
        continue;
      // "Toi" without accents is rather "tôi"; "k" and "tr" count only right behind a number.
      if (k.slang && (k.text == "tỏi" ? !marked : i == 0 || out[i - 1].what == word::none)) continue;
      p.what = k.what;
      p.value = k.value;
      p.last_only = k.last_only;
      p.slang = k.slang;
      break;
    }
    if (p.what != word::digit) continue;
    // A year, a person's name by birth order, one's father: no numbers.
    const auto* next = i + 1 < out.size() ? &out[i + 1] : nullptr;
    if (p.is("nam") && next != nullptr && (i == 0 || !out[i - 1].is("thang"))) {
      const bool counted = is_digit(next->text[0]) && next->text.size() >= 4;
      const bool spelled = i + 2 < out.size() && (next->is("hai") || next->is("mot")) &&
                           (out[i + 2].is("nghin") || out[i + 2].is("ngan"));
      constexpr std::array<std::string_view, 11> years{"nay", "ngoái", "ngoai", "sau", "trước", "truoc",
                                                       "tới", "toi",   "rồi",   "roi", "qua"};
      if (counted || spelled || among(years, next->text)) p.what = word::none;
    }
    // "Tuan sau" without accents; but "thang sau nam 2019" is June.
    if (p.is("sau") && i > 0) {
      const auto& before = out[i - 1];
      const bool month = before.is("thang") && (next == nullptr || (!next->is("nam") && !is_digit(next->text[0])));
      if (p.text == "sau" && (month || before.is("tuan") || before.is("nam") || before.is("hom")))
        p.what = word::none;
    }
    if (i > 0 && among(people, out[i - 1].text)) p.what = word::none;
    if (p.is("ba") && next != nullptr && among(parents, next->folded)) p.what = word::none;
  }
  return out;
}

/// A stretch of pieces that are all of numbers.
struct run {
  std::size_t from = 0, to = 0;
};

struct number {
  std::int64_t value = 0;
  bool scaled = false, fraction = false, slang = false;
};

class number_parser {
 public:
  number_parser(const std::vector<piece>& all, run part) : all_{all}, at_{part.from}, end_{part.to} {}

  std::optional<number> whole() {
    number out;
    std::int64_t last = 0;  // the scale before
    while (at_ < end_) {
      const bool zero_first = is(word::odd) || (is(word::digit) && value() == 0 && next_is(word::hundred));
      const auto before = at_;
      auto g = group();
      if (!g) return std::nullopt;
      const bool none = at_ == before;
      if (is(word::scale)) {
        const auto scale = value();
        out.slang = out.slang || all_[at_].slang;
        if ((last != 0 && (scale >= last || none)) || (none && out.value != 0)) return std::nullopt;
        ++at_;
        if (g->value > largest / scale) return std::nullopt;
        out.value += (none ? 1 : g->value) * scale;
        auto step = scale;
        for (const char c : g->fraction) {
          step /= 10;
          out.value += step * (c - '0');
        }
        out.scaled = true;
        last = scale;
        if (none && at_ == end_) return std::nullopt;  // "triệu" alone asks for its number
        if (is(word::half)) {
          ++at_;
          out.value += scale / 2;
          return at_ == end_ ? std::optional{out} : std::nullopt;
        }
        continue;
      }
      if (none || at_ != end_) return std::nullopt;
      if (last == 0) {
        out.value = g->value;
        out.fraction = !g->fraction.empty();
        return out;
      }
      const auto tail = behind_scale(*g, last, zero_first, before);
      if (!tail) return std::nullopt;
      out.value += *tail;
      return out;
    }
    return out.scaled ? std::optional{out} : std::nullopt;
  }

 private:
  struct part {
    std::int64_t value = 0;
    std::string fraction;
  };

  bool is(word what) const { return at_ < end_ && all_[at_].what == what; }
  bool next_is(word what) const { return at_ + 1 < end_ && all_[at_ + 1].what == what; }
  std::int64_t value() const { return all_[at_].value; }

  /// Up to 999 in words, or a numeral; nothing when the words make no number. Reads nothing at a scale.
  std::optional<part> group() {
    if (is(word::scale) || at_ == end_) return part{};
    if (is(word::half)) return std::nullopt;
    part out;
    std::int64_t first = -1;
    if (is(word::numeral)) {
      if (all_[at_].places > 15 || all_[at_].below_zero) return std::nullopt;
      if (!(next_is(word::ten) || next_is(word::hundred)) || value() > 9 || !all_[at_].fraction.empty()) {
        out.value = value();
        out.fraction = all_[at_++].fraction;
        return out;
      }
      first = value();
      ++at_;
    } else if (is(word::digit)) {
      if (all_[at_].last_only) return std::nullopt;
      first = value();
      ++at_;
    }
    if (is(word::hundred)) {
      out.value = (first < 0 ? 1 : first) * 100;
      ++at_;
      if (is(word::half)) {
        ++at_;
        out.value += 50;
        return out;
      }
      if (is(word::odd)) return odd(out);
      first = -1;
      if (is(word::digit) && !all_[at_].last_only) {
        first = value();
        ++at_;
        if (!is(word::ten)) {  // "trăm hai" is 120
          out.value += first * 10;
          return out;
        }
      }
      if (!is(word::ten)) return out;
    } else if (is(word::odd)) {
      return first < 0 ? odd(out) : std::nullopt;
    }
    if (is(word::ten)) {
      if (first == 0) return std::nullopt;
      out.value += (first < 0 ? 1 : first) * 10;
      ++at_;
      if (is(word::half)) {
        ++at_;
        out.value += 5;
      } else if (is(word::digit) && value() != 0) {
        out.value += value();
        ++at_;
      }
      return out;
    }
    if (first < 0) return std::nullopt;
    // "Hai lăm", "ba mốt": the tens are left out.
    if (is(word::digit) && all_[at_].last_only) {
      out.value = first * 10 + value();
      ++at_;
    } else {
      out.value = first;
    }
    return out;
  }

  std::optional<part> odd(part out) {
    ++at_;
    if (!is(word::digit) || value() == 0) return std::nullopt;
    out.value += value();
    ++at_;
    return out;
  }

  /// What a number behind the last scale adds: "một triệu hai" is 1.200.000, "hai nghìn hai mươi sáu" 2.026.
  std::optional<std::int64_t> behind_scale(const part& g, std::int64_t scale, bool zero_first,
                                           std::size_t from) const {
    if (!g.fraction.empty() || g.value > 999) return std::nullopt;
    if (zero_first) return scale == 1'000 ? std::optional{g.value} : std::nullopt;
    const bool single = at_ - from == 1 && g.value < 10;
    const auto& p = all_[from];
    const bool numeral = p.what == word::numeral && at_ - from == 1;
    if (single && (!numeral || p.places == 1)) return g.value * scale / 10;
    if (numeral && p.places == 2 && scale > 1'000)
      // "1tr25" is 1.250.000; "1 triệu 50" might be 1.050.000 or 1.500.000.
      return p.glued && g.value % 10 != 0 ? std::optional{g.value * scale / 100} : std::nullopt;
    if (numeral && p.places > 3) return std::nullopt;
    return scale == 1'000 ? g.value : g.value * (scale / 1'000);
  }

  const std::vector<piece>& all_;
  std::size_t at_, end_;
};

bool may_belong(const piece& p, bool money) { return p.what != word::none && (money || !p.slang); }

std::vector<run> runs_of(const std::vector<piece>& all, bool money) {
  std::vector<run> out;
  auto digit_zero = [&](std::size_t i) { return all[i].what == word::digit && all[i].value == 0; };
  for (std::size_t i = 0; i < all.size();) {
    if (!may_belong(all[i], money)) {
      ++i;
      continue;
    }
    run r{i, i};
    while (r.to < all.size() && may_belong(all[r.to], money) && (r.to == r.from || !all[r.to].after_mark))
      ++r.to;
    i = r.to;
    // "Không, hai người" and "ba người được không": politeness, no zero.
    const bool lone = r.to - r.from == 1;
    if (!lone && digit_zero(r.from) && all[r.from + 1].what != word::hundred) ++r.from;
    while (r.to - r.from > 1 && digit_zero(r.to - 1)) --r.to;
    const bool nobody = lone && digit_zero(r.from);
    // Units that are no number by themselves: "lẻ", "tư", "mốt" alone.
    const bool idle = r.to - r.from == 1 && (all[r.from].what == word::odd ||
                                             all[r.from].what == word::half || all[r.from].last_only);
    if ((nobody && r.from != 0) || idle) continue;
    out.push_back(r);
  }
  // "Không ạ" to "how many" is none; beside another number it is only a word.
  if (out.size() > 1 && out.front().to - out.front().from == 1 && digit_zero(out.front().from))
    out.erase(out.begin());
  return out;
}

/// Neither below zero nor only about right.
bool exact(const std::vector<piece>& all, run r) {
  constexpr std::array<std::string_view, 7> vague{"vai", "may", "am", "tru", "gan", "hon", "duoi"};
  if (all[r.from].below_zero) return false;
  if (r.from > 0 && among(vague, all[r.from - 1].folded)) return false;
  if (r.to >= all.size()) return true;
  // "5tr" where people are counted.
  if (all[r.to].slang && all[r.to].glued && !all[r.to].is("ng")) return false;
  return !among(vague, all[r.to].folded);
}

}  // namespace

std::optional<std::int64_t> read_number(std::string_view text) {
  if (text.size() > longest_text) return std::nullopt;
  const auto all = pieces_of(knowledge::lower(text));
  const auto runs = runs_of(all, false);
  if (runs.size() != 1 || all.size() > 20 || !exact(all, runs.front())) return std::nullopt;
  const auto read = number_parser{all, runs.front()}.whole();
  if (!read || read->fraction) return std::nullopt;
  return read->value;
}

std::optional<amount> read_amount(std::string_view text, const std::vector<std::string>& polite) {
  if (text.size() > longest_text) return std::nullopt;
  const auto all = pieces_of(knowledge::lower(text));
  const auto runs = runs_of(all, true);
  if (runs.size() != 1 || !exact(all, runs.front())) return std::nullopt;
  auto r = runs.front();
  constexpr std::array<std::string_view, 3> periods{"thang", "nam", "lan"};
  // "Năm triệu một tháng": the one belongs to the month.
  if (r.to < all.size() && among(periods, all[r.to].folded) && r.to - r.from > 1 && !all[r.to - 1].glued &&
      all[r.to - 1].value == 1 && all[r.to - 1].what != word::scale)
    --r.to;
  const auto read = number_parser{all, r}.whole();
  if (!read) return std::nullopt;
  constexpr std::array<std::string_view, 4> currency{"dong", "d", "vnd", "vnđ"};
  constexpr std::array<std::string_view, 10> harmless{"tien", "chan", "thoi",  "moi", "mot",
                                                      "hang", "1",    "thang", "nam", "lan"};
  bool in_dong = false;
  for (auto i = r.to; i < all.size(); ++i) {
    if (among(currency, all[i].folded))
      in_dong = true;
    else if (!among(harmless, all[i].folded) && !holds(polite, all[i].folded))
      return std::nullopt;
  }
  if (read->value == 0)
    return all[r.from].what == word::numeral || in_dong ? std::optional{amount{}} : std::nullopt;
  if (read->fraction && !read->scaled) return std::nullopt;
  const bool small = read->value < (in_dong ? smallest_in_dong / 10 : smallest_in_dong);
  return amount{read->value, !read->scaled && small};
}

std::string grouped(std::int64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<std::size_t>(at), ".");
  return digits;
}

std::string in_digits(std::string_view text) {
  auto out = knowledge::lower(text);
  if (out.size() > longest_text) return out;
  const auto all = pieces_of(out);
  auto runs = runs_of(all, false);
  std::ranges::reverse(runs);
  for (const auto& r : runs) {
    const bool spelled = std::all_of(all.begin() + static_cast<std::ptrdiff_t>(r.from),
                                     all.begin() + static_cast<std::ptrdiff_t>(r.to),
                                     [](const piece& p) { return p.what != word::numeral; });
    if (!spelled) continue;
    const auto read = number_parser{all, r}.whole();
    if (!read || read->fraction) continue;
    const auto begin = all[r.from].begin;
    out.replace(begin, all[r.to - 1].end - begin, std::to_string(read->value));
  }
  return out;
}

}  // namespace thanthien::dialogs
