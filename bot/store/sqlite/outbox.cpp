#include "bot/store/sqlite/outbox.hpp"

#include "bot/store/sqlite/turns.hpp"

#include <nlohmann/json.hpp>

namespace thanthien::bot::sqlite {

int recover_sending(database& db, timestamp now) {
  return db.run("UPDATE delivery SET state=5, why='Chương trình dừng giữa lúc gửi: chưa biết tin đã tới hay chưa', "
                "changed_at=? WHERE state=1",
                to_ms(now));
}

std::vector<claimed> claim(database& db, timestamp now, int limit, const std::vector<std::string>& paused) {
  std::vector<claimed> out;
  // Order per person: a row goes only when no older one of its conversation is still queued or on its way.
  db.query("SELECT d.id, d.conversation_id, d.channel, d.account, d.method, d.path, d.body, d.tries, d.by_officer, d.plain, "
           "d.renewed FROM delivery d WHERE d.state=0 AND d.next_try<=? AND d.account NOT IN (SELECT value FROM json_each(?)) "
           "AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.conversation_id=d.conversation_id AND e.id<d.id AND e.state IN (0,1)) "
           "ORDER BY d.next_try LIMIT ?",
           [&](row r) {
             claimed c;
             c.id = r.integer(0);
             c.conversation = r.integer(1);
             c.channel = static_cast<dialogs::channel>(r.integer(2));
             c.account = r.text(3);
             c.what = {r.text(4), r.text(5), r.text(6)};
             c.tries = static_cast<int>(r.integer(7));
             c.by_officer = r.integer(8) != 0;
             c.was_plain = r.integer(9) != 0;
             c.renewed = r.integer(10) != 0;
             out.push_back(std::move(c));
           },
           to_ms(now), nlohmann::json(paused).dump(), limit);
  // Durable before the first byte leaves: after a crash such a row is uncertain, not resent.
  for (const auto& c : out) db.run("UPDATE delivery SET state=1, changed_at=? WHERE id=?", to_ms(now), c.id);
  return out;
}

void settle(database& db, const settlement& what, timestamp now) {
  const auto text_or_null = [](const std::string& s) { return s.empty() ? std::nullopt : std::optional(s); };
  // An echo can overtake the platform's own answer: what it settled is only refined, never undone.
  db.run("UPDATE delivery SET state=?, tries=tries+?, next_try=?, platform_id=COALESCE(?, platform_id), code=?, why=?, "
         "renewed=renewed OR ?, changed_at=? WHERE id=? AND state=1",
         static_cast<int>(what.state), what.count_try, to_ms(what.next_try), text_or_null(what.platform_id),
         text_or_null(what.code), text_or_null(what.why), what.renewed, to_ms(now), what.id);
  if (what.instead)
    db.run("UPDATE delivery SET method=?, path=?, body=?, plain=1 WHERE id=? AND state=0", what.instead->method,
           what.instead->path, what.instead->body, what.id);
}

std::optional<timestamp> next_due(database& db, const std::vector<std::string>& paused) {
  std::optional<timestamp> out;
  db.query("SELECT MIN(next_try) FROM delivery d WHERE d.state=0 AND d.account NOT IN (SELECT value FROM json_each(?)) "
           "AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.conversation_id=d.conversation_id AND e.id<d.id AND e.state IN (0,1))",
           [&](row r) {
             if (!r.is_null(0)) out = from_ms(r.integer(0));
           },
           nlohmann::json(paused).dump());
  return out;
}

std::optional<zalo_tokens> tokens(database& db, const std::string& account) {
  std::optional<zalo_tokens> out;
  db.query("SELECT access, refresh, expires_at, generation, status, attempts FROM zalo_token WHERE account=?",
           [&](row r) {
             out = zalo_tokens{account, r.text(0), r.text(1), from_ms(r.integer(2)), static_cast<int>(r.integer(3)),
                               r.text(4), static_cast<int>(r.integer(5))};
           },
           account);
  return out;
}

void save_tokens(database& db, const zalo_tokens& what, timestamp now) {
  db.run("INSERT INTO zalo_token(account, access, refresh, expires_at, generation, status, attempts, changed_at) "
         "VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(account) DO UPDATE SET access=excluded.access, refresh=excluded.refresh, "
         "expires_at=excluded.expires_at, generation=excluded.generation, status=excluded.status, "
         "attempts=excluded.attempts, changed_at=excluded.changed_at",
         what.account, what.access, what.refresh, to_ms(what.expires_at), what.generation, what.status, what.attempts,
         to_ms(now));
}

}  // namespace thanthien::bot::sqlite
