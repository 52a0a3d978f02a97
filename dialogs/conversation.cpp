#include "dialogs/conversation.hpp"

#include "dialogs/reading.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace thanthien::dialogs {
namespace {

using nlohmann::json;

constexpr std::size_t longest_list = 16;  // a damaged state must not grow; ours never needs more

void read(const json& in, const char* key, std::string& into) {
  if (auto found = in.find(key); found != in.end() && found->is_string()) into = found->get<std::string>();
}

void read(const json& in, const char* key, bool& into) {
  if (auto found = in.find(key); found != in.end() && found->is_boolean()) into = found->get<bool>();
}

void read(const json& in, const char* key, int& into) {
  if (auto found = in.find(key); found != in.end() && found->is_number_integer())
    into = static_cast<int>(std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, 1000));
}

void read(const json& in, const char* key, timestamp& into) {
  if (auto found = in.find(key); found != in.end() && found->is_number_integer())
    into = timestamp{std::chrono::milliseconds{found->get<std::int64_t>()}};
}

void read(const json& in, const char* key, std::vector<position>& into) {
  auto found = in.find(key);
  if (found == in.end() || !found->is_array()) return;
  into.clear();
  for (const auto& item : *found) {
    if (!item.is_object() || into.size() == longest_list) continue;
    position p;
    read(item, "dialog", p.dialog);
    read(item, "step", p.step);
    read(item, "version", p.version);
    read(item, "topic", p.topic);
    read(item, "question", p.question);
    if (!p.dialog.empty()) into.push_back(std::move(p));
  }
}

json written(const std::vector<position>& list) {
  auto out = json::array();
  for (const auto& p : list) {
    auto& item = out.emplace_back(json{{"dialog", p.dialog}, {"step", p.step}, {"version", p.version}});
    if (!p.topic.empty()) item["topic"] = p.topic;
    if (!p.question.empty()) item["question"] = p.question;
  }
  return out;
}

}  // namespace

std::string_view to_string(holder h) {
  switch (h) {
    case holder::bot:
      return "bot";
    case holder::officer:
      return "officer";
    case holder::outside_staff:
      return "outside_staff";
  }
  return "bot";
}

void to_json(json& out, const conversation& c) {
  // Only what differs from a new conversation is written: most states are a few dozen bytes.
  const conversation fresh;
  out = json::object();
  auto put = [&](const char* key, const auto& value, const auto& usual) {
    if (!(value == usual)) out[key] = value;
  };
  if (!c.stack.empty()) out["stack"] = written(c.stack);
  if (!c.trail.empty()) out["trail"] = written(c.trail);
  if (!c.slots.empty()) out["slots"] = c.slots;
  if (!c.offered.empty()) {
    auto& offered = out["offered"] = json::array();
    for (const auto& [title, payload] : c.offered) offered.push_back({title, payload});
  }
  put("topic", c.topic, fresh.topic);
  put("aspect", c.aspect, fresh.aspect);
  put("papers", c.papers, fresh.papers);
  put("earlier_topic", c.earlier_topic, fresh.earlier_topic);
  put("misunderstood", c.misunderstood, fresh.misunderstood);
  if (c.holder != fresh.holder) out["holder"] = to_string(c.holder);
  if (c.held_until != fresh.held_until) out["held_until"] = c.held_until.time_since_epoch().count();
  put("held_by", c.held_by, fresh.held_by);
  put("case_code", c.case_code, fresh.case_code);
  put("case_to_rate", c.case_to_rate, fresh.case_to_rate);
  put("unknown_codes", c.unknown_codes, fresh.unknown_codes);
  put("unit", c.unit, fresh.unit);
  put("address", c.address, fresh.address);
  put("language", c.language, fresh.language);
  put("told_language", c.told_language, fresh.told_language);
  if (c.last_event_at != fresh.last_event_at)
    out["last_event_at"] = c.last_event_at.time_since_epoch().count();
  put("greeted", c.greeted, fresh.greeted);
  put("openings_said", c.openings_said, fresh.openings_said);
  if (!c.last_questions.empty()) out["last_questions"] = c.last_questions;
}

