#include "bot/store/sqlite/database.hpp"

#include <sqlite3.h>

namespace thanthien::bot::sqlite {

bool failure::is_constraint() const { return (code & 0xff) == SQLITE_CONSTRAINT; }

std::int64_t row::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string row::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes ? std::string(bytes, size) : std::string();
}

bool row::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::optional<std::string> row::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<std::int64_t> row::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

database::database(const std::filesystem::path& file, mode how) {
  const int flags = how == mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
                                       : SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
    sqlite3_close(handle_);
    throw failure(code, "cannot open database " + file.string() + ": " + why);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 1000);
  if (how == mode::write) {
    execute("PRAGMA journal_mode=WAL");
    // An answered webhook is a promise: every commit is on the disk before it is reported.
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA foreign_keys=ON");
    execute("PRAGMA wal_autocheckpoint=4000");
  }
  execute("PRAGMA cache_size=-32768");
  execute("PRAGMA temp_store=MEMORY");
}

database::~database() {
  for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

std::int64_t database::last_id() const { return sqlite3_last_insert_rowid(handle_); }

sqlite3_stmt* database::ready(const char* sql) {
  auto& s = prepared_[sql];
  if (!s && sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, nullptr) != SQLITE_OK) fail(sql);
  return s;
}

bool database::step(sqlite3_stmt* s) {
  const int code = sqlite3_step(s);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(sqlite3_sql(s));
  return false;
}

int database::finish(sqlite3_stmt* s) {
  resetter done{s};
  while (step(s)) {
  }
  return sqlite3_changes(handle_);
}

database::resetter::~resetter() {
  sqlite3_reset(s);
  sqlite3_clear_bindings(s);
}

void database::fail(const char* doing) {
  throw failure(sqlite3_extended_errcode(handle_), std::string(sqlite3_errmsg(handle_)) + " in: " + doing);
}

void database::bind(sqlite3_stmt* s, int at, std::int64_t v) {
  if (sqlite3_bind_int64(s, at, v) != SQLITE_OK) fail(sqlite3_sql(s));
}

void database::bind(sqlite3_stmt* s, int at, std::string_view v) {
  if (sqlite3_bind_text64(s, at, v.data() ? v.data() : "", v.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK)
    fail(sqlite3_sql(s));
}

void database::bind(sqlite3_stmt* s, int at, std::nullopt_t) {
  if (sqlite3_bind_null(s, at) != SQLITE_OK) fail(sqlite3_sql(s));
}

}  // namespace thanthien::bot::sqlite
