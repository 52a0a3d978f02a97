#pragma once

#include "adapters/platform.hpp"
#include "dialogs/conversation.hpp"
#include "dialogs/message.hpp"
#include "dialogs/records.hpp"

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace thanthien::bot {

using boost::asio::awaitable;
using dialogs::timestamp;

/// Whose conversation: one person on one account of one channel.
struct conversation_key {
  dialogs::channel channel = dialogs::channel::web;
  std::string account;
  std::string person;

  auto operator<=>(const conversation_key&) const = default;
};

struct stored_conversation {
  std::int64_t id = 0;          ///< 0: there is none yet
  std::uint64_t version = 0;    ///< counts the turns; a turn that was walked on an older version does not commit
  dialogs::conversation state;
};

enum class author : std::uint8_t { resident, bot, officer, outside };

std::string_view to_string(author a);

/// One line of a conversation, as people read it.
struct message {
  std::int64_t id = 0;
  author from = author::resident;
  std::string by;  ///< officer's name
  std::string text;
  std::vector<dialogs::choice> choices;
  std::vector<dialogs::attachment> attachments;
  timestamp at{};
  std::string platform_id;
  bool deleted = false;
  // Of its deliveries, the one that matters most to a reader (uncertain and failed before sending before accepted).
  std::string state;  ///< "" when nothing is sent: messages of residents, and the web chat
  std::string why;
};

/// queued -> sending -> accepted -> delivered | failed | uncertain | cancelled. No other, and none is silent.
enum class delivery_state : std::uint8_t { queued, sending, accepted, delivered, failed, uncertain, cancelled };

std::string_view to_string(delivery_state s);

enum class case_state : std::uint8_t { waiting, held, closed };

std::string_view to_string(case_state s);

struct new_case {
  std::string code;
  std::string reason, unit, topic, summary;
  bool urgent = false;
  timestamp due_at{};
};

/// What an officer does with a case; committed with the turn that tells the resident, or not at all.
struct case_change {
  enum class kind : std::uint8_t { take, hand_back, close } what = kind::take;
  std::string code;
  std::int64_t officer = 0;
  std::string result;
};

/// A reply with the requests that bring it to the resident (none for the web chat).
struct outgoing {
  dialogs::reply what;
  std::vector<adapters::request> requests;
};

/// All that one turn changes. It is one transaction: all of it, or nothing.
struct turn_record {
  dialogs::event what;
  timestamp now{};
  conversation_key key;
  stored_conversation before;       ///< id and version are checked; its state is not read
  dialogs::conversation after;
  bool keep_incoming = true;        ///< the event is a line of the conversation (a message, not a follow)
  author incoming_from = author::resident;
  std::vector<outgoing> replies;
  std::optional<new_case> handed_over;  ///< a case of this conversation that still waits is closed in its favour
  std::optional<case_change> change;
  std::optional<int> rating;        ///< 1 to 5, for the case `rated_case`
  std::string rated_case;
  bool silence_bot = false;         ///< a person took over: replies of the bot still queued are cancelled
  std::string unanswered;           ///< masked text that was not understood, for the report
  std::string act, topic, aspect;   ///< facts for the reports
};

enum class committed : std::uint8_t {
  yes,
  duplicate,  ///< the event was there before: nothing was changed
  conflict,   ///< the conversation has moved on: walk again
  refused     ///< the case change is not possible any more: somebody else was first
};

struct commit_result {
  committed what = committed::yes;
  stored_conversation now;  ///< when yes: id and version as stored
};

/// A row of the outbox that a courier has claimed: it is durably "sending".
struct claimed {
  std::int64_t id = 0;
  std::int64_t conversation = 0;
  dialogs::channel channel = dialogs::channel::messenger;
  std::string account;
  adapters::request what;
  int tries = 0;        ///< before this one
  bool by_officer = false;
  bool was_plain = false;  ///< already the plain-text form of a refused one
  bool renewed = false;    ///< already sent again after a renewed token
};

struct settlement {
  std::int64_t id = 0;
  delivery_state state = delivery_state::accepted;  ///< queued: to be tried again at `next_try`
  timestamp next_try{};
  std::string platform_id, code, why;
  std::optional<adapters::request> instead;  ///< with queued: send this form (plain text)
  bool renewed = false;
  bool count_try = true;
};

struct zalo_tokens {
  std::string account, access, refresh;
  timestamp expires_at{};
  int generation = 0;
  std::string status = "ok";  ///< ok, renewing, needs_reauth
  int attempts = 0;           ///< refresh calls with this refresh token whose outcome is not known
};

struct officer {
  std::int64_t id = 0;
  std::string name, login, role = "officer";
  std::vector<std::string> units;
  bool disabled = false;
  std::string password_hash;  ///< argon2id; "" until the one-time code was used
  std::string code_hash;
  timestamp code_expires{};
};

struct session {
  std::string token_hash;
  std::int64_t officer = 0;
  std::string csrf;
  timestamp created_at{}, used_at{};
};

struct case_row {
  std::string code;
  std::int64_t conversation = 0;
  case_state state = case_state::waiting;
  bool urgent = false;
  std::string reason, unit, topic, summary, result;
  timestamp created_at{}, due_at{};
  std::optional<timestamp> closed_at;
  std::int64_t officer = 0;
  std::string officer_name;
  timestamp last_message_at{};
  std::string preview;
  std::optional<int> rating;
  conversation_key key;
};

struct note {
  std::int64_t id = 0;
  std::string by, text;
  timestamp at{};
};

/// What an import of dossiers did.
struct import_counts {
  std::size_t fresh = 0, changed = 0, unchanged = 0;
  std::size_t gone = 0;  ///< removed, because a full table had them no more

  bool operator==(const import_counts&) const = default;
};

/// One turn as it was, in the order in which the turns were committed.
struct past_turn {
  dialogs::event what;  ///< of a tapped choice the title alone; officers' names are not kept
  timestamp now{};
  std::string case_code;  ///< of the case that it made, or ""
  std::string case_reason;
  std::string act, topic, aspect;
  std::vector<dialogs::reply> replies;
};

struct past_conversation {
  std::int64_t id = 0;
  conversation_key key;
  bool whole = true;  ///< no: words were erased or deleted, what was said cannot be told again
  std::vector<past_turn> turns;
};

struct unanswered_group {
  std::string text;
  int count = 0;
  timestamp last{};
};

struct store_totals {
  std::int64_t events = 0, conversations = 0, cases_waiting = 0, cases_held = 0, cases_late = 0, queued = 0, sending = 0,
               uncertain = 0, failed = 0, quarantined = 0;
};

/// Where everything durable lives. Every write is committed and synced before its awaitable completes; many writes that
/// wait together share one commit. Methods throw std::exception when the storage fails: the caller answers 503.
class store {
 public:
  virtual ~store() = default;

  // Turns.
  virtual awaitable<stored_conversation> conversation(conversation_key key) = 0;
  virtual awaitable<std::optional<conversation_key>> key_of(std::int64_t conversation) = 0;
  virtual awaitable<commit_result> commit(turn_record what) = 0;
  /// An event that does not move the dialog: receipts, echoes, edits, deletions. `duplicate` or `yes`; `now.id` is the conversation.
  virtual awaitable<commit_result> record(dialogs::event what, timestamp now) = 0;
  virtual awaitable<void> quarantine(dialogs::channel from, std::string raw, std::string why, timestamp now) = 0;

  // Sending.
  /// Rows left "sending" by a process that died: uncertain, never resent by themselves. Called once at start.
  virtual awaitable<int> recover_sending(timestamp now) = 0;
  /// Claims up to `limit` rows that may go out now, at most one a conversation, oldest first; accounts in `paused` are left.
  virtual awaitable<std::vector<claimed>> claim(timestamp now, int limit, std::vector<std::string> paused) = 0;
  virtual awaitable<void> settle(settlement what, timestamp now) = 0;
  virtual awaitable<std::optional<timestamp>> next_due(std::vector<std::string> paused) = 0;
  virtual awaitable<std::optional<zalo_tokens>> tokens(std::string account) = 0;
  virtual awaitable<void> save_tokens(zalo_tokens what, timestamp now) = 0;

  // Conversations as people read them.
  virtual awaitable<std::vector<message>> messages(std::int64_t conversation, std::int64_t after, int limit) = 0;

  /// The newest conversations with all their turns, for saying them again to changed dialogs.
  virtual awaitable<std::vector<past_conversation>> past_conversations(int limit) = 0;

  // The desk.
  virtual awaitable<std::vector<case_row>> cases(std::string which, std::int64_t officer, std::vector<std::string> units, int limit) = 0;
  virtual awaitable<std::optional<case_row>> find_case(std::string code) = 0;
  virtual awaitable<std::optional<case_row>> open_case_of(std::int64_t conversation) = 0;
  virtual awaitable<std::vector<note>> notes(std::string code) = 0;
  /// The same client id again gives the first note.
  virtual awaitable<note> add_note(std::string code, std::int64_t officer, std::string client_id, std::string text, timestamp now) = 0;
  virtual awaitable<std::optional<message>> message_of_event(conversation_key key, std::string event_id) = 0;
  /// The delivery requests of a failed or uncertain message, for "send again"; the conversation they belong to.
  virtual awaitable<std::optional<std::pair<std::int64_t, message>>> find_message(std::int64_t id) = 0;

  // People who sign in.
  virtual awaitable<std::vector<officer>> officers() = 0;
  /// 0 when the login is taken.
  virtual awaitable<std::int64_t> add_officer(officer who, timestamp now) = 0;
  virtual awaitable<void> change_officer(officer who, bool end_sessions, timestamp now) = 0;
  virtual awaitable<void> add_session(session what) = 0;
  virtual awaitable<std::optional<session>> find_session(std::string token_hash) = 0;
  virtual awaitable<void> touch_session(std::string token_hash, timestamp now) = 0;
  virtual awaitable<void> end_session(std::string token_hash) = 0;
  virtual awaitable<std::string> setting(std::string name) = 0;
  virtual awaitable<void> set_setting(std::string name, std::string value) = 0;
  virtual awaitable<void> audit(timestamp now, std::int64_t officer, std::string act, std::string subject) = 0;

  // Records that residents ask for by a code.
  /// One transaction: rows of the same code (by code_key) are replaced; `replace_all` removes all others.
  virtual awaitable<import_counts> import_dossiers(std::vector<dialogs::dossier> rows, bool replace_all, timestamp now) = 0;
  /// What is known under these keys and case codes, and when dossiers were last imported.
  virtual awaitable<dialogs::records> find_records(std::vector<std::string> dossier_keys, std::vector<std::string> case_codes) = 0;

  // Being able to tell.
  /// How many conversations that were active since `since` stand in each dialog.
  virtual awaitable<std::map<std::string, std::int64_t>> forms_under_way(timestamp since) = 0;
  virtual awaitable<store_totals> totals(timestamp now) = 0;
  virtual awaitable<std::vector<unanswered_group>> unanswered(int limit) = 0;
};

}  // namespace thanthien::bot
