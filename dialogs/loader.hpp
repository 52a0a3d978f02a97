#pragma once

#include "dialogs/model.hpp"
#include "knowledge/problem.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace thanthien::dialogs {

/// What reading leaves for the checker besides the contents: who refers to what, and where.
struct loaded {
  book::contents contents;
  bool any_file = false;  ///< without one, every missing phrase would be a problem of its own
  std::map<std::string, mark> phrase_marks;
  std::vector<std::pair<std::string, mark>> english_marks;  ///< topics named in `english`
};

/// Reads the files; problems of form are appended. What could be read is returned even when there are errors,
/// so that the checker can report its own in the same pass.
loaded read_dialogs(const std::vector<std::filesystem::path>& folders,
                    std::vector<knowledge::problem>& problems);

/// The problems of sense: targets, slots, topics, loops, dead ends, the way to a person, lengths, manner.
/// Fills the indexes (on_topic, ...) of the contents. Without `known` (the knowledge itself has errors) all
/// is checked that does not refer to it.
void check_dialogs(loaded& what, const knowledge::library* known, std::vector<knowledge::problem>& problems);

}  // namespace thanthien::dialogs
