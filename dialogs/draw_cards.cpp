#include "dialogs/draw.hpp"
#include "dialogs/draw_sizes.hpp"
#include "dialogs/draw_words.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <map>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t most_lines = 4;
constexpr double card_width = 290, door_width = 124;
constexpr double pill_width = 112, arm_width = 150, between_pills = 8;

std::size_t letter_length(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/// Share of the size that a letter is wide.
double letter_width(std::string_view letter) {
  if (letter.size() == 1) {
    const char c = letter[0];
    if (std::string_view{"ijlI!|'.,:;"}.contains(c)) return 0.32;
    if (c == ' ') return 0.32;
    if (std::string_view{"frt()[]/-\""}.contains(c)) return 0.43;
    if (std::string_view{"mwMW@%"}.contains(c)) return 0.95;
    if (c >= 'A' && c <= 'Z') return 0.70;
    return 0.61;
  }
  if (letter.size() == 2) return letter[0] == '\xcc' || letter[0] == '\xcd' ? 0.0 : 0.64;
  // Vietnamese letters with two marks are letters like others; what comes after them may be full width.
  if (letter.size() == 3 && (letter[0] == '\xe1' || letter[0] == '\xe2')) return 0.66;
  return 1.0;
}

}  // namespace

double width_of(std::string_view text, double size, weight w) {
  double sum = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto length = std::min(letter_length(text[i]), text.size() - i);
    sum += letter_width(text.substr(i, length));
    i += length;
  }
  return sum * size * (w == weight::bold ? 1.1 : 1.0);
}

std::vector<std::string> wrapped(std::string_view text, double size, double width, std::size_t most,
                                 weight w) {
  std::vector<std::string> lines;
  const auto fits = [&](const std::string& line) { return width_of(line, size, w) <= width; };
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    std::string line;
    auto push = [&](const std::string& word) {
      if (const auto longer = line.empty() ? word : line + " " + word; fits(longer)) {
        line = longer;
        return;
      }
      if (!line.empty()) lines.push_back(line);
      line.clear();
      for (std::size_t i = 0; i < word.size();) {
        const auto letter = word.substr(i, letter_length(word[i]));
        if (!line.empty() && !fits(line + letter)) {
          lines.push_back(line);
          line.clear();
        }
        line += letter;
        i += letter.size();
      }
    };
    for (std::size_t i = begin; i < end;) {
      const auto blank = std::min(text.find(' ', i), end);
      if (blank > i) push(std::string{text.substr(i, blank - i)});
      i = blank + 1;
    }
    if (!line.empty()) lines.push_back(line);
    begin = end + 1;
  }
  if (lines.size() > most) {
    lines.resize(most);
    auto& last = lines.back();
    while (!last.empty() && !fits(last + " …")) {
      const auto blank = last.rfind(' ');
      last.resize(blank == std::string::npos ? 0 : blank);
    }
    last += last.ends_with('.') || last.ends_with('?') || last.ends_with('!') ? " …" : "…";
  }
  return lines;
}

namespace {

using card = picture::card;
using pill = picture::pill;

/// As few lines as `wrapped` needs, each as short as that allows: no word left alone below.
std::vector<std::string> balanced(std::string_view text, double size, double width, std::size_t most) {
  auto lines = wrapped(text, size, width, most);
  double narrowest = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto blank = std::min(text.find(' ', i), text.size());
    narrowest = std::max(narrowest, width_of(text.substr(i, blank - i), size));
    i = blank + 1;
  }
  if (lines.empty() || lines.back().ends_with("…")) return lines;
  for (width -= 4; width >= narrowest; width -= 4) {
    auto now = wrapped(text, size, width, most);
    if (now.size() > lines.size() || now.back().ends_with("…")) break;
    lines = std::move(now);
  }
  return lines;
}

/// A pill and where it leads: a step of the dialog, or a card of its own.
struct way {
  std::string title;
  bool button = true;
  std::string to_step;
  std::string door;  ///< title of what it opens elsewhere
  bool page = false;
};

class painter {
 public:
  painter(const dialog& d, const book::contents& dialogs, const knowledge::library& known)
      : dialog_{d}, words_{d, dialogs, known} {}

