#include "dialogs/draw_layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>

namespace thanthien::dialogs::layout {
namespace {

constexpr double between_boxes = 26;
constexpr double between_lanes = 17;
constexpr double lane_width = 4;
constexpr double above_tracks = 14;  ///< from a layer to the first line across
constexpr double below_tracks =
    22;  ///< from the last line across to the next layer: room for the arrow's head
constexpr double between_tracks = 11;
constexpr double nearly = 7;  ///< lines nearer than this look like one

/// What stands in a layer: a box, or the lane in which arrows to `target` pass by.
struct slot {
  bool lane = false;
  std::size_t box = 0;  ///< of a lane: the target
  bool up = false;      ///< a lane of arrows that lead back
  int layer = 0;
  double width = 0;
  double middle = 0;
};

/// Two slots of neighbouring layers that a line joins; `from_middle` tells where it leaves the upper one.
struct joint {
  std::size_t upper = 0, lower = 0;
  double from_middle = 0;
};

/// The lines of one channel (the space below a layer) that end at the same place.
struct net {
  std::size_t target = 0;
  std::vector<double> above, below;  ///< where lines come in from the layer above, from the layer below
  double low = 0, high = 0;
  double y = 0;

  void add(std::vector<double>& side, double x) {
    if (above.empty() && below.empty()) low = high = x;
    low = std::min(low, x);
    high = std::max(high, x);
    side.push_back(x);
  }
};

class drafter {
 public:
  drafter(plan& p, double widest) : plan_{p}, widest_{widest} {}

  void run() {
    if (plan_.boxes.empty()) return;
    find_ways_back();
    layers();
    slots();
    order();
    place();
    channels();
    lead();
    frame();
  }

 private:
  // --- layers

  /// Arrows to a box that leads here again are drawn upwards.
  void find_ways_back() {
    const auto n = plan_.boxes.size();
    leaving_.assign(n, {});
    for (std::size_t a = 0; a < plan_.arrows.size(); ++a) leaving_[plan_.arrows[a].from].push_back(a);
    back_.assign(plan_.arrows.size(), false);
    enum class state : std::uint8_t { fresh, open, done };
    std::vector<state> states(n, state::fresh);
    for (std::size_t start = 0; start < n; ++start) {
      if (states[start] != state::fresh) continue;
      std::vector<std::pair<std::size_t, std::size_t>> open{{start, 0}};
      states[start] = state::open;
      while (!open.empty()) {
        const auto at = open.back().first;
        if (open.back().second == leaving_[at].size()) {
          states[at] = state::done;
          finished_.push_back(at);
          open.pop_back();
          continue;
        }
        const auto a = leaving_[at][open.back().second++];
        const auto to = plan_.arrows[a].to;
        if (states[to] == state::open) back_[a] = true;
        if (states[to] != state::fresh) continue;
        states[to] = state::open;
        open.emplace_back(to, 0);
      }
    }
  }

  /// As deep as the longest way to it, or deeper where there is room; a box never stands beside one that
  /// leads to it.
  void layers() {
    layer_.assign(plan_.boxes.size(), 0);
    std::vector<double> taken;
    for (auto at = finished_.rbegin(); at != finished_.rend(); ++at) {
      auto& layer = layer_[*at];
      const double needs = plan_.boxes[*at].width + between_boxes;
      const auto full = [&] {
        const auto l = static_cast<std::size_t>(layer);
        if (l >= taken.size()) taken.resize(l + 1, 0);
        return taken[l] > 0 && taken[l] + needs > widest_;
      };
      while (full()) ++layer;
      taken[static_cast<std::size_t>(layer)] += needs;
      for (const auto a : leaving_[*at])
        if (!back_[a]) layer_[plan_.arrows[a].to] = std::max(layer_[plan_.arrows[a].to], layer + 1);
    }
    rows_.assign(taken.size(), {});
  }

  std::size_t lane(std::size_t target, bool up, int layer) {
    const auto [found, fresh] = lanes_.try_emplace({target, up, layer}, slots_.size());
    if (fresh) {
      slots_.push_back({true, target, up, layer, lane_width, 0});
      rows_[static_cast<std::size_t>(layer)].push_back(found->second);
    }
    return found->second;
  }

