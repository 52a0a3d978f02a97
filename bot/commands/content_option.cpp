#include "bot/commands/content_option.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

namespace thanthien::bot::commands {

void content_option::add_to(CLI::App& command) {
  command
      .add_option("--content", overlays_,
                  "Thư mục nội dung của đơn vị (có knowledge/ và dialogs/), đặt chồng lên nội dung có sẵn / folder laid over the shipped content")
      ->allow_extra_args(false)
      ->check(CLI::ExistingDirectory);
}

content_folders content_option::folders() const { return content_folders::shipped_and(overlays_); }

void content_option::put_below(const std::vector<std::filesystem::path>& configured) {
  overlays_.insert(overlays_.begin(), configured.begin(), configured.end());
}

void content_option::put_above(const std::vector<std::filesystem::path>& tried) {
  overlays_.insert(overlays_.end(), tried.begin(), tried.end());
}

std::shared_ptr<const content> content_option::load() const {
  std::vector<knowledge::problem> problems;
  auto loaded = load_content(folders(), problems);
  if (loaded) return loaded;
  std::cerr << knowledge::to_string(problems);
  throw CLI::RuntimeError(1);
}

nlohmann::json problems_json(std::vector<knowledge::problem> problems) {
  knowledge::sort(problems);
  auto out = nlohmann::json::array();
  for (const auto& p : problems)
    out.push_back({{"level", p.severity == knowledge::problem::level::error ? "error" : "advice"},
                   {"file", p.file}, {"line", p.line}, {"column", p.column}, {"message", p.message}, {"hint", p.hint}});
  return out;
}

}  // namespace thanthien::bot::commands
