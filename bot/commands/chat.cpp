#include "bot/clock.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/content_option.hpp"
#include "bot/commands/talk.hpp"
#include "bot/desk/views.hpp"

#include <iostream>
#include <map>

namespace thanthien::bot::commands {

using nlohmann::json;

namespace {

struct options {
  content_option content;
  std::string unit, dossiers;
  bool jsonl = false;
};

dialogs::attachment::kind kind_of(const std::string& name) {
  using kind = dialogs::attachment::kind;
  for (auto k = static_cast<int>(kind::image); k <= static_cast<int>(kind::other); ++k)
    if (dialogs::to_string(static_cast<kind>(k)) == name) return static_cast<kind>(k);
  return kind::other;
}

/// One conversation a name, each with its own state; a line in, a line out.
void serve_lines(const options& o) {
  const auto said = o.content.load();
  const auto dossiers = dossiers_of(o.dossiers);
  std::map<std::string, talk> all;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    const auto in = json::parse(line, nullptr, false);
    const auto text_of = [&](const char* name) {
      return in.is_object() && in.contains(name) && in[name].is_string() ? in[name].get<std::string>() : std::string();
    };
    json out;
    if (!in.is_object()) {
      out = {{"error", "each line must be an object"}};
    } else {
      const auto name = text_of("conversation");
      auto& one = all.try_emplace(name, said, o.unit, dossiers).first->second;
      const auto now = one.time_of_turn(parse_time(text_of("at")));
      dialogs::event said_now;
      said_now.text = text_of("text");
      said_now.payload = text_of("choice");
      if (const auto kind = text_of("attachment"); !kind.empty()) said_now.attachments.push_back({kind_of(kind), "", "", {}, {}});
      const auto result = one.say(std::move(said_now), now);
      out = understood_json(result, *said->known);
      out["conversation"] = name;
      out["replies"] = replies_json(result);
      out["case"] = nullptr;
      if (result.handed_over)
        out["case"] = {{"code", result.after.case_code}, {"due", desk::iso(talk::due(result.handed_over->urgent, now))}};
    }
    std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
}

void print(const dialogs::outcome& o, const dialogs::conversation& state) {
  for (const auto& r : o.replies) {
    std::cout << "\n\033[32mThân Thiện:\033[0m " << r.text << '\n';
    for (std::size_t i = 0; i < r.choices.size(); ++i)
      std::cout << "  " << i + 1 << ". " << r.choices[i].title << (r.choices[i].url.empty() ? "" : " - " + r.choices[i].url) << '\n';
  }
  if (o.handed_over)
    std::cout << "\n  [Đã tạo phiếu " << state.case_code << ": " << o.handed_over->reason << "]\n";
}

void in_terminal(const options& o) {
  talk one(o.content.load(), o.unit, dossiers_of(o.dossiers));
  std::cout << "Trò chuyện thử. Gõ số để chọn; Ctrl+D để thoát.\n";
  print(one.open(system_now()), one.state());
  for (std::string line; std::cout << "\n> " << std::flush, std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    dialogs::event said;
    said.text = line;
    print(one.say(std::move(said), system_now()), one.state());
  }
  std::cout << '\n';
}

}  // namespace

void add_chat(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("chat", "Trò chuyện trong cửa sổ lệnh / a conversation in the terminal");
  command->add_option("--unit", o->unit, "Đơn vị, ví dụ tran-bien / unit");
  command->add_option("--dossiers", o->dossiers, "Tệp CSV hồ sơ để thử tra mã / a table of dossiers");
  command->add_flag("--jsonl", o->jsonl, "Mỗi dòng một JSON {\"conversation\",\"text\"|\"choice\"|\"attachment\",\"at\"} / for programs");
  o->content.add_to(*command);
  command->callback([o] { o->jsonl ? serve_lines(*o) : in_terminal(*o); });
}

}  // namespace thanthien::bot::commands
