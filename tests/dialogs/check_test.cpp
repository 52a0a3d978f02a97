#include "tests/dialogs/kit.hpp"

/// What the checker finds beside faults of form: ways that do not end, answers that nobody asked for, choices
/// that hide each other, texts that residents cannot read. The shipped book with one more file.
namespace thanthien::dialogs::test {
namespace {

using level = knowledge::problem::level;

struct finding_case {
  const char* name;
  level severity;
  const char* file;
  const char* told;  ///< "4:10: message" of the only problem of this kind, with "" for none
};

/// The steps of a dialog "thu" that a topic opens.
std::string dialog_of(const std::string& steps) {
  return "dialog: thu\non: [dang-ky-xe-moi]\nsteps:\n" + steps;
}

class Findings : public testing::TestWithParam<finding_case> {};

TEST_P(Findings, AreToldWithTheirPlace) {
  const auto& expected = GetParam();
  const auto result = check_with("thu.yaml", dialog_of(expected.file));
  std::string told;
  for (const auto& p : result.problems)
    if (p.severity == expected.severity)
      told += std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.message + "\n";
  EXPECT_EQ(told, expected.told[0] == '\0' ? "" : std::string{expected.told} + "\n");
  if (expected.severity == level::advice)
    EXPECT_TRUE(result.made) << "advice must not block:\n" << result.text;
  if (expected.severity == level::error)
    EXPECT_EQ(result.made == nullptr, expected.told[0] != '\0') << result.text;
  for (const auto& p : result.problems) {
    EXPECT_FALSE(p.hint.empty()) << p.message;
    expect_english(p);
  }
}

constexpr auto name_of = [](const auto& info) { return std::string{info.param.name}; };

INSTANTIATE_TEST_SUITE_P(
    Ways, Findings,
    testing::Values(
        finding_case{
            "questions_in_a_circle", level::error,
            "  mot:\n    ask: Một ạ?\n    slot: mot\n  hai:\n    ask: Hai ạ?\n    slot: hai\n    next: mot\n",
            "4:3: Từ bước này cuộc trò chuyện không bao giờ hết: mot -> hai -> mot"},
        finding_case{
            "failed_leads_back", level::error,
            "  hoi:\n    ask: Ngày nào ạ?\n    slot: ngay\n    type: date\n    failed: hoi\n    next: hoi\n",
            "4:3: Từ bước này cuộc trò chuyện không bao giờ hết: hoi -> hoi"},
        finding_case{"circle_with_a_way_out", level::error,
                     "  hoi:\n    ask: Thêm nữa không ạ?\n    slot: nua\n    type: yes_no\n    choices:\n"
                     "      - {title: Thêm, value: yes, next: hoi}\n      - {title: Đủ rồi, value: no}\n    "
                     "next: end\n",
                     ""}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Slots, Findings,
    testing::Values(
        finding_case{
            "used_before_asked", level::error,
            "  chao:\n    say: Chào {ten}.\n  hoi:\n    ask: Tên gì ạ?\n    slot: ten\n    next: end\n",
            "5:10: {ten} được dùng trước khi hỏi"},
        finding_case{"compared_before_asked", level::error,
                     "  re:\n    branch:\n      - {when: {slot.co: yes}, go: chao}\n      - {else: hoi}\n"
                     "  hoi:\n    ask: Có không ạ?\n    slot: co\n    type: yes_no\n  chao:\n    say: "
                     "Chào.\n    next: end\n",
                     "6:17: slot.co được dùng trước khi hỏi"},
        finding_case{"message_without_says", level::error,
                     "  re:\n    branch:\n      - {when: {message: chào}, go: chao}\n      - {else: chao}\n"
                     "  chao:\n    say: Chào.\n    next: end\n",
                     "6:17: \"message\" và \"says\" phải đi với nhau"},
        finding_case{"says_of_something_else", level::error,
                     "  re:\n    branch:\n      - {when: {channel: {says: [zalo]}}, go: chao}\n"
                     "      - {else: chao}\n  chao:\n    say: Chào.\n    next: end\n",
                     "6:17: \"message\" và \"says\" phải đi với nhau"},
        finding_case{
            "asked_on_one_way_only", level::advice,
            "  re:\n    branch:\n      - {when: {channel: zalo}, go: hoi}\n      - {else: chao}\n"
            "  hoi:\n    ask: Tên gì ạ?\n    slot: ten\n  chao:\n    say: Chào {ten}.\n    next: end\n",
            "12:10: Có đường đi tới đây mà chưa hỏi {ten}"},
        finding_case{"filled_may_be_asked_of_any", level::advice,
                     "  re:\n    branch:\n      - {when: {channel: zalo}, go: hoi}\n      - {else: xem}\n"
                     "  hoi:\n    ask: Tên gì ạ?\n    slot: ten\n  xem:\n    branch:\n"
                     "      - {when: {slot.ten: {filled: yes}}, go: chao}\n      - {else: chao}\n"
                     "  chao:\n    say: Chào.\n    next: end\n",
                     ""},
        finding_case{
            "asked_on_every_way", level::advice,
            "  hoi:\n    ask: Tên gì ạ?\n    slot: ten\n    choices:\n      - {title: An, value: an, next: "
            "chao}\n"
            "      - {title: Ba, value: ba}\n    next: chao\n  chao:\n    say: Chào {ten}.\n    next: end\n",
            ""}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Choices, Findings,
    testing::Values(finding_case{"other_words_for_two", level::error,
                                 "  hoi:\n    ask: Ở đâu ạ?\n    slot: o\n    choices:\n"
                                 "      - {title: Nhà trọ, value: a, also: [ở thuê]}\n      - {title: Nhà "
                                 "riêng, value: b, also: [o thue]}\n"
                                 "    next: end\n",
                                 "9:9: Hai lựa chọn cùng nhận cách nói \"o thue\""},
                    finding_case{"title_is_the_other_words_of_another", level::error,
                                 "  hoi:\n    ask: Ở đâu ạ?\n    slot: o\n    choices:\n"
                                 "      - {title: Nhà trọ, value: a, also: [nhà thuê]}\n      - {title: Nhà "
                                 "thuê, value: b}\n    next: end\n",
                                 "9:9: Hai lựa chọn cùng nhận cách nói \"Nhà thuê\""},
                    finding_case{"same_title_in_english", level::error,
                                 "  hoi:\n    ask: {vi: Ở đâu ạ, en: Where}\n    slot: o\n    choices:\n"
                                 "      - {title: {vi: Nhà trọ, en: House}, value: a}\n      - {title: {vi: "
                                 "Nhà riêng, en: House}, value: b}\n"
                                 "    next: end\n",
                                 "9:9: Hai lựa chọn trùng tên: \"House\""},
                    finding_case{"five_choices", level::error,
                                 "  hoi:\n    ask: Chọn gì ạ?\n    slot: chon\n    choices: [Một cái, Hai "
                                 "cái, Ba cái, Bốn cái, Năm cái]\n"
                                 "    next: end\n",
                                 "7:50: Có 5 lựa chọn, tối đa là 4"},
                    finding_case{"title_is_a_command", level::advice,
                                 "  hoi:\n    ask: Chọn gì ạ?\n    slot: chon\n    choices: [Quay lại, Đi "
                                 "tiếp luôn]\n    next: end\n",
                                 "7:15: Tên lựa chọn \"Quay lại\" cũng là lệnh back"},
                    finding_case{
                        "other_words_are_a_command", level::advice,
                        "  hoi:\n    ask: Chọn gì ạ?\n    slot: chon\n    choices:\n      - {title: Làm tiếp "
                        "luôn, value: a}\n"
                        "      - {title: Thôi không làm, value: b, also: [dừng lại]}\n    next: end\n",
                        "9:9: Cách nói \"dung lai\" không bao giờ chọn được lựa chọn này vì là lệnh stop"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Texts, Findings,
    testing::Values(
        finding_case{
            "english_missing", level::advice,
            "  mot:\n    say: {vi: Chào., en: Hello.}\n  hai:\n    say: Mời bà con.\n    next: end\n",
            "7:10: Câu này chưa có tiếng Anh, còn chỗ khác trong hội thoại thì có"},
        finding_case{"order", level::advice, "  mot:\n    say: Bà con phải nộp hai bản.\n    next: end\n",
                     "5:10: \"phải nộp\" nghe như ra lệnh"},
        finding_case{"no_order", level::advice,
                     "  mot:\n    say: Bà con không phải nộp gì thêm.\n    next: end\n", ""},
        finding_case{"bare_refusal", level::advice,
                     "  mot:\n    say: Dạ, việc này em không giúp được ạ.\n    next: end\n",
                     "5:10: Câu này từ chối mà chưa chỉ việc làm tiếp theo"},
        finding_case{
            "refusal_with_next_step", level::advice,
            "  mot:\n    say: Dạ, việc này em không giúp được, bà con gọi 1022 nhé.\n    next: end\n", ""},
        finding_case{"abbreviation", level::advice,
                     "  mot:\n    say: Bà con tới UBND phường ạ.\n    next: end\n",
                     "5:10: Chữ viết tắt \"UBND\" chưa được giải thích"},
        finding_case{"explained_abbreviation", level::advice,
                     "  mot:\n    say: Bà con tới Ủy ban nhân dân (UBND) phường, mang thẻ BHYT và VNeID ạ.\n "
                     "   next: end\n",
                     ""},
        finding_case{"unknown_abbreviation", level::advice,
                     "  mot:\n    say: Bà con hỏi phòng QLĐT ạ.\n    next: end\n",
                     "5:10: Chữ viết tắt \"QLĐT\" chưa được giải thích"},
        finding_case{"numbers_of_laws_are_names", level::advice,
                     "  mot:\n    say: Theo Thông tư 281/2016/TT-BTC ạ.\n    next: end\n", ""},
        finding_case{"dots_in_numbers_end_no_sentence", level::advice,
                     "  mot:\n    say: Dạ, một hai ba bốn năm sáu bảy tám chín mười một hai ba bốn năm 8.000 "
                     "đồng hai ba bốn"
                     " năm sáu bảy tám chín mười một hai ba bốn.\n    next: end\n",
                     "5:10: Có câu dài 31 tiếng, bà con khó đọc"},
        finding_case{"two_questions", level::advice, "  mot:\n    say: Tên gì ạ? Ở đâu ạ?\n    next: end\n",
                     "5:10: Một lượt nói có hơn một câu hỏi"},
        finding_case{
            "no_host", level::error, "  mot:\n    say: Xem https:///khai-sinh nhé.\n    next: end\n",
            "5:10: \"https:///khai-sinh\" không phải đường dẫn mở được: không có tên trang sau dấu //"},
        finding_case{
            "www", level::error, "  mot:\n    say: Xem www.dichvucong.gov.vn nhé.\n    next: end\n",
            "5:10: \"www.dichvucong.gov.vn\" không phải đường dẫn mở được: phải bắt đầu bằng https://"},
        finding_case{"good_links", level::error,
                     "  mot:\n    say: Xem (https://dichvucong.gov.vn/a?b=1#c), hoặc https://vneid.gov.vn.\n "
                     "   next: end\n",
                     ""},
        finding_case{"choice_link_with_blank", level::error,
                     "  mot:\n    say: Chào.\n    choices:\n      - {title: Xem trang, url: "
                     "\"https://dichvucong.gov.vn/a b\"}\n"
                     "    next: end\n",
                     "7:33: Địa chỉ \"url\" có khoảng trắng ở giữa"},
        finding_case{"choice_link_without_dot", level::error,
                     "  mot:\n    say: Chào.\n    choices:\n      - {title: Xem trang, url: "
                     "\"https://dichvucong\"}\n    next: end\n",
                     "7:33: Địa chỉ \"url\" có tên trang \"dichvucong\" thiếu phần sau dấu chấm"}),
    name_of);

TEST(Check, EveryWayOutOfDangerComesToAPerson) {
  const auto result =
      check_with("thu.yaml",
                 "dialog: thu\nact: emergency\non: [dang-ky-xe-moi]\nsteps:\n"
                 "  re:\n    branch:\n      - {when: {channel: zalo}, go: chuyen}\n      - {else: chao}\n"
                 "  chao:\n    say: Gọi 113.\n    next: end\n"
                 "  chuyen:\n    hand_over: emergency\n");
  EXPECT_FALSE(result.made);
  EXPECT_EQ(
      result.text,
      "dialogs/thu.yaml:1:9: lỗi: Có đường đi hết hội thoại khẩn cấp mà không tới cán bộ: re -> chao -> end\n"
      "    Cho mọi đường trong hội thoại này tới một bước hand_over.\n");
}

TEST(Check, ADialogThatNothingOpensIsAdvice) {
  const auto result = check_with("thu.yaml", "dialog: thu\nsteps:\n  chao:\n    say: Chào.\n    next: end\n");
  EXPECT_TRUE(result.made);
  EXPECT_EQ(result.text,
            "dialogs/thu.yaml:1:9: nên xem lại: Không có gì mở hội thoại \"thu\"\n"
            "    Thêm \"on: [mã-chủ-đề]\", hoặc một lựa chọn có \"dialog: thu\".\n");
}

/// What a called dialog asks is there when it has returned, and what the caller asked is there within it.
TEST(Check, AnswersAreFollowedThroughCalls) {
  folder extra;
  extra.write(
      "goi.yaml",
      "dialog: goi\non: [dang-ky-xe-moi]\nsteps:\n  ten:\n    ask: Tên gì ạ?\n    slot: ten_goi\n"
      "  sang:\n    call: duoc-goi\n  het:\n    say: Chào {ten_goi}, {tuoi_goi} tuổi.\n    next: end\n");
  extra.write("duoc-goi.yaml",
              "dialog: duoc-goi\nsteps:\n  tuoi:\n    ask: \"{ten_goi} mấy tuổi ạ?\"\n    slot: tuoi_goi\n"
              "    type: number\n    next: end\n");
  std::vector<knowledge::problem> problems;
  EXPECT_TRUE(book::load({source_folder() / "dialogs/content", extra.path()}, shipped_knowledge(), problems));
  EXPECT_EQ(knowledge::to_string(problems), "");
}

TEST(Check, ACommuneAddsItsOwnRulesOfWriting) {
  folder commune;
  commune.write("writing.yaml",
                "writing:\n  sentence_words: 12\n  commanding:\n    - {words: trình diện, instead: ghé}\n"
                "  known_abbreviations: [QLĐT]\n");
  commune.write(
      "thu.yaml",
      dialog_of("  mot:\n    say: Mời bà con trình diện phòng QLĐT, phải nộp đơn.\n    next: end\n"));
  std::vector<knowledge::problem> problems;
  EXPECT_TRUE(
      book::load({source_folder() / "dialogs/content", commune.path()}, shipped_knowledge(), problems));
  std::erase_if(problems, [](const auto& p) { return p.file != "dialogs/thu.yaml"; });
  EXPECT_EQ(knowledge::to_string(problems),
            "dialogs/thu.yaml:5:10: nên xem lại: \"phải nộp\" nghe như ra lệnh\n"
            "    Nên viết: \"cần có; chuẩn bị giúp\".\n"
            "dialogs/thu.yaml:5:10: nên xem lại: \"trình diện\" nghe như ra lệnh\n"
            "    Nên viết: \"ghé\".\n");
}

}  // namespace
}  // namespace thanthien::dialogs::test
