#pragma once

#include "dialogs/draw_layout.hpp"
#include "dialogs/model.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {
class library;
}

namespace thanthien::dialogs {

/// A dialog as a picture that an admin can print and discuss: one card for each step, in plain Vietnamese.
struct picture {
  struct pill {
    std::vector<std::string> lines;
    double x = 0, width = 0;  ///< from the left edge of the card
    bool button = true;       ///< the resident can tap it; else what happens by itself
  };

  struct card {
    enum class kind : std::uint8_t {
      start,
      say,
      ask,
      branch,
      answer,
      checklist,
      rate,
      hand_over,
      door,  ///< go and call, and other dialogs that choices open
      jump,  ///< go within the dialog
      end
    };

    kind what = kind::end;
    std::string step;                      ///< "" for what is no step of the file
    std::string heading;                   ///< "Hỏi: ngày"
    std::string place;                     ///< "hoi-ngay · dòng 16"
    std::vector<std::string> text, notes;  ///< lines, as they fit
    std::vector<pill> pills;
    double pill_height = 0;
    bool urgent = false;
    std::string whole;  ///< the text uncut, for readers on a screen and for screen readers
  };

  std::string title, about;
  std::vector<card> cards;
  layout::plan plan;  ///< a box for each card
};

struct paper {
  double width = 0, height = 0;  ///< millimetres
  double scale = 0;              ///< millimetres for one unit of the picture
  int size = 4;                  ///< 4 is A4
};

/// The smallest paper on which the letters are at least seven points high, upright unless the other way is
/// clearly larger; A0 at the end, whatever it takes.
paper paper_for(double width, double height);

/// As wide or as high as needs the smallest paper. The same dialog always gives the same picture.
picture picture_of(const dialog& d, const book::contents& dialogs, const knowledge::library& known);

/// One SVG file without fonts, scripts or links, on the smallest paper (A4 upright first) on which it can be
/// read.
std::string svg_of(const picture& p);

// --- letters; no font is asked, the widths are those of the wider common ones

enum class weight : std::uint8_t { plain, bold };

double width_of(std::string_view text, double size, weight w = weight::plain);

/// Breaks `text` at blanks (and inside what is wider than a line) into at most `most` lines; the last one
/// ends with "…" when something is left out.
std::vector<std::string> wrapped(std::string_view text, double size, double width, std::size_t most,
                                 weight w = weight::plain);

}  // namespace thanthien::dialogs
