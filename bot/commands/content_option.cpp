#include "bot/commands/content_option.hpp"

#include <iostream>

namespace thanthien::bot::commands {

void content_option::add_to(CLI::App& command) {
  command
      .add_option("--content", overlays_,
                  "Thư mục nội dung của đơn vị (có knowledge/ và dialogs/), đặt chồng lên nội dung có sẵn / folder laid over the shipped content")
      ->check(CLI::ExistingDirectory);
}

content_folders content_option::folders() const { return content_folders::shipped_and(overlays_); }

std::shared_ptr<const content> content_option::load() const {
  std::vector<knowledge::problem> problems;
  auto loaded = load_content(folders(), problems);
  if (loaded) return loaded;
  std::cerr << knowledge::to_string(problems);
  throw CLI::RuntimeError(1);
}

}  // namespace thanthien::bot::commands
