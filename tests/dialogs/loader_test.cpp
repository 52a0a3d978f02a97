#include "tests/dialogs/kit.hpp"

#include <algorithm>

/// The exact words with which the checker helps an admin; each case is the shipped book with one more file.
namespace thanthien::dialogs::test {
namespace {

TEST(Loader, TheShippedDialogsAreSoundAndTheirAdviceIsFollowed) {
  std::vector<knowledge::problem> problems;
  const auto made = book::load({source_folder() / "dialogs/content"}, shipped_knowledge(), problems);
  EXPECT_TRUE(made);
  EXPECT_EQ(knowledge::to_string(problems), "");
  EXPECT_TRUE(std::ranges::count(made->names(), "phan-anh-kien-nghi"));
  EXPECT_EQ(made->phrase("choice_person"), "Gặp cán bộ");
  EXPECT_EQ(made->phrase("nothing_of_that_name"), "");
}

struct fault {
  const char* name;
  const char* file;
  const char* told;
};

class Faults : public testing::TestWithParam<fault> {};

TEST_P(Faults, AreToldWithPlaceAndRemedy) {
  auto result = check_with("thu.yaml", GetParam().file);
  EXPECT_FALSE(result.made);
  std::erase_if(result.problems,
                [](const auto& p) { return p.severity == knowledge::problem::level::advice; });
  EXPECT_EQ(knowledge::to_string(result.problems), GetParam().told);
  for (const auto& p : result.problems) expect_english(p);
}

INSTANTIATE_TEST_SUITE_P(
    Loader, Faults,
    testing::Values(
        fault{"missing_target",
              "dialog: thu\nsteps:\n  chao:\n    say: Xin chào.\n    next: nop_ho_s\n  nop_ho_so:\n    say: "
              "Nộp.\n    next: end\n",
              "dialogs/thu.yaml:5:11: lỗi: Không có bước \"nop_ho_s\" trong hội thoại này\n"
              "    Có phải bạn muốn viết \"nop_ho_so\"?\n"
              "dialogs/thu.yaml:6:3: lỗi: Không có đường nào tới bước \"nop_ho_so\"\n"
              "    Thêm next, go hoặc choices dẫn tới bước này, hoặc xóa nó.\n"},
        fault{
            "unknown_slot",
            "dialog: thu\nsteps:\n  hoi:\n    ask: Bà con tên gì ạ?\n    slot: ho_ten\n    type: full_name\n"
            "  chao:\n    say: Em chào {ho_te}.\n    next: end\n",
            "dialogs/thu.yaml:8:10: lỗi: Không có gì để điền vào {ho_te}\n    Có phải bạn muốn viết "
            "\"ho_ten\"?\n"},
        fault{"unknown_aspect",
              "dialog: thu\non: [khai-sinh]\naspects: [tim]\nsteps:\n  chao:\n    say: Xin chào.\n    next: "
              "end\n",
              "dialogs/thu.yaml:3:10: lỗi: Không có mục \"tim\" của thủ tục\n"
              "    Các mục: overview, documents, fee, time, where, online, who, steps, result.\n"},
        fault{"unknown_topic",
              "dialog: thu\non: [khai-sin]\nsteps:\n  chao:\n    say: Xin chào.\n    next: end\n",
              "dialogs/thu.yaml:2:6: lỗi: Không có chủ đề \"khai-sin\" trong kho kiến thức\n"
              "    Có phải bạn muốn viết \"khai-sinh\"?\n"},
        fault{"dead_end", "dialog: thu\nsteps:\n  chao:\n    say: Xin chào.\n",
              "dialogs/thu.yaml:3:3: lỗi: Sau bước \"chao\" cuộc trò chuyện đi vào ngõ cụt\n"
              "    Thêm \"next: end\", hoặc \"next: tên-bước\".\n"},
        fault{"loop", "dialog: thu\nsteps:\n  mot:\n    say: Một.\n  hai:\n    say: Hai.\n    next: mot\n",
              "dialogs/thu.yaml:3:3: lỗi: Các bước đi vòng mãi mà không hỏi bà con câu nào: thu/mot -> "
              "thu/hai -> thu/mot\n"
              "    Đặt một bước ask hoặc end vào giữa vòng.\n"},
        fault{"colliding_choices",
              "dialog: thu\nsteps:\n  hoi:\n    ask: Bà con chọn gì ạ?\n    slot: chon\n    choices:\n"
              "      - {title: Thường trú, value: a}\n      - {title: thuong tru, value: b}\n    next: end\n",
              "dialogs/thu.yaml:8:9: lỗi: Hai lựa chọn trùng tên: \"thuong tru\"\n"
              "    Bà con gõ tên thì máy không biết chọn cái nào; đổi tên một lựa chọn.\n"},
        fault{
            "long_title",
            "dialog: thu\nsteps:\n  hoi:\n    ask: Bà con chọn gì ạ?\n    slot: chon\n    choices:\n"
            "      - {title: Đăng ký thường trú lần đầu, value: a}\n    next: end\n",
            "dialogs/thu.yaml:7:17: lỗi: Lựa chọn \"Đăng ký thường trú lần đầu\" dài 26 ký tự, tối đa là 20\n"
            "    Rút gọn để hiện đủ trên Messenger.\n"},
        fault{"missing_vietnamese", "dialog: thu\nsteps:\n  chao:\n    say: {en: Hello.}\n    next: end\n",
              "dialogs/thu.yaml:4:10: lỗi: \"say\" chưa có câu tiếng Việt\n    Thêm dòng \"vi: ...\".\n"},
        fault{"misspelled_key", "dialog: thu\nsteps:\n  chao:\n    say: Xin chào.\n    nxet: end\n",
              "dialogs/thu.yaml:3:3: lỗi: Sau bước \"chao\" cuộc trò chuyện đi vào ngõ cụt\n"
              "    Thêm \"next: end\", hoặc \"next: tên-bước\".\n"
              "dialogs/thu.yaml:5:5: lỗi: Bước say không có khóa \"nxet\"\n    Có phải bạn muốn viết "
              "\"next\"?\n"},
        fault{"branch_without_else",
              "dialog: thu\nsteps:\n  re:\n    branch:\n      - {when: {channel: zalo}, go: chao}\n  chao:\n "
              "   say: Chào.\n    next: end\n",
              "dialogs/thu.yaml:3:3: lỗi: Bước \"re\" chưa có nhánh \"else\": khi không điều kiện nào đúng "
              "thì cuộc trò chuyện đi "
              "vào ngõ cụt\n    Thêm dòng cuối: - {else: tên-bước}.\n"},
        fault{"danger_without_person",
              "dialog: thu\nact: emergency\non: [\"kind:emergenci\"]\nsteps:\n  chao:\n    say: Gọi 113.\n   "
              " next: end\n",
              "dialogs/thu.yaml:1:9: lỗi: Hội thoại \"thu\" không có đường nào tới cán bộ\n    Thêm một bước "
              "hand_over.\n"
              "dialogs/thu.yaml:3:6: lỗi: Không có nhóm chủ đề \"emergenci\"\n    Có phải bạn muốn viết "
              "\"emergency\"?\n"},
        fault{"taken_topic", "dialog: thu\non: [cam-on]\nsteps:\n  chao:\n    say: Chào.\n    next: end\n",
              "dialogs/thu.yaml:2:6: lỗi: \"cam-on\" đã thuộc về hội thoại \"cam-on\"\n    Mỗi chủ đề chỉ mở "
              "một hội thoại.\n"},
        fault{"unknown_dialog", "dialog: thu\nsteps:\n  goi:\n    call: mennu\n    next: end\n",
              "dialogs/thu.yaml:3:3: lỗi: Không có hội thoại tên \"mennu\"\n    Có phải bạn muốn viết "
              "\"menu\"?\n"},
        fault{"unknown_type",
              "dialog: thu\nsteps:\n  hoi:\n    ask: Ngày nào ạ?\n    slot: ngay\n    type: dat\n    next: "
              "end\n",
              "dialogs/thu.yaml:6:11: lỗi: Không có loại câu trả lời \"dat\"\n    Có phải bạn muốn viết "
              "\"date\"?\n"},
        fault{"braces", "dialog: thu\nsteps:\n  chao:\n    say: Xin {chào.\n    next: end\n",
              "dialogs/thu.yaml:4:10: lỗi: Dấu ngoặc nhọn trong câu chưa đúng\n"
              "    Viết {tên}; muốn có dấu ngoặc thật thì viết {{ hoặc }}.\n"},
        fault{"unknown_phrase", "phrases:\n  intr: Chào.\n",
              "dialogs/thu.yaml:2:3: lỗi: Không có câu nào tên \"intr\"\n    Có phải bạn muốn viết "
              "\"intro\"?\n"},
        fault{"not_a_dialog", "hoi-thoai: thu\n",
              "dialogs/thu.yaml:1:1: lỗi: Tệp hội thoại không có khóa \"hoi-thoai\"\n"
              "    Các khóa dùng được: dialog, phrases, words, settings, openings, english, writing.\n"}),
    [](const auto& info) { return std::string{info.param.name}; });

TEST(Loader, ATextLongerThanThePlatformsTakeIsRefused) {
  const auto result = check_with(
      "thu.yaml", "dialog: thu\nsteps:\n  chao:\n    say: " + std::string(1901, 'a') + "\n    next: end\n");
  EXPECT_FALSE(result.made);
  EXPECT_NE(
      result.text.find(
          "dialogs/thu.yaml:4:10: lỗi: Câu này dài 1901 ký tự, quá giới hạn 1.900 của Zalo và Messenger"),
      std::string::npos)
      << result.text;
}

TEST(Loader, AllFaultsOfAFileAreToldAtOnce) {
  const auto result = check_with(
      "thu.yaml",
      "dialog: thu\non: [khong-co]\nsteps:\n  a:\n    say: {en: Hi}\n    next: b1\n  b:\n    ask: Gì ạ?\n"
      "    slot: X Y\n    next: end\n");
  EXPECT_FALSE(result.made);
  EXPECT_GE(result.problems.size(), 5U) << result.text;
}

TEST(Loader, LongSentencesAreAdviceAndKeepNothingFromGoingLive) {
  std::string sentence = "Dạ";
  for (int i = 0; i < 40; ++i) sentence += " và thêm";
  const auto result =
      check_with("thu.yaml", "dialog: thu\nsteps:\n  chao:\n    say: " + sentence + "\n    next: end\n");
  EXPECT_TRUE(result.made);
  EXPECT_NE(result.text.find("dialogs/thu.yaml:4:10: nên xem lại: Có câu dài 81 tiếng"), std::string::npos)
      << result.text;
}

TEST(Loader, ALaterFolderReplacesDialogsAndPhrasesOneByOne) {
  folder commune;
  commune.write("cam-on.yaml",
                "dialog: cam-on\non: [cam-on]\nact: small_talk\nsteps:\n  dap:\n    say: Phường cảm ơn bà "
                "con ạ.\n    next: end\n");
  commune.write("cau-chu.yaml", "phrases:\n  sticker: Dạ, phường chào bà con.\n");
  std::vector<knowledge::problem> problems;
  const auto made =
      book::load({source_folder() / "dialogs/content", commune.path()}, shipped_knowledge(), problems);
  ASSERT_TRUE(made) << knowledge::to_string(problems);
  EXPECT_EQ(made->phrase("sticker"), "Dạ, phường chào bà con.");
  EXPECT_EQ(made->phrase("choice_person"), "Gặp cán bộ");
  resident who{*made};
  EXPECT_NE(all_text(who.says("cảm ơn em nhiều")).find("Phường cảm ơn bà con"), std::string::npos);
}

TEST(Loader, AnOverlayWithoutDialogsIsSoundButAnOverlayThatIsNotThereIsNot) {
  folder commune;
  std::vector<knowledge::problem> problems;
  const auto shipped = source_folder() / "dialogs/content";
  EXPECT_TRUE(book::load({shipped, commune.path() / "dialogs"}, shipped_knowledge(), problems));
  EXPECT_FALSE(book::load({shipped, commune.path() / "khong-co" / "dialogs"}, shipped_knowledge(), problems));
}

TEST(Loader, AMissingFolderIsTold) {
  std::vector<knowledge::problem> problems;
  EXPECT_FALSE(book::load({"/khong/co/thu-muc"}, shipped_knowledge(), problems));
  ASSERT_EQ(problems.size(), 1U) << "what is missing in a folder that is not there is no news";
  EXPECT_EQ(problems.front().file, "/khong/co/thu-muc");
  EXPECT_EQ(problems.front().message, "Không tìm thấy thư mục hội thoại này");
}

TEST(Loader, AnEmptyFolderIsOneProblem) {
  folder empty;
  std::vector<knowledge::problem> problems;
  EXPECT_FALSE(book::load({empty.path()}, shipped_knowledge(), problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.front().message, "Thư mục này chưa có tệp hội thoại (.yaml) nào");
  expect_english(problems.front());
}

/// The guide for admins must never teach what does not load.
TEST(Readme, EveryExampleLoads) {
  std::ifstream in{source_folder() / "dialogs/README.md"};
  ASSERT_TRUE(in);
  std::string line, example;
  bool inside = false;
  int examples = 0;
  while (std::getline(in, line)) {
    if (!inside && line == "```yaml") {
      inside = true;
      example.clear();
    } else if (inside && line == "```") {
      inside = false;
      if (example.starts_with("flow:")) continue;  // a story: stories_test.cpp plays it
      ++examples;
      const auto result = check_with("vi-du.yaml", example);
      EXPECT_TRUE(result.made) << example << "\n" << result.text;
    } else if (inside) {
      example += line + "\n";
    }
  }
  EXPECT_GE(examples, 6);
}

}  // namespace
}  // namespace thanthien::dialogs::test
