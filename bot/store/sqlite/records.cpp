#include "bot/store/sqlite/records.hpp"

#include "bot/store/sqlite/turns.hpp"

#include <algorithm>

namespace thanthien::bot::sqlite {

using dialogs::dossier;

namespace {

constexpr auto dossier_columns =
    "SELECT code, procedure, unit, state, received, due, updated, note FROM dossier ";
constexpr const char* imported_at = "dossiers_imported_at";

static_assert(static_cast<int>(dialogs::request_state::closed) == static_cast<int>(case_state::closed));

dossier read_dossier(const row& r) {
  dossier d;
  d.code = r.text(0);
  d.procedure = r.text(1);
  d.unit = r.text(2);
  const auto last = static_cast<std::int64_t>(dialogs::dossier_state::refused);
  d.state = static_cast<dialogs::dossier_state>(std::clamp<std::int64_t>(r.integer(3), 0, last));
  d.received = r.text(4);
  d.due = r.text(5);
  d.updated = r.text(6);
  d.note = r.text(7);
  return d;
}

std::optional<dossier> find_dossier(database& db, const std::string& key) {
  static const std::string sql = std::string(dossier_columns) + "WHERE key=?";
  std::optional<dossier> out;
  db.query(sql.c_str(), [&](row r) { out = read_dossier(r); }, key);
  return out;
}

}  // namespace

import_counts import_dossiers(database& db, const std::vector<dossier>& rows, bool replace_all,
                              timestamp now) {
  import_counts counts;
  for (const auto& d : rows) {
    const auto key = dialogs::code_key(d.code);
    const auto before = find_dossier(db, key);
    ++(!before ? counts.fresh : *before == d ? counts.unchanged : counts.changed);
    // An unchanged row is marked as well: what bears an older mark is gone from a full table.
    if (before == d)
      db.run("UPDATE dossier SET imported_at=? WHERE key=?", to_ms(now), key);
    else
      db.run(
          "INSERT INTO dossier(key, code, procedure, unit, state, received, due, updated, note, imported_at) "
          "VALUES(?,?,?,?,?,?,?,?,?,?) ON CONFLICT(key) DO UPDATE SET code=excluded.code, "
          "procedure=excluded.procedure, "
          "unit=excluded.unit, state=excluded.state, received=excluded.received, due=excluded.due, "
          "updated=excluded.updated, note=excluded.note, imported_at=excluded.imported_at",
          key, d.code, d.procedure, d.unit, static_cast<int>(d.state), d.received, d.due, d.updated, d.note,
          to_ms(now));
  }
  if (replace_all)
    counts.gone = static_cast<std::size_t>(db.run("DELETE FROM dossier WHERE imported_at<>?", to_ms(now)));
  db.run("INSERT INTO setting(name, value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value",
         imported_at, std::to_string(to_ms(now)));
  return counts;
}

dialogs::records records(database& db, const std::vector<std::string>& dossier_keys,
                         const std::vector<std::string>& request_codes) {
  dialogs::records out;
  for (const auto& key : dossier_keys)
    if (auto found = find_dossier(db, key)) out.dossiers.push_back(std::move(*found));
  for (const auto& code : request_codes)
    db.query(
        "SELECT code, state, due_at FROM service_case WHERE code=?",
        [&](row r) {
          out.requests.push_back(
              {r.text(0), static_cast<dialogs::request_state>(r.integer(1)), from_ms(r.integer(2))});
        },
        code);
  db.query(
      "SELECT value FROM setting WHERE name=?",
      [&](row r) { out.dossiers_as_of = from_ms(std::stoll(r.text(0))); }, imported_at);
  return out;
}

}  // namespace thanthien::bot::sqlite
