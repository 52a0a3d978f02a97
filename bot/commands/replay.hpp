#pragma once

#include "bot/commands/content_option.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace thanthien::bot::commands {

struct replay_options {
  content_option content;
  std::string config;                            ///< its database is read; empty: the demo's
  std::optional<std::filesystem::path> lines;    ///< a file of `chat --jsonl` lines instead of the database
  std::vector<std::filesystem::path> against;    ///< folders laid over the present content
  std::string unit;                              ///< of the conversations in `lines`
  int limit = 1000;                              ///< newest conversations of the database
  bool as_json = false;
};

/// Says the conversations again and prints the answers that differ, masked. Ends the program with 1 when there are any, with 2
/// when it cannot be tried.
void run_replay(const replay_options& o);

}  // namespace thanthien::bot::commands
