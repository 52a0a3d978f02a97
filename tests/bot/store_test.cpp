// What every store promises. The suite is parameterised by the store, so that the next one runs the same tests.
#include "bot/store/store.hpp"

#include "bot/store/sqlite/database.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

using tests::run;
using namespace std::chrono_literals;

const timestamp morning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 1h};
const conversation_key grandmother{dialogs::channel::messenger, "page-1", "psid-1"};

class store_promises : public testing::TestWithParam<const char*> {
 protected:
  store_promises() { reopen(); }

  void reopen() {
    db.reset();
    db = open_sqlite_store(folder / "test.db");
  }

  static dialogs::event message_event(const std::string& id, const std::string& text) {
    dialogs::event e;
    e.channel = grandmother.channel;
    e.account = grandmother.account;
    e.person = grandmother.person;
    e.id = id;
    e.at = morning;
    e.text = text;
    e.raw = "{\"raw\":\"" + id + "\"}";
    return e;
  }

  turn_record turn(const std::string& id, const stored_conversation& before, const std::string& answer) {
    turn_record t;
    t.what = message_event(id, "con mới sanh làm giấy gì");
    t.now = morning;
    t.key = grandmother;
    t.before = before;
    t.after = before.state;
    t.after.topic = "khai-sinh";
    dialogs::reply reply;
    reply.text = answer;
    t.replies.push_back({reply, {{"POST", "/page-1/messages", "{\"message\":{\"text\":\"" + answer + "\"}}"}}});
    return t;
  }

  std::vector<claimed> claim(timestamp now = morning) { return run(db->claim(now, 100, {})); }

  void accept(const claimed& c) {
    settlement s;
    s.id = c.id;
    s.platform_id = "m_" + std::to_string(c.id);
    run(db->settle(s, morning));
  }

  tests::temporary_folder folder;
  std::unique_ptr<store> db;
};

TEST_P(store_promises, AnUnknownPersonHasNoConversationYet) {
  EXPECT_EQ(run(db->conversation(grandmother)).id, 0);
}

TEST_P(store_promises, ATurnKeepsStateMessageAndReplyTogether) {
  const auto done = run(db->commit(turn("m1", {}, "Dạ, mừng gia đình mình")));
  ASSERT_EQ(done.what, committed::yes);
  reopen();  // what was reported is on the disk
  const auto kept = run(db->conversation(grandmother));
  EXPECT_EQ(kept.id, done.now.id);
  EXPECT_EQ(kept.version, 1u);
  EXPECT_EQ(kept.state.topic, "khai-sinh");
  const auto lines = run(db->messages(kept.id, 0, 10));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].from, author::resident);
  EXPECT_EQ(lines[0].text, "con mới sanh làm giấy gì");
  EXPECT_EQ(lines[1].from, author::bot);
  EXPECT_EQ(lines[1].state, "queued");
}

TEST_P(store_promises, WhatWasNotUnderstoodIsCountedHoweverItWasTyped) {
  int n = 0;
  stored_conversation now;
  for (const auto* text : {"xin giấy gì đó", "Xin giay gi do", "xin giấy gì đó?", "mượn hội trường"}) {
    auto t = turn("m" + std::to_string(++n), now, "dạ");
    t.unanswered = text;
    now = run(db->commit(t)).now;
  }
  const auto groups = run(db->unanswered(10));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].count, 3);
  EXPECT_EQ(groups[1].text, "mượn hội trường");
  EXPECT_EQ(run(db->unanswered(1)).size(), 1u);
}

TEST_P(store_promises, ItIsKnownWhichFormsAreUnderWay) {
  auto one = turn("m1", {}, "một");
  one.after.stack = {{"phan-anh", "o-dau", "1"}, {"hoi-noi", "hoi", "1"}};
  run(db->commit(one));
  auto two = turn("m2", {}, "hai");
  two.key.person = two.what.person = "psid-2";
  two.after.stack = {{"phan-anh", "hinh", "1"}};
  run(db->commit(two));
  using counts = std::map<std::string, std::int64_t>;
  EXPECT_EQ(run(db->forms_under_way(morning - 1h)), (counts{{"phan-anh", 2}, {"hoi-noi", 1}}));
  EXPECT_EQ(run(db->forms_under_way(morning + 24h)), counts{});
}

