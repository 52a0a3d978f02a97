#pragma once

#include "bot/store/store.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace thanthien::bot {
struct config;
}

namespace thanthien::bot::commands {

/// The configuration of `--config`, or the demo's; prints the problems and ends the program with 2 when it is unsound.
config config_from(const std::string& file);

/// Where the demo keeps its database: $XDG_STATE_HOME/thanthien or ~/.local/state/thanthien.
std::filesystem::path demo_folder();

/// Opens the store of a configuration. Throws with a sentence for people.
std::unique_ptr<store> open_store(const config& from);

/// Runs `work` on the store of the configuration and waits for it.
void with_store(const std::string& config_file, const std::function<awaitable<void>(store&)>& work);

}  // namespace thanthien::bot::commands
