#pragma once

#include "bot/content.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace thanthien::bot::commands {

/// `--content FOLDER` as often as wanted: folders laid over the shipped files.
class content_option {
 public:
  void add_to(CLI::App& command);

  /// Loads; when the files are unsound, prints all problems and ends the program with 1.
  std::shared_ptr<const content> load() const;
  content_folders folders() const;

  /// The folders of a configuration lie below those of the command line.
  void put_below(const std::vector<std::filesystem::path>& configured);
  /// Folders to try out lie over all others.
  void put_above(const std::vector<std::filesystem::path>& tried);

 private:
  std::vector<std::filesystem::path> overlays_;
};

/// Sorted, as editors read them: [{level: "error" | "advice", file, line, column, message, hint}].
nlohmann::json problems_json(std::vector<knowledge::problem> problems);

}  // namespace thanthien::bot::commands
