#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <set>

/// A checker says what is wrong in Vietnamese; knowledge/problem_english.cpp has the same words in English.
/// Both are read here as text, so that no message is added without them.
namespace thanthien::dialogs::test {
namespace {

std::string source(const std::string& name) {
  std::ifstream in{source_folder() / name, std::ios::binary};
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The string literals of a source file, as they are written, with neighbours joined.
std::vector<std::string> literals(const std::string& text) {
  std::vector<std::string> out;
  std::size_t joined_at = std::string::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "//") == 0) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (text[i] == '\'') {  // a character; in 1'000 it is none
      if (i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9') continue;
      i = std::min(text.find('\'', text[i + 1] == '\\' ? i + 3 : i + 1), text.size());
      continue;
    }
    if (text[i] != '"') {
      if (text[i] != ' ' && text[i] != '\n') joined_at = std::string::npos;
      continue;
    }
    std::string literal;
    for (++i; i < text.size() && text[i] != '"'; ++i) {
      literal += text[i];
      if (text[i] == '\\') literal += text[++i];
    }
    if (joined_at != std::string::npos)
      out[joined_at] += literal;
    else
      out.push_back(literal);
    joined_at = out.size() - 1;
  }
  return out;
}

bool vietnamese(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string unescaped(const std::string& literal) {
  std::string out;
  for (std::size_t i = 0; i < literal.size(); ++i) out += literal[i] == '\\' ? literal[++i] : literal[i];
  return out;
}

/// A part of a message, with something before or after it, comes out in English.
bool translated(const std::string& part) {
  for (const std::string before : {"", "X"})
    for (const std::string after : {"", "X"}) {
      const auto english =
          knowledge::in_english({knowledge::problem::level::error, "", 0, 0, before + part + after, ""});
      if (!vietnamese(english.message)) return true;
    }
  return false;
}

/// Without the names and marks at both ends, which a message puts there itself.
std::string core_of(const std::string& literal) {
  std::size_t first = 0, last = literal.size();
  while (static_cast<unsigned char>(literal[first]) < 0x80) ++first;
  while (static_cast<unsigned char>(literal[last - 1]) < 0x80) --last;
  return literal.substr(first, last - first);
}

TEST(English, IsThereForEveryMessageOfTheCheckers) {
  std::string catalogue;
  for (const auto& words : literals(source("knowledge/problem_english.cpp"))) catalogue += words + "\n";
  const std::set<std::string> data{"có", "không", "Đ"};  // words of the files, not of messages
  int messages = 0;
  for (const std::string name :
       {"knowledge/yaml.cpp", "knowledge/fields.cpp", "knowledge/library.cpp", "knowledge/content_files.cpp",
        "knowledge/person_reader.cpp", "knowledge/review.cpp", "knowledge/writing.cpp", "dialogs/loader.cpp",
        "dialogs/file_reader.cpp", "dialogs/address_reader.cpp", "dialogs/dialog_reader.cpp",
        "dialogs/lists_reader.cpp", "dialogs/inspection.cpp", "dialogs/check_choices.cpp",
        "dialogs/check_lists.cpp", "dialogs/check_names.cpp", "dialogs/check_paths.cpp",
        "dialogs/check_slots.cpp", "dialogs/check_texts.cpp"})
    for (const auto& words : literals(source(name))) {
      if (!vietnamese(words) || data.contains(words)) continue;
      ++messages;
      EXPECT_TRUE(catalogue.contains(core_of(words)) || translated(unescaped(words)))
          << name << ": \"" << words << "\" is not in knowledge/problem_english.cpp";
    }
  EXPECT_GT(messages, 200);
}

TEST(English, PutsTheNamesWhereTheyBelong) {
  using knowledge::problem;
  const problem p{problem::level::error,
                  "dialogs/thu.yaml",
                  5,
                  11,
                  "Không có bước \"nop_ho_s\" trong hội thoại này",
                  "Có phải bạn muốn viết \"nop_ho_so\"?"};
  EXPECT_EQ(knowledge::to_english({p}),
            "dialogs/thu.yaml:5:11: error: This dialog has no step \"nop_ho_s\"\n    Did you mean "
            "\"nop_ho_so\"?\n");
  // Words of ours within words of ours.
  EXPECT_EQ(knowledge::in_english({problem::level::error, "a", 1, 1, "Lựa chọn không có khóa \"tile\"", ""})
                .message,
            "The choice has no key \"tile\"");
  EXPECT_EQ(
      knowledge::in_english({problem::level::error, "a", 1, 1, "Địa chỉ \"url\" có khoảng trắng ở giữa", ""})
          .message,
      "The \"url\" has a blank inside");
  // What is not known stays as it is.
  EXPECT_EQ(knowledge::in_english({problem::level::error, "a", 1, 1, "Một câu lạ", ""}).message,
            "Một câu lạ");
}

}  // namespace
}  // namespace thanthien::dialogs::test
