#include "bot/config.hpp"

#include <cstdlib>
#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

std::string problems_of(const std::string& text) {
  std::vector<knowledge::problem> problems;
  const auto read = read_config(text, "/etc/thanthien/thanthien.yaml", problems);
  EXPECT_EQ(read.has_value(), !knowledge::has_errors(problems));
  return knowledge::to_string(problems);
}

TEST(config_file, AnEmptyOneIsTheDefault) {
  std::vector<knowledge::problem> problems;
  const auto c = read_config("", "/etc/thanthien/thanthien.yaml", problems);
  ASSERT_TRUE(c) << knowledge::to_string(problems);
  EXPECT_EQ(c->store, "sqlite:/etc/thanthien/thanthien.db");
  EXPECT_EQ(c->webhooks_listen, "127.0.0.1:8080");
}

TEST(config_file, ASecretComesFromTheEnvironment) {
  setenv("TEST_APP_SECRET", "bi-mat", 1);
  std::vector<knowledge::problem> problems;
  const auto c = read_config(
      "messenger:\n  app_id: \"1\"\n  app_secret: ${TEST_APP_SECRET}\n  verify_token: v\n"
      "  pages:\n    - {page_id: \"9\", unit: tran-bien, access_token: t}\n",
      "/x/y.yaml", problems);
  ASSERT_TRUE(c) << knowledge::to_string(problems);
  EXPECT_EQ(c->messenger->app_secrets.front(), "bi-mat");
  EXPECT_EQ(c->messenger->api, "https://graph.facebook.com/v26.0");
}

TEST(config_file, AMissingVariableIsNamedWithItsPlace) {
  unsetenv("TEST_MISSING");
  const auto said = problems_of("messenger:\n  app_id: \"1\"\n  app_secret: ${TEST_MISSING}\n  verify_token: v\n");
  EXPECT_NE(said.find("thanthien.yaml:3:15"), std::string::npos) << said;
  EXPECT_NE(said.find("TEST_MISSING"), std::string::npos);
}

TEST(config_file, AnUnknownKeyIsAnErrorWithTheNearestName) {
  const auto said = problems_of("webhook: {listen: 127.0.0.1:1}\n");
  EXPECT_NE(said.find("webhook"), std::string::npos);
  EXPECT_NE(said.find("có phải là \"webhooks\"?"), std::string::npos) << said;
}

TEST(config_file, AllProblemsAreToldAtOnce) {
  const auto said = problems_of("stor: x\nmessenger:\n  app_id: \"1\"\nzalo: {app_id: \"2\"}\n");
  for (const auto* part : {"stor", "verify_token", "app_secret", "oa_secret_key"})
    EXPECT_NE(said.find(part), std::string::npos) << part << " in:\n" << said;
}

TEST(config_file, TheTwoSecretsOfZaloMustNotBeTheSame) {
  const auto said = problems_of("zalo: {app_id: \"2\", app_secret: s, oa_secret_key: s, accounts: []}\n");
  EXPECT_NE(said.find("giống hệt nhau"), std::string::npos) << said;
}

TEST(config_file, AnEmptySecretIsRefused) {
  const auto said = problems_of("messenger: {app_id: \"1\", app_secret: \"\", verify_token: v}\n");
  EXPECT_NE(said.find("app_secret"), std::string::npos) << said;
}

TEST(config_file, AStoreOfAnUnknownKindIsRefused) {
  EXPECT_NE(problems_of("store: mysql://x\n").find("sqlite:"), std::string::npos);
}

}  // namespace
}  // namespace thanthien::bot
