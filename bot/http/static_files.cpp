#include "bot/http/static_files.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace thanthien::bot::http {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t longest_file = 64 << 20;

struct file {
  std::string body;
  std::string etag;
};

struct entry {
  std::string type;
  std::string cache;
  file plain;
  file packed;  ///< gzip; "" when there is none
};

std::string_view type_of(std::string_view name) {
  static const std::map<std::string_view, std::string_view> types{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json; charset=utf-8"},
      {".map", "application/json; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".gif", "image/gif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
      {".mp3", "audio/mpeg"},
      {".ogg", "audio/ogg"}};
  const auto slash = name.rfind('/');
  const auto dot = name.rfind('.');
  if (dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash)) {
    const auto found = types.find(name.substr(dot));
    if (found != types.end()) return found->second;
  }
  return "application/octet-stream";
}

std::string etag_of(std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(body.data(), body.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  std::string out = "\"";
  for (unsigned i = 0; i < 12; ++i) {
    out.push_back("0123456789abcdef"[digest[i] >> 4]);
    out.push_back("0123456789abcdef"[digest[i] & 15]);
  }
  return out + "\"";
}

std::string trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return std::string(s);
}

/// Calls `use` with each item of a comma-separated list.
template <typename Use>
void each_item(std::string_view list, Use use) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    use(trimmed(list.substr(0, comma)));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
}

bool accepts_gzip(const request& asked) {
  bool accepts = false;
  each_item(asked.header("accept-encoding"), [&](const std::string& item) {
    const auto semicolon = item.find(';');
    if (!same_name(trimmed(item.substr(0, semicolon)), "gzip")) return;
    const auto weight = semicolon == std::string::npos ? std::string() : item.substr(semicolon);
    accepts =
        weight.find("q=0") == std::string::npos || weight.find_first_of("123456789") != std::string::npos;
  });
  return accepts;
}

bool known_to_client(const request& asked, const std::string& etag) {
  bool known = false;
  each_item(asked.header("if-none-match"), [&](const std::string& item) {
    known = known || item == "*" || item == etag || item == "W/" + etag;
  });
  return known;
}

}  // namespace

struct static_files::contents {
  std::map<std::string, entry, std::less<>> files;

  const entry* find(std::string_view name) const {
    auto found = files.find(name);
    if (found != files.end()) return &found->second;
    if (!name.empty() && name.back() != '/') return nullptr;
    found = files.find(std::string(name) + "index.html");
    return found == files.end() ? nullptr : &found->second;
  }
};

static_files::static_files(const fs::path& folder) {
  auto made = std::make_shared<contents>();
  const auto refuse = [&](const std::string& why) {
    throw std::runtime_error("không đọc được thư mục trang web " + folder.string() + ": " + why +
                             "; hãy dựng lại các trang (bot/run) hoặc sửa đường dẫn trong tệp cấu hình");
  };
  std::error_code ec;
  fs::recursive_directory_iterator at(folder, ec);
  if (ec) refuse(ec.message());
  std::map<std::string, std::string> packed;
  for (const auto end = fs::recursive_directory_iterator(); at != end; at.increment(ec)) {
    if (ec) refuse(ec.message());
    const bool hidden = at->path().filename().string().starts_with('.');
    if (at->is_symlink() || hidden) {
      if (at->is_directory()) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    const auto name = at->path().lexically_relative(folder).generic_string();
    if (at->file_size() > longest_file) refuse("tệp " + name + " quá lớn");
    std::ifstream in(at->path(), std::ios::binary);
    std::string body{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) refuse("không đọc được tệp " + name);
    if (name.ends_with(".gz")) {
      packed.emplace(name.substr(0, name.size() - 3), std::move(body));
      continue;
    }
    entry one;
    one.type = type_of(name);
    const bool hashed = name.starts_with("assets/") || name.find("/assets/") != std::string::npos;
    one.cache = hashed ? "public, max-age=31536000, immutable" : "no-cache";
    one.plain.etag = etag_of(body);
    one.plain.body = std::move(body);
    made->files.emplace(name, std::move(one));
  }
  if (ec) refuse(ec.message());
  if (!made->files.contains("index.html")) refuse("không có tệp index.html");
  for (auto& [name, body] : packed) {
    const auto twin = made->files.find(name);
    if (twin == made->files.end()) continue;
    twin->second.packed.etag = etag_of(body);
    twin->second.packed.body = std::move(body);
  }
  contents_ = std::move(made);
}

response static_files::serve(const request& asked, std::string_view name) const {
  if (asked.method != "GET" && asked.method != "HEAD") {
    response no = error(405, "method_not_allowed", "Địa chỉ này chỉ để xem.");
    no.headers.emplace_back("Allow", "GET, HEAD");
    return no;
  }
  const entry* const found = contents_->find(name);
  if (found == nullptr)
    return error(404, "not_found", "Không tìm thấy trang này. Vui lòng kiểm tra lại đường dẫn.");
  const bool can_be_packed = !found->packed.body.empty();
  const bool packed = can_be_packed && accepts_gzip(asked);
  const file& chosen = packed ? found->packed : found->plain;
  response made;
  made.headers = {{"Content-Type", found->type}, {"Cache-Control", found->cache}, {"ETag", chosen.etag}};
  if (can_be_packed) made.headers.emplace_back("Vary", "Accept-Encoding");
  if (known_to_client(asked, chosen.etag)) {
    made.status = 304;
    return made;
  }
  if (packed) made.headers.emplace_back("Content-Encoding", "gzip");
  made.body = chosen.body;
  return made;
}

bool static_files::has(std::string_view name) const { return contents_->find(name) != nullptr; }

std::size_t static_files::count() const { return contents_->files.size(); }

}  // namespace thanthien::bot::http
