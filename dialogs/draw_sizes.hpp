#pragma once

/// Sizes that the cards are measured and drawn with, in units of the picture.
namespace thanthien::dialogs::sizes {

constexpr double text = 13, text_line = 17;
constexpr double note = 11, note_line = 15;
constexpr double place = 10;
constexpr double heading = 12, heading_line = 20;
constexpr double pill = 11.5, pill_line = 14.5;
constexpr double padding = 13;
constexpr double pill_padding = 6;
constexpr double below_pills = 9;  ///< between the pills and the lower edge of the card
constexpr double icon = 16;
constexpr double page_edge = 24, page_header = 58, page_footer = 40;
constexpr double page_extra = page_header + page_footer + 2 * page_edge;

}  // namespace thanthien::dialogs::sizes
