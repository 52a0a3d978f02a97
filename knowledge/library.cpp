#include "knowledge/library.hpp"

#include "knowledge/content_files.hpp"
#include "knowledge/fields.hpp"
#include "knowledge/person_reader.hpp"
#include "knowledge/team.hpp"
#include "knowledge/writing.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

namespace thanthien::knowledge {

namespace fs = std::filesystem;

struct library::contents {
  std::vector<procedure> procedures;
  std::vector<topic> topics;
  std::vector<unit> units;
  std::vector<contact> contacts;
  std::vector<portal> portals;
  general_facts general;
  calendar holidays;
  std::vector<lesson> lessons;
  knowledge::language language;

  std::unordered_map<std::string_view, const procedure*> procedure_by_id;
  std::unordered_map<std::string_view, const topic*> topic_by_id;
  std::unordered_map<std::string_view, const unit*> unit_by_id;
  std::unique_ptr<const place_index> places;
  std::unique_ptr<const knowledge::finder> finder;
};

std::string_view to_string(aspect a) {
  switch (a) {
    case aspect::overview:
      return "overview";
    case aspect::documents:
      return "documents";
    case aspect::fee:
      return "fee";
    case aspect::time:
      return "time";
    case aspect::where:
      return "where";
    case aspect::online:
      return "online";
    case aspect::who:
      return "who";
    case aspect::steps:
      return "steps";
    case aspect::result:
      return "result";
  }
  return "overview";
}

std::optional<aspect> parse_aspect(std::string_view name) {
  for (auto a : {aspect::overview, aspect::documents, aspect::fee, aspect::time, aspect::where,
                 aspect::online, aspect::who, aspect::steps, aspect::result})
    if (to_string(a) == name) return a;
  return std::nullopt;
}

namespace {

const std::vector<std::string> aspect_names{"overview", "documents", "fee",   "time",  "where",
                                            "online",   "who",       "steps", "result"};
const std::vector<std::string> level_names{"xa",   "tinh", "cong-an-xa", "cong-an-tinh", "vp-dang-ky-dat-dai",
                                           "thue", "bhxh", "truong-hoc", "quan-su-xa"};
const std::vector<std::string> kind_names{"service", "small_talk", "out_of_scope", "emergency"};
const std::vector<std::string> confidence_names{"low", "medium", "high"};

constexpr std::size_t longest_title = 40;      // what fits a choice on every platform
constexpr std::size_t longest_phrase = 1'000;  // a story, not a document
constexpr std::uintmax_t largest_file = 1 << 20;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

struct source_file {
  std::string name;  // path below the root, with "/"
  fs::path path;
  yaml_node root;
};

}  // namespace

// Reads the folders into the contents of a library and tells every problem on the way.
struct content_loader {
  library::contents& out;
  std::vector<problem>& problems;

  // Where things were first seen, for "already in".
  std::unordered_map<std::string, std::string> seen_ids, seen_codes;

  // Touches nothing of the loader: files are read by several threads.
  static std::optional<yaml_node> read(const std::string& name, const fs::path& path,
                                       std::vector<problem>& problems) {
    auto whole = [&](std::string message, std::string hint) {
      problems.push_back({problem::level::error, name, 0, 0, std::move(message), std::move(hint)});
    };
    std::error_code failed;
    if (auto size = fs::file_size(path, failed); !failed && size > largest_file) {
      whole("tệp quá lớn (nhiều nhất 1024 KiB)", "Chia thành nhiều tệp nhỏ hơn.");
      return std::nullopt;
    }
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
      whole("không đọc được tệp này", "Kiểm tra quyền đọc của tệp.");
      return std::nullopt;
    }
    auto root = parse_yaml(text, name, problems);
    if (root && root->is_null()) {
      whole("tệp trống", "Viết nội dung, hoặc xóa tệp.");
      return std::nullopt;
    }
    if (root && !root->is_map()) {
      problems.push_back({problem::level::error, name, root->line, root->column,
                          "tệp phải gồm các mục \"tên: nội dung\"", "Xem một tệp cùng loại để làm mẫu."});
      return std::nullopt;
    }
    return root;
  }

  void check_one_of(const fields& f, std::string_view key, const std::string& value,
                    const std::vector<std::string>& known) {
    if (value.empty() || std::ranges::find(known, value) != known.end()) return;
    std::string hint = "Dùng một trong:";
    for (const auto& k : known) hint += (&k == &known.front() ? " " : ", ") + k;
    auto near = nearest(value, known);
    if (!near.empty()) hint = "Có phải ý bạn là \"" + near + "\"? " + hint;
    f.error(key, "\"" + value + "\" không dùng được cho mục \"" + std::string(key) + "\"", hint + ".");
  }

