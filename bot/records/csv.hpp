#pragma once

#include "knowledge/problem.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::bot {

struct csv_row {
  int line = 0;  ///< of the file, from 1, where the row begins
  std::vector<std::string> fields;

  bool operator==(const csv_row&) const = default;
};

struct csv_limits {
  std::size_t bytes = 10 << 20;
  std::size_t rows = 200'000;
  std::size_t fields = 64;
  std::size_t field_bytes = 4'000;
};

/// A table as RFC 4180 has it, read strictly: quoted fields may hold separators, quotes ("") and line ends;
/// rows end with CRLF, LF or CR; empty rows are left out. The separator is the one of ",", ";" and tab that
/// the first row holds most of; a byte order mark is skipped; fields are trimmed of blanks, unless quoted.
///
/// Told to `problems` under the name `file`, in Vietnamese: bytes that are no UTF-8, an open quote, text
/// behind a closing quote, a limit passed. Returns the rows read so far; with an error among the problems
/// they are not to be used. Never throws but for memory.
std::vector<csv_row> read_csv(std::string_view text, const std::string& file,
                              std::vector<knowledge::problem>& problems, const csv_limits& limits = {});

}  // namespace thanthien::bot
