#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

std::uint64_t hash_of(std::string_view text);

/// Inputs that are near each other end far apart, in all bits.
std::uint64_t mixed_key(std::uint64_t h);

/// Numbers keys from 0, in the order in which they come. Keys are hashes: their bits are taken as they are.
class key_index {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  explicit key_index(std::size_t expected = 0);
  std::uint32_t find(std::uint64_t key) const;  ///< `none` when it was never added
  std::uint32_t add(std::uint64_t key);         ///< the number it has, or gets now
  void prefetch(std::uint64_t key) const { __builtin_prefetch(slots_.data() + (key & (slots_.size() - 1))); }
  std::size_t size() const { return size_; }

 private:
  struct slot {
    std::uint64_t key = 0;
    std::uint32_t number = none;  // none: the slot is free
  };
  std::size_t slot_of(std::uint64_t key) const;  // where it is, or would be
  void grow();

  std::vector<slot> slots_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace thanthien::knowledge
