#pragma once

#include "knowledge/problem.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace thanthien::bot {

struct messenger_page {
  std::string page_id, unit, access_token;
};

struct messenger_config {
  std::string app_id;
  std::vector<std::string> app_secrets;  ///< first is used for proofs; more than one while a secret is rotated
  std::string verify_token;
  std::string api = "https://graph.facebook.com/v26.0";
  bool human_agent_tag = false;  ///< officers may answer after 24 hours (needs Meta's approval)
  std::vector<messenger_page> pages;
};

struct zalo_account {
  std::string oa_id, unit, refresh_token;
};

struct zalo_config {
  std::string app_id, app_secret;
  std::vector<std::string> oa_secret_keys;
  std::string api = "https://openapi.zalo.me";
  std::string oauth = "https://oauth.zaloapp.com";
  bool app_secret_proof = false;
  std::vector<zalo_account> accounts;
};

struct web_config {
  std::string unit;
};

/// One YAML file; a value may be `${ENVIRONMENT_VARIABLE}`; unknown keys are errors.
struct config {
  std::filesystem::path file;
  std::string store = "sqlite:thanthien.db";
  std::vector<std::filesystem::path> content;  ///< later ones lie over earlier ones; the shipped files come first
  std::string webhooks_listen = "127.0.0.1:8080";
  std::string console_listen = "127.0.0.1:8081";
  std::vector<std::string> trusted_proxies;
  std::optional<messenger_config> messenger;
  std::optional<zalo_config> zalo;
  web_config web;
  std::filesystem::path web_files;  ///< the built pages
  std::string ca_file;              ///< more trusted certificates for calls to the platforms
  std::chrono::minutes case_time{240};    ///< working time until an officer's answer is due
  std::chrono::minutes urgent_time{15};   ///< clock time for urgent cases
};

/// Reads and checks the file; every problem is appended in Vietnamese with line and column. Relative paths are taken
/// from the folder of the file. Nothing when one of the problems is an error.
std::optional<config> load_config(const std::filesystem::path& file, std::vector<knowledge::problem>& problems);

/// The same from text; `environment` looks variables up (nothing = not set).
std::optional<config> read_config(const std::string& text, const std::filesystem::path& file,
                                  std::vector<knowledge::problem>& problems);

/// Account (page or OA id, "" for the web chat) -> the unit it belongs to.
std::map<std::string, std::string> units_of_accounts(const config& c);

/// Without any file: an embedded database in `folder`, the shipped content, the web chat.
config demo_config(const std::filesystem::path& folder);

}  // namespace thanthien::bot