TEST_P(store_promises, TheSameEventTwiceHasOneEffect) {
  const auto first = run(db->commit(turn("m1", {}, "một")));
  const auto again = run(db->commit(turn("m1", first.now, "hai")));
  EXPECT_EQ(again.what, committed::duplicate);
  const auto kept = run(db->conversation(grandmother));
  EXPECT_EQ(kept.version, 1u);
  EXPECT_EQ(run(db->messages(kept.id, 0, 10)).size(), 2u);
}

TEST_P(store_promises, ARedeliveryThatTheConversationHasOutrunIsADuplicateNotAConflict) {
  const auto first = run(db->commit(turn("m1", {}, "một")));
  run(db->commit(turn("m2", first.now, "hai")));
  EXPECT_EQ(run(db->commit(turn("m1", first.now, "một"))).what, committed::duplicate);
}

TEST_P(store_promises, ATurnWalkedOnAnOldStateDoesNotCommit) {
  const auto first = run(db->commit(turn("m1", {}, "một")));
  run(db->commit(turn("m2", first.now, "hai")));
  const auto lost = run(db->commit(turn("m3", first.now, "ba")));
  EXPECT_EQ(lost.what, committed::conflict);
  const auto kept = run(db->conversation(grandmother));
  EXPECT_EQ(run(db->messages(kept.id, 0, 10)).size(), 4u) << "nothing of the lost turn may remain";
  // And its key is free: walked again on the newer state it commits.
  EXPECT_EQ(run(db->commit(turn("m3", kept, "ba"))).what, committed::yes);
}

TEST_P(store_promises, TwoFirstMessagesMakeOneConversation) {
  ASSERT_EQ(run(db->commit(turn("m1", {}, "một"))).what, committed::yes);
  EXPECT_EQ(run(db->commit(turn("m2", {}, "hai"))).what, committed::conflict);
}

TEST_P(store_promises, ManyTurnsThatWaitTogetherAllSucceedOrFailAlone) {
  boost::asio::io_context loop;
  int yes = 0, duplicate = 0;
  for (int i = 0; i < 200; ++i) {
    auto t = turn("m" + std::to_string(i % 100), {}, "dạ");
    t.key.person = t.what.person = "psid-" + std::to_string(i % 100);
    boost::asio::co_spawn(loop, db->commit(t), [&](std::exception_ptr e, commit_result r) {
      ASSERT_FALSE(e);
      yes += r.what == committed::yes;
      duplicate += r.what == committed::duplicate || r.what == committed::conflict;
    });
  }
  loop.run();
  EXPECT_EQ(yes, 100);
  EXPECT_EQ(duplicate, 100);
}

TEST_P(store_promises, AReplyIsClaimedOnceAndInOrderOfItsPerson) {
  auto t = turn("m1", {}, "phần một");
  t.replies.push_back(t.replies.front());
  t.replies[1].what.text = "phần hai";
  run(db->commit(t));
  const auto first = claim();
  ASSERT_EQ(first.size(), 1u) << "the second part waits for the first";
  EXPECT_TRUE(claim().empty()) << "nobody else may take it";
  accept(first[0]);
  const auto second = claim();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_GT(second[0].id, first[0].id);
}

TEST_P(store_promises, WhatWasBeingSentWhenTheProgramDiedIsUncertainAndNotSentAgain) {
  const auto done = run(db->commit(turn("m1", {}, "dạ")));
  ASSERT_EQ(claim().size(), 1u);
  reopen();
  EXPECT_EQ(run(db->recover_sending(morning)), 1);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(run(db->messages(done.now.id, 0, 10)).back().state, "uncertain");
}

TEST_P(store_promises, AnEchoSettlesWhatWasUncertain) {
  const auto done = run(db->commit(turn("m1", {}, "dạ")));
  claim();
  run(db->recover_sending(morning));
  auto echo = message_event("echo-1", "dạ");
  echo.kind = dialogs::event_kind::own_echo;
  echo.refers_to = "m_from_platform";
  EXPECT_EQ(run(db->record(echo, morning)).what, committed::yes);
  EXPECT_EQ(run(db->messages(done.now.id, 0, 10)).back().state, "accepted");
  EXPECT_EQ(run(db->record(echo, morning)).what, committed::duplicate);
}

