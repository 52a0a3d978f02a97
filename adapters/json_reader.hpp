#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::adapters {

struct json_member;

/// A JSON value that can be asked for anything: what is missing, null or of another type is simply not there.
/// So a payload with unexpected fields needs no exception and no check at every step.
struct json_value {
  enum class kind : std::uint8_t { absent, null, boolean, integer, real, text, array, object };

  kind what = kind::absent;
  bool truth = false;
  double real = 0;
  std::string text;  ///< of a text (valid UTF-8 without NUL), or the digits of an integer
  std::vector<json_value> items;
  std::vector<json_member> members;  ///< in the order received
  std::string_view raw;              ///< of an object: its bytes; valid as long as the document

  const json_value& operator[](std::string_view key) const;

  bool is(kind k) const { return what == k; }
  /// Neither missing nor null.
  bool given() const { return what != kind::absent && what != kind::null; }

  /// Ids come as text or as integers; "" for anything else.
  std::string_view id() const;
  /// "" unless it is a text.
  std::string_view string() const;
  /// An integer, or a text that is one.
  std::optional<std::int64_t> integer() const;
  /// A number, or a text that is one.
  std::optional<double> number() const;
  /// true, or the text "true".
  bool yes() const;
};

struct json_member {
  std::string key;
  json_value value;
};

struct json_document {
  std::shared_ptr<const std::string> text;  ///< what was parsed; `raw` points into it
  json_value root;
};

/// What a body may cost. `values` counts separately inside each element of a batch (an object that opens at
/// `batch_depth` containers; 0 = there is no batch) and outside of them, so that the thousand updates which a
/// platform may put into one call pass, and one bloated update does not.
struct json_limits {
  std::size_t depth = 32;
  std::size_t values = 10'000;
  std::size_t batch_depth = 0;
  std::size_t all_values = 100'000;
};

/// Parses one JSON document. Bytes that are not UTF-8 and lone surrogates become U+FFFD: they must not cost
/// the whole call. Refused, with a Vietnamese reason for the operator: malformed JSON, trailing bytes,
/// duplicate keys, more depth or values than `limits`, numbers that do not fit 64 bits. Never throws.
std::expected<json_document, std::string> read_json(std::string_view bytes, const json_limits& limits = {});

/// The texts and integers that stand under `key` in the outermost object, also of a document that `read_json`
/// would refuse: a signature may depend on one of them, and has to be checked first. At most four are
/// returned.
std::vector<std::string> scan_outer_values(std::string_view bytes, std::string_view key);

}  // namespace thanthien::adapters
