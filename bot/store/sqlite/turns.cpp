#include "bot/store/sqlite/turns.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace thanthien::bot::sqlite {

using nlohmann::json;

namespace {

constexpr auto dump_options = json::error_handler_t::replace;

std::string choices_json(const std::vector<dialogs::choice>& choices) {
  if (choices.empty()) return {};
  auto out = json::array();
  for (const auto& c : choices) out.push_back({{"title", c.title}, {"payload", c.payload}, {"url", c.url}});
  return out.dump(-1, ' ', false, dump_options);
}

std::string attachments_json(const std::vector<dialogs::attachment>& attachments) {
  if (attachments.empty()) return {};
  auto out = json::array();
  for (const auto& a : attachments) {
    json one{{"kind", static_cast<int>(a.what)}, {"url", a.url}, {"name", a.name}};
    if (a.latitude && a.longitude) one["at"] = {*a.latitude, *a.longitude};
    out.push_back(std::move(one));
  }
  return out.dump(-1, ' ', false, dump_options);
}

std::vector<dialogs::choice> read_choices(const std::string& text) {
  std::vector<dialogs::choice> out;
  if (text.empty()) return out;
  for (const auto& one : json::parse(text))
    out.push_back({one.at("title"), one.at("payload"), one.at("url")});
  return out;
}

std::vector<dialogs::attachment> read_attachments(const std::string& text) {
  std::vector<dialogs::attachment> out;
  if (text.empty()) return out;
  for (const auto& one : json::parse(text)) {
    dialogs::attachment a;
    a.what = static_cast<dialogs::attachment::kind>(one.at("kind").get<int>());
    a.url = one.at("url");
    a.name = one.at("name");
    if (auto at = one.find("at"); at != one.end()) {
      a.latitude = at->at(0);
      a.longitude = at->at(1);
    }
    out.push_back(std::move(a));
  }
  return out;
}

std::string state_json(const dialogs::conversation& c) {
  json out;
  dialogs::to_json(out, c);
  return out.dump(-1, ' ', false, dump_options);
}

std::int64_t insert_event(database& db, const dialogs::event& e, std::int64_t conversation, timestamp now,
                          const turn_record* turn) {
  db.run("INSERT INTO event(channel, account, event_id, conversation_id, kind, platform_at, received_at, act, topic, "
         "aspect, raw) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
         static_cast<int>(e.channel), e.account, e.id, conversation, static_cast<int>(e.kind), to_ms(e.at), to_ms(now),
         turn ? turn->act : std::string(), turn ? turn->topic : std::string(), turn ? turn->aspect : std::string(),
         e.raw);
  return db.last_id();
}

std::int64_t insert_message(database& db, std::int64_t conversation, author from, const std::string& by,
                            const std::string& text, const std::vector<dialogs::choice>& choices,
                            const std::vector<dialogs::attachment>& attachments, timestamp at,
                            const std::optional<std::string>& platform_id, std::int64_t event) {
  db.run("INSERT INTO message(conversation_id, author, author_name, text, choices, attachments, at, platform_id, event_id) "
         "VALUES(?,?,?,?,?,?,?,?,?)",
         conversation, static_cast<int>(from), by, text, choices_json(choices), attachments_json(attachments), to_ms(at),
         platform_id, event);
  return db.last_id();
}

void apply_case_change(database& db, const case_change& change, std::int64_t conversation, timestamp now) {
  int changed = 0;
  switch (change.what) {
    case case_change::kind::take:
      changed = db.run("UPDATE service_case SET state=1, officer_id=? WHERE code=? AND conversation_id=? AND state=0",
                       change.officer, change.code, conversation);
      break;
    case case_change::kind::hand_back:
    case case_change::kind::close:
      changed = db.run(
          "UPDATE service_case SET state=2, closed_at=?, result=? WHERE code=? AND conversation_id=? AND state=1 AND officer_id=?",
          to_ms(now), change.what == case_change::kind::close ? change.result : "Trả lại trợ lý tự động", change.code,
          conversation, change.officer);
      break;
  }
  if (changed != 1) throw refused_turn{committed::refused};
}

/// The state of a message is that of its worst delivery, so that nothing bad hides behind something good.
constexpr auto message_columns =
    "SELECT m.id, m.author, m.author_name, m.text, m.choices, m.attachments, m.at, m.platform_id, m.deleted, "
    "(SELECT d.state FROM delivery d WHERE d.message_id=m.id ORDER BY CASE d.state WHEN 4 THEN 0 WHEN 5 THEN 1 WHEN 6 THEN 2 "
    "WHEN 1 THEN 3 WHEN 0 THEN 4 WHEN 2 THEN 5 ELSE 6 END LIMIT 1), "
    "(SELECT d.why FROM delivery d WHERE d.message_id=m.id AND d.why IS NOT NULL ORDER BY d.id DESC LIMIT 1), "
    "m.conversation_id FROM message m ";

message read_message(const row& r) {
  message m;
  m.id = r.integer(0);
  m.from = static_cast<author>(r.integer(1));
  m.by = r.text(2);
  m.text = r.text(3);
  m.choices = read_choices(r.text(4));
  m.attachments = read_attachments(r.text(5));
  m.at = from_ms(r.integer(6));
  m.platform_id = r.text(7);
  m.deleted = r.integer(8) != 0;
  if (!r.is_null(9)) m.state = to_string(static_cast<delivery_state>(r.integer(9)));
  m.why = r.text(10);
  return m;
}

}  // namespace