  void slots() {
    for (std::size_t b = 0; b < plan_.boxes.size(); ++b)
      slots_.push_back({false, b, false, layer_[b], plan_.boxes[b].width, 0});
    // In the order in which a reader comes by: what belongs together stands together from the start.
    for (auto at = finished_.rbegin(); at != finished_.rend(); ++at) {
      rows_[static_cast<std::size_t>(layer_[*at])].push_back(*at);
      for (const auto a : leaving_[*at]) way(a);
    }
    std::vector<std::tuple<std::size_t, std::size_t, double>> known;
    for (std::size_t a = 0; a < plan_.arrows.size(); ++a) {
      const auto& arrow = plan_.arrows[a];
      const auto lanes = way(a);
      auto join = [&](std::size_t upper, std::size_t lower, double from_middle) {
        if (std::ranges::find(known, std::tuple{upper, lower, from_middle}) != known.end()) return;
        known.emplace_back(upper, lower, from_middle);
        joints_.push_back({upper, lower, from_middle});
      };
      auto last = arrow.from;
      double offset = arrow.leaves - plan_.boxes[arrow.from].width / 2;
      if (back_[a]) {
        for (std::size_t i = 0; i + 1 < lanes.size(); ++i) join(lanes[i + 1], lanes[i], 0);
        continue;
      }
      for (const auto s : lanes) {
        join(last, s, offset);
        last = s;
        offset = 0;
      }
      join(last, arrow.to, offset);
    }
  }

  /// The lanes an arrow passes, from its beginning to its end.
  std::vector<std::size_t> way(std::size_t a) {
    const auto& arrow = plan_.arrows[a];
    std::vector<std::size_t> out;
    if (back_[a])
      for (int l = layer_[arrow.from]; l >= layer_[arrow.to]; --l) out.push_back(lane(arrow.to, true, l));
    else
      for (int l = layer_[arrow.from] + 1; l < layer_[arrow.to]; ++l) out.push_back(lane(arrow.to, false, l));
    return out;
  }

  // --- order within the layers: a box stands below the middle of what leads to it

  double distance(std::size_t left, std::size_t right) const {
    const auto& a = slots_[left];
    const auto& b = slots_[right];
    return (a.width + b.width) / 2 + (a.lane || b.lane ? between_lanes : between_boxes);
  }

  void pack(const std::vector<std::size_t>& row) {
    double x = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) x += distance(row[i - 1], row[i]);
      slots_[row[i]].middle = x;
    }
    for (const auto s : row) slots_[s].middle -= x / 2;
  }

  /// The middle of what the slot is joined with above (or below), and with how many; a slot that nothing
  /// joins wants to stay.
  std::pair<double, double> wish(std::size_t s, bool look_up, bool look_down) const {
    double sum = 0, weight = 0;
    for (const auto& j : joints_) {
      const bool straight = slots_[j.upper].lane && slots_[j.lower].lane;
      const double w = straight ? 8 : slots_[j.upper].lane || slots_[j.lower].lane ? 2 : 1;
      if (look_up && j.lower == s) {
        sum += w * (slots_[j.upper].middle + j.from_middle);
        weight += w;
      }
      if (look_down && j.upper == s) {
        sum += w * (slots_[j.lower].middle - j.from_middle);
        weight += w;
      }
    }
    return weight == 0 ? std::pair{slots_[s].middle, 0.1} : std::pair{sum / weight, weight};
  }

  int crossings() const {
    int count = 0;
    for (std::size_t i = 0; i < joints_.size(); ++i)
      for (std::size_t k = i + 1; k < joints_.size(); ++k) {
        const auto &a = joints_[i], &b = joints_[k];
        if (slots_[a.upper].layer != slots_[b.upper].layer) continue;
        const double above = slots_[a.upper].middle + a.from_middle - slots_[b.upper].middle - b.from_middle;
        const double below = slots_[a.lower].middle - slots_[b.lower].middle;
        if (above * below < -1) ++count;
      }
    return count;
  }

