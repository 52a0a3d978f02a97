#include "knowledge/papers.hpp"

#include "knowledge/library.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include <unistd.h>

namespace thanthien::knowledge {
namespace {

requirement when(std::vector<requirement::test> tests) { return {{std::move(tests)}}; }

/// Two questions matter to nearly everybody, one only to some, and one is asked because of another.
procedure example() {
  procedure p;
  p.id = "vi-du";
  p.questions = {
      {"tuoi", "Bé mấy tuổi?", false, {{"nho", "Dưới 14", {}}, {"lon", "Từ 14", {}}}, {}},
      {"mat", "Bị mất?", true, {{"yes", "", {}}, {"no", "", {}}}, {}},
      {"bao", "Đã báo công an?", true, {{"yes", "", {}}, {"no", "", {}}}, when({{"mat", {"yes"}, false}})}};
  auto add = [&](const char* name, requirement r) {
    document d;
    d.name = name;
    d.when = std::move(r);
    p.documents.push_back(d);
  };
  add("Tờ khai", {});
  add("Giấy khai sinh", when({{"tuoi", {"nho"}, false}}));
  add("Thẻ cũ", when({{"mat", {"no"}, false}}));
  add("Giấy báo mất", when({{"mat", {"yes"}, false}, {"bao", {"yes"}, false}}));
  add("Đơn trình bày", when({{"bao", {"yes"}, true}, {"mat", {"yes"}, false}}));
  p.price.text = "Miễn phí";
  p.cases.push_back({when({{"mat", {"yes"}, false}}), fee{"30.000 đồng", 30000, ""}, "", "", "Cấp lại", ""});
  return p;
}

std::vector<std::string> names(const std::vector<const document*>& documents) {
  std::vector<std::string> out;
  for (const auto* d : documents) out.push_back(d->name);
  return out;
}

using list = std::vector<std::string>;

TEST(papers, ask_first_what_settles_most_and_only_what_still_matters) {
  const auto p = example();
  answers given;
  ASSERT_NE(next_question(p, given), nullptr);
  EXPECT_EQ(next_question(p, given)->id, "mat");  // two documents and the fee hang on it
  given["mat"] = "no";
  EXPECT_EQ(next_question(p, given)->id, "tuoi");  // "bao" is not asked of him
  given["tuoi"] = "lon";
  EXPECT_EQ(next_question(p, given), nullptr);
  EXPECT_EQ(names(papers_for(p, given).needed), (list{"Tờ khai", "Thẻ cũ"}));
  EXPECT_EQ(papers_for(p, given).price.text, "Miễn phí");
}

TEST(papers, follow_a_question_that_hangs_on_another) {
  const auto p = example();
  answers given{{"mat", "yes"}, {"tuoi", "nho"}};
  EXPECT_EQ(next_question(p, given)->id, "bao");
  given["bao"] = "yes";
  auto made = papers_for(p, given);
  EXPECT_EQ(names(made.needed), (list{"Tờ khai", "Giấy khai sinh", "Giấy báo mất"}));
  EXPECT_EQ(made.price.amount_vnd, 30000);
  EXPECT_EQ(made.notes, list{"Cấp lại"});
  given["bao"] = "no";
  EXPECT_EQ(names(papers_for(p, given).needed), (list{"Tờ khai", "Giấy khai sinh", "Đơn trình bày"}));
}

TEST(papers, what_a_person_does_not_know_stays_as_perhaps) {
  const auto p = example();
  answers given{{"mat", std::string{unsure}}, {"tuoi", "lon"}};
  // It may be lost after all: what follows from that is asked rather than left open.
  ASSERT_NE(next_question(p, given), nullptr);
  EXPECT_EQ(next_question(p, given)->id, "bao");
  given["bao"] = unsure;
  EXPECT_EQ(next_question(p, given), nullptr);
  const auto made = papers_for(p, given);
  EXPECT_EQ(names(made.needed), list{"Tờ khai"});
  EXPECT_EQ(names(made.perhaps), (list{"Thẻ cũ", "Giấy báo mất", "Đơn trình bày"}));
}

TEST(papers, nothing_is_asked_where_nothing_changes) {
  auto p = example();
  p.questions.clear();
  for (auto& d : p.documents) d.when = {};
  p.cases.clear();
  EXPECT_EQ(next_question(p, {}), nullptr);
  EXPECT_EQ(papers_for(p, {}).needed.size(), p.documents.size());
}

TEST(papers, a_code_brings_the_answers_back_however_it_is_typed) {
  const std::vector<procedure> known{example()};
  const answers given{{"mat", "yes"}, {"bao", "no"}, {"tuoi", std::string{unsure}}};
  const auto code = papers_code(known[0], given);
  auto lower = code;
  for (auto& c : lower) c = static_cast<char>(std::tolower(c));
  auto blanks = code;
  for (auto& c : blanks)
    if (c == '-') c = ' ';
  for (const auto& text : {code, lower, blanks, "cho em xem lại mã " + code + " nha", "(" + code + ")."}) {
    const auto found = read_papers_code(text, known);
    ASSERT_TRUE(found.has_value()) << text;
    EXPECT_TRUE(found->current);
    EXPECT_EQ(found->given, given) << text;
  }
}

TEST(papers, a_code_of_changed_questions_is_told_and_never_misread) {
  std::vector<procedure> known{example()};
  const auto code = papers_code(known[0], {{"mat", "yes"}});
  known[0].questions[1].choices.push_back({"hong", "Bị hỏng", {}});
  const auto found = read_papers_code(code, known);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->current);
  EXPECT_EQ(found->about, &known[0]);
  EXPECT_TRUE(found->given.empty());
}

TEST(papers, ordinary_words_are_no_code) {
  const std::vector<procedure> known{example()};
  for (const auto* text : {"gt gì vậy", "GT-", "cần gt gì ạ", "GT-0000-000", "gtgt 10 phần trăm", ""})
    EXPECT_FALSE(read_papers_code(text, known).has_value()) << text;
}

struct fault {
  const char* name;
  const char* text;  ///< of the part between `who` and `fee`
  const char* told;
};

class Faults : public testing::TestWithParam<fault> {};

/// A slip in `questions`, `when` or `cases` is told with its place and the way to mend it.
TEST_P(Faults, are_told_with_place_and_remedy) {
  const auto file =
      std::filesystem::temp_directory_path() / ("thanthien-papers-" + std::to_string(::getpid()));
  std::filesystem::create_directories(file / "procedures/x");
  std::ofstream{file / "procedures/x/vi-du.yaml"}
      << "id: vi-du\ntitle: Ví dụ\nname: Ví dụ\nfield: Hộ tịch\nlevel: xa\nwho: Ai cũng được\n"
      << GetParam().text
      << "fee: {text: Miễn phí}\ntime_limit: 1 ngày\nwhere: Tại xã\nonline: {available: no}\nresult: Giấy\n"
         "sources: [https://dichvucong.gov.vn]\nas_of: 2026-01-01\n";
  std::vector<problem> problems;
  const auto known = library::load({file}, problems);
  std::filesystem::remove_all(file);
  const auto told = to_string(problems);
  EXPECT_EQ(known, nullptr) << told;
  EXPECT_NE(told.find(GetParam().told), std::string::npos) << told;
}

INSTANTIATE_TEST_SUITE_P(
    papers, Faults,
    testing::Values(
        fault{"unknown_question", "documents:\n  - {name: Tờ khai, when: {mat: co}}\n",
              "vi-du.yaml:8:28: lỗi: không có câu hỏi \"mat\" ở phía trên"},
        fault{"unknown_value",
              "questions:\n  - {id: a, ask: \"Sao ạ?\"}\ndocuments:\n  - {name: Tờ khai, when: {a: mat}}\n",
              "câu hỏi \"a\" không có lựa chọn \"mat\"\n    Các giá trị: co, khong."},
        fault{"unused_question",
              "questions:\n  - {id: a, ask: \"Sao ạ?\"}\ndocuments:\n  - {name: Tờ khai}\n",
              "vi-du.yaml:8:5: lỗi: câu hỏi \"a\" không làm thay đổi giấy tờ nào"},
        fault{"later_question",
              "questions:\n  - {id: a, ask: \"Sao ạ?\", when: {b: co}}\n  - {id: b, ask: \"Sao "
              "ạ?\"}\ndocuments:\n  - "
              "{name: Tờ khai, when: {a: co}}\n",
              "không có câu hỏi \"b\" ở phía trên"},
        fault{"one_choice",
              "questions:\n  - {id: a, ask: \"Sao ạ?\", choices: [{value: x, title: X}]}\ndocuments:\n  - "
              "{name: "
              "Tờ "
              "khai, when: {a: x}}\n",
              "mỗi câu hỏi cần từ 2 đến 4 lựa chọn"},
        fault{"long_title",
              "questions:\n  - {id: a, ask: \"Sao ạ?\", choices: [{value: x, title: Một tên lựa chọn dài quá "
              "cỡ}, "
              "{value: y, title: Y}]}\ndocuments:\n  - {name: Tờ khai, when: {a: x}}\n",
              "nhiều nhất 20"},
        fault{"unknown_procedure",
              "questions:\n  - {id: a, ask: \"Sao ạ?\"}\ndocuments:\n  - {name: Tờ khai}\ncases:\n  - {when: "
              "{a: "
              "co}, "
              "instead: khong-co-dau}\n",
              "khong-co-dau"},
        fault{"empty_case",
              "questions:\n  - {id: a, ask: \"Sao ạ?\"}\ndocuments:\n  - {name: Tờ khai}\ncases:\n  - {when: "
              "{a: "
              "co}}\n",
              "không nói điều gì khác"}),
    [](const auto& test) { return test.param.name; });

/// Over the shipped content: every way through the questions ends, within six, with a list that differs from
/// person to person, and its code brings it back.
TEST(papers, of_the_shipped_procedures_end_for_everybody) {
  std::vector<problem> problems;
  const auto known = library::load({THANTHIEN_SOURCE_DIR "/knowledge/content"}, problems);
  ASSERT_NE(known, nullptr) << to_string(problems);
  int with_questions = 0;
  for (const auto& p : known->procedures()) {
    if (p.questions.empty()) continue;
    ++with_questions;
    std::set<std::string> results;
    std::set<std::string> asked;
    std::function<void(answers)> walk = [&](answers given) {
      ASSERT_LE(given.size(), 6U) << p.id;
      const auto* q = next_question(p, given);
      if (q == nullptr) {
        const auto code = papers_code(p, given);
        const auto back = read_papers_code(code, known->procedures());
        ASSERT_TRUE(back.has_value() && back->current) << p.id << " " << code;
        EXPECT_EQ(back->about, &p) << p.id << " " << code;
        EXPECT_EQ(back->given, given) << p.id << " " << code;
        const auto made = papers_for(p, given);
        EXPECT_FALSE(made.needed.empty() && made.perhaps.empty() && !p.documents.empty())
            << p.id << " " << code;
        std::string result = made.price.text + made.time_limit + made.where;
        for (const auto* d : made.needed) result += "|" + d->name;
        for (const auto* d : made.perhaps) result += "?" + d->name;
        for (const auto& n : made.notes) result += "!" + n;
        results.insert(result);
        return;
      }
      asked.insert(q->id);
      for (const auto& c : q->choices) {
        auto more = given;
        more[q->id] = c.value;
        walk(more);
      }
      given[q->id] = unsure;
      walk(given);
    };
    walk({});
    EXPECT_GT(results.size(), 1U) << p.id << ": the questions change nothing";
    EXPECT_EQ(asked.size(), p.questions.size()) << p.id << ": a question that is never asked";
  }
  EXPECT_GE(with_questions, 1);
}

}  // namespace
}  // namespace thanthien::knowledge
