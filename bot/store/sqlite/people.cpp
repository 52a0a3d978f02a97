#include "bot/store/sqlite/people.hpp"

#include "bot/store/sqlite/turns.hpp"
#include "dialogs/reading.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace thanthien::bot::sqlite {

using nlohmann::json;

namespace {

constexpr auto case_columns =
    "SELECT c.code, c.conversation_id, c.state, c.urgent, c.reason, c.unit, c.topic, c.summary, c.result, c.created_at, "
    "c.due_at, c.closed_at, c.officer_id, COALESCE(o.name, ''), v.last_at, c.rating, v.channel, v.account, v.person, "
    "COALESCE((SELECT m.text FROM message m WHERE m.conversation_id=c.conversation_id AND m.author=0 AND m.deleted=0 "
    "ORDER BY m.id DESC LIMIT 1), '') "
    "FROM service_case c JOIN conversation v ON v.id=c.conversation_id LEFT JOIN officer o ON o.id=c.officer_id ";

case_row read_case(const row& r) {
  case_row c;
  c.code = r.text(0);
  c.conversation = r.integer(1);
  c.state = static_cast<case_state>(r.integer(2));
  c.urgent = r.integer(3) != 0;
  c.reason = r.text(4);
  c.unit = r.text(5);
  c.topic = r.text(6);
  c.summary = r.text(7);
  c.result = r.text(8);
  c.created_at = from_ms(r.integer(9));
  c.due_at = from_ms(r.integer(10));
  if (const auto at = r.optional_integer(11)) c.closed_at = from_ms(*at);
  c.officer = r.integer(12);
  c.officer_name = r.text(13);
  c.last_message_at = from_ms(r.integer(14));
  if (const auto rating = r.optional_integer(15)) c.rating = static_cast<int>(*rating);
  c.key = {static_cast<dialogs::channel>(r.integer(16)), r.text(17), r.text(18)};
  c.preview = r.text(19);
  return c;
}

officer read_officer(const row& r) {
  officer o;
  o.id = r.integer(0);
  o.login = r.text(1);
  o.name = r.text(2);
  o.role = r.text(3);
  o.units = json::parse(r.text(4)).get<std::vector<std::string>>();
  o.password_hash = r.text(5);
  o.code_hash = r.text(6);
  o.code_expires = from_ms(r.integer(7));
  o.disabled = r.integer(8) != 0;
  return o;
}

}  // namespace

std::vector<case_row> cases(database& db, const std::string& which, std::int64_t officer,
                            const std::vector<std::string>& units, int limit) {
  // `which` chooses among fixed conditions; an officer without units sees all.
  static const std::string sql =
      std::string(case_columns) +
      "WHERE ((?1='waiting' AND c.state=0) OR (?1='held' AND c.state=1) OR (?1='mine' AND c.state=1 AND c.officer_id=?2) "
      "OR (?1='closed' AND c.state=2)) AND (?3='[]' OR c.unit IN (SELECT value FROM json_each(?3))) "
      "ORDER BY CASE WHEN ?1='closed' THEN -c.closed_at END, c.urgent DESC, c.due_at LIMIT ?4";
  std::vector<case_row> out;
  db.query(sql.c_str(), [&](row r) { out.push_back(read_case(r)); }, which, officer, json(units).dump(), limit);
  return out;
}

std::optional<case_row> find_case(database& db, const std::string& code) {
  static const std::string sql = std::string(case_columns) + "WHERE c.code=?";
  std::optional<case_row> out;
  db.query(sql.c_str(), [&](row r) { out = read_case(r); }, code);
  return out;
}

std::optional<case_row> open_case_of(database& db, std::int64_t conversation) {
  static const std::string sql = std::string(case_columns) + "WHERE c.conversation_id=? AND c.state<>2";
  std::optional<case_row> out;
  db.query(sql.c_str(), [&](row r) { out = read_case(r); }, conversation);
  return out;
}

std::vector<note> notes(database& db, const std::string& code) {
  std::vector<note> out;
  db.query("SELECT n.id, COALESCE(o.name, ''), n.text, n.at FROM note n LEFT JOIN officer o ON o.id=n.officer_id "
           "WHERE n.case_code=? ORDER BY n.id",
           [&](row r) { out.push_back({r.integer(0), r.text(1), r.text(2), from_ms(r.integer(3))}); }, code);
  return out;
}

