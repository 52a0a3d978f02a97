#include "dialogs/draw.hpp"
#include "dialogs/draw_sizes.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace thanthien::dialogs {
namespace {

using card = picture::card;
using layout::box;
using layout::point;

struct look {
  std::string_view ink, fill;
  std::string_view icon;  ///< a path in a square of 16
};

/// In the order of card::kind. Colour is never the only sign: outline, icon and heading tell the kind too.
constexpr std::array<look, 11> looks{{
    {"#1e293b", "#e2e8f0", "M8 1a7 7 0 1 0 .01 0zM6.2 4.8v6.4l5-3.2z"},
    {"#1d4ed8", "#eff6ff", "M2 2.5h12v8.2H7.4L4.2 14v-3.3H2z"},
    {"#6d28d9", "#f5f3ff",
     "M8 1a7 7 0 1 0 .01 0zM5.8 6.2C5.8 3.2 10.3 3.4 10.2 6.1 10.1 7.7 8 7.8 8 9.5M8 11.6v.8"},
    {"#b45309", "#fffbeb", "M8 1l7 7-7 7-7-7z"},
    {"#047857", "#ecfdf5",
     "M8 4C6 2.6 3.5 2.4 1.5 2.8v9.8c2-.4 4.5-.2 6.5 1.2 2-1.4 4.5-1.6 6.5-1.2V2.8C12.5 2.4 10 2.6 8 4zM8 "
     "4v9.8"},
    {"#0f766e", "#f0fdfa",
     "M1.5 3.4L3 4.9l2.6-3M1.5 8.4L3 9.9l2.6-3M1.5 13.4L3 14.9l2.6-3M8 3.8h6.5M8 8.8h6.5M8 13.8h6.5"},
    {"#854d0e", "#fefce8", "M8 1l2.1 4.6 5 .5-3.8 3.3 1.1 4.9L8 11.7l-4.4 2.6 1.1-4.9L.9 6.1l5-.5z"},
    {"#be123c", "#fff1f2", "M8 1.5a3.1 3.1 0 1 0 .01 0zM2 15c0-3.6 2.6-5.4 6-5.4s6 1.8 6 5.4z"},
    {"#334155", "#f8fafc", "M4 15V2.6L11.5 1v14zM1.5 15h13M9 8.2v1.2"},
    {"#334155", "#f8fafc", "M1.5 8h12M9 3.5L13.5 8 9 12.5"},
    {"#1e293b", "#e2e8f0", "M8 1a7 7 0 1 0 .01 0zM5.5 5.5h5v5h-5z"},
}};

constexpr double turn_radius = 7;
constexpr double head_length = 8, head_half = 4.5;
using sizes::page_edge;
using sizes::page_header;
constexpr double title_size = 21;

std::string number(double n) {
  std::array<char, 32> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), n, std::chars_format::fixed, 1).ptr;
  std::string out{digits.data(), end};
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string at(double x, double y) { return number(x) + " " + number(y); }

std::string escaped(std::string_view raw) {
  std::string out;
  // Control characters, which no XML may hold, go too.
  for (const char c : knowledge::clean(raw)) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string text_at(double x, double y, double size, std::string_view ink, std::string_view text,
                    std::string_view more = {}) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) + "\" fill=\"" +
         std::string{ink} + "\"" + std::string{more} + ">" + escaped(text) + "</text>\n";
}

std::string outline(const card& c, const box& b) {
  const auto w = b.width, h = b.height;
  const auto rounded = [&](double top, double bottom) {
    return "M" + at(b.x + top, b.y) + "h" + number(w - 2 * top) + "q" + at(top, 0) + " " + at(top, top) +
           "v" + number(h - top - bottom) + "q" + at(0, bottom) + " " + at(-bottom, bottom) + "h" +
           number(-(w - 2 * bottom)) + "q" + at(-bottom, 0) + " " + at(-bottom, -bottom) + "v" +
           number(-(h - top - bottom)) + "q" + at(0, -top) + " " + at(top, -top) + "z";
  };
  switch (c.what) {
    case card::kind::branch: {
      const double cut = 15;
      return "M" + at(b.x + cut, b.y) + "h" + number(w - 2 * cut) + "l" + at(cut, cut) + "v" +
             number(h - 2 * cut) + "l" + at(-cut, cut) + "h" + number(-(w - 2 * cut)) + "l" + at(-cut, -cut) +
             "v" + number(-(h - 2 * cut)) + "z";
    }
    case card::kind::answer:
    case card::kind::checklist: {
      const double fold = 14;
      return "M" + at(b.x, b.y) + "h" + number(w - fold) + "l" + at(fold, fold) + "v" + number(h - fold) +
             "h" + number(-w) + "zM" + at(b.x + w - fold, b.y) + "v" + number(fold) + "h" + number(fold);
    }
    case card::kind::door:
      return rounded(std::min(26.0, h / 2), 1);
    case card::kind::start:
    case card::kind::end:
      return rounded(std::min(22.0, h / 2), std::min(22.0, h / 2));
    case card::kind::say:
    case card::kind::rate:
      return rounded(14, 14);
    default:
      return rounded(3, 3);
  }
}

