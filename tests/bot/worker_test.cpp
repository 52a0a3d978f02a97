#include "bot/store/sqlite/worker.hpp"

#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <gtest/gtest.h>

namespace thanthien::bot::sqlite {
namespace {

TEST(group_commit, JobsThatWaitTogetherShareOneCommitAndAFailureUndoesOnlyItself) {
  tests::temporary_folder folder;
  worker writer(folder / "w.db", database::mode::write);
  boost::asio::io_context loop;
  int done = 0, failed = 0;
  const auto counted = [&](std::exception_ptr e) { e ? ++failed : ++done; };

  // The first job holds the thread until all others stand in line.
  std::promise<void> all_wait;
  boost::asio::co_spawn(loop, writer.run(std::function<void(database&)>([&](database& db) {
                          all_wait.get_future().wait();
                          db.run("CREATE TABLE t(n INTEGER UNIQUE)");
                        })),
                        counted);
  for (int n = 0; n < 100; ++n)
    boost::asio::co_spawn(loop, writer.run(std::function<void(database&)>(
                                    [n](database& db) { db.run("INSERT INTO t VALUES(?)", n % 90); })),
                          counted);
  while (loop.poll_one() != 0) {
  }
  all_wait.set_value();
  loop.run();

  EXPECT_EQ(done, 91);
  EXPECT_EQ(failed, 10) << "the ten that came twice";
  EXPECT_LE(writer.commits(), 2u) << "one for the first job, and one for the hundred that waited behind it";
}

}  // namespace
}  // namespace thanthien::bot::sqlite
