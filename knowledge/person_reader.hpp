#pragma once

#include "knowledge/fields.hpp"
#include "knowledge/procedure.hpp"

#include <set>
#include <string>
#include <vector>

namespace thanthien::knowledge {

fee read_fee(const yaml_node& map, const std::string& file, std::vector<problem>& problems);

/// Reads what of a procedure depends on the person: its questions, and every `when` and case that speaks of
/// them.
class person_reader {
 public:
  person_reader(std::string file, std::vector<problem>& problems)
      : file_{std::move(file)}, problems_{problems} {}

  std::vector<papers_question> questions(const fields& procedure);
  requirement when(const fields& holder);
  special_case special_case_of(const yaml_node& map);

  /// After all else: a question that changes nothing would only be a burden.
  void all_used();

 private:
  papers_question question_of(const yaml_node& map);
  std::vector<requirement::test> tests_of(const yaml_node& map);
  void values_into(requirement::test& test, const yaml_node& node, const papers_question& asked);
  void fail(int line, int column, std::string message, std::string hint);

  std::string file_;
  std::vector<problem>& problems_;
  std::vector<papers_question> known_;
  std::vector<std::pair<int, int>> places_;  ///< line and column of each known question
  std::set<std::string> used_;
};

}  // namespace thanthien::knowledge
