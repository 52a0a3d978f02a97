// The finder beside SQLite FTS5 on the very same phrases and questions, and how both grow with the content.
//
//   finder   library::load, then finder::find for every question
//   FTS5     one row a phrase, tokenizer unicode61 without diacritics, the words of the question joined by
//   OR,
//            best row by bm25 first; it is given everything folded beforehand, "đ" as "d" too, at no charge
//
// Content for more procedures is made from the real one: each copy has ids of its own, and its telling words
// are exchanged for others of the vocabulary, the same way through the whole copy. Vietnamese has a closed
// set of syllables; what grows with the content is which of them stand together, and so it does here.
//
// Every size is measured in a process of its own, so that its memory is its own.

#include "knowledge/library.hpp"

#include <sqlite3.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace k = thanthien::knowledge;
using std::chrono::steady_clock;

double microseconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(steady_clock::now() - start).count();
}

// ---- the questions

struct question {
  std::string text, context;
  std::vector<std::string> accept;
  bool clear = true;  // has one topic that a search may be held to
};

std::vector<question> read_questions(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<question> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    auto j = nlohmann::json::parse(line);
    question q{j.at("text"), j.value("context", ""), j.at("accept"), true};
    auto label = j.value("label", "");
    q.clear = label != "khong-ro" && label != "ngoai-pham-vi" && q.context.empty();
    out.push_back(std::move(q));
  }
  if (out.empty()) throw std::runtime_error("no questions in " + path);
  return out;
}

// ---- content for more procedures than there are