  picture paint() {
    out_.title = dialog_.title.empty() ? dialog_.name : dialog_.title;
    out_.about = dialog_.name + " · " + dialog_.at.file + " · bản " + dialog_.version + " · " +
                 std::to_string(dialog_.steps.size()) + " bước";
    start();
    for (const auto& s : dialog_.steps) {
      index_[s.name] = out_.cards.size();
      out_.cards.push_back(card_of(s));
      out_.plan.boxes.emplace_back();
    }
    if (!dialog_.steps.empty()) arrow(0, dialog_.steps.front().name);
    for (const auto& s : dialog_.steps) ways_of(s);
    for (std::size_t i = 0; i < out_.cards.size(); ++i) measure(i);
    for (auto& [at, which] : from_pill_) {
      const auto& p = out_.cards[out_.plan.arrows[at].from].pills[which];
      out_.plan.arrows[at].leaves = p.x + p.width / 2;
    }
    for (std::size_t a = 0; a < out_.plan.arrows.size(); ++a)
      if (!from_pill_.contains(a))
        out_.plan.arrows[a].leaves = out_.plan.boxes[out_.plan.arrows[a].from].width / 2;
    fit();
    return std::move(out_);
  }

 private:
  /// Wide dialogs become high ones when that spares paper, or makes the letters clearly larger.
  void fit() {
    constexpr double clearly = 1.05;
    const auto whole = out_.plan;
    paper best;
    for (const double widest : {std::numeric_limits<double>::infinity(), 2000.0, 1500.0, 1100.0, 800.0}) {
      auto tried = whole;
      layout::lay_out(tried, widest);
      const auto needs = paper_for(tried.width + 2 * sizes::page_edge, tried.height + sizes::page_extra);
      if (best.scale > 0 &&
          (needs.size < best.size || (needs.size == best.size && needs.scale < best.scale * clearly)))
        continue;
      best = needs;
      out_.plan = std::move(tried);
    }
  }

  // Text and notes of a card are whole until `measure` breaks them into lines.

  void start() {
    card c;
    c.what = card::kind::start;
    c.heading = "Bắt đầu khi";
    c.text = words_.opened_by();
    out_.cards.push_back(std::move(c));
    out_.plan.boxes.emplace_back();
  }

  void says(card& c, const wording& w) const {
    c.text = {words_.text(w)};
    if (const auto more = plain_words::other_ways(w); more > 0)
      c.notes.push_back("và " + std::to_string(more) + " cách nói khác");
  }

  card card_of(const step& s) const {
    card c;
    c.step = s.name;
    c.place = s.name + " · dòng " + std::to_string(s.at.line);
    switch (s.what) {
      case step::kind::say:
        c.what = card::kind::say;
        c.heading = "Nói";
        says(c, s.words);
        break;
      case step::kind::ask:
        c.what = card::kind::ask;
        c.heading = "Hỏi: " + plain_words::type(s.type);
        says(c, s.words);
        c.notes.push_back("Ghi vào: " + words_.slot(s.slot) + range(s));
        if (!s.example.empty()) c.notes.push_back("Ví dụ: " + s.example);
        if (!s.side_questions) c.notes.push_back("Mọi lời nhắn đều được ghi làm câu trả lời");
        break;
      case step::kind::branch:
        c.what = card::kind::branch;
        c.heading = "Rẽ nhánh: máy tự xét";
        break;
      case step::kind::go:
        c.what = s.dialog.empty() ? card::kind::jump : card::kind::door;
        c.heading = s.dialog.empty() ? "Đi tới" : "Sang hẳn";
        if (!s.dialog.empty()) c.text = {words_.dialog_title(s.dialog)};
        break;
      case step::kind::call:
        c.what = card::kind::door;
        c.heading = "Gọi rồi quay lại";
        c.text = {words_.dialog_title(s.dialog)};
        for (const auto& [slot, value] : s.arguments)
          c.notes.push_back("Đưa sẵn " + words_.slot(slot) + ": " + words_.text(value));
        for (const auto& [slot, from] : s.results)
          c.notes.push_back("Lấy về " + words_.slot(slot) + " từ " + words_.slot(from));
        break;
      case step::kind::answer:
        c.what = card::kind::answer;
        c.heading = "Trả lời từ kho kiến thức";
        c.text = {words_.topic_title(s.topic, s.aspect)};
        break;
      case step::kind::checklist:
        c.what = card::kind::checklist;
        c.heading = "Đúng giấy tờ của tôi";
        c.text = {words_.topic_title(s.topic, {})};
        c.notes.push_back("Hỏi vài câu có ảnh hưởng tới giấy tờ, rồi ghi danh sách kèm mã");
        break;
      case step::kind::rate:
        c.what = card::kind::rate;
        c.heading = "Xin đánh giá: 1 đến 5 sao";
        says(c, s.words);
        break;
      case step::kind::hand_over:
        c.what = card::kind::hand_over;
        c.heading = s.urgent ? "Chuyển cán bộ: KHẨN" : "Chuyển cán bộ";
        c.urgent = s.urgent;
        if (s.words.empty())
          c.text = {words_.phrase("reason_" + s.reason)};
        else
          says(c, s.words);
        if (!s.words.empty()) c.notes.push_back("Lý do: " + words_.phrase("reason_" + s.reason));
        if (!s.summary.empty()) c.notes.push_back("Cán bộ đọc: " + words_.text(s.summary));
        break;
      case step::kind::end:
        c.what = card::kind::end;
        c.heading = "Hết";
        break;
    }
    return c;
  }

