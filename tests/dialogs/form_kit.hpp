#pragma once

#include "tests/dialogs/kit.hpp"

namespace thanthien::dialogs::test {

/// Forms written for a test and laid over the shipped dialogs; the menu leads into them.
class form_test : public testing::Test {
 protected:
  /// The resident stands at the first step of the dialog `thu`.
  resident at(const std::string& text) {
    load(text);
    resident who{*made_};
    who.says("menu");
    first_ = who.taps("go:thu");
    return who;
  }

  void load(const std::string& text) {
    files_.write("menu.yaml", R"(dialog: menu
on: ["command:menu"]
steps:
  muc:
    say: Chọn ạ.
    choices:
      - {title: Thử, dialog: thu}
    next: end
)");
    files_.write("thu.yaml", text);
    std::vector<knowledge::problem> problems;
    made_ = book::load({source_folder() / "dialogs/content", files_.path()}, shipped_knowledge(), problems);
    if (!made_) throw std::runtime_error{knowledge::to_string(problems)};
  }

  folder files_;
  std::shared_ptr<const book> made_;
  outcome first_;
};

}  // namespace thanthien::dialogs::test
