#include "tests/bot/http_support.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace thanthien::bot::http::test {
namespace {

using namespace std::string_literals;

/// Tells what it was given, so that a test sees what got through.
handler echo() {
  return plain([](const request& asked) {
    auto made = text(200, asked.method + " " + asked.path + " [" + asked.body + "]\n");
    made.headers.emplace_back("X-Remote", asked.remote);
    return made;
  });
}

std::string post(std::string_view body, std::string_view more = "") {
  return "POST /webhooks/zalo HTTP/1.1\r\nHost: a.vn\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
const std::string get = "GET /x HTTP/1.1\r\nHost: a.vn\r\n\r\n";
const std::string last = "GET /last HTTP/1.1\r\nHost: a.vn\r\nConnection: close\r\n\r\n";

struct HttpServer : HttpTest {};

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(post("xin chào"));
    EXPECT_TRUE(co_await person.hear("[xin chào]\n"));
    co_await person.say(last);
    const auto all = co_await person.hear_all();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << all;
    EXPECT_NE(all.find("POST /webhooks/zalo [xin chào]\n"), std::string::npos);
    EXPECT_NE(all.find("GET /last []\n"), std::string::npos);
    EXPECT_EQ(person.count("Connection: close"), 1U);
    EXPECT_EQ(all.find("Server:"), std::string::npos) << "no banner";
    EXPECT_FALSE(person.reset);
    EXPECT_EQ(t.server_->counters().requests, 2U);
    EXPECT_EQ(t.server_->counters().connections, 1U);
  }(*this));
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  // The first handler takes longest; its answer still goes out first.
  int asked_so_far = 0;
  serve([&](request asked) -> asio::awaitable<response> {
    const int before = ++asked_so_far;
    asio::steady_timer pause(io, before == 1 ? 30ms : 0ms);
    co_await pause.async_wait(asio::use_awaitable);
    co_return text(200, "<" + asked.body + asked.path + ">");
  });
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(post("một") + get + post("hai") + last);
    const auto all = co_await person.hear_all();
    std::size_t at = 0;
    for (const char* expected : {"<một/webhooks/zalo>", "</x>", "<hai/webhooks/zalo>", "</last>"}) {
      at = all.find(expected, at);
      EXPECT_NE(at, std::string::npos) << expected << " in " << all;
    }
  }(*this));
}

TEST_F(HttpServer, TakesBytesOneByOne) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();

    person.socket().set_option(tcp::no_delay(true));
    const std::string all = "\r\n" + post("từng chữ một") +
                            "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                            "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Remote: 6.6.6.6\r\n\r\n" + last;
    for (const char c : all) {
      co_await person.say(std::string(1, c));
    }
    const auto heard = co_await person.hear_all();
    EXPECT_NE(heard.find("[từng chữ một]"), std::string::npos) << heard;
    EXPECT_NE(heard.find("POST /c [abcde]"), std::string::npos) << heard;
    EXPECT_NE(heard.find("GET /last"), std::string::npos) << heard;
  }(*this));
}

TEST_F(HttpServer, FieldsAfterTheLastChunkNeverBecomeHeaders) {
  std::size_t fields = 0;
  serve(plain([&](const request& asked) {
    fields = asked.headers.size();
    return text(200, std::string(asked.header("x-hub-signature-256")));
  }));
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\n{}\r\n0\r\nX-Hub-Signature-256: sha256=00\r\n\r\n");
    const auto heard = co_await person.hear_all();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 200")) << heard;
    EXPECT_EQ(heard.find("sha256"), std::string::npos);
  }(*this));
  EXPECT_EQ(fields, 3U);
}

struct bad_input {
  const char* name;
  std::string bytes;
  friend void PrintTo(const bad_input& input, std::ostream* out) { *out << input.name; }
};

struct BadInput : HttpTest, ::testing::WithParamInterface<bad_input> {};

/// One malformed request gets one 400, its tail is not read as a second request, and the line is closed.
TEST_P(BadInput, Gets400AndNothingReachesTheHandler) {
  int reached = 0;
  serve(plain([&](const request&) {
    ++reached;
    return text(200, "reached");
  }));
  tell([](BadInput& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(t.GetParam().bytes);
    const auto heard = co_await person.hear_all();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 400 Bad Request\r\n")) << heard;
    EXPECT_EQ(person.count("HTTP/1.1 "), 1U);
    EXPECT_EQ(person.count("Connection: close\r\n"), 1U);
    EXPECT_NE(heard.find(R"("code":"bad_request")"), std::string::npos);
    EXPECT_EQ(t.server_->counters().bad_requests, 1U);
  }(*this));
  EXPECT_EQ(reached, 0);
}

