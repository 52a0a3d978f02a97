#include "bot/http/router.hpp"
#include "tests/bot/http_support.hpp"

#include <nlohmann/json.hpp>

namespace thanthien::bot::http::test {
namespace {

route_handler tells(std::string who) {
  return [who](request asked, path_values values) -> asio::awaitable<response> {
    co_return text(200,
                   who + ":" + std::string(values["code"]) + std::string(values["file"]) + ":" + asked.body);
  };
}

struct Router : HttpTest {
  response ask(std::string method, std::string target, std::string body = "",
               std::string type = "application/json") {
    request asked;
    asked.method = std::move(method);
    EXPECT_TRUE(asked.set_target(std::move(target)));
    asked.body = std::move(body);
    if (!type.empty()) asked.headers.emplace_back("Content-Type", type);
    response got;
    tell([](handler to, request what, response& into) -> asio::awaitable<void> {
      into = co_await to(std::move(what));
    }(table.as_handler(), std::move(asked), got));
    io.restart();
    return got;
  }
  std::string code(const response& got) { return nlohmann::json::parse(got.body)["error"]["code"]; }

  router table;
};

TEST_F(Router, FindsTheHandlerAndTheValues) {
  table.add("GET", "/api/cases", tells("list"));
  table.add("GET", "/api/cases/{code}", tells("case"));
  table.add("POST", "/api/cases/{code}/take", tells("take"));
  table.add("GET", "/api/cases/new", tells("new"));
  table.add("GET", "/chat/{file...}", tells("chat"));
  EXPECT_EQ(ask("GET", "/api/cases?state=waiting").body, "list::");
  EXPECT_EQ(ask("GET", "/api/cases/TB-261123-001").body, "case:TB-261123-001:");
  EXPECT_EQ(ask("GET", "/api/cases/h%E1%BB%93%20s%C6%A1").body, "case:hồ sơ:");
  EXPECT_EQ(ask("POST", "/api/cases/7/take", "{}").body, "take:7:{}");
  EXPECT_EQ(ask("GET", "/api/cases/new").body, "new::")
      << "fixed text goes before a name, whatever the order of adding";
  EXPECT_EQ(ask("GET", "/chat/assets/a.js").body, "chat:assets/a.js:");
  EXPECT_EQ(ask("GET", "/chat/").body, "chat::");
  EXPECT_EQ(ask("GET", "/chat").body, "chat::");
  EXPECT_EQ(ask("HEAD", "/api/cases").body, "list::");
}

TEST_F(Router, WhatIsNotThereIs404InVietnamese) {
  table.add("GET", "/api/cases/{code}", tells("case"));
  for (const char* path : {"/", "/api", "/api/cases", "/api/cases/", "/api/cases/1/2", "/api/cases/1/",
                           "/API/cases/1", "//api/cases/1"}) {
    const auto got = ask("GET", path);
    EXPECT_EQ(got.status, 404) << path;
    EXPECT_EQ(code(got), "not_found") << path;
  }
  EXPECT_NE(ask("GET", "/").body.find("Không tìm thấy"), std::string::npos);
  table.otherwise(
      [](request asked) -> asio::awaitable<response> { co_return text(200, "page for " + asked.path); });
  EXPECT_EQ(ask("GET", "/api").body, "page for /api");
}

TEST_F(Router, AnotherMethodIs405WithAllow) {
  table.add("GET", "/webhooks/messenger", tells("handshake"));
  table.add("POST", "/webhooks/messenger", tells("event"), wants::anything);
  table.add("POST", "/webhooks/{code}", tells("wide"));
  auto got = ask("DELETE", "/webhooks/messenger");
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(code(got), "method_not_allowed");
  EXPECT_EQ(find_header(got.headers, "allow"), "GET, HEAD, POST");
  got = ask("GET", "/webhooks/zalo");
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(find_header(got.headers, "allow"), "POST");
  got = ask("OPTIONS", "/webhooks/messenger");
  EXPECT_EQ(got.status, 204);
  EXPECT_EQ(find_header(got.headers, "allow"), "GET, HEAD, POST");
  EXPECT_EQ(ask("TRACE", "/webhooks/messenger").status, 405);
}

TEST_F(Router, BodiesMustBeJsonWhereTheRouteSaysSo) {
  table.add("POST", "/api/setup", tells("setup"));
  table.add("POST", "/webhooks/zalo", tells("event"), wants::anything);
  EXPECT_EQ(ask("POST", "/api/setup", "{}").status, 200);
  EXPECT_EQ(ask("POST", "/api/setup", "{}", "Application/JSON ; charset=utf-8").status, 200);
  EXPECT_EQ(ask("POST", "/api/setup", "", "").status, 200) << "no body, no kind";
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp",
                           "multipart/form-data; boundary=application/json"}) {
    const auto got = ask("POST", "/api/setup", "{}", type);
    EXPECT_EQ(got.status, 415) << type;
    EXPECT_EQ(code(got), "unsupported_media_type") << type;
  }
  EXPECT_EQ(ask("POST", "/webhooks/zalo", "{}", "text/plain").status, 200);
}

TEST_F(Router, RefusesItsOwnAuthorsMistakes) {
  table.add("GET", "/a/{code}", tells("a"));
  EXPECT_THROW(table.add("GET", "/a/{file}", tells("b")), std::logic_error) << "the same for every path";
  for (const char* bad : {"", "a", "/{", "/{}", "/x{code}", "/{code}x", "/{...}", "/{file...}/x", "/{a.b}"}) {
    EXPECT_THROW(table.add("GET", bad, tells("b")), std::logic_error) << bad;
  }
}

}  // namespace
}  // namespace thanthien::bot::http::test
