#include "bot/commands/commands.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/config.hpp"
#include "bot/service.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <iostream>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace thanthien::bot::commands {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 10s;

/// One line an event, `key=value`, on stderr: the journal of the machine adds nothing and loses nothing.
void set_up_log(const std::string& level) {
  auto log = spdlog::stderr_logger_st("thanthien");
  log->set_pattern("time=%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::info);
  spdlog::set_default_logger(log);
}

awaitable<void> run(service& program, bool demo) {
  const auto code = co_await program.start();
  // Programs read these lines; people too.
  std::cout << "webhooks: http://" << program.webhooks_address() << '\n'
            << "console: http://" << program.console_address() << '\n';
  if (!code.empty()) std::cout << "setup code: " << code << '\n';
  if (demo)
    std::cout << "\nTrò chuyện thử như người dân:   http://" << program.webhooks_address() << "/chat/\n"
              << "Trang điều hành của cán bộ:     http://" << program.console_address() << "/\n"
              << (code.empty() ? std::string() : "Mã tạo tài khoản đầu tiên:      " + code + "\n")
              << "Dừng: Ctrl+C\n";
  std::cout << std::flush;
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
  spdlog::info("event=stopping");
  co_await program.stop(patience);
}

}  // namespace

void add_serve(CLI::App& program) {
  struct options {
    std::string config, log_level = "info";
  };
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("serve", "Chạy máy chủ; không có --config thì chạy bản dùng thử / run the server, without --config a demo");
  command->add_option("--config", o->config, "Tệp cấu hình YAML / configuration file");
  command->add_option("--log-level", o->log_level, "debug | info | warning | error");
  command->callback([o] {
    set_up_log(o->log_level);
    asio::io_context loop(1);
    auto settings = config_from(o->config);
    service running(loop.get_executor(), std::move(settings));
    std::exception_ptr failure;
    asio::co_spawn(loop, run(running, o->config.empty()), [&](std::exception_ptr e) {
      failure = e;
      loop.stop();
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    spdlog::info("event=stopped");
  });
}

}  // namespace thanthien::bot::commands