  void order() {
    for (const auto& row : rows_) pack(row);
    auto best = rows_;
    int fewest = crossings();
    for (int sweep = 0; sweep < 24 && fewest > 0; ++sweep) {
      const bool down = sweep % 2 == 0;
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        auto& row = rows_[down ? i : rows_.size() - 1 - i];
        std::vector<std::tuple<double, std::size_t, std::size_t>> wished;
        for (std::size_t k = 0; k < row.size(); ++k)
          wished.emplace_back(wish(row[k], down, !down).first, k, row[k]);
        std::ranges::sort(wished);
        for (std::size_t k = 0; k < row.size(); ++k) row[k] = std::get<2>(wished[k]);
        pack(row);
      }
      if (const int now = crossings(); now < fewest) {
        fewest = now;
        best = rows_;
      }
    }
    rows_ = best;
    for (const auto& row : rows_) pack(row);
  }

  // --- places across

  /// As near as possible to what each wishes, in order and without overlap: least squares, by pooling
  /// neighbours that would overlap (isotonic regression).
  void settle(const std::vector<std::size_t>& row, bool look_up, bool look_down) {
    struct pool {
      double sum, weight;
      std::size_t count;
      double at() const { return sum / weight; }
    };
    std::vector<pool> pools;
    std::vector<double> shift(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      shift[i] = i == 0 ? 0 : shift[i - 1] + distance(row[i - 1], row[i]);
      const auto [x, weight] = wish(row[i], look_up, look_down);
      pools.push_back({(x - shift[i]) * weight, weight, 1});
      while (pools.size() > 1 && pools[pools.size() - 2].at() >= pools.back().at()) {
        const auto last = pools.back();
        pools.pop_back();
        pools.back().sum += last.sum;
        pools.back().weight += last.weight;
        pools.back().count += last.count;
      }
    }
    std::size_t i = 0;
    for (const auto& p : pools)
      for (std::size_t k = 0; k < p.count; ++k, ++i) slots_[row[i]].middle = p.at() + shift[i];
  }

  void place() {
    for (int sweep = 0; sweep < 40; ++sweep) {
      for (const auto& row : rows_) settle(row, true, false);
      for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) settle(*row, false, true);
    }
    for (int sweep = 0; sweep < 40; ++sweep)
      for (const auto& row : rows_) settle(row, true, true);
    for (const auto& row : rows_)
      for (const auto s : row)
        if (!slots_[s].lane) plan_.boxes[slots_[s].box].x = slots_[s].middle - slots_[s].width / 2;
  }

  // --- channels between the layers

  double starts(const arrow& a) const { return plan_.boxes[a.from].x + a.leaves; }

  net& net_of(std::size_t channel, std::size_t target) {
    for (auto& n : nets_[channel])
      if (n.target == target) return n;
    nets_[channel].push_back({});
    nets_[channel].back().target = target;
    return nets_[channel].back();
  }

  /// Channel i lies above layer i; the last one below the last layer.
  void channels() {
    nets_.assign(rows_.size() + 1, {});
    enters_.resize(plan_.boxes.size());
    for (std::size_t b = 0; b < plan_.boxes.size(); ++b) enters_[b] = plan_.boxes[b].middle();
    for (std::size_t a = 0; a < plan_.arrows.size(); ++a) {
      const auto& arrow = plan_.arrows[a];
      const auto out = static_cast<std::size_t>(layer_[arrow.from]) + 1;
      auto& first = net_of(out, arrow.to);
      first.add(first.above, starts(arrow));
    }
    for (const auto& [key, s] : lanes_) {
      const auto [target, up, layer] = key;
      const auto l = static_cast<std::size_t>(layer);
      auto& upper = net_of(l, target);
      upper.add(upper.below, slots_[s].middle);
      auto& lower = net_of(l + 1, target);
      lower.add(lower.above, slots_[s].middle);
    }
    for (std::size_t b = 0; b < plan_.boxes.size(); ++b) {
      const auto l = static_cast<std::size_t>(layer_[b]);
      const auto found = std::ranges::find(nets_[l], b, &net::target);
      if (found == nets_[l].end()) continue;
      // A single line that nearly hits the middle comes straight down.
      const auto& box = plan_.boxes[b];
      if (found->above.size() == 1 && found->below.empty() &&
          std::abs(found->above[0] - box.middle()) <= std::min(46.0, box.width / 2 - 18))
        enters_[b] = found->above[0];
      found->add(found->below, enters_[b]);
    }
    double y = 0;
    for (std::size_t c = 0; c < nets_.size(); ++c) {
      y = tracks(nets_[c], y);
      if (c == rows_.size()) break;
      double tallest = 0;
      for (const auto s : rows_[c])
        if (!slots_[s].lane) {
          plan_.boxes[slots_[s].box].y = y;
          tallest = std::max(tallest, plan_.boxes[slots_[s].box].height);
        }
      y += tallest;
    }
    plan_.height = y;
  }

  /// What it costs to lay `upper` above `lower`: crossings, and far more when two lines would run in one.
  static int cost(const net& upper, const net& lower) {
    int sum = 0;
    for (const double x : upper.below) {
      if (x > lower.low && x < lower.high) ++sum;
      for (const double other : lower.above)
        if (std::abs(x - other) < nearly) sum += 100;
    }
    for (const double x : lower.above)
      if (x > upper.low && x < upper.high) ++sum;
    return sum;
  }

  /// Gives each net its height in the channel that begins at `top`; returns where the channel ends.
  static double tracks(std::vector<net>& nets, double top) {
    if (nets.empty()) return top;
    std::ranges::sort(nets, {}, [](const net& n) { return std::pair{n.low, n.target}; });
    auto total = [&] {
      int sum = 0;
      for (std::size_t i = 0; i < nets.size(); ++i)
        for (std::size_t k = i + 1; k < nets.size(); ++k) sum += cost(nets[i], nets[k]);
      return sum;
    };
    int now = total();
    for (bool better = true; better;) {
      better = false;
      for (std::size_t i = 0; i < nets.size(); ++i)
        for (std::size_t k = i + 1; k < nets.size(); ++k) {
          std::swap(nets[i], nets[k]);
          if (const int then = total(); then < now) {
            now = then;
            better = true;
          } else {
            std::swap(nets[i], nets[k]);
          }
        }
    }
    int deepest = 0;
    std::vector<int> track(nets.size(), 0);
    for (std::size_t i = 0; i < nets.size(); ++i) {
      if (nets[i].high - nets[i].low < 0.5) continue;
      for (std::size_t k = 0; k < i; ++k)
        if (nets[k].low - nearly < nets[i].high && nets[i].low - nearly < nets[k].high &&
            nets[k].high - nets[k].low >= 0.5)
          track[i] = std::max(track[i], track[k] + 1);
      deepest = std::max(deepest, track[i]);
    }
    for (std::size_t i = 0; i < nets.size(); ++i) nets[i].y = top + above_tracks + between_tracks * track[i];
    return top + above_tracks + between_tracks * deepest + below_tracks;
  }

  // --- arrows

  void lead() {
    for (std::size_t a = 0; a < plan_.arrows.size(); ++a) {
      auto& arrow = plan_.arrows[a];
      auto& path = arrow.path;
      path.clear();
      double x = starts(arrow);
      path.push_back({x, plan_.boxes[arrow.from].bottom()});
      auto across = [&](std::size_t channel, double to) {
        const double y = net_of(channel, arrow.to).y;
        if (std::abs(to - x) < 0.5) return;
        path.push_back({x, y});
        path.push_back({to, y});
        x = to;
      };
      // A lane is entered from the channel above it, on the way up from the one below.
      for (const auto s : way(a))
        across(static_cast<std::size_t>(slots_[s].layer) + (back_[a] ? 1 : 0), slots_[s].middle);
      across(static_cast<std::size_t>(layer_[arrow.to]), enters_[arrow.to]);
      path.push_back({x, plan_.boxes[arrow.to].y});
    }
  }

  void frame() {
    double left = plan_.boxes.front().x, right = left;
    for (const auto& b : plan_.boxes) {
      left = std::min(left, b.x);
      right = std::max(right, b.x + b.width);
    }
    for (const auto& a : plan_.arrows)
      for (const auto& p : a.path) {
        left = std::min(left, p.x);
        right = std::max(right, p.x);
      }
    for (auto& b : plan_.boxes) b.x -= left;
    for (auto& a : plan_.arrows)
      for (auto& p : a.path) p.x -= left;
    plan_.width = right - left;
  }

  plan& plan_;
  const double widest_;
  std::vector<std::vector<std::size_t>> leaving_;  ///< arrows of each box
  std::vector<bool> back_;
  std::vector<std::size_t> finished_;  ///< boxes, those that lead on after those they lead to
  std::vector<int> layer_;
  std::vector<slot> slots_;  ///< the boxes first, in their order
  std::vector<joint> joints_;
  std::map<std::tuple<std::size_t, bool, int>, std::size_t> lanes_;
  std::vector<std::vector<std::size_t>> rows_;  ///< slots of each layer, from left to right
  std::vector<std::vector<net>> nets_;
  std::vector<double> enters_;  ///< where arrows come into a box
};

}  // namespace

void lay_out(plan& p, double widest) { drafter{p, widest}.run(); }

}  // namespace thanthien::dialogs::layout
