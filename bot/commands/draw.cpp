#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/config.hpp"
#include "dialogs/draw.hpp"
#include "knowledge/problem.hpp"

#include <fstream>
#include <iostream>

namespace thanthien::bot::commands {

namespace fs = std::filesystem;

namespace {

struct options {
  content_option content;
  std::string config, dialog;
  fs::path file, all;
};

void write(const fs::path& file, const std::string& svg) {
  std::ofstream out(file, std::ios::binary);
  out << svg;
  if (out.flush()) return;
  std::cerr << "thanthien draw: không ghi được tệp " << file.string() << " / cannot write the file\n";
  throw CLI::RuntimeError(2);
}

void run(options& o) {
  if (o.dialog.empty() == o.all.empty()) {
    std::cerr << "thanthien draw: cho tên một hội thoại, hoặc --all THƯ-MỤC / name one dialog, or --all FOLDER\n";
    throw CLI::RuntimeError(2);
  }
  if (!o.config.empty()) o.content.put_below(config_from(o.config).content);
  const auto said = o.content.load();
  const auto& dialogs = said->dialogs->inside();
  const auto svg = [&](const dialogs::dialog& d) { return dialogs::svg_of(dialogs::picture_of(d, dialogs, *said->known)); };
  if (!o.all.empty()) {
    std::error_code failed;
    fs::create_directories(o.all, failed);
    for (const auto& [name, d] : dialogs.dialogs) write(o.all / (name + ".svg"), svg(d));
    std::cerr << "Đã vẽ " << dialogs.dialogs.size() << " hội thoại vào " << o.all.string() << '\n';
    return;
  }
  const auto* d = dialogs.find(o.dialog);
  if (d == nullptr) {
    const auto near = knowledge::nearest(o.dialog, said->dialogs->names());
    std::cerr << "thanthien draw: không có hội thoại nào tên \"" << o.dialog << "\" / no such dialog\n";
    if (!near.empty()) std::cerr << "    Có phải bạn muốn viết \"" << near << "\"?\n";
    throw CLI::RuntimeError(2);
  }
  if (o.file.empty())
    std::cout << svg(*d);
  else
    write(o.file, svg(*d));
}

}  // namespace

void add_draw(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("draw", "Vẽ một hội thoại thành hình để in ra, bàn bạc / a dialog as a picture (SVG)");
  command->add_option("dialog", o->dialog, "Tên hội thoại, ví dụ phan-anh-kien-nghi / name of the dialog");
  command->add_option("-o,--output", o->file, "Tệp SVG (bỏ trống: in ra màn hình) / file; standard output when absent");
  command->add_option("--all", o->all, "Vẽ mọi hội thoại vào thư mục này / all dialogs into this folder");
  command->add_option("--config", o->config, "Tệp cấu hình: vẽ nội dung của máy chủ đó / configuration whose content is drawn");
  o->content.add_to(*command);
  command->callback([o] { run(*o); });
}

}  // namespace thanthien::bot::commands
