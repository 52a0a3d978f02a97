#include "dialogs/model.hpp"

#include <array>

namespace thanthien::dialogs {

std::string_view wording::pick(std::string_view language, dialogs::channel on, std::size_t seed) const {
  const version* best = nullptr;
  int best_rank = -1;
  for (const auto& v : versions) {
    if (v.variants.empty() || (v.on && *v.on != on)) continue;
    // A language that is missing falls back to Vietnamese, which the checker demands.
    const int rank = (v.language == language ? 4 : v.language == "vi" ? 2 : 0) + (v.on ? 1 : 0);
    if (rank >= 2 && rank > best_rank) {
      best = &v;
      best_rank = rank;
    }
  }
  if (best == nullptr) return {};
  return best->variants[seed % best->variants.size()];
}

namespace {

constexpr std::array<std::string_view, 12> type_names{"yes_no",  "choice", "number",    "date",
                                                      "money",   "phone",  "full_name", "identity_number",
                                                      "address", "text",   "picture",   "place"};

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

}  // namespace

std::string_view to_string(slot_type t) { return type_names[static_cast<std::size_t>(t)]; }

std::optional<slot_type> parse_slot_type(std::string_view name) {
  for (std::size_t i = 0; i < type_names.size(); ++i)
    if (type_names[i] == name) return static_cast<slot_type>(i);
  return std::nullopt;
}

std::vector<std::string> slot_type_names() { return {type_names.begin(), type_names.end()}; }

const step* dialog::find(std::string_view step_name) const {
  for (const auto& s : steps)
    if (s.name == step_name) return &s;
  return nullptr;
}

const dialog* book::contents::find(std::string_view name) const {
  const auto found = dialogs.find(std::string{name});
  return found == dialogs.end() ? nullptr : &found->second;
}

std::string_view to_string(knowledge::topic_kind k) {
  switch (k) {
    case knowledge::topic_kind::procedure:
      return "procedure";
    case knowledge::topic_kind::service:
      return "service";
    case knowledge::topic_kind::small_talk:
      return "small_talk";
    case knowledge::topic_kind::out_of_scope:
      return "out_of_scope";
    case knowledge::topic_kind::emergency:
      return "emergency";
  }
  return "service";
}

bool goes_on(const step& s) {
  switch (s.what) {
    case step::kind::say:
    case step::kind::ask:
    case step::kind::call:
    case step::kind::answer:
    case step::kind::checklist:
    case step::kind::rate:
      return true;
    default:
      return false;
  }
}

std::optional<std::size_t> each_placeholder(std::string_view text,
                                            const std::function<void(std::string_view, std::size_t)>& found) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '}') {
      if (at + 1 >= text.size() || text[at + 1] != '}') return at;
      ++at;
    } else if (text[at] == '{') {
      if (at + 1 < text.size() && text[at + 1] == '{') {
        ++at;
        continue;
      }
      std::size_t end = at + 1;
      while (end < text.size() && name_character(text[end])) ++end;
      if (end >= text.size() || text[end] != '}' || end == at + 1) return at;
      found(text.substr(at + 1, end - at - 1), at);
      at = end;
    }
  }
  return std::nullopt;
}

std::string filled(std::string_view text, const std::function<std::string(std::string_view)>& value_of) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    std::string written;
    int placeholders = 0, empty = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      if ((line[at] == '{' || line[at] == '}') && at + 1 < line.size() && line[at + 1] == line[at]) {
        written += line[at++];
      } else if (line[at] == '{') {
        const auto close = line.find('}', at);
        if (close == std::string_view::npos) {
          written += line.substr(at);
          break;
        }
        const auto name = line.substr(at + 1, close - at - 1);
        const auto value = value_of(name);
        // How somebody is addressed is no content: it keeps no line that has nothing else to say.
        if (!is_address_placeholder(name)) {
          ++placeholders;
          if (value.empty()) ++empty;
        }
        written += value;
        at = close;
      } else {
        written += line[at];
      }
    }
    if (placeholders == 0 || empty < placeholders) {
      // A missing value in the middle leaves two blanks.
      for (auto twice = written.find("  "); twice != std::string::npos; twice = written.find("  ", twice))
        written.erase(twice, 1);
      while (!written.empty() && written.back() == ' ') written.pop_back();
      out += written;
      out += '\n';
    }
    begin = end + 1;
  }
  // Lines left out must not leave gaps of more than one empty line.
  for (auto gap = out.find("\n\n\n"); gap != std::string::npos; gap = out.find("\n\n\n")) out.erase(gap, 1);
  return std::string{trimmed(out, out.size())};
}

