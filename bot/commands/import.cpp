#include "bot/clock.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/records/dossier_file.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

namespace thanthien::bot::commands {

namespace {

struct options {
  std::string config, file;
  bool skip_bad = false, replace_all = false, json = false;
};

nlohmann::json problems_json(const std::vector<knowledge::problem>& problems) {
  auto out = nlohmann::json::array();
  for (const auto& p : problems)
    out.push_back({{"severity", p.severity == knowledge::problem::level::error ? "error" : "advice"},
                   {"line", p.line},
                   {"column", p.column},
                   {"message", p.message},
                   {"hint", p.hint}});
  return out;
}

void import_dossiers(const options& o) {
  auto table = read_dossier_file(o.file);
  const bool sound = !knowledge::has_errors(table.problems);
  const bool taken = table.readable && (sound || o.skip_bad);
  if (!o.json) std::cerr << knowledge::to_string(table.problems);
  nlohmann::json out{{"imported", taken}, {"bad", table.bad}, {"problems", problems_json(table.problems)}};
  if (!taken) {
    if (o.json)
      std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    else
      std::cerr << "Chưa nhập dòng nào. Sửa các lỗi trên rồi nhập lại"
                << (table.readable ? fmt::format(", hoặc thêm --skip-bad để bỏ qua {} dòng sai.\n", table.bad)
                                   : ".\n");
    throw CLI::RuntimeError(1);
  }
  // A full table with rows left out would take their dossiers away from the residents.
  if (o.replace_all && table.bad > 0) {
    std::cerr << "--replace-all không dùng được khi còn dòng sai: hồ sơ ở dòng bị bỏ qua sẽ mất khỏi danh "
                 "sách. Sửa tệp rồi nhập lại.\n";
    throw CLI::RuntimeError(1);
  }
  with_store(o.config, [&](store& where) -> awaitable<void> {
    const auto now = system_now();
    const auto counts = co_await where.import_dossiers(std::move(table.rows), o.replace_all, now);
    const auto told = fmt::format("fresh={} changed={} unchanged={} gone={} bad={}", counts.fresh,
                                  counts.changed, counts.unchanged, counts.gone, table.bad);
    co_await where.audit(now, 0, "dossiers_imported", told);
    if (o.json) {
      out.update({{"new", counts.fresh},
                  {"changed", counts.changed},
                  {"unchanged", counts.unchanged},
                  {"gone", counts.gone}});
      std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    } else {
      std::cout << fmt::format(
          "Đã nhập: {} hồ sơ mới, {} thay đổi, {} giữ nguyên, {} không còn; bỏ qua {} dòng sai.\n",
          counts.fresh, counts.changed, counts.unchanged, counts.gone, table.bad);
    }
  });
}

}  // namespace

void add_import(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("import", "Nhập dữ liệu của đơn vị / import an office's data");
  command->require_subcommand(1);
  auto* dossiers = command->add_subcommand(
      "dossiers", "Nhập danh sách hồ sơ từ tệp CSV, để bà con tra bằng mã / dossiers from a CSV file");
  dossiers->add_option("file", o->file, "Tệp CSV: Mã hồ sơ, Trạng thái, Ngày hẹn trả ... / the file")
      ->required();
  dossiers->add_option("--config", o->config, "Tệp cấu hình (bỏ trống: bản dùng thử) / configuration file");
  dossiers->add_flag("--skip-bad", o->skip_bad,
                     "Bỏ qua dòng sai, nhập các dòng còn lại / import the sound rows only");
  dossiers->add_flag("--replace-all", o->replace_all,
                     "Tệp là danh sách đầy đủ: hồ sơ không có trong tệp bị xóa / a full table");
  dossiers->add_flag("--json", o->json, "Kết quả dạng JSON / JSON output");
  dossiers->callback([o] { import_dossiers(*o); });
}

}  // namespace thanthien::bot::commands
