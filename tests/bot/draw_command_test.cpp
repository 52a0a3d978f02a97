#include "bot/commands/commands.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>

namespace thanthien::tests {
namespace {

/// The exit code of `thanthien draw` with these words.
int draws(const std::string& words) {
  CLI::App program;
  bot::commands::add_draw(program);
  try {
    program.parse("draw " + words);
    return 0;
  } catch (const CLI::RuntimeError& done) {
    return done.get_exit_code();
  }
}

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

TEST(DrawCommand, WritesOneDialogIntoAFile) {
  const temporary_folder folder;
  const auto file = folder / "menu.svg";
  EXPECT_EQ(draws("menu -o " + file.string()), 0);
  const auto svg = content_of(file);
  EXPECT_TRUE(svg.starts_with("<svg ")) << svg;
  EXPECT_NE(svg.find("Danh mục"), std::string::npos);
}

TEST(DrawCommand, WritesAllDialogsIntoAFolder) {
  const temporary_folder folder;
  EXPECT_EQ(draws("--all " + (folder / "all").string()), 0);
  EXPECT_TRUE(content_of(folder / "all" / "phan-anh-kien-nghi.svg").ends_with("</svg>\n"));
}

TEST(DrawCommand, RefusesWhatItCannotDraw) {
  EXPECT_EQ(draws(""), 2);
  EXPECT_EQ(draws("meni"), 2);
  EXPECT_EQ(draws("menu -o /nowhere/at/all.svg"), 2);
}

}  // namespace
}  // namespace thanthien::tests
