#include "bot/commands/replay.hpp"

#include "bot/commands/talk.hpp"
#include "bot/commands/with_store.hpp"
#include "bot/config.hpp"
#include "bot/desk/views.hpp"
#include "bot/replay.hpp"
#include "bot/turn.hpp"
#include "dialogs/story.hpp"
#include "dialogs/story_records.hpp"
#include "knowledge/text.hpp"

#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

namespace thanthien::bot::commands {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

struct held_conversations {
  std::vector<replay_conversation> all;
  std::size_t left_out = 0;  ///< their words are not whole any more
};

/// Lines without a time are a quarter of a minute apart, as the turns of stories are.
held_conversations from_lines(const replay_options& o) {
  std::ifstream in(*o.lines, std::ios::binary);
  held_conversations out;
  std::map<std::string, std::size_t> place;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto read = read_chat_line(line);
    if (!read) {
      std::cerr << fmt::format("{}:{}: dòng này không phải một đối tượng JSON {{...}}\n", o.lines->string(), number);
      throw CLI::RuntimeError(2);
    }
    const auto [it, fresh] = place.try_emplace(read->conversation, out.all.size());
    if (fresh) out.all.push_back({read->conversation, o.unit, {}});
    auto& turns = out.all[it->second].turns;
    replay_turn t;
    t.now = read->at.value_or((turns.empty() ? dialogs::usual_story_time() : turns.back().now) + std::chrono::seconds(15));
    t.what = std::move(read->what);
    t.what.person = read->conversation;
    t.what.id = std::to_string(turns.size() + 1);
    t.what.at = t.now;
    turns.push_back(std::move(t));
  }
  return out;
}

held_conversations from_store(const replay_options& o) {
  const auto units = units_of_accounts(config_from(o.config));
  held_conversations out;
  with_store(o.config, [&](store& where) -> awaitable<void> {
    const auto past = co_await where.past_conversations(o.limit);
    for (const auto& c : past) {
      const auto unit = units.find(c.key.account);
      auto held = replay_of(c, unit == units.end() ? std::string() : unit->second);
      if (!held) {
        ++out.left_out;
        continue;
      }
      // As the server does it, but with what is on record today.
      std::string open_case;
      for (auto& t : held->turns) {
        auto codes = codes_to_look_up(t.what);
        if (!open_case.empty()) codes.cases.push_back(open_case);
        if (t.what.kind == dialogs::event_kind::message)
          t.looked_up = co_await where.find_records(std::move(codes.dossiers), std::move(codes.cases));
        if (!t.case_code.empty()) open_case = t.case_code;
      }
      out.all.push_back(std::move(*held));
    }
  });
  return out;
}

std::string did(const dialogs::event& e) {
  std::string out = e.kind == dialogs::event_kind::message ? "bà con" : std::string(dialogs::to_string(e.kind));
  if (!e.attachments.empty()) out += " gửi " + std::string(dialogs::to_string(e.attachments.front().what));
  if (!e.payload.empty()) out += " bấm nút có mã \"" + e.payload + "\"";
  if (!e.text.empty()) out += " nhắn \"" + knowledge::mask(e.text) + "\"";
  return out;
}

json answer_json(const answer& a) {
  return {{"act", a.act}, {"topic", a.topic}, {"aspect", a.aspect}, {"text", knowledge::mask(a.text)}, {"choices", a.choices},
          {"case", a.case_reason}};
}

}  // namespace

void run_replay(const replay_options& o) {
  if (o.lines && o.against.empty()) {
    std::cerr << "Tệp này chỉ ghi lời bà con: thêm --against THƯ-MỤC để so lời đáp hiện nay với lời đáp của thư mục đó.\n";
    throw CLI::RuntimeError(2);
  }
  const auto present = o.content.load();
  std::shared_ptr<const content> changed;
  if (!o.against.empty()) {
    auto with = o.content;
    with.put_above(o.against);
    changed = with.load();
  }
  const auto held = o.lines ? from_lines(o) : from_store(o);

  const auto began = std::chrono::steady_clock::now();
  std::size_t turns = 0, differences = 0;
  auto list = json::array();
  for (const auto& conversation : held.all) {
    turns += conversation.turns.size();
    for (const auto& d : replay(conversation, *present, changed.get())) {
      ++differences;
      const auto& t = conversation.turns[d.turn];
      if (o.as_json)
        list.push_back({{"conversation", conversation.name}, {"turn", d.turn + 1}, {"at", desk::iso(t.now)},
                        {"did", did(t.what)}, {"before", answer_json(d.before)}, {"after", answer_json(d.after)}});
      else
        std::cout << fmt::format("Cuộc trò chuyện {}, lượt {} ({}), {}\n{}\n", conversation.name, d.turn + 1,
                                 dialogs::story_time(t.now), did(t.what), told(d));
    }
  }
  const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  if (o.as_json) {
    const json out{{"conversations", held.all.size()}, {"left_out", held.left_out}, {"turns", turns}, {"milliseconds", took},
                   {"differences", std::move(list)}};
    std::cout << out.dump(1, ' ', false, json::error_handler_t::replace) << '\n';
  } else {
    std::cout << fmt::format("Đã nói lại {} cuộc trò chuyện, {} lượt: {} lượt đáp khác ({})", held.all.size(), turns, differences,
                             changed ? "\"-\" hiện nay, \"+\" thư mục so sánh" : "\"-\" lúc đó, \"+\" hiện nay");
    if (held.left_out > 0) std::cout << fmt::format("; bỏ qua {} cuộc đã xóa lời", held.left_out);
    std::cout << fmt::format("; {:.0f} ms\n", took);
  }
  if (differences > 0) throw CLI::RuntimeError(1);
}

}  // namespace thanthien::bot::commands
