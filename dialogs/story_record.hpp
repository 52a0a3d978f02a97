#pragma once

#include "dialogs/book.hpp"
#include "dialogs/records.hpp"
#include "dialogs/story.hpp"
#include "knowledge/library.hpp"

#include <string>
#include <vector>

namespace thanthien::dialogs {

/// What was done in a chat, one thing after the other; `what.at` is when. Of a tapped choice the payload is
/// enough.
struct chat_record {
  std::string name;  ///< what the story tells
  std::string unit;
  dialogs::channel channel = dialogs::channel::terminal;
  records office;  ///< the dossiers that were looked up; with a time, the office has a table
  std::vector<event> done;
};

/// The chat as a story file. It is played once on the way, and what came is what it expects: so it comes true
/// on these dialogs, whatever the clock and the case codes of the chat were. Expected are what it was taken
/// for, the first line of each reply, the choices, the slots and the case; pauses below five minutes are left
/// out.
std::string recorded(const chat_record& chat, const book& dialogs, const knowledge::library& known);

}  // namespace thanthien::dialogs
