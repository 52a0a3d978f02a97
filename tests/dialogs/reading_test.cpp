#include "dialogs/reading.hpp"

#include "dialogs/model.hpp"
#include "tests/dialogs/kit.hpp"

namespace thanthien::dialogs {
namespace {

const vocabulary& words() { return test::shipped_book().inside().words; }

TEST(Reading, FoldsAccentsCaseAndPunctuationIncludingDecomposedLetters) {
  EXPECT_EQ(fold("Dạ, ĐÚNG rồi!"), "da dung roi");
  EXPECT_EQ(fold("de\xCC\x82\xCC\x81n"), "den");  // e, circumflex, acute
  EXPECT_EQ(fold("  ...  "), "");
  EXPECT_EQ(fold("a\xFF\xC3"), "a");
}

TEST(Reading, ShortensBetweenWordsAndCountsCharactersNotBytes) {
  EXPECT_EQ(length_of("Gặp cán bộ"), 10U);
  EXPECT_EQ(shortened("Gặp cán bộ", 20), "Gặp cán bộ");
  EXPECT_EQ(shortened("Thỏa thuận đất của gia đình", 20), "Thỏa thuận đất của…");
  EXPECT_LE(length_of(shortened(std::string(5000, 'a'), 20)), 20U);
}

TEST(Reading, HearsCommandsAmongPoliteWords) {
  EXPECT_EQ(command_in(words(), "dừng"), "stop");
  EXPECT_EQ(command_in(words(), "dạ đúng"), "");
  EXPECT_EQ(command_in(words(), "dung"), "");
  EXPECT_EQ(command_in(words(), "dung lai"), "stop");
  EXPECT_EQ(command_in(words(), fold("quay lại")), "back");
  EXPECT_EQ(command_in(words(), fold("rồi trở lại phần trước giúp em")), "back");
  EXPECT_EQ(command_in(words(), fold("Cho em gặp cán bộ với ạ")), "person");
  EXPECT_EQ(command_in(words(), fold("thôi")), "stop");
  EXPECT_EQ(command_in(words(), fold("nhắc lại giúp em")), "again");
  EXPECT_EQ(command_in(words(), fold("thôi, em muốn hỏi làm hộ chiếu")), "");
  EXPECT_EQ(command_in(words(), fold("cán bộ phường tên gì")), "");
}

TEST(Reading, UnderstandsWhichNumberedChoiceIsMeant) {
  EXPECT_EQ(ordinal_in(words(), "2", 3), 1U);
  EXPECT_EQ(ordinal_in(words(), "1.", 3), 0U);
  EXPECT_EQ(ordinal_in(words(), "số 2", 3), 1U);
  EXPECT_EQ(ordinal_in(words(), "cái thứ hai nha", 3), 1U);
  EXPECT_EQ(ordinal_in(words(), "4", 3), std::nullopt);
  EXPECT_EQ(ordinal_in(words(), "0", 3), std::nullopt);
  EXPECT_EQ(ordinal_in(words(), "2 đứa con", 3), std::nullopt);
  EXPECT_EQ(ordinal_in(words(), "cái cuối", 3), 2U);
  EXPECT_EQ(ordinal_in(words(), "cái cuối", 0), std::nullopt);
}

TEST(Reading, ReadsYesAndNo) {
  for (const auto* yes : {"có", "Dạ có ạ", "ok", "đúng rồi", "ừ", "phải"})
    EXPECT_EQ(read_yes_no(words(), yes), true) << yes;
  for (const auto* no : {"không", "dạ không ạ", "chưa", "ko", "hông", "thôi"})
    EXPECT_EQ(read_yes_no(words(), no), false) << no;
  EXPECT_EQ(read_yes_no(words(), "để coi"), std::nullopt);
}

TEST(Reading, AYesOrNoMayGoOn) {
  EXPECT_EQ(goes_on_behind_yes_no(words(), "không có con"), false);
  EXPECT_EQ(goes_on_behind_yes_no(words(), "có 2 đứa"), true);
  EXPECT_EQ(goes_on_behind_yes_no(words(), "dạ chưa có con ạ"), false);
  EXPECT_EQ(goes_on_behind_yes_no(words(), "cô ở xa lắm"), std::nullopt);
  EXPECT_EQ(goes_on_behind_yes_no(words(), "phải chờ chồng về"), std::nullopt);
}

TEST(Reading, HearsQuestionsInTwoHalves) {
  EXPECT_TRUE(looks_like_question(words(), "tạm trú hết hạn có bị phạt không"));
  EXPECT_TRUE(looks_like_question(words(), "nộp trễ có sao hông vậy"));
  EXPECT_FALSE(looks_like_question(words(), "không có ai"));
}

TEST(Reading, KnowsWhatIsMadeOfPhrasesOnly) {
  const std::vector<std::string> list{"bực mình", "sao hỏi nhiều quá"};
  std::vector<std::string> folded;
  for (const auto& p : list) folded.push_back(fold(p));
  EXPECT_TRUE(made_of(words(), fold("sao hỏi nhiều quá vậy bực mình"), {&folded}));
  EXPECT_FALSE(made_of(words(), fold("bực mình vì con đường"), {&folded}));
  EXPECT_FALSE(made_of(words(), fold("dạ vậy"), {&folded}));
}

TEST(Reading, ReadsPhonesNamesAndMasksIdentityNumbers) {
  EXPECT_EQ(read_phone("0912 345 678"), "0912345678");
  EXPECT_EQ(read_phone("+84 912.345.678"), "0912345678");
  EXPECT_EQ(read_phone("o912 345 678"), "0912345678");
  EXPECT_EQ(read_phone("số em là O912345678"), "0912345678");
  EXPECT_EQ(read_phone("12345"), std::nullopt);
  EXPECT_EQ(read_phone("079064001234"), std::nullopt);

  EXPECT_EQ(read_full_name(words(), "dạ em tên là nguyễn thị bé"), "Nguyễn Thị Bé");
  EXPECT_EQ(read_full_name(words(), "đỗ văn an"), "Đỗ Văn An");
  EXPECT_EQ(read_full_name(words(), "An"), std::nullopt);
  EXPECT_EQ(read_full_name(words(), "số 12 đường 30/4"), std::nullopt);
  EXPECT_EQ(read_full_name(words(), "làm căn cước ở đâu?"), std::nullopt);

  const auto id = read_identity_number("075 064 001 234");
  ASSERT_TRUE(id.has_value());
  EXPECT_TRUE(id->ends_with("234")) << *id;
  EXPECT_EQ(id->find("075064"), std::string::npos) << *id;
  EXPECT_EQ(read_identity_number("0750640"), std::nullopt);
}

TEST(Reading, KnowsNumbersThatResidentsShouldNotSend) {
  EXPECT_TRUE(tells_private_number(words(), "số căn cước 075064001234"));
  EXPECT_TRUE(tells_private_number(words(), "stk 0123456789 agribank"));
  EXPECT_FALSE(tells_private_number(words(), "gọi em số 0912345678"));
  EXPECT_FALSE(tells_private_number(words(), "sinh ngày 12/3/1964, phí 70.000 đồng"));
}

TEST(Reading, TellsEnglishFromVietnameseWithoutAccents) {
  EXPECT_TRUE(looks_english(words(), "How much?"));
  EXPECT_TRUE(looks_english(words(), "I want to register the birth of my child"));
  EXPECT_FALSE(looks_english(words(), "mat the bhyt thi lam sao"));
  EXPECT_FALSE(looks_english(words(), "toi can lam giay khai sinh cho con"));
  EXPECT_FALSE(looks_english(words(), "ok"));
  EXPECT_TRUE(looks_english(words(), "Is it free?"));
  EXPECT_TRUE(
      looks_english(words(), "Hi, my landlord in Xuan Loc says I must be registered with the police"));
  EXPECT_FALSE(looks_english(words(), "can lam the can cuoc cho be"));
  EXPECT_TRUE(looks_english(words(), "what is my dossier status H19.12.34-241123-0012"));
}

TEST(Templates, LinesWithoutAnyValueAreLeftOutAndValuesAreNeverExpandedAgain) {
  const auto value = [](std::string_view name) {
    return name == "ten" ? std::string{"{unit.name}"} : std::string{};
  };
  EXPECT_EQ(filled("Chào {ten}\nĐịa chỉ: {unit.address}\nHết", value), "Chào {unit.name}\nHết");
  EXPECT_EQ(filled("{{ten}}", value), "{ten}");
}

TEST(Templates, FaultyBracesAreFound) {
  const auto ignore = [](std::string_view, std::size_t) {};
  EXPECT_EQ(each_placeholder("xin {ten} chào", ignore), std::nullopt);
  EXPECT_EQ(each_placeholder("xin {ten chào", ignore), 4U);
  EXPECT_EQ(each_placeholder("xin } chào", ignore), 4U);
  EXPECT_EQ(each_placeholder("xin {} chào", ignore), 4U);
}

}  // namespace
}  // namespace thanthien::dialogs
