#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

namespace thanthien::bot::commands {

namespace {

struct options {
  content_option content;
  bool as_json = false;
};

void run(const options& o) {
  std::vector<knowledge::problem> problems;
  const auto loaded = load_content(o.content.folders(), problems);
  if (o.as_json) {
    std::cout << problems_json(problems).dump(1) << '\n';
  } else {
    std::cout << knowledge::to_string(problems);
    if (loaded)
      std::cout << "Nội dung dùng được: " << loaded->known->procedures().size() << " thủ tục, " << loaded->known->units().size()
                << " đơn vị, " << loaded->known->topics().size() << " chủ đề khác, " << loaded->dialogs->names().size()
                << " kịch bản; " << problems.size() << " lời khuyên.\n";
    else
      std::cout << "Nội dung chưa dùng được: hãy sửa các lỗi ở trên. Máy chủ vẫn dùng bản tốt trước đó.\n";
  }
  if (!loaded) throw CLI::RuntimeError(1);
}

}  // namespace

void add_check(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("check", "Kiểm tra mọi tệp nội dung / check all content files");
  command->add_flag("--json", o->as_json, "Kết quả dạng JSON / as JSON");
  o->content.add_to(*command);
  command->callback([o] { run(*o); });
}

}  // namespace thanthien::bot::commands
