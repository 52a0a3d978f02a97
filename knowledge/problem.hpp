#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// Something wrong in a file that people edit, told so that the person who wrote it can mend it.
/// `error` keeps the whole content from going live; `advice` never does.
struct problem {
  enum class level { error, advice };

  level severity = level::error;
  std::string file;     ///< as the admin knows it: path below the content folder
  int line = 0;         ///< from 1; 0 when the problem is the file as a whole
  int column = 0;       ///< from 1, in characters
  std::string message;  ///< Vietnamese: what is wrong
  std::string hint;     ///< Vietnamese: what to do; may be empty

  bool operator==(const problem&) const = default;
};

/// By file, line and column.
void sort(std::vector<problem>& problems);

/// "dialogs/khai-sinh.yaml:42:11: lỗi: message" and, when there is one, an indented line with the hint.
std::string to_string(const problem& p);

/// Sorted, one after the other; the form of `thanthien check`.
std::string to_string(std::vector<problem> problems);

/// The same in English; words for which there is no English stay Vietnamese.
problem in_english(const problem& p);
std::string to_english(std::vector<problem> problems);

bool has_errors(const std::vector<problem>& problems);

/// The known name nearest to `typed` (at most a third of its letters away), or "" - for "did you mean".
std::string nearest(std::string_view typed, const std::vector<std::string>& known);

}  // namespace thanthien::knowledge
