#include "bot/commands/with_store.hpp"

#include "bot/config.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <iostream>

namespace thanthien::bot::commands {

namespace asio = boost::asio;
namespace fs = std::filesystem;

fs::path demo_folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state) return fs::path(state) / "thanthien";
  if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".local/state/thanthien";
  return fs::temp_directory_path() / "thanthien";
}

config config_from(const std::string& file) {
  if (file.empty()) {
    const auto folder = demo_folder();
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) throw std::runtime_error("không tạo được thư mục " + folder.string() + ": " + failed.message());
    return demo_config(folder);
  }
  std::vector<knowledge::problem> problems;
  if (auto read = load_config(file, problems)) return *read;
  std::cerr << knowledge::to_string(problems);
  throw CLI::RuntimeError(2);
}

std::unique_ptr<store> open_store(const config& from) {
  return open_sqlite_store(from.store.substr(std::string_view("sqlite:").size()));
}

void with_store(const std::string& config_file, const std::function<awaitable<void>(store&)>& work) {
  const auto settings = config_from(config_file);
  const auto opened = open_store(settings);
  asio::io_context loop;
  std::exception_ptr failure;
  asio::co_spawn(loop, work(*opened), [&](std::exception_ptr e) { failure = e; });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace thanthien::bot::commands
