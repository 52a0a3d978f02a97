#pragma once

#include "dialogs/dates.hpp"
#include "dialogs/model.hpp"
#include "dialogs/office_hours.hpp"
#include "dialogs/voice.hpp"
#include "dialogs/walk.hpp"
#include "knowledge/finder.hpp"
#include "knowledge/library.hpp"
#include "knowledge/papers.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

using knowledge::aspect;
using knowledge::finding;
using knowledge::topic_kind;

inline constexpr std::string_view person_payload = "cmd:person";
inline constexpr std::size_t most_choices = 5;
inline constexpr std::size_t longest_slot =
    600;  ///< bytes kept of a free text; the whole message is in the record
inline constexpr std::size_t deepest_stack =
    4;  ///< dialogs in dialogs; deeper is a conversation that lost its thread

/// Whether the text is built like a payload of ours ("topic:khai-sinh"); it may still mean nothing.
bool starts_payload(std::string_view text);

/// One turn while it is walked: what goes in, what will come out, and what it found on the way. Its parts are
/// in turn.cpp (events, taps, commands, replies), turn_answers.cpp (from finding to answer, or asking back),
/// turn_people.cpp (danger, cases, attachments), turn_forms.cpp (the steps of dialogs) and turn_papers.cpp
/// (exactly one person's papers).
class turn {
 public:
  turn(const book::contents& dialogs, const knowledge::library& known, const conversation& before,
       const event& what, const circumstances& around, trace* seen = nullptr)
      : book_{dialogs},
        known_{known},
        what_{what},
        around_{around},
        seen_{seen},
        now_{out_.after},
        voice_{dialogs, known, now_, what, around},
        office_{dialogs.rules, known.holidays()} {
    out_.after = before;
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  outcome run();

 private:
  // --- who speaks with the resident

  void officer_took();
  void officer_left(bool closed);
  void outside_staff();
  void bot_again();
  void drop_dialogs();

  // --- the resident

  void from_resident();
  void opened();
  void read_text();
  /// What the words mean after what was talked about, and after the topics among which the last turn asked
  /// back.
  knowledge::finding understood(const std::string& text) const;
  bool emergency_found() const;
  /// "Nhà cháy" as the way a paper was lost, among the answers to the question that waits.
  bool is_offered_answer() const;

  /// An older message that arrives behind a newer one: what can be answered is answered, the dialog stays
  /// where it is.
  void late_message();
  void message();

  // --- what was typed or tapped

  /// The command that the message is, or begins with when nothing else is in it; "" when none.
  std::string command_meant() const;

  /// The payload of the offered choice that the text names by number or title.
  std::string meant_choice() const;
  /// "Cái thứ ba" where two things were offered: offered again. False: no such words, or nothing was offered.
  bool named_no_choice();
  /// The payloads that can be counted: what an author offered, not the buttons that are always there.
  std::vector<std::string> countable() const;

  /// Whether the payload means something here and now; it may have been typed by anybody.
  bool tapped(const std::string& payload);
  bool offered_somewhere(const std::string& dialog_name) const;
  bool command(const std::string& name);
  void back();
  void change();
  /// "Không phải": the last answer or the offered topics were not what was meant.
  void wrong();
  /// "Ừ", "không" when no form asks: an answer to what the last turn offered, or just politeness.
  bool said_yes_or_no();
  void person();

  // --- codes of dossiers and requests (turn_records.cpp)

  /// True when codes were typed and what is known of them was the answer.
  bool read_codes();
  /// Whether codes typed into a form are a question of their own, and not a part of what the form asks.
  bool asks_aside(const step& asked, const std::vector<typed_code>& codes) const;
  bool hands_over(const std::string& topic) const;  ///< its dialog is there to reach a person
  void leave_code_dialog();
  void open_for_code(const std::string& kind, const std::string& code);

  // --- danger

  void emergency() { emergency(found_.topic()); }

  /// The open case tells of danger already: more about it goes to the same officer.
  bool danger_known() const;
  void emergency(const std::string& topic);

  // --- finding an answer

  void tell_finding();
  void route();

  /// The topic is settled: answered from the knowledge, or by its dialog.
  void take_up(const std::string& topic, const std::vector<aspect>& aspects);
  /// Whether the topic's dialog says more of these aspects than the knowledge does.
  bool dialog_answers(const std::string& topic, const std::vector<aspect>& aspects) const;

  /// The topic whose dialog is under way: a side question about something else does not change what a form is
  /// about.
  std::string form_topic() const;
  std::string form_topic_or(const std::string& otherwise) const;

  /// The topic that the dialog for "gặp cán bộ" is bound to, so that both ways in behave alike.
  std::string person_topic() const;
  void open_for(const std::string& topic, topic_kind kind);
  void set_topic(const std::string& topic);
  void answer(const std::string& topic, const std::vector<aspect>& aspects);
  void second_answer(const std::string& topic);

  // --- not sure, not understood

  /// Titles numbered in the text, so that the short choices below it can be cut and still be told apart.
  std::string offer_topics(const std::vector<std::string>& topics);
  std::vector<std::string> near_topics(std::size_t most) const;

  /// Topics whose own dialog asks back say nothing as a choice.
  bool vague(const std::string& topic) const;
  void clarify();
  std::string best_guess() const;
  void not_understood();
  void give_up();
  void menu_choices();
  void remember_question();

  // --- while a case waits for an officer

  bool waiting() const { return !now_.case_code.empty(); }

  void added_to_case();

  /// What the forms under way have been told, for the officer.
  std::string slot_lines() const;
  void hand_over(const std::string& reason, std::string summary, bool urgent, const std::string& instead);

  // --- pictures, voice, stickers

  static bool needs_person(attachment::kind k);
  std::string attachment_line(const attachment& a) const;
  static bool takes_attachment(const step& asked);
  void only_attachments();
  std::string place_value(const attachment& a) const;

  /// A sentence about the case that this turn is about to make needs its code before it is made.
  std::string voice_with_new_code(std::string_view phrase);
  void text_with_attachment();

  // --- English

  bool speaks_english() const;
  /// What an English message means, from the expressions of english.yaml and what the finder knows.
  void read_english();

  // --- forms

  static std::string key_of(const position& p) {
    return p.dialog + "/" + p.step + (p.question.empty() ? "" : "/" + p.question);
  }

  const step* step_at(const position& p) const;

  /// The question asked at `p`: an ask, or the one a checklist makes; nullptr when there is none.
  const step* asked_at(const position& p) const;
  /// The question that waits for the resident, or nullptr.
  const step* open_ask() const { return now_.stack.empty() ? nullptr : asked_at(now_.stack.back()); }
  bool resumable() const { return open_ask() != nullptr; }

  // --- exactly one person's papers

  /// Opens the dialog that asks what changes the list; without questions the usual answer is the list.
  void start_papers(const std::string& topic);
  void start_papers(const std::string& topic, knowledge::answers given);
  /// "trường hợp của tôi", or a code: what was asked before any form or topic.
  bool asks_for_papers();
  /// What the message tells beside what was asked: answers of several syllables that no other choice could
  /// mean.
  /// "Nhà có hợp đồng", said after a general list: the list for him.
  bool tells_own_case();
  /// An answer to the question that waits or to another of this checklist, and no question of his own.
  bool told_for_papers(const step& asked);
  /// The whole message is one of the answers to a question of this checklist; question -> value.
  knowledge::answers exactly_meant(const step& asked) const;
  knowledge::answers volunteered(const knowledge::procedure& about, const knowledge::answers& given,
                                 std::string_view folded) const;
  /// Always true; the list, or its questions when they have changed since.
  bool shown_again(const knowledge::decoded_papers& code);
  void offer_changes(const knowledge::decoded_papers& code);
  /// The checklist on top: asks the next question, or says the list; true when it waits.
  bool walk_checklist(const step& s);
  const step* question_step(const position& at) const;
  knowledge::answers papers_answers(const position& at) const;
  /// The answer as the resident knows it: the title of the choice.
  std::string said_choice(const step& asked, const std::string& value) const;
  void show_papers(const knowledge::procedure& about, const knowledge::answers& given);
  /// Another procedure fits this person: leads there, without a list that is not his.
  void redirect_papers(const knowledge::procedure& about, const knowledge::answers& given,
                       const std::vector<std::string>& instead);

  // --- how it was served

  bool rated(const std::string& payload);

  /// Files change under a conversation: a question that is still there goes on; one that moved is asked where
  /// it went, what was answered is kept, and the resident is told. True when that is the whole turn.
  bool form_changed();
  /// Walks a dialog again from its first step (or `from`) past everything that is answered already.
  void replay(const position& from);

  // --- coming back after a silence

  bool came_back();
  void welcome_back();

  // --- corrections: turn_corrections.cpp

  /// "À nhầm, sinh năm 2016" replaces an earlier answer and goes on from there.
  bool corrected();
  bool corrected_papers(const std::string& rest);
  std::optional<std::string> read_slot_from(const step& asked, const std::string& text);
  void correct(position where, const std::string& value);
  act act_of_dialog() const;
  void typed_into(const step& asked);
  bool side_question(const step& asked);
  void side_answer();

  /// After a side question the open one is asked again, in the same turn.
  void return_to_question();
  std::optional<std::string> read_slot(const step& asked);
  std::optional<std::string> read_unit();
  void ask_which_place();
  void did_not_fit(const step& asked);
  /// A date or an amount that was read in part: says what is wrong or missing. False: nothing to say about
  /// it.
  bool said_what_is_missing(const step& asked);
  std::string example_of(const step& asked) const;
  std::optional<std::int64_t> within(const step& asked, std::optional<std::int64_t> number) const;
  /// "12 ngàn" or "12 triệu" as they were offered, also when only the unit is typed.
  std::optional<std::int64_t> read_money() const;
  day_reading read_day_for(const step& asked) const;
  /// Words about the question instead of an answer: "gì cơ", "sao hỏi nhiều vậy", "gửi luôn đi", "chừng nào
  /// có trả lời".
  bool spoke_of_the_question(const step& asked);
  void explain(const step& asked);
  /// "Mà khoan, tạm trú hết hạn có bị phạt không": what is asked is found without the opening.
  bool opens_aside();
  bool fill_tapped(const step& asked, const std::string& value);
  void fill(const step& asked, const std::string& value);
  void remember_place();
  void go_on(const std::string& next);

  /// Sets the step of the dialog on top; "" and "end" leave it.
  void move_to(const std::string& next);
  void open(const std::string& name);

  /// A place in the very message that opened a dialog need not be asked for.
  void prefill(const dialog& d);
  void leave();
  void walk_steps();

  /// The officer must read what was typed in the turn that made the case, unless it is in a slot already.
  void remember_trigger();
  bool command_like() const;
  std::string next_of_known(const step& asked) const;
  void offer(const step& s);
  choice choice_of(const option& o) const;
  void ask_again();
  void put_question(const step& asked, bool with_text);

  // --- conditions

  std::string subject_value(const std::string& subject) const;

  /// Whether an officer would already know what it is about.
  bool has_context() const;
  bool holds(const condition& c) const;

  // --- saying it

  void say(std::string text, bool alone = false);

  /// Pending texts become replies: short ones in one message, the choices below the last one.
  void finish(bool from_bot);
  bool expects_number() const;
  void add_person();
  static std::vector<std::string> parts_of(const std::string& text);
  struct pending_text {
    std::string text;
    bool alone = false;
  };
  const book::contents& book_;
  const knowledge::library& known_;
  const event& what_;
  const circumstances& around_;
  trace* seen_;  ///< or nullptr
  outcome out_;
  conversation& now_;
  voice voice_;
  office_hours office_;
  finding found_;
  std::string text_, folded_;
  std::string carried_;  ///< slots of a form that was left for a person
  topic_kind topic_kind_ = topic_kind::procedure;
  std::vector<pending_text> pending_;
  std::vector<choice> choices_;
  std::vector<knowledge::place> ambiguous_;
  std::set<std::string> passed_;                        ///< asks that were answered or skipped in this turn
  std::optional<knowledge::answers> given_papers_;      ///< what is known before a checklist begins
  mutable std::map<std::string, step> question_steps_;  ///< of checklists, made when first needed
  std::map<std::string, std::string> answered_;         ///< slots that a replay may take up again
  std::chrono::milliseconds silence_{0};                ///< since the resident's last event
  bool replaying_ = false;
  int steps_ = 0;
  int denied_ = 0;           ///< how often in a row it was not understood, before this command
  bool insisted_ = false;    ///< asked for a person twice
  bool joins_case_ = false;  ///< another danger, for the urgent case that is open
  bool late_ = false;        ///< an older event: answered, but nothing moves
  bool urgent_ = false, introduced_ = false, asked_now_ = false, returns_ = false;
};

}  // namespace thanthien::dialogs
