#pragma once

#include "dialogs/book.hpp"
#include "knowledge/library.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <condition_variable>
#include <vector>

namespace thanthien::bot {

/// What is said and how: one immutable pair that a turn holds while it runs, so that a reload never changes a turn under way.
struct content {
  std::shared_ptr<const knowledge::library> known;
  std::shared_ptr<const dialogs::book> dialogs;
};

/// The shipped files, and the deployment's folders laid over them: in each, `knowledge/` and `dialogs/`, and the stories that
/// must come true in `dialogs/stories/`.
struct content_folders {
  std::vector<std::filesystem::path> knowledge, dialogs, stories;

  static content_folders shipped_and(const std::vector<std::filesystem::path>& overlays);
};

/// Nothing when a problem is an error; `problems` holds all of them.
std::shared_ptr<const content> load_content(const content_folders& from, std::vector<knowledge::problem>& problems);

/// What a reload brought: for the log, so that an admin sees what his edit did.
struct content_change {
  std::vector<std::string> files;    ///< that came, went or were written
  std::vector<std::string> dialogs;  ///< that came, went or read differently now
};

/// The content in service. A thread looks for changed files; a sound set takes the place of the old one at once, an unsound
/// one never does. Turns take `current()`.
class content_keeper {
 public:
  /// `reloaded` is called on the watching thread with the problems found; `good` says whether the new files are in service.
  using listener =
      std::function<void(bool good, const std::vector<knowledge::problem>& problems, const content_change& change)>;

  content_keeper(content_folders from, std::shared_ptr<const content> first, listener reloaded,
                 std::chrono::milliseconds look_every = std::chrono::seconds{1});
  ~content_keeper();

  std::shared_ptr<const content> current() const;
  /// Problems of the files as they are on the disk now; errors mean that an older set is in service.
  std::vector<knowledge::problem> problems() const;

 private:
  void watch();

  content_folders from_;
  listener reloaded_;
  std::chrono::milliseconds look_every_;
  mutable std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::shared_ptr<const content> current_;
  std::vector<knowledge::problem> problems_;
  std::map<std::string, std::string> seen_;  ///< size and time of each file
  std::thread thread_;
};

}  // namespace thanthien::bot
