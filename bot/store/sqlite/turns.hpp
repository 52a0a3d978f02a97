#pragma once

#include "bot/store/sqlite/database.hpp"
#include "bot/store/store.hpp"

namespace thanthien::bot::sqlite {

std::int64_t to_ms(timestamp t);
timestamp from_ms(std::int64_t ms);

stored_conversation load(database& db, const conversation_key& key);

/// Throws `refused_turn` or a unique-key `failure` to undo a turn that must not happen.
struct refused_turn {
  committed why;
};
stored_conversation commit(database& db, const turn_record& what);

commit_result record(database& db, const dialogs::event& what, timestamp now);

std::vector<message> messages(database& db, std::int64_t conversation, std::int64_t after, int limit);
std::optional<message> message_of_event(database& db, const conversation_key& key, const std::string& event_id);
std::optional<std::pair<std::int64_t, message>> find_message(database& db, std::int64_t id);
std::vector<past_conversation> past_conversations(database& db, int limit);

}  // namespace thanthien::bot::sqlite
