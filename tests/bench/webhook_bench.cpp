// Signed Messenger webhooks against three servers, one after the other, from one generator:
//
//   bare       Beast's own read and write, the HMAC over the raw body, 200: what the library and the kernel
//   cost listener   bot/http with the same check: what our limits, time-outs and copies add turn `thanthien
//   serve`: signature, parsing, the walk, one durable transaction (WAL, synchronous=FULL), 200;
//              the replies go out meanwhile to a platform that this program plays, and are counted
//
// Closed loop: each connection sends its next webhook when the last was answered. Every webhook is from
// another person with another message id. Requests are made and signed before the clock starts.

#include "bot/http/server.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = thanthien::bot::http;
using asio::ip::tcp;
using std::chrono::steady_clock;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

const std::string secret = "khoa-do-luong-0123456789abcdef";
const std::string page = "900000000000001";

// ---- what residents write

constexpr std::array questions{
    "Con em mới sinh tuần trước, giờ đi khai sinh thì mang theo những gì?",
    "cho hoi lam giay ket hon het bao nhieu tien",
    "Phường mình sáng thứ bảy có ai tiếp dân không vậy?",
    "Ông nội tôi mất hôm kia, con cháu phải khai tử trong mấy ngày ạ",
    "em muốn xin giấy xác nhận độc thân để đi làm hồ sơ",
    "chung thuc ban sao bang cap o dau",
    "Nhà tôi mới sửa lại, có phải xin phép xây dựng không?",
    "Đăng ký tạm trú cho công nhân ở trọ làm sao",
    "trụ sở ủy ban nằm ở đường nào thế",
    "Mẹ tôi 82 tuổi thì được trợ cấp gì không cháu?",
    "lam lai giay khai sinh bi mat can gi",
    "Nộp hồ sơ hai tuần rồi mà chưa thấy ai gọi",
    "muốn mở quán cà phê nhỏ thì đăng ký ở phường được không",
    "dạ em cảm ơn nhiều ạ",
    "Chào bạn",
    "Sổ đỏ đứng tên cha, nay cha mất thì sang tên thế nào?",
};

void append_escaped(std::string& out, std::string_view utf8) {
  // As Meta writes it: everything above ASCII as \uXXXX, in lower case.
  for (std::size_t i = 0; i < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : 3;
    unsigned point = length == 1 ? byte : length == 2 ? byte & 0x1FU : byte & 0x0FU;
    for (std::size_t k = 1; k < length; ++k)
      point = point << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    i += length;
    if (point < 0x80) {
      out.push_back(static_cast<char>(point));
    } else {
      std::array<char, 8> text{};
      std::snprintf(text.data(), text.size(), "\\u%04x", point);
      out += text.data();
    }
  }
}

std::string signature(std::string_view body) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
  std::string out = "sha256=";
  for (const auto byte : digest) {
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 15]);
  }
  return out;
}

bool signature_is_good(std::string_view given, std::string_view body) {
  const auto expected = signature(body);
  return given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

/// A whole HTTP request; `number` makes person and message its own.
std::string webhook(std::uint64_t number) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto time = std::to_string(now.count());
  std::string body = R"({"object":"page","entry":[{"id":")" + page + R"(","time":)" + time +
                     R"(,"messaging":[{"sender":{"id":")" + std::to_string(7'000'000'000'000'000 + number) +
                     R"("},"recipient":{"id":")" + page + R"("},"timestamp":)" + time +
                     R"(,"message":{"mid":"m_bench_)" + time + "_" + std::to_string(number) + R"(","text":")";
  append_escaped(body, questions[number % questions.size()]);
  body += R"("}}]}]})";
  std::string out =
      "POST /webhooks/messenger HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: "
      "facebookexternalua\r\n"
      "X-Hub-Signature-256: " +
      signature(body) +
      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return out + body;
}

// ---- the servers

/// Runs one server until the parent goes; says its address as `thanthien serve` does.
void serve_bare() {
  asio::io_context io{1};
  tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  const auto session = [](tcp::socket socket) -> asio::awaitable<void> {
    beast::tcp_stream stream(std::move(socket));
    stream.socket().set_option(tcp::no_delay(true));
    beast::flat_buffer buffer;
    while (true) {
      beast::http::request<beast::http::string_body> asked;
      stream.expires_after(std::chrono::seconds(30));
      const auto [failure, bytes] = co_await beast::http::async_read(stream, buffer, asked, as_result);
      if (failure) co_return;
      const auto given = asked["X-Hub-Signature-256"];
      const bool good = signature_is_good({given.data(), given.size()}, asked.body());
      beast::http::response<beast::http::string_body> answer(
          good ? beast::http::status::ok : beast::http::status::unauthorized, asked.version());
      answer.keep_alive(asked.keep_alive());
      answer.prepare_payload();
      const auto [broken, sent] = co_await beast::http::async_write(stream, answer, as_result);
      if (broken) co_return;
    }
  };
  const auto accept = [&]() -> asio::awaitable<void> {
    while (true) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      asio::co_spawn(io, session(std::move(socket)), [](const std::exception_ptr&) {});
    }
  };
  asio::co_spawn(io, accept(), [](const std::exception_ptr&) {});
  std::cout << "webhooks: http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
  io.run();
}

