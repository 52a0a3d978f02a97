#include "knowledge/papers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace thanthien::knowledge {
namespace {

/// Everything of a procedure that can depend on the person.
std::vector<const requirement*> conditions_of(const procedure& p) {
  std::vector<const requirement*> out;
  for (const auto& d : p.documents)
    if (!d.when.always()) out.push_back(&d.when);
  for (const auto& c : p.cases) out.push_back(&c.when);
  return out;
}

std::size_t open_count(const procedure& p, const std::vector<const requirement*>& conditions,
                       const answers& given) {
  return static_cast<std::size_t>(std::ranges::count_if(
      conditions, [&](const auto* c) { return holds(*c, p.questions, given) == truth::open; }));
}

/// Whether the answer bears on something undecided: directly, or through a question that is asked because of
/// it.
bool matters(const procedure& p, const papers_question& q, const std::vector<const requirement*>& conditions,
             const answers& given) {
  if (std::ranges::any_of(conditions, [&](const auto* c) {
        return c->mentions(q.id) && holds(*c, p.questions, given) == truth::open;
      }))
    return true;
  return std::ranges::any_of(p.questions, [&](const papers_question& later) {
    return later.when.mentions(q.id) && !given.contains(later.id) &&
           holds(later.when, p.questions, given) == truth::open && matters(p, later, conditions, given);
  });
}

// Crockford's alphabet: no letter that could be read as a digit.
constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t procedure_digits = 4, check_digits = 2;
constexpr std::string_view mark = "GT";

std::uint64_t hash_of(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325U) {
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string written(std::uint64_t number, std::size_t width) {
  std::string out;
  for (; width > 0 || number > 0; number /= digits.size()) {
    out.insert(out.begin(), digits[number % digits.size()]);
    if (width > 0) --width;
  }
  return out;
}

std::string procedure_part(const procedure& p) {
  auto hash = hash_of(p.id);
  hash ^= hash >> 29U;
  return written(hash & 0xFFFFFU, procedure_digits);
}

/// Changes with every question and value, so that an old code is never read as other answers.
std::string check_part(const procedure& p, std::string_view answers_part) {
  auto hash = hash_of(p.id);
  for (const auto& q : p.questions) {
    hash = hash_of(q.id, hash_of("/", hash));
    for (const auto& c : q.choices) hash = hash_of(c.value, hash_of(":", hash));
  }
  hash = hash_of(answers_part, hash);
  hash ^= hash >> 31U;
  return written(hash & 0x3FFU, check_digits);
}

/// "GT-7k3q-0f9 " -> "GT7K3Q0F9"; "" when it has other letters or none.
std::string plain(std::string_view token) {
  std::string out;
  for (char c : token) {
    if (c == '-' || c == '.') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter) {
      if (out.empty()) continue;  // a bracket or quote before it
      break;
    }
    if (out.size() >= mark.size()) {
      if (c == 'O') c = '0';
      if (c == 'I' || c == 'L') c = '1';
    }
    out += c;
  }
  return out;
}

std::optional<decoded_papers> decoded(std::string_view code, const std::vector<procedure>& procedures) {
  constexpr auto shortest = mark.size() + procedure_digits + check_digits + 1;
  if (!code.starts_with(mark) || code.size() < shortest || code.size() > shortest + 12) return std::nullopt;
  code.remove_prefix(mark.size());
  const auto which = code.substr(0, procedure_digits);
  const auto check = code.substr(code.size() - check_digits);
  const auto middle = code.substr(procedure_digits, code.size() - procedure_digits - check_digits);
  std::uint64_t number = 0;
  for (char c : middle) {
    const auto at = digits.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    number = number * digits.size() + at;
  }
  std::optional<decoded_papers> outdated;
  for (const auto& p : procedures) {
    if (p.questions.empty() || procedure_part(p) != which) continue;
    if (check_part(p, middle) != check) {
      outdated = decoded_papers{&p, {}, false};
      continue;
    }
    decoded_papers out{&p, {}, true};
    auto rest = number;
    for (const auto& q : p.questions) {
      const auto base = q.choices.size() + 2;
      const auto digit = rest % base;
      rest /= base;
      if (digit == base - 1)
        out.given[q.id] = unsure;
      else if (digit > 0)
        out.given[q.id] = q.choices[digit - 1].value;
    }
    if (rest == 0) return out;
  }
  return outdated;
}

}  // namespace

