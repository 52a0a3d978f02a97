#include "bot/config.hpp"

#include "knowledge/yaml.hpp"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

namespace thanthien::bot {

namespace {

using knowledge::problem;
using knowledge::yaml_node;

/// Walks one file and remembers every problem, so that the person who wrote it sees all of them at once.
class config_reader {
 public:
  config_reader(std::string file, std::vector<problem>& problems) : file_(std::move(file)), problems_(problems) {}

  using fields = std::map<std::string, std::function<void(const yaml_node&)>>;

  void read_map(const yaml_node& node, const std::string& where, const fields& known) {
    if (!node.is_map()) return complain(node, "\"" + where + "\" phải là các dòng \"tên: giá trị\"", "");
    for (const auto& entry : node.entries) {
      if (const auto it = known.find(entry.key); it != known.end()) {
        it->second(entry.value);
        continue;
      }
      std::vector<std::string> names;
      for (const auto& [name, reader] : known) names.push_back(name);
      const auto near = knowledge::nearest(entry.key, names);
      problems_.push_back({problem::level::error, file_, entry.line, entry.column,
                           "không có mục \"" + entry.key + "\" trong " + where,
                           near.empty() ? "xoá dòng này hoặc sửa tên cho đúng" : "có phải là \"" + near + "\"?"});
    }
  }

  std::function<void(const yaml_node&)> text(std::string& into) {
    return [this, &into](const yaml_node& node) {
      if (node.is_scalar()) into = expanded(node);
      else complain(node, "ở đây cần một giá trị chữ", "");
    };
  }

  std::function<void(const yaml_node&)> texts(std::vector<std::string>& into) {
    return [this, &into](const yaml_node& node) {
      into.clear();
      if (node.is_scalar()) into.push_back(expanded(node));
      else if (node.is_sequence())
        for (const auto& item : node.items) {
          std::string one;
          text(one)(item);
          into.push_back(one);
        }
      else complain(node, "ở đây cần một giá trị hoặc một danh sách", "");
    };
  }

  std::function<void(const yaml_node&)> flag(bool& into) {
    return [this, &into](const yaml_node& node) {
      if (node.is_scalar() && (node.scalar == "true" || node.scalar == "false")) into = node.scalar == "true";
      else complain(node, "ở đây chỉ nhận true hoặc false", "");
    };
  }

  std::function<void(const yaml_node&)> minutes(std::chrono::minutes& into) {
    return [this, &into](const yaml_node& node) {
      int value = 0;
      const auto& s = node.scalar;
      const auto [end, failed] = std::from_chars(s.data(), s.data() + s.size(), value);
      if (node.is_scalar() && failed == std::errc{} && end == s.data() + s.size() && value > 0 && value <= 60 * 24 * 60)
        into = std::chrono::minutes{value};
      else complain(node, "ở đây cần số phút, ví dụ 240", "");
    };
  }

  void complain(const yaml_node& at, std::string message, std::string hint) {
    problems_.push_back({problem::level::error, file_, at.line, at.column, std::move(message), std::move(hint)});
  }

  void require(const std::string& value, const yaml_node& at, const std::string& name) {
    if (value.empty()) complain(at, "thiếu \"" + name + "\"", "thêm dòng " + name + ": ... vào mục này");
  }

 private:
  std::string expanded(const yaml_node& node) {
    std::string out;
    const std::string& s = node.scalar;
    for (std::size_t at = 0; at < s.size();) {
      const auto open = s.find("${", at);
      if (open == std::string::npos) return out + s.substr(at);
      const auto close = s.find('}', open);
      if (close == std::string::npos) {
        complain(node, "thiếu dấu } sau ${", "");
        return out;
      }
      const auto name = s.substr(open + 2, close - open - 2);
      out += s.substr(at, open - at);
      if (const char* value = std::getenv(name.c_str()); value && *value)
        out += value;
      else
        complain(node, "biến môi trường " + name + " chưa được đặt", "đặt biến này trước khi chạy, hoặc bỏ mục này");
      at = close + 1;
    }
    return out;
  }

