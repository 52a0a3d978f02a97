#include "knowledge/letters.hpp"

#include "knowledge/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace thanthien::knowledge {

namespace {

constexpr char32_t replacement = 0xFFFD;

// A Vietnamese vowel is a base letter, a shape (plain, hat, breve, horn) and a tone.
enum shape : std::uint8_t { plain, hat, breve, horn };
enum tone : std::uint8_t { level, huyen, hoi, nga, sac, nang };

struct letter_info {
  char base = 0;  // 'a'..'z' for Latin letters with Vietnamese marks, 0 otherwise
  std::uint8_t form = plain;
  std::uint8_t pitch = level;
  bool vowel = false;
};

struct vowel_row {
  char base;
  std::uint8_t form;
  const char32_t* lower;  // level, huyền, hỏi, ngã, sắc, nặng
  const char32_t* upper;
};
constexpr std::array vowel_rows{
    vowel_row{'a', plain, U"aàảãáạ", U"AÀẢÃÁẠ"}, vowel_row{'a', breve, U"ăằẳẵắặ", U"ĂẰẲẴẮẶ"},
    vowel_row{'a', hat, U"âầẩẫấậ", U"ÂẦẨẪẤẬ"},   vowel_row{'e', plain, U"eèẻẽéẹ", U"EÈẺẼÉẸ"},
    vowel_row{'e', hat, U"êềểễếệ", U"ÊỀỂỄẾỆ"},   vowel_row{'i', plain, U"iìỉĩíị", U"IÌỈĨÍỊ"},
    vowel_row{'o', plain, U"oòỏõóọ", U"OÒỎÕÓỌ"}, vowel_row{'o', hat, U"ôồổỗốộ", U"ÔỒỔỖỐỘ"},
    vowel_row{'o', horn, U"ơờởỡớợ", U"ƠỜỞỠỚỢ"},  vowel_row{'u', plain, U"uùủũúụ", U"UÙỦŨÚỤ"},
    vowel_row{'u', horn, U"ưừửữứự", U"ƯỪỬỮỨỰ"},  vowel_row{'y', plain, U"yỳỷỹýỵ", U"YỲỶỸÝỴ"}};

// Everything below U+1F00 that Vietnamese uses, looked up in one step: it is on the path of every message.
struct tables {
  static constexpr std::size_t size = 0x1F00;
  std::array<letter_info, size> info{};
  std::array<char16_t, size> lower{};
  std::array<bool, size> word{};

  tables() {
    for (std::size_t c = 0; c < size; ++c) {
      lower[c] = static_cast<char16_t>(u_tolower(static_cast<UChar32>(c)));
      word[c] = u_isalnum(static_cast<UChar32>(c)) != 0;
    }
    for (char c = 'a'; c <= 'z'; ++c) info[static_cast<std::size_t>(c)].base = c;
    info[U'đ'] = {'d', horn, level, false};
    for (const auto& row : vowel_rows)
      for (std::uint8_t t = 0; t < 6; ++t) info[row.lower[t]] = {row.base, row.form, t, true};
  }
};

const tables& table() {
  static const tables t;
  return t;
}

letter_info info_of(char32_t c) { return c < tables::size ? table().info[c] : letter_info{}; }
}  // namespace

char32_t lower_of(char32_t c) {
  if (c < tables::size) return table().lower[c];
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
}

bool is_word(char32_t c) {
  if (c < tables::size) return table().word[c];
  return u_isalnum(static_cast<UChar32>(c)) != 0;
}

namespace {

char32_t compose(char base, std::uint8_t form, std::uint8_t pitch) {
  for (const auto& row : vowel_rows)
    if (row.base == base && row.form == form) return row.lower[pitch];
  return static_cast<char32_t>(base);
}

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (c >> 18)));
    out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

}  // namespace

std::string utf8(const letters& text) {
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  for (auto c : text) append(out, c);
  return out;
}

