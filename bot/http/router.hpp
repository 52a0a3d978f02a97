#pragma once

#include "bot/http/message.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thanthien::bot::http {

/// What the "{name}" parts of a pattern were in the path, percent-decoded.
class path_values {
 public:
  path_values() = default;
  explicit path_values(std::vector<std::pair<std::string, std::string>> values)
      : values_(std::move(values)) {}
  /// "" for a name that the pattern has not.
  std::string_view operator[](std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

using route_handler = std::function<boost::asio::awaitable<response>(request, path_values)>;

/// What the body of a request must be for a route to be called.
enum class wants : std::uint8_t {
  anything,  ///< webhooks: what is signed is the bytes, whatever they call themselves
  json       ///< 415 for a body of another kind; a page of another site can then not post a form here
};

/// A small table of routes; made at start, then only read.
///
///     router table;
///     table.add("POST", "/api/cases/{code}/take", take);
///     server listener(executor, options, table.as_handler());
///
/// A pattern is an absolute path; a whole segment may be "{name}", which stands for one segment that is not
/// empty; the last may be "{name...}", which stands for the rest, slashes and all, also when it is empty.
/// Fixed text goes before
/// "{name}", and that before "{name...}". GET answers HEAD too. No route: 404; a route, but not for this
/// method: 405 with Allow, OPTIONS: 204 with Allow. Errors are JSON with a Vietnamese sentence.
class router {
 public:
  router();
  /// Throws std::logic_error for a bad pattern or a route that is there already: our own mistakes, found at
  /// start.
  void add(std::string method, std::string_view pattern, route_handler handle, wants body = wants::json);
  /// For what is not in the table, in place of 404 (not of 405).
  void otherwise(handler handle);

  boost::asio::awaitable<response> operator()(request asked) const;
  /// Shares the table with this router: routes must not be added afterwards.
  handler as_handler() const;

 private:
  struct table;
  std::shared_ptr<table> table_;
};

/// Content-Type is application/json, whatever parameters follow.
bool is_json(const request& asked);

}  // namespace thanthien::bot::http
