#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace thanthien::bot::desk {

/// A JSON object that a page sent: any field may be missing or of another type, which is the same as empty.
class json_body {
 public:
  /// Nothing when it is no JSON object.
  static std::optional<json_body> read(const std::string& body) {
    auto parsed = nlohmann::json::parse(body, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    return json_body(std::move(parsed));
  }

  std::string text(const char* name) const {
    const auto it = fields_.find(name);
    return it != fields_.end() && it->is_string() ? it->get<std::string>() : std::string();
  }

  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> out;
    if (const auto it = fields_.find(name); it != fields_.end() && it->is_array())
      for (const auto& one : *it)
        if (one.is_string()) out.push_back(one.get<std::string>());
    return out;
  }

  /// What people count: code points, not bytes.
  static std::size_t characters(const std::string& text) {
    std::size_t count = 0;
    for (const unsigned char c : text) count += (c & 0xc0) != 0x80;
    return count;
  }

 private:
  explicit json_body(nlohmann::json fields) : fields_(std::move(fields)) {}

  nlohmann::json fields_;
};

}  // namespace thanthien::bot::desk
