#pragma once

#include "knowledge/problem.hpp"
#include "knowledge/writing.hpp"

#include <chrono>
#include <filesystem>
#include <vector>

namespace thanthien::knowledge {

/// What one should look at again in the files of the knowledge, beside what keeps them from loading: how the
/// texts that residents read are written, and facts that are older than the rules allow. All of it is advice.
/// Kept apart from loading, because only `thanthien check` asks for it.
void review(const std::vector<std::filesystem::path>& folders, const writing_rules& rules,
            std::chrono::year_month_day today, std::vector<problem>& problems);

}  // namespace thanthien::knowledge
