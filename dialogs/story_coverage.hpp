#pragma once

#include "dialogs/book.hpp"
#include "dialogs/model.hpp"
#include "dialogs/walk.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace thanthien::dialogs {

/// Which lines of the dialogs the stories walked: every step, every arm of a branch, and every choice. A
/// choice counts when somebody took it; a link, which leaves the conversation, when it was offered.
class coverage {
 public:
  /// The book must outlive the counting.
  explicit coverage(const book& dialogs);

  void begin_conversation();
  /// The next turn of the conversation.
  void add(const trace& seen);

  struct line {
    mark at;
    std::string what;  ///< bước "chao", nút "Khai sinh", nhánh tới "chuyen"
  };

  struct file {
    std::string name;
    std::size_t lines = 0, walked = 0;
    std::vector<line> missing;  ///< in the order of the file

    double percent() const;
  };

  std::vector<file> files() const;  ///< by name
  file total() const;               ///< named ""; its missing lines are those of all files

 private:
  void wanted(const void* part, const mark& at, std::string what);

  struct part {
    const void* address;
    line where;
  };
  std::vector<part> wanted_;
  std::set<const void*> walked_;
  std::map<std::string, const option*> offered_;  ///< payload -> the choice that last offered it
};

}  // namespace thanthien::dialogs
