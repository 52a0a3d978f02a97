// The turn on the real content and a real store: what residents and officers are promised, whatever the order of things.
#include "bot/turn.hpp"

#include "bot/live.hpp"
#include "bot/metrics.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/shipped_content.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <algorithm>
#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

using namespace std::chrono_literals;
using dialogs::event_kind;

class turn_promises : public testing::Test {
 protected:
  turn_promises() : first(make_turns()) {}

  /// Another program on the same store has its own memory of states, as a second node would.
  std::unique_ptr<turns> make_turns() {
    turn_settings s;
    s.unit_of = [](const conversation_key&) { return std::string("tran-bien"); };
    s.new_case_code = [this] { return "DN-" + std::to_string(100000 + ++codes); };
    auto render = [](const dialogs::reply& r, const conversation_key&) {
      return std::vector<adapters::request>{{"POST", "/x/messages", r.text}};
    };
    return std::make_unique<turns>(*db, tests::shipped_content, render, s, [this] { return now; }, tell, count, [this] { ++woken; });
  }

  dialogs::event event(event_kind kind, const std::string& id, const std::string& text = {}) {
    dialogs::event e;
    e.channel = key.channel;
    e.account = key.account;
    e.person = key.person;
    e.id = id;
    e.kind = kind;
    e.at = now;
    e.text = text;
    return e;
  }

  turn_result take(turns& by, dialogs::event e, std::optional<case_change> change = std::nullopt) {
    return tests::run(loop, by.take(std::move(e), std::move(change)));
  }
  turn_result say(const std::string& id, const std::string& text) { return take(*first, event(event_kind::message, id, text)); }

  /// A resident who has asked something and now wants a person; the code of his case.
  std::string handed_over() {
    say("ask", "lam giay khai sinh can gi");
    say("person", "cho gặp cán bộ");
    const auto waiting = tests::run(loop, db->cases("waiting", 0, {}, 10));
    return waiting.empty() ? "no case" : waiting[0].code;
  }

  std::vector<message> lines() {
    const auto c = tests::run(loop, db->conversation(key));
    return tests::run(loop, db->messages(c.id, 0, 1000));
  }

  boost::asio::io_context loop;
  tests::temporary_folder folder;
  std::unique_ptr<store> db = open_sqlite_store(folder / "turn.db");
  live tell{loop.get_executor()};
  metrics count;
  timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 2h};
  conversation_key key{dialogs::channel::messenger, "page", "grandmother"};
  int codes = 0, woken = 0;
  std::unique_ptr<turns> first;
};

TEST_F(turn_promises, AQuestionIsAnsweredAndTheCourierWoken) {
  say("m1", "lam giay khai sinh can gi");
  const auto all = lines();
  ASSERT_GE(all.size(), 2u);
  EXPECT_NE(all.back().text.find("khai sinh"), std::string::npos);
  EXPECT_EQ(woken, 1);
}

TEST_F(turn_promises, FiftyRedeliveriesAtOnceHaveOneEffect) {
  int yes = 0, duplicates = 0;
  for (int i = 0; i < 50; ++i)
    boost::asio::co_spawn(loop, first->take(event(event_kind::message, "m1", "lam giay khai sinh can gi")),
                          [&](std::exception_ptr e, turn_result r) {
                            EXPECT_FALSE(e);
                            yes += r.what == committed::yes;
                            duplicates += r.what == committed::duplicate;
                          });
  loop.run();
  EXPECT_EQ(yes, 1);
  EXPECT_EQ(duplicates, 49);
  EXPECT_EQ(std::ranges::count_if(lines(), [](const message& m) { return m.from == author::resident; }), 1);
}

TEST_F(turn_promises, MessagesOfOnePersonAreWalkedInTheOrderOfTheirComing) {
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(loop, first->take(event(event_kind::message, "m" + std::to_string(i), "tin số " + std::to_string(i))),
                          [](std::exception_ptr e, turn_result) { EXPECT_FALSE(e); });
  loop.run();
  int next = 0;
  for (const auto& m : lines())
    if (m.from == author::resident) {
      EXPECT_EQ(m.text, "tin số " + std::to_string(next++));
    }
  EXPECT_EQ(next, 20);
}

TEST_F(turn_promises, ATurnThatLostTheRaceIsWalkedAgainOnTheNewerState) {
  const auto second = make_turns();
  say("m1", "lam giay khai sinh can gi");
  take(*second, event(event_kind::message, "m2", "mat can cuoc lam lai sao"));  // `first` does not know of it
  EXPECT_EQ(say("m3", "con le phi").what, committed::yes);
  // Walked again on what is true: the fee is that of the lost card, not of the birth.
  const auto c = tests::run(loop, db->conversation(key));
  EXPECT_EQ(c.version, 3u);
  EXPECT_EQ(c.state.topic, "cap-lai-can-cuoc");
}

