#pragma once

#include "bot/store/store.hpp"

#include <filesystem>
#include <memory>

namespace thanthien::bot {

/// One machine, one file: SQLite in WAL mode with synchronous=FULL, one writing and one reading thread.
/// Throws when the file cannot be opened or was written by a newer program.
std::unique_ptr<store> open_sqlite_store(const std::filesystem::path& file);

}  // namespace thanthien::bot
