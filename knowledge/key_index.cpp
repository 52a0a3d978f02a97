#include "knowledge/key_index.hpp"

#include <bit>

namespace thanthien::knowledge {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

std::uint64_t mixed_key(std::uint64_t h) {
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9ULL;
  return h ^ h >> 32;
}

key_index::key_index(std::size_t expected) : slots_(std::bit_ceil(expected * 2 + 2)) {}

std::size_t key_index::slot_of(std::uint64_t key) const {
  const auto mask = slots_.size() - 1;
  auto i = key & mask;
  while (slots_[i].number != none && slots_[i].key != key) i = (i + 1) & mask;
  return i;
}

std::uint32_t key_index::find(std::uint64_t key) const { return slots_[slot_of(key)].number; }

std::uint32_t key_index::add(std::uint64_t key) {
  auto& found = slots_[slot_of(key)];
  if (found.number != none) return found.number;
  const auto number = static_cast<std::uint32_t>(size_++);
  found = {key, number};
  if (size_ * 4 > slots_.size() * 3) grow();
  return number;
}

void key_index::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const auto& s : old)
    if (s.number != none) slots_[slot_of(s.key)] = s;
}

}  // namespace thanthien::knowledge
