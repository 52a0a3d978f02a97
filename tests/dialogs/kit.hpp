#pragma once

#include "dialogs/book.hpp"
#include "dialogs/walk.hpp"
#include "knowledge/library.hpp"
#include "knowledge/problem.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What the dialog tests share: the shipped content, loaded once, and a resident who talks.
namespace thanthien::dialogs::test {

inline const std::filesystem::path& source_folder() {
  static const std::filesystem::path folder{THANTHIEN_SOURCE_DIR};
  return folder;
}

/// The knowledge as it is shipped. Stops the program when it cannot be loaded: nothing could be tested.
inline const knowledge::library& shipped_knowledge() {
  static const auto known = [] {
    std::vector<knowledge::problem> problems;
    auto loaded = knowledge::library::load({source_folder() / "knowledge/content"}, problems);
    if (!loaded)
      throw std::runtime_error{"the shipped knowledge does not load:\n" + knowledge::to_string(problems)};
    return loaded;
  }();
  return *known;
}

inline const book& shipped_book() {
  static const auto loaded = [] {
    std::vector<knowledge::problem> problems;
    auto made = book::load({source_folder() / "dialogs/content"}, shipped_knowledge(), problems);
    if (!made)
      throw std::runtime_error{"the shipped dialogs do not load:\n" + knowledge::to_string(problems)};
    return made;
  }();
  return *loaded;
}

/// Monday 23 November 2026, 09:00 in Vietnam: cán bộ are at work.
inline timestamp monday_morning() {
  using namespace std::chrono;
  return sys_days{year{2026} / November / 23} + hours{2};
}

/// One resident on one channel. The state goes through JSON after every turn, as it does through the
/// database.
class resident {
 public:
  explicit resident(const book& dialogs = shipped_book(),
                    const knowledge::library& known = shipped_knowledge())
      : dialogs_{&dialogs}, known_{&known} {}

  outcome says(std::string text) {
    auto e = next(event_kind::message);
    e.text = std::move(text);
    return hears(e);
  }
  outcome taps(std::string payload, std::string title = {}) {
    auto e = next(event_kind::message);
    e.payload = std::move(payload);
    e.text = std::move(title);
    return hears(e);
  }
  outcome sends(attachment::kind what, std::string text = {}) {
    auto e = next(event_kind::message);
    e.text = std::move(text);
    e.attachments.emplace_back();
    e.attachments.back().what = what;
    return hears(e);
  }
  outcome happens(event_kind what, std::string text = {}, std::string by = {}) {
    auto e = next(what);
    e.text = std::move(text);
    e.by = std::move(by);
    return hears(e);
  }

  event next(event_kind kind) {
    now += std::chrono::seconds{15};
    ++count_;
    event e;
    e.channel = on;
    e.person = "p1";
    e.id = "e" + std::to_string(count_);
    e.kind = kind;
    e.at = now;
    return e;
  }

  outcome hears(const event& e) {
    auto out = walk(*dialogs_, *known_, state, e, {now, unit, "TB-" + std::to_string(count_), records});
    nlohmann::json saved;
    to_json(saved, out.after);
    conversation reread;
    from_json(nlohmann::json::parse(saved.dump()), reread);
    EXPECT_EQ(reread, out.after) << "the state changed by being saved: " << saved.dump();
    state = std::move(reread);
    return out;
  }

  conversation state;
  timestamp now = monday_morning();
  channel on = channel::web;
  std::string unit;
  dialogs::records records;  ///< what the office knows of the codes he will write

 private:
  const book* dialogs_;
  const knowledge::library* known_;
  int count_ = 0;
};

/// A state is told as the JSON it is saved as.
inline std::string told(const conversation& c) {
  nlohmann::json out;
  to_json(out, c);
  return out.dump(1);
}

inline std::string all_text(const outcome& o) {
  std::string text;
  for (const auto& r : o.replies) text += r.text + "\n";
  return text;
}

inline std::vector<std::string> titles(const outcome& o) {
  std::vector<std::string> out;
  if (!o.replies.empty())
    for (const auto& c : o.replies.back().choices) out.push_back(c.title);
  return out;
}

inline std::vector<std::string> payloads(const outcome& o) {
  std::vector<std::string> out;
  if (!o.replies.empty())
    for (const auto& c : o.replies.back().choices) out.push_back(c.payload);
  return out;
}

/// A content folder of its own that is gone when the test ends.
class folder {
 public:
  folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("thanthien-dialogs-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(path_);
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The shipped dialogs with one more file over them; what the checker says about it.
struct checked {
  std::shared_ptr<const book> made;
  std::vector<knowledge::problem> problems;
  std::string text;  ///< of the problems, as the command prints them
};

inline checked check_with(const std::string& file, const std::string& text) {
  folder extra;
  extra.write(file, text);
  checked out;
  out.made =
      book::load({source_folder() / "dialogs/content", extra.path()}, shipped_knowledge(), out.problems);
  std::erase_if(out.problems, [&](const auto& p) { return p.file != "dialogs/" + file; });
  out.text = knowledge::to_string(out.problems);
  return out;
}

/// Said in English, a problem has no Vietnamese left but what it quotes.
inline void expect_english(const knowledge::problem& p) {
  const auto english = knowledge::in_english(p);
  for (const auto* words : {&english.message, &english.hint}) {
    bool quoted = false;
    for (const char c : *words) {
      if (c == '"') quoted = !quoted;
      if (!quoted && static_cast<unsigned char>(c) >= 0x80) {
        ADD_FAILURE() << *words << " (" << knowledge::to_string(p) << ")";
        break;
      }
    }
  }
}

}  // namespace thanthien::dialogs::test
