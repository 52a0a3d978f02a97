#include "knowledge/text.hpp"

#include "knowledge/letters.hpp"

#include <algorithm>

namespace thanthien::knowledge {

std::string mask(std::string_view text) {
  std::string out(text);
  auto digit = [&](std::size_t i) { return i < out.size() && out[i] >= '0' && out[i] <= '9'; };
  for (std::size_t i = 0; i < out.size();) {
    if (!digit(i)) {
      ++i;
      continue;
    }
    // One number: digits, with single spaces, dots or dashes between groups.
    std::vector<std::size_t> digits;
    std::size_t end = i;
    bool grouped_by_three = true;  // 1.200.000 is an amount
    bool dotted = false;
    std::size_t group = 0, groups = 0;
    for (;;) {
      while (digit(end)) {
        digits.push_back(end++);
        ++group;
      }
      bool more =
          end + 1 < out.size() && (out[end] == ' ' || out[end] == '.' || out[end] == '-') && digit(end + 1);
      if (groups > 0 && group != 3) grouped_by_three = false;
      if (groups == 0 && group > 3) grouped_by_three = false;
      ++groups;
      group = 0;
      if (!more) break;
      dotted = dotted || out[end] != '-';
      ++end;
    }
    auto amount = groups > 1 && dotted && grouped_by_three && out[i] != '0';
    // "ngày 12 05 2024" and "1.001193" have fewer than nine digits and stay.
    if (digits.size() >= 9 && !amount) {
      for (std::size_t k = 0; k + 3 < digits.size(); ++k) out[digits[k]] = '*';
    }
    i = end;
  }
  return out;
}

text_reader::text_reader(const std::vector<expansion>& expansions) {
  for (auto e : expansions) {
    for (auto& w : e.before) w = fold(w);
    for (auto& w : e.after) w = fold(w);
    e.means = lower(e.means);
    auto typed = lower(e.typed);
    expansions_[typed].push_back(std::move(e));
  }
}

namespace {

// Of two words that follow each other; that two pairs share one is as good as impossible.
std::uint64_t pair_key(std::string_view first, std::string_view second) {
  return mixed_key(hash_of(first) * 0x9e3779b97f4a7c15ULL + hash_of(second));
}

}  // namespace

void text_reader::know(const message& text) {
  const auto& tokens = text.tokens;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const auto pair = pairs_.add(pair_key(tokens[i - 1].folded, tokens[i].folded));
    if (pair == times_together_.size()) times_together_.push_back(0);
    ++times_together_[pair];
  }
  for (const auto& t : tokens) {
    if (t.number) continue;
    if (t.folded.size() <= 7) {
      longest_ = std::max(longest_, t.folded.size());
      folded_.insert(t.folded);
    }
    words_.insert(t.word);
  }
}

namespace {

bool all_digits(const letters& word) {
  return std::ranges::all_of(word, [](char32_t c) { return c >= '0' && c <= '9'; });
}

token make_token(const letters& word, std::uint16_t sentence, std::uint16_t clause) {
  token t;
  t.word = utf8(word);
  t.folded = folded(word);
  t.sentence = sentence;
  t.clause = clause;
  t.marked = std::ranges::any_of(word, [](char32_t c) { return is_marked(c); });
  t.number = all_digits(word);
  return t;
}

// "quáááá" -> "quá": three of a letter are emphasis, and never Vietnamese.
letters without_emphasis(const letters& word) {
  // "cccd" is four words' first letters, "kkkk" is laughter.
  const auto vowel = [](char32_t c) { return is_marked(c) || std::u32string_view(U"aeiouy").contains(c); };
  const bool initials = std::ranges::none_of(word, vowel) &&
                        std::ranges::any_of(word, [&](char32_t c) { return c != word.front(); });
  if (initials) return word;
  letters out;
  for (auto c : word) {
    auto n = out.size();
    if (n >= 2 && out[n - 1] == c && out[n - 2] == c && !(c >= '0' && c <= '9')) continue;
    out.push_back(c);
  }
  for (std::size_t i = 0; i + 1 < out.size() && out.size() < word.size(); ++i)
    if (out[i] == out[i + 1] && !(out[i] >= '0' && out[i] <= '9')) out.erase(i--, 1);
  return out;
}

constexpr std::size_t longest_message = 4'000;  // characters; ten times what people write in one go

}  // namespace

message text_reader::read(std::string_view raw) const {
  auto m = split(raw);
  repair(m);
  expand(m);
  return m;
}

