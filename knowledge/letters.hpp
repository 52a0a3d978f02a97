#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thanthien::knowledge {

// The letters of Vietnamese, one code point each: what knowledge/text is built on.

using letters = std::u32string;

/// Broken bytes become U+FFFD; at most `limit` characters are read.
letters decode(std::string_view text, std::size_t limit = static_cast<std::size_t>(-1));
std::string utf8(const letters& text);

/// As `clean` of text.hpp.
letters clean_letters(std::string_view raw, std::size_t limit);

char32_t lower_of(char32_t c);
bool is_word(char32_t c);    ///< a letter or a digit of any script
bool is_marked(char32_t c);  ///< a lower-case Vietnamese letter that ASCII does not have

/// Lower-case letters without marks.
std::string folded(const letters& lower);

/// "hoà" -> "hòa", for one lower-case word.
void put_old_tones(letters& word);

/// "khâủ" -> "khẩu": one lower-case word with its tone on the letter where it belongs; "" when it has none,
/// or no syllable results.
std::string with_tone_in_place(const letters& word);

/// As `is_syllable` of text.hpp; `plain_syllable` for a word of ASCII letters.
bool is_syllable(const letters& word);
bool plain_syllable(const std::string& word);

}  // namespace thanthien::knowledge
