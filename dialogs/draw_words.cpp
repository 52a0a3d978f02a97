#include "dialogs/draw_words.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace thanthien::dialogs {
namespace {

constexpr std::size_t most_openers = 4;

/// Subjects that are true or false, as sentences.
const std::map<std::string, std::pair<std::string, std::string>, std::less<>>& facts() {
  static const std::map<std::string, std::pair<std::string, std::string>, std::less<>> sentences{
      {"office_hours", {"trong giờ làm việc", "ngoài giờ làm việc"}},
      {"context", {"đã biết bà con hỏi việc gì", "chưa biết bà con hỏi việc gì"}},
      {"case", {"đã có yêu cầu chờ cán bộ", "chưa có yêu cầu nào chờ cán bộ"}},
      {"case.late", {"yêu cầu đã quá hẹn", "yêu cầu chưa quá hẹn"}},
      {"request.late", {"yêu cầu đã quá hẹn", "yêu cầu chưa quá hẹn"}},
      {"dossier.late", {"hồ sơ đã quá hẹn", "hồ sơ chưa quá hẹn"}},
      {"dossier.table", {"đã có danh sách hồ sơ", "chưa có danh sách hồ sơ"}}};
  return sentences;
}

const std::map<std::string, std::string, std::less<>>& subjects() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"unit", "xã, phường"},
      {"unit.address", "địa chỉ cơ quan"},
      {"unit.phone", "số điện thoại cơ quan"},
      {"unit.website", "trang web cơ quan"},
      {"unit.hours", "giờ làm việc riêng của cơ quan"},
      {"channel", "kênh"},
      {"language", "ngôn ngữ"},
      {"topic", "việc đang hỏi"},
      {"topic.kind", "loại việc"},
      {"topic.who_helps", "nơi giúp được"},
      {"message", "tin nhắn"},
      {"message.words", "số tiếng của tin nhắn"},
      {"place", "nơi được nhắc tới"},
      {"place.name", "tên xã, phường cũ được nhắc tới"},
      {"weekday", "hôm nay"},
      {"case.state", "trạng thái yêu cầu"},
      {"dossier", "kết quả tra hồ sơ"},
      {"dossier.state", "trạng thái hồ sơ"},
      {"dossier.due", "ngày hẹn trả"},
      {"dossier.note", "ghi chú của hồ sơ"},
      {"request", "kết quả tra yêu cầu"},
      {"request.state", "trạng thái yêu cầu"}};
  return names;
}

const std::map<std::string, std::string, std::less<>>& values() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"yes", "có"},
      {"no", "không"},
      {"zalo", "Zalo"},
      {"messenger", "Messenger"},
      {"web", "trang web"},
      {"terminal", "cửa sổ dòng lệnh"},
      {"vi", "tiếng Việt"},
      {"en", "tiếng Anh"},
      {"procedure", "thủ tục"},
      {"service", "dịch vụ khác"},
      {"small_talk", "chào hỏi"},
      {"out_of_scope", "ngoài việc của xã, phường"},
      {"emergency", "khẩn cấp"},
      {"found", "tìm thấy"},
      {"unknown", "không thấy"},
      {"too_many", "sai mã nhiều lần"},
      {"received", "đã nhận"},
      {"processing", "đang giải quyết"},
      {"missing_papers", "chờ bổ sung"},
      {"ready", "đã có kết quả"},
      {"returned", "đã trả"},
      {"refused", "bị từ chối"},
      {"waiting", "chờ cán bộ nhận"},
      {"held", "cán bộ đang xem"},
      {"closed", "đã xong"},
      {"one", "một nơi"},
      {"several", "nhiều nơi trùng tên"},
      {"district", "cả huyện cũ"}};
  return names;
}

const std::map<std::string, std::string, std::less<>>& placeholders() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"unit.name", "tên xã, phường"},
      {"unit.full_name", "tên xã, phường"},
      {"unit.address", "địa chỉ"},
      {"unit.phone", "số điện thoại"},
      {"unit.email", "thư điện tử"},
      {"unit.website", "trang web"},
      {"unit.hours", "giờ làm việc"},
      {"unit.former", "các xã, phường cũ"},
      {"place.name", "tên xã, phường cũ"},
      {"place.units", "các xã, phường hôm nay"},
      {"unit.reception", "lịch tiếp công dân"},
      {"unit.reception_place", "nơi tiếp công dân"},
      {"unit.reception_signup", "cách đăng ký tiếp công dân"},
      {"unit.reception_next", "buổi tiếp công dân gần nhất"},
      {"time.holiday", "tên ngày nghỉ"},
      {"time.next_open", "lúc mở cửa lại"},
      {"time.now", "giờ"},
      {"time.date", "ngày"},
      {"time.weekday", "thứ"},
      {"case.code", "mã yêu cầu"},
      {"topic.title", "việc đang hỏi"},
      {"topic.who_helps", "nơi giúp được"},
      {"procedure.title", "tên thủ tục"},
      {"procedure.matter", "tên thủ tục"},
      {"procedure.name", "tên thủ tục"},
      {"officer.name", "tên cán bộ"},
      {"case.due", "hạn trả lời"},
      {"dossier.code", "mã hồ sơ"},
      {"dossier.procedure", "tên thủ tục"},
      {"dossier.received", "ngày nhận"},
      {"dossier.due", "ngày hẹn trả"},
      {"dossier.note", "ghi chú"},
      {"dossier.place", "nơi giải quyết"},
      {"dossier.address", "địa chỉ"},
      {"dossier.hours", "giờ làm việc"},
      {"dossier.as_of", "ngày của danh sách"},
      {"request.code", "mã yêu cầu"},
      {"request.due", "hạn trả lời"},
      {"example", "ví dụ"}};
  return names;
}

