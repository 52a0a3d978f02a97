#include "dialogs/walk.hpp"

#include "dialogs/turn.hpp"

namespace thanthien::dialogs {

std::string_view to_string(act a) {
  switch (a) {
    case act::none:
      return "none";
    case act::answer:
      return "answer";
    case act::clarify:
      return "clarify";
    case act::small_talk:
      return "small_talk";
    case act::decline:
      return "decline";
    case act::emergency:
      return "emergency";
    case act::handoff:
      return "handoff";
  }
  return "none";
}

outcome walk(const book& dialogs, const knowledge::library& known, const conversation& before,
             const event& what, const circumstances& around, trace* seen) {
  try {
    return turn{dialogs.inside(), known, before, what, around, seen}.run();
  } catch (...) {
    // Out of memory, or a mistake of ours: the state stays as it was and the event is kept for a person to
    // see.
    outcome nothing;
    nothing.after = before;
    nothing.understood = false;
    return nothing;
  }
}

}  // namespace thanthien::dialogs