std::int64_t to_ms(timestamp t) { return t.time_since_epoch().count(); }
timestamp from_ms(std::int64_t ms) { return timestamp{std::chrono::milliseconds{ms}}; }

stored_conversation load(database& db, const conversation_key& key) {
  stored_conversation out;
  db.query("SELECT id, version, state FROM conversation WHERE channel=? AND account=? AND person=?",
           [&](row r) {
             out.id = r.integer(0);
             out.version = static_cast<std::uint64_t>(r.integer(1));
             dialogs::from_json(json::parse(r.text(2), nullptr, false), out.state);
           },
           static_cast<int>(key.channel), key.account, key.person);
  return out;
}

stored_conversation commit(database& db, const turn_record& what) {
  stored_conversation now{what.before.id, what.before.version + 1, what.after};
  if (now.id == 0) {
    bool there = false;  // a redelivery after a restart meets the conversation, not only its own key
    db.query("SELECT 1 FROM conversation WHERE channel=? AND account=? AND person=?", [&](row) { there = true; },
             static_cast<int>(what.key.channel), what.key.account, what.key.person);
    if (there) throw refused_turn{committed::conflict};
    db.run("INSERT INTO conversation(channel, account, person, version, state, created_at, last_at) VALUES(?,?,?,?,?,?,?)",
           static_cast<int>(what.key.channel), what.key.account, what.key.person, now.version, state_json(what.after),
           to_ms(what.now), to_ms(what.now));
    now.id = db.last_id();
  }
  // The unique key comes first: a repeated event is a duplicate even when the conversation has long moved on.
  std::int64_t event = 0;
  try {
    event = insert_event(db, what.what, now.id, what.now, &what);
  } catch (const failure& f) {
    if (f.is_constraint()) throw refused_turn{committed::duplicate};
    throw;
  }
  if (what.before.id != 0 &&
      db.run("UPDATE conversation SET version=version+1, state=?, last_at=? WHERE id=? AND version=?",
             state_json(what.after), to_ms(what.now), now.id, what.before.version) != 1)
    throw refused_turn{committed::conflict};

  if (what.change) apply_case_change(db, *what.change, now.id, what.now);
  if (what.keep_incoming)
    insert_message(db, now.id, what.incoming_from, what.what.by, what.what.text, {}, what.what.attachments, what.now,
                   what.what.refers_to.empty() ? std::nullopt : std::optional(what.what.refers_to), event);
  if (what.silence_bot)
    db.run("UPDATE delivery SET state=6, why='Có cán bộ tiếp nhận trước khi tin được gửi', changed_at=? "
           "WHERE conversation_id=? AND state=0 AND by_officer=0",
           to_ms(what.now), now.id);
  for (const auto& reply : what.replies) {
    const bool by_officer = reply.what.from == dialogs::reply::author::officer;
    const auto id = insert_message(db, now.id, by_officer ? author::officer : author::bot, reply.what.by, reply.what.text,
                                   reply.what.choices, {}, what.now, std::nullopt, event);
    for (const auto& request : reply.requests)
      db.run("INSERT INTO delivery(message_id, conversation_id, channel, account, method, path, body, by_officer, state, "
             "next_try, changed_at) VALUES(?,?,?,?,?,?,?,?,0,?,?)",
             id, now.id, static_cast<int>(what.key.channel), what.key.account, request.method, request.path, request.body,
             by_officer, to_ms(what.now), to_ms(what.now));
  }
  if (what.handed_over) {
    const auto& c = *what.handed_over;
    // Danger makes a new, urgent case while another still waits: the officers see one, the urgent one.
    db.run("UPDATE service_case SET state=2, closed_at=?, result=? WHERE conversation_id=? AND state=0", to_ms(what.now),
           "Gộp vào phiếu " + c.code, now.id);
    db.run("INSERT INTO service_case(code, conversation_id, state, urgent, reason, unit, topic, summary, created_at, due_at) "
           "VALUES(?,?,0,?,?,?,?,?,?,?)",
           c.code, now.id, c.urgent, c.reason, c.unit, c.topic, c.summary, to_ms(what.now), to_ms(c.due_at));
  }
  if (what.rating)
    db.run("UPDATE service_case SET rating=? WHERE code=? AND conversation_id=?", *what.rating, what.rated_case, now.id);
  if (!what.unanswered.empty())
    db.run("INSERT INTO unanswered(at, text) VALUES(?,?)", to_ms(what.now), what.unanswered);
  return now;
}

