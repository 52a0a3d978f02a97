#include "adapters/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace thanthien::adapters {
namespace {

const json_value nothing{};

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// The length of the UTF-8 sequence at `at`, or 0 if there is none.
std::size_t utf8_sequence(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : static_cast<unsigned char>(0);
  };
  const auto next = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return next(at + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!next(at + 1) || !next(at + 2)) return 0;
    if (lead == 0xE0 && byte(at + 1) < 0xA0) return 0;  // longer than needed
    if (lead == 0xED && byte(at + 1) > 0x9F) return 0;  // a surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!next(at + 1) || !next(at + 2) || !next(at + 3)) return 0;
    if (lead == 0xF0 && byte(at + 1) < 0x90) return 0;
    if (lead == 0xF4 && byte(at + 1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

/// The code unit of an escape `\uXXXX` at `at`, or -1.
int escaped_unit(std::string_view s, std::size_t at) {
  if (at + 6 > s.size() || s[at] != '\\' || s[at + 1] != 'u') return -1;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(s.data() + at + 2, s.data() + at + 6, unit, 16);
  return error == std::errc{} && end == s.data() + at + 6 ? static_cast<int>(unit) : -1;
}

/// The bytes with everything replaced that no JSON parser has to accept as text.
std::string repaired(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  bool in_text = false;
  for (std::size_t i = 0; i < s.size();) {
    const char c = s[i];
    if (in_text && c == '\\') {
      const int unit = escaped_unit(s, i);
      if (unit >= 0xD800 && unit <= 0xDFFF) {
        const int low = unit <= 0xDBFF ? escaped_unit(s, i + 6) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
          out += s.substr(i, 12);
          i += 12;
        } else {
          out += "\\ufffd";
          i += 6;
        }
        continue;
      }
      out += c;
      ++i;
      if (i < s.size() && static_cast<unsigned char>(s[i]) < 0x80) out += s[i++];
      continue;
    }
    if (c == '"') in_text = !in_text;
    const std::size_t length = utf8_sequence(s, i);
    if (length == 0) {
      out += replacement;
      ++i;
    } else {
      out += s.substr(i, length);
      i += length;
    }
  }
  return out;
}

/// Tells how far the parser has read, so that objects can be kept as they arrived.
class counting_iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  counting_iterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  counting_iterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  counting_iterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const counting_iterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

class tree_builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  tree_builder(json_value& root, const json_limits& limits, const char* const& furthest)
      : root_(root), limits_(limits), furthest_(furthest) {}

  const std::string& why() const { return why_; }

  bool null() override { return add(of(json_value::kind::null)); }
  bool boolean(bool b) override {
    auto v = of(json_value::kind::boolean);
    v.truth = b;
    return add(std::move(v));
  }
  bool number_integer(number_integer_t n) override { return add_integer(std::to_string(n)); }
  bool number_unsigned(number_unsigned_t n) override { return add_integer(std::to_string(n)); }

  bool number_float(number_float_t n, const string_t& digits) override {
    if (digits.find_first_of(".eE") == std::string::npos) {
      return refuse("có số nguyên dài hơn 64 bit");
    }
    auto v = of(json_value::kind::real);
    v.real = n;
    return add(std::move(v));
  }

  bool string(string_t& s) override { return add(of(json_value::kind::text, without_nul(std::move(s)))); }

  bool binary(binary_t&) override { return refuse("có dữ liệu nhị phân"); }

  bool start_object(std::size_t) override {
    const bool element = limits_.batch_depth != 0 && open_.size() == limits_.batch_depth;
    if (element) in_element_ = 0;
    if (!open(of(json_value::kind::object))) return false;
    starts_.push_back(furthest_ - 1);
    return true;
  }

  bool key(string_t& k) override {
    key_ = without_nul(std::move(k));
    return true;
  }

  bool end_object() override {
    auto& object = *open_.back();
    std::vector<std::string_view> keys;
    keys.reserve(object.members.size());
    for (const auto& m : object.members) keys.push_back(m.key);
    std::ranges::sort(keys);
    if (const auto twice = std::ranges::adjacent_find(keys); twice != keys.end()) {
      return refuse("khóa “" + std::string(twice->substr(0, 60)) + "” xuất hiện hai lần");
    }
    object.raw = {starts_.back(), static_cast<std::size_t>(furthest_ - starts_.back())};
    starts_.pop_back();
    open_.pop_back();
    return true;
  }

  bool start_array(std::size_t) override { return open(of(json_value::kind::array)); }

  bool end_array() override {
    open_.pop_back();
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    // 406: a number beyond a double. All others are syntax; their texts quote the body, which may be
    // personal.
    why_ = e.id == 406 ? "có số vượt quá phạm vi cho phép"
                       : "không phải JSON đúng cú pháp (byte thứ " + std::to_string(position) + ")";
    return false;
  }

 private:
  static json_value of(json_value::kind what, std::string text = {}) {
    json_value v;
    v.what = what;
    v.text = std::move(text);
    return v;
  }

  static std::string without_nul(std::string s) {
    for (auto at = s.find('\0'); at != std::string::npos; at = s.find('\0', at)) {
      s.replace(at, 1, replacement);
    }
    return s;
  }

  bool refuse(std::string why) {
    why_ = std::move(why);
    return false;
  }

  bool add_integer(std::string digits) { return add(of(json_value::kind::integer, std::move(digits))); }

  bool count() {
    auto& counter = limits_.batch_depth != 0 && open_.size() >= limits_.batch_depth ? in_element_ : outside_;
    if (++counter > limits_.values || ++all_ > limits_.all_values) {
      return refuse("có quá " + std::to_string(std::min(limits_.values, limits_.all_values)) + " giá trị");
    }
    return true;
  }

  json_value* place(json_value&& v) {
    if (open_.empty()) {
      root_ = std::move(v);
      return &root_;
    }
    auto& parent = *open_.back();
    if (parent.what == json_value::kind::array) return &parent.items.emplace_back(std::move(v));
    return &parent.members.emplace_back(std::move(key_), std::move(v)).value;
  }

  bool add(json_value&& v) {
    if (!count()) return false;
    place(std::move(v));
    return true;
  }

  bool open(json_value&& v) {
    if (!count()) return false;
    if (open_.size() == limits_.depth) {
      return refuse("lồng sâu quá " + std::to_string(limits_.depth) + " tầng");
    }
    // The pointer stays good: a container grows only after the ones inside it are closed.
    open_.push_back(place(std::move(v)));
    return true;
  }

  json_value& root_;
  const json_limits& limits_;
  const char* const& furthest_;
  std::vector<json_value*> open_;
  std::vector<const char*> starts_;
  std::string key_;
  std::size_t outside_ = 0, in_element_ = 0, all_ = 0;
  std::string why_;
};

}  // namespace

