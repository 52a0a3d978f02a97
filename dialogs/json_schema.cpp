#include "dialogs/message.hpp"
#include "dialogs/model.hpp"
#include "dialogs/schema.hpp"

#include <nlohmann/json.hpp>
#include <set>

/// The table of keys as a JSON Schema, by which editors help while one writes.
namespace thanthien::dialogs {
namespace {

using json = nlohmann::ordered_json;

json refer(std::string_view definition) {
  std::string name{definition};
  for (auto& c : name)
    if (c == ' ') c = '-';
  return {{"$ref", "#/$defs/" + name}};
}

json list_of(json item) { return {{"type", "array"}, {"minItems", 1}, {"items", std::move(item)}}; }

json named(json value) {
  return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", std::move(value)}};
}

json value_of(const key_rule& key) {
  switch (key.value) {
    case key_value::text:
      return key.allowed != nullptr ? json{{"enum", key.allowed()}} : refer("text");
    case key_value::texts:
      return refer("texts");
    case key_value::wording:
      return refer("wording");
    case key_value::flag:
      return refer("flag");
    case key_value::number:
      return {{"type", "integer"}};
    case key_value::condition:
      return refer("condition");
    case key_value::part:
      return refer(key.of);
    case key_value::text_or_part:
      return {{"anyOf", {refer("text"), refer(key.of)}}};
    case key_value::list:
      if (key.of == "arm")
        return list_of(
            {{"if", {{"required", {"else"}}}}, {"then", refer("arm else")}, {"else", refer("arm")}});
      return list_of(refer(key.of));
    case key_value::choices:
      if (key.of == "choice of say") return {{"anyOf", {json{{"const", "found"}}, list_of(refer(key.of))}}};
      return list_of({{"anyOf", {refer("text"), refer(key.of)}}});
    case key_value::named:
      return named(refer(key.of));
    case key_value::numbered:
      return list_of(refer("texts"));
  }
  return json::object();
}

json definition_of(const part_rule& part) {
  json out{{"type", "object"}, {"properties", json::object()}, {"additionalProperties", false}};
  std::vector<std::string> needed;
  for (const auto& key : part.keys) {
    auto value = value_of(key);
    value["description"] = key.means;
    out["properties"][std::string{key.name}] = std::move(value);
    if (key.needed) needed.emplace_back(key.name);
  }
  if (!needed.empty()) out["required"] = needed;
  return out;
}

/// Which kind a step is, one key says: the rules of that kind are then the only ones, so that an editor names
/// the one thing that is wrong.
json step_definition() {
  json otherwise{{"description", "Mỗi bước có một khóa nói phải làm gì."}, {"anyOf", json::array()}};
  for (const auto& kind : step_kind_names()) otherwise["anyOf"].push_back({{"required", {kind}}});
  // `say` stands beside hand_over too, which therefore is asked for first.
  auto kinds = step_kind_names();
  std::erase(kinds, "hand_over");
  kinds.insert(kinds.begin(), "hand_over");
  for (auto kind = kinds.rbegin(); kind != kinds.rend(); ++kind)
    otherwise = {{"if", {{"required", {*kind}}}}, {"then", refer(*kind)}, {"else", std::move(otherwise)}};
  otherwise["type"] = "object";
  return otherwise;
}

json condition_definition() {
  json properties{{"any", list_of(refer("condition"))},
                  {"all", list_of(refer("condition"))},
                  {"not", refer("condition")}};
  for (const auto& subject : condition_subjects()) properties[subject] = refer("comparison");
  return {{"type", "object"},
          {"minProperties", 1},
          {"description", "Nhiều dòng là \"và\"; muốn \"hoặc\" thì dùng any, phủ định thì not."},
          {"properties", properties},
          {"patternProperties", {{"^slot\\.[a-z0-9_]+$", refer("comparison")}}},
          {"additionalProperties", false}};
}

json comparison_definition() {
  json properties{{"filled", refer("flag")}};
  for (const auto* how : {"is", "not", "less", "more", "at_most", "at_least", "says"})
    properties[how] = refer("texts");
  return {{"anyOf",
           {refer("texts"), json{{"type", "object"},
                                 {"minProperties", 1},
                                 {"maxProperties", 1},
                                 {"properties", properties},
                                 {"additionalProperties", false}}}}};
}

json wording_definition() {
  json properties;
  for (const auto* key : {"vi", "en", "zalo", "messenger", "web", "terminal"})
    properties[key] = refer("wording");
  return {{"description", "Một câu, nhiều câu để đổi cho tự nhiên, hoặc theo tiếng và kênh."},
          {"anyOf",
           {refer("text"), list_of(refer("text")),
            json{{"type", "object"},
                 {"minProperties", 1},
                 {"properties", properties},
                 {"additionalProperties", false}}}}};
}

void define(json& all, std::string_view part) {
  const auto& rules = rules_of(part);
  std::string name{part};
  for (auto& c : name)
    if (c == ' ') c = '-';
  if (all.contains(name)) return;
  all[name] = definition_of(rules);
  for (const auto& key : rules.keys)
    if (key.value != key_value::named && !key.of.empty()) define(all, key.of);
}

}  // namespace

std::string json_schema() {
  json all{{"text", {{"type", {"string", "number", "boolean"}}}},
           {"texts", {{"anyOf", {refer("text"), list_of(refer("text"))}}}},
           {"flag", {{"enum", {"yes", "no", "có", "không", "true", "false", true, false}}}},
           {"wording", wording_definition()},
           {"condition", condition_definition()},
           {"comparison", comparison_definition()},
           {"step", step_definition()}};
  define(all, "dialog");
  define(all, "lists");
  for (const auto& kind : step_kind_names()) define(all, kind);
  define(all, "arm else");
  const json out{
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "Tệp hội thoại của Thân Thiện"},
      {"description", "Một hội thoại, hoặc các danh sách chung. Giải thích từng phần: dialogs/README.md."},
      {"type", "object"},
      {"if", {{"required", {"dialog"}}}},
      {"then", refer("dialog")},
      {"else", refer("lists")},
      {"$defs", std::move(all)}};
  return out.dump(2) + "\n";
}

}  // namespace thanthien::dialogs
