#pragma once

#include "dialogs/address.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reading what a resident typed as a command, a choice or the value of a slot. Finding topics is the
/// finder's work.
namespace thanthien::dialogs {

/// Lower case, without accents, every run of punctuation one blank: "Dạ, ĐÚNG rồi!" -> "da dung roi".
std::string fold(std::string_view text);

std::vector<std::string> split_words(std::string_view folded);

/// Whole words only: "cho em gap can bo nha" holds "gap can bo", not "gap can".
bool holds_words(std::string_view folded, std::string_view phrase);

/// In characters, not bytes.
std::size_t length_of(std::string_view text);

/// At most `characters`, cut between words, with an ellipsis when something is missing.
std::string shortened(std::string_view text, std::size_t characters);

/// Blanks trimmed, at most `bytes`, never cut inside a character.
std::string_view trimmed(std::string_view text, std::size_t bytes = 8000);

/// The longest run of digits when dots, blanks and dashes between digits are ignored; 0 when there is none.
std::size_t longest_number(std::string_view text);

/// Long numbers (identity, account, phone) with all but the last three digits replaced.
std::string masked(std::string_view text);

/// The lists of dialogs/content/words.yaml, folded.
struct vocabulary {
  std::map<std::string, std::vector<std::string>>
      commands;  ///< by name: back, again, stop, menu, start_over, person, skip; sorted
  std::map<std::string, std::vector<std::string>>
      command_words;  ///< the commands of one syllable, with their marks
  std::vector<std::string> yes, no;
  std::vector<std::string> fillers;                ///< polite words dropped at both ends of a short message
  std::vector<std::string> questions;              ///< words that make a sentence a question
  std::vector<std::vector<std::string>> ordinals;  ///< how the first, second, ... choice is called
  std::vector<std::string> last;                   ///< and the last one
  std::vector<std::string> name_openers;           ///< "tôi tên là"
  std::vector<std::string> account_words;          ///< a long number beside these is private
  std::vector<std::string> today, yesterday, tomorrow, after_tomorrow, before_yesterday;
  std::vector<std::string> asides;       ///< "mà cho hỏi": what follows is a question of its own
  std::vector<std::string> corrections;  ///< "à nhầm": what follows replaces an earlier answer
  std::vector<std::string> mine;         ///< "in my case": exactly one's own papers are wanted
  std::vector<std::string> own, needs;   ///< "của tôi" and "cần giấy gì", which ask for them together
  std::vector<std::string> unsure;       ///< "I do not know", as an answer
  std::vector<std::string>
      corrections_last;                    ///< "... mới đúng": what stands before replaces an earlier answer
  std::vector<std::string> puzzled;        ///< "gì cơ": the question was not understood
  std::vector<std::string> annoyed;        ///< "sao hỏi nhiều quá"
  std::vector<std::string> go_ahead;       ///< "gửi luôn đi": there is nothing to add
  std::vector<std::string> when_answered;  ///< "khi nào có trả lời"
  address_rules address;                   ///< how the resident is addressed; not folded
  std::vector<std::string> additions;      ///< "à quên": more is told of what was said
  std::vector<std::string> english;        ///< English words that are no Vietnamese syllables; sorted
  std::vector<std::string> english_short;  ///< small words of both languages, counted for neither; sorted
};

/// Polite words and greetings at both ends taken off: "da cho em quay lai nha" -> "quay lai".
std::string without_fillers(const vocabulary& words, std::string_view folded);

/// The command the whole message is, or "". A single word that has marks must have the right ones: "đúng" is
/// not "dừng".
std::string command_in(const vocabulary& words, std::string_view text);

/// Held, and not denied by the word before it: "không có giấy" does not say "có giấy".
bool says(const vocabulary& words, std::string_view folded, std::string_view phrase);

/// Nothing but phrases of these lists and polite words, and at least one of the phrases: "thôi không gửi nữa
/// nha".
bool made_of(const vocabulary& words, std::string_view folded,
             const std::vector<const std::vector<std::string>*>& lists);

/// The text begins with the phrase.
bool says_first(std::string_view folded, std::string_view phrase);

/// What stands behind "à nhầm," or the like, as it was typed; "" when nothing does. Nothing: no such words.
std::optional<std::string> after_correction(const vocabulary& words, std::string_view text);

/// Which of `count` numbered choices is meant ("2", "số 2", "cái thứ hai"), from 0.
std::optional<std::size_t> ordinal_in(const vocabulary& words, std::string_view text, std::size_t count);

/// Whether the whole message names a choice by its place, however many there are.
bool names_a_place(const vocabulary& words, std::string_view text);

bool looks_like_question(const vocabulary& words, std::string_view text);
bool looks_english(const vocabulary& words, std::string_view text);

/// A number the resident should not have sent: identity card, bank account.
bool tells_private_number(const vocabulary& words, std::string_view text);

struct calendar_day {
  int year = 0, month = 0, day = 0;

  bool operator==(const calendar_day&) const = default;
};

std::string iso_day(calendar_day day);     ///< "2026-03-05"
std::string day_of(std::string_view iso);  ///< "2026-03-05" as Vietnamese write it: "05/03/2026"

std::optional<bool> read_yes_no(const vocabulary& words, std::string_view text);
/// A short answer that begins so: "có nhà cấp 4", "dạ chưa làm".
std::optional<bool> begins_with_yes_no(const vocabulary& words, std::string_view text);
/// "Không có con", "có 2 đứa": only the plain words, whose rest cannot be anything else.
std::optional<bool> goes_on_behind_yes_no(const vocabulary& words, std::string_view text);
/// A Vietnamese number as 0901234567, a letter o for the zero or not.
std::optional<std::string> read_phone(std::string_view text);
/// Twelve or nine digits, all but the last three masked.
std::optional<std::string> read_identity_number(std::string_view text);
/// Two to seven words of letters, capitalised.
std::optional<std::string> read_full_name(const vocabulary& words, std::string_view text);

}  // namespace thanthien::dialogs