  confidence read_confidence(const fields& f) {
    auto value = f.text("confidence");
    check_one_of(f, "confidence", value, confidence_names);
    return value == "high" ? confidence::high : value == "low" ? confidence::low : confidence::medium;
  }

  void check_id(const fields& f, std::string_view key, const std::string& id, const std::string& file) {
    if (id.empty()) return;
    if (!is_id(id)) {
      f.error(key, "mã \"" + id + "\" không đúng cách",
              "Mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ khai-sinh.");
      return;
    }
    auto stem = fs::path(file).stem().string();
    if (stem != id)
      f.error(key, "mã \"" + id + "\" khác tên tệp",
              "Đổi mã thành \"" + stem + "\", hoặc đổi tên tệp thành " + id + ".yaml.");
  }

  void check_title(const fields& f, const std::string& title) {
    if (characters(title) > longest_title)
      f.error("title",
              "tên ngắn dài " + std::to_string(characters(title)) + " chữ, nhiều nhất " +
                  std::to_string(longest_title),
              "Viết gọn lại để vừa một nút bấm.");
  }

  bool first_time(std::unordered_map<std::string, std::string>& seen, const std::string& id,
                  const std::string& file, const fields& f, std::string_view key) {
    if (id.empty()) return false;
    auto [it, fresh] = seen.emplace(id, file);
    if (!fresh)
      f.error(key, "\"" + id + "\" đã dùng ở tệp " + it->second,
              "Mỗi mã chỉ dùng một lần; đổi mã ở một trong hai tệp.");
    return fresh;
  }

