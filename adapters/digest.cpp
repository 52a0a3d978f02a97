#include "adapters/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <array>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace thanthien::adapters {
namespace {

using sha256_bytes = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(const sha256_bytes& digest) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

sha256_bytes hmac(std::string_view key, std::string_view bytes) {
  sha256_bytes digest{};
  // A null pointer would make OpenSSL reuse an earlier key; an empty key is refused before we get here.
  if (key.empty() || key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw std::invalid_argument("an HMAC needs a key");
  }
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
           digest.data(), &length) == nullptr) {
    throw std::runtime_error("OpenSSL has no HMAC-SHA256");
  }
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  sha256_bytes digest{};
  SHA256(bytes_of(bytes), bytes.size(), digest.data());
  return hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) { return hex(hmac(key, bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  const auto digest = hmac(key, bytes);
  return {digest.begin(), digest.end()};
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    std::uint32_t six = 0;
    if (c >= 'A' && c <= 'Z') {
      six = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      six = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      six = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '-') {
      six = 62;
    } else if (c == '_') {
      six = 63;
    } else {
      return std::nullopt;
    }
    bits = (bits << 6U) | six;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
    }
  }
  if (text.size() % 4 == 1) return std::nullopt;
  return out;
}

}  // namespace thanthien::adapters
