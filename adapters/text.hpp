#pragma once

#include "dialogs/message.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::adapters {

/// Valid UTF-8 in NFC, whatever comes in: bytes that are not UTF-8, and NUL, become U+FFFD.
std::string nfc(std::string_view text);

/// What a person wrote, as it may be stored and shown: NFC, at most 10,000 UTF-16 units. Control characters,
/// and those that turn the direction of writing around, would let a text look like another one: each becomes
/// a visible U+FFFD.
std::string received_text(std::string_view text);

/// UTF-16 code units: the strictest plausible reading of a platform's "characters".
std::size_t utf16_units(std::string_view text);

/// Cuts `text` (valid UTF-8) into parts of at most `limit` units (2 or more), best at the end of a paragraph,
/// else of a line, a sentence, a word, and inside a grapheme only if that alone is longer than `limit`.
/// Nothing is lost: the parts joined are `text`.
std::vector<std::string> split_text(std::string_view text, std::size_t limit);

/// Without the blank lines and spaces that a cut leaves at the edges.
std::string_view trim_part(std::string_view part);

/// Choices as text, one line each: those with a payload numbered from 1 in their order (a resident may answer
/// with the number), those with an address as "title: address".
std::string choice_lines(const std::vector<dialogs::choice>& choices);

/// `lines` below `text`, a blank line between; only one of the two if the other is empty.
std::string with_lines(std::string_view text, std::string_view lines);

/// The parts of a message whose last part must leave `reserve` units free for what is sent along with it.
/// Trimmed, none empty unless `text` is blank as a whole.
std::vector<std::string> message_parts(std::string_view text, std::size_t limit, std::size_t reserve = 0);

}  // namespace thanthien::adapters