TEST_F(turn_promises, WhileAnOfficerHoldsTheCaseTheBotIsSilent) {
  const auto code = handed_over();
  auto took = event(event_kind::officer_took, "take-1");
  took.by = "Lan";
  ASSERT_EQ(take(*first, took, case_change{case_change::kind::take, code, 7, ""}).what, committed::yes);
  const auto before = lines().size();
  say("m2", "lam giay khai sinh can gi");
  const auto after = lines();
  ASSERT_EQ(after.size(), before + 1) << "the question is kept, nobody but the officer answers";
  EXPECT_EQ(after.back().from, author::resident);

  auto answer = event(event_kind::officer_message, "a1", "Chào cô, cô cần giấy chứng sinh ạ.");
  answer.by = "Lan";
  take(*first, answer);
  EXPECT_EQ(lines().back().from, author::officer);
  EXPECT_EQ(lines().back().by, "Lan");

  auto back = event(event_kind::officer_returned, "r1");
  back.by = "Lan";
  ASSERT_EQ(take(*first, back, case_change{case_change::kind::hand_back, code, 7, ""}).what, committed::yes);
  say("m3", "lam giay khai sinh can gi");
  EXPECT_EQ(lines().back().from, author::bot);
}

TEST_F(turn_promises, TheTakeOverHoldsOnEveryNodeAtOnce) {
  const auto second = make_turns();
  const auto code = handed_over();
  auto took = event(event_kind::officer_took, "take-1");
  took.by = "Lan";
  take(*second, took, case_change{case_change::kind::take, code, 7, ""});  // `first` still remembers the bot as holder
  const auto before = lines().size();
  say("m2", "lam giay khai sinh can gi");
  EXPECT_EQ(lines().size(), before + 1) << "the lock is in the store, not in a program's memory";
}

TEST_F(turn_promises, TheSecondOfficerIsRefusedAndTheResidentHearsNothingOfIt) {
  const auto code = handed_over();
  take(*first, event(event_kind::officer_took, "take-1"), case_change{case_change::kind::take, code, 7, ""});
  const auto before = lines().size();
  EXPECT_EQ(take(*first, event(event_kind::officer_took, "take-2"), case_change{case_change::kind::take, code, 8, ""}).what,
            committed::refused);
  EXPECT_EQ(lines().size(), before);
}

TEST_F(turn_promises, AnEmergencyIsAnUrgentCaseDueInAQuarterOfAnHour) {
  say("m1", "cứu với nhà tôi đang cháy");
  const auto waiting = tests::run(loop, db->cases("waiting", 0, {}, 10));
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_TRUE(waiting[0].urgent);
  EXPECT_EQ(waiting[0].due_at, now + 15min);
  EXPECT_NE(lines().back().text.find("114"), std::string::npos);
}

TEST_F(turn_promises, DangerWhileACaseWaitsIsUrgentAtOnce) {
  handed_over();
  say("m2", "nhà tôi đang cháy cứu với");
  const auto waiting = tests::run(loop, db->cases("waiting", 0, {}, 10));
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_TRUE(waiting[0].urgent);
}

TEST_F(turn_promises, AWatcherOfTheConversationIsTold) {
  say("m1", "xin chào");
  const auto id = tests::run(loop, db->conversation(key)).id;
  const auto watch = tell.watch_conversation(id);
  EXPECT_FALSE(watch->changed());
  say("m2", "lam giay khai sinh can gi");
  EXPECT_TRUE(watch->changed());
}

TEST_F(turn_promises, ACodeInAMessageIsLookedUpInTheTable) {
  say("m1", "h19.12.34-241123-0012");
  EXPECT_NE(lines().back().text.find("chưa có danh sách hồ sơ"), std::string::npos) << lines().back().text;
  say("m2", "không");
  tests::run(loop, db->import_dossiers({{"H19.12.34-241123-0012", "Đăng ký kết hôn", "", dialogs::dossier_state::ready,
                                         "2026-11-20", "2026-11-27", "", ""}}, false, now));
  say("m3", "h19.12.34-241123-0012");
  EXPECT_NE(lines().back().text.find("đã có kết quả"), std::string::npos) << lines().back().text;
}

TEST_F(turn_promises, AnybodyMayAskHowFarARequestIs) {
  const auto code = handed_over();
  key.person = "neighbour";
  say("n1", "mã " + code + " tới đâu rồi");
  const auto told = lines().back().text;
  EXPECT_NE(told.find("chờ cán bộ"), std::string::npos) << told;
  EXPECT_EQ(told.find("khai sinh"), std::string::npos) << "the matter is nobody else's business: " << told;
}

TEST_F(turn_promises, AStoreThatCannotBeOpenedIsNamed) {
  try {
    open_sqlite_store("/nonexistent-folder/x.db");
    FAIL() << "it must not open";
  } catch (const std::exception& e) {
    EXPECT_NE(std::string(e.what()).find("/nonexistent-folder/x.db"), std::string::npos);
  }
}

}  // namespace
}  // namespace thanthien::bot