letters decode(std::string_view text, std::size_t limit) {
  letters out;
  out.reserve(std::min(text.size(), limit));
  // Only as many bytes as `limit` characters can take are looked at: a megabyte of junk costs no more than a
  // page.
  auto size = static_cast<std::int32_t>(
      std::min<std::size_t>(text.size(), limit < 0x10000000 ? limit * 4 : 0x40000000));
  for (std::int32_t i = 0; i < size && out.size() < limit;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), i, size, c);
    out.push_back(c < 0 ? replacement : static_cast<char32_t>(c));
  }
  return out;
}

namespace {

bool dropped(char32_t c) {
  if (c < 0x20) return c != '\n' && c != '\t';
  if (c < 0x7F) return false;
  if (c < 0xA0) return true;
  return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 ||
         (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         c == 0xFFA0 || (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF) ||
         (c & 0xFFFE) == 0xFFFE;
}

// Composed Vietnamese text never needs ICU; anything with combining marks or compatibility letters goes
// through it.
bool may_need_nfc(const letters& text) {
  return std::ranges::any_of(text, [](char32_t c) {
    return c >= 0x300 && !(c >= 0x1E00 && c < 0x1F00) && !(c >= 0x2010 && c < 0x2100) && c != replacement &&
           !(c >= 0x1F300 && c < 0x1FB00);
  });
}

}  // namespace

letters clean_letters(std::string_view raw, std::size_t limit) {
  auto text = decode(raw, limit);
  if (may_need_nfc(text)) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfc = icu::Normalizer2::getNFCInstance(status);
    if (U_SUCCESS(status)) {
      auto source = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                                  static_cast<std::int32_t>(text.size()));
      auto normal = nfc->normalize(source, status);
      if (U_SUCCESS(status)) {
        letters composed;
        composed.reserve(text.size());
        for (std::int32_t i = 0; i < normal.length(); i = normal.moveIndex32(i, 1))
          composed.push_back(static_cast<char32_t>(normal.char32At(i)));
        text = std::move(composed);
      }
    }
  }
  std::erase_if(text, dropped);
  for (auto& c : text)
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000) c = ' ';
  return text;
}

namespace {

// "hoà" -> "hòa", in place, for one lower-case word.
void old_spelling(char32_t* begin, char32_t* end) {
  if (end - begin < 2) return;
  auto last = info_of(end[-1]);
  auto before = info_of(end[-2]);
  if (!last.vowel || last.pitch == level || last.form != plain || !before.vowel || before.pitch != level ||
      before.form != plain)
    return;
  bool oa = before.base == 'o' && (last.base == 'a' || last.base == 'e');
  bool uy = before.base == 'u' && last.base == 'y' && !(end - begin > 2 && end[-3] == 'q');
  if (!oa && !uy) return;
  end[-2] = compose(before.base, plain, last.pitch);
  end[-1] = compose(last.base, plain, level);
}

void lower_in_place(letters& text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) text[i] = lower_of(text[i]);
    if (i == text.size() || !is_word(text[i])) {
      old_spelling(text.data() + start, text.data() + i);
      start = i + 1;
    }
  }
}

}  // namespace

std::string folded(const letters& lower) {
  std::string out;
  out.reserve(lower.size());
  for (auto c : lower) {
    auto i = info_of(c);
    if (i.base != 0)
      out.push_back(i.base);
    else
      append(out, c);
  }
  return out;
}

