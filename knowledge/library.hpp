#pragma once

#include "knowledge/finder.hpp"
#include "knowledge/problem.hpp"
#include "knowledge/procedure.hpp"
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
  std::string who_helps;  ///< out of scope: Vietnamese name of who can help, or ""
};

struct contact { std::string name, number, web, note; };
struct portal { std::string name, url, use; };

/// All that the commune knows, as one immutable value: procedures, units, topics, contacts, and the finder over them.
class library {
 public:
  /// Reads the folders one over the other: a file of the same relative path in a later folder replaces the one of an
  /// earlier. Returns nothing when a problem is an error; `problems` holds all of them, in Vietnamese.
  static std::shared_ptr<const library> load(const std::vector<std::filesystem::path>& folders,
                                             std::vector<problem>& problems);
  ~library();

  const std::vector<procedure>& procedures() const;
  const std::vector<topic>& topics() const;
  const std::vector<unit>& units() const;
  const std::vector<contact>& contacts() const;
  const std::vector<portal>& portals() const;

  const procedure* find_procedure(std::string_view id) const;
  const topic* find_topic(std::string_view id) const;
  const unit* find_unit(std::string_view id) const;
  bool knows_topic(std::string_view id) const;          ///< procedure or topic
  std::string title_of(std::string_view topic_id) const; ///< short Vietnamese name, for choices

  /// Today's units that a place name typed by a resident can mean; the longest names found in the text win.
  std::vector<place> places_in(std::string_view text) const;

  const knowledge::finder& finder() const;

 private:
  library();
  struct contents;
  std::unique_ptr<contents> contents_;
};

}  // namespace thanthien::knowledge
