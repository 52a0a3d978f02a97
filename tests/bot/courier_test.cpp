// Sending: what is certainly refused goes again, what may have arrived never does by itself. Against a real HTTP server
// that plays the platform, on a real store.
#include "bot/courier.hpp"

#include "adapters/messenger/messenger.hpp"
#include "bot/http/server.hpp"
#include "bot/live.hpp"
#include "bot/metrics.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace thanthien::bot {
namespace {

using namespace std::chrono_literals;

struct fixed_tokens final : credential_source {
  awaitable<std::optional<adapters::credentials>> credentials(dialogs::channel, std::string) override {
    co_return adapters::credentials{"TOKEN", ""};
  }
  awaitable<bool> renew(dialogs::channel, std::string, std::string) override { co_return false; }
};

class courier_promises : public testing::Test {
 protected:
  courier_promises()
      : platform(loop.get_executor(), options(), [this](http::request r) { return answer(std::move(r)); }) {
    platform.start();
  }

  static http::server_options options() {
    http::server_options o;
    o.listen = "127.0.0.1:0";
    return o;
  }

  /// The platform: writes down what it got and answers what the test has put in line, else 200.
  awaitable<http::response> answer(http::request r) {
    ledger.push_back(r.body);
    if (answers.empty()) co_return http::json(200, R"({"recipient_id":"u","message_id":"m_)" + std::to_string(ledger.size()) + "\"}");
    auto next = answers.front();
    answers.erase(answers.begin());
    co_return next;
  }

  void queue_reply(const std::string& person, const std::string& text, int parts = 1) {
    turn_record t;
    t.what.channel = dialogs::channel::messenger;
    t.what.account = "page";
    t.what.person = person;
    t.what.id = person + text;
    t.now = now;
    t.key = {dialogs::channel::messenger, "page", person};
    t.before = tests::run(loop, db->conversation(t.key));
    dialogs::reply reply;
    reply.text = text;
    outgoing out{reply, {}};
    for (int i = 0; i < parts; ++i)
      out.requests.push_back({"POST", "/page/messages", R"({"recipient":{"id":")" + person + R"("},"message":{"text":")" + text + std::to_string(i) + "\"}}"});
    t.replies.push_back(out);
    ASSERT_EQ(tests::run(loop, db->commit(t)).what, committed::yes);
  }

  /// Runs the courier until no reply is queued or on its way. The clock jumps to whatever is due next.
  void deliver_all() {
    courier_settings s;
    adapters::messenger_settings m;
    m.accounts = {"page"};
    s.platforms[dialogs::channel::messenger] = std::make_shared<adapters::messenger>(m);
    s.api[dialogs::channel::messenger] = "http://" + platform.address();
    s.timeout = 500ms;
    s.thread_lost = [this](std::int64_t) -> awaitable<void> { ++threads_lost; co_return; };
    courier post(loop.get_executor(), *db, tokens, client, s, [this] { return now; }, tell, count);
    bool done = false;
    boost::asio::co_spawn(loop, post.run(), [&](std::exception_ptr e) {
      EXPECT_FALSE(e);
      done = true;
    });
    const auto watch = [&]() -> awaitable<void> {
      for (;;) {
        const auto t = co_await db->totals(now);
        if (t.queued == 0 && t.sending == 0) break;
        if (t.sending == 0)
          if (const auto due = co_await db->next_due({}); due && *due > now) {
            now = *due + 61s;  // also past any pause of the account
            post.wake();
          }
      }
      post.stop();
    };
    tests::run(loop, watch());
    while (!done && loop.run_one_for(10s) != 0) {
    }
    ASSERT_TRUE(done);
  }

  std::vector<std::string> states(const std::string& person) {
    const auto c = tests::run(loop, db->conversation({dialogs::channel::messenger, "page", person}));
    std::vector<std::string> out;
    for (const auto& m : tests::run(loop, db->messages(c.id, 0, 100)))
      if (m.from != author::resident) out.push_back(m.state);
    return out;
  }

  boost::asio::io_context loop;
  tests::temporary_folder folder;
  std::unique_ptr<store> db = open_sqlite_store(folder / "courier.db");
  live tell{loop.get_executor()};
  metrics count;
  http::client client{loop.get_executor()};
  fixed_tokens tokens;
  timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  std::vector<std::string> ledger;
  std::vector<http::response> answers;
  int threads_lost = 0;
  http::server platform;
};

TEST_F(courier_promises, AReplyReachesThePlatformOnce) {
  queue_reply("a", "chào");
  deliver_all();
  EXPECT_EQ(ledger.size(), 1u);
  EXPECT_EQ(states("a"), std::vector<std::string>{"accepted"});
}

TEST_F(courier_promises, PartsOfAReplyGoInOrder) {
  queue_reply("a", "phan", 4);
  deliver_all();
  ASSERT_EQ(ledger.size(), 4u);
  for (int i = 0; i < 4; ++i) EXPECT_NE(ledger[i].find("phan" + std::to_string(i)), std::string::npos);
}

TEST_F(courier_promises, ACertainRefusalIsTriedAgainAndArrivesOnce) {
  answers = {http::json(400, R"({"error":{"code":613,"message":"rate"}})"), http::json(400, R"({"error":{"code":2,"message":"temporary"}})")};
  queue_reply("a", "chào");
  deliver_all();
  EXPECT_EQ(ledger.size(), 3u);
  EXPECT_EQ(states("a"), std::vector<std::string>{"accepted"});
}

TEST_F(courier_promises, ARefusalThatWillNotChangeIsShownAndNotRepeated) {
  answers = {http::json(400, R"({"error":{"code":10,"error_subcode":2018278,"message":"window"}})")};
  queue_reply("a", "chào");
  deliver_all();
  EXPECT_EQ(ledger.size(), 1u);
  EXPECT_EQ(states("a"), std::vector<std::string>{"failed"});
}

TEST_F(courier_promises, ABareServerErrorMayHaveArrivedAndIsNeverRepeated) {
  answers = {http::text(502, "bad gateway")};
  queue_reply("a", "chào");
  deliver_all();
  EXPECT_EQ(ledger.size(), 1u);
  EXPECT_EQ(states("a"), std::vector<std::string>{"uncertain"});
}

TEST_F(courier_promises, AnEndlesslyRefusedReplyEndsVisiblyFailed) {
  for (int i = 0; i < 10; ++i) answers.push_back(http::json(400, R"({"error":{"code":613,"message":"rate"}})"));
  queue_reply("a", "chào");
  deliver_all();
  EXPECT_EQ(ledger.size(), 4u);
  EXPECT_EQ(states("a"), std::vector<std::string>{"failed"});
}

TEST_F(courier_promises, AThreadThatBelongsToAnotherMakesTheBotSilent) {
  answers = {http::json(400, R"({"error":{"code":100,"error_subcode":2018300,"message":"thread"}})")};
  queue_reply("a", "chào");
  deliver_all();
  EXPECT_EQ(threads_lost, 1);
  EXPECT_EQ(states("a"), std::vector<std::string>{"failed"});
}

TEST_F(courier_promises, ManyPeopleAreServedSideBySide) {
  for (int i = 0; i < 100; ++i) queue_reply("p" + std::to_string(i), "chào");
  deliver_all();
  EXPECT_EQ(ledger.size(), 100u);
}

}  // namespace
}  // namespace thanthien::bot