TEST_P(store_promises, AReceiptTellsThatItArrived) {
  const auto done = run(db->commit(turn("m1", {}, "dạ")));
  const auto c = claim();
  accept(c[0]);
  auto receipt = message_event("receipt-1", "");
  receipt.kind = dialogs::event_kind::delivered;
  receipt.refers_to = "m_" + std::to_string(c[0].id);
  run(db->record(receipt, morning));
  EXPECT_EQ(run(db->messages(done.now.id, 0, 10)).back().state, "delivered");
}

TEST_P(store_promises, ARefusedReplyWaitsForItsTime) {
  run(db->commit(turn("m1", {}, "dạ")));
  const auto c = claim();
  settlement later;
  later.id = c[0].id;
  later.state = delivery_state::queued;
  later.next_try = morning + 10s;
  run(db->settle(later, morning));
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(run(db->next_due({})), morning + 10s);
  EXPECT_EQ(run(db->next_due({"page-1"})), std::nullopt) << "a paused account has nothing due";
  const auto again = claim(morning + 10s);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].tries, 1);
}

class store_cases : public store_promises {
 protected:
  stored_conversation with_case(const std::string& code) {
    auto t = turn("m1", {}, "dạ, em chuyển cán bộ");
    t.handed_over = new_case{code, "asked_for_person", "tran-bien", "khai-sinh", "Hỏi khai sinh", false, morning + 4h};
    t.after.case_code = code;
    auto done = run(db->commit(t));
    EXPECT_EQ(done.what, committed::yes);
    done.now.state = t.after;
    return done.now;
  }

  turn_record officer_turn(const stored_conversation& before, case_change::kind what, std::int64_t officer, const std::string& id) {
    turn_record t;
    t.what = message_event(id, "");
    t.what.kind = dialogs::event_kind::officer_took;
    t.now = morning;
    t.key = grandmother;
    t.before = before;
    t.after = before.state;
    t.keep_incoming = false;
    t.change = case_change{what, "DN-AAAAAA", officer, "Đã hướng dẫn"};
    t.silence_bot = what == case_change::kind::take;
    return t;
  }
};

TEST_P(store_cases, AHandOverMakesExactlyOneCase) {
  with_case("DN-AAAAAA");
  const auto waiting = run(db->cases("waiting", 0, {}, 10));
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].code, "DN-AAAAAA");
  EXPECT_EQ(waiting[0].preview, "con mới sanh làm giấy gì");
  EXPECT_EQ(waiting[0].due_at, morning + 4h);
}

TEST_P(store_cases, OfTwoOfficersOneWins) {
  const auto before = with_case("DN-AAAAAA");
  officer lan_account, minh_account;
  lan_account.name = "Lan";
  lan_account.login = "lan";
  minh_account.login = "minh";
  const auto lan = run(db->add_officer(lan_account, morning));
  const auto minh = run(db->add_officer(minh_account, morning));
  auto first = run(db->commit(officer_turn(before, case_change::kind::take, lan, "take-1")));
  ASSERT_EQ(first.what, committed::yes);
  first.now.state = before.state;
  EXPECT_EQ(run(db->commit(officer_turn(first.now, case_change::kind::take, minh, "take-2"))).what, committed::refused);
  EXPECT_EQ(run(db->find_case("DN-AAAAAA"))->officer_name, "Lan");
}

TEST_P(store_cases, OnlyTheOfficerWhoHoldsACaseClosesIt) {
  const auto before = with_case("DN-AAAAAA");
  auto taken = run(db->commit(officer_turn(before, case_change::kind::take, 7, "take")));
  taken.now.state = before.state;
  EXPECT_EQ(run(db->commit(officer_turn(taken.now, case_change::kind::close, 8, "close-8"))).what, committed::refused);
  EXPECT_EQ(run(db->commit(officer_turn(taken.now, case_change::kind::close, 7, "close-7"))).what, committed::yes);
  EXPECT_EQ(run(db->find_case("DN-AAAAAA"))->state, case_state::closed);
}

