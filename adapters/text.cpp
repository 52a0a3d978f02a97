#include "adapters/text.hpp"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <algorithm>
#include <memory>

namespace thanthien::adapters {
namespace {

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
}

std::string narrow(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

bool plain_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') return false;
  }
  return true;
}

bool blank(char16_t c) { return c == u' ' || c == u'\n' || c == u'\t' || c == u'\r' || c == 0x00A0; }

/// A cut directly before `at`, that leaves a paragraph, line, sentence or word whole.
enum class seam : std::uint8_t { paragraph, line, sentence, word };

bool seam_at(const icu::UnicodeString& u, int32_t at, seam kind) {
  const char16_t last = u[at - 1];
  switch (kind) {
    case seam::paragraph:
      return last == u'\n' && at >= 2 && u[at - 2] == u'\n' && u[at] != u'\n';
    case seam::line:
      return last == u'\n';
    case seam::sentence:
      return blank(last) && at >= 2 && std::u16string_view(u".!?…;").contains(u[at - 2]) && !blank(u[at]);
    case seam::word:
      return blank(last) && !blank(u[at]);
  }
  return false;
}

int32_t find_cut(const icu::UnicodeString& u, icu::BreakIterator& graphemes, int32_t from, int32_t limit) {
  const int32_t end = from + limit;
  // A better seam is not worth a tiny part: it has to leave at least a third of the room filled.
  const int32_t enough = from + std::max<int32_t>(1, limit / 3);
  for (const seam kind : {seam::paragraph, seam::line, seam::sentence, seam::word}) {
    for (int32_t at = end; at > enough; --at) {
      if (seam_at(u, at, kind) && graphemes.isBoundary(at) != 0) return at;
    }
  }
  int32_t cut = graphemes.isBoundary(end) != 0 ? end : graphemes.preceding(end);
  if (cut <= from) {
    cut = end;
    if (U16_IS_TRAIL(u[cut]) && U16_IS_LEAD(u[cut - 1])) --cut;
  }
  return cut;
}

}  // namespace

std::string nfc(std::string_view text) {
  if (plain_ascii(text)) return std::string(text);
  icu::UnicodeString u = wide(text);
  u.findAndReplace(icu::UnicodeString(static_cast<char16_t>(0)),
                   icu::UnicodeString(static_cast<char16_t>(0xFFFD)));
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return narrow(u);
  const icu::UnicodeString composed = normalizer->normalize(u, error);
  return narrow(U_FAILURE(error) ? u : composed);
}

std::string received_text(std::string_view text) {
  constexpr std::size_t limit = 10'000;
  // ASCII is the common case for payloads and links, and needs no ICU.
  const auto control = [](char16_t c) {
    return (c < 0x20 && c != u'\n' && c != u'\r' && c != u'\t') || (c >= 0x7F && c <= 0x9F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  };
  if (plain_ascii(text) && text.size() <= limit &&
      std::none_of(text.begin(), text.end(), [&](char c) { return control(static_cast<char16_t>(c)); })) {
    return std::string(text);
  }
  icu::UnicodeString u = wide(nfc(text));
  for (int32_t i = 0; i < u.length(); ++i) {
    if (control(u[i])) u.setCharAt(i, 0xFFFD);
  }
  auto clean = narrow(u);
  if (static_cast<std::size_t>(u.length()) > limit) clean = split_text(clean, limit).front();
  return clean;
}

std::size_t utf16_units(std::string_view text) {
  if (plain_ascii(text)) return text.size();
  return static_cast<std::size_t>(wide(text).length());
}

std::vector<std::string> split_text(std::string_view text, std::size_t limit) {
  const icu::UnicodeString u = wide(text);
  const auto units = static_cast<int32_t>(std::max<std::size_t>(limit, 2));
  if (u.length() <= units) return {std::string(text)};
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> graphemes(
      icu::BreakIterator::createCharacterInstance(icu::Locale("vi"), error));
  std::vector<std::string> parts;
  int32_t from = 0;
  if (U_SUCCESS(error)) graphemes->setText(u);
  while (u.length() - from > units) {
    int32_t cut = from + units;
    if (U_SUCCESS(error)) {
      cut = find_cut(u, *graphemes, from, units);
    } else if (U16_IS_TRAIL(u[cut])) {
      --cut;
    }
    parts.push_back(narrow(u.tempSubStringBetween(from, cut)));
    from = cut;
  }
  parts.push_back(narrow(u.tempSubStringBetween(from)));
  return parts;
}

std::string_view trim_part(std::string_view part) {
  const auto first = part.find_first_not_of("\r\n");
  if (first == std::string_view::npos) return {};
  part.remove_prefix(first);
  const auto last = part.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : part.substr(0, last + 1);
}

std::string choice_lines(const std::vector<dialogs::choice>& choices) {
  std::string lines;
  std::size_t number = 0;
  for (const auto& c : choices) {
    if (!lines.empty()) lines += '\n';
    if (c.url.empty()) {
      lines += "[" + std::to_string(++number) + "] " + nfc(c.title);
    } else {
      lines += nfc(c.title) + (c.title.empty() ? "" : ": ") + nfc(c.url);
    }
  }
  return lines;
}

std::string with_lines(std::string_view text, std::string_view lines) {
  const auto trimmed = trim_part(text);
  if (lines.empty()) return std::string(text);
  if (trimmed.empty()) return std::string(lines);
  return std::string(trimmed) + "\n\n" + std::string(lines);
}

std::vector<std::string> message_parts(std::string_view text, std::size_t limit, std::size_t reserve) {
  auto pieces = split_text(text, limit);
  if (reserve > 0 && reserve + 2 < limit && utf16_units(trim_part(pieces.back())) + reserve > limit) {
    const auto last = std::move(pieces.back());
    pieces.pop_back();
    for (auto& piece : split_text(last, limit - reserve)) pieces.push_back(std::move(piece));
  }
  std::vector<std::string> parts;
  for (const auto& piece : pieces) {
    if (const auto part = trim_part(piece); !part.empty()) parts.emplace_back(part);
  }
  if (parts.empty() && !text.empty()) parts.push_back(pieces.front());
  return parts;
}

}  // namespace thanthien::adapters