const std::vector<std::string>& usual_placeholders() {
  static const std::vector<std::string> names{"you",
                                              "You",
                                              "me",
                                              "Me",
                                              "unit.name",
                                              "unit.full_name",
                                              "unit.address",
                                              "unit.phone",
                                              "unit.email",
                                              "unit.website",
                                              "unit.hours",
                                              "unit.former",
                                              "unit.reception",
                                              "unit.reception_place",
                                              "unit.reception_signup",
                                              "unit.reception_next",
                                              "place.name",
                                              "place.units",
                                              "time.now",
                                              "time.date",
                                              "time.weekday",
                                              "time.holiday",
                                              "time.next_open",
                                              "case.code",
                                              "topic.title",
                                              "topic.who_helps",
                                              "procedure.title",
                                              "procedure.matter",
                                              "procedure.name",
                                              "officer.name",
                                              "case.due",
                                              "dossier.code",
                                              "dossier.procedure",
                                              "dossier.received",
                                              "dossier.due",
                                              "dossier.note",
                                              "dossier.place",
                                              "dossier.address",
                                              "dossier.hours",
                                              "dossier.as_of",
                                              "request.code",
                                              "request.due"};
  return names;
}

const std::vector<std::string>& condition_subjects() {
  static const std::vector<std::string> names{"unit",
                                              "unit.address",
                                              "unit.phone",
                                              "unit.website",
                                              "unit.reception",
                                              "unit.reception_next",
                                              "unit.hours",
                                              "channel",
                                              "language",
                                              "office_hours",
                                              "topic",
                                              "topic.kind",
                                              "topic.who_helps",
                                              "context",
                                              "message",
                                              "message.words",
                                              "place",
                                              "place.name",
                                              "case",
                                              "time.holiday",
                                              "weekday",
                                              "case.state",
                                              "case.late",
                                              "dossier",
                                              "dossier.state",
                                              "dossier.late",
                                              "dossier.due",
                                              "dossier.note",
                                              "dossier.table",
                                              "request",
                                              "request.state",
                                              "request.late"};
  return names;
}

const std::vector<std::string>& command_names() {
  static const std::vector<std::string> names{"again",  "back",   "change", "menu",       "papers", "person",
                                              "resume", "skip",   "start_over", "stop",   "wrong"};
  return names;
}