std::string pills_of(const card& c, const box& b, const look& l) {
  std::string out;
  const double top = b.bottom() - sizes::below_pills - c.pill_height;
  for (const auto& p : c.pills) {
    const double middle = b.x + p.x + p.width / 2;
    // A button is round, like those in the chat; what happens by itself is square and dashed.
    out += "<rect x=\"" + number(b.x + p.x) + "\" y=\"" + number(top) + "\" width=\"" + number(p.width) +
           "\" height=\"" + number(c.pill_height) + "\" rx=\"" + (p.button ? "11" : "2") +
           "\" fill=\"#fff\" stroke=\"" + std::string{l.ink} + "\"" +
           (p.button ? "" : " stroke-dasharray=\"4 3\"") + "/>\n";
    double y = top + c.pill_height / 2 - static_cast<double>(p.lines.size()) * sizes::pill_line / 2 + 11;
    for (const auto& line : p.lines) {
      out += text_at(middle, y, sizes::pill, "#0f172a", line, " text-anchor=\"middle\"");
      y += sizes::pill_line;
    }
    out +=
        "<path class=\"line\" d=\"M" + at(middle, top + c.pill_height) + "V" + number(b.bottom()) + "\"/>\n";
  }
  return out;
}

std::string card_svg(const card& c, const box& b) {
  const auto& l = looks[static_cast<std::size_t>(c.what)];
  const auto ink = std::string{l.ink};
  std::string out = "<g" + (c.step.empty() ? "" : " data-step=\"" + escaped(c.step) + "\"") + "><title>" +
                    escaped(c.heading + (c.whole.empty() ? "" : "\n" + c.whole)) + "</title>\n";
  out += "<path d=\"" + outline(c, b) + "\" fill=\"" + std::string{l.fill} + "\" stroke=\"" + ink +
         "\" stroke-width=\"" + (c.what == card::kind::hand_over ? "3" : "1.5") +
         "\" stroke-linejoin=\"round\"/>\n";
  if (c.what == card::kind::ask)
    out += "<rect x=\"" + number(b.x) + "\" y=\"" + number(b.y) + "\" width=\"6\" height=\"" +
           number(b.height) + "\" rx=\"2\" fill=\"" + ink + "\"/>\n";
  double y = b.y + sizes::padding;
  const double x = b.x + sizes::padding;
  out += "<path transform=\"translate(" + at(x, y - 2) + ")\" d=\"" + std::string{l.icon} +
         "\" fill=\"none\" stroke=\"" + ink + "\" stroke-width=\"1.6\" stroke-linejoin=\"round\"/>\n";
  out += text_at(x + sizes::icon + 8, y + 10.5, sizes::heading, ink, c.heading, " font-weight=\"bold\"");
  if (!c.place.empty()) {
    const double fold = c.what == card::kind::answer || c.what == card::kind::checklist ? 6 : 0;
    out += text_at(b.x + b.width - sizes::padding - fold, y + 10.5, sizes::place, "#64748b", c.place,
                   " text-anchor=\"end\"");
  }
  y += sizes::heading_line;
  for (const auto& line : c.text) {
    out += text_at(x, y + 12, sizes::text, "#0f172a", line);
    y += sizes::text_line;
  }
  for (const auto& line : c.notes) {
    out += text_at(x, y + 11, sizes::note, "#475569", line, " font-style=\"italic\"");
    y += sizes::note_line;
  }
  return out + pills_of(c, b, l) + "</g>\n";
}

/// Straight lines with round turns, and the head.
std::string arrow_svg(const std::vector<point>& path) {
  std::string d = "M" + at(path.front().x, path.front().y);
  for (std::size_t i = 1; i + 1 < path.size(); ++i) {
    const auto &before = path[i - 1], &turn = path[i], &after = path[i + 1];
    const auto toward = [&](const point& other) {
      const double dx = other.x - turn.x, dy = other.y - turn.y;
      const double length = std::abs(dx) + std::abs(dy);
      const double part = length == 0 ? 0 : std::min(turn_radius, length / 2) / length;
      return point{turn.x + dx * part, turn.y + dy * part};
    };
    const auto in = toward(before), out = toward(after);
    d += "L" + at(in.x, in.y) + "Q" + at(turn.x, turn.y) + " " + at(out.x, out.y);
  }
  const auto& end = path.back();
  d += "L" + at(end.x, end.y - head_length + 1);
  return "<path class=\"line\" d=\"" + d + "\"/>\n<path class=\"head\" d=\"M" + at(end.x, end.y - 0.5) + "l" +
         at(-head_half, -head_length) + "h" + number(2 * head_half) + "z\"/>\n";
}