message text_reader::split(std::string_view raw) {
  message m;
  auto text = clean_letters(raw, longest_message + 1);
  m.cut = text.size() > longest_message;
  if (m.cut) text.resize(longest_message);
  for (auto& c : text) c = lower_of(c);

  std::uint16_t sentence = 0, clause = 0;
  bool words_in_sentence = false, words_in_clause = false;
  letters word;
  auto flush = [&] {
    if (word.empty()) return;
    if (word.size() > 40) word.resize(40);  // no word of ours, and nothing later need fear its length
    word = without_emphasis(word);
    put_old_tones(word);
    m.tokens.push_back(make_token(word, sentence, clause));
    words_in_sentence = words_in_clause = true;
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    auto next = i + 1 < text.size() ? text[i + 1] : U' ';
    bool inside_number = (c == '.' || c == ',' || c == '/') && !word.empty() && next >= '0' && next <= '9' &&
                         word.back() >= '0' && word.back() <= '9';
    if (is_word(c)) {
      word.push_back(c);
    } else if (inside_number) {
      if (c == '/') flush();  // 200.000 is one number, 23/11 are two
    } else {
      flush();
      if (c == '?') m.question = true;
      bool ends = c == '.' || c == '?' || c == '!' || c == '\n' || c == ';' || c == 0x2026;
      if ((ends || c == ',' || c == ':') && words_in_clause) {
        ++clause;
        words_in_clause = false;
      }
      if (ends && words_in_sentence) {
        ++sentence;
        words_in_sentence = false;
      }
    }
  }
  flush();
  m.sentences = static_cast<std::uint16_t>(sentence + (words_in_sentence ? 1 : 0));

  std::size_t marked = 0, counted = 0;
  for (const auto& t : m.tokens) {
    if (t.number) continue;
    ++counted;
    marked += t.marked ? 1 : 0;
  }
  m.marked = marked * 4 > counted;
  return m;
}

// "khaisinh" -> "khai", "sinh", in as few known syllables as possible; nothing when the word is one or holds
// a stranger.
std::vector<std::string> text_reader::run_together(const token& t) const {
  const auto& w = t.folded;
  if (t.marked || w.size() < 5 || w.size() > 24 || plain_syllable(w)) return {};
  std::vector<std::size_t> cost(w.size() + 1, 1000), from(w.size() + 1, 0);
  cost[0] = 0;
  for (std::size_t end = 2; end <= w.size(); ++end)
    for (std::size_t length = 2; length <= std::min(end, longest_); ++length) {
      auto part = w.substr(end - length, length);
      if (cost[end - length] + 1 < cost[end] && folded_.contains(part) && plain_syllable(part)) {
        cost[end] = cost[end - length] + 1;
        from[end] = end - length;
      }
    }
  if (cost[w.size()] < 2 || cost[w.size()] > 6) return {};
  std::vector<std::string> parts;
  for (auto end = w.size(); end > 0; end = from[end]) parts.push_back(w.substr(from[end], end - from[end]));
  std::ranges::reverse(parts);
  // "online" is a word of its own, however many syllables could be read in it; "khaisinh" is none, although
  // somebody has written it so.
  if (knows(t.word))
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
      if (pairs_.find(pair_key(parts[i], parts[i + 1])) == key_index::none) return {};
  return parts;
}

// "táck thửa" -> "tach": the word one slip away that goes best with its neighbours; "" when none goes with
// them at all.
std::string text_reader::nearest_word(const token& t, const token* before, const token* after) const {
  const auto& w = t.folded;
  if (w.size() < 3 || w.size() > 8 || folded_.contains(w)) return {};
  if (!std::ranges::all_of(w, [](char c) { return c >= 'a' && c <= 'z'; })) return {};
  std::string best;
  int most = 0;
  auto weigh = [&](const std::string& candidate) {
    if (!folded_.contains(candidate)) return;
    int together = 0;
    auto add = [&](const std::string& first, const std::string& second) {
      const auto pair = pairs_.find(pair_key(first, second));
      if (pair != key_index::none) together += times_together_[pair];
    };
    if (before) add(before->folded, candidate);
    if (after) add(candidate, after->folded);
    if (together > most || (together == most && most > 0 && candidate < best)) {
      most = together;
      best = candidate;
    }
  };
  for (std::size_t i = 0; i <= w.size(); ++i) {
    auto left = w.substr(0, i), right = w.substr(i);
    if (!right.empty()) weigh(left + right.substr(1));
    if (right.size() > 1) weigh(left + right[1] + right[0] + right.substr(2));
    for (char c = 'a'; c <= 'z'; ++c) {
      if (!right.empty()) weigh(left + c + right.substr(1));
      weigh(left + c + right);
    }
  }
  constexpr int often = 3;  // a pair that was seen once or twice proves nothing
  return most >= often ? best : std::string{};
}

