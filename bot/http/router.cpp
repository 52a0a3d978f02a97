#include "bot/http/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace thanthien::bot::http {

namespace {

struct part {
  enum class kind : std::uint8_t { text, one, rest } what;
  std::string text;  ///< the text, or the name
};

struct route {
  std::string method;
  std::string pattern;
  std::vector<part> parts;
  route_handler handle;
  wants body;
};

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  path.remove_prefix(1);  // a path begins with a slash
  while (true) {
    const auto slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

std::vector<part> parse_pattern(std::string_view pattern) {
  if (pattern.empty() || pattern.front() != '/')
    throw std::logic_error("a route must begin with /: " + std::string(pattern));
  std::vector<part> parts;
  for (const auto segment : segments_of(pattern)) {
    if (!parts.empty() && parts.back().what == part::kind::rest) {
      throw std::logic_error("nothing may follow {name...}: " + std::string(pattern));
    }
    if (segment.find_first_of("{}") == std::string_view::npos) {
      parts.push_back({part::kind::text, std::string(segment)});
      continue;
    }
    auto name = segment;
    if (name.size() < 3 || name.front() != '{' || name.back() != '}') {
      throw std::logic_error("{name} must be a whole segment: " + std::string(pattern));
    }
    name = name.substr(1, name.size() - 2);
    const bool rest = name.ends_with("...");
    if (rest) name.remove_suffix(3);
    if (name.empty() || name.find_first_of("{}.") != std::string_view::npos) {
      throw std::logic_error("bad name in the route: " + std::string(pattern));
    }
    parts.push_back({rest ? part::kind::rest : part::kind::one, std::string(name)});
  }
  return parts;
}

bool matches(const std::vector<part>& parts, const std::vector<std::string_view>& segments) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].what == part::kind::rest) return segments.size() >= i;
    if (i >= segments.size()) return false;
    if (parts[i].what == part::kind::text ? segments[i] != parts[i].text : segments[i].empty()) return false;
  }
  return parts.size() == segments.size();
}

/// The order in which routes are tried, and by which two routes are the same for every path.
std::string shape(const std::vector<part>& parts) {
  std::string out;
  for (const auto& one : parts) {
    if (one.what == part::kind::text) out += "/1" + one.text;
    if (one.what == part::kind::one) out += "/2";
    if (one.what == part::kind::rest) out += "/3";
  }
  return out;
}

path_values values_of(const std::vector<part>& parts, const std::vector<std::string_view>& segments,
                      std::string_view path) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].what == part::kind::one) out.emplace_back(parts[i].text, segments[i]);
    if (parts[i].what != part::kind::rest) continue;
    const auto begin =
        i < segments.size() ? static_cast<std::size_t>(segments[i].data() - path.data()) : path.size();
    out.emplace_back(parts[i].text, path.substr(begin));
  }
  return path_values(std::move(out));
}

}  // namespace

struct router::table {
  std::vector<route> routes;  // sorted by shape
  handler otherwise;
};

std::string_view path_values::operator[](std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  return {};
}

bool is_json(const request& asked) {
  auto type = asked.header("content-type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return same_name(type, "application/json");
}

router::router() : table_(std::make_shared<table>()) {}

void router::add(std::string method, std::string_view pattern, route_handler handle, wants body) {
  route made{std::move(method), std::string(pattern), parse_pattern(pattern), std::move(handle), body};
  const auto key = shape(made.parts);
  auto& routes = table_->routes;
  for (const auto& other : routes) {
    if (shape(other.parts) == key && other.method == made.method) {
      throw std::logic_error("two routes for " + made.method + " " + made.pattern);
    }
  }
  const auto at = std::find_if(routes.begin(), routes.end(),
                               [&](const route& other) { return shape(other.parts) > key; });
  routes.insert(at, std::move(made));
}

void router::otherwise(handler handle) { table_->otherwise = std::move(handle); }

boost::asio::awaitable<response> router::operator()(request asked) const {
  const auto held = table_;
  const bool head = asked.method == "HEAD";
  const route* found = nullptr;
  std::string allow;
  std::vector<std::string_view> segments;
  const std::string path = asked.path;  // the segments look into it, and the request is moved on
  if (!path.empty()) {
    segments = segments_of(path);
    std::string first_shape;
    for (const auto& one : held->routes) {
      if (!matches(one.parts, segments)) continue;
      // Only the most exact pattern counts: POST to a file's name must not fall through to something wider.
      const auto this_shape = shape(one.parts);
      if (!first_shape.empty() && this_shape != first_shape) break;
      first_shape = this_shape;
      allow += (allow.empty() ? "" : ", ") + one.method;
      if (one.method == "GET") allow += ", HEAD";
      if (one.method == asked.method || (head && one.method == "GET" && found == nullptr)) found = &one;
    }
  }
  if (found == nullptr) {
    if (!allow.empty()) {
      response no = asked.method == "OPTIONS"
                        ? response{.status = 204, .headers = {}, .body = {}, .close = false, .stream = {}}
                        : error(405, "method_not_allowed", "Địa chỉ này không nhận cách gọi vừa rồi.");
      no.headers.emplace_back("Allow", allow);
      co_return no;
    }
    if (held->otherwise) {
      response other = co_await held->otherwise(std::move(asked));
      co_return other;
    }
    co_return error(404, "not_found", "Không tìm thấy địa chỉ này. Vui lòng kiểm tra lại đường dẫn.");
  }
  if (found->body == wants::json && !asked.body.empty() && !is_json(asked)) {
    co_return error(415, "unsupported_media_type", "Nội dung gửi lên phải ở dạng JSON (application/json).");
  }
  auto values = values_of(found->parts, segments, path);
  response made = co_await found->handle(std::move(asked), std::move(values));
  co_return made;
}

handler router::as_handler() const {
  return [self = *this](request asked) { return self(std::move(asked)); };
}

}  // namespace thanthien::bot::http
