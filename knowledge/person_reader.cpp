#include "knowledge/person_reader.hpp"

#include <algorithm>

namespace thanthien::knowledge {
namespace {

constexpr std::size_t most_questions = 6, most_choices = 4, longest_title = 20;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// However a civil servant writes yes and no.
std::string yes_or_no(const std::string& word) {
  if (word == "co" || word == "có" || word == "yes" || word == "true") return "yes";
  if (word == "khong" || word == "không" || word == "no" || word == "false") return "no";
  return word;
}

}  // namespace

fee read_fee(const yaml_node& map, const std::string& file, std::vector<problem>& problems) {
  fields m(map, file, problems, {"text", "amount_vnd", "note"});
  return {m.required_text("text"), m.whole_number("amount_vnd"), m.text("note")};
}

void person_reader::fail(int line, int column, std::string message, std::string hint) {
  problems_.push_back({problem::level::error, file_, line, column, std::move(message), std::move(hint)});
}

std::vector<papers_question> person_reader::questions(const fields& procedure) {
  for (const auto* item : procedure.maps("questions")) {
    auto q = question_of(*item);
    known_.push_back(std::move(q));
    places_.emplace_back(item->line, item->column);
  }
  if (known_.size() > most_questions)
    procedure.error(
        "questions",
        "có " + std::to_string(known_.size()) + " câu hỏi, nhiều nhất " + std::to_string(most_questions),
        "Chỉ hỏi điều làm thay đổi giấy tờ của nhiều người.");
  return known_;
}

papers_question person_reader::question_of(const yaml_node& map) {
  fields f(map, file_, problems_, {"id", "ask", "choices", "when"});
  papers_question q;
  q.id = f.required_text("id");
  if (!q.id.empty() && !is_name(q.id))
    f.error("id", "mã câu hỏi \"" + q.id + "\" không đúng cách",
            "Chỉ gồm chữ thường không dấu, chữ số và dấu _, ví dụ nguoi_di_lam.");
  if (std::ranges::find(known_, q.id, &papers_question::id) != known_.end())
    f.error("id", "đã có câu hỏi \"" + q.id + "\"", "Đặt mã khác.");
  q.ask = f.required_text("ask");
  q.when = when(f);
  q.yes_no = !f.has("choices");
  if (q.yes_no) {
    q.choices = {{"yes", "", {}}, {"no", "", {}}};
    return q;
  }
  for (const auto* item : f.maps("choices")) {
    fields c(*item, file_, problems_, {"value", "title", "also"});
    papers_question::choice choice{c.required_text("value"), c.required_text("title"), c.texts("also")};
    if (!choice.value.empty() && !is_name(choice.value))
      c.error("value", "\"" + choice.value + "\" không đúng cách",
              "Chỉ gồm chữ thường không dấu, chữ số và dấu _.");
    if (std::ranges::find(q.choices, choice.value, &papers_question::choice::value) != q.choices.end())
      c.error("value", "đã có lựa chọn \"" + choice.value + "\"", "Mỗi lựa chọn một giá trị khác nhau.");
    if (characters(choice.title) > longest_title)
      c.error("title",
              "tên lựa chọn dài " + std::to_string(characters(choice.title)) + " chữ, nhiều nhất " +
                  std::to_string(longest_title),
              "Viết gọn lại để vừa một nút bấm.");
    q.choices.push_back(std::move(choice));
  }
  if (q.choices.size() < 2 || q.choices.size() > most_choices)
    f.error("choices", "mỗi câu hỏi cần từ 2 đến " + std::to_string(most_choices) + " lựa chọn",
            "Câu hỏi có hay không thì bỏ hẳn mục choices.");
  return q;
}

requirement person_reader::when(const fields& holder) {
  requirement out;
  const auto* node = holder.node("when");
  if (node == nullptr) return out;
  if (node->is_map() && !node->entries.empty()) {
    out.alternatives.push_back(tests_of(*node));
    return out;
  }
  const bool list =
      node->is_sequence() && !node->items.empty() &&
      std::ranges::all_of(node->items, [](const auto& i) { return i.is_map() && !i.entries.empty(); });
  if (!list) {
    holder.error("when", "mục \"when\" phải gồm các dòng \"mã câu hỏi: giá trị\"",
                 "Ví dụ: when: {nguoi_di_lam: nguoi_than}; nhiều trường hợp thì viết danh sách.");
    return out;
  }
  for (const auto& item : node->items) out.alternatives.push_back(tests_of(item));
  return out;
}

std::vector<requirement::test> person_reader::tests_of(const yaml_node& map) {
  std::vector<requirement::test> out;
  for (const auto& e : map.entries) {
    const auto asked = std::ranges::find(known_, e.key, &papers_question::id);
    if (asked == known_.end()) {
      std::vector<std::string> names;
      for (const auto& q : known_) names.push_back(q.id);
      const auto near = nearest(e.key, names);
      fail(e.line, e.column, "không có câu hỏi \"" + e.key + "\" ở phía trên",
           near.empty() ? "Thêm câu hỏi này vào mục questions, đặt trước chỗ dùng nó."
                        : "Có phải ý bạn là \"" + near + "\"?");
      continue;
    }
    used_.insert(e.key);
    requirement::test test{e.key, {}, false};
    const yaml_node* values = &e.value;
    if (values->is_map()) {
      const auto* negated = values->find("not");
      if (negated == nullptr || values->entries.size() != 1) {
        fail(e.line, e.column,
             "\"" + e.key + "\" chỉ so được với giá trị, danh sách giá trị, hoặc {not: giá trị}", {});
        continue;
      }
      test.negated = true;
      values = negated;
    }
    values_into(test, *values, *asked);
    out.push_back(std::move(test));
  }
  return out;
}

void person_reader::values_into(requirement::test& test, const yaml_node& node,
                                const papers_question& asked) {
  auto take = [&](const yaml_node& item) {
    auto value = item.is_scalar() ? item.scalar : std::string{};
    if (asked.yes_no) value = yes_or_no(value);
    if (std::ranges::find(asked.choices, value, &papers_question::choice::value) == asked.choices.end()) {
      std::string hint = "Các giá trị:";
      for (const auto& c : asked.choices)
        hint += (c == asked.choices.front() ? " " : ", ") + (c.value == "yes"  ? "co"
                                                             : c.value == "no" ? "khong"
                                                                               : c.value);
      fail(item.line, item.column, "câu hỏi \"" + asked.id + "\" không có lựa chọn \"" + value + "\"",
           hint + ".");
      return;
    }
    test.values.push_back(std::move(value));
  };
  if (node.is_sequence())
    for (const auto& item : node.items) take(item);
  else
    take(node);
}

special_case person_reader::special_case_of(const yaml_node& map) {
  fields f(map, file_, problems_, {"when", "fee", "time_limit", "where", "note", "instead"});
  special_case out;
  out.when = when(f);
  if (!f.has("when"))
    f.error("when", "trường hợp riêng thiếu \"when\"", "Ghi rõ khi nào, ví dụ when: {qua_han: co}.");
  if (const auto* price = f.map("fee")) out.price = read_fee(*price, file_, problems_);
  out.time_limit = f.text("time_limit");
  out.where = f.text("where");
  out.note = f.text("note");
  out.instead = f.text("instead");
  if (!out.price && out.time_limit.empty() && out.where.empty() && out.note.empty() && out.instead.empty())
    f.error("when", "trường hợp riêng này không nói điều gì khác",
            "Thêm một trong: fee, time_limit, where, note, instead.");
  return out;
}

void person_reader::all_used() {
  for (std::size_t i = 0; i < known_.size(); ++i)
    if (!known_[i].id.empty() && !used_.contains(known_[i].id))
      fail(places_[i].first, places_[i].second,
           "câu hỏi \"" + known_[i].id + "\" không làm thay đổi giấy tờ nào",
           "Dùng nó trong một mục when, hoặc xóa câu hỏi để bà con khỏi mất công.");
}

}  // namespace thanthien::knowledge