void serve_listener() {
  asio::io_context io{1};
  http::server_options options;
  options.listen = "127.0.0.1:0";
  http::server server(io.get_executor(), options, [](http::request asked) -> asio::awaitable<http::response> {
    co_return http::text(signature_is_good(asked.header("X-Hub-Signature-256"), asked.body) ? 200 : 401, "");
  });
  server.start();
  std::cout << "webhooks: http://" << server.address() << std::endl;
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
  io.run();
}

/// A program started and ended by us; its standard output says where it listens.
class child {
 public:
  child(const std::vector<std::string>& command, const std::string& log) {
    std::array<int, 2> pipe_ends{};
    if (::pipe(pipe_ends.data()) != 0) throw std::runtime_error("pipe failed");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(pipe_ends[1], STDOUT_FILENO);
      if (std::FILE* file = std::fopen(log.c_str(), "w")) ::dup2(::fileno(file), STDERR_FILENO);
      ::close(pipe_ends[0]);
      ::close(pipe_ends[1]);
      std::vector<char*> arguments;
      for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      ::execv(arguments[0], arguments.data());
      std::_Exit(127);
    }
    ::close(pipe_ends[1]);
    out_ = ::fdopen(pipe_ends[0], "r");
    std::array<char, 512> line{};
    const std::string mark = "webhooks: http://127.0.0.1:";
    while (port_ == 0 && std::fgets(line.data(), line.size(), out_) != nullptr) {
      const std::string_view text = line.data();
      if (text.starts_with(mark))
        std::from_chars(text.data() + mark.size(), text.data() + text.size(), port_);
    }
    if (port_ == 0) {
      stop();
      std::ifstream said(log);
      throw std::runtime_error(
          command[0] + " did not start. It said:\n" +
          std::string{std::istreambuf_iterator<char>(said), std::istreambuf_iterator<char>()});
    }
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() { stop(); }

  std::uint16_t port() const { return port_; }

  /// Processor time that it has used so far, in seconds.
  double processor_seconds() const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/stat");
    std::string all{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto close = all.rfind(')');
    unsigned long user = 0;
    unsigned long system = 0;
    if (close == std::string::npos ||
        std::sscanf(all.c_str() + close + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system) != 2) {
      return 0;
    }
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    if (out_ != nullptr) std::fclose(out_);
  }

 private:
  pid_t pid_ = -1;
  std::FILE* out_ = nullptr;
  std::uint16_t port_ = 0;
};

/// The platform that the turn's replies go to: accepts and counts them, on a thread of its own.
class platform {
 public:
  platform() {
    http::server_options options;
    options.listen = "127.0.0.1:0";
    server_ = std::make_unique<http::server>(
        io_.get_executor(), options, [this](http::request asked) -> asio::awaitable<http::response> {
          // Typing marks are sender actions, not replies.
          if (asked.body.find("\"message\"") != std::string::npos) ++replies;
          co_return http::json(
              200, R"({"recipient_id":"1","message_id":"m_)" + std::to_string(++answers_) + R"("})");
        });
    server_->start();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~platform() {
    io_.stop();
    thread_.join();
  }
  std::string address() const { return "http://" + server_->address(); }

  std::atomic<std::uint64_t> replies = 0;

 private:
  asio::io_context io_{1};
  std::unique_ptr<http::server> server_;
  std::uint64_t answers_ = 0;
  std::thread thread_;
};

// ---- the generator

struct figures {
  double seconds = 0;
  double processor = 0;  ///< seconds of the server
  std::size_t count = 0;
  std::size_t failures = 0;
  std::vector<std::uint32_t> micros;