// Undoes what a keyboard did: Telex and VNI leftovers, a tone on the wrong letter, one letter too many, words
// run together. Only what results in words that the content uses is believed; names and codes stay as they
// are.
void text_reader::repair(message& m) const {
  if (words_.empty()) return;
  std::vector<token> out;
  out.reserve(m.tokens.size());
  auto take = [&](const token& from, std::string_view word) {
    auto t = make_token(decode(word), from.sentence, from.clause);
    out.push_back(std::move(t));
  };
  for (auto& t : m.tokens) {
    if (t.number || t.word.size() < 2 || expansions_.contains(t.word)) {
      out.push_back(std::move(t));
      continue;
    }
    auto word = decode(t.word);
    if (auto parts = run_together(t); !parts.empty()) {
      for (const auto& part : parts) take(t, part);
      continue;
    }
    if (knows(t.word)) {
      out.push_back(std::move(t));
      continue;
    }
    bool digits = std::ranges::any_of(word, [](char32_t c) { return c >= '0' && c <= '9'; });
    bool starts_with_digit = word.front() >= '0' && word.front() <= '9';
    if (digits) {
      if (auto meant = from_vni(t.word); word.size() > 2 && knows(meant)) {
        take(t, meant);
        continue;
      }
      // "mức2" and "50k" are two words; "ct01" and "a1" are codes.
      auto cut =
          starts_with_digit ? word.find_first_not_of(U"0123456789") : word.find_first_of(U"0123456789");
      if (cut != letters::npos && cut > 0) {
        auto left = utf8(word.substr(0, cut)), right = utf8(word.substr(cut));
        bool left_known =
            starts_with_digit ? (right.size() > 1 && knows(right)) : (left.size() > 2 && knows(left));
        if (left_known) {
          take(t, left);
          take(t, right);
          continue;
        }
      }
      out.push_back(std::move(t));
      continue;
    }
    if (auto meant = with_tone_in_place(word); !meant.empty() && knows(meant)) {
      take(t, meant);
      continue;
    }
    if (auto meant = from_telex(t.word);
        !meant.empty() && knows(meant) && (word.size() > 2 || !is_syllable(word))) {
      take(t, meant);
      continue;
    }
    if (!is_syllable(word)) {
      // A key too many at the end, or pressed twice: "giấyf", "sinhh", "đăngg".
      if (word.size() > 2) {
        auto shorter = utf8(word.substr(0, word.size() - 1));
        auto last = word.back();
        bool key = std::u32string_view(U"sfrxjwz").contains(last) || last == word[word.size() - 2];
        if (key && knows(shorter)) {
          take(t, shorter);
          continue;
        }
      }
    }
    out.push_back(std::move(t));
  }
  constexpr int most_repairs = 12;
  int repairs = 0;
  for (std::size_t i = 0; i < out.size() && repairs < most_repairs; ++i) {
    auto& t = out[i];
    if (t.number || knows(t.word) || folded_.contains(t.folded) || expansions_.contains(t.word)) continue;
    ++repairs;
    const auto* before = i > 0 && out[i - 1].sentence == t.sentence ? &out[i - 1] : nullptr;
    const auto* after = i + 1 < out.size() && out[i + 1].sentence == t.sentence ? &out[i + 1] : nullptr;
    if (auto meant = nearest_word(t, before, after); !meant.empty()) {
      t.word = t.folded = std::move(meant);
      t.marked = false;
    }
  }
  m.tokens = std::move(out);
}

void text_reader::expand(message& m) const {
  if (expansions_.empty()) return;
  std::vector<token> out;
  out.reserve(m.tokens.size() + 8);
  for (std::size_t i = 0; i < m.tokens.size(); ++i) {
    const auto& t = m.tokens[i];
    auto found = expansions_.find(t.word);
    const expansion* chosen = nullptr;
    if (found != expansions_.end()) {
      bool first = out.empty() || out.back().sentence != t.sentence;
      bool last = i + 1 >= m.tokens.size() || m.tokens[i + 1].sentence != t.sentence;
      for (const auto& e : found->second) {
        if (e.first && !first) continue;
        if (e.last && !last) continue;
        if (!e.before.empty() && (first || std::ranges::find(e.before, out.back().folded) == e.before.end()))
          continue;
        if (!e.after.empty() && (last || std::ranges::find(e.after, m.tokens[i + 1].folded) == e.after.end()))
          continue;
        chosen = &e;
        break;
      }
    }
    if (!chosen) {
      out.push_back(t);
      continue;
    }
    auto means = decode(chosen->means);
    for (std::size_t from = 0; from < means.size();) {
      auto to = std::min(means.find(U' ', from), means.size());
      if (to > from) {
        out.push_back(make_token(means.substr(from, to - from), t.sentence, t.clause));
        out.back().marked = true;
        out.back().guessed = !chosen->always();
      }
      from = to + 1;
    }
  }
  m.tokens = std::move(out);
}

}  // namespace thanthien::knowledge
