#include "bot/metrics.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

namespace thanthien::bot {

namespace {
constexpr std::array bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0};
}

void metrics::count(std::string_view name, std::string_view labels, std::uint64_t by) {
  std::lock_guard lock(mutex_);
  auto family = counters_.find(name);
  if (family == counters_.end()) family = counters_.emplace(std::string(name), decltype(family->second){}).first;
  if (auto one = family->second.find(labels); one != family->second.end())
    one->second += by;
  else
    family->second.emplace(std::string(labels), by);
}

void metrics::observe(std::string_view name, std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds, seconds) - bounds.begin());
  std::lock_guard lock(mutex_);
  auto it = histograms_.find(name);
  if (it == histograms_.end()) it = histograms_.emplace(std::string(name), histogram{}).first;
  auto& h = it->second;
  h.buckets.resize(bounds.size() + 1);
  ++h.buckets[bucket];
  ++h.count;
  h.sum += seconds;
}

std::string metrics::text(const std::vector<std::pair<std::string, double>>& gauges) const {
  std::string out;
  auto into = std::back_inserter(out);
  for (const auto& [name, value] : gauges) fmt::format_to(into, "# TYPE thanthien_{0} gauge\nthanthien_{0} {1}\n", name, value);
  std::lock_guard lock(mutex_);
  for (const auto& [name, family] : counters_) {
    fmt::format_to(into, "# TYPE thanthien_{}_total counter\n", name);
    for (const auto& [labels, value] : family)
      fmt::format_to(into, "thanthien_{}_total{}{}{} {}\n", name, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", value);
  }
  for (const auto& [name, h] : histograms_) {
    fmt::format_to(into, "# TYPE thanthien_{}_seconds histogram\n", name);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      below += h.buckets[i];
      fmt::format_to(into, "thanthien_{}_seconds_bucket{{le=\"{}\"}} {}\n", name, bounds[i], below);
    }
    fmt::format_to(into, "thanthien_{0}_seconds_bucket{{le=\"+Inf\"}} {1}\nthanthien_{0}_seconds_sum {2}\nthanthien_{0}_seconds_count {1}\n",
                   name, h.count, h.sum);
  }
  return out;
}

}  // namespace thanthien::bot
