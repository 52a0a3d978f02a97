#include "knowledge/ages.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <unordered_set>

namespace thanthien::knowledge {

namespace {

// Ages between which other rules hold: a child's card and a grown-up's, an old person's allowance.
const char* age_group(int years) {
  return years < 6    ? "@dưới-sáu"
         : years < 14 ? "@trẻ-em"
         : years < 18 ? "@thiếu-niên"
         : years < 28 ? "@thanh-niên"
         : years < 60 ? "@người-lớn"
         : years < 75 ? "@người-già"
                      : "@rất-già";
}

}  // namespace

void know_ages(message& m) {
  for (std::size_t i = 0; i < m.tokens.size(); ++i) {
    auto& t = m.tokens[i];
    int years = 0;
    const auto* end = t.word.data() + t.word.size();
    const auto [rest, failed] = std::from_chars(t.word.data(), end, years);
    if (failed != std::errc{} || years > 120) continue;
    const bool joined = std::string_view(rest, end) == "t";
    const bool apart = rest == end && i + 1 < m.tokens.size() && m.tokens[i + 1].folded == "tuoi";
    const auto before = [&](std::size_t back) {
      return i >= back ? m.tokens[i - back].folded : std::string{};
    };
    // "Còn thằng anh nó 15", "ông nhà mới 73".
    static const std::unordered_set<std::string> of_somebody{"no",  "lon", "nho", "moi",
                                                             "anh", "chi", "be",  "tron"};
    const bool last = i + 1 == m.tokens.size() || m.tokens[i + 1].clause != m.tokens[i].clause ||
                      m.tokens[i + 1].folded == "thi" || m.tokens[i + 1].folded == "roi";
    const bool left_out = rest == end && years > 0 && last && of_somebody.contains(before(1));
    if (!joined && !apart && !left_out) continue;
    // "Dưới 14 tuổi", "chưa đủ 14".
    const bool reaches = before(1) == "du" || before(1) == "toi" || before(1) == "den";
    if (before(1) == "duoi" || before(1) == "chua" || (reaches && before(2) == "chua")) --years;
    t.word = t.folded = age_group(years);
    t.number = t.marked = false;
  }
}

}  // namespace thanthien::knowledge
