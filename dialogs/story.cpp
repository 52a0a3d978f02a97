#include "dialogs/story.hpp"

#include "dialogs/conversation.hpp"
#include "dialogs/story_records.hpp"
#include "dialogs/walk.hpp"
#include "knowledge/fields.hpp"
#include "knowledge/yaml.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>

namespace thanthien::dialogs {
namespace {

using knowledge::fields;
using knowledge::problem;
using knowledge::yaml_node;

const std::vector<std::string> story_keys{"flow", "unit", "channel", "at", "dossiers", "requests", "turns"};

const std::vector<std::string> doing_keys{"says", "taps", "choice", "sends", "event", "by", "wait"};

/// Keys with one value, and those with one or more.
const std::vector<std::string> single_keys{"act",    "topic", "aspect", "case",  "urgent",
                                           "holder", "from",  "stars",  "silent"};
const std::vector<std::string> list_keys{"has", "lacks", "offers", "summary"};

std::vector<std::string> turn_keys() {
  auto all = doing_keys;
  for (const auto* more : {&single_keys, &list_keys}) all.insert(all.end(), more->begin(), more->end());
  all.emplace_back("slots");
  return all;
}

/// The names of an enum whose last value is `last`.
template <class Enum>
std::vector<std::string> names_up_to(Enum last) {
  std::vector<std::string> out;
  for (int i = 0; i <= static_cast<int>(last); ++i) out.emplace_back(to_string(static_cast<Enum>(i)));
  return out;
}

std::vector<std::string> events_of_stories() {
  std::vector<std::string> out;
  for (int i = 0; i <= static_cast<int>(event_kind::officer_closed); ++i)
    if (moves_dialog(static_cast<event_kind>(i))) out.emplace_back(to_string(static_cast<event_kind>(i)));
  return out;
}

/// What may stand under a key that knows its values; the others are free.
const std::map<std::string, std::vector<std::string>>& known_values() {
  static const std::map<std::string, std::vector<std::string>> values{
      {"channel", names_up_to(channel::terminal)},
      {"sends", names_up_to(attachment::kind::other)},
      {"event", events_of_stories()},
      {"act", names_up_to(act::handoff)},
      {"holder", names_up_to(holder::outside_staff)},
      {"from", {"bot", "officer"}},
      {"stars", {"1", "2", "3", "4", "5", "none"}},
      {"urgent", {"yes", "no"}},
      {"silent", {"yes", "no"}},
  };
  return values;
}

class story_reader {
 public:
  story_reader(std::string file, const knowledge::library& known, std::vector<problem>& problems)
      : file_{std::move(file)}, known_{known}, problems_{problems} {}

  story read(const yaml_node& root) {
    story s;
    s.file = file_;
    const fields top{root, file_, problems_, story_keys};
    if (!root.is_map()) return s;
    s.name = top.required_text("flow");
    s.unit = top.text("unit");
    if (!s.unit.empty() && known_.find_unit(s.unit) == nullptr) {
      std::vector<std::string> ids;
      for (const auto& u : known_.units()) ids.push_back(u.id);
      fail(*root.find("unit"), "Không có đơn vị \"" + s.unit + "\"", near(s.unit, ids));
    }
    s.channel = parse_channel(word(root, "channel")).value_or(channel::web);
    s.at = usual_story_time();
    if (const auto at = top.text("at"); !at.empty()) {
      if (const auto time = story_time(at))
        s.at = *time;
      else
        top.error("at", "Giờ \"" + at + "\" chưa đúng",
                  "Viết năm-tháng-ngày giờ:phút, ví dụ 2026-11-23 09:00.");
    }
    s.office = read_story_records(top, file_, s.at, problems_);
    const auto turns = top.maps("turns");
    if (turns.empty())
      fail(root, "Câu chuyện chưa có lượt nói nào",
           "Viết \"turns:\" rồi mỗi lượt một gạch đầu dòng, ví dụ: - says: xin chào");
    for (const auto* turn : turns) s.turns.push_back(turn_of(*turn));
    return s;
  }

 private:
  void fail(const yaml_node& at, std::string message, std::string hint) {
    problems_.push_back(
        {problem::level::error, file_, at.line, at.column, std::move(message), std::move(hint)});
  }

  static std::string near(const std::string& typed, const std::vector<std::string>& known) {
    if (const auto found = knowledge::nearest(typed, known); !found.empty())
      return "Có phải bạn muốn viết \"" + found + "\"?";
    if (known.size() > 20) return {};
    std::string all;
    for (const auto& name : known) all += (all.empty() ? "" : ", ") + name;
    return "Dùng được: " + all + ".";
  }

  /// The text under a key; told when it is none of the values the key knows.
  std::string word(const yaml_node& map, const std::string& key) {
    const auto* node = map.find(key);
    if (node == nullptr || node->is_null()) return {};
    if (!node->is_scalar()) {
      fail(*node, "\"" + key + "\" chỉ có một giá trị", "Viết giá trị ngay sau dấu hai chấm.");
      return {};
    }
    if (const auto values = known_values().find(key);
        values != known_values().end() &&
        std::ranges::find(values->second, node->scalar) == values->second.end())
      fail(*node, "\"" + key + "\" không có giá trị \"" + node->scalar + "\"",
           near(node->scalar, values->second));
    return node->scalar;
  }

