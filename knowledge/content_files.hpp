#pragma once

#include "knowledge/problem.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace thanthien::knowledge {

/// The .yaml files of folders that are laid one over the other, by their path below the folder (with "/"): a
/// file of the same path in a later folder replaces the one of an earlier. Hidden files and folders are left
/// out; what cannot be read is told.
std::map<std::string, std::filesystem::path> content_files(const std::vector<std::filesystem::path>& folders,
                                                           std::vector<problem>& problems);

}  // namespace thanthien::knowledge