  void read_procedure(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems,
             {"id",     "title",      "name",      "code",       "field",      "level",       "also_called",
              "who",    "documents",  "fee",       "time_limit", "where",      "received_by", "benefit",
              "online", "result",     "steps",     "notes",      "faq",        "legal_basis", "sources",
              "as_of",  "confidence", "questions", "cases",      "editor_note"});
    procedure p;
    p.id = f.required_text("id");
    check_id(f, "id", p.id, file);
    first_time(seen_ids, p.id, file, f, "id");
    p.title = f.required_text("title");
    check_title(f, p.title);
    p.name = f.required_text("name");
    p.code = f.text("code");
    p.field = f.required_text("field");
    p.level = f.required_text("level");
    check_one_of(f, "level", p.level, level_names);
    p.also_called = f.texts("also_called");
    p.who = f.required_text("who");
    person_reader person{file, problems};
    p.questions = person.questions(f);
    for (const auto* item : f.maps("documents")) {
      fields d(*item, file, problems, {"name", "copies", "note", "form", "when"});
      p.documents.push_back(
          {d.required_text("name"), d.text("copies"), d.text("note"), d.text("form"), person.when(d)});
    }
    if (!f.has("documents"))
      f.advice("documents", "chưa có danh sách giấy tờ",
               "Nếu thật sự không cần giấy tờ gì, ghi rõ trong mục who hoặc notes.");
    if (const auto* fee = f.map("fee")) {
      p.price = read_fee(*fee, file, problems);
    } else if (!f.has("fee")) {
      f.required_text("fee");
    }
    p.time_limit = f.required_text("time_limit");
    p.where = f.required_text("where");
    p.received_by = f.text("received_by");
    if (const auto* online = f.map("online")) {
      fields m(*online, file, problems, {"available", "level", "note"});
      m.required_text("available");
      p.online = {m.has("available") && m.flag("available"), m.text("level"), m.text("note")};
      check_one_of(m, "level", p.online.level, {"toan-trinh", "mot-phan"});
    } else if (!f.has("online")) {
      f.required_text("online");
    }
    for (const auto* item : f.maps("cases")) {
      p.cases.push_back(person.special_case_of(*item));
      if (const auto* at = item->find("instead"))
        pending.push_back({p.cases.back().instead, file, at->line, at->column, false});
    }
    person.all_used();
    p.result = f.required_text("result");
    p.benefit = f.text("benefit");
    p.steps = f.texts("steps");
    p.notes = f.texts("notes");
    for (const auto* item : f.maps("faq")) {
      fields q(*item, file, problems, {"question", "answer"});
      p.faq.push_back({q.required_text("question"), q.required_text("answer")});
    }
    p.legal_basis = f.texts("legal_basis");
    p.sources = f.texts("sources");
    for (const auto& s : p.sources)
      if (const auto fault = fault_of_link(s); !fault.empty())
        f.error("sources", "nguồn \"" + s + "\" không phải địa chỉ trang web: " + fault,
                "Chép lại địa chỉ từ trình duyệt; văn bản luật ghi ở mục legal_basis.");
    if (p.sources.empty() && p.legal_basis.empty())
      f.advice("sources", "chưa ghi nguồn",
               "Ghi địa chỉ trang web hoặc tên văn bản đã dùng, để người sau kiểm tra lại được.");
    f.required_text("as_of");
    p.as_of = f.date("as_of");
    p.sure = read_confidence(f);
    out.procedures.push_back(std::move(p));
  }

  void read_unit(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems,
             {"id", "code", "name", "full_name", "website", "address", "phone", "email", "hours", "reception",
              "merged_from", "editor_note"});
    unit u;
    u.id = f.required_text("id");
    check_id(f, "id", u.id, file);
    first_time(seen_ids, "unit:" + u.id, file, f, "id");
    u.code = f.required_text("code");
    if (!u.code.empty() &&
        (u.code.size() != 5 || !std::ranges::all_of(u.code, [](char c) { return c >= '0' && c <= '9'; })))
      f.error("code", "mã đơn vị hành chính phải có 5 chữ số",
              "Xem danh mục đơn vị hành chính; đặt mã trong dấu nháy kép.");
    else
      first_time(seen_codes, u.code, file, f, "code");
    u.name = f.required_text("name");
    u.full_name = f.required_text("full_name");
    if (!u.full_name.empty() && !u.full_name.ends_with(u.name))
      f.error("full_name", "tên đầy đủ phải kết thúc bằng tên gọi \"" + u.name + "\"",
              "Ví dụ: Phường Trấn Biên, Xã Tà Lài.");
    u.website = f.address("website");
    u.address = f.text("address");
    u.phone = f.text("phone");
    u.email = f.text("email");
    u.hours = f.text("hours");
    if (const auto* reception = f.map("reception")) u.receives = read_reception(*reception, file, problems);
    for (const auto* item : f.maps("merged_from")) {
      fields m(*item, file, problems, {"name", "district", "province", "partial"});
      u.merged_from.push_back(
          {m.required_text("name"), m.text("district"), m.text("province"), m.flag("partial")});
    }
    out.units.push_back(std::move(u));
  }

  void check_phrases(const fields& f, std::string_view key, const std::vector<std::string>& phrases) {
    for (const auto& p : phrases)
      if (characters(p) > longest_phrase)
        f.error(key, "có câu dài hơn " + std::to_string(longest_phrase) + " chữ",
                "Chỉ chép đoạn người dân thật sự hỏi.");
  }

  void read_topic(const yaml_node& root, const std::string& file) {
    fields f(
        root, file, problems,
        {"topic", "kind", "title", "who_helps", "keywords", "phrases", "situations", "not", "editor_note"});
    topic t;
    t.id = f.required_text("topic");
    check_id(f, "topic", t.id, file);
    first_time(seen_ids, t.id, file, f, "topic");
    auto kind = f.required_text("kind");
    check_one_of(f, "kind", kind, kind_names);
    t.kind = kind == "small_talk"     ? topic_kind::small_talk
             : kind == "out_of_scope" ? topic_kind::out_of_scope
             : kind == "emergency"    ? topic_kind::emergency
                                      : topic_kind::service;
    t.title = f.required_text("title");
    check_title(f, t.title);
    t.who_helps = f.text("who_helps");
    if (!t.who_helps.empty() && t.kind != topic_kind::out_of_scope)
      f.error("who_helps", "mục who_helps chỉ dùng khi kind là out_of_scope",
              "Bỏ mục này, hoặc sửa mục kind.");
    t.phrases = f.required_texts("phrases");
    t.situations = f.texts("situations");
    read_lesson_of(f, t.id, file, t.phrases, t.situations);
    out.topics.push_back(std::move(t));
  }

  void read_lesson(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems, {"topic", "keywords", "phrases", "situations", "not", "editor_note"});
    auto id = f.required_text("topic");
    check_id(f, "topic", id, file);
    read_lesson_of(f, id, file, f.texts("phrases"), f.texts("situations"));
    pending.push_back({id, file, root.find("topic") ? root.find("topic")->line : 1,
                       root.find("topic") ? root.find("topic")->column : 1, true});
  }

  void read_lesson_of(const fields& f, const std::string& id, const std::string& file,
                      std::vector<std::string> phrases, std::vector<std::string> situations) {
    lesson l;
    l.topic = id;
    l.keywords = f.texts("keywords");
    l.phrases = std::move(phrases);
    l.situations = std::move(situations);
    check_phrases(f, "keywords", l.keywords);
    check_phrases(f, "phrases", l.phrases);
    check_phrases(f, "situations", l.situations);
    for (const auto* item : f.maps("not")) {
      fields n(*item, file, problems, {"text", "topic"});
      lesson::counterexample other{n.required_text("text"), n.required_text("topic")};
      const auto* at = item->find("topic");
      if (at && at->is_scalar()) pending.push_back({other.topic, file, at->line, at->column, false});
      l.others.push_back(std::move(other));
    }
    out.lessons.push_back(std::move(l));
  }

  // Topics that are named somewhere; looked up when all files are read.
  struct mention {
    std::string topic, file;
    int line, column;
    bool procedure_only;
  };
  std::vector<mention> pending;

  void check_mentions() {
    std::vector<std::string> procedures, all;
    for (const auto& p : out.procedures) procedures.push_back(p.id);
    all = procedures;
    for (const auto& t : out.topics) all.push_back(t.id);
    const std::unordered_set<std::string_view> known_procedures(procedures.begin(), procedures.end()),
        known_topics(all.begin(), all.end());
    for (const auto& m : pending) {
      const auto& known = m.procedure_only ? procedures : all;
      if (m.topic.empty() || (m.procedure_only ? known_procedures : known_topics).contains(m.topic)) continue;
      auto near = nearest(m.topic, known);
      problems.push_back(
          {problem::level::error, m.file, m.line, m.column,
           (m.procedure_only ? "không có thủ tục nào mã là \"" : "không có chủ đề nào mã là \"") + m.topic +
               "\"",
           near.empty() ? "Mã là tên tệp (bỏ đuôi .yaml) trong thư mục procedures hoặc topics."
                        : "Có phải ý bạn là \"" + near + "\"?"});
    }
  }

  void read_contacts(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems, {"contacts"});
    for (const auto* item : f.maps("contacts")) {
      fields c(*item, file, problems,
               {"name", "number", "web", "email", "note", "editor_note", "source", "as_of", "confidence"});
      out.contacts.push_back(
          {c.required_text("name"), c.required_text("number"), c.address("web"), c.text("note")});
      c.date("as_of");
      read_confidence(c);
    }
  }

  void read_portals(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems, {"portals"});
    for (const auto* item : f.maps("portals")) {
      fields c(*item, file, problems, {"name", "url", "use", "editor_note", "confidence"});
      c.required_text("url");
      out.portals.push_back({c.required_text("name"), c.address("url"), c.text("use")});
      read_confidence(c);
    }
  }

  void read_general(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems,
             {"place", "usual_hours", "rules", "local_rules", "units_source", "editor_note"});
    auto& g = out.general;
    if (const auto* place = f.map("place")) {
      fields m(*place, file, problems,
               {"name", "short", "code", "status", "previous", "tiers", "centre", "legal", "sources",
                "editor_note", "confidence"});
      g.place = m.required_text("name");
    }
    if (const auto* hours = f.map("usual_hours")) {
      fields m(*hours, file, problems,
               {"days", "morning", "afternoon", "police", "rule_of_thumb", "editor_note", "sources", "as_of",
                "confidence"});
      g.days = m.required_text("days");
      g.morning = m.required_text("morning");
      g.afternoon = m.text("afternoon");
      g.police = m.text("police");
      g.rule_of_thumb = m.text("rule_of_thumb");
      m.date("as_of");
      g.hours_sure = read_confidence(m);
    }
    for (const auto* item : f.maps("rules")) {
      fields m(*item, file, problems, {"text", "legal", "confidence", "editor_note"});
      g.rules.push_back(m.required_text("text"));
    }
  }

  void read_language(const yaml_node& root, const std::string& file) {
    fields f(root, file, problems,
             {"expansions", "aspects",   "asked",      "fragments",   "fillers",       "follow_ups",
              "courtesies", "elsewhere", "openings",   "returns",     "circumstances", "brought_along",
              "asking",     "denials",   "meant",      "rather_than", "matters",       "alarms",
              "families",   "needs",     "editor_note"});
    auto& l = out.language;
    for (const auto* item : f.maps("expansions")) {
      fields e(*item, file, problems, {"typed", "means", "before", "after", "first", "last"});
      expansion x{e.required_text("typed"), e.text("means"), e.texts("before"),
                  e.texts("after"),         e.flag("first"), e.flag("last")};
      if (x.typed.contains(' '))
        e.error("typed", "mục \"typed\" chỉ được là một từ", "Cụm nhiều từ ghi ở mục phrases của thủ tục.");
      l.expansions.push_back(std::move(x));
    }
    if (const auto* aspects = f.map("aspects")) {
      auto names = aspect_names;
      names.emplace_back("none");
      fields m(*aspects, file, problems, names);
      for (auto& e : m.texts("none")) l.no_aspects.push_back(std::move(e));
      for (const auto& name : aspect_names)
        for (auto& e : m.texts(name)) l.aspects.emplace_back(*parse_aspect(name), std::move(e));
    }
    auto by_aspect = [&](const char* key, std::vector<std::pair<aspect, std::string>>& to) {
      const auto* asked = f.map(key);
      if (!asked) return;
      fields m(*asked, file, problems, aspect_names);
      for (const auto& name : aspect_names)
        for (auto& q : m.texts(name)) to.emplace_back(*parse_aspect(name), std::move(q));
    };
    by_aspect("asked", l.asked);
    by_aspect("fragments", l.fragments);
    for (auto& w : f.texts("fillers")) l.fillers.push_back(std::move(w));
    for (auto& w : f.texts("follow_ups")) l.follow_ups.push_back(std::move(w));
    for (auto& w : f.texts("courtesies")) l.courtesies.push_back(std::move(w));
    for (auto& w : f.texts("elsewhere")) l.elsewhere.push_back(std::move(w));
    for (auto& w : f.texts("openings")) l.openings.push_back(std::move(w));
    for (auto& w : f.texts("returns")) l.returns.push_back(std::move(w));
    for (auto& w : f.texts("circumstances")) l.circumstances.push_back(std::move(w));
    for (auto& w : f.texts("brought_along")) l.brought_along.push_back(std::move(w));
    for (auto& w : f.texts("rather_than")) l.rather_than.push_back(std::move(w));
    for (auto& w : f.texts("asking")) l.asking.push_back(std::move(w));
    for (auto& w : f.texts("denials")) l.denials.push_back(std::move(w));
    for (auto& w : f.texts("meant")) l.meant.push_back(std::move(w));
    for (const auto* item : f.maps("matters")) {
      fields m(*item, file, problems, {"names", "topics"});
      l.matters.push_back({m.required_texts("names"), m.required_texts("topics")});
      if (const auto* topics = item->find("topics"))
        for (const auto& topic : topics->items)
          pending.push_back({topic.scalar, file, topic.line, topic.column, false});
      if (l.matters.back().names.empty() || l.matters.back().topics.empty()) l.matters.pop_back();
    }
    for (const auto* item : f.maps("alarms")) {
      fields a(*item, file, problems, {"topic", "any", "unless"});
      language::alarm alarm{a.required_text("topic"), a.required_texts("any"), a.texts("unless")};
      if (const auto* at = item->find("topic"))
        pending.push_back({alarm.topic, file, at->line, at->column, false});
      l.alarms.push_back(std::move(alarm));
    }
    read_groups(root, "families", file, l.families);
    read_groups(root, "needs", file, l.needs);
  }

  /// Lists of topics that have something in common.
  void read_groups(const yaml_node& root, const char* key, const std::string& file,
                   std::vector<std::vector<std::string>>& into) {
    const auto* groups = root.find(key);
    if (!groups || !groups->is_sequence()) return;
    for (const auto& group : groups->items) {
      std::vector<std::string> members;
      if (!group.is_sequence()) {
        problems.push_back({problem::level::error, file, group.line, group.column,
                            "mỗi nhóm phải là một danh sách mã",
                            "Viết dạng [khai-sinh, lien-thong-khai-sinh]."});
        continue;
      }
      for (const auto& member : group.items) {
        pending.push_back({member.scalar, file, member.line, member.column, false});
        members.push_back(member.scalar);
      }
      into.push_back(std::move(members));
    }
  }

  void read_file(const yaml_node& root, const std::string& name) {
    const auto folder = name.substr(0, name.find('/'));
    if (folder == "procedures")
      read_procedure(root, name);
    else if (folder == "units")
      read_unit(root, name);
    else if (folder == "topics")
      read_topic(root, name);
    else if (folder == "phrases")
      read_lesson(root, name);
    else if (folder == "language")
      read_language(root, name);
    else if (name == "contacts.yaml")
      read_contacts(root, name);
    else if (name == "portals.yaml")
      read_portals(root, name);
    else if (name == "calendar.yaml")
      out.holidays = read_calendar(root, name, problems);
    else
      read_general(root, name);
  }

  bool is_content(const std::string& name) {
    const auto folder = name.substr(0, name.find('/'));
    const bool known = folder == "procedures" || folder == "units" || folder == "topics" ||
                       folder == "phrases" || folder == "language" || name == "contacts.yaml" ||
                       name == "portals.yaml" || name == "general.yaml" || name == "calendar.yaml";
    if (!known)
      problems.push_back({problem::level::advice, name, 0, 0, "tệp này không được đọc",
                          "Tệp phải nằm trong thư mục procedures, units, topics, phrases hoặc language."});
    return known;
  }

  void read_all(const std::vector<fs::path>& folders, team& workers) {
    struct file {
      std::string name;
      fs::path path;
      std::optional<yaml_node> root;
      std::vector<problem> problems;
    };
    std::vector<file> files;
    for (auto& [name, path] : content_files(folders, problems))
      if (is_content(name)) files.push_back({name, path, std::nullopt, {}});
    workers.in_order(
        files.size(),
        [&](std::size_t i) { files[i].root = read(files[i].name, files[i].path, files[i].problems); },
        [&](std::size_t i) {
          std::ranges::move(files[i].problems, std::back_inserter(problems));
          if (files[i].root) read_file(*files[i].root, files[i].name);
          files[i] = {};
        });
    check_mentions();
  }
};

