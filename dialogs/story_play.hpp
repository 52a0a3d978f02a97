#pragma once

#include "dialogs/book.hpp"
#include "dialogs/story.hpp"
#include "dialogs/walk.hpp"

#include <string>
#include <vector>

namespace thanthien::dialogs {

class coverage;

/// Where what came is not what the story tells.
struct difference {
  std::string key;  ///< the expectation's, or "taps", "silence", "case", "saved" for what no line asks for
  std::string expected;  ///< as the story has it
  std::string came;      ///< "" for what cannot be shown shorter than the whole reply
  mark at;
};

struct played_turn {
  std::size_t number = 0;  ///< of the story's turns, from 0
  outcome result;
  std::vector<difference> differences;
};

struct played {
  std::vector<played_turn> turns;  ///< fewer than the story's when a choice to tap was not offered

  bool came_true() const;
};

/// Plays a story on the real engine. Clock and ids come from the story, so that it is the same every time: a
/// turn comes 15 seconds after the one before and after its `wait`; a case that turn N makes has the code
/// TB-N. The state is saved and read back after every turn, as it is by the server.
played play(const story& told, const book& dialogs, const knowledge::library& known,
            coverage* count = nullptr);

/// The choices below the last reply.
std::vector<choice> choices_of(const outcome& o);

/// All replies, one below the other.
std::string text_of(const outcome& o);

/// What the resident did, for people: nhắn "xin chào", bấm [Khai sinh].
std::string doing_of(const story_turn& t);

/// What expectation failed, in Vietnamese.
std::string to_string(const difference& d);

/// The differences of a story for people to read: what was said, what was expected where, what came. "" when
/// it came true.
std::string told_differences(const story& told, const played& how);

}  // namespace thanthien::dialogs
