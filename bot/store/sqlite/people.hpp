#pragma once

#include "bot/store/sqlite/database.hpp"
#include "bot/store/store.hpp"

namespace thanthien::bot::sqlite {

std::vector<case_row> cases(database& db, const std::string& which, std::int64_t officer,
                            const std::vector<std::string>& units, int limit);
std::optional<case_row> find_case(database& db, const std::string& code);
std::optional<case_row> open_case_of(database& db, std::int64_t conversation);
std::vector<note> notes(database& db, const std::string& code);
note add_note(database& db, const std::string& code, std::int64_t officer, const std::string& client_id,
              const std::string& text, timestamp now);

std::vector<officer> officers(database& db);
std::int64_t add_officer(database& db, const officer& who, timestamp now);
void change_officer(database& db, const officer& who, bool end_sessions);
std::optional<session> find_session(database& db, const std::string& token_hash);

store_totals totals(database& db, timestamp now);
std::vector<unanswered_group> unanswered(database& db, int limit);

}  // namespace thanthien::bot::sqlite
