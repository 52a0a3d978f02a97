#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace thanthien::bot {

/// 256 random bits in URL-safe base64.
std::string random_token();

/// Groups of four letters and digits that are hard to confuse with one another: "K7WM-3QXD-9TRA".
std::string random_code(int groups = 3);

/// A case code that can be read out on the telephone: "DN-7K3M9Q".
std::string random_case_code();

/// SHA-256 in hex: what is stored of a token.
std::string hash_token(std::string_view token);

/// argon2id (64 MiB, 3 passes). Slow on purpose: call it on a thread of its own.
std::string hash_password(const std::string& password);
bool password_fits(const std::string& hash, const std::string& password);

bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Seals what must not lie readable in the database (platform tokens) with a key kept beside it, mode 0600.
class sealer {
 public:
  /// Reads the key file, or makes it. Throws when it is damaged or others may read it.
  explicit sealer(const std::filesystem::path& key_file);

  std::string seal(std::string_view secret) const;
  /// Nothing when it was sealed with another key or damaged.
  std::optional<std::string> open(std::string_view sealed) const;

 private:
  std::string key_;
};

}  // namespace thanthien::bot
