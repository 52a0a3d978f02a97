#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thanthien::adapters {

/// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Takes the same time wherever the two differ; only their lengths may show.
bool same_in_constant_time(std::string_view a, std::string_view b);

/// base64url without padding, as Meta writes it; nothing for any character outside the alphabet.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace thanthien::adapters
