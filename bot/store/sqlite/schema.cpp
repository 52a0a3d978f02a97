#include "bot/store/sqlite/schema.hpp"

#include <array>
#include <string>

namespace thanthien::bot::sqlite {

namespace {

// Steps are only ever added: a file of any earlier release is brought up step by step.
constexpr std::array steps{
    R"sql(
CREATE TABLE conversation(
  id INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL, account TEXT NOT NULL, person TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  UNIQUE(channel, account, person));

-- One platform event has one effect: the unique key is written in the transaction of its turn.
CREATE TABLE event(
  id INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL, account TEXT NOT NULL, event_id TEXT NOT NULL,
  conversation_id INTEGER, kind INTEGER NOT NULL, platform_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
  act TEXT, topic TEXT, aspect TEXT, raw TEXT NOT NULL,
  UNIQUE(channel, account, event_id));

CREATE TABLE message(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL REFERENCES conversation(id),
  author INTEGER NOT NULL, author_name TEXT NOT NULL,
  text TEXT NOT NULL, choices TEXT NOT NULL, attachments TEXT NOT NULL,
  at INTEGER NOT NULL, platform_id TEXT, event_id INTEGER, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX message_of_conversation ON message(conversation_id, id);
CREATE INDEX message_of_platform ON message(platform_id) WHERE platform_id IS NOT NULL;
CREATE INDEX message_of_event ON message(event_id) WHERE event_id IS NOT NULL;

CREATE TABLE delivery(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id INTEGER NOT NULL REFERENCES message(id),
  conversation_id INTEGER NOT NULL,
  channel INTEGER NOT NULL, account TEXT NOT NULL,
  method TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
  by_officer INTEGER NOT NULL,
  state INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_try INTEGER NOT NULL,
  plain INTEGER NOT NULL DEFAULT 0, renewed INTEGER NOT NULL DEFAULT 0,
  platform_id TEXT, code TEXT, why TEXT, changed_at INTEGER NOT NULL);
CREATE INDEX delivery_of_message ON delivery(message_id);
CREATE INDEX delivery_open ON delivery(conversation_id, id) WHERE state IN (0, 1);
CREATE INDEX delivery_due ON delivery(next_try) WHERE state = 0;
CREATE INDEX delivery_uncertain ON delivery(conversation_id) WHERE state = 5;
CREATE INDEX delivery_of_platform ON delivery(platform_id) WHERE platform_id IS NOT NULL;

CREATE TABLE service_case(
  code TEXT PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation(id),
  state INTEGER NOT NULL, urgent INTEGER NOT NULL,
  reason TEXT NOT NULL, unit TEXT NOT NULL, topic TEXT NOT NULL, summary TEXT NOT NULL,
  created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, closed_at INTEGER,
  result TEXT NOT NULL DEFAULT '', officer_id INTEGER NOT NULL DEFAULT 0, rating INTEGER);
CREATE UNIQUE INDEX one_open_case ON service_case(conversation_id) WHERE state <> 2;
CREATE INDEX case_queue ON service_case(state, urgent DESC, due_at);

CREATE TABLE note(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  case_code TEXT NOT NULL REFERENCES service_case(code), officer_id INTEGER NOT NULL,
  client_id TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE(case_code, client_id));

CREATE TABLE officer(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, units TEXT NOT NULL,
  password_hash TEXT NOT NULL, code_hash TEXT NOT NULL, code_expires INTEGER NOT NULL,
  disabled INTEGER NOT NULL, created_at INTEGER NOT NULL);

CREATE TABLE session(
  token_hash TEXT PRIMARY KEY, officer_id INTEGER NOT NULL REFERENCES officer(id),
  csrf TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL);

CREATE TABLE zalo_token(
  account TEXT PRIMARY KEY, access TEXT NOT NULL, refresh TEXT NOT NULL, expires_at INTEGER NOT NULL,
  generation INTEGER NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, changed_at INTEGER NOT NULL);

CREATE TABLE quarantine(
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL, raw TEXT NOT NULL);

CREATE TABLE unanswered(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE audit(
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, officer_id INTEGER NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL);
)sql",
    // Dossiers that officers import; `key` is the code without what people leave out.
    R"sql(
CREATE TABLE dossier(
  key TEXT PRIMARY KEY, code TEXT NOT NULL, procedure TEXT NOT NULL, unit TEXT NOT NULL, state INTEGER NOT NULL,
  received TEXT NOT NULL, due TEXT NOT NULL, updated TEXT NOT NULL, note TEXT NOT NULL, imported_at INTEGER NOT NULL)
  WITHOUT ROWID;
)sql"};

}  // namespace

void migrate(database& db) {
  std::int64_t version = 0;
  db.query("PRAGMA user_version", [&](row r) { version = r.integer(0); });
  if (version > static_cast<std::int64_t>(steps.size()))
    throw failure(0, "the database was written by a newer version of this program; install that version");
  if (version == static_cast<std::int64_t>(steps.size())) return;
  db.execute("BEGIN IMMEDIATE");
  for (auto i = static_cast<std::size_t>(version); i < steps.size(); ++i) db.execute(steps[i]);
  db.execute(("PRAGMA user_version=" + std::to_string(steps.size())).c_str());
  db.execute("COMMIT");
}

}  // namespace thanthien::bot::sqlite