namespace {

std::size_t saved_size(const conversation& c) {
  json out;
  to_json(out, c);
  return out.dump(-1, ' ', false, json::error_handler_t::replace).size();
}

/// Of a text as JSON writes it.
std::size_t written_size(const std::string& text) {
  std::size_t size = text.size();
  for (const char c : text) {
    if (c == '"' || c == '\\') ++size;
    if (static_cast<unsigned char>(c) < 0x20) size += 5;
  }
  return size;
}

/// Quick, and never below what is saved: most states are far from the limit.
std::size_t about(const conversation& c) {
  std::size_t size = 540 + written_size(c.held_by) + c.papers.size();
  for (const auto& list : {&c.stack, &c.trail})
    for (const auto& p : *list)
      size += 70 + p.dialog.size() + p.step.size() + p.version.size() + p.topic.size() + p.question.size();
  for (const auto& [name, value] : c.slots) size += 8 + name.size() + written_size(value);
  for (const auto& [title, payload] : c.offered) size += 8 + written_size(title) + written_size(payload);
  for (const auto& question : c.last_questions) size += 4 + written_size(question);
  for (const auto& topic : c.openings_said) size += 4 + topic.size();
  return size;
}

/// Cuts the longest answer or message to two thirds; false when none is long.
bool cut_longest(conversation& c) {
  constexpr std::size_t short_enough = 60;
  std::string* longest = nullptr;
  auto look = [&](std::string& text) {
    if (text.size() > short_enough && (longest == nullptr || text.size() > longest->size())) longest = &text;
  };
  for (auto& [name, value] : c.slots) look(value);
  for (auto& question : c.last_questions) look(question);
  if (longest == nullptr) return false;
  *longest = trimmed(*longest, longest->size() * 2 / 3);
  return true;
}

}  // namespace

void keep_small(conversation& c) {
  if (about(c) <= largest_state) return;
  while (saved_size(c) > largest_state) {
    if (c.last_questions.size() > 2)
      c.last_questions.erase(c.last_questions.begin());
    else if (c.trail.size() > 3)
      c.trail.erase(c.trail.begin());
    else if (!cut_longest(c))
      return;
  }
}

void from_json(const json& in, conversation& c) {
  c = {};
  if (!in.is_object()) return;
  read(in, "stack", c.stack);
  read(in, "trail", c.trail);
  if (auto found = in.find("slots"); found != in.end() && found->is_object())
    for (const auto& [name, value] : found->items())
      if (value.is_string()) c.slots[name] = value.get<std::string>();
  if (auto found = in.find("offered"); found != in.end() && found->is_array())
    for (const auto& item : *found)
      if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string() &&
          c.offered.size() < longest_list)
        c.offered.emplace_back(item[0].get<std::string>(), item[1].get<std::string>());
  read(in, "topic", c.topic);
  read(in, "aspect", c.aspect);
  read(in, "papers", c.papers);
  read(in, "earlier_topic", c.earlier_topic);
  read(in, "misunderstood", c.misunderstood);
  std::string held = "bot";
  read(in, "holder", held);
  for (auto h : {holder::officer, holder::outside_staff})
    if (held == to_string(h)) c.holder = h;
  read(in, "held_until", c.held_until);
  read(in, "held_by", c.held_by);
  read(in, "case_code", c.case_code);
  read(in, "case_to_rate", c.case_to_rate);
  read(in, "unknown_codes", c.unknown_codes);
  read(in, "unit", c.unit);
  read(in, "address", c.address);
  read(in, "language", c.language);
  read(in, "told_language", c.told_language);
  if (c.language.empty()) c.language = "vi";
  read(in, "last_event_at", c.last_event_at);
  read(in, "greeted", c.greeted);
  if (auto found = in.find("openings_said"); found != in.end() && found->is_array())
    for (const auto& item : *found)
      if (item.is_string() && c.openings_said.size() < most_openings)
        c.openings_said.push_back(item.get<std::string>());
  if (auto found = in.find("last_questions"); found != in.end() && found->is_array())
    for (const auto& item : *found)
      if (item.is_string() && c.last_questions.size() < 5)
        c.last_questions.push_back(item.get<std::string>());
}

}  // namespace thanthien::dialogs
