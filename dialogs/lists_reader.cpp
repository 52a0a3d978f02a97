#include "dialogs/file_reader.hpp"
#include "dialogs/loader.hpp"
#include "dialogs/schema.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <type_traits>

namespace thanthien::dialogs {

using knowledge::problem;
using knowledge::yaml_node;

namespace {

/// What all dialogs share.
class lists_reader : private file_reader {
 public:
  using file_reader::file_reader;

  void lists_into(loaded& out, const yaml_node& root);

 private:
  void phrases_into(loaded& out, const yaml_node& node);
  void english_into(loaded& out, const yaml_node& node);
  void words_into(vocabulary& v, const yaml_node& node);
  void settings_into(settings& rules, const yaml_node& node);
  void replacements_into(std::vector<knowledge::writing_rules::replacement>& into, const yaml_node& list,
                         const std::string& what, std::string_view part);
  void writing_into(knowledge::writing_rules& rules, const yaml_node& node);
  static bool read_span(const std::string& text, settings::span& out);
  opening opening_of(const yaml_node& node);
};

void lists_reader::lists_into(loaded& out, const yaml_node& root) {
  auto known = rules_of("lists").names();
  known.insert(known.begin(), "dialog");
  only_keys(root, known, "Tệp hội thoại");
  for (const auto& e : root.entries) {
    if (e.key == "phrases")
      phrases_into(out, e.value);
    else if (e.key == "words")
      words_into(out.contents.words, e.value);
    else if (e.key == "settings")
      settings_into(out.contents.rules, e.value);
    else if (e.key == "writing")
      writing_into(out.contents.writing, e.value);
    else if (e.key == "english")
      english_into(out, e.value);
    else if (e.key == "openings" && is_list(e.value, "\"openings\""))
      for (const auto& item : e.value.items) out.contents.openings.push_back(opening_of(item));
  }
}

void lists_reader::phrases_into(loaded& out, const yaml_node& node) {
  if (!is_map(node, "\"phrases\"")) return;
  for (const auto& p : node.entries) {
    auto w = words(p.value, "\"" + p.key + "\"");
    out.phrase_marks[p.key] = {file(), p.line, p.column};
    if (!w.empty()) out.contents.phrases[p.key] = std::move(w);
  }
}

void lists_reader::english_into(loaded& out, const yaml_node& node) {
  if (!is_map(node, "\"english\"")) return;
  for (const auto& line : node.entries) {
    const auto topic = scalar(line.value, "\"" + line.key + "\"");
    if (topic.empty()) continue;
    out.contents.english_topics[fold(line.key)] = topic;
    out.english_marks.emplace_back(topic, mark_of(line.value));
  }
}

void lists_reader::words_into(vocabulary& v, const yaml_node& node) {
  if (!is_map(node, "\"words\"")) return;
  const std::map<std::string, std::vector<std::string>*> lists{{"yes", &v.yes},
                                                               {"no", &v.no},
                                                               {"fillers", &v.fillers},
                                                               {"questions", &v.questions},
                                                               {"name_openers", &v.name_openers},
                                                               {"account_words", &v.account_words},
                                                               {"today", &v.today},
                                                               {"yesterday", &v.yesterday},
                                                               {"tomorrow", &v.tomorrow},
                                                               {"after_tomorrow", &v.after_tomorrow},
                                                               {"before_yesterday", &v.before_yesterday},
                                                               {"additions", &v.additions},
                                                               {"english", &v.english},
                                                               {"english_short", &v.english_short},
                                                               {"asides", &v.asides},
                                                               {"corrections", &v.corrections},
                                                               {"mine", &v.mine},
                                                               {"unsure", &v.unsure},
                                                               {"own", &v.own},
                                                               {"needs", &v.needs},
                                                               {"last", &v.last},
                                                               {"corrections_last", &v.corrections_last},
                                                               {"puzzled", &v.puzzled},
                                                               {"annoyed", &v.annoyed},
                                                               {"go_ahead", &v.go_ahead},
                                                               {"when_answered", &v.when_answered}};
  keys_ok(node, "words", "\"words\"");
  auto folded = [&](const yaml_node& list, const std::string& what) {
    std::vector<std::string> out;
    for (const auto& word : scalars(list, what))
      if (auto f = fold(word); !f.empty() && std::ranges::find(out, f) == out.end()) out.push_back(f);
    return out;
  };
  for (const auto& e : node.entries) {
    if (const auto list = lists.find(e.key); list != lists.end()) {
      *list->second = folded(e.value, "\"" + e.key + "\"");
    } else if (e.key == "address") {
      read_address(file(), e.value, v.address, problems());
    } else if (e.key == "commands" && is_map(e.value, "\"commands\"")) {
      only_keys(e.value, command_names(), "\"commands\"");
      for (const auto& c : e.value.entries) {
        v.commands[c.key] = folded(c.value, "\"" + c.key + "\"");
        std::ranges::sort(v.commands[c.key]);
        for (const auto& item : c.value.items)
          if (!item.scalar.contains(' ')) v.command_words[c.key].push_back(knowledge::lower(item.scalar));
      }
    } else if (e.key == "ordinals") {
      v.ordinals.clear();
      if (!e.value.is_sequence()) {
        fail(e.value, "\"" + e.key + "\" phải là một danh sách");
        continue;
      }
      for (const auto& item : e.value.items) v.ordinals.push_back(folded(item, "\"" + e.key + "\""));
    }
  }
  std::ranges::sort(v.english);
  std::ranges::sort(v.english_short);
}

void lists_reader::settings_into(settings& rules, const yaml_node& node) {
  if (!is_map(node, "\"settings\"")) return;
  keys_ok(node, "settings", "\"settings\"");
  auto duration = [&](const char* key, std::int64_t most, const char* unit, auto& into) {
    const auto* found = node.find(key);
    if (found == nullptr) return;
    const auto n = number(*found, "\"" + std::string{key} + "\"");
    if (!n) return;
    if (*n < 1 || *n > most)
      fail(*found, "\"" + std::string{key} + "\" phải từ 1 đến " + std::to_string(most) + " " + unit);
    else
      into = std::remove_reference_t<decltype(into)>{*n};
  };
  if (const auto* self = node.find("self_to_elders"))
    rules.self_to_elders = knowledge::lower(scalar(*self, "\"self_to_elders\""));
  duration("outside_staff_minutes", 10080, "phút", rules.outside_staff);
  duration("pause_minutes", 10080, "phút", rules.pause);
  duration("forget_days", 365, "ngày", rules.forget);
  if (const auto* days = node.find("office_days")) {
    rules.days.clear();
    for (const auto& day : scalars(*days, "\"office_days\"")) {
      if (day.size() == 1 && day[0] >= '2' && day[0] <= '8')
        rules.days.push_back(day[0] - '0');
      else
        fail(*days, "Ngày làm việc \"" + day + "\" chưa đúng",
             "Viết 2 cho thứ hai ... 7 cho thứ bảy, 8 cho chủ nhật.");
    }
  }
  if (const auto* hours = node.find("office_hours")) {
    rules.hours.clear();
    for (const auto& span : scalars(*hours, "\"office_hours\"")) {
      settings::span s;
      if (read_span(span, s))
        rules.hours.push_back(s);
      else
        fail(*hours, "Giờ làm việc \"" + span + "\" chưa đúng", "Viết như 07:30-11:30.");
    }
  }
}

void lists_reader::replacements_into(std::vector<knowledge::writing_rules::replacement>& into,
                                     const yaml_node& list, const std::string& what, std::string_view part) {
  if (!is_list(list, what)) return;
  for (const auto& item : list.items) {
    if (!is_map(item, what)) continue;
    keys_ok(item, part, what);
    knowledge::writing_rules::replacement r;
    if (const auto* words = item.find("words")) r.words = scalar(*words, "\"words\"");
    if (const auto* instead = item.find("instead")) r.instead = scalar(*instead, "\"instead\"");
    if (const auto* unless = item.find("unless")) r.unless = scalars(*unless, "\"unless\"");
    if (!r.words.empty()) into.push_back(std::move(r));
  }
}

/// A later folder's list is laid over by adding: what a province asks for, a commune cannot take back.
void lists_reader::writing_into(knowledge::writing_rules& rules, const yaml_node& node) {
  if (!is_map(node, "\"writing\"")) return;
  keys_ok(node, "writing", "\"writing\"");
  auto add = [&](std::vector<std::string>& into, const char* key) {
    if (const auto* list = node.find(key))
      for (auto& item : scalars(*list, "\"" + std::string{key} + "\"")) into.push_back(std::move(item));
  };
  auto in_range = [&](const char* key, std::int64_t least, std::int64_t most) -> std::optional<std::int64_t> {
    const auto* found = node.find(key);
    if (found == nullptr) return std::nullopt;
    const auto n = number(*found, "\"" + std::string{key} + "\"");
    if (!n || (*n >= least && *n <= most)) return n;
    fail(*found,
         "\"" + std::string{key} + "\" phải từ " + std::to_string(least) + " đến " + std::to_string(most));
    return std::nullopt;
  };
  if (const auto* list = node.find("commanding"))
    replacements_into(rules.commanding, *list, "\"commanding\"", "replacement");
  if (const auto* list = node.find("abbreviations"))
    replacements_into(rules.abbreviations, *list, "\"abbreviations\"", "abbreviation");
  add(rules.known_abbreviations, "known_abbreviations");
  add(rules.refusals, "refusals");
  add(rules.next_steps, "next_steps");
  if (const auto n = in_range("sentence_words", 10, 100)) rules.sentence_words = static_cast<std::size_t>(*n);
  if (const auto n = in_range("review_months", 1, 120)) rules.review_months = static_cast<int>(*n);
}

bool lists_reader::read_span(const std::string& text, settings::span& out) {
  auto minutes = [](std::string_view part) -> int {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 2 || part.size() != colon + 3) return -1;
    int hour = 0, minute = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (i == colon) continue;
      if (part[i] < '0' || part[i] > '9') return -1;
      (i < colon ? hour : minute) = (i < colon ? hour : minute) * 10 + (part[i] - '0');
    }
    return hour > 24 || minute > 59 ? -1 : hour * 60 + minute;
  };
  const auto dash = text.find('-');
  if (dash == std::string::npos) return false;
  out.from = minutes(trimmed(std::string_view{text}.substr(0, dash)));
  out.to = minutes(trimmed(std::string_view{text}.substr(dash + 1)));
  return out.from >= 0 && out.to > out.from;
}

opening lists_reader::opening_of(const yaml_node& node) {
  opening o;
  o.at = mark_of(node);
  if (!is_map(node, "Câu mở đầu")) return o;
  keys_ok(node, "opening", "Câu mở đầu");
  if (const auto* topics = node.find("topics")) o.topics = scalars(*topics, "\"topics\"");
  if (const auto* unless = node.find("unless"))
    for (const auto& word : scalars(*unless, "\"unless\"")) o.unless.push_back(fold(word));
  if (const auto* say = node.find("say")) o.words = words(*say, "\"say\"");
  return o;
}

}  // namespace

void read_lists(const std::string& file, const yaml_node& root, loaded& into,
                std::vector<problem>& problems) {
  lists_reader{file, problems}.lists_into(into, root);
}

}  // namespace thanthien::dialogs
