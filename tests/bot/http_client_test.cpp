#include "bot/http/client.hpp"
#include "bot/http/with_timeout.hpp"
#include "tests/bot/http_support.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <deque>
#include <filesystem>
#include <fstream>

namespace thanthien::bot::http::test {
namespace {

namespace ssl = asio::ssl;
using outcome = answer::outcome;

// ---- a certificate authority for one test run

struct free_key {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, free_key>;
using certificate_ptr = std::unique_ptr<X509, free_key>;

template <typename Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, free_key> out(BIO_new(BIO_s_mem()));
  write(out.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

struct authority {
  key_ptr key{EVP_EC_gen("P-256")};
  certificate_ptr root;

  authority() { root = issue("than-thien test authority", "", key.get(), nullptr, 3600); }

  certificate_ptr issue(const std::string& name, const std::string& names, EVP_PKEY* of, X509* issuer,
                        long seconds) {
    certificate_ptr made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -7200);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds);
    X509_set_pubkey(made.get(), of);
    X509_NAME* subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), issuer != nullptr ? X509_get_subject_name(issuer) : subject);
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer != nullptr ? issuer : made.get(), made.get(), nullptr, nullptr, 0);
    const auto add = [&](int kind, const std::string& value) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
      X509_add_ext(made.get(), extension, -1);
      X509_EXTENSION_free(extension);
    };
    add(NID_basic_constraints, issuer != nullptr ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (!names.empty()) add(NID_subject_alt_name, names);
    X509_sign(made.get(), key.get(), EVP_sha256());
    return made;
  }

  /// A server's context with a fresh certificate for `names` ("DNS:localhost,IP:127.0.0.1").
  ssl::context context(const std::string& names, long seconds = 3600) {
    const key_ptr own(EVP_EC_gen("P-256"));
    const auto certificate = issue("platform", names, own.get(), root.get(), seconds);
    ssl::context made(ssl::context::tls_server);
    const auto chain = pem([&](BIO* out) { PEM_write_bio_X509(out, certificate.get()); });
    const auto secret = pem(
        [&](BIO* out) { PEM_write_bio_PrivateKey(out, own.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    made.use_certificate_chain(asio::buffer(chain));
    made.use_private_key(asio::buffer(secret), ssl::context::pem);
    return made;
  }

  std::string root_pem() const {
    return pem([&](BIO* out) { PEM_write_bio_X509(out, root.get()); });
  }

  long serial = 0;
};

// ---- a platform that does exactly what a test says

/// What one accepted connection does, step by step.
struct step {
  enum class kind : std::uint8_t { read_request, say, close, reset, wait_for_end } what;
  std::string text;
};
using script = std::vector<step>;
const step read_request{step::kind::read_request, ""};
const step hang_up{step::kind::close, ""};
const step reset_line{step::kind::reset, ""};
const step wait_for_end{step::kind::wait_for_end, ""};
step say(std::string text) { return {step::kind::say, std::move(text)}; }
const step ok =
    say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"error\":0}");

template <typename Stream>
asio::awaitable<void> play(Stream& stream, tcp::socket& socket, script steps,
                           std::vector<std::string>& requests) {
  std::string heard;
  boost::system::error_code ignored;
  for (const auto& one : steps) {
    switch (one.what) {
      case step::kind::read_request: {
        std::size_t end = 0;
        while ((end = heard.find("\r\n\r\n")) == std::string::npos || heard.size() < end + 4 + [&] {
          const auto at = heard.find("Content-Length: ");
          return at == std::string::npos || at > end ? 0 : std::stoul(heard.substr(at + 16));
        }()) {
          char space[4096];
          const auto [ec, count] =
              co_await stream.async_read_some(asio::buffer(space), asio::as_tuple(asio::use_awaitable));
          heard.append(space, count);
          if (ec) co_return;
        }
        requests.push_back(std::exchange(heard, {}));
        break;
      }
      case step::kind::say:
        co_await asio::async_write(stream, asio::buffer(one.text), asio::as_tuple(asio::use_awaitable));
        break;
      case step::kind::close:
        socket.close(ignored);
        break;
      case step::kind::reset:
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        socket.close(ignored);
        break;
      case step::kind::wait_for_end: {
        char space[64];
        while (true) {
          const auto [ec, count] =
              co_await stream.async_read_some(asio::buffer(space), asio::as_tuple(asio::use_awaitable));
          if (ec) break;
        }
        break;
      }
    }
  }
}

class fake_platform {
 public:
  fake_platform(asio::io_context& on, std::deque<script> connections, ssl::context* tls = nullptr)
      : io_(on),
        scripts_(std::move(connections)),
        tls_(tls),
        acceptor_(on, {asio::ip::make_address("127.0.0.1"), 0}),
        port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(io_, accept(), [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
  }

  std::string url(const std::string& path = "/v26.0/me/messages?access_token=bi-mat",
                  const std::string& host = "127.0.0.1") {
    return (tls_ != nullptr ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
  }
  void close() { acceptor_.close(); }

  std::vector<std::string> requests;
  int accepted = 0;
  int ended = 0;
  std::string server_name;  ///< what the last client asked for by SNI

 private:
  asio::awaitable<void> accept() {
    while (!scripts_.empty()) {
      auto [ec, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (ec) co_return;
      ++accepted;
      auto steps = std::move(scripts_.front());
      scripts_.pop_front();
      asio::co_spawn(io_, one(std::move(socket), std::move(steps)),
                     [this](const std::exception_ptr& failure) {
                       EXPECT_FALSE(failure);
                       ++ended;
                     });
    }
    acceptor_.close();
  }

  asio::awaitable<void> one(tcp::socket socket, script steps) {
    if (tls_ == nullptr) {
      co_await play(socket, socket, std::move(steps), requests);
      co_return;
    }
    ssl::stream<tcp::socket&> stream(socket, *tls_);
    const auto [ec] =
        co_await stream.async_handshake(ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    server_name = name != nullptr ? name : "";
    if (ec) co_return;
    co_await play(stream, socket, std::move(steps), requests);
  }

  asio::io_context& io_;
  std::deque<script> scripts_;
  ssl::context* tls_;
  tcp::acceptor acceptor_;
  std::uint16_t port_;
};

outbound message_to(std::string url) {
  outbound what;
  what.url = std::move(url);
  what.headers = {{"Content-Type", "application/json"}};
  what.body = R"({"text":"Chào bác ạ"})";
  what.timeout = 10s;
  return what;
}

struct HttpClient : HttpTest {
  answer ask(client& with, outbound what) {
    answer got;
    tell([](client& by, outbound asked, answer& into) -> asio::awaitable<void> {
      into = co_await by.send(std::move(asked));
    }(with, std::move(what), got));
    io.restart();
    return got;
  }

  std::string file(const std::string& content) {
    const auto path = std::filesystem::path(::testing::TempDir()) /
                      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".pem");
    std::ofstream(path) << content;
    return path.string();
  }
};

TEST_F(HttpClient, SendsARequestAndReadsTheAnswer) {
  fake_platform platform(io, {{read_request, ok}});
  client by(io.get_executor());
  const auto got = ask(by, message_to(platform.url()));
  EXPECT_EQ(got.what, outcome::answered) << got.error;
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, R"({"error":0})");
  EXPECT_EQ(find_header(got.headers, "content-type"), "application/json");
  ASSERT_EQ(platform.requests.size(), 1U);
  const auto& asked = platform.requests[0];
  EXPECT_TRUE(asked.starts_with("POST /v26.0/me/messages?access_token=bi-mat HTTP/1.1\r\nHost: 127.0.0.1:"))
      << asked;
  EXPECT_NE(asked.find("\r\nContent-Length: 25\r\n"), std::string::npos) << asked;
  EXPECT_TRUE(asked.ends_with("\r\n\r\n{\"text\":\"Chào bác ạ\"}")) << asked;
}

TEST_F(HttpClient, UsesOneConnectionForOneRequestAfterTheOther) {
  fake_platform platform(io, {{read_request, ok, read_request, ok, wait_for_end}, {read_request, ok}});
  client by(io.get_executor());
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    const auto first = co_await c.send(message_to(p.url()));
    const auto second = co_await c.send(message_to(p.url()));
    EXPECT_EQ(first.what, outcome::answered) << first.error;
    EXPECT_EQ(second.what, outcome::answered) << second.error;
    EXPECT_EQ(p.accepted, 1);
    c.close();
    p.close();
  }(by, platform));
}

TEST_F(HttpClient, NoticesThatAKeptConnectionWasClosedBeforeItWrites) {
  fake_platform platform(io, {{read_request, ok, hang_up}, {read_request, ok, hang_up}});
  client by(io.get_executor());
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    const auto first = co_await c.send(message_to(p.url()));
    EXPECT_EQ(first.what, outcome::answered) << first.error;
    co_await until([&] { return p.ended == 1; });
    const auto second = co_await c.send(message_to(p.url()));
    EXPECT_EQ(second.what, outcome::answered) << second.error;
    EXPECT_EQ(p.accepted, 2);
    EXPECT_EQ(p.requests.size(), 2U) << "each request was written once";
  }(by, platform));
}

