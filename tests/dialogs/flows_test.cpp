#include "knowledge/yaml.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <sstream>

/// Every file of tests/flows is a story: what a resident does, and what must come back. See
/// tests/flows/README.md.
namespace thanthien::dialogs::test {
namespace {

using knowledge::yaml_node;

std::string scalar(const yaml_node& map, const char* key) {
  const auto* found = map.find(key);
  return found ? found->scalar : std::string{};
}

std::vector<std::string> list(const yaml_node& map, const char* key) {
  std::vector<std::string> out;
  const auto* found = map.find(key);
  if (found == nullptr) return out;
  if (found->is_scalar()) out.push_back(found->scalar);
  for (const auto& item : found->items) out.push_back(item.scalar);
  return out;
}

std::optional<attachment::kind> attachment_named(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(attachment::kind::other); ++i)
    if (to_string(static_cast<attachment::kind>(i)) == name) return static_cast<attachment::kind>(i);
  return std::nullopt;
}

std::optional<event_kind> event_named(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(event_kind::officer_closed); ++i)
    if (to_string(static_cast<event_kind>(i)) == name) return static_cast<event_kind>(i);
  return std::nullopt;
}

/// "2026-11-23 09:00", Vietnam's time.
timestamp time_of(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  char dash = 0;
  std::istringstream in{text};
  in >> year >> dash >> month >> dash >> day >> hour >> dash >> minute;
  using namespace std::chrono;
  return sys_days{std::chrono::year{year} / month / day} + hours{hour - 7} + minutes{minute};
}

void play(const yaml_node& story, const std::string& file) {
  const std::vector<std::string> story_keys{"flow", "unit", "channel", "at", "turns"};
  for (const auto& e : story.entries)
    ASSERT_TRUE(std::ranges::count(story_keys, e.key)) << file << ": " << e.key;
  resident who;
  who.unit = scalar(story, "unit");
  if (const auto channel = scalar(story, "channel"); !channel.empty())
    who.on = parse_channel(channel).value();
  if (const auto at = scalar(story, "at"); !at.empty()) who.now = time_of(at);
  const auto* turns = story.find("turns");
  ASSERT_TRUE(turns != nullptr && turns->is_sequence() && !turns->items.empty()) << file;
  for (const auto& turn : turns->items) {
    SCOPED_TRACE("tests/flows/" + file + ":" + std::to_string(turn.line));
    const std::vector<std::string> keys{"says",    "taps",   "sends",  "event", "by",     "wait", "act",
                                        "topic",   "aspect", "has",    "lacks", "offers", "case", "urgent",
                                        "summary", "holder", "silent", "from",  "stars"};
    for (const auto& e : turn.entries)
      ASSERT_TRUE(std::ranges::count(keys, e.key)) << "unknown key " << e.key;
    if (const auto wait = scalar(turn, "wait"); !wait.empty())
      who.now += std::chrono::minutes{std::stoi(wait)};
    const auto offered_before = who.state.offered;
    outcome out;
    if (turn.find("sends")) {
      const auto kind = attachment_named(scalar(turn, "sends"));
      ASSERT_TRUE(kind.has_value()) << scalar(turn, "sends");
      out = who.sends(*kind, scalar(turn, "says"));
    } else if (turn.find("event")) {
      const auto kind = event_named(scalar(turn, "event"));
      ASSERT_TRUE(kind.has_value()) << scalar(turn, "event");
      out = who.happens(*kind, scalar(turn, "says"), scalar(turn, "by"));
    } else if (turn.find("taps")) {
      // By the title that was offered, as a finger does.
      const auto title = scalar(turn, "taps");
      const auto found =
          std::ranges::find(offered_before, title, &std::pair<std::string, std::string>::first);
      ASSERT_NE(found, offered_before.end()) << "\"" << title << "\" was not offered";
      out = who.taps(found->second, title);
    } else {
      ASSERT_TRUE(turn.find("says")) << "a turn needs says, taps, sends or event";
      out = who.says(scalar(turn, "says"));
    }
    const auto text = all_text(out);
    const auto shown =
        text + "[" + std::string{to_string(out.act)} + " " + out.topic + " " + out.aspect + "]";
    if (turn.find("silent")) {
      EXPECT_TRUE(out.replies.empty()) << shown;
    } else {
      EXPECT_FALSE(out.replies.empty()) << "silence";
    }
    if (turn.find("act")) EXPECT_EQ(to_string(out.act), scalar(turn, "act")) << shown;
    if (turn.find("topic")) EXPECT_EQ(out.topic, scalar(turn, "topic")) << shown;
    if (turn.find("aspect")) EXPECT_EQ(out.aspect, scalar(turn, "aspect")) << shown;
    for (const auto& part : list(turn, "has"))
      EXPECT_NE(text.find(part), std::string::npos) << "missing \"" << part << "\" in\n" << shown;
    for (const auto& part : list(turn, "lacks"))
      EXPECT_EQ(text.find(part), std::string::npos) << "unwanted \"" << part << "\" in\n" << shown;
    const auto offers = titles(out);
    for (const auto& title : list(turn, "offers"))
      EXPECT_TRUE(std::ranges::count(offers, title)) << "not offered: " << title << "\n" << shown;
    if (turn.find("case")) {
      const auto reason = scalar(turn, "case");
      EXPECT_EQ(out.handed_over ? out.handed_over->reason : "none", reason) << shown;
    } else {
      EXPECT_FALSE(out.handed_over.has_value()) << "a case that the story does not tell of\n" << shown;
    }
    if (turn.find("urgent")) EXPECT_TRUE(out.handed_over && out.handed_over->urgent);
    for (const auto& part : list(turn, "summary")) {
      ASSERT_TRUE(out.handed_over);
      EXPECT_NE(out.handed_over->summary.find(part), std::string::npos) << out.handed_over->summary;
    }
    if (turn.find("holder")) EXPECT_EQ(to_string(who.state.holder), scalar(turn, "holder"));
    if (turn.find("from"))
      EXPECT_EQ(out.replies.front().from == reply::author::officer ? "officer" : "bot", scalar(turn, "from"));
    if (turn.find("stars"))
      EXPECT_EQ(out.rating ? std::to_string(out.rating->stars) : "none", scalar(turn, "stars"));
  }
}

TEST(Flows, EveryStoryComesTrue) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{source_folder() / "tests/flows"})
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  ASSERT_GE(files.size(), 10U);
  for (const auto& file : files) {
    std::ifstream in{file, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    std::vector<knowledge::problem> problems;
    const auto story = knowledge::parse_yaml(bytes.str(), file.filename().string(), problems);
    ASSERT_TRUE(story.has_value()) << knowledge::to_string(problems);
    play(*story, file.filename().string());
  }
}

}  // namespace
}  // namespace thanthien::dialogs::test
