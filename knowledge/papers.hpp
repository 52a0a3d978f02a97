#pragma once

#include "knowledge/procedure.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Exactly one person's papers: which questions change the list, the list itself, and a code that shows it
/// again.
namespace thanthien::knowledge {

/// The question to ask next: of those that still change something for this person the one whose answer
/// settles most, the earlier in the file when two settle the same. nullptr when nothing is left to ask.
const papers_question* next_question(const procedure& about, const answers& given);

struct papers {
  std::vector<const document*> needed;
  std::vector<const document*> perhaps;  ///< hang on something the person does not know
  fee price;
  std::string time_limit, where;
  std::vector<std::string> notes;    ///< of the cases that hold
  std::vector<std::string> instead;  ///< procedures that fit this person better
};

/// Points into `about`.
papers papers_for(const procedure& about, const answers& given);

/// "GT-7K3Q-0F9": the procedure and the answers, without anything personal, so that the list can be shown
/// again in any conversation and by any officer. The same on every machine.
std::string papers_code(const procedure& about, const answers& given);

struct decoded_papers {
  const procedure* about = nullptr;
  answers given;
  bool current = true;  ///< false: the questions have changed since, `given` is empty
};

/// The first code in `text` that belongs to one of `procedures`; letters may be small, the dashes blanks or
/// left out.
std::optional<decoded_papers> read_papers_code(std::string_view text,
                                               const std::vector<procedure>& procedures);

}  // namespace thanthien::knowledge
