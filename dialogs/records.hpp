#pragma once

#include "dialogs/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What offices keep on record and residents ask for by a code: dossiers, and requests to officers. The
/// program looks the codes of a message up before the turn is walked, so that both agree on what a code is.
namespace thanthien::dialogs {

enum class dossier_state : std::uint8_t { received, processing, missing_papers, ready, returned, refused };

/// "received", "missing_papers", ...: the names that dialog files compare with.
std::string_view to_string(dossier_state s);

/// A row of the table that officers import every day. Nothing in it tells who the dossier belongs to.
struct dossier {
  std::string code;       ///< as the office writes it: "H19.12.34-241123-0012"
  std::string procedure;  ///< free text, or the id of a procedure
  std::string unit;       ///< free text, or the id of a unit
  dossier_state state = dossier_state::received;
  std::string received, due, updated;  ///< "2026-11-24", or ""
  std::string note;

  bool operator==(const dossier&) const = default;
};

enum class request_state : std::uint8_t { waiting, held, closed };

std::string_view to_string(request_state s);

/// How far a request to an officer is. No content, whoever asks.
struct request_status {
  std::string code;
  request_state state = request_state::waiting;
  timestamp due{};

  bool operator==(const request_status&) const = default;
};

/// What is known about the codes of one message.
struct records {
  std::vector<dossier> dossiers;
  std::vector<request_status> requests;
  std::optional<timestamp> dossiers_as_of;  ///< last import; nothing: the office gives us no table

  bool operator==(const records&) const = default;
};

/// A code without what people leave out or add: capitals and digits only.
std::string code_key(std::string_view code);

/// Shorter ones are too easily met by chance.
inline constexpr std::size_t shortest_code = 6, longest_code = 40;

/// Words of a message that may be a code.
struct typed_code {
  std::string key;
  std::string shown;               ///< as typed, in capitals
  std::size_t begin = 0, end = 0;  ///< bytes of the text
  bool dossier = false;            ///< built like the codes of the national portal: it can be nothing else
  bool request = false;            ///< built like the codes that we give to requests
  bool plain = false;              ///< digits alone, and few: counts only where a code is awaited

  bool operator==(const typed_code&) const = default;
};

/// All readings, also overlapping ones ("H19 12 34 241123 0012" and what stands beside it); at most 24. The
/// longest sure ones come first.
std::vector<typed_code> codes_in(std::string_view text);

/// The text with its sure codes taken out, so that their digits are not taken for an identity number.
std::string without_codes(std::string_view text);

}  // namespace thanthien::dialogs