std::string many_fields(int count) {
  std::string out = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 1; i < count; ++i) out += "X-" + std::to_string(i) + ": 1\r\n";
  return out + "\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, BadInput,
    ::testing::Values(
        bad_input{"LengthAndChunked",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"ChunkedAndLength",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                  "6\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"TwoLengths",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
        bad_input{"TwoEqualLengths",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
        bad_input{"ListOfLengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc"},
        bad_input{"SignedLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"},
        bad_input{"NegativeLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nabc"},
        bad_input{"HexLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc"},
        bad_input{"EmptyLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc"},
        bad_input{"HugeLength",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\nabc"},
        bad_input{"SpaceInLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\nabcdefghijkl"},
        bad_input{"GzipCoding",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        bad_input{"UnknownCoding",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        bad_input{"IdentityCoding",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"},
        bad_input{"ChunkedTwice",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n0\r\n\r\n"},
        bad_input{"ChunkedInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        bad_input{"TabBeforeChunked",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"},
        bad_input{
            "BadChunkSize",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n"},
        bad_input{"NegativeChunk",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n"},
        bad_input{"ChunkTooShort",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"},
        bad_input{"ChunkLineFeed",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"},
        bad_input{
            "EndlessChunkExtension",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;" + std::string(20'000, 'x')},
        bad_input{"EndlessTrailer",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
                      std::string(20'000, 'x')},
        bad_input{"BareLineFeeds", "GET / HTTP/1.1\nHost: a\n\n"},
        bad_input{"OneBareLineFeed", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
        bad_input{"BareReturn", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"},
        bad_input{"FoldedLine", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"},
        bad_input{"SpaceBeforeColon", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc"},
        bad_input{"NoColon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"},
        bad_input{"EmptyName", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"},
        bad_input{"NulInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"s},
        bad_input{"NoHost", "GET / HTTP/1.1\r\n\r\n"},
        bad_input{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        bad_input{"BadMethod", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"NoMethod", " / HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"BadVersion", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
        bad_input{"NoVersion", "GET /\r\nHost: a\r\n\r\n"},
        bad_input{"NotHttp", "\x16\x03\x01\x02\x00\x01\r\n\r\n"s},
        bad_input{"AbsoluteTarget", "GET http://a.vn/ HTTP/1.1\r\nHost: a.vn\r\n\r\n"},
        bad_input{"AuthorityTarget", "CONNECT a.vn:443 HTTP/1.1\r\nHost: a.vn\r\n\r\n"},
        bad_input{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"RawBytesInTarget", "GET /lệ-phí HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"BrokenEscape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"NulInTarget", "GET /a%00.html HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"TwoEmptyLines", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"LongTarget", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"},
        bad_input{"EndlessLine", std::string(20'000, 'a')},
        bad_input{"LongHeader", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'a') + "\r\n\r\n"},
        bad_input{"ManySmallHeaders", many_fields(101)}),
    [](const auto& entry) { return std::string(entry.param.name); });

TEST_F(HttpServer, TheLargestHeadAndTheMostFieldsPass) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(many_fields(100));
    EXPECT_TRUE(co_await person.hear("GET / []"));
    std::string head = "GET /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \r\n\r\n";
    head.insert(head.size() - 4, std::string(8192 - head.size(), 'a'));
    co_await person.say(head);
    const auto heard = co_await person.hear_all();
    EXPECT_NE(heard.find("GET /long []"), std::string::npos) << heard;
  }(*this));
}

TEST_F(HttpServer, AHeadThatGrowsPastTheLimitInPiecesIsRefused) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say("GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 90; ++i) {
      co_await person.say("X-" + std::to_string(i) + ": " + std::string(100, 'a') + "\r\n");
    }
    const auto heard = co_await person.hear_all();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 400")) << heard;
  }(*this));
}

TEST_F(HttpServer, BodiesOverTheLimitGet413InBothFramings) {
  int reached = 0;
  server_options options;
  options.limits.body_bytes = 1000;
  serve(plain([&](const request& asked) {
          ++reached;
          return text(200, std::to_string(asked.body.size()));
        }),
        options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    // By length: refused before a byte of the body has come.
    auto first = t.connect();
    co_await first.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_TRUE((co_await first.hear_all()).starts_with("HTTP/1.1 413"));
    // By chunks, each of them small; the answer arrives although the client goes on sending.
    auto second = t.connect();
    std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 500; ++i) chunks += "a\r\n0123456789\r\n";
    co_await second.say(chunks);
    EXPECT_TRUE((co_await second.hear_all()).starts_with("HTTP/1.1 413")) << second.heard;
    EXPECT_FALSE(second.reset);
    // One huge chunk.
    auto third = t.connect();
    co_await third.say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc");
    EXPECT_TRUE((co_await third.hear_all()).starts_with("HTTP/1.1 413"));
    // Exactly the limit is welcome.
    auto fourth = t.connect();
    co_await fourth.say(post(std::string(1000, 'x'), "Connection: close\r\n"));
    EXPECT_TRUE((co_await fourth.hear_all()).ends_with("\r\n\r\n1000"));
  }(*this));
  EXPECT_EQ(reached, 1);
}

TEST_F(HttpServer, ALongBodyComesAndGoesWhole) {
  serve(plain([](const request& asked) { return text(200, asked.body + asked.body); }));
  tell([](HttpServer& t) -> asio::awaitable<void> {
    std::string body;
    for (int i = 0; body.size() < 1'000'000; ++i) body += std::to_string(i) + " phường xã ";
    auto person = t.connect();
    co_await person.say(post(body, "Connection: close\r\n"));
    const auto heard = co_await person.hear_all();
    const auto at = heard.find("\r\n\r\n");
    EXPECT_TRUE(heard.substr(at + 4) == body + body);
  }(*this));
}

TEST_F(HttpServer, SaysContinueToWhoAsksFirst) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(
        "POST /u HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: "
        "close\r\n\r\n");
    EXPECT_TRUE(co_await person.hear("HTTP/1.1 100 Continue\r\n\r\n"));
    co_await person.say("ok");
    const auto heard = co_await person.hear_all();
    EXPECT_NE(heard.find("POST /u [ok]"), std::string::npos) << heard;
  }(*this));
}

TEST_F(HttpServer, HeadTellsTheLengthWithoutTheBody) {
  serve(plain([](const request&) { return text(200, "mười hai"); }));
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + last);
    const auto heard = co_await person.hear_all();
    EXPECT_EQ(person.count("Content-Length: 11\r\n"), 2U);
    EXPECT_EQ(person.count("mười hai"), 1U) << heard;
  }(*this));
}

TEST_F(HttpServer, OldClientsAreUnderstood) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto old = t.connect();
    co_await old.say("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_NE((co_await old.hear_all()).find("GET /old []"), std::string::npos);
    auto keeping = t.connect();
    co_await keeping.say("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(co_await keeping.hear("GET /1 []"));
    EXPECT_EQ(keeping.count("Connection: keep-alive"), 1U);
    co_await keeping.say("GET /2 HTTP/1.0\r\n\r\n");
    EXPECT_NE((co_await keeping.hear_all()).find("GET /2 []"), std::string::npos);
  }(*this));
}

TEST_F(HttpServer, StatusesWithoutABodyHaveNone) {
  serve(plain([](const request& asked) {
    auto made = text(asked.path == "/x" ? 304 : 204, "must not be sent");
    return made;
  }));
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(get + last);
    const auto heard = co_await person.hear_all();
    EXPECT_NE(heard.find("304 Not Modified"), std::string::npos);
    EXPECT_NE(heard.find("204 No Content"), std::string::npos);
    EXPECT_EQ(person.count("must not"), 0U);
    EXPECT_EQ(person.count("Content-Length"), 0U);
  }(*this));
}

TEST_F(HttpServer, FaultsOfHandlersBecome500WithAReference) {
  serve([](request asked) -> asio::awaitable<response> {
    if (asked.path == "/x") throw std::runtime_error("database is locked");
    if (asked.path == "/header") {
      auto made = text(200, "x");
      made.headers.emplace_back("Location", "/a\r\nSet-Cookie: stolen=1");
      co_return made;
    }
    if (asked.path == "/number") throw 5;
    co_return text(200, "still here");
  });
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(
        get + "GET /header HTTP/1.1\r\nHost: a\r\n\r\nGET /number HTTP/1.1\r\nHost: a\r\n\r\n" + last);
    const auto heard = co_await person.hear_all();
    EXPECT_EQ(person.count("HTTP/1.1 500 Internal Server Error"), 3U);
    EXPECT_EQ(heard.find("database is locked"), std::string::npos) << "reasons are for the log";
    EXPECT_EQ(heard.find("stolen"), std::string::npos);
    EXPECT_NE(heard.find("still here"), std::string::npos) << "the connection goes on";
    std::set<std::string> references;
    for (auto at = heard.find("X-Reference: "); at != std::string::npos;
         at = heard.find("X-Reference: ", at + 1)) {
      const auto reference = heard.substr(at + 13, 8);
      EXPECT_NE(heard.find("báo mã " + reference), std::string::npos);
      references.insert(reference);
    }
    EXPECT_EQ(references.size(), 3U);
    EXPECT_EQ(t.server_->counters().faults, 3U);
  }(*this));
}

TEST_F(HttpServer, AddsSecurityHeadersUnlessTheHandlerHasItsOwn) {
  server_options options;
  options.security_headers = {{"X-Content-Type-Options", "nosniff"},
                              {"Content-Security-Policy", "default-src 'none'"}};
  serve(plain([](const request& asked) {
          auto made = text(200, "");
          if (asked.path == "/x") made.headers.emplace_back("content-security-policy", "default-src 'self'");
          return made;
        }),
        options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(get + "GET /y HTTP/1.1\r\nHost: a\r\n\r\n" + "nonsense\r\n\r\n");
    const auto heard = co_await person.hear_all();
    EXPECT_EQ(person.count("X-Content-Type-Options: nosniff\r\n"), 3U) << "error pages too: " << heard;
    EXPECT_EQ(person.count("default-src 'self'"), 1U);
    EXPECT_EQ(person.count("default-src 'none'"), 2U);
  }(*this));
}

TEST_F(HttpServer, BelievesForwardedAddressesOnlyFromItsProxies) {
  serve(echo());
  const std::string asked =
      "GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 203.113.1.2, 10.0.0.7\r\nConnection: "
      "close\r\n\r\n";
  tell([](HttpServer& t, std::string bytes) -> asio::awaitable<void> {
    auto stranger = t.connect();
    co_await stranger.say(bytes);
    EXPECT_NE((co_await stranger.hear_all()).find("X-Remote: 127.0.0.1\r\n"), std::string::npos);

    server_options options;
    options.listen = "127.0.0.1:0";
    options.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
    server behind(t.io.get_executor(), options, echo());
    behind.start();
    raw_client proxy(t.io, behind.port());
    co_await proxy.say(bytes);
    EXPECT_NE((co_await proxy.hear_all()).find("X-Remote: 203.113.1.2\r\n"), std::string::npos)
        << proxy.heard;
    raw_client liar(t.io, behind.port());
    co_await liar.say("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: nobody\r\nConnection: close\r\n\r\n");
    EXPECT_NE((co_await liar.hear_all()).find("X-Remote: 127.0.0.1\r\n"), std::string::npos) << liar.heard;
    co_await behind.stop(1s);
  }(*this, asked));
}

TEST_F(HttpServer, SlowHeadsAndBodiesAreNotWaitedFor) {
  server_options options;
  options.limits.header_time = 1s;
  options.limits.body_time = 1s;
  serve(echo(), options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto head = t.connect();
    auto body = t.connect();
    const auto begin = std::chrono::steady_clock::now();
    co_await head.say("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    co_await body.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_TRUE((co_await head.hear_all()).starts_with("HTTP/1.1 408")) << head.heard;
    EXPECT_TRUE((co_await body.hear_all()).starts_with("HTTP/1.1 408")) << body.heard;
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, 1s);
    EXPECT_EQ(t.server_->counters().time_outs, 2U);
  }(*this));
}

