// Reads questions with the topics that count as right, asks the finder, and reports how well it understood:
// one JSON object a line with text, label, accept, style, and where there is one aspect, aspect_accept,
// context.

#include "knowledge/library.hpp"
#include "tests/eval/score.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace k = thanthien::knowledge;
using thanthien::eval::contains;
using thanthien::eval::percent;
using thanthien::eval::tally;
using verdict = k::finding::verdict;

namespace {

struct question {
  std::string text, label, context, style, aspect;
  std::vector<std::string> accept, aspect_accept;
};

std::vector<question> read(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<question> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    auto j = nlohmann::json::parse(line);
    question q;
    q.text = j.at("text");
    q.accept = j.at("accept");
    q.label = j.value("label", q.accept.front());
    q.context = j.value("context", "");
    q.style = j.value("style", "");
    q.aspect = j.value("aspect", "");
    q.aspect_accept = j.value("aspect_accept", std::vector<std::string>{});
    out.push_back(std::move(q));
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) try {
  std::string content = std::string(THANTHIEN_SOURCE_DIR) + "/knowledge/content";
  std::string path;
  bool show_errors = false, explain = false;
  double floor_topic = 0, most_wrong = 1, floor_aspect = 0;
  for (int i = 1; i < argc; ++i) {
    std::string a = argv[i];
    if (a == "--errors")
      show_errors = true;
    else if (a == "--explain")
      show_errors = explain = true;
    else if (a == "--content" && i + 1 < argc)
      content = argv[++i];
    else if (a == "--floor" && i + 1 < argc)
      floor_topic = std::stod(argv[++i]);
    else if (a == "--most-wrong" && i + 1 < argc)
      most_wrong = std::stod(argv[++i]);
    else if (a == "--floor-aspect" && i + 1 < argc)
      floor_aspect = std::stod(argv[++i]);
    else if (a == "--help")
      path.clear();
    else
      path = a;
  }
  if (path.empty()) {
    std::cerr
        << "eval_questions [--errors] [--explain] [--content FOLDER] [--floor SHARE] [--most-wrong SHARE] "
           "[--floor-aspect SHARE] FILE.jsonl\n";
    return 2;
  }

  std::vector<k::problem> problems;
  auto start = std::chrono::steady_clock::now();
  auto known = k::library::load({content}, problems);
  std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  if (!known) {
    std::cerr << k::to_string(problems);
    return 1;
  }
  auto questions = read(path);

  tally topic, top3, wrong, outside_answered, vague_asked, vague_lenient, aspects, asked_back;
  std::map<std::string, tally> by_style, by_label;
  std::map<std::string, int> confusions;
  std::map<int, tally> by_score;
  std::vector<double> micros;
  for (const auto& q : questions) {
    auto before = std::chrono::steady_clock::now();
    auto f = known->finder().find(q.text, q.context);
    micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - before).count());

    bool clarifies = f.what != verdict::sure;
    std::string told = f.topic();
    const auto* answered = known->find_procedure(told);
    bool elsewhere = answered != nullptr && !answered->received_by.empty();  // declined, with the way there
    bool declines = f.what == verdict::sure && (f.kind == k::topic_kind::out_of_scope || elsewhere);
    bool vague = q.label == "khong-ro", outside = q.label == "ngoai-pham-vi";
    bool right = false;
    if (vague) {
      bool offered =
          std::ranges::any_of(f.candidates, [&](const auto& c) { return contains(q.accept, c.topic); });
      right = clarifies || offered;
      vague_asked.add(clarifies);
      vague_lenient.add(right);
    } else if (outside) {
      right = clarifies || declines || told == "gap-can-bo";
      outside_answered.add(!right);
    } else {
      right = contains(q.accept, told) && f.kind != k::topic_kind::out_of_scope;
      bool near = false;
      for (std::size_t i = 0; i < std::min<std::size_t>(3, f.candidates.size()); ++i)
        near = near || contains(q.accept, f.candidates[i].topic);
      topic.add(right);
      top3.add(near);
      wrong.add(!right && f.what == verdict::sure);
      asked_back.add(clarifies);
      if (f.what == verdict::sure) by_score[std::min(9, static_cast<int>(f.confidence() * 10))].add(right);
      const auto* procedure = known->find_procedure(q.accept.front());
      if (procedure && !q.aspect.empty()) {
        std::string said = f.aspects.empty() ? "overview" : std::string(k::to_string(f.aspects.front()));
        bool ok = said == q.aspect || contains(q.aspect_accept, said);
        aspects.add(ok);
        if (!ok && show_errors)
          std::cout << "ASPECT " << q.aspect << " <- " << said << " | " << q.text << '\n';
      }
    }
    by_style[q.style].add(right);
    by_label[q.label].add(right);
    if (!right) ++confusions[q.label + " <- " + (f.what == verdict::sure ? told : "(" + told + ")")];
    bool show = show_errors && (!right || (vague && !clarifies) || (!vague && !outside && clarifies));
    if (show) {
      std::cout << (right ? "UNSURE " : f.what == verdict::sure ? "WRONG  " : "MISSED ") << q.label << " <-";
      for (const auto& c : f.candidates)
        std::printf(" %s:%.2f", c.topic.c_str(), c.score), std::fflush(stdout);
      std::cout << " | " << (q.context.empty() ? "" : "{" + q.context + "} ") << q.text << '\n';
      if (explain) std::cout << known->finder().explain(q.text, q.context);
    }
  }

  std::ranges::sort(micros);
  auto at = [&](double share) {
    return micros.empty() ? 0.0
                          : micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  std::cout << "questions               " << questions.size() << "\n"
            << "topic right             " << percent(topic) << "\n"
            << "among the first three   " << percent(top3) << "\n"
            << "wrong outright          " << percent(wrong) << "\n"
            << "asked back, clear ones  " << percent(asked_back) << "\n"
            << "out of scope answered   " << percent(outside_answered) << "\n"
            << "vague asked back        " << percent(vague_asked) << "\n"
            << "vague, leniently        " << percent(vague_lenient) << "\n"
            << "aspect right            " << percent(aspects) << "\n";
  std::cout << "\nby style\n";
  for (const auto& [style, t] : by_style) std::printf("  %-14s %s\n", style.c_str(), percent(t).c_str());
  std::cout << "\nby topic, where not all are right\n";
  for (const auto& [label, t] : by_label)
    if (t.right < t.count) std::printf("  %-30s %s\n", label.c_str(), percent(t).c_str());
  std::cout << "\nconfusions\n";
  for (const auto& [what, count] : confusions) std::printf("  %3d %s\n", count, what.c_str());
  std::cout << "\nright by confidence\n";
  for (const auto& [score, t] : by_score) std::printf("  %.1f  %s\n", score / 10.0, percent(t).c_str());
  std::printf("\nload and learn %.0f ms; a message %.0f us median, %.0f us p99, %.0f us most\n", took.count(),
              at(0.5), at(0.99), at(1));

  bool fell = topic.share() < floor_topic || (wrong.count > 0 && wrong.share() > most_wrong) ||
              aspects.share() < floor_aspect;
  if (fell)
    std::cout << "below the floor: topic " << floor_topic << ", wrong " << most_wrong << ", aspect "
              << floor_aspect << '\n';
  return fell ? 1 : 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