  static std::string range(const step& s) {
    if (s.least && s.most) return ", từ " + std::to_string(*s.least) + " đến " + std::to_string(*s.most);
    if (s.least) return ", ít nhất " + std::to_string(*s.least);
    if (s.most) return ", nhiều nhất " + std::to_string(*s.most);
    return {};
  }

  // --- where it leads

  void arrow(std::size_t from, const std::string& to_step) {
    std::size_t to = 0;
    if (const auto found = index_.find(to_step); found != index_.end())
      to = found->second;
    else
      to = extra(card::kind::end, "Hết", {});
    out_.plan.arrows.push_back({from, to, 0, {}});
  }

  /// A card that is no step: the end, or another dialog.
  std::size_t extra(card::kind what, const std::string& heading, const std::string& text) {
    card c;
    c.what = what;
    c.heading = heading;
    if (!text.empty()) c.text = {text};
    out_.cards.push_back(std::move(c));
    out_.plan.boxes.emplace_back();
    return out_.cards.size() - 1;
  }

  std::vector<way> choices(const step& s) const {
    std::vector<way> out;
    for (const auto& o : s.options) {
      way w{words_.text(o.title), true, {}, words_.leads_to(o), !o.url.empty()};
      if (!o.next.empty())
        w.to_step = o.next;
      else if (!o.value.empty())
        w.to_step = s.next;
      out.push_back(std::move(w));
    }
    return out;
  }

  std::vector<way> ways(const step& s) const {
    auto out = choices(s);
    switch (s.what) {
      case step::kind::say:
        if (s.near_topics) out.push_back({"Các việc gần nhất, máy tự tìm", true, {}, "Việc bà con chọn"});
        if (!out.empty() && !s.next.empty())
          out.push_back({s.next == "end" ? "Không chọn gì" : "Nói tiếp ngay", false, s.next, {}});
        break;
      case step::kind::ask: {
        if (s.type == slot_type::yes_no && out.empty())
          for (const auto* name : {"choice_yes", "choice_no"})
            out.push_back({words_.phrase(name), true, s.next, {}});
        const bool only_choices = s.type == slot_type::choice || s.type == slot_type::yes_no;
        if (s.may_skip) out.push_back({words_.phrase("choice_skip"), true, s.next, {}});
        if (!s.failed.empty()) out.push_back({"Ba lần chưa đúng", false, s.failed, {}});
        if (!only_choices && !out.empty()) out.insert(out.begin(), {"Có câu trả lời", false, s.next, {}});
        break;
      }
      case step::kind::rate:
        if (!s.unhappy.empty()) {
          out.push_back({"1 hoặc 2 sao", true, s.unhappy, {}});
          out.push_back({"3 đến 5 sao", true, s.next, {}});
        }
        break;
      case step::kind::branch:
        for (const auto& arm : s.arms) out.push_back({words_.condition(arm.when), false, arm.next, {}});
        break;
      default:
        break;
    }
    return out;
  }