TEST_F(HttpServer, DripsDoNotProlongTheHeader) {
  server_options options;
  options.limits.header_time = 1s;
  serve(echo(), options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    const auto begin = std::chrono::steady_clock::now();
    co_await person.say("GET / HTTP/1.1\r\n");
    asio::steady_timer drip(t.io);
    while (t.server_->counters().time_outs == 0) {
      drip.expires_after(50ms);
      co_await drip.async_wait(asio::use_awaitable);
      co_await person.say("X");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_TRUE((co_await person.hear_all()).starts_with("HTTP/1.1 408")) << person.heard;
  }(*this));
}

TEST_F(HttpServer, IdleConnectionsAreClosedInSilence) {
  server_options options;
  options.limits.idle_time = 1s;
  serve(echo(), options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto fresh = t.connect();
    auto used = t.connect();
    co_await used.say(get);
    EXPECT_TRUE(co_await used.hear("GET /x []"));
    const auto before = used.heard;
    EXPECT_EQ(co_await fresh.hear_all(), "");
    EXPECT_EQ(co_await used.hear_all(), before);
    EXPECT_FALSE(used.reset);
    EXPECT_EQ(t.server_->counters().time_outs, 0U);
  }(*this));
}

TEST_F(HttpServer, AClientThatReadsNothingIsLetGo) {
  server_options options;
  options.limits.write_time = 1s;
  serve(plain([](const request&) { return text(200, std::string(32 << 20, 'x')); }), options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(get);
    co_await until(
        [&] { return t.server_->counters().time_outs == 1 && t.server_->open_connections() == 0; });
  }(*this));
}

