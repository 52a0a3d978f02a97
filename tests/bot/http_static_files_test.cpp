#include "bot/http/static_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace thanthien::bot::http {
namespace {

namespace fs = std::filesystem;

struct StaticFiles : ::testing::Test {
  StaticFiles() {
    std::string name = (fs::temp_directory_path() / "thanthien-pages-XXXXXX").string();
    root = ::mkdtemp(name.data());
    pages = root / "pages";
    write("pages/index.html", "<!doctype html><title>Bàn làm việc</title>");
    write("pages/assets/app-5f3a.js", "console.log('plain')");
    write("pages/assets/app-5f3a.js.gz", "gzip bytes");
    write("pages/guide/index.html", "guide");
    write("pages/.env", "SECRET=1");
    write("pages/.git/config", "[core]");
    write("secret.txt", "outside");
  }
  ~StaticFiles() override { fs::remove_all(root); }

  void write(const std::string& name, const std::string& content) {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name, std::ios::binary) << content;
  }
  static request get(header_list headers = {}) {
    request asked;
    asked.method = "GET";
    asked.headers = std::move(headers);
    return asked;
  }

  fs::path root;
  fs::path pages;
};

TEST_F(StaticFiles, ServesWhatWasThereAtTheStart) {
  const static_files site(pages);
  write("pages/late.html", "late");
  write("pages/index.html", "changed");
  for (const char* name : {"", "index.html"}) {
    const auto page = site.serve(get(), name);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body, "<!doctype html><title>Bàn làm việc</title>");
    EXPECT_EQ(find_header(page.headers, "content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(find_header(page.headers, "cache-control"), "no-cache");
  }
  EXPECT_EQ(site.serve(get(), "guide/").body, "guide");
  EXPECT_EQ(site.serve(get(), "late.html").status, 404);
  EXPECT_EQ(site.count(), 3U);
}

TEST_F(StaticFiles, HashedNamesMayBeKept) {
  const static_files site(pages);
  const auto script = site.serve(get(), "assets/app-5f3a.js");
  EXPECT_EQ(find_header(script.headers, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(find_header(script.headers, "cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(find_header(script.headers, "vary"), "Accept-Encoding");
  EXPECT_EQ(script.body, "console.log('plain')");
}

TEST_F(StaticFiles, SendsTheCompressedTwinToWhoAcceptsIt) {
  const static_files site(pages);
  auto got = site.serve(get({{"Accept-Encoding", "br, gzip;q=0.8"}}), "assets/app-5f3a.js");
  EXPECT_EQ(got.body, "gzip bytes");
  EXPECT_EQ(find_header(got.headers, "content-encoding"), "gzip");
  got = site.serve(get({{"Accept-Encoding", "br, gzip;q=0"}}), "assets/app-5f3a.js");
  EXPECT_EQ(got.body, "console.log('plain')");
  EXPECT_EQ(find_header(got.headers, "content-encoding"), "");
  EXPECT_EQ(site.serve(get(), "assets/app-5f3a.js.gz").status, 404) << "the twin has no name of its own";
}

TEST_F(StaticFiles, TheSameFileIsNotSentTwice) {
  const static_files site(pages);
  const auto first = site.serve(get(), "");
  const std::string etag(find_header(first.headers, "etag"));
  ASSERT_GE(etag.size(), 10U);
  for (const std::string& match : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    const auto again = site.serve(get({{"If-None-Match", match}}), "");
    EXPECT_EQ(again.status, 304) << match;
    EXPECT_EQ(again.body, "") << match;
    EXPECT_EQ(find_header(again.headers, "etag"), etag) << match;
  }
  EXPECT_EQ(site.serve(get({{"If-None-Match", "\"other\""}}), "").status, 200);
  EXPECT_NE(find_header(site.serve(get(), "guide/").headers, "etag"), etag);
}

TEST_F(StaticFiles, NothingOutsideTheFolderCanBeNamed) {
  fs::create_symlink(root / "secret.txt", pages / "link.txt");
  fs::create_directory_symlink(root, pages / "up");
  const static_files site(pages);
  for (const char* name :
       {"../secret.txt", "/etc/passwd", "./index.html", "assets/../index.html", "assets//app-5f3a.js",
        "link.txt", "up/secret.txt", ".env", ".git/config", "assets", "assets/", "INDEX.HTML", "index.html/",
        "..%2fsecret.txt", "pages/index.html"}) {
    const auto got = site.serve(get(), name);
    EXPECT_EQ(got.status, 404) << name;
    EXPECT_NE(got.body.find("Không tìm thấy trang này"), std::string::npos) << name;
  }
}

TEST_F(StaticFiles, IsOnlyForLooking) {
  const static_files site(pages);
  auto asked = get();
  asked.method = "POST";
  const auto got = site.serve(asked, "index.html");
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(find_header(got.headers, "allow"), "GET, HEAD");
}

TEST_F(StaticFiles, SaysWhichFolderIsMissing) {
  for (const auto& folder : {root / "nowhere", pages / "assets"}) {
    try {
      const static_files site(folder);
      FAIL() << folder;
    } catch (const std::runtime_error& e) {
      EXPECT_NE(std::string(e.what()).find(folder.string()), std::string::npos) << e.what();
    }
  }
}

}  // namespace
}  // namespace thanthien::bot::http