  double rate() const { return static_cast<double>(count) / seconds; }
  double milliseconds(double share) {
    if (micros.empty()) return 0;
    const auto at =
        std::min(micros.size() - 1, static_cast<std::size_t>(share * static_cast<double>(micros.size())));
    std::nth_element(micros.begin(), micros.begin() + static_cast<std::ptrdiff_t>(at), micros.end());
    return micros[at] / 1000.0;
  }
};

struct load {
  std::vector<std::string> requests;
  std::size_t next = 0;
  figures result;
};

asio::awaitable<void> drive(tcp::socket socket, std::shared_ptr<load> of) {
  std::array<char, 8192> space{};
  while (of->next < of->requests.size()) {
    const std::string& one = of->requests[of->next++];
    const auto begin = steady_clock::now();
    const auto [unwritten, written] = co_await asio::async_write(socket, asio::buffer(one), as_result);
    std::size_t have = 0;
    std::size_t whole = 0;
    boost::system::error_code failure = unwritten;
    while (!failure && (whole == 0 || have < whole)) {
      if (have == space.size()) failure = asio::error::no_buffer_space;
      if (failure) break;
      const auto [ec, count] =
          co_await socket.async_read_some(asio::buffer(space.data() + have, space.size() - have), as_result);
      failure = ec;
      have += count;
      const std::string_view text(space.data(), have);
      const auto end = text.find("\r\n\r\n");
      if (whole != 0 || end == std::string_view::npos) continue;
      whole = end + 4;
      const auto field = text.find("Content-Length: ");
      std::size_t length = 0;
      if (field < end) std::from_chars(text.data() + field + 16, text.data() + end, length);
      whole += length;
    }
    ++of->result.count;
    if (failure || !std::string_view(space.data(), have).starts_with("HTTP/1.1 200 ")) ++of->result.failures;
    if (failure) co_return;
    of->result.micros.push_back(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin).count()));
  }
}

/// Sends `count` webhooks over `connections`; each number is used once in the whole run.
figures measure(const child& server, std::size_t connections, std::size_t count, std::uint64_t& number) {
  auto of = std::make_shared<load>();
  of->requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) of->requests.push_back(webhook(++number));
  of->result.micros.reserve(count);
  asio::io_context io{1};
  std::vector<tcp::socket> sockets;
  for (std::size_t i = 0; i < connections; ++i) {
    sockets.emplace_back(io).connect({asio::ip::make_address("127.0.0.1"), server.port()});
    sockets.back().set_option(tcp::no_delay(true));
  }
  const double before = server.processor_seconds();
  const auto begin = steady_clock::now();
  for (auto& socket : sockets) {
    asio::co_spawn(io, drive(std::move(socket), of), [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
  io.run_for(std::chrono::minutes(5));
  of->result.seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  of->result.processor = server.processor_seconds() - before;
  of->result.failures += count - of->result.count;
  return std::move(of->result);
}

std::string config_text(const std::string& api) {
  return "store: sqlite:bench.db\n"
         "webhooks: {listen: 127.0.0.1:0}\n"
         "console: {listen: 127.0.0.1:0}\n"
         "messenger:\n"
         "  app_id: \"1000000000000001\"\n"
         "  app_secret: " +
         secret +
         "\n"
         "  verify_token: ma-xac-minh-do-luong\n"
         "  api: " +
         api +
         "\n"
         "  pages:\n"
         "    - {page_id: \"" +
         page + "\", unit: tran-bien, access_token: \"EAAbench\"}\n";
}

struct arguments {
  std::string program;
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  std::vector<std::size_t> connections{1, 16, 64, 256};
  std::size_t count = 10'000;
  bool help = false;
};

constexpr const char* usage =
    "webhook_bench --program build/release/bot/thanthien [--folder FOLDER] [--connections 1,16,64,256] "
    "[--count 10000]\n"
    "  --folder       where the database is made (on the disk to be measured); removed afterwards\n"
    "  --connections  numbers of keep-alive connections, one measurement each\n"
    "  --count        webhooks per measurement (a quarter of it with one connection), 100 to 1000000\n";

arguments parse(int argc, char** argv) {
  arguments out;
  const auto number = [](std::string_view text, std::size_t least, std::size_t most) {
    std::size_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || value < least || value > most) {
      throw std::invalid_argument("not a number from " + std::to_string(least) + " to " +
                                  std::to_string(most) + ": " + std::string(text));
    }
    return value;
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      out.help = true;
      return out;
    }
    if (i + 1 == argc) throw std::invalid_argument("a value is missing after " + std::string(name));
    const std::string_view value = argv[++i];
    if (name == "--program") {
      out.program = value;
    } else if (name == "--folder") {
      out.folder = value;
    } else if (name == "--count") {
      out.count = number(value, 100, 1'000'000);
    } else if (name == "--connections") {
      out.connections.clear();
      for (std::size_t at = 0; at <= value.size();) {
        const auto comma = std::min(value.find(',', at), value.size());
        out.connections.push_back(number(value.substr(at, comma - at), 1, 900));
        at = comma + 1;
      }
    } else {
      throw std::invalid_argument("unknown: " + std::string(name));
    }
  }
  if (!std::filesystem::exists(out.program))
    throw std::invalid_argument("--program does not exist: " + out.program);
  return out;
}