TEST_P(store_cases, TakingACaseSilencesWhatTheBotHadQueued) {
  const auto before = with_case("DN-AAAAAA");
  ASSERT_EQ(run(db->commit(officer_turn(before, case_change::kind::take, 7, "take"))).what, committed::yes);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(run(db->messages(before.id, 0, 10)).back().state, "cancelled");
}

TEST_P(store_cases, AnUrgentCaseTakesThePlaceOfTheOneThatWaits) {
  const auto before = with_case("DN-AAAAAA");
  auto t = turn("m2", before, "gọi 114 ngay");
  t.handed_over = new_case{"DN-BBBBBB", "emergency", "tran-bien", "khan-cap-chay", "Cháy", true, morning + 15min};
  ASSERT_EQ(run(db->commit(t)).what, committed::yes);
  const auto waiting = run(db->cases("waiting", 0, {}, 10));
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].code, "DN-BBBBBB");
  EXPECT_EQ(run(db->find_case("DN-AAAAAA"))->result, "Gộp vào phiếu DN-BBBBBB");
}

TEST_P(store_cases, ASecondCaseBesideTheOneAnOfficerHoldsUndoesItsWholeTurn) {
  const auto before = with_case("DN-AAAAAA");
  auto held = run(db->commit(officer_turn(before, case_change::kind::take, 7, "take")));
  held.now.state = before.state;
  auto t = turn("m2", held.now, "dạ");
  t.handed_over = new_case{"DN-BBBBBB", "x", "", "", "", false, morning};
  EXPECT_THROW(run(db->commit(t)), std::exception);
  EXPECT_EQ(run(db->conversation(grandmother)).version, held.now.version);
  EXPECT_FALSE(run(db->find_case("DN-BBBBBB")));
}

TEST_P(store_cases, AnOfficerOfAnotherUnitDoesNotSeeTheCase) {
  with_case("DN-AAAAAA");
  EXPECT_TRUE(run(db->cases("waiting", 1, {"long-khanh"}, 10)).empty());
  EXPECT_EQ(run(db->cases("waiting", 1, {"tran-bien"}, 10)).size(), 1u);
}

TEST_P(store_cases, ANoteSentTwiceIsOneNote) {
  with_case("DN-AAAAAA");
  const auto first = run(db->add_note("DN-AAAAAA", 1, "client-1", "Gọi lại sau 14h", morning));
  const auto again = run(db->add_note("DN-AAAAAA", 1, "client-1", "Gọi lại sau 14h", morning));
  EXPECT_EQ(first.id, again.id);
  EXPECT_EQ(run(db->notes("DN-AAAAAA")).size(), 1u);
}

TEST_P(store_cases, ErasingLeavesNoTextBehind) {
  const auto before = with_case("DN-AAAAAA");
  auto erase = message_event("erase", "");
  erase.kind = dialogs::event_kind::erase_request;
  run(db->record(erase, morning));
  for (const auto& m : run(db->messages(before.id, 0, 10))) EXPECT_EQ(m.text, "");
  EXPECT_EQ(run(db->find_case("DN-AAAAAA"))->summary, "");
  EXPECT_TRUE(claim().empty()) << "nothing is sent to a person who has gone";
}

TEST_P(store_promises, ADeletedMessageIsBlankAndAnEditedOneIsNew) {
  auto t = turn("m1", {}, "dạ");
  t.what.refers_to = "mid.1";
  const auto done = run(db->commit(t));
  auto edit = message_event("edit-1", "con tôi mới sinh");
  edit.kind = dialogs::event_kind::edited;
  edit.refers_to = "mid.1";
  run(db->record(edit, morning));
  EXPECT_EQ(run(db->messages(done.now.id, 0, 10))[0].text, "con tôi mới sinh");
  auto gone = message_event("delete-1", "");
  gone.kind = dialogs::event_kind::deleted;
  gone.refers_to = "mid.1";
  run(db->record(gone, morning));
  const auto line = run(db->messages(done.now.id, 0, 10))[0];
  EXPECT_TRUE(line.deleted);
  EXPECT_EQ(line.text, "");
}

