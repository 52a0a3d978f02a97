#pragma once

#include "dialogs/model.hpp"
#include "dialogs/walk.hpp"
#include "knowledge/library.hpp"
#include "knowledge/papers.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

/// Vietnam's clock; the country has one zone and no summer time.
struct local_time {
  calendar_day day;
  int weekday = 2;  ///< 2 Monday ... 8 Sunday
  int minute = 0;   ///< of the day
};

local_time local_time_of(timestamp t);

/// Says the phrases and texts of the book to one person in one turn: knows language, channel and what fills
/// the placeholders. Holds references: lives as long as the turn.
class voice {
 public:
  using values = std::map<std::string, std::string, std::less<>>;

  voice(const book::contents& dialogs, const knowledge::library& known, const conversation& with,
        const event& what, const circumstances& around);

  std::string phrase(std::string_view name, const values& more = {}) const;
  std::string text(const wording& words, const values& more = {}) const;

  bool english() const { return with_.language == "en"; }

  /// The topic that {topic.title} and {procedure.title} speak of.
  void speak_of(std::string topic) { topic_ = std::move(topic); }
  const std::string& topic() const { return topic_; }
  /// What {dossier.code}, {request.due} ... are, until the next call.
  void tell_record(values what) { record_ = std::move(what); }
  void officer(std::string name) { officer_ = std::move(name); }

  /// Sympathy or joy about one of these topics was told before in this conversation.
  bool opening_said(const std::vector<std::string>& topics) const;

  /// "" when nothing is known under that name.
  std::string value_of(std::string_view name) const;

 private:
  std::string spoken_day(timestamp t) const;  ///< "thứ hai, 23/11/2026"
  /// What {place...} says about the place that the message names.
  std::string place_value(std::string_view name) const;
  /// "Phường Bửu Long, Phường Quang Vinh (Thành phố Biên Hòa)"
  std::string former_units(const knowledge::unit& now) const;

  const book::contents& book_;
  const knowledge::library& known_;
  const conversation& with_;
  const event& what_;
  const circumstances& around_;
  std::size_t seed_ = 0;
  std::string topic_, officer_;
  values record_;
};

/// The parts of an answer about a procedure, each at most a screen long, and the choices to go on with.
struct composed_answer {
  std::vector<std::string> texts;
  std::vector<choice> choices;
  std::string opening = {};  ///< the topic whose opening it begins with, or ""
};

/// Every aspect in the order asked (none: the overview), what is not certain, and the source with its date.
/// `lead` is the phrase that names the procedure.
composed_answer compose_answer(const voice& speak, const book::contents& dialogs,
                               const knowledge::library& known, const knowledge::procedure& about,
                               std::vector<knowledge::aspect> aspects, std::string_view question,
                               std::string_view lead = "answer_lead");

/// One person's list: originals and copies, fee, days, place, the way online, what else is to know, and the
/// code that shows it again ("" = none, nothing was asked).
composed_answer compose_papers(const voice& speak, const knowledge::library& known,
                               const knowledge::procedure& about, const knowledge::papers& list,
                               const std::string& code);

}  // namespace thanthien::dialogs
