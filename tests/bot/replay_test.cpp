// Conversations said again: what came then, what comes now, what would come with changed files.
#include "bot/replay.hpp"

#include "bot/live.hpp"
#include "bot/metrics.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"
#include "bot/turn.hpp"
#include "tests/support/run.hpp"
#include "tests/support/shipped_content.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

using namespace std::chrono_literals;
using dialogs::event_kind;

class replays : public testing::Test {
 protected:
  replays() {
    turn_settings s;
    s.unit_of = [](const conversation_key&) { return std::string("tran-bien"); };
    s.new_case_code = [this] { return "DN-" + std::to_string(++codes); };
    auto render = [](const dialogs::reply&, const conversation_key&) { return std::vector<adapters::request>{}; };
    talking = std::make_unique<turns>(*db, tests::shipped_content, render, s, [this] { return now; }, tell, count, [] {});
  }

  void happens(event_kind kind, const std::string& text = {}, const std::string& by = {}) {
    now += 1min;
    dialogs::event e;
    e.channel = key.channel;
    e.account = key.account;
    e.person = key.person;
    e.id = "e" + std::to_string(++events);
    e.kind = kind;
    e.at = now;
    e.text = text;
    e.by = by;
    tests::run(loop, talking->take(e));
  }
  void says(const std::string& text) { happens(event_kind::message, text); }

  /// A report with an officer in it, and a question after it.
  void talk() {
    happens(event_kind::opened);
    says("tôi muốn gửi phản ánh đường hư");
    says("hẻm 12 có ổ gà sâu, gọi tôi 0912345678");
    says("khu phố 3, gần trường mầm non");
    says("Không có hình");
    happens(event_kind::officer_took, "", "Lê Thị Mai");
    happens(event_kind::officer_message, "Cảm ơn anh, tổ sửa đường đã nhận.", "Lê Thị Mai");
    happens(event_kind::officer_returned, "", "Lê Thị Mai");
    says("mấy giờ phường làm việc");
  }

  std::vector<past_conversation> past() { return tests::run(loop, db->past_conversations(10)); }

  replay_conversation held() {
    auto out = replay_of(past().at(0), "tran-bien");
    EXPECT_TRUE(out);
    return out.value_or(replay_conversation{});
  }

  /// The shipped content with one dialog file laid over it.
  std::shared_ptr<const content> with(const std::string& file, const std::string& text) {
    std::filesystem::create_directories(folder / "xa/dialogs");
    std::ofstream(folder / "xa/dialogs" / file, std::ios::binary) << text;
    std::vector<knowledge::problem> problems;
    auto made = load_content(content_folders::shipped_and({folder / "xa"}), problems);
    EXPECT_TRUE(made) << knowledge::to_string(problems);
    return made;
  }

  boost::asio::io_context loop;
  tests::temporary_folder folder;
  std::unique_ptr<store> db = open_sqlite_store(folder / "replay.db");
  live tell{loop.get_executor()};
  metrics count;
  timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 2h};
  conversation_key key{dialogs::channel::zalo, "oa", "grandmother"};
  int codes = 0, events = 0;
  std::unique_ptr<turns> talking;
};

TEST_F(replays, AStoredConversationComesBackInOrderWithWhatWasAnswered) {
  talk();
  const auto all = past();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].whole);
  ASSERT_EQ(all[0].turns.size(), 9u);
  EXPECT_EQ(all[0].turns[0].what.kind, event_kind::opened);
  EXPECT_EQ(all[0].turns[2].what.text, "hẻm 12 có ổ gà sâu, gọi tôi 0912345678");
  EXPECT_EQ(all[0].turns[4].case_code, "DN-5");  // a new code is drawn for every turn
  EXPECT_EQ(all[0].turns[4].case_reason, "feedback");
  EXPECT_EQ(all[0].turns[6].what.text, "Cảm ơn anh, tổ sửa đường đã nhận.");
  EXPECT_EQ(all[0].turns[8].topic, "gio-lam-viec");
  ASSERT_FALSE(all[0].turns[8].replies.empty());
}

TEST_F(replays, OnTheSameFilesEveryAnswerIsTheSameAsThen) {
  talk();
  for (const auto& d : replay(held(), *tests::shipped_content(), nullptr)) ADD_FAILURE() << d.turn << "\n" << told(d);
}

TEST_F(replays, OnChangedFilesTheChangedAnswersAreToldAndNoOthers) {
  talk();
  const auto changed = with("gio-lam-viec.yaml",
                            "dialog: gio-lam-viec\n"
                            "on: [gio-lam-viec]\n"
                            "steps:\n"
                            "  gio:\n"
                            "    say: Dạ, phường làm việc cả thứ bảy ạ.\n"
                            "    next: end\n");
  ASSERT_TRUE(changed);
  const auto differences = replay(held(), *tests::shipped_content(), changed.get());
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].turn, 8u);
  EXPECT_TRUE(told(differences[0]).contains("    + Dạ, phường làm việc cả thứ bảy ạ.\n")) << told(differences[0]);
  EXPECT_FALSE(told(differences[0]).contains("+ (act")) << told(differences[0]);
}

TEST_F(replays, WhatIsToldIsMasked) {
  const changed_answer c{0, {"answer", "khai-sinh", "", "Số của bà con: 0912345678", "", ""}, {"clarify", "", "", "Dạ?", "", ""}};
  EXPECT_FALSE(told(c).contains("0912345678"));
  EXPECT_TRUE(told(c).starts_with("    - (act: answer, topic: khai-sinh)\n    - Số của bà con: "));
}

TEST_F(replays, ErasedWordsAreNotSaidAgain) {
  talk();
  happens(event_kind::erase_request);
  ASSERT_EQ(past().size(), 1u);
  EXPECT_FALSE(past()[0].whole);
  EXPECT_FALSE(replay_of(past()[0], ""));
}

TEST_F(replays, NothingIsWrittenAndNothingIsSent) {
  talk();
  const auto before = tests::run(loop, db->totals(now));
  replay(held(), *tests::shipped_content(), nullptr);
  const auto after = tests::run(loop, db->totals(now));
  EXPECT_EQ(before.events, after.events);
  EXPECT_EQ(before.queued, after.queued);
  EXPECT_EQ(before.cases_waiting, after.cases_waiting);
}

}  // namespace
}  // namespace thanthien::bot