/// The table's word for it, or the name itself.
std::string said(const std::map<std::string, std::string, std::less<>>& table, std::string_view name) {
  const auto found = table.find(name);
  return found == table.end() ? std::string{name} : found->second;
}

}  // namespace

std::string plain_words::type(slot_type t) {
  static constexpr std::array<std::string_view, 12> names{
      "có hoặc không", "chọn một",     "con số",     "ngày",     "số tiền",  "số điện thoại",
      "họ và tên",     "số định danh", "xã, phường", "lời nhắn", "hình ảnh", "địa điểm"};
  return std::string{names[static_cast<std::size_t>(t)]};
}

const step* plain_words::asks(std::string_view slot) const {
  for (const auto& s : of_.steps)
    if (s.what == step::kind::ask && s.slot == slot) return &s;
  for (const auto& [name, d] : book_.dialogs)
    for (const auto& s : d.steps)
      if (s.what == step::kind::ask && s.slot == slot) return &s;
  return nullptr;
}

std::string plain_words::slot(std::string_view name) const {
  const auto* asked = asks(name);
  return asked != nullptr && !asked->label.empty() ? asked->label : std::string{name};
}

std::string plain_words::phrase(const std::string& name) const {
  const auto found = book_.phrases.find(name);
  return found == book_.phrases.end() ? name : text(found->second);
}

std::string plain_words::placeholder(std::string_view name) const {
  if (placeholders().contains(name)) return said(placeholders(), name);
  return slot(name);
}

std::string plain_words::text(const wording& w) const {
  return filled(w.pick("vi", channel::terminal, 0), [this](std::string_view name) {
    return is_address_placeholder(name) ? book_.words.address.usual.word(name, {})
                                        : "‹" + placeholder(name) + "›";
  });
}

std::size_t plain_words::other_ways(const wording& w) {
  for (const auto& v : w.versions)
    if (v.language == "vi" && !v.on) return v.variants.empty() ? 0 : v.variants.size() - 1;
  return 0;
}

std::string plain_words::dialog_title(std::string_view name) const {
  const auto* d = book_.find(name);
  return d == nullptr || d->title.empty() ? std::string{name} : d->title;
}

std::string plain_words::topic_title(std::string_view topic, std::string_view aspect) const {
  if (topic == "found") return "Việc bà con vừa hỏi";
  auto title = known_.title_of(topic);
  if (title.empty()) title = topic;
  if (!aspect.empty() && aspect != "found") title += ": " + phrase("aspect_" + std::string{aspect});
  return title;
}

std::string plain_words::leads_to(const option& o) const {
  if (!o.dialog.empty()) return dialog_title(o.dialog);
  if (!o.topic.empty()) return topic_title(o.topic, o.aspect);
  if (!o.url.empty()) return o.url;
  if (o.command.empty()) return {};
  const auto found = book_.on_command.find(o.command);
  if (found != book_.on_command.end()) return dialog_title(found->second);
  static const std::map<std::string, std::string, std::less<>> commands{{"again", "Nhắc lại"},
                                                                        {"change", "Đổi câu trả lời"},
                                                                        {"back", "Quay lại"},
                                                                        {"skip", "Bỏ qua"},
                                                                        {"start_over", "Làm lại từ đầu"},
                                                                        {"stop", "Dừng lại"},
                                                                        {"resume", "Làm tiếp"},
                                                                        {"wrong", "Hỏi lại cho đúng ý"}};
  return said(commands, o.command);
}

// --- conditions

std::string plain_words::value(const std::string& subject, const std::string& v) const {
  if (subject.starts_with("slot.")) {
    if (const auto* asked = asks(subject.substr(5)))
      for (const auto& o : asked->options)
        if (o.value == v) return "“" + text(o.title) + "”";
    return said(values(), v);
  }
  if (subject == "topic") return "“" + topic_title(v, {}) + "”";
  if (subject == "weekday") return phrase("weekday_" + v);
  if (subject == "unit")
    if (const auto* unit = known_.find_unit(v)) return unit->full_name.empty() ? unit->name : unit->full_name;
  return said(values(), v);
}

