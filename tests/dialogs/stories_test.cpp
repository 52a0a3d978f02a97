#include "dialogs/story.hpp"
#include "dialogs/story_coverage.hpp"
#include "dialogs/story_play.hpp"
#include "dialogs/story_record.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <sstream>

/// The stories of dialogs/stories, and what the tools for them promise.
namespace thanthien::dialogs::test {
namespace {

constexpr double least_coverage = 95;  // percent of the steps, arms and choices of the shipped dialogs

std::vector<story> shipped_stories() {
  std::vector<knowledge::problem> problems;
  const auto files = find_stories({source_folder() / "dialogs/stories"});
  auto stories = read_stories(files, shipped_knowledge(), problems);
  EXPECT_EQ(knowledge::to_string(problems), "");
  EXPECT_EQ(stories.size(), files.size());
  return stories;
}

TEST(Stories, EveryShippedStoryComesTrueAndNearlyEveryLineIsWalked) {
  coverage count{shipped_book()};
  const auto stories = shipped_stories();
  ASSERT_GE(stories.size(), 20U);
  for (const auto& s : stories)
    EXPECT_EQ(told_differences(s, play(s, shipped_book(), shipped_knowledge(), &count)), "");
  std::string missing;
  for (const auto& line : count.total().missing)
    missing += line.at.file + ":" + std::to_string(line.at.line) + ": " + line.what + "\n";
  EXPECT_GE(count.total().percent(), least_coverage) << missing;
}

// --- reading

/// What reading says about a story; "" when it is sound.
std::string read(const std::string& text) {
  std::vector<knowledge::problem> problems;
  const auto s = read_story(text, "dialogs/stories/thu.yaml", shipped_knowledge(), problems);
  EXPECT_EQ(s.has_value(), problems.empty());
  return knowledge::to_string(problems);
}

TEST(Stories, SlipsOfThePenAreToldWithPlaceAndRemedy) {
  EXPECT_EQ(read("flow: thử\nturns:\n  - says: xin chào\n    acts: answer\n"),
            "dialogs/stories/thu.yaml:4:5: lỗi: không có mục nào tên là \"acts\"\n"
            "    Có phải ý bạn là \"act\"?\n");
  EXPECT_EQ(read("flow: thử\nturns:\n  - says: xin chào\n    act: anwser\n"),
            "dialogs/stories/thu.yaml:4:10: lỗi: \"act\" không có giá trị \"anwser\"\n"
            "    Có phải bạn muốn viết \"answer\"?\n");
  EXPECT_EQ(read("flow: thử\nturns:\n  - says: xin chào\n    topic: khai-sin\n"),
            "dialogs/stories/thu.yaml:4:12: lỗi: Không có chủ đề \"khai-sin\" trong kho kiến thức\n"
            "    Có phải bạn muốn viết \"khai-sinh\"?\n");
  EXPECT_EQ(read("flow: thử\nunit: tran-bie\nturns:\n  - says: xin chào\n"),
            "dialogs/stories/thu.yaml:2:7: lỗi: Không có đơn vị \"tran-bie\"\n"
            "    Có phải bạn muốn viết \"tran-bien\"?\n");
  EXPECT_EQ(read("flow: thử\nat: 9 giờ sáng\nturns:\n  - says: xin chào\n"),
            "dialogs/stories/thu.yaml:2:5: lỗi: Giờ \"9 giờ sáng\" chưa đúng\n"
            "    Viết năm-tháng-ngày giờ:phút, ví dụ 2026-11-23 09:00.\n");
  EXPECT_EQ(read("flow: thử\nturns:\n  - has: Dạ\n"),
            "dialogs/stories/thu.yaml:3:5: lỗi: Lượt này chưa nói bà con làm gì\n"
            "    Mỗi lượt có một trong: says (nhắn), taps (bấm nút), sends (gửi hình...), event (việc xảy "
            "ra), choice "
            "(mã của nút).\n");
  EXPECT_EQ(read("flow: thử\n"),
            "dialogs/stories/thu.yaml:1:1: lỗi: Câu chuyện chưa có lượt nói nào\n"
            "    Viết \"turns:\" rồi mỗi lượt một gạch đầu dòng, ví dụ: - says: xin chào\n");
  EXPECT_TRUE(read("flow: thử\nturns:\n  - {says: xin chào, taps: Khai sinh}\n")
                  .starts_with("dialogs/stories/thu.yaml:3:5: lỗi: Lượt này làm nhiều việc cùng lúc\n"));
}

TEST(Stories, AFolderLaidOverAnotherReplacesAStoryAndKeepsTheOthers) {
  folder ours, theirs;
  ours.write("mot.yaml", "flow: một\n");
  ours.write("hai.yaml", "flow: hai\n");
  theirs.write("hai.yaml", "flow: hai của xã\n");
  const auto found = find_stories({ours.path(), theirs.path(), theirs.path() / "khong-co"});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "dialogs/stories/hai.yaml");
  EXPECT_EQ(found[0].path, theirs.path() / "hai.yaml");
  EXPECT_EQ(found[1].path, ours.path() / "mot.yaml");
}

// --- playing

/// The differences of a story told over the shipped dialogs.
std::string differences(const std::string& text) {
  std::vector<knowledge::problem> problems;
  const auto s = read_story(text, "thu.yaml", shipped_knowledge(), problems);
  EXPECT_TRUE(s) << knowledge::to_string(problems);
  return s ? told_differences(*s, play(*s, shipped_book(), shipped_knowledge())) : "";
}

TEST(Stories, EveryExpectationThatIsNotMetIsToldAtItsLine) {
  const auto told = differences(
      "flow: báo ổ gà\n"
      "turns:\n"
      "  - says: tôi muốn gửi phản ánh đường hư\n"
      "    act: decline\n"
      "    topic: khai-sinh\n"
      "    aspect: fee\n"
      "    has: [chuyện gì đang xảy ra, con voi]\n"
      "    lacks: gửi phản ánh\n"
      "    offers: [Gặp cán bộ, Con voi]\n"
      "    case: complaint\n"
      "    urgent: yes\n"
      "    summary: con voi\n"
      "    holder: officer\n"
      "    from: officer\n"
      "    stars: 5\n"
      "    silent: yes\n"
      "    slots: {noi_dung_phan_anh: ổ gà}\n");
  const std::string expected =
      "SAI  thu.yaml: báo ổ gà\n"
      "  Lượt 1, bà con nhắn \"tôi muốn gửi phản ánh đường hư\"\n"
      "    thu.yaml:4:10: loại trả lời (act) phải là \"decline\", lại là \"answer\"\n"
      "    thu.yaml:5:12: chủ đề (topic) phải là \"khai-sinh\", lại là \"phan-anh-kien-nghi\"\n"
      "    thu.yaml:6:13: mục (aspect) phải là \"fee\", lại là \"overview\"\n"
      "    thu.yaml:7:34: thiếu câu \"con voi\"\n"
      "    thu.yaml:8:12: không được có câu \"gửi phản ánh\"\n"
      "    thu.yaml:9:26: thiếu nút [Con voi], chỉ có [Quay lại] [Gặp cán bộ]\n"
      "    thu.yaml:10:11: phiếu cho cán bộ (case) phải là \"complaint\", lại là \"none\"\n"
      "    thu.yaml:11:13: phiếu khẩn (urgent) phải là \"yes\", lại là \"no\"\n"
      "    thu.yaml:12:14: lời ghi cho cán bộ thiếu câu \"con voi\", chưa có phiếu nào\n"
      "    thu.yaml:13:13: người đang tiếp bà con (holder) phải là \"officer\", lại là \"bot\"\n"
      "    thu.yaml:14:11: lời của ai (from) phải là \"officer\", lại là \"bot\"\n"
      "    thu.yaml:15:12: số sao (stars) phải là \"5\", lại là \"none\"\n"
      "    thu.yaml:16:13: im lặng (silent) phải là \"yes\", lại là \"no\"\n"
      "    thu.yaml:17:32: câu trả lời \"noi_dung_phan_anh\" phải là \"ổ gà\", lại là để trống\n"
      "    Trợ lý trả lời (act: answer, topic: \"phan-anh-kien-nghi\", aspect: \"overview\"):\n"
      "      │ ";
  EXPECT_EQ(told.substr(0, expected.size()), expected);
  EXPECT_TRUE(told.ends_with("      │ [Quay lại] [Gặp cán bộ]\n")) << told;
}

TEST(Stories, WhatAStoryDoesNotTellOfMustNotHappen) {
  EXPECT_TRUE(
      differences("flow: thử\nturns:\n  - says: nhà tôi đang cháy lớn lắm cứu với\n")
          .contains("thu.yaml:3:5: trợ lý lập phiếu cho cán bộ mà câu chuyện không kể (đúng thì viết \"case: "
                    "emergency\")"));
  EXPECT_TRUE(differences("flow: thử\nturns:\n  - event: staff_message\n    says: Chờ chị chút\n")
                  .contains("trợ lý không trả lời gì"));
  EXPECT_TRUE(differences("flow: thử\nturns:\n  - taps: Khai sinh\n")
                  .contains("không có nút [Khai sinh] để bấm, không có nút nào"));
}

TEST(Stories, SlotsAndPayloadsCanBeToldToo) {
  EXPECT_EQ(differences("flow: báo ổ gà\n"
                        "turns:\n"
                        "  - choice: \"topic:phan-anh-kien-nghi\"\n"
                        "  - says: hẻm 12 có ổ gà sâu\n"
                        "    slots: {noi_dung_phan_anh: hẻm 12 có ổ gà sâu, cho_phan_anh: \"\"}\n"),
            "");
}

// --- recording

event done(std::chrono::seconds after, const std::string& text, const std::string& payload = {}) {
  event e;
  e.at = monday_morning() + after;
  e.text = text;
  e.payload = payload;
  return e;
}

TEST(Stories, ARecordedChatIsAStoryThatComesTrue) {
  chat_record chat{"ghi \"thử\": một", "tran-bien", channel::terminal, {}, {}};
  chat.done.push_back(done(std::chrono::seconds{0}, ""));
  chat.done.back().kind = event_kind::opened;
  chat.done.push_back(done(std::chrono::seconds{20}, "", "go:muc-khac"));
  chat.done.push_back(done(std::chrono::seconds{40}, "4"));
  chat.done.push_back(done(std::chrono::hours{3}, "hẻm 12 có \"ổ gà\"\nsâu: nguy hiểm"));
  chat.done.push_back(done(std::chrono::hours{3}, "khu phố 3"));
  chat.done.push_back(done(std::chrono::hours{3}, ""));
  chat.done.back().attachments.emplace_back().what = attachment::kind::image;
  const auto text = recorded(chat, shipped_book(), shipped_knowledge());
  EXPECT_EQ(differences(text), "") << text;
  // What was done and what came stands in it.
  for (const auto* line :
       {"unit: tran-bien\n", "channel: terminal\n", "at: 2026-11-23 09:00\n", "  - event: opened\n",
        "  - taps: \"Các việc còn lại\"\n", "  - says: \"4\"\n", "    wait: 179\n", "  - sends: image\n",
        "    topic: \"phan-anh-kien-nghi\"\n", "    case: feedback\n", "noi_dung_phan_anh"})
    EXPECT_TRUE(text.contains(line)) << line << "\n" << text;
  // And it is no story that always comes true.
  auto other = text;
  other.replace(other.find("case: feedback"), 14, "case: complaint");
  EXPECT_TRUE(differences(other).contains("phải là \"complaint\", lại là \"feedback\""));
}

TEST(Stories, ARecordedChatKnowsTheDossiersThatItAskedFor) {
  chat_record chat{"hồ sơ", "tran-bien", channel::terminal, {}, {}};
  chat.office.dossiers_as_of = monday_morning();
  chat.office.dossiers.push_back({"H19.12.34-241123-0001", "ket-hon", "", dossier_state::received,
                                  "2026-11-20", "2026-11-27", "", "đã nhận: đủ giấy"});
  chat.done.push_back(done(std::chrono::seconds{0}, "H19.12.34-241123-0001"));
  const auto text = recorded(chat, shipped_book(), shipped_knowledge());
  EXPECT_EQ(differences(text), "") << text;
  EXPECT_TRUE(text.contains("tiếp nhận")) << text;
}

TEST(Readme, EveryStoryOfTheGuideComesTrue) {
  std::ifstream in{source_folder() / "dialogs/README.md"};
  ASSERT_TRUE(in);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const auto guide = bytes.str();
  constexpr std::string_view opens = "```yaml\nflow:", closes = "\n```";
  int examples = 0;
  for (auto at = guide.find(opens); at != std::string::npos; at = guide.find(opens, at + 1)) {
    const auto begin = guide.find("flow:", at);
    EXPECT_EQ(differences(guide.substr(begin, guide.find(closes, begin) + 1 - begin)), "");
    ++examples;
  }
  EXPECT_GE(examples, 1);
}

// --- coverage

TEST(Stories, CoverageNamesTheStepsArmsAndChoicesThatNobodyWalked) {
  folder extra;
  extra.write("chao-hoi.yaml",
              "dialog: thu\n"
              "on: [chao-hoi, \"kind:small_talk\"]\n"
              "steps:\n"
              "  hoi:\n"
              "    ask: Bà con ở trọ hay nhà mình ạ?\n"
              "    slot: kieu_nha\n"
              "    choices:\n"
              "      - {title: Nhà trọ, value: tro}\n"
              "      - {title: Nhà mình, value: nha}\n"
              "  re:\n"
              "    branch:\n"
              "      - {when: {slot.kieu_nha: tro}, go: tro}\n"
              "      - {else: nha}\n"
              "  tro:\n"
              "    say: Dạ, nhà trọ ạ.\n"
              "    choices:\n"
              "      - {title: Tạm trú, topic: dang-ky-tam-tru}\n"
              "      - {title: Cổng dịch vụ, url: \"https://dichvucong.gov.vn\"}\n"
              "    next: end\n"
              "  nha:\n"
              "    say: Dạ, nhà mình ạ.\n"
              "    next: end\n");
  std::vector<knowledge::problem> problems;
  const auto made =
      book::load({source_folder() / "dialogs/content", extra.path()}, shipped_knowledge(), problems);
  ASSERT_TRUE(made) << knowledge::to_string(problems);
  coverage count{*made};
  const auto lines = [&] {
    std::string out;
    for (const auto& f : count.files())
      if (f.name == "dialogs/chao-hoi.yaml") {
        out = std::to_string(f.walked) + "/" + std::to_string(f.lines);
        for (const auto& line : f.missing) out += "; " + std::to_string(line.at.line) + " " + line.what;
      }
    return out;
  };
  const auto walked = [&](const std::string& turns) {
    const auto s = read_story("flow: thử\nturns:\n" + turns, "thu.yaml", shipped_knowledge(), problems);
    ASSERT_TRUE(s) << knowledge::to_string(problems);
    EXPECT_EQ(told_differences(*s, play(*s, *made, shipped_knowledge(), &count)), "");
  };
  EXPECT_TRUE(lines().starts_with("0/10; 4 bước \"hoi\"; 8 nút \"Nhà trọ\"")) << lines();
  walked("  - says: xin chào\n  - says: nhà trọ\n");
  EXPECT_EQ(lines(), "6/10; 9 nút \"Nhà mình\"; 13 nhánh tới \"nha\"; 17 nút \"Tạm trú\"; 20 bước \"nha\"");
  walked("  - says: xin chào\n  - taps: Nhà trọ\n  - taps: Tạm trú\n");
  walked("  - says: xin chào\n  - says: \"2\"\n");
  EXPECT_EQ(lines(), "10/10");
}

}  // namespace
}  // namespace thanthien::dialogs::test