TEST_F(HttpClient, AResetKeptConnectionIsNotUsedEither) {
  fake_platform platform(io, {{read_request, ok, reset_line}, {read_request, ok, hang_up}});
  client by(io.get_executor());
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    co_await c.send(message_to(p.url()));
    co_await until([&] { return p.ended == 1; });
    const auto second = co_await c.send(message_to(p.url()));
    EXPECT_EQ(second.what, outcome::answered) << second.error;
  }(by, platform));
}

TEST_F(HttpClient, DoesNotKeepWhatTheServerCloses) {
  const auto closing = say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  fake_platform platform(io, {{read_request, closing, wait_for_end}, {read_request, closing, wait_for_end}});
  client by(io.get_executor());
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    co_await c.send(message_to(p.url()));
    const auto second = co_await c.send(message_to(p.url()));
    EXPECT_EQ(second.what, outcome::answered) << second.error;
    EXPECT_EQ(p.accepted, 2);
  }(by, platform));
}

struct fault {
  const char* name;
  script steps;
  outcome expected;
  const char* error;
  friend void PrintTo(const fault& one, std::ostream* out) { *out << one.name; }
};
struct ClientFault : HttpClient, ::testing::WithParamInterface<fault> {};

/// What happened decides whether the courier may send again: only not_sent allows it.
TEST_P(ClientFault, IsToldAsItIs) {
  fake_platform platform(io, {GetParam().steps});
  client by(io.get_executor());
  auto what = message_to(platform.url());
  what.timeout = 300ms;
  const auto got = ask(by, what);
  EXPECT_EQ(got.what, GetParam().expected) << got.error;
  EXPECT_NE(got.error.find(GetParam().error), std::string::npos) << got.error;
  EXPECT_EQ(got.error.find("bi-mat"), std::string::npos) << "no token in what is logged";
}

