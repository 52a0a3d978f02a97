#pragma once

#include "bot/http/message.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace thanthien::bot::http {

/// A folder of pages, read once into memory. Only names that were there at the start are served, so that no
/// path can lead out of it; hidden files and links are not among them.
///
/// Every answer has an ETag and honours If-None-Match. What lies below an `assets/` folder carries its hash
/// in its name and may be kept for a year; everything else is asked for again each time (304 when it is the
/// same). A file that has a ready compressed twin ("app.js.gz" beside "app.js") is sent so to who accepts it.
/// A folder's name gives its index.html.
class static_files {
 public:
  /// Throws std::runtime_error, which names the folder and what to do, when it cannot be read or has no
  /// index.html.
  explicit static_files(const std::filesystem::path& folder);

  /// `name` is relative to the folder: "", "index.html", "assets/app-5f3a.js". 404 as JSON when there is no
  /// such file, 405 for other methods than GET and HEAD.
  response serve(const request& asked, std::string_view name) const;

  bool has(std::string_view name) const;
  std::size_t count() const;

 private:
  struct contents;
  std::shared_ptr<const contents> contents_;
};

}  // namespace thanthien::bot::http
