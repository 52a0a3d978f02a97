// What both scorers count with.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace thanthien::eval {

struct tally {
  int count = 0, right = 0;
  void add(bool ok) {
    ++count;
    right += ok ? 1 : 0;
  }
  double share() const { return count == 0 ? 1 : static_cast<double>(right) / count; }
};

inline std::string percent(const tally& t) {
  char out[64];
  std::snprintf(out, sizeof out, "%5.1f %% (%d of %d)", 100 * t.share(), t.right, t.count);
  return out;
}

inline bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

}  // namespace thanthien::eval