namespace {

/// A receipt or an echo settles what we did not know about our own sending.
void settle_by_platform(database& db, const dialogs::event& e, std::int64_t conversation, timestamp now) {
  using dialogs::event_kind;
  if (e.kind == event_kind::delivered || e.kind == event_kind::read) {
    if (!e.refers_to.empty())
      db.run("UPDATE delivery SET state=3, changed_at=? WHERE platform_id=? AND state=2", to_ms(now), e.refers_to);
    if (e.watermark)
      db.run("UPDATE delivery SET state=3, changed_at=? WHERE conversation_id=? AND state=2 AND changed_at<=?",
             to_ms(now), conversation, to_ms(*e.watermark));
    return;
  }
  bool known = false;
  db.query("SELECT 1 FROM delivery WHERE platform_id=? LIMIT 1", [&](row) { known = true; }, e.refers_to);
  if (known) return;
  // Not known under this id: the row whose answer never came, by what it says.
  std::int64_t match = 0;
  db.query("SELECT id, body FROM delivery WHERE conversation_id=? AND state=5 ORDER BY id",
           [&](row r) {
             const auto body = json::parse(r.text(1), nullptr, false);
             if (match != 0 || body.is_discarded()) return;
             const auto text = body.value(json::json_pointer("/message/text"), std::string());
             const auto button = body.value(json::json_pointer("/message/attachment/payload/text"), std::string());
             if (!e.text.empty() && (text == e.text || button == e.text)) match = r.integer(0);
           },
           conversation);
  if (match != 0)
    db.run("UPDATE delivery SET state=2, platform_id=?, why=NULL, changed_at=? WHERE id=?", e.refers_to, to_ms(now), match);
}

/// All that the person wrote and was told is blanked; the fact that something happened stays for the statistics.
void erase(database& db, std::int64_t conversation) {
  db.run("UPDATE message SET text='', attachments='', choices='', author_name='', deleted=1 WHERE conversation_id=?",
         conversation);
  db.run("UPDATE event SET raw='' WHERE conversation_id=?", conversation);
  db.run("UPDATE delivery SET body='{}', state=CASE WHEN state=0 THEN 6 ELSE state END WHERE conversation_id=?",
         conversation);
  db.run("UPDATE service_case SET summary='' WHERE conversation_id=?", conversation);
  db.run("UPDATE conversation SET state='{}', version=version+1 WHERE id=?", conversation);
}

}  // namespace

commit_result record(database& db, const dialogs::event& what, timestamp now) {
  using dialogs::event_kind;
  const auto conversation = load(db, {what.channel, what.account, what.person}).id;
  try {
    insert_event(db, what, conversation, now, nullptr);
  } catch (const failure& f) {
    if (f.is_constraint()) return {committed::duplicate, {conversation, 0, {}}};
    throw;
  }
  switch (what.kind) {
    case event_kind::delivered:
    case event_kind::read:
    case event_kind::own_echo: settle_by_platform(db, what, conversation, now); break;
    case event_kind::edited:
      db.run("UPDATE message SET text=? WHERE platform_id=? AND author=0 AND deleted=0", what.text, what.refers_to);
      break;
    case event_kind::deleted:
      db.run("UPDATE message SET text='', attachments='', deleted=1 WHERE platform_id=? AND author=0", what.refers_to);
      break;
    case event_kind::erase_request: erase(db, conversation); break;
    default: break;
  }
  return {committed::yes, {conversation, 0, {}}};
}