TEST_F(HttpServer, CapsConnectionsInAllAndPerAddress) {
  server_options options;
  options.limits.connections_per_address = 2;
  serve(echo(), options);
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto first = t.connect();
    auto second = t.connect();
    co_await until([&] { return t.server_->open_connections() == 2; });
    auto third = t.connect();
    const auto heard = co_await third.hear_all();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << heard;
    EXPECT_NE(heard.find("Retry-After: "), std::string::npos);
    // Who goes makes room.
    first.close();
    co_await until([&] { return t.server_->open_connections() == 1; });
    auto fourth = t.connect();
    co_await fourth.say(last);
    EXPECT_NE((co_await fourth.hear_all()).find("GET /last []"), std::string::npos);
    co_await second.say(last);
    EXPECT_NE((co_await second.hear_all()).find("GET /last []"), std::string::npos);
    EXPECT_EQ(t.server_->counters().refused_connections, 1U);

    server_options small;
    small.listen = "127.0.0.1:0";
    small.limits.connections = 1;
    server other(t.io.get_executor(), small, echo());
    other.start();
    raw_client in(t.io, other.port());
    co_await until([&] { return other.open_connections() == 1; });
    raw_client out(t.io, other.port());
    EXPECT_TRUE((co_await out.hear_all()).starts_with("HTTP/1.1 503"));
    co_await other.stop(1s);
  }(*this));
}