note add_note(database& db, const std::string& code, std::int64_t officer, const std::string& client_id,
              const std::string& text, timestamp now) {
  db.run("INSERT INTO note(case_code, officer_id, client_id, text, at) VALUES(?,?,?,?,?) "
         "ON CONFLICT(case_code, client_id) DO NOTHING",
         code, officer, client_id, text, to_ms(now));
  note out;
  db.query("SELECT n.id, COALESCE(o.name, ''), n.text, n.at FROM note n LEFT JOIN officer o ON o.id=n.officer_id "
           "WHERE n.case_code=? AND n.client_id=?",
           [&](row r) { out = {r.integer(0), r.text(1), r.text(2), from_ms(r.integer(3))}; }, code, client_id);
  return out;
}

std::vector<officer> officers(database& db) {
  std::vector<officer> out;
  db.query("SELECT id, login, name, role, units, password_hash, code_hash, code_expires, disabled FROM officer ORDER BY name",
           [&](row r) { out.push_back(read_officer(r)); });
  return out;
}

std::int64_t add_officer(database& db, const officer& who, timestamp now) {
  const int added = db.run(
      "INSERT INTO officer(login, name, role, units, password_hash, code_hash, code_expires, disabled, created_at) "
      "VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT(login) DO NOTHING",
      who.login, who.name, who.role, json(who.units).dump(), who.password_hash, who.code_hash, to_ms(who.code_expires),
      who.disabled, to_ms(now));
  return added == 1 ? db.last_id() : 0;
}

void change_officer(database& db, const officer& who, bool end_sessions) {
  db.run("UPDATE officer SET name=?, role=?, units=?, password_hash=?, code_hash=?, code_expires=?, disabled=? WHERE id=?",
         who.name, who.role, json(who.units).dump(), who.password_hash, who.code_hash, to_ms(who.code_expires),
         who.disabled, who.id);
  if (end_sessions) db.run("DELETE FROM session WHERE officer_id=?", who.id);
}

std::optional<session> find_session(database& db, const std::string& token_hash) {
  std::optional<session> out;
  db.query("SELECT token_hash, officer_id, csrf, created_at, used_at FROM session WHERE token_hash=?",
           [&](row r) {
             out = session{r.text(0), r.integer(1), r.text(2), from_ms(r.integer(3)), from_ms(r.integer(4))};
           },
           token_hash);
  return out;
}

store_totals totals(database& db, timestamp now) {
  store_totals t;
  const auto count = [&](const char* sql, std::int64_t& into, auto... values) {
    db.query(sql, [&](row r) { into = r.integer(0); }, values...);
  };
  count("SELECT COALESCE(MAX(id), 0) FROM event", t.events);
  count("SELECT COALESCE(MAX(id), 0) FROM conversation", t.conversations);
  count("SELECT COUNT(*) FROM service_case WHERE state=0", t.cases_waiting);
  count("SELECT COUNT(*) FROM service_case WHERE state=1", t.cases_held);
  count("SELECT COUNT(*) FROM service_case WHERE state IN (0,1) AND due_at<?", t.cases_late, to_ms(now));
  count("SELECT COUNT(*) FROM delivery WHERE state=0", t.queued);
  count("SELECT COUNT(*) FROM delivery WHERE state IN (0,1) AND state=1", t.sending);
  count("SELECT COUNT(*) FROM delivery WHERE state=5", t.uncertain);
  count("SELECT COUNT(*) FROM delivery WHERE state=4", t.failed);
  count("SELECT COUNT(*) FROM quarantine", t.quarantined);
  return t;
}

std::vector<unanswered_group> unanswered(database& db, int limit) {
  // The same question with and without accents, capitals and signs is one group, shown as most people wrote it.
  struct group {
    unanswered_group told;
    int of_this_wording = 0;
  };
  std::map<std::string, group> groups;
  db.query("SELECT text, COUNT(*), MAX(at) FROM unanswered GROUP BY text ORDER BY MAX(at)", [&](row r) {
    const auto text = r.text(0);
    const auto count = static_cast<int>(r.integer(1));
    auto& g = groups[dialogs::fold(text)];
    g.told.count += count;
    g.told.last = std::max(g.told.last, from_ms(r.integer(2)));
    if (count >= g.of_this_wording) {
      g.told.text = text;
      g.of_this_wording = count;
    }
  });
  std::vector<unanswered_group> out;
  for (auto& [folded, g] : groups) out.push_back(std::move(g.told));
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return std::tuple(b.count, b.last, a.text) < std::tuple(a.count, a.last, b.text);
  });
  if (out.size() > static_cast<std::size_t>(limit)) out.resize(static_cast<std::size_t>(limit));
  return out;
}

}  // namespace thanthien::bot::sqlite
