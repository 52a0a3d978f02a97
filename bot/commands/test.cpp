#include "bot/commands/chat.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"
#include "bot/commands/replay.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/config.hpp"
#include "dialogs/story.hpp"
#include "dialogs/story_coverage.hpp"
#include "dialogs/story_play.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace thanthien::bot::commands {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

struct options {
  content_option content;
  std::string config;
  std::vector<fs::path> paths;
  bool as_json = false;
  bool coverage = false;
  std::optional<double> at_least;
  fs::path record;
  std::string unit, dossiers;
  std::vector<std::string> replay;  ///< nothing, or a file of chat lines
  std::vector<fs::path> against;
  int limit = replay_options{}.limit;
};

/// Files as they were named; of a folder all its stories, of a content folder those in dialogs/stories.
std::vector<dialogs::story_file> stories_of(const options& o) {
  if (o.paths.empty()) return dialogs::find_stories(o.content.folders().stories);
  std::vector<dialogs::story_file> out;
  for (const auto& path : o.paths) {
    if (!fs::is_directory(path)) {
      out.push_back({path, path.generic_string()});
      continue;
    }
    const auto below = path / "dialogs/stories";
    for (auto& file : dialogs::find_stories({fs::is_directory(below) ? below : path}))
      out.push_back({file.path, file.path.generic_string()});
  }
  return out;
}

struct report {
  std::vector<dialogs::story> stories;
  std::vector<dialogs::played> how;
  std::vector<knowledge::problem> problems;
  std::optional<dialogs::coverage> coverage;
  double milliseconds = 0;  ///< for reading and playing all stories, without loading the content

  std::size_t wrong() const {
    return static_cast<std::size_t>(std::ranges::count_if(how, [](const auto& h) { return !h.came_true(); }));
  }
  std::size_t turns() const {
    std::size_t n = 0;
    for (const auto& h : how) n += h.turns.size();
    return n;
  }
};

report play_all(const options& o, const content& said) {
  report r;
  if (o.coverage || o.at_least) r.coverage.emplace(*said.dialogs);
  const auto began = std::chrono::steady_clock::now();
  r.stories = dialogs::read_stories(stories_of(o), *said.known, r.problems);
  for (const auto& s : r.stories)
    r.how.push_back(dialogs::play(s, *said.dialogs, *said.known, r.coverage ? &*r.coverage : nullptr));
  r.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  return r;
}

json coverage_json(const dialogs::coverage::file& f) {
  auto missing = json::array();
  for (const auto& line : f.missing)
    missing.push_back({{"file", line.at.file}, {"line", line.at.line}, {"column", line.at.column}, {"what", line.what}});
  return {{"lines", f.lines}, {"walked", f.walked}, {"percent", f.percent()}, {"missing", std::move(missing)}};
}

void print_json(const report& r) {
  json out{{"stories", r.stories.size()}, {"turns", r.turns()}, {"wrong", r.wrong()}, {"milliseconds", r.milliseconds},
           {"problems", problems_json(r.problems)}, {"differences", json::array()}};
  for (std::size_t i = 0; i < r.how.size(); ++i)
    for (const auto& turn : r.how[i].turns)
      for (const auto& d : turn.differences)
        out["differences"].push_back({{"file", d.at.file}, {"line", d.at.line}, {"column", d.at.column},
                                      {"story", r.stories[i].name}, {"turn", turn.number + 1},
                                      {"did", dialogs::doing_of(r.stories[i].turns[turn.number])}, {"key", d.key},
                                      {"expected", d.expected}, {"came", d.came}, {"message", dialogs::to_string(d)},
                                      {"reply", dialogs::text_of(turn.result)}});
  if (r.coverage) {
    out["coverage"] = coverage_json(r.coverage->total());
    out["coverage"].erase("missing");
    for (const auto& f : r.coverage->files()) out["coverage"]["files"][f.name] = coverage_json(f);
  }
  std::cout << out.dump(1, ' ', false, json::error_handler_t::replace) << '\n';
}

void print_coverage(const dialogs::coverage& count) {
  std::cout << "\nĐộ phủ: bước, nhánh và nút mà các câu chuyện đã đi qua\n";
  for (const auto& f : count.files()) {
    std::cout << fmt::format("{:5.1f} %  {:>7}  {}\n", f.percent(), fmt::format("{}/{}", f.walked, f.lines), f.name);
    for (const auto& line : f.missing)
      std::cout << fmt::format("                    {}:{}:{}: chưa đi qua {}\n", f.name, line.at.line, line.at.column, line.what);
  }
  const auto total = count.total();
  std::cout << fmt::format("{:5.1f} %  {:>7}  tất cả\n", total.percent(), fmt::format("{}/{}", total.walked, total.lines));
}

