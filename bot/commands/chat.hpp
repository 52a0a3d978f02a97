#pragma once

#include "bot/commands/content_option.hpp"

#include <filesystem>
#include <string>

namespace thanthien::bot::commands {

struct chat_options {
  content_option content;
  std::string unit;              ///< of the conversation's account
  std::string dossiers;          ///< table of dossiers to look codes up in; empty: none
  bool jsonl = false;            ///< lines of JSON in and out, instead of a terminal
  std::filesystem::path record;  ///< story file to write; empty: none
};

/// Talks until the input ends. Ends the program with 2 when the story cannot be written.
void hold_chat(const chat_options& o);

}  // namespace thanthien::bot::commands
