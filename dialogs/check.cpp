#include "dialogs/inspection.hpp"

namespace thanthien::dialogs {

void check_dialogs(loaded& what, const knowledge::library* known, std::vector<knowledge::problem>& problems) {
  if (!what.any_file) return;
  inspection with{what, known, problems};
  check_names(with);
  check_choices(with);
  check_paths(with);
  check_slots(with);
  check_texts(with);
  check_lists(with);
}

}  // namespace thanthien::dialogs
