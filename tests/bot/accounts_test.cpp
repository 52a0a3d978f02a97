#include "bot/desk/accounts.hpp"

#include "bot/secrets.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>

namespace thanthien::bot::desk {
namespace {

using namespace std::chrono_literals;
using tests::run;

class signing_in : public testing::Test {
 protected:
  signed_in first_admin() {
    const auto code = run(people.prepare_setup());
    auto done = run(people.set_up(code, "Nguyễn Thị Lan", "lan", "bốn từ dễ nhớ nhé", "127.0.0.1"));
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    return *done;
  }

  tests::temporary_folder folder;
  std::unique_ptr<store> db = open_sqlite_store(folder / "accounts.db");
  timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  accounts people{*db, [this] { return now; }};
};

TEST_F(signing_in, TheFirstAccountNeedsTheCodeOfTheServerAndTheCodeWorksOnce) {
  const auto code = run(people.prepare_setup());
  EXPECT_EQ(run(people.set_up("SAI-SAI", "Lan", "lan", "bốn từ dễ nhớ nhé", "x")).error().code, "bad_code");
  EXPECT_TRUE(run(people.set_up(code, "Lan", "lan", "bốn từ dễ nhớ nhé", "x")));
  EXPECT_EQ(run(people.set_up(code, "Tèo", "teo", "bốn từ dễ nhớ nhé", "x")).error().code, "bad_code");
  EXPECT_EQ(run(people.prepare_setup()), "") << "there is an account now";
}

TEST_F(signing_in, ACodeReadFromPaperMayBeTypedInAnyCase) {
  auto code = run(people.prepare_setup());
  std::ranges::transform(code, code.begin(), [](unsigned char c) { return c == '-' ? ' ' : static_cast<char>(std::tolower(c)); });
  EXPECT_TRUE(run(people.set_up(code, "Lan", "lan", "bốn từ dễ nhớ nhé", "x")));
}

TEST_F(signing_in, AWeakPasswordIsRefusedWithAReason) {
  const auto code = run(people.prepare_setup());
  for (const auto* weak : {"ngắn", "matkhau12345", "123456789012"})
    EXPECT_EQ(run(people.set_up(code, "Lan", "lan", weak, "x")).error().code, "weak_password") << weak;
}

TEST_F(signing_in, TheRightPasswordOpensASessionAndTheWrongOneTellsNothing) {
  first_admin();
  EXPECT_TRUE(run(people.sign_in("LAN", "bốn từ dễ nhớ nhé", "x")));
  const auto wrong = run(people.sign_in("lan", "sai rồi nhé bạn ơi", "x"));
  const auto unknown = run(people.sign_in("khong-co", "sai rồi nhé bạn ơi", "y"));
  EXPECT_EQ(wrong.error().message, unknown.error().message);
}

TEST_F(signing_in, GuessingIsSlowedDownButNotLockedOutForGood) {
  first_admin();
  for (int i = 0; i < 5; ++i) run(people.sign_in("lan", "sai", "attacker"));
  EXPECT_EQ(run(people.sign_in("lan", "bốn từ dễ nhớ nhé", "attacker")).error().status, 429);
  now += 20min;
  EXPECT_TRUE(run(people.sign_in("lan", "bốn từ dễ nhớ nhé", "attacker")));
}

TEST_F(signing_in, ASessionEndsWhenItIsNotUsedAndAfterTwelveHours) {
  const auto session = first_admin();
  now += 29min;
  EXPECT_TRUE(run(people.who(session.token)));
  now += 31min;
  EXPECT_FALSE(run(people.who(session.token)));
  auto again = run(people.sign_in("lan", "bốn từ dễ nhớ nhé", "x"));
  for (int i = 0; i < 24; ++i) {
    now += 29min;
    EXPECT_TRUE(run(people.who(again->token)));
  }
  now += 29min;
  EXPECT_FALSE(run(people.who(again->token)));
}

TEST_F(signing_in, AnOpenPageThatOnlyWatchesDoesNotKeepTheSessionAlive) {
  const auto session = first_admin();
  now += 20min;
  EXPECT_TRUE(run(people.who(session.token, false)));
  now += 11min;
  EXPECT_FALSE(run(people.who(session.token, false)));
}

TEST_F(signing_in, AnOfficerSetsHisPasswordWithHisCodeAndADisabledOneIsOutAtOnce) {
  first_admin();
  const auto added = run(people.add("Trần Văn Minh", "minh", "officer", {"tran-bien"}));
  ASSERT_TRUE(added);
  EXPECT_FALSE(run(people.sign_in("minh", "", "x")));
  const auto inside = run(people.set_up(added->second, "", "", "mật khẩu của Minh 9", "x"));
  ASSERT_TRUE(inside) << inside.error().message;
  EXPECT_EQ(inside->who.units, std::vector<std::string>{"tran-bien"});
  run(people.disable(inside->who.id));
  EXPECT_FALSE(run(people.who(inside->token)));
  EXPECT_FALSE(run(people.sign_in("minh", "mật khẩu của Minh 9", "z")));
}

TEST_F(signing_in, OnlyTheHashOfATokenIsStored) {
  const auto session = first_admin();
  db.reset();
  for (const auto* name : {"accounts.db", "accounts.db-wal"}) {
    std::ifstream in(folder / name, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(bytes.find(session.token), std::string::npos) << name;
    EXPECT_EQ(bytes.find("bốn từ dễ nhớ nhé"), std::string::npos) << name;
  }
}

TEST(sealing, WhatIsSealedOpensWithTheSameKeyOnly) {
  tests::temporary_folder folder;
  const sealer ours(folder / "a.key"), other(folder / "b.key");
  const auto box = ours.seal("refresh-token");
  EXPECT_EQ(box.find("refresh-token"), std::string::npos);
  EXPECT_EQ(sealer(folder / "a.key").open(box), "refresh-token");
  EXPECT_EQ(other.open(box), std::nullopt);
  EXPECT_EQ(ours.open("damaged"), std::nullopt);
}

TEST(sealing, AKeyThatOthersCanReadIsRefused) {
  tests::temporary_folder folder;
  sealer(folder / "a.key");
  std::filesystem::permissions(folder / "a.key", std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  EXPECT_THROW(sealer(folder / "a.key"), std::exception);
}

}  // namespace
}  // namespace thanthien::bot::desk