namespace {

// ---- syllables

const std::unordered_set<std::string>& onsets() {
  static const std::unordered_set<std::string> set{"",   "b",  "c", "ch", "d",  "đ",  "g",   "gh", "gi", "h",
                                                   "k",  "kh", "l", "m",  "n",  "ng", "ngh", "nh", "p",  "ph",
                                                   "qu", "r",  "s", "t",  "th", "tr", "v",   "x"};
  return set;
}

const std::unordered_set<std::string>& rimes() {
  static const auto set = [] {
    constexpr std::string_view list =
        "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng "
        "eo ep "
        "et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac "
        "oach oai "
        "oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong ooc oong op ot ô "
        "ôc ôi "
        "ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn "
        "uông "
        "uôt uơ up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt "
        "ươu ưt "
        "ưu y yêm yên yêng yêt yêu";
    std::unordered_set<std::string> out;
    for (std::size_t from = 0; from < list.size();) {
      auto to = std::min(list.find(' ', from), list.size());
      out.emplace(list.substr(from, to - from));
      from = to + 1;
    }
    return out;
  }();
  return set;
}

const std::unordered_set<std::string>& folded_rimes() {
  static const auto set = [] {
    std::unordered_set<std::string> out;
    for (const auto& r : rimes()) out.insert(folded(decode(r)));
    return out;
  }();
  return set;
}

// Splits a lower-case word into onset, rime without tone, and tone. False: letters that no syllable has, two
// tones.
bool split(const letters& word, std::string& onset, std::string& rime, std::uint8_t& pitch) {
  if (word.empty() || word.size() > 7) return false;
  pitch = level;
  letters toneless;
  for (auto c : word) {
    auto i = info_of(c);
    if (i.base == 0 || c == 'f' || c == 'j' || c == 'w' || c == 'z') return false;
    if (i.pitch != level) {
      if (pitch != level) return false;
      pitch = i.pitch;
      toneless.push_back(compose(i.base, i.form, level));
    } else {
      toneless.push_back(c);
    }
  }
  for (std::size_t length = std::min<std::size_t>(3, toneless.size() - 1) + 1; length-- > 0;) {
    auto head = utf8(toneless.substr(0, length));
    if (!onsets().contains(head)) continue;
    auto tail = utf8(toneless.substr(length));
    if (rimes().contains(tail)) {
      onset = std::move(head);
      rime = std::move(tail);
      return true;
    }
  }
  return false;
}

}  // namespace

bool plain_syllable(const std::string& word) {  // ASCII, unmarked
  for (std::size_t length = std::min<std::size_t>(3, word.size()) + 1; length-- > 0;) {
    auto head = word.substr(0, length);
    if (onsets().contains(head) && folded_rimes().contains(word.substr(length))) return true;
  }
  return false;
}

bool is_syllable(const letters& word) {
  bool marked = std::ranges::any_of(word, [](char32_t c) { return c >= 0x80; });
  if (!marked) return !word.empty() && word.size() <= 6 && plain_syllable(utf8(word));
  std::string onset, rime;
  std::uint8_t pitch = level;
  if (!split(word, onset, rime, pitch)) return false;
  bool stopped = rime.ends_with('c') || rime.ends_with('t') || rime.ends_with('p') || rime.ends_with("ch");
  return !stopped || pitch == sac || pitch == nang;
}

