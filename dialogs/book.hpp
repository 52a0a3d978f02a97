#pragma once

#include "knowledge/problem.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace thanthien::knowledge {
class library;
}

namespace thanthien::dialogs {

/// All dialogs, loaded and checked: an immutable value that many turns share.
class book {
 public:
  /// Reads the folders (`dialogs` below each content folder) one over the other, checks them against the knowledge, and
  /// appends every problem found, in Vietnamese with file, line and column. Returns nothing when one is an error.
  static std::shared_ptr<const book> load(const std::vector<std::filesystem::path>& folders,
                                          const knowledge::library& known, std::vector<knowledge::problem>& problems);
  ~book();

  /// Names of all dialogs, sorted.
  std::vector<std::string> names() const;

  struct contents;
  const contents& inside() const { return *contents_; }

 private:
  book();
  std::unique_ptr<contents> contents_;
};

}  // namespace thanthien::dialogs
