#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Numbers as Vietnamese say and write them: "hai mươi lăm", "trăm rưỡi", "một triệu hai", "2tr5",
/// "1.200.000", with or without accents. A number is read whole or not at all: a part of it would be another
/// number.
namespace thanthien::dialogs {

/// The one count told in the text: "nhà em mười hai người" -> 12. Nothing when there is none, more than one,
/// a fraction, a number below zero, or one that is only about right ("vài chục").
std::optional<std::int64_t> read_number(std::string_view text);

struct amount {
  std::int64_t value = 0;
  /// Neither a unit nor "đồng" was said, and the number is too small for đồng: "12" may be thousands or
  /// millions.
  bool bare = false;

  bool operator==(const amount&) const = default;
};

/// An amount of money. Behind it only words about money and those of `polite` (folded) may stand.
std::optional<amount> read_amount(std::string_view text, const std::vector<std::string>& polite);

/// "6.000.000"
std::string grouped(std::int64_t number);

/// The text in lower case with each number that is said in words written in digits: "mười lăm tháng tám năm
/// 2019" -> "15 tháng 8 năm 2019". What cannot be read stays.
std::string in_digits(std::string_view text);

}  // namespace thanthien::dialogs