  void ways_of(const step& s) {
    const auto from = index_.at(s.name);
    const auto all = ways(s);
    if (all.empty()) {
      if (!s.next.empty()) arrow(from, s.next);
      return;
    }
    const auto width = s.what == step::kind::branch ? arm_width : pill_width;
    const auto lines = s.what == step::kind::branch ? std::size_t{6} : std::size_t{3};
    for (const auto& w : all) {
      pill p;
      p.button = w.button;
      p.lines = balanced(w.title, sizes::pill, width - 2 * sizes::pill_padding, lines);
      for (const auto& line : p.lines)
        p.width = std::max(p.width, width_of(line, sizes::pill) + 2 * sizes::pill_padding);
      p.width = std::max(p.width, 40.0);
      auto& pills = out_.cards[from].pills;
      pills.push_back(std::move(p));
      const auto at = out_.plan.arrows.size();
      if (w.to_step.empty())
        out_.plan.arrows.push_back(
            {from, extra(card::kind::door, w.page ? "Mở trang web" : "Mở", w.door), 0, {}});
      else if (const auto same = reached(from, w.to_step); same && w.to_step == "end")
        out_.plan.arrows.push_back({from, *same, 0, {}});
      else
        arrow(from, w.to_step);
      from_pill_.emplace(at, out_.cards[from].pills.size() - 1);
    }
  }

  /// Two choices of one card that end the dialog share its end.
  std::optional<std::size_t> reached(std::size_t from, const std::string& step_name) const {
    if (index_.contains(step_name)) return std::nullopt;
    for (const auto& a : out_.plan.arrows)
      if (a.from == from && out_.cards[a.to].what == card::kind::end) return a.to;
    return std::nullopt;
  }

  // --- sizes

  static void break_lines(std::vector<std::string>& paragraphs, double size, double width, std::size_t most,
                          std::string& whole) {
    std::vector<std::string> lines;
    for (const auto& p : paragraphs) {
      whole += (whole.empty() ? "" : "\n") + p;
      for (auto& line : wrapped(p, size, width, most)) lines.push_back(std::move(line));
    }
    paragraphs = std::move(lines);
  }

  void measure(std::size_t i) {
    auto& c = out_.cards[i];
    auto& box = out_.plan.boxes[i];
    double row = 0, tallest = 0;
    for (auto& p : c.pills) {
      p.x = row;
      row += p.width + between_pills;
      tallest = std::max(tallest, static_cast<double>(p.lines.size()) * sizes::pill_line);
    }
    if (row > 0) row -= between_pills;
    const double head = sizes::icon + 8 + width_of(c.heading, sizes::heading, weight::bold) +
                        (c.place.empty() ? 0 : 16 + width_of(c.place, sizes::place));
    // Steps are as wide as one another, so that the page is calm; doors and ends as narrow as they can be.
    const bool narrow = c.step.empty() || c.what == card::kind::end || c.what == card::kind::jump;
    const double limit = c.step.empty() && c.what == card::kind::door ? door_width : card_width;
    box.width = std::max(head, row) + 2 * sizes::padding;
    if (!narrow) box.width = std::max(box.width, card_width);
    const double inner = std::max(box.width, limit) - 2 * sizes::padding;
    break_lines(c.text, sizes::text, inner, most_lines, c.whole);
    break_lines(c.notes, sizes::note, inner, 2, c.whole);
    for (const auto& line : c.text)
      box.width = std::max(box.width, width_of(line, sizes::text) + 2 * sizes::padding);
    for (auto& p : c.pills) p.x += (box.width - row) / 2;
    box.height = sizes::padding + sizes::heading_line +
                 static_cast<double>(c.text.size()) * sizes::text_line +
                 static_cast<double>(c.notes.size()) * sizes::note_line + sizes::padding - 5;
    if (!c.pills.empty()) {
      c.pill_height = tallest + 2 * sizes::pill_padding - 3;
      box.height += c.pill_height + sizes::below_pills;
    }
    for (const auto& p : c.pills) {
      std::string title;
      for (const auto& line : p.lines) title += (title.empty() ? "" : " ") + line;
      c.whole += "\n[" + title + "]";
    }
  }

  const dialog& dialog_;
  plain_words words_;
  picture out_;
  std::map<std::string, std::size_t> index_;      ///< step -> card
  std::map<std::size_t, std::size_t> from_pill_;  ///< arrow -> pill of its card
};

}  // namespace

picture picture_of(const dialog& d, const book::contents& dialogs, const knowledge::library& known) {
  return painter{d, dialogs, known}.paint();
}

}  // namespace thanthien::dialogs
