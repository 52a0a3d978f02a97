#include "dialogs/model.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <array>

/// English is the second language: whoever writes it meets no Vietnamese but names and the facts of
/// procedures.
namespace thanthien::dialogs::test {
namespace {

bool speaks(const wording& w) {
  return w.empty() || std::ranges::any_of(w.versions, [](const auto& v) { return v.language == "en"; });
}

bool vietnamese(std::string_view text) {
  constexpr std::array<std::string_view, 12> letters{"ạ", "ả", "ấ", "ộ", "ế", "ơ",
                                                     "ư", "ă", "ị", "ợ", "ữ", "ể"};
  return std::ranges::any_of(letters, [&](auto l) { return text.contains(l); });
}

TEST(SpokenEnglish, IsInEveryShippedDialog) {
  for (const auto& [name, d] : shipped_book().inside().dialogs)
    for (const auto& s : d.steps) {
      EXPECT_TRUE(speaks(s.words)) << name << " " << s.name;
      EXPECT_TRUE(speaks(s.again)) << name << " " << s.name;
      for (const auto& o : s.options) EXPECT_TRUE(speaks(o.title)) << name << " " << s.name;
    }
  for (const auto& o : shipped_book().inside().openings) EXPECT_TRUE(speaks(o.words));
}

TEST(SpokenEnglish, IsInEveryPhraseForResidents) {
  for (const auto& [name, words] : shipped_book().inside().phrases) {
    const bool for_officers = name.starts_with("summary_") || name.starts_with("reason_") ||
                              (name.starts_with("attachment_") && name != "attachment_received");
    const bool own_words = !for_officers && !name.starts_with("example_") && name != "english";
    if (own_words) EXPECT_TRUE(speaks(words)) << name;
  }
}

TEST(SpokenEnglish, GoesOnUntilVietnameseIsWritten) {
  resident who;
  who.unit = "tran-bien";
  who.says("how do I report a broken street light?");
  EXPECT_EQ(who.state.language, "en");
  who.says("Nguyen Ai Quoc");  // a name is of no language
  EXPECT_EQ(who.state.language, "en");
  who.says("12");
  EXPECT_EQ(who.state.language, "en");
  who.says("thôi không gửi nữa");
  EXPECT_EQ(who.state.language, "vi");
}

TEST(SpokenEnglish, UnmarkedVietnameseIsHeard) {
  resident who;
  who.says("what time do you open?");
  EXPECT_EQ(who.state.language, "en");
  const auto out = who.says("le phi khai sinh bao nhieu");
  EXPECT_EQ(who.state.language, "vi");
  EXPECT_EQ(out.topic, "khai-sinh");
}

TEST(SpokenEnglish, TheLadderOfNotUnderstandingEndsWithAnOfficer) {
  resident who;
  who.unit = "tran-bien";
  for (const auto* text :
       {"blah the strange thing is that", "what the strange thing", "the strange thing again"}) {
    const auto out = who.says(text);
    for (const auto& r : out.replies) {
      auto said = r.text;
      if (const auto at = said.find("Phường Trấn Biên"); at != std::string::npos)
        said.erase(at, std::string_view{"Phường Trấn Biên"}.size());
      EXPECT_FALSE(vietnamese(said)) << said;
      for (const auto& c : r.choices) EXPECT_FALSE(vietnamese(c.title)) << c.title;
    }
  }
  EXPECT_FALSE(who.state.case_code.empty());
}

TEST(SpokenEnglish, DetailsInVietnameseAreExcusedOnce) {
  resident who;
  EXPECT_TRUE(all_text(who.says("I need a birth certificate")).contains("details below are in Vietnamese"));
  EXPECT_FALSE(all_text(who.says("how much does it cost?")).contains("details below are in Vietnamese"));
  const auto papers = who.says("which documents do I need?");
  EXPECT_TRUE(all_text(papers).contains("Documents:"));
  // Its questions are in Vietnamese.
  EXPECT_EQ(std::ranges::count(payloads(papers), "papers:khai-sinh"), 0);
}

}  // namespace
}  // namespace thanthien::dialogs::test
