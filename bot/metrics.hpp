#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::bot {

/// Counters and histograms in Prometheus' text form. Names and labels never hold personal data.
class metrics {
 public:
  /// Adds to `thanthien_<name>_total{<labels>}`; `labels` as `channel="zalo",outcome="ok"`.
  void count(std::string_view name, std::string_view labels = {}, std::uint64_t by = 1);

  /// Observes seconds in the histogram `thanthien_<name>_seconds`.
  void observe(std::string_view name, std::chrono::nanoseconds took);

  /// All of it, with gauges given by the caller as (name, value).
  std::string text(const std::vector<std::pair<std::string, double>>& gauges) const;

 private:
  struct histogram {
    std::vector<std::uint64_t> buckets;
    std::uint64_t count = 0;
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::uint64_t, std::less<>>, std::less<>> counters_;
  std::map<std::string, histogram, std::less<>> histograms_;
};

}  // namespace thanthien::bot
