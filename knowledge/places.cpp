#include "knowledge/places.hpp"

#include <algorithm>
#include <array>

namespace thanthien::knowledge {

namespace {

struct kind_word {
  const char* typed;  // folded
  const char* kind;
};
// The longest first: "thị xã" is no "xã".
constexpr std::array kinds{kind_word{"thi tran", "thị trấn"},
                           kind_word{"thi xa", "huyện"},
                           kind_word{"thanh pho", "huyện"},
                           kind_word{"dac khu", "đặc khu"},
                           kind_word{"phuong", "phường"},
                           kind_word{"huyen", "huyện"},
                           kind_word{"quan", "huyện"},
                           kind_word{"xa", "xã"},
                           kind_word{"tp", "huyện"},
                           kind_word{"tt", "thị trấn"},
                           kind_word{"tx", "huyện"},
                           kind_word{"p", "phường"},
                           kind_word{"x", "xã"},
                           kind_word{"h", "huyện"}};

std::string words(const message& m, std::size_t from, std::size_t count, bool with_marks) {
  std::string out;
  for (auto i = from; i < from + count; ++i) {
    if (i > from) out += ' ';
    out += with_marks ? m.tokens[i].word : m.tokens[i].folded;
  }
  return out;
}

// "Phường Hố Nai" -> {"phường", "hố nai"}.
std::pair<std::string, std::string> split_kind(std::string_view full) {
  auto spelled = lower(full);
  auto plain = fold(full);
  for (const auto& k : kinds) {
    std::string_view typed = k.typed;
    if (typed.size() < 3 && typed != "xa") continue;  // only written out in our own files
    if (!plain.starts_with(typed) || plain.size() <= typed.size() || plain[typed.size()] != ' ') continue;
    auto blanks = std::ranges::count(typed, ' ') + 1;
    auto rest = spelled;
    while (blanks-- > 0) rest = rest.substr(rest.find(' ') + 1);
    return {k.kind, rest};
  }
  return {"", spelled};
}

// The kind that stands right before a name in the message, or "".
std::string kind_before(const message& m, std::size_t at) {
  for (const auto& k : kinds) {
    std::size_t count = std::string_view(k.typed).contains(' ') ? 2 : 1;
    if (at >= count && words(m, at - count, count, false) == k.typed) {
      // "thị xã" ends in "xã" too, but is found first.
      return k.kind;
    }
  }
  return {};
}

}  // namespace

place_index::place_index(const std::vector<unit>& units, const std::vector<std::string>& elsewhere) {
  auto add = [&](const std::string& spelled, name n) {
    n.spelled = spelled;
    auto key = fold(spelled);
    longest_ = std::max(longest_, static_cast<std::size_t>(std::ranges::count(key, ' ')) + 1);
    first_words_.insert(key.substr(0, key.find(' ')));
    by_name_[key].push_back(std::move(n));
  };
  for (const auto& u : units) {
    auto [kind, spelled] = split_kind(u.full_name);
    add(spelled, {&u, kind, {}, {}, u.full_name, false, false});
    for (const auto& f : u.merged_from) {
      auto [old_kind, old_name] = split_kind(f.name);
      auto district = split_kind(f.district).second;
      auto meant = f.name + (f.district.empty() ? "" : " (" + f.district + ")");
      add(old_name, {&u, old_kind, {}, fold(district), meant, true, false, f.district, f.partial});
      if (!district.empty())
        add(district, {&u, "huyện", {}, fold(district), f.district, true, true, f.district});
    }
  }
  for (const auto& place : elsewhere) {
    auto key = fold(place);
    longest_ = std::max(longest_, static_cast<std::size_t>(std::ranges::count(key, ' ')) + 1);
    first_words_.insert(key.substr(0, key.find(' ')));
    elsewhere_.emplace(std::move(key), lower(place));
  }
}

std::vector<std::pair<std::size_t, std::size_t>> place_index::spans(const message& m) const {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t at = 0; at < m.tokens.size(); ++at) {
    if (!first_words_.contains(m.tokens[at].folded)) continue;
    for (auto count = std::min(longest_, m.tokens.size() - at); count > 1; --count) {
      const auto plain = words(m, at, count, false);
      const auto ours = by_name_.find(plain);
      const auto other = elsewhere_.find(plain);
      if (ours == by_name_.end() && other == elsewhere_.end()) continue;
      const auto typed = words(m, at, count, true);
      const bool named = typed == plain || (other != elsewhere_.end() && other->second == typed) ||
                         (ours != by_name_.end() && std::ranges::any_of(ours->second, [&](const name& n) {
                            return n.spelled == typed;
                          }));
      if (!named) continue;
      out.emplace_back(at, at + count);
      at += count - 1;
      break;
    }
  }
  return out;
}

