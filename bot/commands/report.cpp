#include "bot/clock.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/config.hpp"
#include "bot/desk/views.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace thanthien::bot::commands {

namespace {

struct options {
  std::string config;
  content_option content;
  int limit = 50;
};

}  // namespace

void add_report(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("report", "Báo cáo / reports");
  command->require_subcommand(1);
  command->add_option("--config", o->config, "Tệp cấu hình (bỏ trống: bản dùng thử) / configuration file");
  auto* unanswered = command->add_subcommand("unanswered", "Những câu trợ lý chưa hiểu, đã che dữ liệu cá nhân / questions not understood, masked");
  unanswered->add_option("--limit", o->limit, "Số dòng nhiều nhất / rows")->check(CLI::Range(1, 10'000));
  o->content.add_to(*unanswered);
  unanswered->callback([o] {
    // Beside each the topic it came nearest to: the phrases file that it may belong to.
    o->content.put_below(config_from(o->config).content);
    const auto said = o->content.load();
    with_store(o->config, [&](store& where) -> awaitable<void> {
      for (const auto& group : co_await where.unanswered(o->limit)) {
        const auto found = said->known->finder().find(group.text, "");
        std::cout << group.count << '\t' << desk::iso(group.last) << '\t' << (found.candidates.empty() ? "-" : found.topic()) << '\t'
                  << group.text << '\n';
      }
    });
  });
  command->add_subcommand("totals", "Số liệu hiện tại / numbers now")->callback([o] {
    with_store(o->config, [&](store& where) -> awaitable<void> {
      const auto t = co_await where.totals(system_now());
      std::cout << "events\t" << t.events << "\nconversations\t" << t.conversations << "\ncases_waiting\t" << t.cases_waiting
                << "\ncases_held\t" << t.cases_held << "\ncases_late\t" << t.cases_late << "\nqueued\t" << t.queued << "\nsending\t"
                << t.sending << "\nuncertain\t" << t.uncertain << "\nfailed\t" << t.failed << "\nquarantined\t" << t.quarantined << '\n';
    });
  });
}

}  // namespace thanthien::bot::commands
