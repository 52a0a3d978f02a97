#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// What a person said of his own case: question id -> value, `unsure` when he does not know. A question that
/// is not in it has not been asked.
using answers = std::map<std::string, std::string, std::less<>>;

inline constexpr std::string_view unsure = "?";

/// Whether something holds for a person: decided, open until more is asked, or never to be known.
enum class truth { no, open, unsure, yes };

/// A `when:` of a procedure file: alternatives, each a list of tests that must all hold. Without alternatives
/// it always holds.
struct requirement {
  struct test {
    std::string question;
    std::vector<std::string> values;  ///< any of these; `negated`: none of these
    bool negated = false;

    bool operator==(const test&) const = default;
  };

  std::vector<std::vector<test>> alternatives;

  bool always() const { return alternatives.empty(); }
  bool mentions(std::string_view question) const;

  bool operator==(const requirement&) const = default;
};

/// One thing to ask a person because the answer changes his papers.
struct papers_question {
  struct choice {
    std::string value;
    std::string title;              ///< at most 20 characters; "" of yes and no
    std::vector<std::string> also;  ///< other ways to say it

    bool operator==(const choice&) const = default;
  };

  std::string id;
  std::string ask;
  bool yes_no = false;  ///< the values are "yes" and "no"
  std::vector<choice> choices;
  requirement when;  ///< asked unless this does not hold; speaks of questions above this one

  bool operator==(const papers_question&) const = default;
};

/// A test about a question that is not asked of this person fails, and its negation holds.
truth holds(const requirement& what, const std::vector<papers_question>& questions, const answers& given);

}  // namespace thanthien::knowledge
