#include "bot/clock.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/desk/accounts.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace thanthien::bot::commands {

namespace {

struct options {
  std::string config, name, login, role = "officer";
  std::vector<std::string> units;
};

void add(const options& o) {
  with_store(o.config, [&](store& where) -> awaitable<void> {
    desk::accounts people(where, system_now);
    const auto added = co_await people.add(o.name, o.login, o.role, o.units);
    if (!added) {
      std::cerr << added.error().message << '\n';
      throw CLI::RuntimeError(1);
    }
    std::cout << "Đã thêm " << added->first.name << " (" << added->first.login << ").\nMã dùng một lần, hạn 7 ngày: " << added->second
              << "\nCán bộ mở trang điều hành, chọn \"Tôi có mã\" và đặt mật khẩu.\n";
  });
}

void list(const options& o) {
  with_store(o.config, [&](store& where) -> awaitable<void> {
    for (const auto& who : co_await where.officers()) {
      std::cout << who.login << '\t' << who.name << '\t' << (who.role == "admin" ? "quản trị" : "cán bộ") << '\t'
                << (who.disabled ? "đã khoá" : who.password_hash.empty() ? "chưa đặt mật khẩu" : "đang dùng") << '\n';
    }
  });
}

void disable(const options& o) {
  with_store(o.config, [&](store& where) -> awaitable<void> {
    desk::accounts people(where, system_now);
    for (const auto& who : co_await where.officers())
      if (who.login == o.login) {
        co_await people.disable(who.id);
        std::cout << "Đã khoá " << who.login << " và kết thúc mọi phiên làm việc.\n";
        co_return;
      }
    std::cerr << "Không có tài khoản " << o.login << '\n';
    throw CLI::RuntimeError(1);
  });
}

}  // namespace

void add_user(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("user", "Tài khoản cán bộ / officers' accounts");
  command->require_subcommand(1);
  command->add_option("--config", o->config, "Tệp cấu hình (bỏ trống: bản dùng thử) / configuration file");
  auto* adding = command->add_subcommand("add", "Thêm tài khoản, in mã đặt mật khẩu / add one, print a one-time code");
  adding->add_option("--name", o->name, "Họ tên / name")->required();
  adding->add_option("--login", o->login, "Tên đăng nhập / login")->required();
  adding->add_option("--role", o->role, "officer | admin")->check(CLI::IsMember({"officer", "admin"}));
  adding->add_option("--unit", o->units, "Đơn vị được xem; bỏ trống là tất cả / units, none = all");
  adding->callback([o] { add(*o); });
  command->add_subcommand("list", "Danh sách / list")->callback([o] { list(*o); });
  auto* disabling = command->add_subcommand("disable", "Khoá tài khoản / disable");
  disabling->add_option("login", o->login, "Tên đăng nhập / login")->required();
  disabling->callback([o] { disable(*o); });
}

}  // namespace thanthien::bot::commands