std::string plain_words::test(const dialogs::condition& c) const {
  using comparison = dialogs::condition::comparison;
  if (const auto fact = facts().find(c.subject);
      fact != facts().end() && (c.how == comparison::is || c.how == comparison::is_not)) {
    const bool yes = std::ranges::find(c.values, "yes") != c.values.end();
    return yes == (c.how == comparison::is) ? fact->second.first : fact->second.second;
  }
  std::string any;
  for (const auto& v : c.values) any += (any.empty() ? "" : " hoặc ") + value(c.subject, v);
  const auto subject =
      c.subject.starts_with("slot.") ? "“" + slot(c.subject.substr(5)) + "”" : said(subjects(), c.subject);
  switch (c.how) {
    case comparison::is:
      return subject + " là " + any;
    case comparison::is_not:
      return subject + " không phải là " + any;
    case comparison::less:
      return subject + " dưới " + any;
    case comparison::more:
      return subject + " trên " + any;
    case comparison::at_most:
      return subject + " nhiều nhất là " + any;
    case comparison::at_least:
      return subject + " từ " + any + " trở lên";
    case comparison::says:
      return subject + " có lời như " + any;
    case comparison::filled:
      return "đã biết " + subject;
    case comparison::empty:
      return "chưa biết " + subject;
  }
  return subject;
}

std::string plain_words::joined(const std::vector<dialogs::condition>& parts, const std::string& by) const {
  std::string out;
  for (const auto& part : parts) {
    using kind = dialogs::condition::kind;
    // Inside one another, "và" and "hoặc" need their brackets.
    const auto* inner = &part;
    while (inner->what == kind::all && inner->parts.size() == 1) inner = &inner->parts.front();
    std::string one;
    switch (inner->what) {
      case kind::test:
        one = test(*inner);
        break;
      case kind::all:
        one = joined(inner->parts, " và ");
        break;
      case kind::any:
        one = joined(inner->parts, " hoặc ");
        break;
      case kind::none:
        one = "không phải (" + joined(inner->parts, " và ") + ")";
        break;
    }
    const bool mixed = parts.size() > 1 && inner->parts.size() > 1 && inner->what != kind::none;
    out += (out.empty() ? "" : by) + (mixed ? "(" + one + ")" : one);
  }
  return out;
}

std::string plain_words::condition(const dialogs::condition& c) const {
  if (c.parts.empty()) return "Còn lại";
  const auto words = joined(c.parts, " và ");
  return words.starts_with("(") ? "(" + capitalised(words.substr(1)) : capitalised(words);
}

// --- what opens it

std::vector<std::string> plain_words::opened_by() const {
  static const std::map<std::string, std::string, std::less<>> events{
      {"opened", "Bà con mở trò chuyện"},
      {"closed", "Cán bộ đã xử lý xong yêu cầu"},
      {"kind:out_of_scope", "Việc ngoài phạm vi chưa có kịch bản riêng"},
      {"kind:emergency", "Việc khẩn cấp chưa có kịch bản riêng"},
      {"kind:service", "Dịch vụ khác chưa có kịch bản riêng"},
      {"kind:small_talk", "Lời xã giao chưa có kịch bản riêng"},
      {"command:menu", "Bà con nhắn “menu”"},
      {"command:person", "Bà con nhắn “gặp cán bộ”"},
      {"command:papers", "Bà con hỏi đúng giấy tờ của mình"},
      {"code:dossier", "Bà con nhắn một mã hồ sơ"},
      {"code:request", "Bà con nhắn một mã yêu cầu"}};
  std::vector<std::string> out;
  for (const auto& [trigger, at] : of_.on)
    out.push_back(events.contains(trigger) ? said(events, trigger)
                                           : "Bà con hỏi “" + topic_title(trigger, {}) + "”");
  std::vector<std::string> others;
  for (const auto& [name, d] : book_.dialogs) {
    if (name == of_.name) continue;
    const bool leads = std::ranges::any_of(d.steps, [&](const step& s) {
      return s.dialog == of_.name ||
             std::ranges::any_of(s.options, [&](const option& o) { return o.dialog == of_.name; });
    });
    if (leads) others.push_back("Từ kịch bản “" + dialog_title(name) + "”");
  }
  if (others.size() > most_openers) {
    const auto more = others.size() - most_openers;
    others.resize(most_openers);
    others.push_back("Và từ " + std::to_string(more) + " kịch bản khác");
  }
  out.insert(out.end(), others.begin(), others.end());
  if (out.empty()) out.emplace_back("Chưa có gì mở kịch bản này");
  return out;
}

}  // namespace thanthien::dialogs
