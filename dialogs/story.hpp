#pragma once

#include "dialogs/message.hpp"
#include "dialogs/model.hpp"
#include "dialogs/records.hpp"
#include "knowledge/library.hpp"
#include "knowledge/problem.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Stories are conversations that must come true: what a resident does, and what must come back. Admins write
/// them beside the dialogs; dialogs/README.md tells how. Read here, played in story_play.hpp, counted in
/// story_coverage.hpp, written from a chat in story_record.hpp.
namespace thanthien::dialogs {

/// One line that must come true after a turn.
struct expectation {
  std::string key;    ///< as it is written; "slots.NAME" for one slot
  std::string value;  ///< as it is written
  mark at;
};

struct story_turn {
  event what;        ///< kind, text, payload, attachments and by; the player adds ids and times
  std::string taps;  ///< title of a choice that must be offered; the player finds its payload
  std::chrono::minutes wait{0};
  std::vector<expectation> expected;
  mark at;

  bool expects(std::string_view key) const;
};

struct story {
  std::string name;  ///< what it tells
  std::string file;
  std::string unit;  ///< of the account, or ""
  dialogs::channel channel = dialogs::channel::web;
  timestamp at{};  ///< of the first turn
  records office;  ///< what the office knows of the codes that are written
  std::vector<story_turn> turns;
};

/// Monday 23 November 2026, 09:00 in Vietnam: cán bộ are at work.
timestamp usual_story_time();

/// Reads one story; problems are appended in Vietnamese with file, line and column. Units and topics must be
/// known, so that a slip of the pen is not taken for a fault of the dialogs. Nothing when one is an error.
std::optional<story> read_story(std::string_view text, const std::string& file,
                                const knowledge::library& known, std::vector<knowledge::problem>& problems);

struct story_file {
  std::filesystem::path path;
  std::string name;  ///< as the admin knows it
};

/// The .yaml files of the folders, sorted by name. A file of a later folder takes the place of one of the
/// same name: a commune that changes a dialog changes its story too. Folders that are not there are left out.
std::vector<story_file> find_stories(const std::vector<std::filesystem::path>& folders);

/// Reads the files; what is unsound is told in `problems` and left out.
std::vector<story> read_stories(const std::vector<story_file>& files, const knowledge::library& known,
                                std::vector<knowledge::problem>& problems);

}  // namespace thanthien::dialogs
