#include "dialogs/file_reader.hpp"
#include "dialogs/loader.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <random>

/// Bytes knocked out of or into the shipped files: refused with a place or taken, never a crash, and the book
/// in service stays as it is.
namespace thanthien::dialogs::test {
namespace {

struct shipped_file {
  std::string name, text;
};

const std::vector<shipped_file>& shipped_files() {
  static const auto all = [] {
    std::vector<shipped_file> out;
    for (const auto& entry : std::filesystem::directory_iterator{source_folder() / "dialogs/content"}) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream in{entry.path(), std::ios::binary};
      out.push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>{in}, {}}});
    }
    std::ranges::sort(out, {}, &shipped_file::name);
    return out;
  }();
  return all;
}

class mutator {
 public:
  explicit mutator(unsigned seed) : dice_{seed} {}

  const shipped_file& file() { return shipped_files()[dice_() % shipped_files().size()]; }

  std::string damaged(std::string text) {
    for (auto blows = 1 + dice_() % 4; blows > 0; --blows) {
      if (text.empty()) text = "x";
      const auto at = dice_() % text.size();
      switch (dice_() % 7) {
        case 0:
          text.erase(at, 1 + dice_() % 20);
          break;
        case 1:
          text.insert(at, 1, "{}[]:-\n\t&*!|>#'\"%"[dice_() % 17]);
          break;
        case 2:
          text[at] = static_cast<char>(dice_() % 256);
          break;
        case 3:
          text.insert(at, text.substr(at, 40));
          break;
        case 4:
          text.resize(at);  // the disk was full
          break;
        case 5:
          line(text, at, true);
          break;
        default:
          line(text, at, false);
          break;
      }
    }
    return text;
  }

 private:
  /// The line is lost, or stands there twice.
  static void line(std::string& text, std::size_t at, bool lost) {
    const auto begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    if (lost)
      text.erase(begin, end - begin);
    else
      text.insert(begin, text.substr(begin, end - begin));
  }

  std::mt19937 dice_;
};

/// A place is a line and a column; only what is missing altogether is told of the file or the folder.
void told_with_place(const knowledge::problem& p) {
  EXPECT_FALSE(p.message.empty());
  EXPECT_FALSE(p.file.empty()) << p.message;
  const bool whole =
      p.line == 0 && (p.message.starts_with("Thiếu ") || p.message.starts_with("Chưa có ") ||
                      p.message.starts_with("Danh sách ") || p.message.contains(" vừa là lệnh ") ||
                      p.message.contains(" vừa được gọi là "));
  EXPECT_TRUE(whole || (p.line > 0 && p.column > 0)) << knowledge::to_string(p);
}

TEST(Mutations, AThousandDamagedFilesAreRefusedWithAPlaceOrTaken) {
  std::vector<knowledge::problem> none;
  const auto sound = read_dialogs({source_folder() / "dialogs/content"}, none);
  ASSERT_FALSE(knowledge::has_errors(none));
  mutator hand{1123};
  int refused = 0, taken = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto& file = hand.file();
    const auto text = hand.damaged(file.text);
    const auto name = "dialogs/" + file.name;
    std::vector<knowledge::problem> problems;
    if (const auto root = knowledge::parse_yaml(text, name, problems); root && root->is_map()) {
      auto changed = sound;
      if (root->find("dialog") != nullptr) {
        auto d = read_dialog(name, *root, problems);
        if (!d.name.empty()) changed.contents.dialogs[d.name] = std::move(d);
      } else {
        read_lists(name, *root, changed, problems);
      }
      check_dialogs(changed, &shipped_knowledge(), problems);
    } else if (root) {
      continue;  // told by the loader as empty; the next test goes that way
    }
    (knowledge::has_errors(problems) ? refused : taken) += 1;
    for (const auto& p : problems) told_with_place(p);
    if (testing::Test::HasFailure()) FAIL() << name << "\n" << text;
  }
  EXPECT_GT(refused, 500);
  EXPECT_GT(taken, 50);
}

/// The whole way, from the files to a book: what is refused leaves no book, and the one in service answers as
/// before.
TEST(Mutations, TheBookInServiceStays) {
  resident before;
  const auto answer = all_text(before.says("tôi muốn phản ánh ổ gà trước nhà"));
  mutator hand{2026};
  folder extra;
  for (int i = 0; i < 60; ++i) {
    const auto& file = hand.file();
    extra.write(file.name, hand.damaged(file.text));
    std::vector<knowledge::problem> problems;
    const auto made =
        book::load({source_folder() / "dialogs/content", extra.path()}, shipped_knowledge(), problems);
    EXPECT_EQ(made == nullptr, knowledge::has_errors(problems));
    if (made) {
      resident who{*made};
      EXPECT_FALSE(who.says("gặp cán bộ").replies.empty());
    }
    std::filesystem::remove(extra.path() / file.name);
  }
  resident after;
  EXPECT_EQ(all_text(after.says("tôi muốn phản ánh ổ gà trước nhà")), answer);
}

}  // namespace
}  // namespace thanthien::dialogs::test
