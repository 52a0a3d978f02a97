#pragma once

#include "dialogs/model.hpp"
#include "knowledge/problem.hpp"
#include "knowledge/yaml.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

/// Reads the parts that all dialog files are made of, and tells in Vietnamese, with the place and the remedy,
/// what is missing, unknown or of the wrong kind. Whatever is wrong comes back empty; reading goes on, so
/// that all problems are told at once.
class file_reader {
 public:
  file_reader(std::string file, std::vector<knowledge::problem>& problems)
      : file_{std::move(file)}, problems_{problems} {}

  void fail(int line, int column, std::string message, std::string hint = {});
  void fail(const knowledge::yaml_node& at, std::string message, std::string hint = {});
  mark mark_of(const knowledge::yaml_node& node) const { return {file_, node.line, node.column}; }
  const std::string& file() const { return file_; }
  std::vector<knowledge::problem>& problems() { return problems_; }

  /// Keys that nobody knows are slips of the pen: the nearest known one is proposed.
  void only_keys(const knowledge::yaml_node& map, const std::vector<std::string>& known,
                 const std::string& where);
  /// By the table of dialogs/schema.hpp: no key is unknown, none that is needed is missing.
  void keys_ok(const knowledge::yaml_node& map, std::string_view part, const std::string& where);
  /// Tells a value that is none of `known`; nothing is told of an empty one.
  bool one_of(const knowledge::yaml_node& at, const std::string& value, const std::vector<std::string>& known,
              std::string message, std::string_view list_them);

  bool is_map(const knowledge::yaml_node& node, const std::string& what);
  bool is_list(const knowledge::yaml_node& node, const std::string& what);

  std::string scalar(const knowledge::yaml_node& node, const std::string& what);
  std::vector<std::string> scalars(const knowledge::yaml_node& node, const std::string& what);
  bool flag(const knowledge::yaml_node& node, const std::string& what);
  std::optional<std::int64_t> number(const knowledge::yaml_node& node, const std::string& what);
  wording words(const knowledge::yaml_node& node, const std::string& what);
  condition condition_of(const knowledge::yaml_node& node);

 private:
  void variants_into(wording::version& v, const knowledge::yaml_node& node, const std::string& what);
  void languages_into(wording& w, const knowledge::yaml_node& node, std::optional<dialogs::channel> on,
                      const std::string& what);
  condition part_of(const knowledge::yaml_node::entry& e);

  std::string file_;
  std::vector<knowledge::problem>& problems_;
};

/// "a, b, c"
std::string listed(const std::vector<std::string>& names);

/// Of steps and dialogs: lower-case letters without marks, digits, "-" and "_"; of slots without "-".
bool good_name(std::string_view name);
bool good_slot_name(std::string_view name);

/// A file that is one dialog; dialog_reader.cpp. `root` has the key `dialog`.
dialog read_dialog(const std::string& file, const knowledge::yaml_node& root,
                   std::vector<knowledge::problem>& problems);

struct loaded;

/// A file of what all dialogs share: phrases, words, settings, openings, english, writing; lists_reader.cpp.
void read_lists(const std::string& file, const knowledge::yaml_node& root, loaded& into,
                std::vector<knowledge::problem>& problems);

/// `words: address:`, how the resident is addressed; address_reader.cpp.
void read_address(const std::string& file, const knowledge::yaml_node& node, address_rules& into,
                  std::vector<knowledge::problem>& problems);

}  // namespace thanthien::dialogs