library::library() : contents_(std::make_unique<contents>()) {}
library::~library() = default;

std::shared_ptr<const library> library::load(const std::vector<fs::path>& folders,
                                             std::vector<problem>& problems) {
  auto errors_before = std::ranges::count(problems, problem::level::error, &problem::severity);
  std::shared_ptr<library> known(new library);
  auto& c = *known->contents_;
  {
    team workers;
    content_loader{c, problems, {}, {}, {}}.read_all(folders, workers);
  }
  if (std::ranges::count(problems, problem::level::error, &problem::severity) != errors_before)
    return nullptr;

  for (const auto& p : c.procedures) c.procedure_by_id.emplace(p.id, &p);
  for (const auto& t : c.topics) c.topic_by_id.emplace(t.id, &t);
  for (const auto& u : c.units) c.unit_by_id.emplace(u.id, &u);
  c.places = std::make_unique<const place_index>(c.units, c.language.elsewhere);
  c.finder = std::make_unique<const knowledge::finder>(*known);
  return known;
}

const std::vector<procedure>& library::procedures() const { return contents_->procedures; }
const std::vector<topic>& library::topics() const { return contents_->topics; }
const std::vector<unit>& library::units() const { return contents_->units; }
const std::vector<contact>& library::contacts() const { return contents_->contacts; }
const std::vector<portal>& library::portals() const { return contents_->portals; }
const general_facts& library::general() const { return contents_->general; }
const calendar& library::holidays() const { return contents_->holidays; }
const std::vector<lesson>& library::lessons() const { return contents_->lessons; }
const knowledge::language& library::language() const { return contents_->language; }
const place_index& library::places() const { return *contents_->places; }
const knowledge::finder& library::finder() const { return *contents_->finder; }

const procedure* library::find_procedure(std::string_view id) const {
  auto it = contents_->procedure_by_id.find(id);
  return it == contents_->procedure_by_id.end() ? nullptr : it->second;
}
const topic* library::find_topic(std::string_view id) const {
  auto it = contents_->topic_by_id.find(id);
  return it == contents_->topic_by_id.end() ? nullptr : it->second;
}
const unit* library::find_unit(std::string_view id) const {
  auto it = contents_->unit_by_id.find(id);
  return it == contents_->unit_by_id.end() ? nullptr : it->second;
}
bool library::knows_topic(std::string_view id) const { return find_procedure(id) || find_topic(id); }

std::string library::title_of(std::string_view id) const {
  if (const auto* p = find_procedure(id)) return p->title;
  if (const auto* t = find_topic(id)) return t->title;
  return {};
}

std::vector<place> library::places_in(std::string_view text) const { return contents_->places->find(text); }

}  // namespace thanthien::knowledge
