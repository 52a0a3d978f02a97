#pragma once

#include "bot/store/store.hpp"
#include "dialogs/book.hpp"
#include "knowledge/library.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace thanthien::bot::desk {

/// The shapes of bot/desk/README.md. Text of residents goes out as JSON strings and nothing else.
nlohmann::json view(const case_row& c, const knowledge::library& known, const dialogs::book& words);
nlohmann::json view(const message& m);
nlohmann::json view(const note& n);
nlohmann::json view(const officer& o);

/// What a resident's own page sees of a message.
nlohmann::json resident_view(const message& m);

std::string iso(timestamp t);

/// Bad bytes become U+FFFD instead of an exception.
std::string dump(const nlohmann::json& j);

}  // namespace thanthien::bot::desk