int run(const arguments& with, const std::string& self) {
  std::string name = (with.folder / "webhook-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("cannot make a folder in " + with.folder.string());
  const std::filesystem::path folder = name;
  struct remover {
    std::filesystem::path what;
    ~remover() {
      std::error_code ignored;
      std::filesystem::remove_all(what, ignored);
    }
  } const remove{folder};

  platform sends;
  std::ofstream(folder / "bench.yaml") << config_text(sends.address());
  child bare({self, "serve-bare"}, (folder / "bare.log").string());
  child listener({self, "serve-listener"}, (folder / "listener.log").string());
  child turn({std::filesystem::absolute(with.program).string(), "serve", "--config",
              (folder / "bench.yaml").string()},
             (folder / "turn.log").string());

  double busy = 0;  // of other programs: figures from a machine at work say little
  ::getloadavg(&busy, 1);
  std::printf("%u processors, load average before the run %.1f\n", std::thread::hardware_concurrency(), busy);
  std::fflush(stdout);
  std::cout << "signed Messenger webhooks, closed loop, each from another person; SQLite in WAL with "
               "synchronous=FULL\n"
               "'of bare' is requests/s as a share of bare Beast; 'CPU' is the server's processor time per "
               "request\n\n"
               "connections  server       requests/s  of bare   p50 ms   p99 ms  max ms   CPU us\n";
  std::uint64_t number = 0;
  std::uint64_t to_turn = 0;
  std::size_t failures = 0;
  struct row {
    const char* name;
    const child& server;
  };
  const std::array rows{row{"bare Beast", bare}, row{"listener", listener}, row{"whole turn", turn}};
  for (const auto& one : rows) {
    const auto warm = measure(one.server, 8, 400, number);
    failures += warm.failures;
    if (&one.server == &turn) to_turn += warm.count;
  }
  for (const auto connections : with.connections) {
    double bare_rate = 0;
    for (const auto& one : rows) {
      auto got = measure(one.server, connections,
                         connections == 1 ? std::max<std::size_t>(with.count / 4, 100) : with.count, number);
      failures += got.failures;
      if (&one.server == &bare) bare_rate = got.rate();
      if (&one.server == &turn) to_turn += got.count;
      std::printf("%11zu  %-11s  %10.0f  %6.1f%%  %7.2f  %7.2f  %6.1f  %7.0f%s\n", connections, one.name,
                  got.rate(), 100 * got.rate() / bare_rate, got.milliseconds(0.50), got.milliseconds(0.99),
                  got.milliseconds(1.0), 1e6 * got.processor / static_cast<double>(got.count),
                  got.failures == 0 ? "" : "  NOT ALL WERE 200");
      std::fflush(stdout);
    }
  }

  // A webhook that was answered is a debt: each person is sent something.
  const auto begin = steady_clock::now();
  std::uint64_t seen = sends.replies;
  auto moved = begin;
  while (sends.replies < to_turn && steady_clock::now() - moved < std::chrono::seconds(20)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (sends.replies != seen) {
      seen = sends.replies;
      moved = steady_clock::now();
    }
  }
  const double drained = std::chrono::duration<double>(steady_clock::now() - begin).count();
  std::printf(
      "\nreplies that reached the platform: %llu for %llu webhooks, the last %.1f s after the last webhook\n",
      static_cast<unsigned long long>(sends.replies.load()), static_cast<unsigned long long>(to_turn),
      drained);
  if (sends.replies < to_turn) ++failures;
  if (failures > 0) std::printf("FAILED: %zu\n", failures);
  turn.stop();
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && std::string_view(argv[1]) == "serve-bare") return serve_bare(), 0;
    if (argc == 2 && std::string_view(argv[1]) == "serve-listener") return serve_listener(), 0;
    const auto with = parse(argc, argv);
    if (with.help) {
      std::cout << usage;
      return 0;
    }
    return run(with, std::filesystem::read_symlink("/proc/self/exe").string());
  } catch (const std::invalid_argument& e) {
    std::cerr << "webhook_bench: " << e.what() << '\n' << usage;
  } catch (const std::exception& e) {
    std::cerr << "webhook_bench: " << e.what() << '\n';
  }
  return 2;
}
