#pragma once

#include "knowledge/yaml.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// Reads the entries of one map of a content file and tells, in Vietnamese and with the place, what is
/// missing, unknown or of the wrong kind. Whatever is wrong comes back empty; reading goes on, so that all
/// problems are told at once.
class fields {
 public:
  /// `known` are the keys that may stand here; others are told with the nearest known one.
  fields(const yaml_node& map, std::string file, std::vector<problem>& problems,
         std::vector<std::string> known);

  bool has(std::string_view key) const;
  std::string text(std::string_view key) const;           ///< "" when absent
  std::string required_text(std::string_view key) const;  ///< told when absent or empty
  std::vector<std::string> texts(std::string_view key) const;
  std::vector<std::string> required_texts(std::string_view key) const;
  bool flag(std::string_view key) const;  ///< yes/no, có/không, true/false; false when absent
  std::optional<std::int64_t> whole_number(std::string_view key) const;
  std::string date(std::string_view key) const;       ///< "2026-06-10", checked against the calendar
  std::string address(std::string_view key) const;    ///< https:// or http://
  const yaml_node* node(std::string_view key) const;  ///< whatever it is; nullptr when absent or empty
  const yaml_node* map(std::string_view key) const;
  std::vector<const yaml_node*> maps(std::string_view key) const;  ///< items of a list, each a map

  /// An error at the value of `key`, or at the map itself when it is absent.
  void error(std::string_view key, std::string message, std::string hint = {}) const;
  void advice(std::string_view key, std::string message, std::string hint = {}) const;

 private:
  void tell(problem::level severity, const yaml_node& where, std::string message, std::string hint) const;

  const yaml_node& map_;
  std::string file_;
  std::vector<problem>& problems_;
};

/// "2026-02-30" and "10/6/2026" are none.
bool is_date(std::string_view text);

/// "khai-sinh": lower-case ASCII letters and digits in groups joined by "-".
bool is_id(std::string_view text);

}  // namespace thanthien::knowledge
