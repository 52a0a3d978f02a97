#pragma once

#include "knowledge/problem.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {
class library;
}

namespace thanthien::dialogs {

/// All dialogs, loaded and checked: an immutable value that many turns share.
class book {
 public:
  /// Reads the folders one over the other: of each the `dialogs` folder below it when there is one, else the
  /// folder itself. A dialog file replaces the one of the same path or name of an earlier folder; phrases,
  /// words and settings are laid over one by one; a subfolder `stories` is left to story.hpp. Everything is
  /// checked against the knowledge; every problem found is appended, in Vietnamese with file, line and
  /// column. Returns nothing when one is an error.
  static std::shared_ptr<const book> load(const std::vector<std::filesystem::path>& folders,
                                          const knowledge::library& known,
                                          std::vector<knowledge::problem>& problems);

  /// What can be told of the folders while the knowledge itself cannot be loaded: all but what refers to it.
  static void check_alone(const std::vector<std::filesystem::path>& folders,
                          std::vector<knowledge::problem>& problems);
  ~book();

  /// Names of all dialogs, sorted.
  std::vector<std::string> names() const;

  /// A sentence or name of dialogs/content/phrases.yaml, in Vietnamese and unfilled; "" when there is none.
  /// For names that other rooms show too: "reason_complaint", "choice_person".
  std::string phrase(std::string_view name) const;

  struct contents;
  const contents& inside() const { return *contents_; }

 private:
  book();
  std::unique_ptr<contents> contents_;
};

}  // namespace thanthien::dialogs
