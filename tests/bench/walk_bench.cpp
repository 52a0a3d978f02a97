// What a turn of the dialogs costs beside the understanding of its text. A walk is a pure function, so the
// same turn can be walked again and again; of each the quickest of some rounds counts, for the walk and for
// the finder alone on the same text in the same context. Their difference is the walk's own cost.

#include "dialogs/model.hpp"
#include "dialogs/walk.hpp"
#include "knowledge/library.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace d = thanthien::dialogs;
namespace k = thanthien::knowledge;
using std::chrono::steady_clock;

constexpr double goal = 50;  // microseconds of a walk's own, at the median

constexpr std::string_view usage =
    "walk_bench [--questions FILE.jsonl] [--rounds N]\n"
    "  FILE.jsonl  one {\"text\": ...} a line; by default tests/eval/questions.jsonl\n"
    "  N           how often each turn is walked; the quickest counts (5)\n";

template <class Work>
double quickest(int rounds, const Work& work) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const auto start = steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::micro>(steady_clock::now() - start).count());
  }
  return best;
}

struct column {
  std::vector<double> values;

  double at(double share) {
    if (values.empty()) return 0;
    const auto n = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, values.begin() + static_cast<long>(n));
    return values[n];
  }
};

void print(const char* what, column& c) {
  std::printf("  %-34s %8.1f us %8.1f us\n", what, c.at(0.5), c.at(0.99));
}

std::vector<std::string> texts_of(const fs::path& file) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) out.push_back(nlohmann::json::parse(line).at("text").get<std::string>());
  return out;
}

}  // namespace

int main(int argc, char** argv) try {
  const fs::path source = THANTHIEN_SOURCE_DIR;
  fs::path questions = source / "tests/eval/questions.jsonl";
  int rounds = 5;
  for (int i = 1; i < argc; ++i) {
    const std::string_view a = argv[i];
    if (a == "--questions" && i + 1 < argc) {
      questions = argv[++i];
    } else if (a == "--rounds" && i + 1 < argc && std::atoi(argv[i + 1]) > 0) {
      rounds = std::atoi(argv[++i]);
    } else {
      (a == "--help" ? std::cout : std::cerr) << usage;
      return a == "--help" ? 0 : 2;
    }
  }
  std::vector<k::problem> problems;
  const auto known = k::library::load({source / "knowledge/content"}, problems);
  const auto book = known ? d::book::load({source / "dialogs/content"}, *known, problems) : nullptr;
  if (!book) throw std::runtime_error{k::to_string(problems)};

  d::conversation state;
  d::timestamp now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{2};
  column finder, typed, own, tapped, saved;
  std::size_t turns = 0, bytes = 0;
  const auto walked = [&](const d::event& e) {
    d::outcome out;
    const double cost = quickest(rounds, [&] {
      out = d::walk(*book, *known, state, e, {.now = now, .unit = "tran-bien", .case_code = "TB-1"});
    });
    state = out.after;
    ++turns;
    return cost;
  };
  for (const auto& text : texts_of(questions)) {
    d::event e;
    e.kind = d::event_kind::message;
    e.at = now += std::chrono::seconds{20};
    e.text = text;
    const auto context = state.topic;
    const double understanding = quickest(rounds, [&] { (void)known->finder().find(text, context); });
    const double whole = walked(e);
    finder.values.push_back(understanding);
    typed.values.push_back(whole);
    own.values.push_back(std::max(0.0, whole - understanding));
    // Every answer has choices; the next turn taps one of them.
    if (!state.offered.empty()) {
      d::event tap;
      tap.kind = d::event_kind::message;
      tap.at = now += std::chrono::seconds{20};
      tap.payload = state.offered[turns % state.offered.size()].second;
      tapped.values.push_back(walked(tap));
    }
    saved.values.push_back(quickest(rounds, [&] {
      nlohmann::json out;
      d::to_json(out, state);
      d::conversation again;
      d::from_json(nlohmann::json::parse(out.dump()), again);
      bytes = std::max(bytes, out.dump().size());
    }));
    if (!state.case_code.empty()) state = {};  // an officer has it: the next resident
  }
  std::printf("%zu turns, each walked %d times; the largest state %zu bytes\n\n", turns, rounds, bytes);
  std::printf("  %-34s %11s %11s\n", "", "median", "p99");
  print("finder alone, the same texts", finder);
  print("walk of a typed message", typed);
  print("  of it beside the finder", own);
  print("walk of a tapped choice", tapped);
  print("state written and read as JSON", saved);
  const bool met = own.at(0.5) <= goal;
  std::printf("\n  goal: a walk's own cost <= %.0f us at the median: %s\n", goal, met ? "met" : "NOT met");
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
