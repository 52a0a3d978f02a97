#include "dialogs/draw.hpp"
#include "dialogs/draw_words.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

/// The picture of a dialog: what an admin prints must be readable, complete and true.
namespace thanthien::dialogs::test {
namespace {

using layout::box;
using layout::plan;
using layout::point;

bool apart(const box& a, const box& b) {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
}

/// Whether the square line from `a` to `b` runs through the inside of the box.
bool through(const point& a, const point& b, const box& c) {
  constexpr double edge = 0.4;
  return std::max(a.x, b.x) > c.x + edge && std::min(a.x, b.x) < c.x + c.width - edge &&
         std::max(a.y, b.y) > c.y + edge && std::min(a.y, b.y) < c.bottom() - edge;
}

/// What every plan promises after lay_out; "" when it keeps it.
std::string broken_promise(const plan& p) {
  for (std::size_t i = 0; i < p.boxes.size(); ++i) {
    const auto& b = p.boxes[i];
    if (b.x < -0.01 || b.y < -0.01 || b.x + b.width > p.width + 0.01 || b.bottom() > p.height + 0.01)
      return "box " + std::to_string(i) + " stands outside";
    for (std::size_t k = i + 1; k < p.boxes.size(); ++k)
      if (!apart(b, p.boxes[k]))
        return "boxes " + std::to_string(i) + " and " + std::to_string(k) + " overlap";
  }
  for (std::size_t i = 0; i < p.arrows.size(); ++i) {
    const auto& a = p.arrows[i];
    const auto name = "arrow " + std::to_string(i);
    if (a.path.size() < 2) return name + " has no path";
    const auto &from = p.boxes[a.from], &to = p.boxes[a.to];
    const auto &first = a.path.front(), &last = a.path.back();
    if (std::abs(first.x - from.x - a.leaves) > 0.01 || std::abs(first.y - from.bottom()) > 0.01)
      return name + " does not begin where it leaves its box";
    if (last.x <= to.x || last.x >= to.x + to.width || std::abs(last.y - to.y) > 0.01)
      return name + " does not end at the upper edge of its box";
    if (const auto& before = a.path[a.path.size() - 2]; before.x != last.x || before.y >= last.y)
      return name + " does not come from above";
    for (std::size_t k = 0; k + 1 < a.path.size(); ++k) {
      if (a.path[k].x != a.path[k + 1].x && a.path[k].y != a.path[k + 1].y) return name + " is not square";
      for (std::size_t b = 0; b < p.boxes.size(); ++b)
        if (through(a.path[k], a.path[k + 1], p.boxes[b]))
          return name + " runs through box " + std::to_string(b);
    }
  }
  return {};
}

/// Whether two lines lie in one another for a visible length.
bool in_one(const point& a, const point& b, const point& c, const point& d) {
  const auto common = [](double p, double q, double r, double s) {
    return std::min(std::max(p, q), std::max(r, s)) - std::max(std::min(p, q), std::min(r, s));
  };
  if (a.x == b.x && c.x == d.x) return std::abs(a.x - c.x) < 1 && common(a.y, b.y, c.y, d.y) > 1;
  if (a.y == b.y && c.y == d.y) return std::abs(a.y - c.y) < 1 && common(a.x, b.x, c.x, d.x) > 1;
  return false;
}

picture shipped_picture(const std::string& name) {
  const auto& all = shipped_book().inside();
  return picture_of(*all.find(name), all, shipped_knowledge());
}

std::shared_ptr<const book> book_with(const std::string& text) {
  auto result = check_with("thu.yaml", text);
  EXPECT_TRUE(result.made) << result.text;
  return result.made;
}

picture picture_with(const book& b) {
  return picture_of(*b.inside().find("thu"), b.inside(), shipped_knowledge());
}

std::size_t times(std::string_view in, std::string_view what) {
  std::size_t count = 0;
  for (auto at = in.find(what); at != std::string_view::npos; at = in.find(what, at + 1)) ++count;
  return count;
}

/// Every tag closed in its order, every "&" an escape: enough of XML for what we write.
std::string xml_fault(std::string_view svg) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < svg.size(); ++i) {
    if (svg[i] == '&') {
      const auto end = svg.find(';', i);
      if (end == std::string_view::npos || end > i + 6) return "a bare &";
      continue;
    }
    if (static_cast<unsigned char>(svg[i]) < 0x20 && svg[i] != '\n') return "a control character";
    if (svg[i] == '>') return "a bare >";
    if (svg[i] != '<') continue;
    const auto end = svg.find('>', i);
    if (end == std::string_view::npos) return "a tag without an end";
    const auto tag = svg.substr(i + 1, end - i - 1);
    const auto name = std::string{tag.substr(tag.starts_with('/') ? 1 : 0,
                                             tag.find_first_of(" /", 1) - (tag.starts_with('/') ? 1 : 0))};
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != name) return "</" + name + "> closes nothing";
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(name);
    }
    i = end;
  }
  return open.empty() ? "" : open.back() + " is never closed";
}