TEST_F(HttpServer, StopsInOrder) {
  // A running request is finished, an idle connection ends, a new one is not accepted.
  asio::steady_timer work(io, std::chrono::steady_clock::time_point::max());
  bool working = false;
  serve([&](request asked) -> asio::awaitable<response> {
    if (asked.path == "/work") {
      working = true;
      co_await work.async_wait(asio::as_tuple(asio::use_awaitable));
      co_return text(200, "finished");
    }
    co_return text(200, "quick");
  });
  tell([](HttpServer& t, asio::steady_timer& job, bool& running) -> asio::awaitable<void> {
    auto idle = t.connect();
    co_await idle.say(get);
    EXPECT_TRUE(co_await idle.hear("quick"));
    auto busy = t.connect();
    co_await busy.say("GET /work HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await until([&] { return running; });
    const auto port = t.server_->port();

    bool stopped = false;
    asio::co_spawn(t.io, t.server_->stop(10s), [&](const std::exception_ptr&) { stopped = true; });
    co_await idle.hear_all();
    EXPECT_FALSE(idle.reset);
    EXPECT_FALSE(stopped) << "a request is still running";
    boost::system::error_code ec;
    tcp::socket late(t.io);
    late.connect({asio::ip::make_address("127.0.0.1"), port}, ec);
    EXPECT_EQ(ec, asio::error::connection_refused);

    job.cancel();
    const auto heard = co_await busy.hear_all();
    EXPECT_NE(heard.find("finished"), std::string::npos);
    EXPECT_NE(heard.find("Connection: close"), std::string::npos);
    co_await until([&] { return stopped; });
  }(*this, work, working));
}

TEST_F(HttpServer, StopCancelsWhatOutlastsItsPatience) {
  bool cancelled = false;
  serve([&](request) -> asio::awaitable<response> {
    asio::steady_timer forever(io, 1h);
    const auto [ec] = co_await forever.async_wait(asio::as_tuple(asio::use_awaitable));
    cancelled = ec == asio::error::operation_aborted;
    co_return text(200, "too late");
  });
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto person = t.connect();
    co_await person.say(get);
    co_await until([&] { return t.server_->counters().requests == 1; });
    co_await t.server_->stop(50ms);
    EXPECT_EQ(t.server_->open_connections(), 0U);
    EXPECT_EQ(co_await person.hear_all(), "");
  }(*this));
  EXPECT_TRUE(cancelled);
}

