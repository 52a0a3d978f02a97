#include "bot/commands/commands.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  CLI::App program("Thân Thiện: trợ lý trò chuyện của xã, phường / a chat assistant for communes and wards", "thanthien");
  program.set_version_flag("--version", THANTHIEN_VERSION);
  program.require_subcommand(1);
  namespace commands = thanthien::bot::commands;
  commands::add_serve(program);
  commands::add_chat(program);
  commands::add_ask(program);
  commands::add_check(program);
  commands::add_test(program);
  commands::add_draw(program);
  commands::add_user(program);
  commands::add_report(program);
  commands::add_import(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::RuntimeError& done) {
    return done.get_exit_code();
  } catch (const CLI::ParseError& wrong) {
    return program.exit(wrong) == 0 ? 0 : 2;
  } catch (const std::exception& failure) {
    std::cerr << "thanthien: " << failure.what() << '\n';
    return 2;
  }
  return 0;
}
