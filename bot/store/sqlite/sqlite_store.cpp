#include "bot/store/sqlite/sqlite_store.hpp"

#include "bot/store/sqlite/outbox.hpp"
#include "bot/store/sqlite/people.hpp"
#include "bot/store/sqlite/records.hpp"
#include "bot/store/sqlite/schema.hpp"
#include "bot/store/sqlite/turns.hpp"
#include "bot/store/sqlite/worker.hpp"

namespace thanthien::bot {

namespace {

using sqlite::database;

/// Each method hands its work to the thread that owns the connection; the SQL is in turns, outbox and people.
class sqlite_store final : public store {
 public:
  explicit sqlite_store(const std::filesystem::path& file)
      : writer_(migrated(file), database::mode::write), reader_(file, database::mode::read) {}

  awaitable<stored_conversation> conversation(conversation_key key) override {
    return reader_.run<stored_conversation>([key = std::move(key)](database& db) { return sqlite::load(db, key); });
  }

  awaitable<std::optional<conversation_key>> key_of(std::int64_t id) override {
    return reader_.run<std::optional<conversation_key>>([id](database& db) {
      std::optional<conversation_key> out;
      db.query("SELECT channel, account, person FROM conversation WHERE id=?",
               [&](sqlite::row r) {
                 out = conversation_key{static_cast<dialogs::channel>(r.integer(0)), r.text(1), r.text(2)};
               },
               id);
      return out;
    });
  }

  awaitable<commit_result> commit(turn_record what) override {
    // A turn that must not happen leaves by exception, so that its savepoint is undone; here it becomes a value again.
    try {
      auto now = co_await writer_.run<stored_conversation>(
          [what = std::move(what)](database& db) { return sqlite::commit(db, what); });
      co_return commit_result{committed::yes, std::move(now)};
    } catch (const sqlite::refused_turn& refused) {
      co_return commit_result{refused.why, {}};
    }
  }

  awaitable<commit_result> record(dialogs::event what, timestamp now) override {
    return writer_.run<commit_result>(
        [what = std::move(what), now](database& db) { return sqlite::record(db, what, now); });
  }

  awaitable<void> quarantine(dialogs::channel from, std::string raw, std::string why, timestamp now) override {
    return writer_.run([from, raw = std::move(raw), why = std::move(why), now](database& db) {
      db.run("INSERT INTO quarantine(channel, at, why, raw) VALUES(?,?,?,?)", static_cast<int>(from), sqlite::to_ms(now),
             why, raw);
    });
  }

  awaitable<int> recover_sending(timestamp now) override {
    return writer_.run<int>([now](database& db) { return sqlite::recover_sending(db, now); });
  }

  awaitable<std::vector<claimed>> claim(timestamp now, int limit, std::vector<std::string> paused) override {
    return writer_.run<std::vector<claimed>>([now, limit, paused = std::move(paused)](database& db) {
      return sqlite::claim(db, now, limit, paused);
    });
  }

  awaitable<void> settle(settlement what, timestamp now) override {
    return writer_.run([what = std::move(what), now](database& db) { sqlite::settle(db, what, now); });
  }

  awaitable<std::optional<timestamp>> next_due(std::vector<std::string> paused) override {
    return reader_.run<std::optional<timestamp>>(
        [paused = std::move(paused)](database& db) { return sqlite::next_due(db, paused); });
  }

  awaitable<std::optional<zalo_tokens>> tokens(std::string account) override {
    return reader_.run<std::optional<zalo_tokens>>(
        [account = std::move(account)](database& db) { return sqlite::tokens(db, account); });
  }

  awaitable<void> save_tokens(zalo_tokens what, timestamp now) override {
    return writer_.run([what = std::move(what), now](database& db) { sqlite::save_tokens(db, what, now); });
  }

  awaitable<std::vector<message>> messages(std::int64_t conversation, std::int64_t after, int limit) override {
    return reader_.run<std::vector<message>>(
        [=](database& db) { return sqlite::messages(db, conversation, after, limit); });
  }

  awaitable<std::vector<past_conversation>> past_conversations(int limit) override {
    return reader_.run<std::vector<past_conversation>>([=](database& db) { return sqlite::past_conversations(db, limit); });
  }

  awaitable<std::vector<case_row>> cases(std::string which, std::int64_t officer, std::vector<std::string> units,
                                         int limit) override {
    return reader_.run<std::vector<case_row>>([=](database& db) { return sqlite::cases(db, which, officer, units, limit); });
  }

  awaitable<std::optional<case_row>> find_case(std::string code) override {
    return reader_.run<std::optional<case_row>>([=](database& db) { return sqlite::find_case(db, code); });
  }

  awaitable<std::optional<case_row>> open_case_of(std::int64_t conversation) override {
    return reader_.run<std::optional<case_row>>([=](database& db) { return sqlite::open_case_of(db, conversation); });
  }

  awaitable<std::vector<note>> notes(std::string code) override {
    return reader_.run<std::vector<note>>([=](database& db) { return sqlite::notes(db, code); });
  }

  awaitable<note> add_note(std::string code, std::int64_t officer, std::string client_id, std::string text,
                           timestamp now) override {
    return writer_.run<note>([=](database& db) { return sqlite::add_note(db, code, officer, client_id, text, now); });
  }