TEST(Layout, EveryPlanKeepsItsPromises) {
  std::mt19937 dice{20261123};
  const auto roll = [&](std::size_t n) { return static_cast<std::size_t>(dice() % n); };
  for (int round = 0; round < 300; ++round) {
    plan p;
    const auto count = 1 + roll(14);
    for (std::size_t i = 0; i < count; ++i)
      p.boxes.push_back({60.0 + static_cast<double>(roll(300)), 30.0 + static_cast<double>(roll(120)), 0, 0});
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t ways = roll(4), w = 0; w < ways; ++w)
        p.arrows.push_back({i, roll(count), p.boxes[i].width * static_cast<double>(w + 1) / 5, {}});
    layout::lay_out(p, round % 2 == 0 ? std::numeric_limits<double>::infinity() : 500);
    ASSERT_EQ(broken_promise(p), "") << "in round " << round;
  }
}

TEST(Layout, AWayBackGoesRoundTheBoxes) {
  plan p{{{100, 40, 0, 0}, {200, 60, 0, 0}, {100, 40, 0, 0}},
         {{0, 1, 50, {}}, {1, 2, 40, {}}, {2, 1, 50, {}}, {1, 1, 160, {}}},
         0,
         0};
  layout::lay_out(p);
  EXPECT_EQ(broken_promise(p), "");
  EXPECT_LT(p.boxes[1].bottom(), p.boxes[2].y) << "the loop must not turn the order round";
  EXPECT_GT(p.arrows[2].path.size(), 4U);
}

TEST(Layout, WhatDoesNotFitBesideStandsBelow) {
  plan p{{{100, 40, 0, 0}}, {}, 0, 0};
  for (std::size_t i = 1; i <= 6; ++i) {
    p.boxes.push_back({100, 40, 0, 0});
    p.arrows.push_back({0, i, 10.0 * static_cast<double>(i), {}});
  }
  auto wide = p;
  layout::lay_out(wide);
  layout::lay_out(p, 400);
  EXPECT_EQ(broken_promise(p), "");
  EXPECT_GT(wide.width, 600);
  EXPECT_LT(p.width, wide.width);
  for (const auto& b : p.boxes) EXPECT_LE(std::ranges::count(p.boxes, b.y, &box::y), 3);
  EXPECT_GT(p.height, wide.height);
}

TEST(Layout, OneLineOfStepsStandsUnderOneAnother) {
  plan p{{{100, 40, 0, 0}, {300, 60, 0, 0}, {180, 40, 0, 0}}, {{0, 1, 50, {}}, {1, 2, 150, {}}}, 0, 0};
  layout::lay_out(p);
  EXPECT_NEAR(p.boxes[0].middle(), p.boxes[1].middle(), 0.01);
  EXPECT_NEAR(p.boxes[1].middle(), p.boxes[2].middle(), 0.01);
  EXPECT_EQ(p.arrows[0].path.size(), 2U);
}

TEST(Draw, EveryShippedDialogIsReadableAndWhole) {
  for (const auto& name : shipped_book().names()) {
    SCOPED_TRACE(name);
    const auto drawn = shipped_picture(name);
    EXPECT_EQ(broken_promise(drawn.plan), "");
    ASSERT_EQ(drawn.cards.size(), drawn.plan.boxes.size());
    for (const auto& s : shipped_book().inside().find(name)->steps)
      EXPECT_EQ(std::ranges::count(drawn.cards, s.name, &picture::card::step), 1) << s.name;
    for (std::size_t i = 0; i < drawn.cards.size(); ++i) {
      const auto& c = drawn.cards[i];
      const double inside = drawn.plan.boxes[i].width - 10;
      EXPECT_LE(c.text.size(), c.what == picture::card::kind::start ? 12U : 4U);
      for (const auto& line : c.text) EXPECT_LE(width_of(line, 13), inside) << line;
      for (const auto& line : c.notes) EXPECT_LE(width_of(line, 11), inside) << line;
      for (const auto& p : c.pills)
        for (const auto& line : p.lines) EXPECT_LE(width_of(line, 11.5), p.width) << line;
    }
    const auto svg = svg_of(drawn);
    EXPECT_EQ(xml_fault(svg), "");
    EXPECT_FALSE(svg.contains("href") || svg.contains("<script") || svg.contains("url(")) << "not on its own";
    EXPECT_EQ(svg, svg_of(shipped_picture(name))) << "drawn again it is another picture";
  }
}

