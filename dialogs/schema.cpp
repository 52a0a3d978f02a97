#include "dialogs/schema.hpp"

#include "dialogs/inspection.hpp"
#include "dialogs/model.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace thanthien::dialogs {
namespace {

using enum key_value;

const std::vector<std::string>& slot_types() {
  static const auto names = slot_type_names();
  return names;
}

constexpr std::string_view next_means =
    "Bước đi tiếp; end là hết. Không viết thì đi tiếp bước ngay bên dưới.";

const std::vector<part_rule>& table() {
  static const std::vector<part_rule> parts{
      {"dialog",
       {{"dialog", text, "Tên hội thoại: chữ thường không dấu, số, dấu - và _.", true},
        {"title", text, "Tên để cán bộ đọc."},
        {"on", texts,
         "Điều mở hội thoại: mã chủ đề, opened, closed, kind:out_of_scope, command:menu, code:dossier ..."},
        {"aspects", texts,
         "Những mục của thủ tục mà hội thoại này trả lời, ngoài câu hỏi chung: time, where ..."},
        {"act", text, "Loại lượt nói, cho báo cáo; không viết thì là answer.", false, {}, act_names},
        {"introduces", flag, "Câu đầu đã tự giới thiệu là trợ lý tự động."},
        {"moved", named, "Bước đã bỏ hoặc đổi tên: tên cũ, rồi bước thay cho nó.", false, "text"},
        {"steps", named, "Viết \"steps:\" rồi từng bước, mỗi bước một tên.", true, "step"}}},
      {"lists",
       {{"phrases", named, "Câu của chính trợ lý.", false, "wording"},
        {"words", part, "Cách bà con nói lệnh, có/không, số đếm.", false, "words"},
        {"settings", part, "Giờ làm việc, thời gian im lặng.", false, "settings"},
        {"openings", list, "Câu nói trước phần trả lời: chia buồn, chúc mừng.", false, "opening"},
        {"english", named, "Chữ tiếng Anh nào chỉ thủ tục hoặc mục nào.", false, "text"},
        {"writing", part, "Cách viết cho bà con đọc.", false, "writing"}}},

      {"say",
       {{"say", wording, "Câu nói với bà con.", true},
        {"choices", choices, "Tối đa bốn lựa chọn; found là những chủ đề gần với câu bà con hỏi.", false,
         "choice of say"},
        {"next", text, next_means}}},
      {"ask",
       {{"ask", wording, "Câu hỏi bà con.", true},
        {"slot", text, "Đặt tên cho câu trả lời, ví dụ slot: ho_ten.", true},
        {"type",
         text,
         "Loại câu trả lời; không viết thì là text, có choices thì là choice.",
         false,
         {},
         slot_types},
        {"label", text, "Tên câu trả lời để cán bộ đọc."},
        {"choices", choices, "Tối đa bốn lựa chọn.", false, "choice of ask"},
        {"again", wording, "Câu hỏi lại khi câu trả lời chưa đúng; dùng được {example}."},
        {"example", text, "Ví dụ một câu trả lời đúng."},
        {"min", number, "Số nhỏ nhất."},
        {"max", number, "Số lớn nhất."},
        {"from", text, "Ngày sớm nhất được nhận: today là từ hôm nay trở đi.", false, {}, day_names},
        {"until", text, "Ngày muộn nhất được nhận: today là tới hôm nay.", false, {}, day_names},
        {"optional", flag, "Bà con được bỏ qua câu này."},
        {"failed", text, "Bước đi tới khi ba lần chưa đúng; không viết thì chuyển cán bộ."},
        {"side_questions", flag, "no: mọi lời đều được ghi làm câu trả lời, kể cả câu hỏi xen ngang."},
        {"next", text, next_means}}},
      {"branch",
       {{"branch", list, "Mỗi nhánh: - {when: {...}, go: tên-bước}; nhánh cuối: - {else: tên-bước}.", true,
         "arm"}}},
      {"go",
       {{"go", text_or_part, "Bước đi tới, hoặc {dialog: tên} để sang hẳn hội thoại khác.", true,
         "other dialog"}}},
      {"call",
       {{"call", text_or_part, "Hội thoại chạy rồi quay về đây.", true, "called dialog"},
        {"next", text, next_means}}},
      {"answer",
       {{"answer", text_or_part, "Mã thủ tục, hoặc found: thủ tục bà con vừa hỏi.", true, "answered topic"},
        {"next", text, next_means}}},
      {"checklist",
       {{"checklist", text, "Mã thủ tục, hoặc found: lập danh sách giấy tờ đúng cho người này.", true},
        {"next", text, next_means}}},
      {"rate",
       {{"rate", wording, "Câu mời bà con đánh giá từ 1 tới 5.", true},
        {"unhappy", text, "Bước đi tới khi bà con cho 1 hoặc 2."},
        {"next", text, next_means}}},
      {"hand_over",
       {{"hand_over", text, "Lý do chuyển cán bộ.", true, {}, hand_over_reasons},
        {"summary", wording, "Tóm tắt để cán bộ đọc."},
        {"urgent", flag, "Chuyển gấp."},
        {"say", wording, "Câu nói thay cho câu chuyển cán bộ thường lệ."}}},
      {"end", {{"end", text, "Hết hội thoại.", true}}},

      {"choice of ask",
       {{"title", wording, "Chữ trên nút, tối đa 20 ký tự.", true},
        {"value", text, "Giá trị được giữ; không viết thì là chữ trên nút."},
        {"also", texts, "Những cách nói khác của lựa chọn này."},
        {"next", text, "Bước đi tiếp khi chọn."},
        {"topic", text, "Mã chủ đề được mở."},
        {"aspect", text, "Mục của thủ tục; đi cùng topic.", false, {}, aspect_names_or_found},
        {"dialog", text, "Hội thoại được mở."},
        {"command", text, "Lệnh được chạy.", false, {}, command_names},
        {"url", text, "Đường dẫn được mở, bắt đầu bằng https://."}}},
      {"choice of say",
       {{"title", wording, "Chữ trên nút, tối đa 20 ký tự.", true},
        {"topic", text, "Mã chủ đề được mở."},
        {"aspect", text, "Mục của thủ tục; đi cùng topic.", false, {}, aspect_names_or_found},
        {"dialog", text, "Hội thoại được mở."},
        {"command", text, "Lệnh được chạy.", false, {}, command_names},
        {"url", text, "Đường dẫn được mở, bắt đầu bằng https://."}}},
      {"arm",
       {{"when", condition, "Nhánh cuối không cần điều kiện thì viết: - {else: tên-bước}.", true},
        {"go", text, "Bước đi tới khi điều kiện đúng.", true}}},
      {"arm else", {{"else", text, "Bước đi tới khi không điều kiện nào đúng.", true}}},
      {"other dialog", {{"dialog", text, "Tên hội thoại sang hẳn.", true}}},
      {"called dialog",
       {{"dialog", text, "Tên hội thoại được gọi.", true},
        {"with", named, "Câu trả lời đưa sang: slot bên kia, rồi giá trị.", false, "wording"},
        {"results", named, "Câu trả lời lấy về: slot bên này, rồi slot bên kia.", false, "text"}}},
      {"answered topic",
       {{"topic", text, "Mã thủ tục, hoặc found: thủ tục bà con vừa hỏi.", true},
        {"aspect", text, "Mục được trả lời.", false, {}, aspect_names_or_found}}},

      {"words",
       {{"commands", named, "Cách nói từng lệnh.", false, "texts"},
        {"yes", texts, "Cách nói có."},
        {"no", texts, "Cách nói không."},
        {"fillers", texts, "Chữ lịch sự ở đầu và cuối câu."},
        {"questions", texts, "Chữ làm nên câu hỏi."},
        {"ordinals", numbered, "Cách gọi lựa chọn thứ nhất, thứ hai ..."},
        {"last", texts, "Cách gọi lựa chọn cuối cùng."},
        {"name_openers", texts, "Chữ đứng trước họ tên."},
        {"account_words", texts, "Chữ đứng cạnh số riêng tư."},
        {"today", texts, "Cách nói hôm nay."},
        {"yesterday", texts, "Cách nói hôm qua."},
        {"tomorrow", texts, "Cách nói ngày mai."},
        {"after_tomorrow", texts, "Cách nói hai ngày nữa."},
        {"before_yesterday", texts, "Cách nói hai ngày trước."},
        {"additions", texts, "Cách mở lời khi nói thêm cho cán bộ."},
        {"english", texts, "Chữ cho biết bà con viết tiếng Anh."},
        {"english_short", texts, "Chữ ngắn tiếng Anh, tiếng Việt đều có: không tính bên nào."},
        {"asides", texts, "Cách nói để hỏi chen một câu khác giữa chừng."},
        {"corrections", texts, "Cách nói mình vừa trả lời nhầm."},
        {"mine", texts, "Cách hỏi giấy tờ của riêng mình."},
        {"own", texts, "Chữ nói giấy tờ, trường hợp là của chính mình; đi cùng một chữ trong needs."},
        {"needs", texts, "Cách hỏi cần những giấy tờ gì."},
        {"unsure", texts, "Cách nói chưa rõ, không nhớ."},
        {"corrections_last", texts, "Chữ cuối câu cho biết lời này sửa lời trước."},
        {"puzzled", texts, "Cách nói chưa hiểu trợ lý hỏi gì."},
        {"annoyed", texts, "Cách nói bực mình vì bị hỏi nhiều."},
        {"go_ahead", texts, "Cách nói cứ gửi đi, không thêm gì nữa."},
        {"when_answered", texts, "Cách hỏi khi nào cán bộ trả lời."},
        {"address", part, "Xưng hô theo lời bà con tự xưng.", false, "address"}}},
      {"address",
       {{"usual", part, "Khi chưa biết bà con tự xưng gì.", false, "usual address"},
        {"forms", list, "Bà con tự xưng gì thì trợ lý thưa thế nào.", false, "form of address"},
        {"openers", texts, "Sau những chữ này bắt đầu một câu mới; X là một chữ xưng hô."},
        {"asking", texts, "Cách hỏi cho biết bà con tự xưng là X."},
        {"wanting", texts, "Như asking, chỉ tính với chữ ít khi nói về người khác."},
        {"telling", texts, "Chỉ tính khi trong câu không có chữ tự xưng nào khác."},
        {"oneself", texts, "Những chữ tự xưng khác ấy."},
        {"unaccented", texts, "Cách hỏi viết không dấu, ghi nguyên câu."}}},
      {"usual address", {{"you", text, "Gọi bà con là gì.", true}, {"me", text, "Trợ lý xưng là gì.", true}}},
      {"form of address",
       {{"says", texts, "Bà con tự xưng.", true},
        {"you", text, "Trợ lý gọi lại là gì.", true},
        {"me", text, "Trợ lý xưng là gì; không ghi thì theo self_to_elders của settings."},
        {"only_asking", flag, "Chữ hay nói về người khác: chỉ tính các cách hỏi trong asking."}}},
      {"settings",
       {{"outside_staff_minutes", number, "Im lặng bao nhiêu phút sau khi cán bộ nhắn ngoài bảng việc."},
        {"pause_minutes", number, "Sau bao nhiêu phút im lặng thì hỏi bà con có làm tiếp không."},
        {"forget_days", number, "Sau bao nhiêu ngày thì việc làm dở coi như thôi."},
        {"office_days", texts, "Ngày làm việc: 2 là thứ hai ... 8 là chủ nhật."},
        {"office_hours", texts, "Giờ làm việc, như 07:30-11:30."},
        {"self_to_elders", text, "Trợ lý xưng gì với cô, chú, bác, ông, bà: con hoặc cháu."}}},
      {"opening",
       {{"topics", texts, "Mã những chủ đề có câu này.", true},
        {"unless", texts, "Tin nhắn có những chữ này thì không nói câu đó."},
        {"say", wording, "Câu nói trước phần trả lời.", true}}},
      {"writing",
       {{"sentence_words", number, "Câu dài hơn chừng này tiếng thì khó đọc."},
        {"review_months", number, "Thông tin cũ hơn chừng này tháng thì nên xem lại."},
        {"commanding", list, "Chữ nghe như ra lệnh.", false, "replacement"},
        {"abbreviations", list, "Chữ viết tắt cần giải thích.", false, "abbreviation"},
        {"known_abbreviations", texts, "Chữ viết tắt ai cũng biết."},
        {"refusals", texts, "Cách nói không."},
        {"next_steps", texts, "Cách chỉ việc làm tiếp theo."}}},
      {"replacement",
       {{"words", text, "Chữ nên tránh.", true},
        {"instead", text, "Chữ nên dùng."},
        {"unless", texts, "Những chỗ chữ đó vô hại."}}},
      {"abbreviation", {{"words", text, "Chữ viết tắt.", true}, {"instead", text, "Chữ viết đủ.", true}}},
  };
  return parts;
}

}  // namespace

std::vector<std::string> part_rule::names() const {
  std::vector<std::string> out;
  for (const auto& key : keys) out.emplace_back(key.name);
  return out;
}

const part_rule& rules_of(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &part_rule::name);
  if (found == table().end())
    throw std::logic_error{"no part of dialog files is called " + std::string{name}};
  return *found;
}

const std::vector<std::string>& step_kind_names() {
  static const std::vector<std::string> names{"say",    "ask",       "branch", "go",        "call",
                                              "answer", "checklist", "rate",   "hand_over", "end"};
  return names;
}

const std::vector<std::string>& act_names() {
  static const std::vector<std::string> names{"answer",  "clarify",   "small_talk",
                                              "decline", "emergency", "handoff"};
  return names;
}

const std::vector<std::string>& day_names() {
  static const std::vector<std::string> names{"today"};
  return names;
}

const std::vector<std::string>& aspect_names_or_found() {
  static const std::vector<std::string> names{"overview", "documents", "fee",   "time",   "where",
                                              "online",   "who",       "steps", "result", "found"};
  return names;
}

}  // namespace thanthien::dialogs