std::shared_ptr<const k::library> load(const std::vector<fs::path>& folders) {
  std::vector<k::problem> problems;
  auto known = k::library::load(folders, problems);
  if (!known) throw std::runtime_error("the content does not load:\n" + k::to_string(problems));
  return known;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size();) {
    auto to = std::min(text.find(' ', from), text.size());
    out.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

bool plain_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

/// Exchanges the telling words of a text for others, one way for each copy.
class exchange {
 public:
  explicit exchange(const k::library& known) {
    std::set<std::string> vocabulary;
    auto learn = [&](const std::string& text) {
      for (auto& w : words_of(k::lower(text)))
        if (plain_word(w)) vocabulary.insert(std::move(w));
    };
    for (const auto& l : known.lessons())
      for (const auto* texts : {&l.keywords, &l.phrases, &l.situations})
        for (const auto& t : *texts) learn(t);
    // How people ask, whatever it is about, stays.
    std::set<std::string> asking;
    auto leave = [&](std::string text) {
      std::ranges::replace(text, '|', ' ');
      for (auto& w : words_of(k::lower(text))) asking.insert(std::move(w));
    };
    for (const auto& f : known.language().fillers) leave(f);
    for (const auto& [what, text] : known.language().aspects) leave(text);
    // Of one length, so that no short name outgrows its button.
    for (const auto& word : vocabulary)
      if (!asking.contains(word))
        groups_[std::ranges::count_if(word, [](char c) { return (c & 0xC0) != 0x80; })].push_back(word);
  }

  void choose(std::uint32_t copy) {
    instead_.clear();
    std::uint32_t random = copy * 2654435761U + 1;
    for (const auto& [length, words] : groups_) {
      auto shuffled = words;
      for (std::size_t i = shuffled.size(); i > 1; --i) {
        random = random * 1664525 + 1013904223;
        std::swap(shuffled[i - 1], shuffled[(static_cast<std::uint64_t>(random) * i) >> 32]);
      }
      for (std::size_t i = 0; i < words.size(); ++i) instead_[words[i]] = shuffled[i];
    }
  }

  std::string operator()(const std::string& text) const {
    std::string out;
    for (const auto& w : words_of(text)) {
      auto found = instead_.find(k::lower(w));
      if (!out.empty()) out += ' ';
      out += found == instead_.end() ? w : found->second;
    }
    return out;
  }

 private:
  std::map<std::ptrdiff_t, std::vector<std::string>> groups_;
  std::unordered_map<std::string, std::string> instead_;
};

/// Writes the YAML of a content file.
class writer {
 public:
  explicit writer(const fs::path& path) : out_(path) {
    if (!out_) throw std::runtime_error("cannot write " + path.string());
  }
  ~writer() { out_.flush(); }

  void text(std::string_view key, const std::string& value, std::string_view indent = "") {
    if (!value.empty()) out_ << indent << key << ": " << quoted(value) << '\n';
  }
  void list(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out_ << key << ":\n";
    for (const auto& v : values) out_ << "  - " << quoted(v) << '\n';
  }
  void line(std::string_view text) { out_ << text << '\n'; }

 private:
  static std::string quoted(const std::string& value) {
    std::string out = "\"";
    for (char c : value) {
      if (c == '\n') {
        out += "\\n";
        continue;
      }
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + '"';
  }

  std::ofstream out_;
};

std::vector<std::string> each(const std::vector<std::string>& texts, const exchange& other,
                              std::size_t most = static_cast<std::size_t>(-1)) {
  std::vector<std::string> out;
  for (const auto& t : texts)
    if (out.size() < most) out.push_back(other(t));
  return out;
}

void write_procedure(const fs::path& folder, const k::procedure& p, const std::string& id,
                     const exchange& other) {
  writer to(folder / (id + ".yaml"));
  to.text("id", id);
  to.text("title", other(p.title));
  to.text("name", other(p.name));
  to.text("field", p.field);
  to.text("level", p.level);
  to.list("also_called", each(p.also_called, other));
  to.text("who", p.who);
  if (!p.documents.empty()) to.line("documents:");
  for (const auto& d : p.documents) {
    to.text("- name", d.name, "  ");
    to.text("copies", d.copies, "    ");
    to.text("note", d.note, "    ");
    to.text("form", d.form, "    ");
  }
  to.line("fee:");
  to.text("text", p.price.text, "  ");
  to.text("note", p.price.note, "  ");
  to.text("time_limit", p.time_limit);
  to.text("where", p.where);
  to.line("online:");
  to.text("available", p.online.available ? "yes" : "no", "  ");
  to.text("note", p.online.note, "  ");
  to.text("result", p.result);
  to.list("steps", p.steps);
  to.list("notes", p.notes);
  if (!p.faq.empty()) to.line("faq:");
  for (const auto& q : p.faq) {
    to.text("- question", other(q.question), "  ");
    to.text("answer", q.answer, "    ");
  }
  to.list("legal_basis", p.legal_basis);
  to.list("sources", p.sources);
  to.text("as_of", p.as_of);
}

/// Lays so many more procedures into `folder` that there are `size` with those of `content`.
void multiply(const fs::path& content, const fs::path& folder, std::size_t size, std::size_t phrases) {
  auto known = load({content});
  fs::create_directories(folder / "procedures");
  fs::create_directories(folder / "phrases");
  exchange other(*known);
  auto count = known->procedures().size();
  for (std::uint32_t copy = 1; count < size; ++copy) {
    other.choose(copy);
    auto suffix = "-x" + std::to_string(copy);
    for (const auto& p : known->procedures()) {
      if (count == size) break;
      ++count;
      write_procedure(folder / "procedures", p, p.id + suffix, other);
      auto l = std::ranges::find(known->lessons(), p.id, &k::lesson::topic);
      if (l == known->lessons().end()) continue;
      writer to(folder / "phrases" / (p.id + suffix + ".yaml"));
      to.text("topic", p.id + suffix);
      to.list("keywords", each(l->keywords, other, phrases));
      to.list("phrases", each(l->phrases, other, phrases));
      to.list("situations", each(l->situations, other, phrases));
    }
  }
}

// ---- SQLite FTS5

class full_text_index {
 public:
  explicit full_text_index(const k::library& known) {
    check(sqlite3_open(":memory:", &db_));
    run("CREATE VIRTUAL TABLE phrases USING fts5(text, topic UNINDEXED, "
        "tokenize = 'unicode61 remove_diacritics 2')");
    run("BEGIN");
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(db_, "INSERT INTO phrases VALUES (?, ?)", -1, &insert, nullptr));
    auto add = [&](const std::string& text, const std::string& topic) {
      auto plain = k::fold(text);
      sqlite3_bind_text(insert, 1, plain.c_str(), -1, SQLITE_TRANSIENT);
      sqlite3_bind_text(insert, 2, topic.c_str(), -1, SQLITE_TRANSIENT);
      if (sqlite3_step(insert) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
      sqlite3_reset(insert);
      ++rows_;
    };
    // What the finder learns from, all of it.
    for (const auto& p : known.procedures()) {
      add(p.title, p.id);
      add(p.name, p.id);
      for (const auto& a : p.also_called) add(a, p.id);
      for (const auto& q : p.faq) add(q.question, p.id);
    }
    for (const auto& l : known.lessons()) {
      for (const auto* texts : {&l.keywords, &l.phrases, &l.situations})
        for (const auto& t : *texts) add(t, l.topic);
      for (const auto& o : l.others) add(o.text, o.topic);
    }
    sqlite3_finalize(insert);
    run("COMMIT");
    run("INSERT INTO phrases(phrases) VALUES ('optimize')");
    check(sqlite3_prepare_v2(db_,
                             "SELECT topic FROM phrases WHERE phrases MATCH ? ORDER BY bm25(phrases) LIMIT 1",
                             -1, &select_, nullptr));
  }
  ~full_text_index() {
    sqlite3_finalize(select_);
    sqlite3_close(db_);
  }
  full_text_index(const full_text_index&) = delete;
  full_text_index& operator=(const full_text_index&) = delete;

  std::size_t rows() const { return rows_; }

  /// Any of the words; "" for a text without words.
  static std::string query_of(const std::string& text) {
    std::string out, word;
    auto flush = [&] {
      if (!word.empty()) out += (out.empty() ? "\"" : " OR \"") + word + '"';
      word.clear();
    };
    for (char c : k::fold(k::clean(text)))
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80)
        word += c;
      else
        flush();
    flush();
    return out;
  }

  std::string best(const std::string& query) {
    std::string topic;
    sqlite3_bind_text(select_, 1, query.c_str(), static_cast<int>(query.size()), SQLITE_STATIC);
    auto got = sqlite3_step(select_);
    if (got == SQLITE_ROW) topic = reinterpret_cast<const char*>(sqlite3_column_text(select_, 0));
    if (got != SQLITE_ROW && got != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    sqlite3_reset(select_);
    return topic;
  }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(db_));
  }
  void run(const char* sql) const { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
  std::size_t rows_ = 0;
};

// ---- measuring

struct outcome {
  double load_seconds = 0, load_cpu_seconds = 0;
  double peak_mib = 0, kept_mib = 0;  // over what the bare process held
  double median = 0, p99 = 0;         // µs a message
  int right = 0, clear = 0;
  std::size_t procedures = 0, rows = 0;
};

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

double status_mib(std::string_view key) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) return std::stod(line.substr(key.size() + 1)) / 1024;
  throw std::runtime_error("/proc/self/status does not say " + std::string(key));
}

