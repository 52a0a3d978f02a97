#pragma once

#include "bot/store/sqlite/database.hpp"
#include "bot/store/store.hpp"

namespace thanthien::bot::sqlite {

import_counts import_dossiers(database& db, const std::vector<dialogs::dossier>& rows, bool replace_all,
                              timestamp now);

dialogs::records records(database& db, const std::vector<std::string>& dossier_keys,
                         const std::vector<std::string>& request_codes);

}  // namespace thanthien::bot::sqlite
