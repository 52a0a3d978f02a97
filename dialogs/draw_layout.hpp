#pragma once

#include <cstddef>
#include <limits>
#include <vector>

/// Where boxes and arrows go on a page: layers from top to bottom, few crossings, and arrows that run
/// between the boxes and never through them. Knows nothing of dialogs.
namespace thanthien::dialogs::layout {

struct point {
  double x = 0, y = 0;

  bool operator==(const point&) const = default;
};

struct box {
  double width = 0, height = 0;
  double x = 0, y = 0;  ///< left upper corner; set by lay_out

  double middle() const { return x + width / 2; }
  double bottom() const { return y + height; }
};

struct arrow {
  std::size_t from = 0, to = 0;
  double leaves = 0;  ///< where it leaves the lower edge of `from`, counted from its left corner
  std::vector<point>
      path;  ///< set by lay_out: from the lower edge of `from` to the upper edge of `to`, square
};

struct plan {
  std::vector<box> boxes;  ///< the first one is where the reader begins
  std::vector<arrow> arrows;
  double width = 0, height = 0;  ///< set by lay_out: of all boxes and arrows, from 0, 0
};

/// Places all boxes and leads all arrows. Arrows that end at the same box join on their way; an arrow back up
/// enters its box from above like all others. The boxes of a layer are no wider than `widest` together, or
/// one box alone: what does not fit stands lower. The same plan always gives the same picture.
void lay_out(plan& p, double widest = std::numeric_limits<double>::infinity());

}  // namespace thanthien::dialogs::layout