TEST_F(HttpServer, WhoWasLetInBeforeTheStopIsAnswered) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    // These wait in the kernel's queue, their requests too, when the server begins to stop.
    std::vector<raw_client> people;
    for (int i = 0; i < 20; ++i) people.push_back(t.connect());
    for (auto& person : people) person.socket().write_some(asio::buffer(get));
    co_await t.server_->stop(5s);
    for (auto& person : people) {
      const auto heard = co_await person.hear_all();
      EXPECT_NE(heard.find("GET /x []"), std::string::npos) << heard;
    }
  }(*this));
}

/// Between two requests of a busy connection the server begins to stop; the second is on its way already.
TEST_F(HttpServer, ABusyConnectionIsClosedWithAnAnswer) {
  serve(echo());
  tell([](HttpServer& t) -> asio::awaitable<void> {
    auto platform = t.connect();
    co_await platform.say(post("một"));
    EXPECT_TRUE(co_await platform.hear("[một]"));
    bool stopped = false;
    asio::co_spawn(t.io, t.server_->stop(5s), [&](const std::exception_ptr&) { stopped = true; });
    co_await until([&] {
      boost::system::error_code ec;
      tcp::socket late(t.io);
      late.connect({asio::ip::make_address("127.0.0.1"), t.server_->port()}, ec);
      return ec == asio::error::connection_refused;
    });
    EXPECT_FALSE(stopped);
    co_await platform.say(post("hai"));
    EXPECT_NE((co_await platform.hear_all()).find("[hai]"), std::string::npos) << platform.heard;
    EXPECT_EQ(platform.count("Connection: close"), 1U);
    co_await until([&] { return stopped; });
  }(*this));
}

TEST_F(HttpServer, EventsArriveAsTheyHappen) {
  bool happened = false;
  std::vector<bool> sent;
  serve([&](request) -> asio::awaitable<response> {
    response made;
    made.stream = [&](std::shared_ptr<event_stream> out) -> asio::awaitable<void> {
      sent.push_back(co_await out->send("hello", "{}"));
      co_await until([&] { return happened; });
      sent.push_back(co_await out->send("change", "dòng một\ndòng hai\r\ndòng ba", "7\nevil: x"));
      sent.push_back(co_await out->keep_alive());
    };
    co_return made;
  });
  tell([](HttpServer& t, bool& event) -> asio::awaitable<void> {
    auto page = t.connect();
    co_await page.say(get);
    EXPECT_TRUE(co_await page.hear("event: hello\ndata: {}\n\n"));
    EXPECT_EQ(page.count("Content-Type: text/event-stream"), 1U);
    EXPECT_EQ(page.count("Cache-Control: no-store"), 1U);
    event = true;
    const auto heard = co_await page.hear_all();
    EXPECT_NE(heard.find("id: 7\nevent: change\ndata: dòng một\ndata: dòng hai\ndata: dòng ba\n\n"),
              std::string::npos)
        << heard;
    EXPECT_NE(heard.find("\r\n:\n\n\r\n"), std::string::npos);
    EXPECT_TRUE(heard.ends_with("\r\n0\r\n\r\n"));
    EXPECT_EQ(page.count("evil"), 0U);
  }(*this, happened));
  EXPECT_EQ(sent, std::vector<bool>({true, true, true}));
}

