#include "bot/desk/views.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace thanthien::bot::desk {

using nlohmann::json;

std::string iso(timestamp t) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (t - seconds).count());
}

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

http::response json_answer(const json& body, int status) {
  auto out = http::json(status, dump(body));
  out.headers.emplace_back("Cache-Control", "no-store");
  return out;
}

http::response refused(int status, std::string_view code, std::string_view message, int retry_after) {
  json error{{"code", code}, {"message", message}};
  if (retry_after > 0) error["retry_after"] = retry_after;
  auto out = json_answer({{"error", std::move(error)}}, status);
  if (retry_after > 0) out.headers.emplace_back("Retry-After", std::to_string(retry_after));
  return out;
}

namespace {

constexpr std::string_view ellipsis = "…";

/// The first words, cut between characters.
std::string preview(const std::string& text) {
  constexpr std::size_t most = 160;
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + std::string(ellipsis);
}

/// Residents have no names here; a short stable label tells two of them apart.
std::string person_label(const conversation_key& key) {
  const auto tail = key.person.size() > 4 ? key.person.substr(key.person.size() - 4) : key.person;
  return "Người dân ·" + tail;
}

json choices(const std::vector<dialogs::choice>& all, bool with_payload) {
  auto out = json::array();
  for (const auto& c : all) {
    json one{{"title", c.title}, {"url", c.url}};
    if (with_payload) one["payload"] = c.payload;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

json view(const case_row& c, const knowledge::library& known, const dialogs::book& words) {
  const auto* unit = known.find_unit(c.unit);
  return {{"code", c.code},
          {"state", to_string(c.state)},
          {"urgent", c.urgent},
          {"reason", c.reason},
          {"reason_text", words.phrase("reason_" + c.reason)},
          {"unit", c.unit},
          {"unit_name", unit ? unit->full_name : std::string()},
          {"channel", dialogs::to_string(c.key.channel)},
          {"person", person_label(c.key)},
          {"topic", c.topic},
          {"topic_title", c.topic.empty() ? std::string() : known.title_of(c.topic)},
          {"summary", c.summary},
          {"created_at", iso(c.created_at)},
          {"due_at", iso(c.due_at)},
          {"closed_at", c.closed_at ? json(iso(*c.closed_at)) : json()},
          {"result", c.result},
          {"officer", c.officer == 0 ? json() : json{{"id", c.officer}, {"name", c.officer_name}}},
          {"last_message_at", iso(c.last_message_at)},
          {"preview", preview(c.preview)},
          {"rating", c.rating ? json(*c.rating) : json()}};
}

json view(const message& m) {
  auto attachments = json::array();
  for (const auto& a : m.attachments) {
    json one{{"kind", dialogs::to_string(a.what)}, {"url", a.url}, {"name", a.name}};
    if (a.latitude && a.longitude) one["name"] = fmt::format("{} ({:.5f}, {:.5f})", a.name, *a.latitude, *a.longitude);
    attachments.push_back(std::move(one));
  }
  return {{"id", m.id},
          {"from", to_string(m.from)},
          {"by", m.by},
          {"text", m.text},
          {"choices", choices(m.choices, false)},
          {"attachments", std::move(attachments)},
          {"at", iso(m.at)},
          {"state", m.state.empty() ? json() : json(m.state)},
          {"why", m.why},
          {"deleted", m.deleted}};
}

json resident_view(const message& m) {
  return {{"id", m.id}, {"from", to_string(m.from)}, {"by", m.by}, {"text", m.text}, {"choices", choices(m.choices, true)}, {"at", iso(m.at)}};
}

json view(const note& n) { return {{"id", n.id}, {"by", n.by}, {"text", n.text}, {"at", iso(n.at)}}; }

json view(const officer& o) {
  return {{"id", o.id},       {"name", o.name},         {"login", o.login},
          {"role", o.role},   {"units", o.units},       {"disabled", o.disabled},
          {"waiting_for_code", o.password_hash.empty()}};
}

}  // namespace thanthien::bot::desk
