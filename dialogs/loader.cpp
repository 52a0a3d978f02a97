#include "dialogs/loader.hpp"

#include "dialogs/file_reader.hpp"
#include "knowledge/yaml.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace thanthien::dialogs {
namespace {

using knowledge::problem;

/// FNV-1a: short, stable over platforms; only tells one version of a file from another.
std::string version_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  std::string out;
  for (int i = 0; i < 8; ++i) {
    out += "0123456789abcdef"[hash & 15U];
    hash >>= 4U;
  }
  return out;
}

struct content_file {
  std::filesystem::path path;
  std::string relative;
  std::size_t folder = 0;
};

}  // namespace

loaded read_dialogs(const std::vector<std::filesystem::path>& folders, std::vector<problem>& problems) {
  namespace fs = std::filesystem;
  loaded out;
  std::vector<content_file> files;
  std::map<std::string, std::size_t> last_folder;  // of each path below a folder
  for (std::size_t i = 0; i < folders.size(); ++i) {
    std::error_code failed;
    const auto below = folders[i] / "dialogs";
    const auto& root = fs::is_directory(below, failed) ? below : folders[i];
    if (!fs::is_directory(root, failed)) {
      // A folder that is laid over ours may have knowledge alone.
      if (i > 0 && root.filename() == "dialogs" && fs::is_directory(root.parent_path(), failed)) continue;
      problems.push_back({problem::level::error, folders[i].string(), 0, 0,
                          "Không tìm thấy thư mục hội thoại này", "Kiểm tra đường dẫn trong tệp cấu hình."});
      continue;
    }
    const auto first = files.size();
    for (fs::recursive_directory_iterator it{root, failed}, end; !failed && it != end; it.increment(failed)) {
      std::error_code ignored;
      // A commune keeps the stories beside its dialogs: they are no dialogs.
      if (it.depth() == 0 && it->path().filename() == "stories" && it->is_directory(ignored)) {
        it.disable_recursion_pending();
        continue;
      }
      if (it->path().extension() == ".yaml" && it->is_regular_file(ignored))
        files.push_back({it->path(), it->path().lexically_relative(root).generic_string(), i});
    }
    if (failed)
      problems.push_back({problem::level::error, root.string(), 0, 0,
                          "Không đọc được thư mục này: " + failed.message(), ""});
    // The order of a folder's files is the file system's; ours must not depend on it.
    std::sort(files.begin() + static_cast<long>(first), files.end(),
              [](const auto& a, const auto& b) { return a.relative < b.relative; });
    for (auto at = first; at < files.size(); ++at) last_folder[files[at].relative] = i;
  }

  out.any_file = !files.empty();
  if (files.empty() && problems.empty())
    problems.push_back({problem::level::error, folders.empty() ? "dialogs" : folders.front().string(), 0, 0,
                        "Thư mục này chưa có tệp hội thoại (.yaml) nào",
                        "Kiểm tra đường dẫn trong tệp cấu hình."});

  std::map<std::string, std::pair<std::size_t, mark>> dialog_from;
  for (const auto& file : files) {
    const auto name = "dialogs/" + file.relative;
    std::ifstream in{file.path, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (!in) {
      problems.push_back(
          {problem::level::error, name, 0, 0, "Không đọc được tệp này", "Kiểm tra quyền đọc của tệp."});
      continue;
    }
    const auto text = bytes.str();
    const auto root = knowledge::parse_yaml(text, name, problems);
    if (!root) continue;
    file_reader reader{name, problems};
    if (!root->is_map() || root->entries.empty()) {
      reader.fail(1, 1, "Tệp này đang trống", "Bắt đầu bằng \"dialog: tên-hội-thoại\".");
      continue;
    }
    if (root->find("dialog") != nullptr) {
      if (last_folder[file.relative] != file.folder) continue;
      auto d = read_dialog(name, *root, problems);
      d.version = version_of(text);
      if (d.name.empty()) continue;
      if (const auto found = dialog_from.find(d.name); found != dialog_from.end()) {
        const auto& [folder, at] = found->second;
        if (folder == file.folder) {
          reader.fail(d.at.line, d.at.column, "Đã có hội thoại tên \"" + d.name + "\" ở " + at.file,
                      "Đặt tên khác, hoặc gộp hai tệp làm một.");
          continue;
        }
      }
      dialog_from[d.name] = {file.folder, d.at};
      out.contents.dialogs[d.name] = std::move(d);
      continue;
    }
    read_lists(name, *root, out, problems);
  }
  // Of two openings for a topic the later folder's speaks.
  std::ranges::reverse(out.contents.openings);
  return out;
}

}  // namespace thanthien::dialogs
