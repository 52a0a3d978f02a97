#pragma once

#include "knowledge/text.hpp"

namespace thanthien::knowledge {

/// "82 tuổi", "15t", "còn thằng anh nó 15": the number becomes a word for its group of age, for how many
/// years exactly tells nothing apart, but a child's card and a grown-up's are two procedures. "Dưới 14 tuổi"
/// is thirteen.
void know_ages(message& m);

}  // namespace thanthien::knowledge
