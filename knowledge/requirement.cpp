#include "knowledge/requirement.hpp"

#include <algorithm>

namespace thanthien::knowledge {
namespace {

/// The worst decides: one test that fails settles it, and what is open can still be settled.
truth both(truth a, truth b) { return std::min(a, b); }

truth either(truth a, truth b) {
  if (a == truth::yes || b == truth::yes) return truth::yes;
  if (a == truth::open || b == truth::open) return truth::open;
  return std::max(a, b);
}

truth holds(const requirement::test& test, const std::vector<papers_question>& questions,
            const answers& given) {
  if (const auto answer = given.find(test.question); answer != given.end()) {
    if (answer->second == unsure) return truth::unsure;
    const bool named = std::ranges::find(test.values, answer->second) != test.values.end();
    return named != test.negated ? truth::yes : truth::no;
  }
  const auto asked = std::ranges::find(questions, test.question, &papers_question::id);
  if (asked == questions.end()) return truth::unsure;
  switch (holds(asked->when, questions, given)) {
    case truth::yes:
    case truth::open:
    case truth::unsure:  // it may well be his case: asking is better than leaving it open
      return truth::open;
    case truth::no:
      break;
  }
  return test.negated ? truth::yes : truth::no;
}

}  // namespace

bool requirement::mentions(std::string_view question) const {
  return std::ranges::any_of(alternatives, [&](const auto& tests) {
    return std::ranges::any_of(tests, [&](const auto& t) { return t.question == question; });
  });
}

truth holds(const requirement& what, const std::vector<papers_question>& questions, const answers& given) {
  if (what.always()) return truth::yes;
  auto any = truth::no;
  for (const auto& tests : what.alternatives) {
    auto all = truth::yes;
    for (const auto& test : tests) all = both(all, holds(test, questions, given));
    any = either(any, all);
  }
  return any;
}

}  // namespace thanthien::knowledge
