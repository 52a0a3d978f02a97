#include "bot/clock.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"
#include "bot/commands/talk.hpp"

#include <iostream>

namespace thanthien::bot::commands {

using nlohmann::json;

namespace {

struct options {
  content_option content;
  std::string question, context, unit, dossiers;
  bool jsonl = false, explain = false;
};

json answered(const std::shared_ptr<const content>& said, const std::string& text, const std::string& context,
              const std::string& unit, const std::shared_ptr<const std::vector<dialogs::dossier>>& dossiers) {
  talk one(said, unit, dossiers);
  one.state().greeted = true;  // one question out of a conversation: no introduction before the answer
  one.state().topic = context;
  dialogs::event asked;
  asked.text = text;
  const auto result = one.say(std::move(asked), system_now());
  auto out = understood_json(result, *said->known);
  std::string reply;
  for (const auto& r : result.replies) reply += (reply.empty() ? "" : "\n\n") + r.text;
  out["reply"] = reply;
  return out;
}

void print_line(const json& out) { std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl; }

void run(const options& o) {
  const auto said = o.content.load();
  const auto dossiers = dossiers_of(o.dossiers);
  if (o.explain) {
    std::cout << said->known->finder().explain(o.question, o.context) << std::endl;
    return;
  }
  if (!o.jsonl) {
    if (o.question.empty()) {
      std::cerr << "thanthien ask: thiếu câu hỏi / no question\n";
      throw CLI::RuntimeError(2);
    }
    std::cout << answered(said, o.question, o.context, o.unit, dossiers)["reply"].get<std::string>() << '\n';
    return;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    auto in = json::parse(line, nullptr, false);
    if (!in.is_object() || !in.contains("text") || !in["text"].is_string()) {
      print_line({{"error", "each line must be an object with a text"}});
      continue;
    }
    const auto context = in.contains("context") && in["context"].is_string() ? in["context"].get<std::string>() : std::string();
    in.update(answered(said, in["text"].get<std::string>(), context, o.unit, dossiers));
    print_line(in);
  }
}

}  // namespace

void add_ask(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("ask", "Hỏi một câu / one question and its answer");
  command->add_option("question", o->question, "Câu hỏi / the question");
  command->add_option("--context", o->context, "Chủ đề của lượt trước / topic of the turn before");
  command->add_option("--unit", o->unit, "Đơn vị, ví dụ tran-bien / unit");
  command->add_option("--dossiers", o->dossiers, "Tệp CSV hồ sơ để thử tra mã / a table of dossiers");
  command->add_flag("--jsonl", o->jsonl, "Đọc và trả lời từng dòng JSON {\"text\",\"context\"} / one JSON object a line, in and out");
  command->add_flag("--explain", o->explain, "Giải thích vì sao hiểu như vậy / why it was understood so");
  o->content.add_to(*command);
  command->callback([o] { run(*o); });
}

}  // namespace thanthien::bot::commands
