#include "bot/content.hpp"

#include "dialogs/model.hpp"

#include <algorithm>

namespace thanthien::bot {

namespace fs = std::filesystem;

content_folders content_folders::shipped_and(const std::vector<fs::path>& overlays) {
  const fs::path source = THANTHIEN_SOURCE_DIR;
  content_folders out{{source / "knowledge/content"}, {source / "dialogs/content"}, {source / "dialogs/stories"}};
  for (const auto& overlay : overlays) {
    out.knowledge.push_back(overlay / "knowledge");
    out.dialogs.push_back(overlay / "dialogs");
    out.stories.push_back(overlay / "dialogs/stories");
  }
  return out;
}

std::shared_ptr<const content> load_content(const content_folders& from, std::vector<knowledge::problem>& problems) {
  auto known = knowledge::library::load(from.knowledge, problems);
  if (!known) {
    dialogs::book::check_alone(from.dialogs, problems);  // whoever mends files wants to hear all of it at once
    return nullptr;
  }
  auto dialogs = dialogs::book::load(from.dialogs, *known, problems);
  if (!dialogs) return nullptr;
  return std::make_shared<const content>(content{std::move(known), std::move(dialogs)});
}

namespace {

/// Changes whenever a file comes, goes or is written; reads no file.
std::map<std::string, std::string> fingerprint(const content_folders& folders) {
  std::map<std::string, std::string> out;
  for (const auto* roots : {&folders.knowledge, &folders.dialogs})
    for (const auto& root : *roots) {
      std::error_code failed;
      for (fs::recursive_directory_iterator it(root, failed), end; !failed && it != end; it.increment(failed)) {
        if (std::error_code ignored; !it->is_regular_file(ignored)) continue;
        std::error_code ignored;
        const auto time = it->last_write_time(ignored).time_since_epoch().count();
        const auto size = it->file_size(ignored);
        out[it->path().string()] = std::to_string(size) + ' ' + std::to_string(time);
      }
    }
  return out;
}

/// Keys that only one side has, or that say another thing.
std::vector<std::string> differing(const std::map<std::string, std::string>& before,
                                   const std::map<std::string, std::string>& after) {
  std::vector<std::string> out;
  for (const auto& [key, value] : before)
    if (const auto found = after.find(key); found == after.end() || found->second != value) out.push_back(key);
  for (const auto& [key, value] : after)
    if (!before.contains(key)) out.push_back(key);
  std::ranges::sort(out);
  return out;
}

std::map<std::string, std::string> versions(const dialogs::book& book) {
  std::map<std::string, std::string> out;
  for (const auto& [name, dialog] : book.inside().dialogs) out[name] = dialog.version;
  return out;
}

}  // namespace

content_keeper::content_keeper(content_folders from, std::shared_ptr<const content> first, listener reloaded,
                               std::chrono::milliseconds look_every)
    : from_(std::move(from)), reloaded_(std::move(reloaded)), look_every_(look_every), current_(std::move(first)),
      seen_(fingerprint(from_)), thread_([this] { watch(); }) {}

content_keeper::~content_keeper() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  thread_.join();
}

std::shared_ptr<const content> content_keeper::current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

std::vector<knowledge::problem> content_keeper::problems() const {
  std::lock_guard lock(mutex_);
  return problems_;
}

void content_keeper::watch() {
  std::map<std::string, std::string> pending;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stop_signal_.wait_for(lock, look_every_, [this] { return stopping_; })) return;
    }
    auto now = fingerprint(from_);
    if (now == seen_) {
      pending.clear();
      continue;
    }
    // A file that is still being written is left until two looks in a row agree.
    if (now != pending) {
      pending = std::move(now);
      continue;
    }
    content_change change{differing(seen_, now), {}};
    seen_ = std::move(now);
    pending.clear();
    std::vector<knowledge::problem> problems;
    auto fresh = load_content(from_, problems);
    const bool good = fresh != nullptr;
    {
      std::lock_guard lock(mutex_);
      if (good) {
        change.dialogs = differing(versions(*current_->dialogs), versions(*fresh->dialogs));
        current_ = std::move(fresh);
      }
      problems_ = problems;
    }
    if (reloaded_) reloaded_(good, problems, change);
  }
}

}  // namespace thanthien::bot