/// The whole dialog in words, for those who cannot see the picture.
std::string described(const picture& p) {
  std::string out;
  for (std::size_t i = 0; i < p.cards.size(); ++i) {
    const auto& c = p.cards[i];
    if (c.step.empty() && c.what != card::kind::start) continue;
    out += (c.step.empty() ? "" : c.step + ". ") + c.heading + ": " + c.whole;
    std::string targets;
    for (const auto& a : p.plan.arrows)
      if (a.from == i) {
        const auto& to = p.cards[a.to];
        targets += (targets.empty() ? "" : "; ") +
                   (!to.step.empty() ? to.step : to.heading + (to.whole.empty() ? "" : " " + to.whole));
      }
    out += targets.empty() ? "\n" : "\nĐi tới: " + targets + "\n";
  }
  return out;
}

}  // namespace

paper paper_for(double width, double height) {
  constexpr double edge = 8, readable = 0.19, largest = 0.2646, clearly = 1.15;
  double small = 210, large = 297;
  for (int size = 4;; --size) {
    const auto scale = [&](double w, double h) {
      return std::min({(w - 2 * edge) / width, (h - 2 * edge) / height, largest});
    };
    const double upright = scale(small, large), across = scale(large, small);
    if (std::max(upright, across) >= readable || size == 0) {
      return upright >= readable && upright * clearly >= across ? paper{small, large, upright, size}
                                                                : paper{large, small, across, size};
    }
    small = std::exchange(large, small * 2);
  }
}

std::string svg_of(const picture& p) {
  constexpr std::string_view rule =
      "Lúc nào bà con cũng nhắn được “gặp cán bộ”, “quay lại”, “thôi”. Trả lời chưa đúng ba lần thì chuyển "
      "cán bộ.";
  constexpr std::string_view signs =
      "Nút bo tròn: bà con bấm hoặc nhắn. Ô nét đứt: máy tự xét. Chữ trong dấu ‹ › được điền khi trả lời.";
  double width = std::max({p.plan.width, width_of(p.title, title_size, weight::bold),
                           width_of(p.about, sizes::note), width_of(rule, sizes::note)}) +
                 2 * page_edge;
  double height = p.plan.height + sizes::page_extra;
  const auto on = paper_for(width, height);
  const auto paper_name = "A" + std::to_string(on.size) + (on.width < on.height ? " portrait" : " landscape");
  const double aside = (on.width / on.scale - width) / 2 + page_edge;
  width = on.width / on.scale;
  height = std::max(height, on.height / on.scale);

  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(on.width) +
                    "mm\" height=\"" + number(on.height) + "mm\" viewBox=\"0 0 " + at(width, height) +
                    "\" xml:lang=\"vi\" role=\"img\" aria-labelledby=\"title\" aria-describedby=\"desc\">\n";
  out += "<title id=\"title\">Kịch bản: " + escaped(p.title) + "</title>\n<desc id=\"desc\">" +
         escaped(described(p)) + "</desc>\n";
  out += "<style>@page{size:" + paper_name + ";margin:0}" +
         "text{font-family:'Noto Sans','Segoe UI',Roboto,Arial,'Liberation Sans','DejaVu "
         "Sans',sans-serif}.line{fill:none;stroke:#475569;stroke-width:1.6}.head{fill:#475569}</style>\n";
  out += "<rect width=\"" + number(width) + "\" height=\"" + number(height) + "\" fill=\"#fff\"/>\n";
  const double left = aside;
  out += text_at(left, page_edge + 22, title_size, "#0f172a", p.title, " font-weight=\"bold\"");
  out += text_at(left, page_edge + 41, sizes::note, "#475569", p.about);

  const double shift = (width - p.plan.width) / 2;
  out += "<g transform=\"translate(" + at(shift, page_edge + page_header) + ")\">\n";
  for (const auto& a : p.plan.arrows) out += arrow_svg(a.path);
  for (std::size_t i = 0; i < p.cards.size(); ++i) out += card_svg(p.cards[i], p.plan.boxes[i]);
  out += "</g>\n";
  const double below = page_edge + page_header + p.plan.height + 26;
  out += text_at(left, below, sizes::note, "#475569", rule);
  out += text_at(left, below + sizes::note_line, sizes::note, "#475569", signs);
  return out + "</svg>\n";
}

}  // namespace thanthien::dialogs