  std::string file_;
  std::vector<problem>& problems_;
};

void check_url(config_reader& in, const yaml_node& at, std::string& url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  if (!url.starts_with("https://") && !url.starts_with("http://"))
    in.complain(at, "địa chỉ phải bắt đầu bằng https://", "");
}

messenger_config read_messenger(config_reader& in, const yaml_node& node) {
  messenger_config m;
  in.read_map(node, "messenger",
              {{"app_id", in.text(m.app_id)},
               {"app_secret", in.texts(m.app_secrets)},
               {"verify_token", in.text(m.verify_token)},
               {"api", in.text(m.api)},
               {"human_agent_tag", in.flag(m.human_agent_tag)},
               {"pages", [&](const yaml_node& pages) {
                  if (!pages.is_sequence()) return in.complain(pages, "\"pages\" phải là một danh sách", "");
                  for (const auto& item : pages.items) {
                    messenger_page p;
                    in.read_map(item, "pages",
                                {{"page_id", in.text(p.page_id)},
                                 {"unit", in.text(p.unit)},
                                 {"access_token", in.text(p.access_token)}});
                    in.require(p.page_id, item, "page_id");
                    in.require(p.access_token, item, "access_token");
                    m.pages.push_back(std::move(p));
                  }
                }}});
  in.require(m.app_id, node, "app_id");
  in.require(m.verify_token, node, "verify_token");
  // An empty secret would accept any signature of an attacker who guesses that it is empty.
  if (m.app_secrets.empty() || m.app_secrets.front().empty()) in.require("", node, "app_secret");
  check_url(in, node, m.api);
  return m;
}

zalo_config read_zalo(config_reader& in, const yaml_node& node) {
  zalo_config z;
  in.read_map(node, "zalo",
              {{"app_id", in.text(z.app_id)},
               {"app_secret", in.text(z.app_secret)},
               {"oa_secret_key", in.texts(z.oa_secret_keys)},
               {"api", in.text(z.api)},
               {"oauth", in.text(z.oauth)},
               {"app_secret_proof", in.flag(z.app_secret_proof)},
               {"accounts", [&](const yaml_node& accounts) {
                  if (!accounts.is_sequence()) return in.complain(accounts, "\"accounts\" phải là một danh sách", "");
                  for (const auto& item : accounts.items) {
                    zalo_account a;
                    in.read_map(item, "accounts",
                                {{"oa_id", in.text(a.oa_id)},
                                 {"unit", in.text(a.unit)},
                                 {"refresh_token", in.text(a.refresh_token)}});
                    in.require(a.oa_id, item, "oa_id");
                    z.accounts.push_back(std::move(a));
                  }
                }}});
  in.require(z.app_id, node, "app_id");
  in.require(z.app_secret, node, "app_secret");
  if (z.oa_secret_keys.empty() || z.oa_secret_keys.front().empty()) in.require("", node, "oa_secret_key");
  for (const auto& key : z.oa_secret_keys)
    if (!key.empty() && key == z.app_secret)
      in.complain(node, "app_secret và oa_secret_key giống hệt nhau",
                  "oa_secret_key nằm ở trang Webhook của ứng dụng, khác với app_secret");
  check_url(in, node, z.api);
  check_url(in, node, z.oauth);
  return z;
}

}  // namespace

std::optional<config> read_config(const std::string& text, const std::filesystem::path& file,
                                  std::vector<problem>& problems) {
  const auto root = knowledge::parse_yaml(text, file.filename().string(), problems);
  if (!root) return std::nullopt;
  const auto folder = file.parent_path();
  const auto from_folder = [&](const std::string& path) {
    return std::filesystem::path(path).is_absolute() ? std::filesystem::path(path) : folder / path;
  };
  config c;
  c.file = file;
  c.web_files = THANTHIEN_WEB_DIR;
  config_reader in(file.filename().string(), problems);
  std::vector<std::string> content;
  std::string web_files;
  const auto listener = [&](std::string& address) {
    return [&](const yaml_node& node) {
      in.read_map(node, "listen", {{"listen", in.text(address)}, {"trusted_proxies", in.texts(c.trusted_proxies)}});
    };
  };
  if (!root->is_null())
    in.read_map(*root, "tệp cấu hình",
                {{"store", in.text(c.store)},
                 {"content", in.texts(content)},
                 {"webhooks", listener(c.webhooks_listen)},
                 {"console", listener(c.console_listen)},
                 {"messenger", [&](const yaml_node& n) { c.messenger = read_messenger(in, n); }},
                 {"zalo", [&](const yaml_node& n) { c.zalo = read_zalo(in, n); }},
                 {"web", [&](const yaml_node& n) { in.read_map(n, "web", {{"unit", in.text(c.web.unit)}, {"files", in.text(web_files)}}); }},
                 {"tls", [&](const yaml_node& n) { in.read_map(n, "tls", {{"ca_file", in.text(c.ca_file)}}); }},
                 {"cases", [&](const yaml_node& n) {
                    in.read_map(n, "cases", {{"minutes", in.minutes(c.case_time)}, {"urgent_minutes", in.minutes(c.urgent_time)}});
                  }}});
  if (!web_files.empty()) c.web_files = from_folder(web_files);
  if (!c.ca_file.empty()) c.ca_file = from_folder(c.ca_file).string();
  for (const auto& path : content) {
    const auto full = from_folder(path);
    if (std::error_code ignored; !std::filesystem::is_directory(full, ignored))
      in.complain(*root->find("content"), "không tìm thấy thư mục " + full.string(), "sửa mục content cho đúng đường dẫn");
    c.content.push_back(full);
  }
  if (constexpr std::string_view sqlite = "sqlite:"; c.store.starts_with(sqlite)) {
    c.store = std::string(sqlite) + from_folder(c.store.substr(sqlite.size())).string();
  } else {
    const auto* at = root->find("store");
    in.complain(at ? *at : *root, "store phải bắt đầu bằng sqlite:", "ví dụ store: sqlite:thanthien.db");
  }
  if (knowledge::has_errors(problems)) return std::nullopt;
  return c;
}

std::optional<config> load_config(const std::filesystem::path& file, std::vector<problem>& problems) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    problems.push_back({problem::level::error, file.string(), 0, 0, "không đọc được tệp cấu hình",
                        "kiểm tra đường dẫn sau --config và quyền đọc tệp"});
    return std::nullopt;
  }
  std::ostringstream text;
  text << in.rdbuf();
  return read_config(text.str(), std::filesystem::absolute(file), problems);
}

config demo_config(const std::filesystem::path& folder) {
  config c;
  c.store = "sqlite:" + (folder / "thanthien-demo.db").string();
  c.web_files = THANTHIEN_WEB_DIR;
  c.web.unit = "tran-bien";
  return c;
}

std::map<std::string, std::string> units_of_accounts(const config& c) {
  std::map<std::string, std::string> out{{"", c.web.unit}};
  if (c.messenger)
    for (const auto& page : c.messenger->pages) out[page.page_id] = page.unit;
  if (c.zalo)
    for (const auto& account : c.zalo->accounts) out[account.oa_id] = account.unit;
  return out;
}

}  // namespace thanthien::bot