/// Asks every question `rounds` times; every time counts.
template <class Ask>
void ask_all(const std::vector<question>& questions, int rounds, Ask ask, outcome& out) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < questions.size(); ++i) {
      std::string topic;
      times.push_back(ask(i, topic));
      const auto& q = questions[i];
      if (round > 0 || !q.clear) continue;
      ++out.clear;
      out.right += std::ranges::find(q.accept, topic) != q.accept.end() ? 1 : 0;
    }
  std::ranges::sort(times);
  out.median = times[times.size() / 2];
  out.p99 = times[static_cast<std::size_t>(0.99 * static_cast<double>(times.size() - 1))];
}

outcome measure_full_text(const k::library& known, const std::vector<question>& questions, int rounds) {
  outcome out;
  auto start = steady_clock::now();
  full_text_index index(known);
  out.load_seconds = microseconds_since(start) / 1e6;
  out.procedures = known.procedures().size();
  out.rows = index.rows();
  std::vector<std::string> queries;
  for (const auto& q : questions) queries.push_back(full_text_index::query_of(q.text));
  ask_all(
      questions, rounds,
      [&](std::size_t i, std::string& topic) {
        if (queries[i].empty()) return 0.0;
        auto before = steady_clock::now();
        topic = index.best(queries[i]);
        return microseconds_since(before);
      },
      out);
  return out;
}