const papers_question* next_question(const procedure& about, const answers& given) {
  const auto conditions = conditions_of(about);
  const auto open = open_count(about, conditions, given);
  if (open == 0) return nullptr;
  const papers_question* best = nullptr;
  double most = -1;
  for (const auto& q : about.questions) {
    const auto fits = holds(q.when, about.questions, given);
    if (given.contains(q.id) || fits == truth::no || fits == truth::open ||
        !matters(about, q, conditions, given))
      continue;
    double settled = 0;
    auto supposed = given;
    for (const auto& c : q.choices) {
      supposed[q.id] = c.value;
      settled += static_cast<double>(open - open_count(about, conditions, supposed));
    }
    settled /= static_cast<double>(q.choices.size());
    if (settled > most) {
      most = settled;
      best = &q;
    }
  }
  return best;
}

papers papers_for(const procedure& about, const answers& given) {
  papers out{{}, {}, about.price, about.time_limit, about.where, {}, {}};
  for (const auto& d : about.documents) {
    const auto needed = holds(d.when, about.questions, given);
    if (needed == truth::yes)
      out.needed.push_back(&d);
    else if (needed != truth::no)
      out.perhaps.push_back(&d);
  }
  bool fee_told = false;
  for (const auto& c : about.cases) {
    if (holds(c.when, about.questions, given) != truth::yes) continue;
    if (c.price && !fee_told) {
      out.price = *c.price;
      fee_told = true;
    }
    if (!c.time_limit.empty()) out.time_limit = c.time_limit;
    if (!c.where.empty()) out.where = c.where;
    if (!c.note.empty()) out.notes.push_back(c.note);
    if (!c.instead.empty()) out.instead.push_back(c.instead);
  }
  return out;
}

std::string papers_code(const procedure& about, const answers& given) {
  std::uint64_t number = 0, weight = 1;
  for (const auto& q : about.questions) {
    const auto base = q.choices.size() + 2;
    std::uint64_t digit = 0;
    if (const auto answer = given.find(q.id); answer != given.end()) {
      const auto found = std::ranges::find(q.choices, answer->second, &papers_question::choice::value);
      if (answer->second == unsure)
        digit = base - 1;
      else if (found != q.choices.end())
        digit = static_cast<std::uint64_t>(found - q.choices.begin()) + 1;
    }
    number += digit * weight;
    weight *= base;
  }
  const auto middle = written(number, 1);
  return std::string{mark} + "-" + procedure_part(about) + "-" + middle + check_part(about, middle);
}

std::optional<decoded_papers> read_papers_code(std::string_view text,
                                               const std::vector<procedure>& procedures) {
  std::vector<std::string> tokens;
  constexpr std::size_t longest = 400;  // a code stands in a short message
  text = text.substr(0, longest);
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find_first_of(" \t\n", begin), text.size());
    if (end > begin) tokens.push_back(plain(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  std::optional<decoded_papers> outdated;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].starts_with(mark)) continue;
    std::string code;
    for (std::size_t n = i; n < std::min(i + 3, tokens.size()); ++n) {
      code += tokens[n];
      auto found = decoded(code, procedures);
      if (found && found->current) return found;
      // Dashes in place make it a code of ours even when its questions are gone.
      if (found && !outdated && code.size() == tokens[i].size()) outdated = found;
    }
  }
  return outdated;
}

}  // namespace thanthien::knowledge
