#pragma once

#include "knowledge/requirement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::knowledge {

/// What a resident can ask about a procedure. The names are part of the `ask` and `chat` interfaces.
enum class aspect : std::uint8_t { overview, documents, fee, time, where, online, who, steps, result };

std::string_view to_string(aspect a);
std::optional<aspect> parse_aspect(std::string_view name);

/// How sure the civil servant who wrote an entry is of it; below `high` an answer says what is not certain.
enum class confidence : std::uint8_t { low, medium, high };

struct document {
  std::string name;
  std::string copies;  ///< "1 bản chính", "không phải nộp bản giấy"
  std::string note;
  std::string form;
  requirement when;  ///< who needs it
};

struct fee {
  std::string text;
  std::optional<std::int64_t>
      amount_vnd;  ///< basic amount of a direct application; none = unknown or depends
  std::string note;
};

struct online_service {
  bool available = false;
  std::string level;  ///< "toan-trinh", "mot-phan", "" when not confirmed
  std::string note;
};

/// What is different for some people.
struct special_case {
  requirement when;
  std::optional<fee> price;
  std::string time_limit, where;  ///< instead of the usual; "" = as usual
  std::string note;
  std::string instead;  ///< id of a procedure that fits these people better
};

struct question_and_answer {
  std::string question;
  std::string answer;
};

/// One administrative procedure as a resident should be told it. Kept in
/// knowledge/content/procedures/<field>/<id>.yaml.
struct procedure {
  std::string id;     ///< stable name of the topic: "khai-sinh"
  std::string code;   ///< national procedure code, may be empty
  std::string name;   ///< official name
  std::string title;  ///< short name for choices and lists, at most 40 characters: "Đăng ký khai sinh"
  std::string field;
  std::string
      level;  ///< who decides: xa, tinh, cong-an-xa, cong-an-tinh, vp-dang-ky-dat-dai, thue, bhxh, ...
  std::vector<std::string> also_called;
  std::string who;
  std::vector<papers_question> questions;  ///< what must be asked to know which documents a person needs
  std::vector<document> documents;
  std::vector<special_case> cases;
  fee price;
  std::string time_limit;
  std::string where;
  std::string received_by;  ///< the office that takes it where the commune does not; "" = the commune does
  online_service online;
  std::string result;
  std::string benefit;  ///< what the State pays: "540.000 đồng/tháng"; "" = it pays nothing, or how much is unsure
  std::vector<std::string> steps;
  std::vector<std::string> legal_basis;
  std::vector<std::string> notes;
  std::vector<question_and_answer> faq;
  std::vector<std::string> sources;
  std::string as_of;  ///< ISO date of the source text
  confidence sure = confidence::medium;
};

}  // namespace thanthien::knowledge
