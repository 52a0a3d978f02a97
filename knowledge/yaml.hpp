#pragma once

#include "knowledge/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::knowledge {

/// A YAML file as plain values that remember where they stand. Strict on purpose, because civil servants
/// write these files and machines of many versions read them: anchors, aliases, tags, merge keys and
/// duplicate keys are refused, and a scalar is always text (nothing turns `no` into false or `0251` into a
/// number).
struct yaml_node {
  enum class kind { null, scalar, sequence, map };

  struct entry;  // key and value

  kind what = kind::null;
  std::string scalar;            ///< NFC text of a scalar
  bool quoted = false;           ///< '...' or "..." or a block: never to be read as a number or a flag
  std::vector<yaml_node> items;  ///< of a sequence
  std::vector<entry> entries;    ///< of a map, in the order of the file
  int line = 0;                  ///< from 1
  int column = 0;                ///< from 1

  bool is_null() const { return what == kind::null; }
  bool is_scalar() const { return what == kind::scalar; }
  bool is_sequence() const { return what == kind::sequence; }
  bool is_map() const { return what == kind::map; }

  /// The value under `key` of a map, or nullptr.
  const yaml_node* find(std::string_view key) const;
};

struct yaml_node::entry {
  std::string key;
  int line = 0;
  int column = 0;
  yaml_node value;
};

struct yaml_limits {
  std::size_t bytes = 1 << 20;
  std::size_t nodes = 100'000;
  int depth = 32;
};

/// Reads one YAML document. Every problem found is appended to `problems` under the name `file`; returns
/// nothing when one of them is an error. Never throws for any input.
std::optional<yaml_node> parse_yaml(std::string_view text, const std::string& file,
                                    std::vector<problem>& problems, const yaml_limits& limits = {});

}  // namespace thanthien::knowledge
