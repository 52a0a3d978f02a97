#include "dialogs/dates.hpp"

#include "dialogs/number_words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t longest_text = 120;  // bytes
constexpr std::size_t most_words = 14;
constexpr std::size_t most_others = 3;  // words that say nothing about a day

bool all_digits(std::string_view s) {
  return !s.empty() && s.size() <= 8 && std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
}

int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::chrono::sys_days days_of(calendar_day d) {
  using namespace std::chrono;
  return sys_days{year{d.year} / month{static_cast<unsigned>(d.month)} / day{static_cast<unsigned>(d.day)}};
}

calendar_day day_from(std::chrono::sys_days d) {
  const std::chrono::year_month_day date{d};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

bool exists(calendar_day d) {
  using namespace std::chrono;
  return d.day >= 1 && d.month >= 1 &&
         year_month_day{year{d.year}, month{static_cast<unsigned>(d.month)},
                        day{static_cast<unsigned>(d.day)}}
             .ok();
}

template <std::size_t n>
bool among(const std::array<std::string_view, n>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

class day_reader {
 public:
  day_reader(const vocabulary& words, std::string_view text, calendar_day today, day_bound bound)
      : words_{words},
        today_{today},
        bound_{bound},
        folded_{fold(in_digits(text))},
        tokens_{split_words(folded_)} {}

  day_reading read() {
    if (tokens_.empty() || tokens_.size() > most_words) return {};
    // The moon's months begin on other days.
    for (const auto* lunar : {"am lich", "thang gieng", "thang chap", "nhuan"})
      if (holds_words(folded_, lunar)) return {};
    if (const auto day = relative()) return bounded(*day);
    if (const auto day = days_from_now()) return bounded(*day);
    const auto weekday = take_weekday();
    const auto week = take_shift("tuan");
    const auto month = take_shift("thang");
    const auto year = take_shift("nam");
    if (!take_numbers()) return {};
    if (year && !told_.year) told_.year = today_.year + *year;
    if (month && !told_.month) {
      const auto moved = std::chrono::year{today_.year} / today_.month + std::chrono::months{*month};
      told_.year = static_cast<int>(moved.year());
      told_.month = static_cast<int>(static_cast<unsigned>(moved.month()));
    }
    if (told_.day == 0 && told_.month == 0 && told_.year == 0 && weekday) return on_weekday(*weekday, week);
    if (told_.day == 0 && told_.month == 0 && told_.year == 0 && week)
      return {day_reading::kind::week_only, {}};
    return settled();
  }

 private:
  /// "Mai", "ngày mốt", "sáng mai em ghé".
  std::optional<calendar_day> relative() const {
    const std::array<std::pair<const std::vector<std::string>*, int>, 5> lists{
        {{&words_.today, 0},
         {&words_.yesterday, -1},
         {&words_.tomorrow, 1},
         {&words_.after_tomorrow, 2},
         {&words_.before_yesterday, -2}}};
    const auto bare = split_words(without_fillers(words_, folded_));
    std::optional<int> shift;
    std::size_t longest = 0;
    for (const auto& [list, days] : lists)
      for (const auto& phrase : *list)
        if (phrase.size() > longest && meant(bare, split_words(phrase))) {
          shift = days;
          longest = phrase.size();
        }
    if (!shift || std::ranges::any_of(bare, all_digits)) return std::nullopt;
    return day_after(today_, *shift);
  }

  static bool meant(const std::vector<std::string>& said, const std::vector<std::string>& phrase) {
    if (phrase.empty() || phrase.size() > said.size()) return false;
    for (std::size_t at = 0; at + phrase.size() <= said.size(); ++at) {
      if (!std::equal(phrase.begin(), phrase.end(), said.begin() + static_cast<std::ptrdiff_t>(at))) continue;
      // "Mai em tới", "chắc mai"; but "nay" of "tuần này" is another word.
      constexpr std::array<std::string_view, 9> before{"chac", "de",   "vao",   "la", "qua",
                                                       "ngay", "sang", "chieu", "bua"};
      if (phrase.size() > 1 || at == 0 || among(before, said[at - 1])) return true;
    }
    return false;
  }

  std::optional<calendar_day> days_from_now() const {
    for (std::size_t i = 0; i + 2 < tokens_.size(); ++i)
      if (all_digits(tokens_[i]) && tokens_[i].size() <= 3 &&
          (tokens_[i + 1] == "ngay" || tokens_[i + 1] == "bua") && tokens_[i + 2] == "nua")
        return day_after(today_, number_of(tokens_[i]));
    return std::nullopt;
  }

  /// 2 (Monday) to 8 (Sunday); the words for it are taken away.
  std::optional<int> take_weekday() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const auto next = i + 1 < tokens_.size() ? std::string_view{tokens_[i + 1]} : std::string_view{};
      if (tokens_[i] == "thu" && (next == "tu" || (next.size() == 1 && next[0] >= '2' && next[0] <= '7'))) {
        const int day = next == "tu" ? 4 : next[0] - '0';
        take(i, 2);
        return day;
      }
      if ((tokens_[i] == "chu" || tokens_[i] == "chua") && next == "nhat") {
        take(i, 2);
        return 8;
      }
      if (tokens_[i] == "cn") {
        take(i, 1);
        return 8;
      }
    }
    return std::nullopt;
  }

  /// "Tuần sau", "tháng này": how many after this one; the words are taken away.
  std::optional<int> take_shift(std::string_view what) {
    constexpr std::array<std::string_view, 2> coming{"sau", "toi"}, this_one{"nay", "ni"};
    constexpr std::array<std::string_view, 3> gone{"truoc", "roi", "ngoai"};
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (tokens_[i] != what) continue;
      const auto& word = tokens_[i + 1];
      const auto shift = among(coming, word)     ? std::optional{1}
                         : among(this_one, word) ? std::optional{0}
                         : among(gone, word)     ? std::optional{-1}
                                                 : std::nullopt;
      if (!shift) continue;
      take(i, 2);
      return shift;
    }
    return std::nullopt;
  }

  void take(std::size_t from, std::size_t count) {
    tokens_.erase(tokens_.begin() + static_cast<std::ptrdiff_t>(from),
                  tokens_.begin() + static_cast<std::ptrdiff_t>(from + count));
  }

  /// Numbers behind "ngày", "tháng", "năm", and the loose ones in their usual order. False: no day is told.
  bool take_numbers() {
    std::vector<std::string> loose;
    std::size_t others = 0;
    auto labelled = [&](std::string_view word) -> int* {
      if (word == "ngay" || word == "mung" || word == "mong" || word == "hom") return &told_.day;
      if (word == "thang") return &told_.month;
      if (word == "nam") return &told_.year;
      return nullptr;
    };
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const auto& word = tokens_[i];
      if (auto* part = labelled(word)) {
        if (i + 1 == tokens_.size()) continue;
        const auto& next = tokens_[i + 1];
        const bool hour = i + 2 < tokens_.size() && tokens_[i + 2] == "gio";
        if (part == &told_.month && next == "tu") {
          told_.month = 4;
          ++i;
        } else if (all_digits(next) && !hour && *part == 0 &&
                   (part == &told_.year ? next.size() : 2) >= next.size()) {
          // "Ngày 5/3": the rest follows loosely.
          *part = number_of(next);
          if (*part == 0) return false;
          if (part == &told_.year && next.size() <= 2) told_.year = of_two_digits(told_.year);
          ++i;
        }
      } else if (all_digits(word)) {
        if (i + 1 < tokens_.size() && (tokens_[i + 1] == "gio" || tokens_[i + 1] == "phut"))
          ++i;
        else
          loose.push_back(word);
      } else if (word != "sinh" && word != "vao" && word != "va" && word != "nay" && word != "toi" &&
                 std::ranges::find(words_.fillers, word) == words_.fillers.end()) {
        ++others;
      }
    }
    return others <= most_others && loose.size() <= 3 && take_loose(loose);
  }

  bool take_loose(std::vector<std::string> loose) {
    const bool labels = told_.day != 0 || told_.month != 0 || told_.year != 0;
    if (!labels && loose.size() == 1 && loose[0].size() == 8)  // 05032026
      loose = {loose[0].substr(0, 2), loose[0].substr(2, 2), loose[0].substr(4)};
    if (!labels && loose.size() == 3 && loose[0].size() == 4) std::swap(loose[0], loose[2]);  // 2026-03-05
    if (!labels && loose.size() == 1 && loose[0].size() != 4) return false;
    for (const auto& number : loose) {
      const auto value = number_of(number);
      auto* into = number.size() == 4 && told_.year == 0 ? &told_.year
                   : number.size() > 2                   ? nullptr
                   : told_.day == 0                      ? &told_.day
                   : told_.month == 0                    ? &told_.month
                   : told_.year == 0                     ? &told_.year
                                                         : nullptr;
      if (into == nullptr) return false;
      if (into != &told_.year && value == 0) return false;
      *into = into == &told_.year && number.size() <= 2 ? of_two_digits(value) : value;
    }
    // "8/2019" is a month, not a day.
    if (told_.month == 0 && told_.year != 0 && told_.day != 0 && loose.size() == 2)
      std::swap(told_.day, told_.month);
    return true;
  }

  /// A year of a person's life, not of the future, unless a day to come is asked for.
  int of_two_digits(int year) const {
    const bool gone = bound_ != day_bound::from_today && year > today_.year % 100 + 1;
    return year + (gone ? 1900 : 2000);
  }

  day_reading on_weekday(int weekday, std::optional<int> week) const {
    const auto now = static_cast<int>(std::chrono::weekday{days_of(today_)}.iso_encoding()) + 1;
    if (week) return bounded(day_after(today_, weekday - now + 7 * *week));
    auto shift = (weekday - now + 7) % 7;
    if (bound_ == day_bound::until_today) shift = shift == 0 ? 0 : shift - 7;
    return bounded(day_after(today_, shift));
  }

  day_reading settled() {
    using kind = day_reading::kind;
    if (told_.year != 0 && (told_.year < 1900 || told_.year > 2100)) return {};
    if (told_.month > 12) return {kind::no_such_month, told_};
    // A year that is on the wrong side of today is not worth completing.
    if ((bound_ == day_bound::from_today && told_.year != 0 && told_.year < today_.year && told_.day == 0) ||
        (bound_ == day_bound::until_today && told_.year > today_.year && told_.day == 0))
      return {};
    if (told_.month == 0 && told_.day == 0)
      return told_.year == 0 ? day_reading{} : day_reading{kind::year_only, told_};
    if (told_.day == 0) return {kind::day_missing, told_};
    if (told_.month == 0) return told_.year == 0 ? nearest_month() : day_reading{};
    const bool year_told = told_.year != 0;
    if (!year_told) told_.year = today_.year;
    if (told_.day > 31 || !exists(told_)) return {kind::no_such_day, told_};
    auto day = told_;
    if (!year_told && bound_ == day_bound::from_today && days_of(day) < days_of(today_)) ++day.year;
    if (!year_told && bound_ == day_bound::until_today && days_of(day) > days_of(today_)) --day.year;
    return exists(day) ? bounded(day) : day_reading{kind::no_such_day, day};
  }

  /// "Ngày 28": the next one when a day to come is asked for.
  day_reading nearest_month() const {
    if (bound_ == day_bound::none) return {};
    const int step = bound_ == day_bound::from_today ? 1 : -1;
    for (int i = 0; i < 3; ++i) {
      const auto month = std::chrono::year{today_.year} / today_.month + std::chrono::months{i * step};
      const calendar_day day{static_cast<int>(month.year()),
                             static_cast<int>(static_cast<unsigned>(month.month())), told_.day};
      if (!exists(day)) continue;
      if (const auto read = bounded(day); read.what == day_reading::kind::day) return read;
    }
    return {};
  }

  day_reading bounded(calendar_day day) const {
    using kind = day_reading::kind;
    const bool early = bound_ == day_bound::from_today && days_of(day) < days_of(today_);
    const bool late = bound_ == day_bound::until_today && days_of(day) > days_of(today_);
    return {early ? kind::too_early : late ? kind::too_late : kind::day, day};
  }

  const vocabulary& words_;
  calendar_day today_;
  day_bound bound_;
  std::string folded_;
  std::vector<std::string> tokens_;
  calendar_day told_{0, 0, 0};
};

}  // namespace

calendar_day day_after(calendar_day day, int days) {
  return day_from(days_of(day) + std::chrono::days{days});
}

day_reading read_day(const vocabulary& words, std::string_view text, calendar_day today, day_bound bound) {
  if (text.size() > longest_text) return {};
  return day_reader{words, text, today, bound}.read();
}

}  // namespace thanthien::dialogs