std::vector<message> messages(database& db, std::int64_t conversation, std::int64_t after, int limit) {
  static const std::string sql = std::string(message_columns) + "WHERE m.conversation_id=? AND m.id>? ORDER BY m.id LIMIT ?";
  std::vector<message> out;
  db.query(sql.c_str(), [&](row r) { out.push_back(read_message(r)); }, conversation, after, limit);
  return out;
}

std::optional<message> message_of_event(database& db, const conversation_key& key, const std::string& event_id) {
  static const std::string sql =
      std::string(message_columns) +
      "WHERE m.event_id=(SELECT id FROM event WHERE channel=? AND account=? AND event_id=?) ORDER BY m.id DESC LIMIT 1";
  std::optional<message> out;
  db.query(sql.c_str(), [&](row r) { out = read_message(r); }, static_cast<int>(key.channel), key.account, event_id);
  return out;
}

std::optional<std::pair<std::int64_t, message>> find_message(database& db, std::int64_t id) {
  static const std::string sql = std::string(message_columns) + "WHERE m.id=?";
  std::optional<std::pair<std::int64_t, message>> out;
  db.query(sql.c_str(), [&](row r) { out.emplace(r.integer(11), read_message(r)); }, id);
  return out;
}

std::vector<past_conversation> past_conversations(database& db, int limit) {
  std::vector<past_conversation> out;
  db.query("SELECT id, channel, account, person FROM conversation ORDER BY last_at DESC, id DESC LIMIT ?",
           [&](row r) {
             out.push_back({r.integer(0), {static_cast<dialogs::channel>(r.integer(1)), r.text(2), r.text(3)}, true, {}});
           },
           limit);
  for (auto& c : out) {
    std::map<std::int64_t, std::size_t> turn_of;  // event id -> turn
    db.query("SELECT id, event_id, kind, platform_at, received_at, act, topic, aspect FROM event "
             "WHERE conversation_id=? ORDER BY id",
             [&](row r) {
               past_turn t;
               t.what.channel = c.key.channel;
               t.what.account = c.key.account;
               t.what.person = c.key.person;
               t.what.id = r.text(1);
               t.what.kind = static_cast<dialogs::event_kind>(r.integer(2));
               t.what.at = from_ms(r.integer(3));
               t.now = from_ms(r.integer(4));
               t.act = r.text(5);
               t.topic = r.text(6);
               t.aspect = r.text(7);
               if (t.what.kind == dialogs::event_kind::erase_request) c.whole = false;
               if (!dialogs::moves_dialog(t.what.kind)) return;
               turn_of[r.integer(0)] = c.turns.size();
               c.turns.push_back(std::move(t));
             },
             c.id);
    std::set<std::int64_t> with_words;
    db.query("SELECT event_id, author, author_name, text, choices, attachments, deleted FROM message "
             "WHERE conversation_id=? AND event_id IS NOT NULL ORDER BY id",
             [&](row r) {
               const auto found = turn_of.find(r.integer(0));
               if (found == turn_of.end()) return;
               if (r.integer(6) != 0) c.whole = false;
               auto& t = c.turns[found->second];
               const auto from = static_cast<author>(r.integer(1));
               if (from == author::resident || from == author::outside) {
                 with_words.insert(found->first);
                 t.what.text = r.text(3);
                 t.what.attachments = read_attachments(r.text(5));
                 return;
               }
               const bool by_officer = from == author::officer;
               t.replies.push_back({r.text(3), read_choices(r.text(4)),
                                    by_officer ? dialogs::reply::author::officer : dialogs::reply::author::bot, r.text(2)});
               if (by_officer) t.what.text = r.text(3);
             },
             c.id);
    // A case does not keep its event: it was made in the same transaction, at the same time.
    db.query("SELECT code, reason, created_at FROM service_case WHERE conversation_id=? ORDER BY rowid",
             [&](row r) {
               const auto made = std::ranges::find_if(c.turns, [&](const auto& t) {
                 return t.case_code.empty() && t.now == from_ms(r.integer(2)) &&
                        (t.act == "handoff" || t.act == "emergency" || t.act == "answer");
               });
               if (made == c.turns.end()) return;
               made->case_code = r.text(0);
               made->case_reason = r.text(1);
             },
             c.id);
    for (const auto& [event, turn] : turn_of)
      if (c.turns[turn].what.kind == dialogs::event_kind::message && !with_words.contains(event)) c.whole = false;
  }
  return out;
}

}  // namespace thanthien::bot::sqlite