struct outcomes {
  outcome finder, full_text;
};

outcomes measure(const std::vector<fs::path>& folders, const std::vector<question>& questions, int rounds,
                 int full_text_rounds) {
  outcome out;
  auto bare = status_mib("VmRSS");
  auto cpu = cpu_seconds();
  auto start = steady_clock::now();
  auto known = load(folders);
  out.load_seconds = microseconds_since(start) / 1e6;
  out.load_cpu_seconds = cpu_seconds() - cpu;
  out.procedures = known->procedures().size();
  out.peak_mib = status_mib("VmHWM") - bare;
  out.kept_mib = status_mib("VmRSS") - bare;
  ask_all(
      questions, rounds,
      [&](std::size_t i, std::string& topic) {
        auto before = steady_clock::now();
        auto f = known->finder().find(questions[i].text, questions[i].context);
        auto took = microseconds_since(before);
        topic = f.topic();
        return took;
      },
      out);
  return {out, measure_full_text(*known, questions, full_text_rounds)};
}

/// Runs `work` in a process of its own.
outcomes apart(const std::function<outcomes()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  std::cout.flush();
  auto child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    close(ends[0]);
    int code = 1;
    try {
      auto out = work();
      code = write(ends[1], &out, sizeof out) == static_cast<ssize_t>(sizeof out) ? 0 : 1;
    } catch (const std::exception& e) {
      std::cerr << e.what() << '\n';
    }
    _exit(code);
  }
  close(ends[1]);
  outcomes out;
  auto got = read(ends[0], &out, sizeof out);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (got != static_cast<ssize_t>(sizeof out) || status != 0)
    throw std::runtime_error("a measurement did not come to its end");
  return out;
}

struct temporary_folder {
  fs::path path;
  temporary_folder() {
    auto name = (fs::temp_directory_path() / "thanthien-finder-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder in " + name);
    path = name;
  }
  ~temporary_folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
};

const char* met(bool yes) { return yes ? "met" : "MISSED"; }

double share(const outcome& o) { return o.clear == 0 ? 0 : 100.0 * o.right / o.clear; }

constexpr const char* usage =
    "finder_bench [--questions FILE.jsonl] [--content FOLDER] [--sizes 1000,6000] [--phrases N] [--rounds N] "
    "[--no-growth]\n"
    "  --sizes    numbers of procedures to grow to, besides the content as it is\n"
    "  --phrases  of every added procedure at most so many keywords, phrases and situations (all)\n"
    "  --rounds   how often every question is asked (5)\n";

int number(std::string_view text, int least) {
  int out = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size() || out < least)
    throw std::runtime_error("not a number of at least " + std::to_string(least) + ": " + std::string(text));
  return out;
}

}  // namespace

