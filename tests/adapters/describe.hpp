#pragma once

#include "adapters/platform.hpp"
#include "dialogs/message.hpp"

#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace thanthien::tests {

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string payload(const std::string& name) {
  return read_file(std::string(THANTHIEN_SOURCE_DIR) + "/tests/adapters/payloads/" + name + ".json");
}

/// An event on one line: what is empty is left out, a key made of a digest is shown as "item:#".
inline std::string describe(const dialogs::event& e) {
  using dialogs::event_kind;
  static constexpr const char* kinds[] = {"message",       "opened",          "left",     "staff_message",
                                          "thread_taken",  "thread_returned", "own_echo", "delivered",
                                          "read",          "edited",          "deleted",  "reaction",
                                          "erase_request", "account_notice",  "other"};
  static constexpr const char* attachments[] = {"image",    "audio",   "video", "file", "sticker",
                                                "location", "contact", "link",  "other"};
  std::ostringstream out;
  out << kinds[static_cast<std::size_t>(e.kind)] << " person=" << e.person
      << " id=" << (e.id.starts_with("item:") ? "item:#" : e.id) << " at=" << e.at.time_since_epoch().count();
  if (!e.text.empty()) out << " text=" << e.text;
  if (!e.payload.empty()) out << " payload=" << e.payload;
  for (const auto& a : e.attachments) {
    out << " [" << attachments[static_cast<std::size_t>(a.what)];
    if (!a.url.empty()) out << " url=" << a.url;
    if (!a.name.empty()) out << " name=" << a.name;
    if (a.latitude && a.longitude) out << " place=" << *a.latitude << "," << *a.longitude;
    out << "]";
  }
  if (!e.refers_to.empty()) out << " refers=" << e.refers_to;
  if (e.watermark) out << " until=" << e.watermark->time_since_epoch().count();
  if (!e.by.empty()) out << " by=" << e.by;
  return out.str();
}

/// All that was read, a line each.
inline std::string describe(const adapters::inbound& in) {
  std::string out;
  for (const auto& e : in.events) out += describe(e) + "\n";
  for (const auto& q : in.quarantined) out += "unreadable: " + q.why + "\n";
  return out;
}

inline adapters::webhook_call call_with(std::string_view body, std::string name, std::string value) {
  return {body,
          [name = std::move(name), value = std::move(value)](std::string_view asked) -> std::string_view {
            return asked == name ? std::string_view(value) : std::string_view();
          }};
}

}  // namespace thanthien::tests