namespace {

// Puts a tone where the old spelling has it: on the vowel with a shape, else before the last one of an open
// end.
bool put_tone(letters& word, std::uint8_t pitch) {
  if (pitch == level) return true;
  std::size_t first = 0;
  if (word.size() > 2 &&
      ((word[0] == 'q' && word[1] == 'u') || (word[0] == 'g' && word[1] == 'i' && info_of(word[2]).vowel)))
    first = 2;
  while (first < word.size() && !info_of(word[first]).vowel) ++first;
  auto end = first;
  while (end < word.size() && info_of(word[end]).vowel) ++end;
  if (first == end) return false;
  std::size_t at = first;
  bool shaped = false;
  for (auto i = first; i < end; ++i)
    if (info_of(word[i]).form != plain) at = i, shaped = true;
  if (!shaped) {
    auto count = end - first;
    bool closed = end < word.size();
    if (count == 2)
      at = closed ? first + 1 : first;
    else if (count >= 3)
      at = first + 1;
  }
  auto i = info_of(word[at]);
  if (i.pitch != level) return false;
  word[at] = compose(i.base, i.form, pitch);
  return true;
}

// Gives the last fitting vowel a shape; "uo" takes the horn on both.
bool put_shape(letters& word, std::string_view bases, std::uint8_t form) {
  for (auto i = word.size(); i-- > 0;) {
    auto l = info_of(word[i]);
    if (!l.vowel || l.form != plain || !bases.contains(l.base)) continue;
    word[i] = compose(l.base, form, l.pitch);
    if (form == horn && i > 0) {
      auto other = info_of(word[i - 1]);
      if (l.base == 'o' && other.base == 'u' && other.form == plain && !(i > 1 && word[i - 2] == 'q'))
        word[i - 1] = compose('u', horn, other.pitch);
    }
    return true;
  }
  return false;
}

std::string finish(letters word, std::uint8_t pitch) {
  if (!put_tone(word, pitch)) return {};
  old_spelling(word.data(), word.data() + word.size());
  return is_syllable(word) ? utf8(word) : std::string{};
}

bool has_vowel(const letters& word) {
  return std::ranges::any_of(word, [](char32_t c) { return info_of(c).vowel; });
}

std::string telex(const letters& typed) {
  letters out;
  std::uint8_t pitch = level;
  bool undone = false;
  for (auto c : typed) {
    bool vowels = has_vowel(out);
    auto set = [&](std::uint8_t t) {
      if (pitch != level) undone = undone || pitch != t;
      pitch = t;
    };
    if (vowels && c == 's')
      set(sac);
    else if (vowels && c == 'f')
      set(huyen);
    else if (vowels && c == 'r')
      set(hoi);
    else if (vowels && c == 'x')
      set(nga);
    else if (vowels && c == 'j')
      set(nang);
    else if (c == 'w') {
      if (!put_shape(out, "ou", horn) && !put_shape(out, "a", breve)) out.push_back(U'ư');
    } else if ((c == 'a' || c == 'e' || c == 'o') && !out.empty() && out.back() == c) {
      out.back() = compose(static_cast<char>(c), hat, level);
    } else if (c == 'd' && !out.empty() && out.front() == 'd') {
      out.front() = U'đ';
    } else if ((c == 'a' || c == 'e' || c == 'o') && vowels && !info_of(out.back()).vowel) {
      if (!put_shape(out, std::string_view(c == 'a' ? "a" : c == 'e' ? "e" : "o"), hat)) return {};
    } else {
      out.push_back(c);
    }
  }
  if (undone || out == typed) return {};
  return finish(std::move(out), pitch);
}

std::string vni(const letters& typed) {
  letters out;
  std::uint8_t pitch = level;
  for (auto c : typed) {
    bool vowels = has_vowel(out);
    bool fine = true;
    switch (c) {
      case '1':
      case '2':
      case '3':
      case '4':
      case '5': {
        constexpr std::array tones{sac, huyen, hoi, nga, nang};
        fine = vowels && pitch == level;
        pitch = tones[c - '1'];
        break;
      }
      case '6':
        fine = put_shape(out, "aeo", hat);
        break;
      case '7':
        fine = put_shape(out, "ou", horn);
        break;
      case '8':
        fine = put_shape(out, "a", breve);
        break;
      case '9':
        fine = !out.empty() && out.front() == 'd';
        if (fine) out.front() = U'đ';
        break;
      case '0':
        return {};
      default:
        out.push_back(c);
    }
    if (!fine) return {};
  }
  if (out == typed) return {};
  return finish(std::move(out), pitch);
}

}  // namespace

std::string with_tone_in_place(const letters& word) {
  letters toneless;
  std::uint8_t pitch = level;
  for (auto c : word) {
    const auto i = info_of(c);
    if (i.pitch == level) {
      toneless.push_back(c);
      continue;
    }
    if (pitch != level) return {};
    pitch = i.pitch;
    toneless.push_back(compose(i.base, i.form, level));
  }
  return pitch == level ? std::string{} : finish(std::move(toneless), pitch);
}

bool is_marked(char32_t c) { return c >= 0x80 && info_of(c).base != 0; }

void put_old_tones(letters& word) { old_spelling(word.data(), word.data() + word.size()); }

std::string clean(std::string_view raw, std::size_t limit) { return utf8(clean_letters(raw, limit)); }

std::string lower(std::string_view text) {
  auto l = decode(text);
  lower_in_place(l);
  return utf8(l);
}

std::string fold(std::string_view text) {
  auto l = decode(text);
  for (auto& c : l) c = lower_of(c);
  return folded(l);
}

bool is_syllable(std::string_view word) { return is_syllable(decode(word, 16)); }
std::string from_telex(std::string_view word) {
  return word.size() > 24 ? std::string{} : telex(decode(word));
}
std::string from_vni(std::string_view word) { return word.size() > 24 ? std::string{} : vni(decode(word)); }

}  // namespace thanthien::knowledge