int main(int argc, char** argv) try {
  fs::path source = THANTHIEN_SOURCE_DIR;
  auto questions_file = (source / "tests/eval/questions.jsonl").string();
  fs::path content = source / "knowledge/content";
  std::vector<int> sizes{1000, 6000};
  int rounds = 5;
  auto phrases = static_cast<std::size_t>(-1);
  for (int i = 1; i < argc; ++i) {
    std::string a = argv[i];
    bool more = i + 1 < argc;
    if (a == "--questions" && more) {
      questions_file = argv[++i];
    } else if (a == "--content" && more) {
      content = argv[++i];
    } else if (a == "--rounds" && more) {
      rounds = number(argv[++i], 1);
    } else if (a == "--phrases" && more) {
      phrases = static_cast<std::size_t>(number(argv[++i], 1));
    } else if (a == "--no-growth") {
      sizes.clear();
    } else if (a == "--sizes" && more) {
      sizes.clear();
      std::string list = argv[++i];
      for (std::size_t from = 0; from <= list.size();) {
        auto to = std::min(list.find(',', from), list.size());
        sizes.push_back(number(std::string_view(list).substr(from, to - from), 1));
        from = to + 1;
      }
    } else {
      (a == "--help" ? std::cout : std::cerr) << usage;
      return a == "--help" ? 0 : 2;
    }
  }
  auto questions = read_questions(questions_file);

  auto [own, other] = apart([&] { return measure({content}, questions, rounds, rounds); });
  std::printf("%zu procedures, %zu phrases; %zu questions, each asked %d times\n\n", own.procedures,
              other.rows, questions.size(), rounds);
  std::printf("                    median      p99   right at first (of %d with a clear topic)\n", own.clear);
  std::printf("  finder          %7.0f us %5.0f us   %5.1f %%\n", own.median, own.p99, share(own));
  std::printf("  SQLite FTS5     %7.0f us %5.0f us   %5.1f %%\n", other.median, other.p99, share(other));
  std::printf("  FTS5 takes      %7.0f    %5.0f      times as long\n\n", other.median / own.median,
              other.p99 / own.p99);
  std::printf(
      "  the finder's load and learn %.2f s (processor %.2f s), memory %.0f MiB at most, %.0f MiB kept; "
      "FTS5's index %.2f s\n",
      own.load_seconds, own.load_cpu_seconds, own.peak_mib, own.kept_mib, other.load_seconds);
  std::printf("  goals: median <= 150 us %s (%.0f); load <= 1 s %s (%.2f); memory <= 64 MiB %s (%.0f)\n",
              met(own.median <= 150), own.median, met(own.load_seconds <= 1), own.load_seconds,
              met(own.peak_mib <= 64), own.peak_mib);

  if (sizes.empty()) return 0;
  std::printf(
      "\nprocedures  phrases   finder's median, p99   FTS5's median   load and learn (processor)   "
      "memory at most, kept   right at first, FTS5's\n");
  auto row = [](const outcome& mine, const outcome& theirs) {
    std::printf(
        "  %8zu  %7zu     %7.0f %7.0f us     %8.0f us        %8.2f s (%6.2f s)      %8.0f %6.0f MiB          "
        "%5.1f %% %5.1f %%\n",
        mine.procedures, theirs.rows, mine.median, mine.p99, theirs.median, mine.load_seconds,
        mine.load_cpu_seconds, mine.peak_mib, mine.kept_mib, share(mine), share(theirs));
    std::fflush(stdout);
  };
  row(own, other);
  for (auto size : sizes) {
    temporary_folder more;
    apart([&] {
      multiply(content, more.path, static_cast<std::size_t>(size), phrases);
      return outcomes{};
    });
    std::vector<fs::path> folders{content, more.path};
    auto [mine, theirs] = apart([&] { return measure(folders, questions, rounds, 1); });
    row(mine, theirs);
    auto times = static_cast<double>(mine.procedures) / static_cast<double>(own.procedures);
    std::printf("  %14s %.1f times the procedures, %.1f times the median: sub-linear %s", "", times,
                mine.median / own.median, met(mine.median / own.median < times));
    if (size >= 6000)
      std::printf("; load <= 10 s %s (%.1f)", met(mine.load_seconds <= 10), mine.load_seconds);
    std::printf("\n");
  }
  return 0;
} catch (const std::exception& e) {
  std::cerr << "finder_bench: " << e.what() << '\n';
  return 1;
}
