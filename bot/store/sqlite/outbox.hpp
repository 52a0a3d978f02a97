#pragma once

#include "bot/store/sqlite/database.hpp"
#include "bot/store/store.hpp"

namespace thanthien::bot::sqlite {

int recover_sending(database& db, timestamp now);
std::vector<claimed> claim(database& db, timestamp now, int limit, const std::vector<std::string>& paused);
void settle(database& db, const settlement& what, timestamp now);
std::optional<timestamp> next_due(database& db, const std::vector<std::string>& paused);
std::optional<zalo_tokens> tokens(database& db, const std::string& account);
void save_tokens(database& db, const zalo_tokens& what, timestamp now);

}  // namespace thanthien::bot::sqlite