  void expect(story_turn& t, std::string key, const yaml_node& value) {
    if (!value.is_scalar()) {
      fail(value, "Chỗ này phải là một dòng chữ", "Câu có dấu hai chấm thì đặt trong ngoặc kép \"...\".");
      return;
    }
    t.expected.push_back({std::move(key), value.scalar, {file_, value.line, value.column}});
  }

  story_turn turn_of(const yaml_node& map) {
    story_turn t;
    t.at = {file_, map.line, map.column};
    const fields turn{map, file_, problems_, turn_keys()};
    doing(t, map, turn);
    for (const auto& e : map.entries) {
      if (std::ranges::find(single_keys, e.key) != single_keys.end()) {
        if (e.value.is_scalar()) word(map, e.key);
        if (e.key == "topic") topic_is_known(e.value);
        expect(t, e.key, e.value);
      } else if (std::ranges::find(list_keys, e.key) != list_keys.end()) {
        if (!e.value.is_sequence()) expect(t, e.key, e.value);
        for (const auto& item : e.value.items) expect(t, e.key, item);
      } else if (e.key == "slots") {
        if (const auto* slots = turn.map("slots"))
          for (const auto& slot : slots->entries) expect(t, "slots." + slot.key, slot.value);
      }
    }
    return t;
  }

  void doing(story_turn& t, const yaml_node& map, const fields& turn) {
    t.what.text = turn.text("says");
    t.what.by = turn.text("by");
    t.taps = turn.text("taps");
    t.what.payload = turn.text("choice");
    if (const auto minutes = turn.whole_number("wait")) {
      constexpr std::int64_t a_year = 366 * 24 * 60;
      t.wait = std::chrono::minutes{std::min(*minutes, a_year)};
    }
    if (const auto sent = parse_attachment_kind(word(map, "sends"))) {
      t.what.attachments.emplace_back();
      t.what.attachments.back().what = *sent;
    }
    if (const auto happens = parse_event_kind(word(map, "event"))) t.what.kind = *happens;
    const auto ways = std::ranges::count_if(std::array{"says", "taps", "choice", "sends", "event"},
                                            [&](const char* key) { return map.find(key) != nullptr; });
    const bool with_words = (map.find("sends") || map.find("event")) && map.find("says");
    if (ways != 1 && !(ways == 2 && with_words))
      fail(map, ways == 0 ? "Lượt này chưa nói bà con làm gì" : "Lượt này làm nhiều việc cùng lúc",
           "Mỗi lượt có một trong: says (nhắn), taps (bấm nút), sends (gửi hình...), event (việc xảy ra), "
           "choice "
           "(mã của nút).");
  }

  void topic_is_known(const yaml_node& value) {
    if (!value.is_scalar() || value.scalar.empty() || known_.knows_topic(value.scalar)) return;
    std::vector<std::string> ids;
    for (const auto& p : known_.procedures()) ids.push_back(p.id);
    for (const auto& other : known_.topics()) ids.push_back(other.id);
    fail(value, "Không có chủ đề \"" + value.scalar + "\" trong kho kiến thức", near(value.scalar, ids));
  }

  std::string file_;
  const knowledge::library& known_;
  std::vector<problem>& problems_;
};

}  // namespace

bool story_turn::expects(std::string_view key) const {
  return std::ranges::any_of(expected, [&](const auto& e) { return e.key == key; });
}

timestamp usual_story_time() {
  using namespace std::chrono;
  return sys_days{year{2026} / November / 23} + hours{2};
}

std::optional<story> read_story(std::string_view text, const std::string& file,
                                const knowledge::library& known, std::vector<problem>& problems) {
  std::vector<problem> found;
  std::optional<story> out;
  if (const auto root = knowledge::parse_yaml(text, file, found))
    out = story_reader{file, known, found}.read(*root);
  if (knowledge::has_errors(found)) out.reset();
  problems.insert(problems.end(), found.begin(), found.end());
  return out;
}

std::vector<story_file> find_stories(const std::vector<std::filesystem::path>& folders) {
  namespace fs = std::filesystem;
  std::map<std::string, fs::path> found;
  for (const auto& folder : folders) {
    std::error_code failed;
    for (fs::recursive_directory_iterator it{folder, failed}, end; !failed && it != end;
         it.increment(failed)) {
      std::error_code ignored;
      if (it->path().extension() == ".yaml" && it->is_regular_file(ignored))
        found["dialogs/stories/" + it->path().lexically_relative(folder).generic_string()] = it->path();
    }
  }
  std::vector<story_file> out;
  for (auto& [name, path] : found) out.push_back({std::move(path), name});
  return out;
}

std::vector<story> read_stories(const std::vector<story_file>& files, const knowledge::library& known,
                                std::vector<problem>& problems) {
  std::vector<story> out;
  for (const auto& file : files) {
    std::ifstream in{file.path, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (!in) {
      problems.push_back({problem::level::error, file.name, 0, 0, "Không đọc được tệp này",
                          "Kiểm tra tên tệp và quyền đọc."});
      continue;
    }
    if (auto s = read_story(bytes.str(), file.name, known, problems)) out.push_back(std::move(*s));
  }
  return out;
}

}  // namespace thanthien::dialogs
