#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace thanthien::bot::sqlite {

/// What SQLite said, with the statement it was said about. `code` is the extended result code.
struct failure : std::runtime_error {
  failure(int code, const std::string& what) : std::runtime_error(what), code(code) {}
  int code;
  bool is_constraint() const;  ///< a unique key or another constraint was hit
};

/// One row at a time of a running query; valid inside the callback only.
class row {
 public:
  explicit row(sqlite3_stmt* s) : statement_(s) {}
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// One connection, used by one thread. Statements are prepared once and kept. Throws `failure`.
class database {
 public:
  enum class mode { write, read };

  database(const std::filesystem::path& file, mode how);
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  /// Statements without parameters and results: schema, begin, commit.
  void execute(const char* sql);

  /// Runs `sql` with the values bound in order; returns the number of changed rows.
  template <class... Values>
  int run(const char* sql, const Values&... values) {
    auto* s = ready(sql);
    int at = 0;
    (bind(s, ++at, values), ...);
    return finish(s);
  }

  /// Calls `each(row)` for every row.
  template <class Each, class... Values>
  void query(const char* sql, Each&& each, const Values&... values) {
    auto* s = ready(sql);
    int at = 0;
    (bind(s, ++at, values), ...);
    resetter done{s};
    while (step(s)) each(row{s});
  }

  std::int64_t last_id() const;

 private:
  struct resetter {
    sqlite3_stmt* s;
    ~resetter();
  };

  sqlite3_stmt* ready(const char* sql);
  bool step(sqlite3_stmt* s);
  int finish(sqlite3_stmt* s);
  [[noreturn]] void fail(const char* doing);
  void bind(sqlite3_stmt* s, int at, std::int64_t v);
  void bind(sqlite3_stmt* s, int at, int v) { bind(s, at, std::int64_t{v}); }
  void bind(sqlite3_stmt* s, int at, bool v) { bind(s, at, std::int64_t{v}); }
  void bind(sqlite3_stmt* s, int at, std::uint64_t v) { bind(s, at, static_cast<std::int64_t>(v)); }
  void bind(sqlite3_stmt* s, int at, std::string_view v);
  void bind(sqlite3_stmt* s, int at, const std::string& v) { bind(s, at, std::string_view{v}); }
  void bind(sqlite3_stmt* s, int at, const char* v) { bind(s, at, std::string_view{v}); }
  void bind(sqlite3_stmt* s, int at, std::nullopt_t);
  template <class T>
  void bind(sqlite3_stmt* s, int at, const std::optional<T>& v) {
    if (v)
      bind(s, at, *v);
    else
      bind(s, at, std::nullopt);
  }

  sqlite3* handle_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> prepared_;  ///< by the address of the SQL literal
};

}  // namespace thanthien::bot::sqlite
