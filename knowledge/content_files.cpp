#include "knowledge/content_files.hpp"

namespace thanthien::knowledge {

namespace fs = std::filesystem;

std::map<std::string, fs::path> content_files(const std::vector<fs::path>& folders,
                                              std::vector<problem>& problems) {
  auto whole = [&](std::string file, std::string message, std::string hint,
                   problem::level severity = problem::level::error) {
    problems.push_back({severity, std::move(file), 0, 0, std::move(message), std::move(hint)});
  };
  std::map<std::string, fs::path> files;
  for (const auto& folder : folders) {
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) {
      // A folder that is laid over ours may have dialogs alone.
      if (folder != folders.front() && fs::is_directory(folder.parent_path() / "dialogs", failed)) continue;
      whole(folder.string(), "không có thư mục này",
            "Kiểm tra đường dẫn trong mục content của tệp cấu hình.");
      continue;
    }
    auto options = fs::directory_options::skip_permission_denied;
    for (auto it = fs::recursive_directory_iterator(folder, options, failed);
         !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
      const auto& path = it->path();
      if (path.filename().string().starts_with('.')) {
        if (it->is_directory(failed)) it.disable_recursion_pending();
        continue;
      }
      if (!it->is_regular_file(failed)) continue;
      auto name = path.lexically_relative(folder).generic_string();
      if (path.extension() == ".yml") {
        whole(name, "tệp này không được đọc vì đuôi tên là .yml", "Đổi tên tệp thành đuôi .yaml.",
              problem::level::advice);
      } else if (path.extension() == ".yaml") {
        files[name] = path;
      }
    }
    if (failed) whole(folder.string(), "không đọc được thư mục này", "Kiểm tra quyền đọc của thư mục.");
  }
  return files;
}

}  // namespace thanthien::knowledge
