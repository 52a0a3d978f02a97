#include "dialogs/address.hpp"

#include "dialogs/reading.hpp"
#include "knowledge/text.hpp"

#include <algorithm>

namespace thanthien::dialogs {
namespace {

struct word {
  std::string text;
  bool begins = false;                 ///< stands first, or behind a comma or the like
  const address_form* form = nullptr;  ///< that somebody says of himself with it
};

const address_form* form_of(const address_rules& rules, const std::string& said) {
  for (const auto& f : rules.forms)
    if (std::ranges::find(f.says, said) != f.says.end()) return &f;
  return nullptr;
}

/// Lower case, split at blanks and signs; a sign begins a new sentence.
std::vector<word> words_in(const address_rules& rules, std::string_view text) {
  std::vector<word> out;
  bool begins = true, inside = false;
  const auto lowered = knowledge::lower(text);
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    const auto c = static_cast<unsigned char>(lowered[i]);
    // Dashes, quotes and dots of three are signs too, though they are not ASCII.
    const bool sign_of_three = lowered.compare(i, 2, "\xe2\x80") == 0;
    const bool letter = !sign_of_three && (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    if (letter) {
      if (!inside) out.push_back({{}, begins, nullptr});
      out.back().text += lowered[i];
      inside = true;
      begins = false;
      continue;
    }
    inside = false;
    if (c != ' ') begins = true;
    if (sign_of_three) i += 2;
  }
  for (auto& w : out) w.form = form_of(rules, w.text);
  return out;
}

bool marked(const std::vector<word>& words) {
  return std::ranges::any_of(words, [](const word& w) {
    return std::ranges::any_of(w.text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  });
}

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Whether `e` stands at `at`. `said`: where its X stands, or nowhere.
bool stands_at(const address_rules& rules, const address_rules::expression& e, const std::vector<word>& words,
               std::size_t at, std::size_t& said) {
  said = nowhere;
  if (at + e.size() > words.size()) return false;
  for (std::size_t i = 0; i < e.size(); ++i) {
    const auto& w = words[at + i];
    if (i > 0 && w.begins) return false;
    if (e[i] == "x") {
      if (w.form == nullptr) return false;
      said = at + i;
    } else if (e[i] == "*") {
      // "bà con", "cô em": two forms together are somebody else.
      if (w.form != nullptr || std::ranges::find(rules.oneself, w.text) != rules.oneself.end()) return false;
    } else if (e[i] != w.text) {
      return false;
    }
  }
  return true;
}

/// Where a sentence begins: first, after a sign, after "dạ", "em ơi" and the like.
bool begins_at(const address_rules& rules, const std::vector<word>& words, std::size_t at) {
  if (words[at].begins) return true;
  std::size_t said = nowhere;
  return std::ranges::any_of(rules.openers, [&](const auto& e) {
    return e.size() <= at && stands_at(rules, e, words, at - e.size(), said);
  });
}

}  // namespace

std::string address_form::word(std::string_view placeholder, std::string_view to_elders) const {
  const bool theirs = placeholder == "you" || placeholder == "You";
  auto out = theirs ? you : me.empty() ? std::string{to_elders} : me;
  return placeholder == "You" || placeholder == "Me" ? capitalised(std::move(out)) : out;
}

address_rules::expression address_rules::words_of(std::string_view text) {
  expression out;
  for (auto& w : split_words(knowledge::lower(text))) out.push_back(std::move(w));
  return out;
}

const address_form& address_rules::form(std::string_view you) const {
  const auto found = std::ranges::find(forms, you, &address_form::you);
  return found == forms.end() ? usual : *found;
}

std::string address_rules::suggested_by(std::string_view text) const {
  const auto words = words_in(*this, text);
  std::vector<std::string> found;
  auto take = [&](const address_form& f) {
    if (std::ranges::find(found, f.you) == found.end()) found.push_back(f.you);
  };
  const bool plain = !marked(words);
  for (std::size_t at = 0; at < words.size(); ++at) {
    auto heard = [&](const std::vector<expression>& all, auto accepts) {
      std::size_t said = nowhere;
      for (const auto& e : all)
        if (stands_at(*this, e, words, at, said) && said != nowhere &&
            (e.front() != "x" || begins_at(*this, words, at)))
          if (accepts(*words[said].form, said)) take(*words[said].form);
    };
    heard(asking, [](const auto&, auto) { return true; });
    // Who tells in words of his own speaks of others by these.
    auto others = [&](std::size_t said, bool also_forms) {
      for (std::size_t i = 0; i < words.size(); ++i)
        if (i != said && std::ranges::find(oneself, words[i].text) != oneself.end() &&
            (also_forms || words[i].form == nullptr))
          return true;
      return false;
    };
    heard(wanting, [&](const auto& f, auto said) { return !f.only_asking && !others(said, false); });
    heard(telling, [&](const auto&, auto said) { return !others(said, true); });
    if (!plain) continue;
    for (const auto& e : unaccented) {
      std::size_t said = nowhere;
      if (!stands_at(*this, e, words, at, said)) continue;
      const bool free = e.front() == "cho" || words[at].begins || begins_at(*this, words, at);
      for (const auto& w : e)
        for (const auto& f : forms)
          if (free && std::ranges::any_of(f.says, [&](const auto& s) { return fold(s) == w; })) take(f);
    }
  }
  return found.size() == 1 ? found.front() : std::string{};
}

bool is_address_placeholder(std::string_view name) {
  return name == "you" || name == "You" || name == "me" || name == "Me";
}

std::string capitalised(std::string text) {
  if (text.empty()) return text;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first >= 'a' && first <= 'z') {
    text[0] = static_cast<char>(first - 32);
  } else if (first == 0xc3 && text.size() > 1 && static_cast<unsigned char>(text[1]) >= 0xa0) {
    text[1] = static_cast<char>(static_cast<unsigned char>(text[1]) - 0x20);  // à ... ý
  } else if (text.starts_with("đ")) {
    text.replace(0, std::string_view{"đ"}.size(), "Đ");
  }
  return text;
}

}  // namespace thanthien::dialogs
