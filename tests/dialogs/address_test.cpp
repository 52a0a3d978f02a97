#include "dialogs/address.hpp"
#include "dialogs/model.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <set>

/// How the resident is addressed: as his own words suggest, and never by a guess.
namespace thanthien::dialogs::test {
namespace {

const address_rules& rules() { return shipped_book().inside().words.address; }

struct said {
  const char* text;
  const char* you;  ///< "" = nothing is suggested
};

TEST(Address, FollowsWhatResidentsCallThemselves) {
  for (const auto& [text, you] : std::vector<said>{
           {"cô muốn hỏi làm khai sinh cho cháu nội", "cô"},
           {"Cho cô hỏi cái này với", "cô"},
           {"dạ em ơi cô cần làm lại căn cước", "cô"},
           {"chú hỏi cái này", "chú"},
           {"Cháu ơi, chú tính xây nhà thì xin phép ở đâu?", "chú"},
           {"bác bảy đây", "bác"},
           {"Bác đây, bác hỏi giấy tờ đất", "bác"},
           {"chào em, bác muốn hỏi chế độ người cao tuổi", "bác"},
           {"dì cần sao y giấy tờ", "dì"},
           {"cho ông hỏi tiền trợ cấp", "ông"},
           {"Ông già rồi, đi lại khó lắm", "ông"},
           {"bà lớn tuổi rồi, có ai tới nhà làm không", "bà"},
           {"Bà hỏi cái thẻ bảo hiểm", "bà"},
           {"anh tính làm giấy phép xây dựng", "anh"},
           {"em ơi cho anh hỏi chút", "anh"},
           {"a muốn hỏi thủ tục kết hôn", "anh"},
           {"chị cần đăng ký tạm trú", "chị"},
           {"Chị bị mất căn cước rồi, làm lại sao em?", "chị"},
           {"cho c hỏi phí bao nhiêu", "chị"},
           {"gọi tôi là chú nghe", "chú"},
           {"em muốn hỏi thủ tục ly hôn", "bạn"},
           {"Dạ em chào anh chị, cho em hỏi chút ạ", "bạn"},
           {"cho e hỏi làm khai sinh", "bạn"},
           {"con chào cô", "bạn"},
           {"chào cô con muốn hỏi ạ", "bạn"},
           {"cháu hỏi chỗ nộp hồ sơ", "bạn"},
           {"cô ơi cho cháu xin số điện thoại", "bạn"},
           {"Giúp em với, em không biết nộp ở đâu", "bạn"},
           // without accents, only what cannot be anything else
           {"cho em hoi lam khai sinh", "bạn"},
           {"chu muon hoi giay phep xay dung", "chú"},
           {"da cho co hoi chut", "cô"},
           {"bac hoi tien nguoi cao tuoi", "bác"},
       })
    EXPECT_EQ(rules().suggested_by(text), you) << text;
}

TEST(Address, NeverTakesSomebodyElseForTheResident) {
  for (const auto* text : {
           "tôi muốn hỏi làm khai sinh",
           "em tôi muốn làm căn cước",
           "con tôi mới sinh, làm giấy gì",
           "cô ấy cần xác nhận độc thân",
           "ông tôi mất hôm qua",
           "ông mất rồi, làm khai tử sao",
           "bà nội muốn chuyển hộ khẩu",
           "bé con cần làm thẻ bảo hiểm",
           "chị hàng xóm hỏi giùm giấy tạm trú",
           "anh tôi cần đổi bằng lái",
           "mẹ em muốn sang tên đất",
           "chồng chị ấy cần làm hộ chiếu",
           "làm khai sinh cho con",
           "làm căn cước cho em gái",
           "bà con cần giấy tờ gì",
           "bà con hỏi nhiều lắm",
           "cô chú cần gì thêm không",
           "con muốn vào lớp 1 thì cần giấy gì",
           "ông muốn để đất lại cho cháu thì làm sao",
           "ông già rồi, em đi làm thay được không",
           "tôi có người chị, chị muốn bán nhà",
           "anh chị ơi giờ làm việc sao vậy",
           "bác mới mất, làm khai tử ở đâu",
           "làm giấy cho bà ngoại",
           "co can giay to gi khong",
           "chi muon hoi phi thoi",
           "con muon hoi gi nua khong",
           "ba muon lam giay",
           "anh oi cho hoi",
           "em dau roi",
           "khai sinh",
           "",
       })
    EXPECT_EQ(rules().suggested_by(text), "") << text;
}

TEST(Address, TwoDifferentFormsInOneMessageSuggestNothing) {
  EXPECT_EQ(rules().suggested_by("Cho cô hỏi. Cho em hỏi luôn."), "");
}

TEST(Address, StaysOverTurnsAndChangesWithTheWords) {
  resident r;
  auto out = r.says("làm khai sinh cần giấy gì");
  EXPECT_EQ(r.state.address, "");
  out = r.says("cô muốn hỏi lệ phí khai sinh");
  EXPECT_EQ(r.state.address, "cô");
  out = r.says("zxcv qwerty");
  EXPECT_TRUE(all_text(out).contains("con ")) << all_text(out);
  EXPECT_FALSE(all_text(out).contains("bà con")) << all_text(out);
  EXPECT_TRUE(all_text(out).contains("cô") || all_text(out).contains("Cô")) << all_text(out);
  r.says("em muốn hỏi thêm");
  EXPECT_EQ(r.state.address, "bạn");
}

TEST(Address, ATappedChoiceSaysNothingAboutTheResident) {
  resident r;
  r.taps("cmd:menu", "cô muốn hỏi");
  EXPECT_EQ(r.state.address, "");
}

TEST(Address, AnAddressThatIsNoLongerInTheFilesIsForgotten) {
  resident r;
  r.state.address = "thầy";
  EXPECT_TRUE(all_text(r.says("zxcv qwerty")).contains("à con"));
}

TEST(Address, TheSettingsSayWhatTheAssistantIsBeforeElders) {
  const auto result = check_with("xung-ho.yaml", "settings:\n  self_to_elders: cháu\n");
  ASSERT_TRUE(result.made) << result.text;
  resident r{*result.made};
  const auto text = all_text(r.says("cho bác hỏi zxcv qwerty"));
  EXPECT_TRUE(text.contains("cháu")) << text;
  EXPECT_FALSE(text.contains(" con ") || text.contains(" em ")) << text;
}

/// Every sentence that a resident can read, with where it is from.
std::vector<std::pair<std::string, std::string>> all_sentences() {
  std::vector<std::pair<std::string, std::string>> out;
  auto add = [&](const std::string& from, const wording& w) {
    for (const auto& v : w.versions)
      if (v.language == "vi")
        for (const auto& text : v.variants) out.emplace_back(from, text);
  };
  const auto& all = shipped_book().inside();
  for (const auto& [name, w] : all.phrases) add(name, w);
  for (const auto& o : all.openings) add("openings", o.words);
  for (const auto& [name, d] : all.dialogs)
    for (const auto& s : d.steps) {
      add(name + "/" + s.name, s.words);
      add(name + "/" + s.name, s.again);
    }
  return out;
}

TEST(Address, EverySentenceReadsWellInEveryForm) {
  auto forms = rules().forms;
  forms.push_back(rules().usual);
  std::size_t with_forms = 0;
  for (const auto& [from, text] : all_sentences()) {
    for (const auto& f : forms) {
      const auto read = filled(text, [&](std::string_view name) {
        return is_address_placeholder(name) ? f.word(name, "con") : std::string{"Trấn Biên"};
      });
      // A word that stands twice in a row is a form put beside the same word of the sentence.
      const auto words = address_rules::words_of(read);
      for (std::size_t i = 0; i + 1 < words.size(); ++i)
        for (const auto& own : {f.you, f.word("me", "con")})
          EXPECT_FALSE(words[i] == own && words[i + 1] == own) << from << ": " << read;
      EXPECT_FALSE(read.contains(f.you + " " + f.you)) << from << ": " << read;
      // A sentence begins with a capital.
      for (std::size_t at = 0; at < read.size(); ++at)
        if (at == 0 || (at > 1 && read[at - 1] == ' ' && std::string_view{".!?"}.contains(read[at - 2])) ||
            read[at - 1] == '\n')
          for (const auto& word : {f.you, f.word("me", "con")})
            EXPECT_FALSE(read.compare(at, word.size() + 1, word + " ") == 0) << from << ": " << read;
      if (f.you != rules().usual.you && read != text) ++with_forms;
    }
  }
  EXPECT_GT(with_forms, 1000U);
}

TEST(Address, NoSentenceToAResidentHasAFixedForm) {
  // Read by officers, or about all residents of the place.
  const std::set<std::string> about_others{"reason_anger"};
  for (const auto& [from, text] : all_sentences()) {
    if (from.starts_with("summary_") || about_others.contains(from)) continue;
    EXPECT_FALSE(fold(text).contains("ba con")) << from << ": " << text;
    const auto words = split_words(fold(text));
    EXPECT_EQ(std::ranges::count(words, "em"), fold(text).contains("tre em") ? 1 : 0) << from << ": " << text;
  }
}

TEST(Address, MistakesInTheFileAreTold) {
  const auto without = check_with("xung-ho.yaml", "words:\n  address:\n    asking: [cho hỏi]\n");
  EXPECT_FALSE(without.made);
  EXPECT_TRUE(without.text.contains("Cách nói \"cho hỏi\" thiếu chữ X")) << without.text;
  const auto nameless = check_with("xung-ho.yaml", "words:\n  address:\n    forms: [{says: [cậu]}]\n");
  EXPECT_FALSE(nameless.made);
  EXPECT_TRUE(nameless.text.contains("you")) << nameless.text;
}

TEST(Address, NamesBeginWithACapital) {
  EXPECT_EQ(capitalised("bà con"), "Bà con");
  EXPECT_EQ(capitalised("ông"), "Ông");
  EXPECT_EQ(capitalised("đồng chí"), "Đồng chí");
  EXPECT_EQ(capitalised(""), "");
}

}  // namespace
}  // namespace thanthien::dialogs::test
