#include "bot/secrets.hpp"

#include <sodium.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace thanthien::bot {

namespace {

void ready() {
  static const bool initialised = sodium_init() >= 0;
  if (!initialised) throw std::runtime_error("libsodium cannot be initialised");
}

std::string base64(const unsigned char* bytes, std::size_t size) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(size, variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes, size, variant);
  out.pop_back();  // its terminating zero
  return out;
}

constexpr std::string_view plain_letters = "ABCDEFGHJKMNPQRSTVWXYZ23456789";

std::string random_letters(int count) {
  ready();
  std::string out;
  for (int i = 0; i < count; ++i) out += plain_letters[randombytes_uniform(plain_letters.size())];
  return out;
}

}  // namespace

std::string random_token() {
  ready();
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return base64(bytes.data(), bytes.size());
}

std::string random_code(int groups) {
  std::string out;
  for (int i = 0; i < groups; ++i) out += (i ? "-" : "") + random_letters(4);
  return out;
}

std::string random_case_code() { return "DN-" + random_letters(6); }

std::string hash_token(std::string_view token) {
  ready();
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  std::string out(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), digest.data(), digest.size());
  out.pop_back();
  return out;
}

std::string hash_password(const std::string& password) {
  ready();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.c_str(), password.size(), 3, 64 << 20, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::runtime_error("not enough memory to hash a password");
  return out.data();
}

bool password_fits(const std::string& hash, const std::string& password) {
  ready();
  return crypto_pwhash_str_verify(hash.c_str(), password.c_str(), password.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

sealer::sealer(const std::filesystem::path& key_file) {
  ready();
  std::error_code none;
  if (!std::filesystem::exists(key_file, none)) {
    key_.resize(crypto_secretbox_KEYBYTES);
    randombytes_buf(key_.data(), key_.size());
    const int fd = ::open(key_file.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0) throw std::runtime_error("cannot write the key file " + key_file.string());
    const bool kept = ::write(fd, key_.data(), key_.size()) == static_cast<ssize_t>(key_.size()) && ::fsync(fd) == 0;
    ::close(fd);
    if (!kept) throw std::runtime_error("cannot write the key file " + key_file.string());
    return;
  }
  struct stat info {};
  if (::stat(key_file.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
    throw std::runtime_error("the key file " + key_file.string() + " can be read by others: chmod 600 it");
  std::ifstream in(key_file, std::ios::binary);
  key_.assign(std::istreambuf_iterator<char>(in), {});
  if (key_.size() != crypto_secretbox_KEYBYTES)
    throw std::runtime_error("the key file " + key_file.string() + " is damaged; put the saved copy back");
}

std::string sealer::seal(std::string_view secret) const {
  std::string out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + secret.size(), '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  randombytes_buf(bytes, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(secret.data()),
                        secret.size(), bytes, reinterpret_cast<const unsigned char*>(key_.data()));
  return base64(bytes, out.size());
}

std::optional<std::string> sealer::open(std::string_view sealed) const {
  std::string box(sealed.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(box.data()), box.size(), sealed.data(), sealed.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      size < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
    return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(box.data());
  std::string out(size - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()), bytes + crypto_secretbox_NONCEBYTES,
                                 size - crypto_secretbox_NONCEBYTES, bytes,
                                 reinterpret_cast<const unsigned char*>(key_.data())) != 0)
    return std::nullopt;
  return out;
}

}  // namespace thanthien::bot
