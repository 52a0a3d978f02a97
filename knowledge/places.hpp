#pragma once

#include "knowledge/text.hpp"
#include "knowledge/unit.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace thanthien::knowledge {

/// Finds names of communes, wards and former districts in what people type, and what they mean today.
/// Keeps pointers into `units`, which must outlive it.
class place_index {
 public:
  /// `elsewhere`: names of other places, of at least two words, which spans() knows and find() does not.
  explicit place_index(const std::vector<unit>& units, const std::vector<std::string>& elsewhere = {});

  /// The units that the longest names found in `text` can mean. "cũ" behind a name leaves the former units,
  /// "mới" the ones of today; a former district in the same text decides between former units of one name.
  std::vector<place> find(std::string_view text) const;

  /// Whether a commune or ward is named that no list has: "phường Quyết Thắng", written with capitals, and
  /// nothing that find() knows.
  bool names_unknown(std::string_view text) const;

  /// Where names of places stand among the words of a message, with "xã", "phường" before them: begin and one
  /// past end.
  std::vector<std::pair<std::size_t, std::size_t>> spans(const message& m) const;

 private:
  struct name {
    const unit* now;
    std::string kind;      // "phường", "xã", "thị trấn", "huyện" (also thị xã, thành phố)
    std::string spelled;   // lower case
    std::string district;  // folded, without its kind
    std::string meant;
    bool former;
    bool whole_district;
    std::string district_name = {};  // as it is written
    bool partial = false;
  };
  std::unordered_map<std::string, std::vector<name>> by_name_;  // folded, without the kind
  std::unordered_map<std::string, std::string> elsewhere_;      // folded -> spelled
  std::unordered_set<std::string> first_words_;  // folded; most words of a message begin no name
  std::size_t longest_ = 0;                      // words
};

}  // namespace thanthien::knowledge