/// The stream's coroutine waits for an event that never comes; the client's leaving, or the stop, must end
/// it.
TEST_F(HttpServer, AStreamEndsWhenItsClientGoesOrTheServerStops) {
  int open = 0;
  std::vector<std::shared_ptr<event_stream>> kept;
  serve([&](request) -> asio::awaitable<response> {
    response made;
    made.stream = [&](std::shared_ptr<event_stream> out) -> asio::awaitable<void> {
      struct registration {
        int& count;
        explicit registration(int& c) : count(c) { ++count; }
        ~registration() { --count; }
      } here(open);
      kept.push_back(out);
      asio::steady_timer forever(io, 1h);
      co_await forever.async_wait(asio::use_awaitable);
    };
    co_return made;
  });
  tell([](HttpServer& t, int& streams,
          std::vector<std::shared_ptr<event_stream>>& held) -> asio::awaitable<void> {
    auto page = t.connect();
    auto other = t.connect();
    co_await page.say(get);
    co_await other.say(get);
    co_await until([&] { return streams == 2; });
    EXPECT_TRUE(co_await held[0]->send("change", "a"));
    EXPECT_TRUE(co_await held[1]->send("change", "b"));
    page.close();
    co_await until([&] { return streams == 1 && t.server_->open_connections() == 1; });
    const bool first = co_await held[0]->send("change", "a");
    const bool second = co_await held[1]->send("change", "b");
    EXPECT_NE(first, second) << "who is gone gets nothing, who stays does";

    co_await t.server_->stop(5s);
    EXPECT_EQ(streams, 0);
    EXPECT_FALSE(co_await held[0]->send("change", "c"));
    EXPECT_FALSE(co_await held[1]->keep_alive());
    co_await other.hear_all();
  }(*this, open, kept));
  kept.clear();
}

TEST_F(HttpServer, EventsOfManySendersGoOutWhole) {
  std::shared_ptr<event_stream> out;
  asio::steady_timer over(io, std::chrono::steady_clock::time_point::max());
  serve([&](request) -> asio::awaitable<response> {
    response made;
    made.stream = [&](std::shared_ptr<event_stream> stream) -> asio::awaitable<void> {
      out = stream;
      co_await over.async_wait(asio::as_tuple(asio::use_awaitable));
    };
    co_return made;
  });
  tell(
      [](HttpServer& t, std::shared_ptr<event_stream>& stream,
         asio::steady_timer& end) -> asio::awaitable<void> {
        auto page = t.connect();
        co_await page.say(get);
        co_await until([&] { return stream != nullptr; });
        int ended = 0;
        for (int i = 0; i < 20; ++i) {
          asio::co_spawn(
              t.io,
              [](std::shared_ptr<event_stream> to, int number) -> asio::awaitable<void> {
                EXPECT_TRUE(
                    co_await to->send("change", std::string(200'000, static_cast<char>('a' + number))));
              }(stream, i),
              [&](const std::exception_ptr&) { ++ended; });
        }
        EXPECT_TRUE(co_await page.hear("event: change", 20));
        co_await until([&] { return ended == 20; });
        end.cancel();
        const auto heard = co_await page.hear_all();
        for (int i = 0; i < 20; ++i) {
          EXPECT_NE(heard.find("data: " + std::string(200'000, static_cast<char>('a' + i)) + "\n\n"),
                    std::string::npos)
              << i;
        }
        stream.reset();
      }(*this, out, over),
      60s);
}

TEST_F(HttpServer, SaysWhyItCannotListen) {
  auto& first = serve(echo());
  server_options same;
  same.listen = first.address();
  try {
    server second(io.get_executor(), same, echo());
    FAIL() << "two servers on one port";
  } catch (const std::system_error& e) {
    EXPECT_NE(std::string(e.what()).find(first.address()), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("chọn cổng khác"), std::string::npos) << e.what();
  }
  for (const char* bad :
       {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:http", ":8080"}) {
    server_options wrong;
    wrong.listen = bad;
    EXPECT_THROW(server(io.get_executor(), wrong, echo()), std::system_error) << bad;
  }
  server_options proxy;
  proxy.listen = "127.0.0.1:0";
  proxy.trusted_proxies = {"10.0.0.0/99"};
  EXPECT_THROW(server(io.get_executor(), proxy, echo()), std::invalid_argument);
  tell([](HttpServer&) -> asio::awaitable<void> { co_return; }(*this));
}

}  // namespace
}  // namespace thanthien::bot::http::test