const json_value& json_value::operator[](std::string_view key) const {
  for (const auto& m : members) {
    if (m.key == key) return m.value;
  }
  return nothing;
}

std::string_view json_value::id() const {
  return what == kind::text || what == kind::integer ? std::string_view(text) : std::string_view();
}

std::string_view json_value::string() const {
  return what == kind::text ? std::string_view(text) : std::string_view();
}

std::optional<std::int64_t> json_value::integer() const {
  const auto digits = id();
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return n;
}

std::optional<double> json_value::number() const {
  if (what == kind::real) return real;
  const auto digits = id();
  double n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(n)) {
    return std::nullopt;
  }
  return n;
}

bool json_value::yes() const { return what == kind::boolean ? truth : string() == "true"; }

std::expected<json_document, std::string> read_json(std::string_view bytes, const json_limits& limits) {
  json_document document;
  document.text = std::make_shared<const std::string>(repaired(bytes));
  const char* furthest = document.text->data();
  const char* const end = document.text->data() + document.text->size();
  tree_builder builder(document.root, limits, furthest);
  const bool whole = nlohmann::json::sax_parse(counting_iterator(document.text->data(), &furthest),
                                               counting_iterator(end, &furthest), &builder);
  if (!whole) return std::unexpected("Nội dung " + builder.why());
  return document;
}

std::vector<std::string> scan_outer_values(std::string_view bytes, std::string_view key) {
  std::vector<std::string> found;
  std::size_t depth = 0;
  std::size_t i = 0;
  // Reads the text at `i` (which is at its opening quote) and leaves `i` behind the closing one.
  const auto read_text = [&] {
    const std::size_t begin = ++i;
    while (i < bytes.size() && bytes[i] != '"') i += bytes[i] == '\\' ? 2 : 1;
    const std::size_t stop = std::min(i, bytes.size());
    i = stop + 1;
    return bytes.substr(begin, stop - begin);
  };
  const auto skip_space = [&] {
    while (i < bytes.size() && std::string_view(" \t\r\n").contains(bytes[i])) ++i;
  };
  while (i < bytes.size() && found.size() < 4) {
    const char c = bytes[i];
    if (c == '{' || c == '[') {
      ++depth;
      ++i;
    } else if (c == '}' || c == ']') {
      if (depth > 0) --depth;
      ++i;
    } else if (c != '"') {
      ++i;
    } else {
      const auto text = read_text();
      if (depth != 1 || text != key) continue;
      skip_space();
      if (i >= bytes.size() || bytes[i] != ':') continue;
      ++i;
      skip_space();
      if (i < bytes.size() && bytes[i] == '"') {
        found.emplace_back(read_text());
      } else {
        const std::size_t begin = i;
        while (i < bytes.size() && (bytes[i] == '-' || (bytes[i] >= '0' && bytes[i] <= '9'))) ++i;
        if (i > begin) found.emplace_back(bytes.substr(begin, i - begin));
      }
    }
  }
  return found;
}

}  // namespace thanthien::adapters