  awaitable<std::optional<message>> message_of_event(conversation_key key, std::string event_id) override {
    return reader_.run<std::optional<message>>([=](database& db) { return sqlite::message_of_event(db, key, event_id); });
  }

  awaitable<std::optional<std::pair<std::int64_t, message>>> find_message(std::int64_t id) override {
    return reader_.run<std::optional<std::pair<std::int64_t, message>>>(
        [id](database& db) { return sqlite::find_message(db, id); });
  }

  awaitable<std::vector<officer>> officers() override {
    return reader_.run<std::vector<officer>>([](database& db) { return sqlite::officers(db); });
  }

  awaitable<std::int64_t> add_officer(officer who, timestamp now) override {
    return writer_.run<std::int64_t>([who = std::move(who), now](database& db) { return sqlite::add_officer(db, who, now); });
  }

  awaitable<void> change_officer(officer who, bool end_sessions, timestamp) override {
    return writer_.run(
        [who = std::move(who), end_sessions](database& db) { sqlite::change_officer(db, who, end_sessions); });
  }

  awaitable<void> add_session(session what) override {
    return writer_.run([what = std::move(what)](database& db) {
      db.run("INSERT INTO session(token_hash, officer_id, csrf, created_at, used_at) VALUES(?,?,?,?,?)", what.token_hash,
             what.officer, what.csrf, sqlite::to_ms(what.created_at), sqlite::to_ms(what.used_at));
    });
  }

  awaitable<std::optional<session>> find_session(std::string token_hash) override {
    return reader_.run<std::optional<session>>(
        [token_hash = std::move(token_hash)](database& db) { return sqlite::find_session(db, token_hash); });
  }

  awaitable<void> touch_session(std::string token_hash, timestamp now) override {
    return writer_.run([token_hash = std::move(token_hash), now](database& db) {
      db.run("UPDATE session SET used_at=? WHERE token_hash=?", sqlite::to_ms(now), token_hash);
    });
  }

  awaitable<void> end_session(std::string token_hash) override {
    return writer_.run([token_hash = std::move(token_hash)](database& db) {
      db.run("DELETE FROM session WHERE token_hash=?", token_hash);
    });
  }

  awaitable<std::string> setting(std::string name) override {
    return reader_.run<std::string>([name = std::move(name)](database& db) {
      std::string out;
      db.query("SELECT value FROM setting WHERE name=?", [&](sqlite::row r) { out = r.text(0); }, name);
      return out;
    });
  }

  awaitable<void> set_setting(std::string name, std::string value) override {
    return writer_.run([name = std::move(name), value = std::move(value)](database& db) {
      db.run("INSERT INTO setting(name, value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value", name, value);
    });
  }

  awaitable<void> audit(timestamp now, std::int64_t officer, std::string act, std::string subject) override {
    return writer_.run([=](database& db) {
      db.run("INSERT INTO audit(at, officer_id, act, subject) VALUES(?,?,?,?)", sqlite::to_ms(now), officer, act, subject);
    });
  }

  awaitable<import_counts> import_dossiers(std::vector<dialogs::dossier> rows, bool replace_all, timestamp now) override {
    return writer_.run<import_counts>([rows = std::move(rows), replace_all, now](database& db) {
      return sqlite::import_dossiers(db, rows, replace_all, now);
    });
  }

  awaitable<dialogs::records> find_records(std::vector<std::string> dossier_keys,
                                           std::vector<std::string> case_codes) override {
    return reader_.run<dialogs::records>(
        [dossier_keys = std::move(dossier_keys), case_codes = std::move(case_codes)](database& db) {
          return sqlite::records(db, dossier_keys, case_codes);
        });
  }

  awaitable<std::map<std::string, std::int64_t>> forms_under_way(timestamp since) override {
    return reader_.run<std::map<std::string, std::int64_t>>([since](database& db) {
      std::map<std::string, std::int64_t> out;
      db.query("SELECT json_extract(form.value, '$.dialog'), count(DISTINCT c.id) FROM conversation c, "
               "json_each(c.state, '$.stack') form WHERE c.last_at>=? GROUP BY 1",
               [&](sqlite::row r) { out[r.text(0)] = r.integer(1); }, sqlite::to_ms(since));
      return out;
    });
  }

  awaitable<store_totals> totals(timestamp now) override {
    return reader_.run<store_totals>([now](database& db) { return sqlite::totals(db, now); });
  }

  awaitable<std::vector<unanswered_group>> unanswered(int limit) override {
    return reader_.run<std::vector<unanswered_group>>([limit](database& db) { return sqlite::unanswered(db, limit); });
  }

 private:
  /// The reader opens the file read-only, so the schema must stand before it.
  static const std::filesystem::path& migrated(const std::filesystem::path& file) {
    database db(file, database::mode::write);
    sqlite::migrate(db);
    return file;
  }

  sqlite::worker writer_;
  sqlite::worker reader_;
};

}  // namespace

std::unique_ptr<store> open_sqlite_store(const std::filesystem::path& file) {
  return std::make_unique<sqlite_store>(file);
}

}  // namespace thanthien::bot
