#include "knowledge/features.hpp"

#include "knowledge/key_index.hpp"

#include <bit>
#include <string>
#include <utility>

namespace thanthien::knowledge {

namespace {

using kind = feature::kind;

std::uint64_t key_of(char family, std::uint64_t a, std::uint64_t b = 0) {
  return mixed_key((a * 0x9e3779b97f4a7c15ULL ^ std::rotl(b, 31)) + static_cast<unsigned char>(family));
}

struct weights {
  float written, plain;
};

constexpr weights weights_of(kind k) {
  switch (k) {
    case kind::marked_word:
    case kind::marked_pair:
      return {0.8F, 0};
    case kind::word_of_marked:
      return {0.5F, 0.8F};
    case kind::pair_of_marked:
      return {0.6F, 1.0F};
    case kind::word:
      return {0.8F, 0.8F};
    case kind::pair:
      return {1.0F, 1.0F};
    case kind::spread_pair:
      return {0.5F, 0.5F};
    case kind::begins:
    case kind::ends:
      return {0.4F, 0.4F};
    case kind::piece:
      return {0.22F, 0.22F};
  }
  return {};
}

// In a story the sentence that asks says more than the way there.
constexpr float asking = 1.3F;

}  // namespace

float weight_as_written(const feature& f) { return weights_of(f.what).written * (f.asks ? asking : 1.0F); }
float weight_without_marks(const feature& f) { return weights_of(f.what).plain * (f.asks ? asking : 1.0F); }

std::uint64_t key_of_word(std::string_view folded) { return key_of('f', hash_of(folded)); }

void features_of(const message& m, std::vector<feature>& out) {
  out.clear();
  const std::size_t count = m.tokens.size();
  const bool cut = count > most_words_read;
  const std::size_t skip_from = cut ? most_words_read / 3 : count;
  const std::size_t skip_to = cut ? count - (most_words_read - most_words_read / 3) : count;

  std::string text = " ";
  text.reserve(count * 6 + 2);
  struct seen {
    std::uint64_t word = 0, folded = 0;
    bool marked = false, there = false;
  };
  seen before, before2;
  const auto last = m.tokens.empty() ? std::uint16_t{0} : m.tokens.back().sentence;
  const bool story = count > 18 && last > 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == skip_from) i = skip_to;
    const auto& t = m.tokens[i];
    if (t.number && t.folded.size() > 4) {
      before2 = before = {};  // somebody's number says nothing about the topic
      continue;
    }
    const bool asks = story && t.sentence == last;
    const seen now{t.marked ? hash_of(t.word) : 0, hash_of(t.folded), t.marked, true};
    if (t.marked) out.push_back({key_of('w', now.word), kind::marked_word, asks});
    out.push_back({key_of('f', now.folded), t.marked ? kind::word_of_marked : kind::word, asks});
    if (before.there) {
      const bool marked = t.marked || before.marked;
      if (marked)
        out.push_back(
            {key_of('W', before.marked ? before.word : before.folded, t.marked ? now.word : now.folded),
             kind::marked_pair, asks});
      out.push_back(
          {key_of('F', before.folded, now.folded), marked ? kind::pair_of_marked : kind::pair, asks});
    } else {
      out.push_back({key_of('^', now.folded), kind::begins, asks});
    }
    if (before2.there) out.push_back({key_of('s', before2.folded, now.folded), kind::spread_pair, asks});
    before2 = before;
    before = now;
    text += t.folded;
    text += ' ';
  }
  if (before.there) out.push_back({key_of('$', before.folded), kind::ends, false});
  auto byte = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])); };
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const auto four = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    out.push_back({key_of('c', four), kind::piece, false});
  }
}

}  // namespace thanthien::knowledge