const std::map<std::string, std::vector<std::string>>& needed_phrases() {
  static const std::vector<std::string> procedure{
      "procedure.who",   "procedure.time",   "procedure.fee",    "procedure.fee_note",
      "procedure.where", "procedure.online", "procedure.result", "procedure.benefit"};
  static const std::map<std::string, std::vector<std::string>> needed{
      // choices
      {"choice_person", {}},
      {"choice_back", {}},
      {"choice_skip", {}},
      {"choice_menu", {}},
      {"choice_papers", {}},
      {"choice_change", {}},
      {"choice_unsure", {}},
      {"choice_yes", {}},
      {"choice_no", {}},
      {"aspect_overview", {}},
      {"aspect_documents", {}},
      {"aspect_fee", {}},
      {"aspect_time", {}},
      {"aspect_where", {}},
      {"aspect_online", {}},
      {"aspect_who", {}},
      {"aspect_steps", {}},
      {"aspect_result", {}},
      {"rate_1", {}},
      {"rate_2", {}},
      {"rate_3", {}},
      {"rate_4", {}},
      {"rate_5", {}},
      // answers
      {"answer_overview", procedure},
      {"answer_documents", {"list"}},
      {"answer_documents_none", {}},
      {"answer_document_line", {"n", "name", "copies", "note", "form"}},
      {"answer_fee", procedure},
      {"answer_fee_unknown", {}},
      {"answer_time", procedure},
      {"answer_where", procedure},
      {"answer_online", procedure},
      {"answer_online_not", procedure},
      {"answer_who", procedure},
      {"answer_steps", {"list"}},
      {"answer_steps_none", {}},
      {"answer_step_line", {"n", "step"}},
      {"answer_result", procedure},
      {"answer_missing", {"aspect"}},
      {"answer_lead", {}},
      {"answer_lead_elsewhere", {"procedure.received_by"}},
      {"answer_second", {}},
      {"answer_source", {"source", "date"}},
      {"answer_unsure_medium", {}},
      {"answer_unsure_low", {}},
      // exactly one person's papers
      {"papers_lead", {}},
      {"papers_line", {"n", "name", "copies", "form", "note"}},
      {"papers_perhaps", {"list"}},
      {"papers_none", {}},
      {"papers_fee", {"fee", "note"}},
      {"papers_time", {"time"}},
      {"papers_where", {"where"}},
      {"papers_online", {}},
      {"papers_note", {"note"}},
      {"papers_code", {"code"}},
      {"papers_which", {}},
      {"papers_same_for_all", {}},
      {"papers_changed", {}},
      {"papers_answers", {"list"}},
      {"papers_answer", {"n", "question", "answer"}},
      {"again_papers", {}},
      {"again_papers_typed", {}},
      {"papers_redirect", {"title"}},
      {"papers_left_open", {}},
      {"papers_noted", {"value"}},
      // repairs
      {"intro", {}},
      {"clarify", {"list"}},
      {"list_line", {"n", "title"}},
      {"not_understood_1", {}},
      {"not_understood_1_near", {"list"}},
      {"not_understood_2", {}},
      {"not_understood_3", {}},
      {"stale_choice", {}},
      {"late_message", {}},
      {"form_changed", {}},
      {"form_moved", {}},
      {"corrected", {"name", "value"}},
      {"welcome_back", {"title"}},
      {"forgotten", {"title"}},
      {"choice_resume", {}},
      {"choice_stop", {}},
      {"return_to_question", {}},
      {"nothing_to_repeat", {}},
      {"nothing_to_return", {}},
      {"stopped", {}},
      {"acknowledged", {}},
      {"misread", {}},
      {"empty_message", {}},
      {"numbers_not_needed", {}},
      {"english", {}},
      {"address_ambiguous", {"list"}},
      {"address_district", {}},
      {"place_line", {"n", "name", "unit"}},
      {"place_line_part", {"n", "name", "unit"}},
      {"fell_out", {}},
      {"again_yes_no", {"example"}},
      {"again_choice", {"example"}},
      {"again_number", {"example"}},
      {"again_date", {"example"}},
      {"again_money", {"example"}},
      {"again_money_bare", {"number"}},
      {"choice_thousand", {"number"}},
      {"choice_million", {"number"}},
      {"money", {"number"}},
      {"again_date_no_day", {"day", "month", "example"}},
      {"again_date_no_month", {"month", "example"}},
      {"again_date_past", {"date", "example"}},
      {"again_date_future", {"date", "example"}},
      {"again_date_year", {"year", "example"}},
      {"again_date_day", {"example"}},
      {"again_date_week", {}},
      {"explain", {}},
      {"explain_example", {"example"}},
      {"patience", {}},
      {"answer_when", {}},
      {"again_phone", {"example"}},
      {"again_full_name", {"example"}},
      {"again_identity_number", {"example"}},
      {"again_address", {"example"}},
      {"again_text", {"example"}},
      {"again_picture", {"example"}},
      {"again_place", {"example"}},
      {"example_yes_no", {}},
      {"example_choice", {}},
      {"example_number", {}},
      {"example_date", {}},
      {"example_money", {}},
      {"example_phone", {}},
      {"example_full_name", {}},
      {"example_identity_number", {}},
      {"example_address", {}},
      {"example_text", {}},
      {"example_picture", {}},
      {"example_place", {}},
      // people
      {"case_made", {}},
      {"case_made_closed", {}},
      {"case_made_holiday", {}},
      {"case_added", {}},
      {"case_added_emergency", {}},
      {"case_already", {}},
      {"attachment_received", {}},
      {"sticker", {}},
      {"officer_here", {}},
      {"bot_back", {}},
      // for officers
      {"summary_question", {"question"}},
      {"summary_topic", {}},
      {"summary_slot", {"name", "value"}},
      {"summary_attachment", {"attachment"}},
      {"summary_asked_for_person", {}},
      {"attachment_image", {}},
      {"attachment_audio", {}},
      {"attachment_video", {}},
      {"attachment_file", {}},
      {"attachment_location", {}},
      {"attachment_contact", {}},
      {"attachment_link", {}},
      {"attachment_other", {}},
      // fillers of placeholders
      {"unit_unknown", {}},
      {"unit_part", {}},
      {"officer_unknown", {}},
      {"source_unknown", {}},
      {"weekday_2", {}},
      {"weekday_3", {}},
      {"weekday_4", {}},
      {"weekday_5", {}},
      {"weekday_6", {}},
      {"weekday_7", {}},
      {"weekday_8", {}}};
  return needed;
}

}  // namespace thanthien::dialogs
