#pragma once

#include "bot/store/sqlite/database.hpp"

namespace thanthien::bot::sqlite {

/// Brings the database to the newest schema in one transaction: old or new, never between. Throws when the file was
/// written by a newer program.
void migrate(database& db);

}  // namespace thanthien::bot::sqlite