bool place_index::names_unknown(std::string_view text) const {
  const auto cleaned = clean(text);
  if (!find(cleaned).empty()) return false;
  std::vector<std::string> list;
  for (std::size_t from = 0; from < cleaned.size();) {
    const auto end = std::min(cleaned.find_first_of(" \n\t", from), cleaned.size());
    if (end > from) list.push_back(cleaned.substr(from, end - from));
    from = end + 1;
  }
  const auto capital = [](const std::string& word) { return lower(word) != word; };
  // Where everything is written large, nothing is a name by that.
  if (std::ranges::all_of(list, capital)) return false;
  for (std::size_t i = 0; i + 1 < list.size(); ++i) {
    const auto kind = lower(list[i]);
    if ((kind == "xã" || kind == "phường" || kind == "trấn") && capital(list[i + 1])) return true;
  }
  return false;
}

std::vector<place> place_index::find(std::string_view text) const {
  static const text_reader reader;
  auto m = reader.read(text);
  struct hit {
    std::size_t begin, end;
    std::vector<const name*> names;
  };
  std::vector<hit> hits;
  std::vector<std::string> districts;  // named besides the place itself

  for (std::size_t at = 0; at < m.tokens.size();) {
    std::size_t used = 0;
    for (auto count = std::min(longest_, m.tokens.size() - at); count > 0 && used == 0; --count) {
      auto found = by_name_.find(words(m, at, count, false));
      if (found == by_name_.end()) continue;
      auto kind = kind_before(m, at);
      if (count == 1 && kind.empty()) continue;  // a single word is a name only behind "xã", "phường"
      auto typed = words(m, at, count, true);
      bool marked = typed != words(m, at, count, false);
      std::vector<const name*> names;
      for (const auto& n : found->second)
        if (!marked || n.spelled == typed) names.push_back(&n);
      if (names.empty()) continue;

      auto keep = [&](auto wanted) {
        std::vector<const name*> left;
        std::ranges::copy_if(names, std::back_inserter(left), wanted);
        if (!left.empty()) names = std::move(left);
      };
      if (kind == "huyện") {
        keep([](const name* n) { return n->whole_district; });
      } else {
        keep([](const name* n) { return !n->whole_district; });
        if (!kind.empty()) keep([&](const name* n) { return n->kind == kind; });
      }
      auto after = at + count < m.tokens.size() ? m.tokens[at + count].folded : std::string{};
      if (after == "cu") keep([](const name* n) { return n->former; });
      if (after == "moi") keep([](const name* n) { return !n->former; });
      if (names.front()->whole_district || std::ranges::any_of(found->second, &name::whole_district))
        districts.push_back(found->first);
      hits.push_back({at, at + count, std::move(names)});
      used = count;
    }
    at += used > 0 ? used : 1;
  }

  // A district beside a place says which one is meant, and is itself no place then.
  if (hits.size() > 1 && !districts.empty()) {
    bool decided = false;
    for (auto& h : hits) {
      std::vector<const name*> left;
      for (const auto* n : h.names)
        if (!n->whole_district && n->former && std::ranges::find(districts, n->district) != districts.end())
          left.push_back(n);
      if (!left.empty() && (h.names.size() > 1 || left.size() == h.names.size())) {
        h.names = std::move(left);
        decided = true;
      }
    }
    if (decided) {
      std::erase_if(hits, [&](const hit& h) {
        return std::ranges::any_of(h.names, &name::whole_district) ||
               std::ranges::all_of(h.names, [&](const name* n) {
                 return !n->former && std::ranges::find(districts, fold(n->spelled)) != districts.end();
               });
      });
    }
  }

  std::vector<place> out;
  for (const auto& h : hits)
    for (bool former : {false, true})
      for (const auto* n : h.names)
        if (n->former == former && std::ranges::none_of(out, [&](const place& p) { return p.now == n->now; }))
          out.push_back({n->now, n->meant, n->former, n->district_name, n->whole_district, n->partial});
  return out;
}

}  // namespace thanthien::knowledge