TEST(Draw, ArrowsToDifferentCardsAreToldApart) {
  for (const auto& name : shipped_book().names()) {
    const auto drawn = shipped_picture(name).plan;
    for (const auto& a : drawn.arrows)
      for (const auto& b : drawn.arrows) {
        if (a.to == b.to) continue;
        for (std::size_t i = 0; i + 1 < a.path.size(); ++i)
          for (std::size_t k = 0; k + 1 < b.path.size(); ++k)
            EXPECT_FALSE(in_one(a.path[i], a.path[i + 1], b.path[k], b.path[k + 1]))
                << name << ": the arrows to cards " << a.to << " and " << b.to << " lie in one another";
      }
  }
}

constexpr auto everything = R"(dialog: thu
title: Thử mọi bước
steps:
  chao:
    say: ["Dạ em chào {unit.name}.", Dạ xin chào.]
    choices:
      - {title: Xem lệ phí, topic: khai-sinh, aspect: fee}
      - {title: Trang web, url: "https://example.org/a?b=1&c=2"}
  tuoi:
    ask: Bé mấy tuổi ạ?
    slot: tuoi_be
    type: number
    min: 0
    max: 17
    label: Tuổi của bé
    failed: het
    optional: yes
  re:
    branch:
      - {when: {slot.tuoi_be: {less: 6}, office_hours: no}, go: goi}
      - {when: {any: [{channel: [zalo, web]}, {case: yes}], not: {language: en}}, go: tuoi}
      - {else: sao}
  goi:
    call: menu
  tra-loi:
    answer: khai-sinh
  ds:
    checklist: khai-sinh
    next: nguoi
  sao:
    rate: Bà con thấy sao ạ?
    unhappy: nguoi
    next: sang
  sang:
    go: {dialog: menu}
  nguoi:
    hand_over: form
    urgent: yes
    summary: Bé {tuoi_be} tuổi.
  het:
    end: yes
)";

TEST(Draw, EveryKindOfStepSaysInWordsWhatItDoes) {
  const auto made = book_with(everything);
  ASSERT_TRUE(made);
  const auto drawn = picture_with(*made);
  EXPECT_EQ(broken_promise(drawn.plan), "");
  const auto card = [&](std::string_view step) {
    return *std::ranges::find(drawn.cards, step, &picture::card::step);
  };
  EXPECT_EQ(card("chao").heading, "Nói");
  EXPECT_EQ(card("chao").text.front(), "Dạ em chào ‹tên xã, phường›.");
  EXPECT_EQ(card("chao").notes.front(), "và 1 cách nói khác");
  EXPECT_EQ(card("tuoi").heading, "Hỏi: con số");
  EXPECT_EQ(card("tuoi").notes.front(), "Ghi vào: Tuổi của bé, từ 0 đến 17");
  EXPECT_EQ(card("tuoi").place, "tuoi · dòng 9");
  EXPECT_EQ(card("re").heading, "Rẽ nhánh: máy tự xét");
  EXPECT_EQ(card("goi").heading, "Gọi rồi quay lại");
  EXPECT_EQ(card("goi").text.front(), "Danh mục");
  EXPECT_EQ(card("tra-loi").heading, "Trả lời từ kho kiến thức");
  EXPECT_EQ(card("ds").heading, "Đúng giấy tờ của tôi");
  EXPECT_EQ(card("sao").heading, "Xin đánh giá: 1 đến 5 sao");
  EXPECT_EQ(card("sang").heading, "Sang hẳn");
  EXPECT_EQ(card("nguoi").heading, "Chuyển cán bộ: KHẨN");
  EXPECT_EQ(std::ranges::count(card("nguoi").notes, "Cán bộ đọc: Bé ‹Tuổi của bé› tuổi."), 1);
  EXPECT_EQ(card("het").heading, "Hết");
  // Where choices lead outside.
  EXPECT_TRUE(std::ranges::any_of(drawn.cards, [](const auto& c) { return c.heading == "Mở trang web"; }));
  EXPECT_TRUE(svg_of(drawn).contains("Lệ phí"));
  EXPECT_TRUE(svg_of(drawn).contains("Đi tới: "));
}

TEST(Draw, ConditionsAreSaidInPlainWords) {
  const auto made = book_with(everything);
  ASSERT_TRUE(made);
  const auto& d = *made->inside().find("thu");
  const plain_words words{d, made->inside(), shipped_knowledge()};
  const auto& arms = d.find("re")->arms;
  EXPECT_EQ(words.condition(arms[0].when), "“Tuổi của bé” dưới 6 và ngoài giờ làm việc");
  EXPECT_EQ(
      words.condition(arms[1].when),
      "(Kênh là Zalo hoặc trang web hoặc đã có yêu cầu chờ cán bộ) và không phải (ngôn ngữ là tiếng Anh)");
  EXPECT_EQ(words.condition(arms[2].when), "Còn lại");
}

