#pragma once

#include "knowledge/procedure.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// What a message asks for, and how sure that is.
///
/// `topic` names are the ids of procedures and the ids of the topics in knowledge/content/topics/ (greeting,
/// office hours, out of scope, emergencies, ...); `kind` tells which.
struct topic_score {
  std::string topic;
  double score = 0;  ///< calibrated: the share of messages of this score for which the topic is right, 0..1

  bool operator==(const topic_score&) const = default;
};

enum class topic_kind : std::uint8_t {
  procedure,     ///< answered from a procedure entry
  service,       ///< office hours, address, dossier status, a person: answered by a dialog
  small_talk,    ///< greeting, thanks
  out_of_scope,  ///< declined kindly, with the name of who can help
  emergency      ///< numbers and a person at once, whatever else the message says
};

struct finding {
  enum class verdict : std::uint8_t {
    sure,           ///< answer `candidates[0]`
    choose,         ///< near topics: ask back with `candidates` (two to five)
    not_understood  ///< nothing near; candidates may hold weak guesses
  };

  verdict what = verdict::not_understood;
  topic_kind kind = topic_kind::procedure;  ///< of candidates[0]
  std::vector<topic_score> candidates;      ///< best first, at most five
  std::vector<aspect> aspects;              ///< asked in the message, in order; empty: none named
  bool from_context = false;                ///< the topic is the one of the turn before ("còn lệ phí?")
  std::string second_topic;                 ///< a second topic asked in the same message, or ""

  const std::string& topic() const;
  double confidence() const;

  bool operator==(const finding&) const = default;
};

class library;

/// Finds topic and aspects in what a resident typed: accented or not, abbreviated, misspelled, a story or a
/// fragment. Learns when the library is loaded; immutable and safe to share between threads afterwards. Same
/// text, same finding.
class finder {
 public:
  explicit finder(const library& known);
  ~finder();
  finder(finder&&) noexcept;
  finder& operator=(finder&&) noexcept;

  /// `context` is the topic of the turn before, or "". `offered`: the topics among which the turn before
  /// asked to choose. Any bytes are accepted; over-long text is read in part.
  finding find(std::string_view text, std::string_view context = {},
               std::span<const std::string> offered = {}) const;

  /// The same, told to a person: what the text became, which words spoke for which topic, why the second
  /// lost.
  std::string explain(std::string_view text, std::string_view context = {}) const;

 private:
  struct model;
  std::unique_ptr<const model> model_;
};

}  // namespace thanthien::knowledge
