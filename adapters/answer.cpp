#include "adapters/answer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

namespace thanthien::adapters {

std::string_view find_header(const header_list& headers, std::string_view name) {
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  for (const auto& [key, value] : headers) {
    if (std::ranges::equal(key, name, same)) return value;
  }
  return {};
}

std::chrono::seconds retry_after(const header_list& headers) {
  const auto text = find_header(headers, "Retry-After");
  long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::chrono::seconds(0);
  return std::chrono::seconds(std::clamp(seconds, 0L, 24L * 3600));
}

verdict judge_status(int http_status, const header_list& headers, std::string_view platform_name) {
  const std::string name(platform_name);
  verdict out;
  out.code = "HTTP " + std::to_string(http_status);
  if (http_status == 429) {
    out.what = verdict::kind::retry;
    out.wait = std::max(retry_after(headers), std::chrono::seconds(1));
    out.why = name + " báo đang gửi quá nhanh, hệ thống sẽ tự gửi lại.";
  } else if (http_status == 401) {
    out.what = verdict::kind::stop_account;
    out.why = name + " không nhận khóa truy cập. Xin quản trị viên kiểm tra khóa.";
  } else if (http_status >= 300 && http_status < 500 && http_status != 408) {
    out.what = verdict::kind::failed;
    out.why = name + " từ chối tin này (HTTP " + std::to_string(http_status) + ").";
  } else {
    out.what = verdict::kind::uncertain;
    out.why = "Chưa rõ " + name + " đã chuyển tin này hay chưa. Xin xem lại trước khi gửi lần nữa.";
  }
  return out;
}

}  // namespace thanthien::adapters
