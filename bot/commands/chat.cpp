#include "bot/commands/chat.hpp"

#include "bot/clock.hpp"
#include "bot/commands/commands.hpp"
#include "bot/commands/talk.hpp"
#include "bot/desk/views.hpp"
#include "dialogs/story_record.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

namespace thanthien::bot::commands {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using options = chat_options;

/// What was done in the conversations, written as stories to `--record FILE`; of several conversations the
/// second to FILE-2 and so on. Written anew after every turn, so that nothing is lost when the window is closed.
class recorder {
 public:
  recorder(const options& o, std::shared_ptr<const content> said, dossier_table dossiers)
      : file_(o.record), unit_(o.unit), said_(std::move(said)), dossiers_(std::move(dossiers)) {
    if (std::error_code ignored; !file_.empty() && fs::exists(file_, ignored)) {
      std::cerr << "Tệp " << file_.string() << " đã có; hãy chọn tên khác.\n";
      throw CLI::RuntimeError(2);
    }
  }

  void add(const std::string& conversation, dialogs::event what) {
    if (file_.empty()) return;
    auto& chat = chats_[conversation];
    if (chat.done.empty()) order_.push_back(conversation);
    remember_records(chat, what);
    chat.done.push_back(std::move(what));
    chat.unit = unit_;
    chat.name = "ghi lại từ cuộc trò chuyện" + (conversation.empty() ? "" : " " + conversation);
    const auto file = file_of(conversation);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << dialogs::recorded(chat, *said_->dialogs, *said_->known);
    if (!out.flush()) {
      std::cerr << "Không ghi được tệp " << file.string() << ".\n";
      throw CLI::RuntimeError(2);
    }
  }

  /// Said on stderr: stdout is for programs.
  void tell() const {
    for (const auto& name : order_)
      std::cerr << "Đã ghi " << file_of(name).string() << " (" << chats_.at(name).done.size() << " lượt). Sửa dòng flow, rồi thử: thanthien test "
                << file_of(name).string() << '\n';
  }

 private:
  /// The story's office knows the dossiers that were asked for, and no others.
  void remember_records(dialogs::chat_record& chat, const dialogs::event& what) const {
    if (!dossiers_) return;
    chat.office.dossiers_as_of = what.at;
    for (auto& d : dossiers_in(what.text, *dossiers_))
      if (std::ranges::find(chat.office.dossiers, d) == chat.office.dossiers.end()) chat.office.dossiers.push_back(std::move(d));
  }

  fs::path file_of(const std::string& conversation) const {
    const auto n = std::ranges::find(order_, conversation) - order_.begin();
    if (n == 0) return file_;
    return file_.parent_path() / (file_.stem().string() + "-" + std::to_string(n + 1) + file_.extension().string());
  }

  fs::path file_;
  std::string unit_;
  std::shared_ptr<const content> said_;
  dossier_table dossiers_;
  std::map<std::string, dialogs::chat_record> chats_;
  std::vector<std::string> order_;
};

/// One conversation a name, each with its own state; a line in, a line out.
void serve_lines(const options& o) {
  const auto said = o.content.load();
  const auto dossiers = dossiers_of(o.dossiers);
  recorder record(o, said, dossiers);
  std::map<std::string, talk> all;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    json out;
    if (auto in = read_chat_line(line); !in) {
      out = {{"error", "each line must be an object"}};
    } else {
      auto& one = all.try_emplace(in->conversation, said, o.unit, dossiers).first->second;
      const auto now = one.time_of_turn(in->at);
      in->what.at = now;
      const auto result = one.say(in->what, now);
      record.add(in->conversation, std::move(in->what));
      out = understood_json(result, *said->known);
      out["conversation"] = in->conversation;
      out["replies"] = replies_json(result);
      out["case"] = nullptr;
      if (result.handed_over)
        out["case"] = {{"code", result.after.case_code}, {"due", desk::iso(one.due(result.handed_over->urgent, now))}};
    }
    std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
  record.tell();
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
  const auto said = o.content.load();
  const auto dossiers = dossiers_of(o.dossiers);
  recorder record(o, said, dossiers);
  talk one(said, o.unit, dossiers);
  const auto now_with = [](dialogs::event what) {
    what.at = system_now();
    return what;
  };
  std::cout << "Trò chuyện thử. Gõ số để chọn; Ctrl+D để thoát.\n";
  dialogs::event opened;
  opened.kind = dialogs::event_kind::opened;
  opened = now_with(std::move(opened));
  print(one.say(opened, opened.at), one.state());
  record.add("", std::move(opened));
  for (std::string line; std::cout << "\n> " << std::flush, std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    dialogs::event typed;
    typed.text = line;
    typed = now_with(std::move(typed));
    print(one.say(typed, typed.at), one.state());
    record.add("", std::move(typed));
  }
  std::cout << '\n';
  record.tell();
}

}  // namespace

void hold_chat(const chat_options& o) { o.jsonl ? serve_lines(o) : in_terminal(o); }

void add_chat(CLI::App& program) {
  auto o = std::make_shared<options>();
  auto* command = program.add_subcommand("chat", "Trò chuyện trong cửa sổ lệnh / a conversation in the terminal");
  command->add_option("--unit", o->unit, "Đơn vị, ví dụ tran-bien / unit");
  command->add_option("--dossiers", o->dossiers, "Tệp CSV hồ sơ để thử tra mã / a table of dossiers");
  command->add_flag("--jsonl", o->jsonl, "Mỗi dòng một JSON {\"conversation\",\"text\"|\"choice\"|\"attachment\",\"at\"} / for programs");
  command->add_option("--record", o->record, "Ghi cuộc trò chuyện thành tệp câu chuyện / write a story file");
  o->content.add_to(*command);
  command->callback([o] { hold_chat(*o); });
}

}  // namespace thanthien::bot::commands
