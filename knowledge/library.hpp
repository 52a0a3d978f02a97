#pragma once

#include "knowledge/calendar.hpp"
#include "knowledge/finder.hpp"
#include "knowledge/places.hpp"
#include "knowledge/problem.hpp"
#include "knowledge/procedure.hpp"
#include "knowledge/text.hpp"
#include "knowledge/unit.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// A topic that is no procedure: small talk, services, out of scope, emergencies. knowledge/content/topics/.
struct topic {
  std::string id;
  topic_kind kind = topic_kind::service;
  std::string title;  ///< for choices
  std::vector<std::string> phrases;
  std::vector<std::string> situations;  ///< stories that lead here
  std::string who_helps;                ///< out of scope: Vietnamese name of who can help, or ""
};

struct contact {
  std::string name, number, web, note;
};
struct portal {
  std::string name, url, use;
};

/// Office hours to tell where a unit has none of its own, and rules that hold for every procedure.
/// general.yaml.
struct general_facts {
  std::string place;  ///< "Thành phố Đồng Nai"
  std::string days, morning, afternoon;
  std::string police;         ///< hours of the police of the commune
  std::string rule_of_thumb;  ///< "Việc hộ tịch nộp sau 15 giờ ..."
  confidence hours_sure = confidence::low;
  std::vector<std::string> rules;  ///< sentences for residents
};

/// What the finder learns from: the words by which residents come to one topic. knowledge/content/phrases/.
struct lesson {
  struct counterexample {
    std::string text, topic;
  };

  std::string topic;
  std::vector<std::string> keywords;    ///< each alone points to the topic
  std::vector<std::string> phrases;     ///< short questions
  std::vector<std::string> situations;  ///< stories that do not name the procedure
  std::vector<counterexample> others;   ///< looks near but belongs to another topic
};

/// How people write and ask, apart from any topic. knowledge/content/language/.
struct language {
  struct alarm {
    std::string topic;             ///< an emergency
    std::vector<std::string> any;  ///< expressions; one is enough
    std::vector<std::string>
        unless;  ///< expressions that show that the danger is over, or that another thing is meant
  };

  /// A thing that several procedures are about.
  struct matter {
    std::vector<std::string> names;   ///< expressions; the first is how people call it most
    std::vector<std::string> topics;  ///< the procedures about it
  };

  std::vector<expansion> expansions;
  std::vector<std::pair<aspect, std::string>> aspects;  ///< expressions that ask for an aspect
  std::vector<std::string> no_aspects;                  ///< that only look so: "mai táng phí" asks for no fee
  std::vector<std::pair<aspect, std::string>> asked;    ///< whole questions and what they ask for
  std::vector<std::pair<aspect, std::string>> fragments;  ///< the same for what is sent after an answer
  std::vector<std::string> fillers;                       ///< words that carry no topic
  std::vector<std::string> follow_ups;                    ///< expressions that point back to the turn before
  std::vector<std::string> courtesies;                    ///< politeness that says nothing of the matter
  std::vector<std::string> elsewhere;                     ///< names of places outside our units
  std::vector<std::string> openings;       ///< thanks, laughter: the question stands behind them
  std::vector<std::string> returns;        ///< "back to": the matter is named behind it
  std::vector<std::string> circumstances;  ///< told besides; names no matter
  std::vector<std::string> brought_along;  ///< stand before a paper that is only brought along
  std::vector<std::string> rather_than;    ///< what follows is not the case
  std::vector<std::string> asking;         ///< words without which hardly a question is asked
  std::vector<std::string> denials;        ///< "không phải": what was understood is taken back
  std::vector<std::string> meant;          ///< "ý em là": what is meant instead follows
  std::vector<matter> matters;
  std::vector<alarm> alarms;
  std::vector<std::vector<std::string>> families;  ///< near topics, the most general first
  std::vector<std::vector<std::string>> needs;     ///< the same need about different things: lost, worn out
};

/// All that the commune knows, as one immutable value: procedures, units, topics, contacts, and the finder
/// over them.
class library {
 public:
  /// Reads the folders one over the other: a file of the same relative path in a later folder replaces the
  /// one of an earlier. Returns nothing when a problem is an error; `problems` holds all of them, in
  /// Vietnamese.
  static std::shared_ptr<const library> load(const std::vector<std::filesystem::path>& folders,
                                             std::vector<problem>& problems);
  ~library();

  const std::vector<procedure>& procedures() const;
  const std::vector<topic>& topics() const;
  const std::vector<unit>& units() const;
  const std::vector<contact>& contacts() const;
  const std::vector<portal>& portals() const;
  const general_facts& general() const;
  const calendar& holidays() const;
  const std::vector<lesson>& lessons() const;
  const knowledge::language& language() const;

  const procedure* find_procedure(std::string_view id) const;
  const topic* find_topic(std::string_view id) const;
  const unit* find_unit(std::string_view id) const;
  bool knows_topic(std::string_view id) const;            ///< procedure or topic
  std::string title_of(std::string_view topic_id) const;  ///< short Vietnamese name, for choices

  /// Today's units that a place name typed by a resident can mean; the longest names found in the text win.
  std::vector<place> places_in(std::string_view text) const;

  const place_index& places() const;

  const knowledge::finder& finder() const;

 private:
  library();
  struct contents;
  friend struct content_loader;
  std::unique_ptr<contents> contents_;
};

}  // namespace thanthien::knowledge