INSTANTIATE_TEST_SUITE_P(
    Table, ClientFault,
    ::testing::Values(
        fault{"NoAnswer", {read_request, wait_for_end}, outcome::unknown, "timed out"},
        fault{"ClosedAfterRequest", {read_request, hang_up}, outcome::unknown, "read: "},
        fault{"ResetAfterRequest", {read_request, reset_line}, outcome::unknown, "read: "},
        fault{"HalfAHead",
              {read_request, say("HTTP/1.1 200 OK\r\nContent-Le"), hang_up},
              outcome::unknown,
              "read: "},
        fault{"HalfABody",
              {read_request, say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"), hang_up},
              outcome::unknown,
              "read: "},
        fault{"HalfABodyThenSilence",
              {read_request, say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"), wait_for_end},
              outcome::unknown,
              "timed out"},
        fault{"Nonsense",
              {read_request, say("220 smtp.a.vn ESMTP\r\n\r\n"), wait_for_end},
              outcome::unknown,
              "broken response"},
        fault{"BodyOverOneMebibyte",
              {read_request, say("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n"), wait_for_end},
              outcome::unknown,
              "broken response"},
        fault{"ChunksOverOneMebibyte",
              {read_request, say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\nabc"),
               wait_for_end},
              outcome::unknown,
              "broken response"},
        fault{"EndlessHead",
              {read_request, say("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'a')), wait_for_end},
              outcome::unknown,
              "broken response"},
        fault{
            "ServerError",
            {read_request, say("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}"), hang_up},
            outcome::answered,
            ""},
        fault{"TooManyRequests",
              {read_request,
               say("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n"), hang_up},
              outcome::answered,
              ""},
        fault{"BodyUntilTheEnd",
              {read_request, say("HTTP/1.1 200 OK\r\n\r\nhết"), hang_up},
              outcome::answered,
              ""},
        fault{"Chunks",
              {read_request, say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
               hang_up},
              outcome::answered,
              ""},
        fault{"InterimAnswers",
              {read_request,
               say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
                   "0\r\n\r\n"),
               hang_up},
              outcome::answered,
              ""}),
    [](const auto& entry) { return std::string(entry.param.name); });

TEST_F(HttpClient, ReadsEveryFramingOfABody) {
  fake_platform platform(
      io, {{read_request, say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;a=b\r\n..."),
            say("\r\n0\r\n\r\n"), read_request, say("HTTP/1.1 204 No Content\r\n\r\n"), read_request,
            say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: "
                "2\r\n\r\n{}"),
            read_request, say("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"), read_request,
            say("HTTP/1.1 200 OK\r\n\r\n" + std::string(500'000, 'x')), hang_up}});
  client by(io.get_executor());
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    auto got = co_await c.send(message_to(p.url()));
    EXPECT_EQ(got.body, "ok...");
    got = co_await c.send(message_to(p.url()));
    EXPECT_EQ(got.status, 204);
    got = co_await c.send(message_to(p.url()));
    EXPECT_EQ(got.status, 404);
    EXPECT_EQ(got.body, "{}");
    EXPECT_EQ(find_header(got.headers, "link"), "") << "headers of the interim answer are not the answer's";
    auto head = message_to(p.url());
    head.method = "HEAD";
    head.body.clear();
    got = co_await c.send(head);
    EXPECT_EQ(got.what, outcome::answered) << got.error;
    EXPECT_EQ(got.body, "");
    got = co_await c.send(message_to(p.url()));
    EXPECT_EQ(got.body.size(), 500'000U);
    EXPECT_EQ(p.accepted, 1);
  }(by, platform));
}

TEST_F(HttpClient, WhatNeverLeftIsNotSent) {
  // A port where nobody listens any more.
  std::uint16_t port = 0;
  {
    const tcp::acceptor gone(io, {asio::ip::make_address("127.0.0.1"), 0});
    port = gone.local_endpoint().port();
  }
  client by(io.get_executor());
  auto got = ask(by, message_to("http://127.0.0.1:" + std::to_string(port) + "/"));
  EXPECT_EQ(got.what, outcome::not_sent);
  EXPECT_NE(got.error.find("connect: "), std::string::npos) << got.error;

  for (const char* bad :
       {"", "graph.facebook.com", "ftp://a.vn/", "http://", "http://a.vn:0/", "http://a.vn:99999/",
        "http://a.vn:/", "http://u:p@a.vn/", "http://a.vn/a b", "http://a.vn/\r\nX: y", "http://[::1/"}) {
    got = ask(by, message_to(bad));
    EXPECT_EQ(got.what, outcome::not_sent) << bad;
    EXPECT_FALSE(got.error.empty()) << bad;
  }
  auto smuggled = message_to("http://127.0.0.1:" + std::to_string(port) + "/");
  smuggled.headers.emplace_back("X-Name", "a\r\nX-Evil: b");
  got = ask(by, smuggled);
  EXPECT_EQ(got.what, outcome::not_sent);
  EXPECT_NE(got.error.find("no header may hold"), std::string::npos) << got.error;
}

TEST_F(HttpClient, ANameThatDoesNotExistIsNotSent) {
  client by(io.get_executor());
  const auto got = ask(by, message_to("http://khong-co.invalid/"));
  EXPECT_EQ(got.what, outcome::not_sent);
  EXPECT_NE(got.error.find("khong-co.invalid: "), std::string::npos) << got.error;
}

TEST_F(HttpClient, SpeaksTlsWithAServerItCanVerify) {
  authority ca;
  auto context = ca.context("DNS:localhost,IP:127.0.0.1");
  fake_platform platform(io, {{read_request, ok, read_request, ok, wait_for_end}}, &context);
  client by(io.get_executor(), file(ca.root_pem()));
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    const auto first = co_await c.send(message_to(p.url("/a", "localhost")));
    EXPECT_EQ(first.what, outcome::answered) << first.error;
    EXPECT_EQ(p.server_name, "localhost");
    const auto second = co_await c.send(message_to(p.url("/b", "localhost")));
    EXPECT_EQ(second.what, outcome::answered) << second.error;
    EXPECT_EQ(p.accepted, 1) << "the connection is kept over TLS too";
    c.close();
  }(by, platform));
}

TEST_F(HttpClient, AKeptTlsConnectionThatWasClosedIsNotWrittenTo) {
  authority ca;
  auto context = ca.context("IP:127.0.0.1");
  fake_platform platform(io, {{read_request, ok, hang_up}, {read_request, ok, hang_up}}, &context);
  client by(io.get_executor(), file(ca.root_pem()));
  tell([](client& c, fake_platform& p) -> asio::awaitable<void> {
    const auto first = co_await c.send(message_to(p.url()));
    EXPECT_EQ(first.what, outcome::answered) << first.error;
    co_await until([&] { return p.ended == 1; });
    const auto second = co_await c.send(message_to(p.url()));
    EXPECT_EQ(second.what, outcome::answered) << second.error;
    EXPECT_EQ(p.requests.size(), 2U);
  }(by, platform));
}

TEST_F(HttpClient, TellsNothingToAServerItCannotVerify) {
  authority ca;
  authority stranger;
  struct {
    const char* what;
    ssl::context context;
    bool known;
  } cases[] = {{"another name", ca.context("DNS:api.zalo.example"), true},
               {"an old certificate", ca.context("IP:127.0.0.1", -3600), true},
               {"an unknown authority", stranger.context("IP:127.0.0.1"), true},
               {"our own authority, not installed", ca.context("IP:127.0.0.1"), false}};
  for (auto& one : cases) {
    fake_platform platform(io, {{read_request, ok}}, &one.context);
    client by(io.get_executor(), one.known ? file(ca.root_pem()) : "");
    const auto got = ask(by, message_to(platform.url()));
    EXPECT_EQ(got.what, outcome::not_sent) << one.what << ": " << got.error;
    EXPECT_NE(got.error.find("certificate refused: "), std::string::npos) << one.what << ": " << got.error;
    EXPECT_TRUE(platform.requests.empty()) << one.what;
  }
}

TEST_F(HttpClient, APlainServerOnATlsPortIsNotSent) {
  fake_platform platform(io, {{say("HTTP/1.1 400 Bad Request\r\n\r\n"), hang_up}});
  client by(io.get_executor());
  auto url = platform.url();
  url.insert(4, "s");
  const auto got = ask(by, message_to(url));
  EXPECT_EQ(got.what, outcome::not_sent);
  EXPECT_NE(got.error.find("TLS: "), std::string::npos) << got.error;
}

TEST_F(HttpClient, AHandshakeThatNeverEndsIsTimedOutAndNotSent) {
  fake_platform platform(io, {{wait_for_end}});
  client by(io.get_executor());
  auto what = message_to("https" + platform.url().substr(4));
  what.timeout = 200ms;
  const auto begin = std::chrono::steady_clock::now();
  const auto got = ask(by, what);
  EXPECT_EQ(got.what, outcome::not_sent) << got.error;
  EXPECT_NE(got.error.find("timed out"), std::string::npos) << got.error;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(HttpClient, ManyCallsAtOnceAreIndependent) {
  std::deque<script> connections;
  for (int i = 0; i < 20; ++i) connections.push_back({read_request, ok, hang_up});
  fake_platform platform(io, connections);
  client by(io.get_executor());
  tell([](client& c, fake_platform& p, asio::io_context& io) -> asio::awaitable<void> {
    int answered = 0;
    for (int i = 0; i < 20; ++i) {
      asio::co_spawn(io, c.send(message_to(p.url())),
                     [&](const std::exception_ptr& failure, const answer& got) {
                       EXPECT_FALSE(failure);
                       if (got.what == outcome::answered) ++answered;
                     });
    }
    co_await until([&] { return answered == 20; });
  }(by, platform, io));
}

TEST_F(HttpClient, AWrongCertificateFileIsNamed) {
  try {
    client by(io.get_executor(), "/khong/co/ca.pem");
    FAIL() << "the file does not exist";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("/khong/co/ca.pem"), std::string::npos) << e.what();
  }
}

TEST_F(HttpClient, TalksWithOurOwnServer) {
  serve(plain(
      [](const request& asked) { return json(201, asked.body + std::string(asked.header("x-token"))); }));
  client by(io.get_executor());
  tell([](HttpClient& t, client& c) -> asio::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      auto what = message_to("http://" + t.server_->address() + "/a");
      what.headers.emplace_back("X-Token", "7");
      const auto got = co_await c.send(what);
      EXPECT_EQ(got.what, outcome::answered) << got.error;
      EXPECT_EQ(got.status, 201);
      EXPECT_EQ(got.body, what.body + "7");
    }
    EXPECT_EQ(t.server_->counters().connections, 1U);
    c.close();
  }(*this, by));
}

TEST_F(HttpTest, WithTimeoutGivesTheValueTheFailureOrNothing) {
  tell([](asio::io_context& io) -> asio::awaitable<void> {
    const auto after = [&io](std::chrono::milliseconds time, bool fails) -> asio::awaitable<int> {
      asio::steady_timer pause(io, time);
      co_await pause.async_wait(asio::use_awaitable);
      if (fails) throw std::runtime_error("failed");
      co_return 7;
    };
    auto quick = after(1ms, false);
    const auto seven = co_await with_timeout<int>(std::move(quick), 10s);
    EXPECT_EQ(seven, 7);
    auto slow = after(1h, false);
    const auto nothing = co_await with_timeout<int>(std::move(slow), 5ms);
    EXPECT_EQ(nothing, std::nullopt);
    std::string failure;
    try {
      auto failing = after(1ms, true);
      co_await with_timeout<int>(std::move(failing), 10s);
    } catch (const std::runtime_error& e) {
      failure = e.what();
    }
    EXPECT_EQ(failure, "failed");
  }(io));
}

}  // namespace
}  // namespace thanthien::bot::http::test
