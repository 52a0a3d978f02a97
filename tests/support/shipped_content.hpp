#pragma once

#include "bot/content.hpp"

#include <stdexcept>

namespace thanthien::tests {

/// The files of this checkout, loaded once for all tests of a program.
inline std::shared_ptr<const bot::content> shipped_content() {
  static const auto loaded = [] {
    std::vector<knowledge::problem> problems;
    auto all = bot::load_content(bot::content_folders::shipped_and({}), problems);
    if (!all) throw std::runtime_error(knowledge::to_string(problems));
    return all;
  }();
  return loaded;
}

}  // namespace thanthien::tests