TEST_P(store_promises, TextOfAnyBytesAndQuotesIsKeptAsItCame) {
  auto t = turn("m1", {}, "dạ");
  t.what.text = "'; DROP TABLE message; -- <script>alert(1)</script>\n\"👵🏽\"";
  const auto done = run(db->commit(t));
  EXPECT_EQ(run(db->messages(done.now.id, 0, 10))[0].text, t.what.text);
}

INSTANTIATE_TEST_SUITE_P(sqlite, store_promises, testing::Values("sqlite"));
dialogs::dossier dossier_of(const std::string& code, dialogs::dossier_state state = dialogs::dossier_state::processing) {
  return {code, "Đăng ký kết hôn", "tran-bien", state, "2026-11-20", "2026-11-27", "2026-11-23", "ghi chú"};
}

TEST_P(store_promises, DossiersAreFoundByTheKeyOfTheirCode) {
  EXPECT_FALSE(run(db->find_records({}, {})).dossiers_as_of) << "no table was ever imported";
  const auto d = dossier_of("H19.12.34-241123-0012");
  EXPECT_EQ(run(db->import_dossiers({d}, false, morning)), (import_counts{.fresh = 1}));
  reopen();
  const auto found = run(db->find_records({"H1912342411230012", "NOTHING"}, {}));
  ASSERT_EQ(found.dossiers.size(), 1u);
  EXPECT_EQ(found.dossiers[0], d);
  EXPECT_EQ(found.dossiers_as_of, morning);
}

TEST_P(store_promises, AnImportCountsWhatItDid) {
  using dialogs::dossier_state;
  run(db->import_dossiers({dossier_of("A-1111"), dossier_of("B-2222"), dossier_of("C-3333")}, false, morning));
  // The same code written in another way is the same dossier.
  EXPECT_EQ(run(db->import_dossiers({dossier_of("A-1111"), dossier_of("b2222", dossier_state::ready), dossier_of("D-4444")},
                                    false, morning + 1h)),
            (import_counts{.fresh = 1, .changed = 1, .unchanged = 1}));
  EXPECT_EQ(run(db->find_records({"B2222"}, {})).dossiers.at(0).state, dossier_state::ready);
  EXPECT_EQ(run(db->find_records({"C3333"}, {})).dossiers.size(), 1u) << "a partial table removes nothing";
  EXPECT_EQ(run(db->import_dossiers({dossier_of("A-1111")}, true, morning + 2h)), (import_counts{.unchanged = 1, .gone = 3}));
  EXPECT_TRUE(run(db->find_records({"C3333"}, {})).dossiers.empty());
  EXPECT_EQ(run(db->find_records({"A1111"}, {})).dossiers.size(), 1u);
}

TEST_P(store_promises, AFileOfAnEarlierReleaseIsBroughtUpWithAllItHolds) {
  run(db->commit(turn("m1", {}, "một")));
  db.reset();
  {
    // What the second release added, taken away again.
    sqlite::database old(folder / "test.db", sqlite::database::mode::write);
    old.execute("DROP TABLE dossier");
    old.execute("PRAGMA user_version=1");
  }
  reopen();
  EXPECT_NE(run(db->conversation(grandmother)).id, 0);
  EXPECT_EQ(run(db->import_dossiers({dossier_of("A-1111")}, false, morning)).fresh, 1u);
}

TEST_P(store_promises, ARequestIsFoundWithStateAndHourAlone) {
  auto t = turn("m1", {}, "chuyển cán bộ");
  t.handed_over = new_case{"DN-ABC234", "complaint", "tran-bien", "khai-sinh", "chuyện riêng", false, morning + 4h};
  run(db->commit(t));
  const auto found = run(db->find_records({}, {"DN-ABC234", "DN-NOBODY"}));
  ASSERT_EQ(found.requests.size(), 1u);
  EXPECT_EQ(found.requests[0], (dialogs::request_status{"DN-ABC234", dialogs::request_state::waiting, morning + 4h}));
}

INSTANTIATE_TEST_SUITE_P(sqlite, store_cases, testing::Values("sqlite"));

}  // namespace
}  // namespace thanthien::bot
