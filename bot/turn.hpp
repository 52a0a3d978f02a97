#pragma once

#include "bot/clock.hpp"
#include "bot/content.hpp"
#include "bot/store/store.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace thanthien::bot {

class line;
class live;
class metrics;

/// How a reply becomes requests of its platform; nothing for channels that read the conversation themselves.
using renderer = std::function<std::vector<adapters::request>(const dialogs::reply&, const conversation_key&)>;

struct turn_settings {
  std::chrono::minutes case_time{240};
  std::chrono::minutes urgent_time{15};
  std::function<std::string(const conversation_key&)> unit_of;  ///< the unit an account belongs to
  std::function<std::string()> new_case_code;
};

struct turn_result {
  committed what = committed::yes;
  std::int64_t conversation = 0;
  std::string case_code;  ///< of the case that the turn made
};

/// What in a message may be a code of a dossier (as code_key writes it) or of a case.
struct looked_up_codes {
  std::vector<std::string> dossiers, cases;
};
looked_up_codes codes_to_look_up(const dialogs::event& what);

/// Takes events in and makes turns of them: load, walk, commit, and only then say that it is done. One person's events in
/// the order of their coming, different people's side by side. Used on the server's one thread.
class turns {
 public:
  turns(store& where, std::function<std::shared_ptr<const content>()> what_to_say, renderer render, turn_settings settings,
        clock_source now, live& tell, metrics& count, std::function<void()> something_to_send);
  ~turns();

  /// Completes when the event's effect is durable. Throws when the store fails: nothing has happened then.
  /// An officer's act brings the change of its case; `refused` means that somebody else was first.
  boost::asio::awaitable<turn_result> take(dialogs::event what, std::optional<case_change> change = std::nullopt);

 private:
  boost::asio::awaitable<turn_result> in_turn(const dialogs::event& what, const std::optional<case_change>& change,
                                              const conversation_key& key);
  turn_record walked(const dialogs::event& what, const conversation_key& key, const stored_conversation& before,
                     const std::optional<case_change>& change, dialogs::records looked_up) const;
  /// What the store knows of the codes in a message, and of the conversation's own open case.
  boost::asio::awaitable<dialogs::records> look_up(const dialogs::event& what, const std::string& open_case);
  void remember(const conversation_key& key, stored_conversation state);

  store& store_;
  std::function<std::shared_ptr<const content>()> content_;
  renderer render_;
  turn_settings settings_;
  clock_source now_;
  live& live_;
  metrics& metrics_;
  std::function<void()> something_to_send_;
  std::map<conversation_key, std::unique_ptr<line>> lines_;
  // The newest states as far as known, so that most turns read nothing. Never trusted: the version decides at commit.
  std::map<conversation_key, stored_conversation> young_, old_;
  // Whether there is a table of dossiers at all changes once a day: most messages name no code and need not ask for it.
  std::optional<dialogs::timestamp> dossiers_as_of_, asked_for_dossiers_at_;
};

}  // namespace thanthien::bot
