#pragma once

#include "bot/http/message.hpp"
#include "bot/store/store.hpp"
#include "dialogs/book.hpp"
#include "knowledge/library.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

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

/// JSON that no cache keeps.
http::response json_answer(const nlohmann::json& body, int status = 200);

/// An error that the page can show as it is; `retry_after` in seconds, 0 for none.
http::response refused(int status, std::string_view code, std::string_view message, int retry_after = 0);

}  // namespace thanthien::bot::desk
