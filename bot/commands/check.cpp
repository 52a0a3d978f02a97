#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"

#include "dialogs/model.hpp"
#include "dialogs/schema.hpp"
#include "knowledge/fields.hpp"
#include "knowledge/review.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

namespace thanthien::bot::commands {

namespace {

struct options {
  content_option content;
  bool as_json = false;
  bool schema = false;
  std::string language = "vi";
  std::string date;  ///< "2026-11-23"; "" is today in Vietnam
};

std::chrono::year_month_day day_of(const std::string& date) {
  using namespace std::chrono;
  if (date.empty()) return floor<days>(system_clock::now() + hours{7});
  return year{std::stoi(date.substr(0, 4))} / std::stoi(date.substr(5, 2)) / std::stoi(date.substr(8, 2));
}

std::string summary(const content* loaded, std::size_t advice, bool english) {
  if (loaded == nullptr)
    return english ? "The content cannot be used: mend the errors above. A running server keeps its last good content.\n"
                   : "Nội dung chưa dùng được: hãy sửa các lỗi ở trên. Máy chủ vẫn dùng bản tốt trước đó.\n";
  const std::vector<std::pair<std::size_t, std::string>> counts{
      {loaded->known->procedures().size(), english ? " procedures, " : " thủ tục, "},
      {loaded->known->units().size(), english ? " units, " : " đơn vị, "},
      {loaded->known->topics().size(), english ? " other topics, " : " chủ đề khác, "},
      {loaded->dialogs->names().size(), english ? " dialogs; " : " kịch bản; "},
      {advice, english ? " pieces of advice.\n" : " lời khuyên.\n"}};
  std::string out = english ? "The content can be used: " : "Nội dung dùng được: ";
  for (const auto& [count, what] : counts) out += std::to_string(count) + what;
  return out;
}

void run(const options& o) {
  if (o.schema) {
    std::cout << dialogs::json_schema();
    return;
  }
  const auto folders = o.content.folders();
  const bool english = o.language == "en";
  std::vector<knowledge::problem> problems;
  const auto loaded = load_content(folders, problems);
  // How we write stands in the dialogs: without them there is nothing to review by.
  if (loaded) knowledge::review(folders.knowledge, loaded->dialogs->inside().writing, day_of(o.date), problems);
  if (o.as_json) {
    if (english) std::ranges::transform(problems, problems.begin(), knowledge::in_english);
    std::cout << problems_json(problems).dump(1) << '\n';
  } else {
    std::cout << (english ? knowledge::to_english(problems) : knowledge::to_string(problems))
              << summary(loaded.get(), problems.size(), english);
  }
  if (!loaded) throw CLI::RuntimeError(1);
}

}  // namespace

void add_check(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("check", "Kiểm tra mọi tệp nội dung / check all content files");
  command->add_flag("--json", o->as_json, "Kết quả dạng JSON / as JSON");
  command->add_flag("--schema", o->schema, "In JSON Schema của tệp hội thoại, cho trình soạn thảo / print the JSON Schema of dialog files");
  command->add_option("--language", o->language, "Ngôn ngữ của kết quả: vi, en / language of the report")
      ->check(CLI::IsMember({"vi", "en"}));
  command->add_option("--date", o->date, "Ngày để tính thông tin cũ, ví dụ 2026-11-23; mặc định hôm nay / the day facts are old by")
      ->check([](const std::string& date) { return knowledge::is_date(date) ? "" : "Viết như 2026-11-23 / as 2026-11-23"; });
  o->content.add_to(*command);
  command->callback([o] { run(*o); });
}

}  // namespace thanthien::bot::commands
