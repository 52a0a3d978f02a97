#include "bot/turn.hpp"

#include "bot/async.hpp"
#include "bot/live.hpp"
#include "bot/metrics.hpp"
#include "dialogs/model.hpp"
#include "dialogs/office_hours.hpp"
#include "dialogs/walk.hpp"
#include "knowledge/text.hpp"

#include <spdlog/spdlog.h>

namespace thanthien::bot {

namespace asio = boost::asio;
using dialogs::event_kind;

namespace {

constexpr std::size_t states_kept = 20'000;
constexpr int races_before_giving_up = 8;
constexpr auto table_looked_at_every = std::chrono::minutes{1};

author who_wrote(event_kind kind) { return kind == event_kind::staff_message ? author::outside : author::resident; }

/// Officers' acts and follows are no lines of the conversation; what an officer writes comes as a reply.
bool is_a_line(const dialogs::event& e) {
  return e.kind == event_kind::message || (e.kind == event_kind::staff_message && !(e.text.empty() && e.attachments.empty()));
}

bool silences_bot(event_kind kind) {
  return kind == event_kind::officer_took || kind == event_kind::staff_message || kind == event_kind::thread_taken;
}

}  // namespace

turns::turns(store& where, std::function<std::shared_ptr<const content>()> what_to_say, renderer render,
             turn_settings settings, clock_source now, live& tell, metrics& count, std::function<void()> something_to_send)
    : store_(where), content_(std::move(what_to_say)), render_(std::move(render)), settings_(std::move(settings)),
      now_(std::move(now)), live_(tell), metrics_(count), something_to_send_(std::move(something_to_send)) {}

turns::~turns() = default;

asio::awaitable<turn_result> turns::take(dialogs::event what, std::optional<case_change> change) {
  const auto began = std::chrono::steady_clock::now();
  const conversation_key key{what.channel, what.account, what.person};
  auto& of_person = lines_[key];
  if (!of_person) of_person = std::make_unique<line>();
  turn_result result;
  {
    // The line outlives everybody who waits in it: it is removed below only when it is idle.
    const auto place = co_await of_person->wait();
    result = co_await in_turn(what, change, key);
  }
  if (const auto it = lines_.find(key); it != lines_.end() && it->second->idle()) lines_.erase(it);
  metrics_.observe("turn", std::chrono::steady_clock::now() - began);
  co_return result;
}

asio::awaitable<turn_result> turns::in_turn(const dialogs::event& what, const std::optional<case_change>& change,
                                            const conversation_key& key) {
  if (!dialogs::moves_dialog(what.kind)) {
    const auto recorded = co_await store_.record(what, now_());
    if (what.kind == event_kind::erase_request) {
      young_.erase(key);
      old_.erase(key);
    }
    metrics_.count("events", recorded.what == committed::duplicate ? "outcome=\"duplicate\"" : "outcome=\"recorded\"");
    if (recorded.now.id != 0) live_.conversation_changed(recorded.now.id);
    co_return turn_result{recorded.what, recorded.now.id, {}};
  }

  for (int race = 0; race < races_before_giving_up; ++race) {
    stored_conversation before;
    if (const auto young = young_.find(key); young != young_.end())
      before = young->second;
    else if (const auto old = old_.find(key); old != old_.end())
      before = old->second;
    else
      before = co_await store_.conversation(key);

    auto looked_up = co_await look_up(what, before.state.case_code);
    turn_record record;
    std::string broken;
    try {
      record = walked(what, key, before, change, std::move(looked_up));
    } catch (const std::exception& e) {
      broken = e.what();
    }
    if (!broken.empty()) {
      // A walk never throws; should one do so all the same, the message waits for a person instead of coming back for ever.
      spdlog::error("event=walk_failed conversation={} error=\"{}\"", before.id, broken);
      metrics_.count("events", "outcome=\"quarantined\"");
      co_await store_.quarantine(what.channel, what.raw, broken, now_());
      co_return turn_result{committed::yes, before.id, {}};
    }
    auto after = record.after;
    const auto made_case = record.handed_over ? record.handed_over->code : std::string();
    const auto touched_case = !record.after.case_code.empty() ? record.after.case_code : before.state.case_code;
    const bool sends = !record.replies.empty();
    const auto act = record.act;

    const auto result = co_await store_.commit(std::move(record));
    switch (result.what) {
      case committed::yes:
        remember(key, {result.now.id, result.now.version, std::move(after)});
        metrics_.count("events", "outcome=\"turn\"");
        if (!act.empty()) metrics_.count("answers", "act=\"" + act + "\"");
        if (!made_case.empty()) metrics_.count("cases");
        live_.conversation_changed(result.now.id);
        if (!touched_case.empty()) live_.case_changed(touched_case);
        if (!made_case.empty()) live_.case_changed(made_case);
        if (sends) something_to_send_();
        co_return turn_result{committed::yes, result.now.id, made_case};
      case committed::duplicate:
        metrics_.count("events", "outcome=\"duplicate\"");
        co_return turn_result{committed::duplicate, before.id, {}};
      case committed::refused: co_return turn_result{committed::refused, before.id, {}};
      case committed::conflict:
        // Somebody else's turn came first (another program on the same store): walk again on what is true now.
        metrics_.count("turns_walked_again");
        young_.erase(key);
        old_.erase(key);
    }
  }
  throw std::runtime_error("a conversation changed faster than its turn could be walked");
}

looked_up_codes codes_to_look_up(const dialogs::event& what) {
  looked_up_codes out;
  if (what.kind != event_kind::message || !what.payload.empty()) return out;
  for (auto& code : dialogs::codes_in(knowledge::clean(what.text))) {
    // "DN-" and six more is how new_case_code writes them; residents leave the dash out.
    if (code.request) out.cases.push_back(code.key.substr(0, 2) + "-" + code.key.substr(2));
    out.dossiers.push_back(std::move(code.key));
  }
  return out;
}

asio::awaitable<dialogs::records> turns::look_up(const dialogs::event& what, const std::string& open_case) {
  dialogs::records known;
  known.dossiers_as_of = dossiers_as_of_;
  if (what.kind != event_kind::message) co_return known;
  auto [keys, case_codes] = codes_to_look_up(what);
  if (!open_case.empty()) case_codes.push_back(open_case);
  const auto now = now_();
  const bool fresh = asked_for_dossiers_at_ && now - *asked_for_dossiers_at_ < table_looked_at_every;
  if (keys.empty() && case_codes.empty() && fresh) co_return known;
  known = co_await store_.find_records(std::move(keys), std::move(case_codes));
  dossiers_as_of_ = known.dossiers_as_of;
  asked_for_dossiers_at_ = now;
  co_return known;
}

turn_record turns::walked(const dialogs::event& what, const conversation_key& key, const stored_conversation& before,
                          const std::optional<case_change>& change, dialogs::records looked_up) const {
  const auto said = content_();
  turn_record record;
  record.what = what;
  record.now = now_();
  record.key = key;
  record.before.id = before.id;
  record.before.version = before.version;
  record.keep_incoming = is_a_line(what);
  record.incoming_from = who_wrote(what.kind);
  record.change = change;
  record.silence_bot = silences_bot(what.kind);

  dialogs::circumstances around{record.now, settings_.unit_of(key), settings_.new_case_code(), std::move(looked_up)};
  auto outcome = dialogs::walk(*said->dialogs, *said->known, before.state, what, around);

  record.after = std::move(outcome.after);
  for (auto& reply : outcome.replies) {
    auto requests = render_(reply, key);
    record.replies.push_back({std::move(reply), std::move(requests)});
  }
  if (outcome.handed_over) {
    const auto& wish = *outcome.handed_over;
    const dialogs::office_hours office(said->dialogs->inside().rules, said->known->holidays());
    const auto due = wish.urgent ? record.now + settings_.urgent_time : office.after(record.now, settings_.case_time);
    record.handed_over = new_case{around.case_code, wish.reason, wish.unit.empty() ? around.unit : wish.unit,
                                  wish.topic, wish.summary, wish.urgent, due};
  }
  if (outcome.rating) {
    record.rating = outcome.rating->stars;
    record.rated_case = outcome.rating->case_code;
  }
  if (!outcome.understood) record.unanswered = knowledge::mask(what.text);
  if (outcome.act != dialogs::act::none) record.act = to_string(outcome.act);
  record.topic = outcome.topic;
  record.aspect = outcome.aspect;
  return record;
}

void turns::remember(const conversation_key& key, stored_conversation state) {
  old_.erase(key);
  young_[key] = std::move(state);
  if (young_.size() < states_kept) return;
  old_ = std::move(young_);
  young_.clear();
}

}  // namespace thanthien::bot