void print_text(const report& r) {
  std::cout << knowledge::to_string(r.problems);
  for (std::size_t i = 0; i < r.how.size(); ++i)
    if (const auto text = dialogs::told_differences(r.stories[i], r.how[i]); !text.empty()) std::cout << text << '\n';
  if (r.coverage) print_coverage(*r.coverage);
  std::cout << fmt::format("{} câu chuyện, {} lượt: {} đúng, {} sai", r.stories.size(), r.turns(), r.stories.size() - r.wrong(),
                           r.wrong());
  if (!r.problems.empty()) std::cout << fmt::format("; {} chỗ viết chưa đúng", r.problems.size());
  std::cout << fmt::format("; {:.0f} ms\n", r.milliseconds);
}

void run(const options& o) {
  const auto said = o.content.load();
  const auto r = play_all(o, *said);
  o.as_json ? print_json(r) : print_text(r);
  if (r.stories.empty() && r.problems.empty()) {
    std::cerr << "Không tìm thấy câu chuyện nào.\n";
    throw CLI::RuntimeError(2);
  }
  bool good = r.wrong() == 0 && !knowledge::has_errors(r.problems);
  if (o.at_least && r.coverage->total().percent() < *o.at_least) {
    std::cerr << fmt::format("Độ phủ {:.1f} % chưa đạt {:.1f} %.\n", r.coverage->total().percent(), *o.at_least);
    good = false;
  }
  if (!good) throw CLI::RuntimeError(1);
}

}  // namespace

void add_test(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("test", "Diễn lại các câu chuyện mẫu / play the stories and compare");
  command
      ->add_option("paths", o->paths, "Tệp hay thư mục câu chuyện (bỏ trống: dialogs/stories) / story files or folders")
      ->check(CLI::ExistingPath);
  command->add_flag("--json", o->as_json, "Kết quả dạng JSON / as JSON");
  command->add_flag("--coverage", o->coverage, "In bước, nhánh, nút nào chưa có câu chuyện đi qua / lines not walked");
  command->add_option("--at-least", o->at_least, "Độ phủ ít nhất, phần trăm / least coverage")->check(CLI::Range(0.0, 100.0));
  o->content.add_to(*command);
  command->add_option("--config", o->config, "Tệp cấu hình: lấy các thư mục nội dung của nó / use the content of this configuration");
  command->add_option("--record", o->record,
                      "Trò chuyện rồi ghi thành tệp câu chuyện; nhận cả dòng JSON của chat --jsonl / talk and write a story file");
  auto* replay = command->add_option("--replay", o->replay,
                                     "Nói lại các cuộc trò chuyện đã lưu, hoặc tệp dòng JSON / say stored conversations again")
                     ->expected(0, 1)
                     ->check(CLI::ExistingFile);
  command->add_option("--against", o->against, "Thư mục nội dung đem so / changed content to compare with")
      ->check(CLI::ExistingDirectory)
      ->needs(replay);
  command->add_option("--limit", o->limit, "Nói lại nhiều nhất bao nhiêu cuộc / conversations")
      ->check(CLI::Range(1, 1'000'000))
      ->needs(replay);
  command->add_option("--unit", o->unit, "Đơn vị của cuộc trò chuyện ghi lại hay nói lại / unit");
  command->add_option("--dossiers", o->dossiers, "Tệp CSV hồ sơ cho cuộc trò chuyện ghi lại / a table of dossiers while recording");
  command->callback([o, replay] {
    if (!o->config.empty()) o->content.put_below(config_from(o->config).content);
    if (!o->record.empty()) {
      hold_chat({o->content, o->unit, o->dossiers, isatty(STDIN_FILENO) == 0, o->record});
    } else if (replay->count() > 0) {
      replay_options r{o->content, o->config, std::nullopt, o->against, o->unit, o->limit, o->as_json};
      if (!o->replay.empty() && !o->replay.front().empty()) r.lines = o->replay.front();
      run_replay(r);
    } else {
      run(*o);
    }
  });
}

}  // namespace thanthien::bot::commands
