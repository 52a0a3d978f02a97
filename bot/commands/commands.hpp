#pragma once

namespace CLI {
class App;
}

namespace thanthien::bot::commands {

/// Each adds one command with its options and help to the program. A command ends the program by throwing
/// CLI::RuntimeError with its exit code: 0 done, 1 the answer is no (problems found), 2 it could not be tried.
void add_serve(CLI::App& program);
void add_chat(CLI::App& program);
void add_ask(CLI::App& program);
void add_check(CLI::App& program);
void add_test(CLI::App& program);
void add_draw(CLI::App& program);
void add_user(CLI::App& program);
void add_report(CLI::App& program);
void add_import(CLI::App& program);

}  // namespace thanthien::bot::commands