TEST(Draw, NothingIsLeftInTheShortFormsOfTheLanguage) {
  const auto& all = shipped_book().inside();
  const auto& d = *all.find("menu");
  const plain_words words{d, all, shipped_knowledge()};
  for (const auto& name : usual_placeholders()) {
    wording w;
    w.versions.push_back({"vi", {}, {"{" + name + "}"}, {}});
    EXPECT_FALSE(words.text(w).contains(name)) << name << " has no word of its own";
  }
  for (const auto& subject : condition_subjects()) {
    condition c;
    c.parts.emplace_back();
    c.parts[0].what = condition::kind::test;
    c.parts[0].subject = subject;
    c.parts[0].values = {subject == "weekday" ? "2" : "yes"};
    EXPECT_NE(words.condition(c).find(' '), std::string::npos);
    EXPECT_FALSE(words.condition(c).contains(subject)) << subject << " has no word of its own";
  }
}

TEST(Draw, TheBeginningTellsWhatOpensTheDialog) {
  const auto opened = [](const std::string& name) { return shipped_picture(name).cards.front().text; };
  EXPECT_EQ(opened("menu").front(), "Bà con nhắn “menu”");
  EXPECT_EQ(opened("danh-gia").front(), "Cán bộ đã xử lý xong yêu cầu");
  EXPECT_EQ(opened("lua-dao").front(), "Bà con hỏi “Cảnh báo lừa đảo”");
  EXPECT_EQ(std::ranges::count(opened("muc-ho-tich"), "Từ kịch bản “Danh mục”"), 1);
}

TEST(Draw, HostileWordsStayWords) {
  const auto made = book_with(
      "dialog: thu\ntitle: \"<script>alert('x')</script> & \\\"y\\\"\"\nsteps:\n  chao:\n"
      "    say: \"</text></svg><image href='javascript:x'/> ]]> <!-- &#0;\"\n    next: end\n");
  ASSERT_TRUE(made);
  auto drawn = picture_with(*made);
  drawn.cards[1].text.push_back(
      "a\x01"
      "b\xff");
  const auto svg = svg_of(drawn);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_FALSE(svg.contains("<script") || svg.contains("<image") || svg.contains("<!--"));
  EXPECT_EQ(times(svg, "</svg>"), 1U);
  EXPECT_TRUE(svg.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"));
}

TEST(Draw, LongWordsAndTextsBreakIntoLines) {
  const auto lines = wrapped("Dạ, bà con vui lòng chờ em một chút xíu nhé.", 13, 120, 4);
  ASSERT_GT(lines.size(), 1U);
  for (const auto& line : lines) EXPECT_LE(width_of(line, 13), 120) << line;
  EXPECT_EQ(wrapped("một\nhai", 13, 300, 4), (std::vector<std::string>{"một", "hai"}));
  const auto cut = wrapped("một hai ba bốn năm sáu bảy tám chín mười mười một", 13, 60, 2);
  ASSERT_EQ(cut.size(), 2U);
  EXPECT_TRUE(cut[1].ends_with("…"));
  EXPECT_LE(width_of(cut[1], 13), 60);
  const auto broken = wrapped(std::string(60, 'W') + "ữữữữữữữữữữữữữữ", 13, 100, 99);
  EXPECT_GT(broken.size(), 5U);
  for (const auto& line : broken) EXPECT_LE(width_of(line, 13), 100) << line;
  EXPECT_TRUE(wrapped("", 13, 100, 4).empty());
}

TEST(Draw, ThePaperIsTheSmallestOnWhichItCanBeRead) {
  EXPECT_TRUE(svg_of(shipped_picture("cam-on")).contains("width=\"210mm\" height=\"297mm\""));
  picture wide;
  wide.plan.width = 1900;
  wide.plan.height = 600;
  EXPECT_TRUE(svg_of(wide).contains("width=\"420mm\" height=\"297mm\""));
  picture long_one;
  long_one.plan.width = 700;
  long_one.plan.height = 1900;
  EXPECT_TRUE(svg_of(long_one).contains("width=\"297mm\" height=\"420mm\""));
  picture huge;
  huge.plan.width = huge.plan.height = 100'000;
  EXPECT_TRUE(svg_of(huge).contains("width=\"1188mm\" height=\"840mm\""));
}

}  // namespace
}  // namespace thanthien::dialogs::test
