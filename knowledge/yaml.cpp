#include "knowledge/yaml.hpp"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <exception>
#include <sstream>
#include <unordered_set>

namespace thanthien::knowledge {

const yaml_node* yaml_node::find(std::string_view key) const {
  for (const auto& e : entries)
    if (e.key == key) return &e.value;
  return nullptr;
}

namespace {

struct stop {};  // thrown by the handler where reading on makes no sense; never leaves parse_yaml

std::string to_nfc(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return text;
  auto source = icu::UnicodeString::fromUTF8(text);
  if (nfc->isNormalized(source, status) && U_SUCCESS(status)) return text;
  status = U_ZERO_ERROR;
  auto normal = nfc->normalize(source, status);
  if (U_FAILURE(status)) return text;
  std::string out;
  normal.toUTF8String(out);
  return out;
}

struct words {
  std::string message;
  std::string hint;
};

// yaml-cpp's texts are short and English; each gets words that say what to do. Compared by prefix, because
// some of them end with the offending character.
words in_vietnamese(std::string_view message) {
  struct row {
    std::string_view starts;
    const char* message;
    const char* hint;
  };
  static const std::array rows{
      row{YAML::ErrorMsg::END_OF_MAP_FLOW, "thiếu dấu } đóng", "Mỗi dấu { phải có một dấu } sau nó."},
      row{YAML::ErrorMsg::END_OF_SEQ_FLOW, "thiếu dấu ] đóng", "Mỗi dấu [ phải có một dấu ] sau nó."},
      row{YAML::ErrorMsg::END_OF_MAP, "dòng này lùi đầu dòng không khớp với các dòng trên",
          "Các mục cùng cấp phải bắt đầu ở cùng một cột, dạng \"tên: nội dung\"."},
      row{YAML::ErrorMsg::END_OF_SEQ, "dòng này lùi đầu dòng không khớp với danh sách bên trên",
          "Các gạch đầu dòng \"- \" của một danh sách phải thẳng cột."},
      row{YAML::ErrorMsg::EOF_IN_SCALAR, "dấu nháy mở ra mà không đóng lại",
          "Thêm dấu nháy đóng (\" hoặc ') ở cuối đoạn chữ."},
      row{YAML::ErrorMsg::DOC_IN_SCALAR, "gặp dấu --- hoặc ... trong đoạn chữ còn mở dấu nháy",
          "Đóng dấu nháy trước dòng này."},
      row{YAML::ErrorMsg::MAP_VALUE, "dấu hai chấm \":\" ở chỗ không được có",
          "Nếu dấu hai chấm thuộc về đoạn chữ, hãy đặt cả đoạn trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::MAP_KEY, "tên mục ở chỗ không được có", "Xem lại cách lùi đầu dòng."},
      row{YAML::ErrorMsg::BLOCK_ENTRY, "dấu gạch đầu dòng \"- \" ở chỗ không được có",
          "Đưa mỗi gạch đầu dòng xuống một dòng riêng, thẳng cột với các gạch khác."},
      row{YAML::ErrorMsg::FLOW_END, "dấu } hoặc ] thừa", "Bỏ dấu này, hoặc thêm dấu mở tương ứng."},
      row{YAML::ErrorMsg::TAB_IN_INDENTATION, "đầu dòng có phím Tab",
          "Lùi đầu dòng bằng dấu cách (hai dấu cách một bậc)."},
      row{YAML::ErrorMsg::CHAR_IN_SCALAR, "ký tự không được đứng ở đây",
          "Đặt cả đoạn chữ trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::UNKNOWN_TOKEN, "không thể bắt đầu đoạn chữ bằng ký tự này",
          "Đặt cả đoạn chữ trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::INVALID_ESCAPE, "sau dấu \\ là một ký tự không có nghĩa",
          "Trong dấu nháy kép, viết \\\\ để có dấu \\, viết \\\" để có dấu nháy kép."},
      row{YAML::ErrorMsg::INVALID_HEX, "mã ký tự sau dấu \\ không đúng",
          "Gõ thẳng ký tự cần dùng thay cho mã."},
      row{YAML::ErrorMsg::INVALID_UNICODE, "mã ký tự sau dấu \\ không đúng",
          "Gõ thẳng ký tự cần dùng thay cho mã."},
      row{YAML::ErrorMsg::CHAR_IN_BLOCK, "sau dấu | hoặc > chỉ được xuống dòng",
          "Xuống dòng rồi mới viết đoạn chữ, lùi vào hai dấu cách."},
      row{YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK, "sau dấu | hoặc > chỉ được xuống dòng",
          "Xuống dòng rồi mới viết đoạn chữ, lùi vào hai dấu cách."},
      row{YAML::ErrorMsg::UNKNOWN_ANCHOR, "không dùng dấu * để nhắc lại chỗ khác",
          "Chép hẳn nội dung vào đây; nếu * là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::ALIAS_NOT_FOUND, "không thể bắt đầu đoạn chữ bằng dấu *",
          "Đặt cả đoạn chữ trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::CHAR_IN_ALIAS, "không thể bắt đầu đoạn chữ bằng dấu *",
          "Đặt cả đoạn chữ trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::ANCHOR_NOT_FOUND, "không thể bắt đầu đoạn chữ bằng dấu &",
          "Đặt cả đoạn chữ trong dấu nháy kép \"...\"."},
      row{YAML::ErrorMsg::CHAR_IN_ANCHOR, "không thể bắt đầu đoạn chữ bằng dấu &",
          "Đặt cả đoạn chữ trong dấu nháy kép \"...\"."},
      row{"bad conversion", "đoạn này viết không đúng cách",
          "Xem lại dấu nháy, dấu hai chấm và cách lùi đầu dòng."},
  };
  for (const auto& r : rows)
    if (message.starts_with(r.starts)) return {r.message, r.hint};
  return {"đoạn này viết không đúng cách", "Xem lại dấu nháy, dấu hai chấm và cách lùi đầu dòng."};
}

class reader : public YAML::EventHandler {
 public:
  reader(std::string_view text, const std::string& file, std::vector<problem>& problems,
         const yaml_limits& limits)
      : text_(text), file_(file), problems_(problems), limits_(limits) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') line_starts_.push_back(i + 1);
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    take(node(mark, yaml_node::kind::null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error(mark, "không dùng dấu * để nhắc lại chỗ khác",
          "Chép hẳn nội dung vào đây; nếu * là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\".");
    take(node(mark, yaml_node::kind::null));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    auto n = node(mark, yaml_node::kind::scalar);
    n.quoted = tag == "!";
    if (n.quoted)
      refuse_open_quote(mark);
    else
      refuse_swallowed_item(mark, value);
    n.scalar = to_nfc(value);
    take(std::move(n));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, yaml_node::kind::sequence);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, yaml_node::kind::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  yaml_node take_root() { return std::move(root_); }

  /// True when a quote was closed before `mark` on the same line, which makes what follows a riddle for the
  /// parser.
  bool after_quote(const YAML::Mark& mark) const {
    if (mark.is_null()) return false;
    auto line = std::min(static_cast<std::size_t>(mark.line < 0 ? 0 : mark.line), line_starts_.size() - 1);
    auto before = text_.substr(line_starts_[line], offset_of(mark) - line_starts_[line]);
    return before.contains('"') || before.contains('\'');
  }

  void error(const YAML::Mark& mark, std::string message, std::string hint) {
    auto [line, column] = place_of(mark);
    error(line, column, std::move(message), std::move(hint));
  }

  void error(int line, int column, std::string message, std::string hint) {
    constexpr std::size_t most = 100;  // a file with more has one cause, and nobody reads on
    if (problems_.size() - problems_before_ >= most) throw stop{};
    problems_.push_back({problem::level::error, file_, line, column, std::move(message), std::move(hint)});
  }

 private:
  struct frame {
    yaml_node node;
    std::unordered_set<std::string> keys;
    bool has_key = false;  // a map that waits for the value of its last entry
  };

  // yaml-cpp counts columns in bytes; people count characters.
  std::pair<int, int> place_of(const YAML::Mark& mark) const {
    if (mark.is_null()) return {1, 1};
    auto line = std::min(static_cast<std::size_t>(mark.line < 0 ? 0 : mark.line), line_starts_.size() - 1);
    int column = 1;
    for (auto i = line_starts_[line], to = offset_of(mark); i < to; ++i)
      if ((static_cast<unsigned char>(text_[i]) & 0xC0U) != 0x80U) ++column;
    return {static_cast<int>(line) + 1, column};
  }

  yaml_node node(const YAML::Mark& mark, yaml_node::kind what) {
    if (++nodes_ > limits_.nodes) {
      error(mark, "tệp có quá nhiều mục (nhiều nhất " + std::to_string(limits_.nodes) + ")",
            "Chia thành nhiều tệp nhỏ hơn.");
      throw stop{};
    }
    yaml_node n;
    n.what = what;
    std::tie(n.line, n.column) = place_of(mark);
    return n;
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    error(mark, "không dùng dấu & để đặt tên cho một chỗ",
          "Bỏ dấu & và tên sau nó; nếu & là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\".");
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    bool written = tag != "!" && tag != "?" && !tag.empty();
    auto at = static_cast<std::size_t>(mark.pos < 0 ? 0 : mark.pos);
    if (!written && (tag != "!" || at >= text_.size() || text_[at] != '!')) return;
    error(mark, "không dùng dấu ! để ghi kiểu dữ liệu",
          "Bỏ dấu ! và chữ liền sau nó; nếu ! là chữ của đoạn văn, đặt cả đoạn trong dấu nháy kép \"...\".");
  }

  std::size_t offset_of(const YAML::Mark& mark) const {
    auto line = std::min(static_cast<std::size_t>(mark.line < 0 ? 0 : mark.line), line_starts_.size() - 1);
    return std::min(line_starts_[line] + static_cast<std::size_t>(mark.column < 0 ? 0 : mark.column),
                    text_.size());
  }

  // yaml-cpp 0.7 takes the end of the file for the closing quote.
  void refuse_open_quote(const YAML::Mark& mark) {
    auto at = offset_of(mark);
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
    char quote = text_[at];
    for (auto i = at + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\')
        ++i;
      else if (text_[i] == quote && quote == '\'' && i + 1 < text_.size() && text_[i + 1] == quote)
        ++i;
      else if (text_[i] == quote)
        return;
    }
    error(mark, "dấu nháy mở ra mà không đóng lại", "Thêm dấu nháy đóng (\" hoặc ') ở cuối đoạn chữ.");
  }

  // A list item that is indented too far is, to YAML, a part of the item above it.
  void refuse_swallowed_item(const YAML::Mark& mark, const std::string& value) {
    auto line = static_cast<std::size_t>(mark.line < 0 ? 0 : mark.line);
    if (line + 1 >= line_starts_.size() || !value.contains(" - ")) return;
    auto read = line_starts_[line + 1] - offset_of(mark);
    for (++line; line < line_starts_.size() && read < value.size(); ++line) {
      auto from = line_starts_[line];
      auto to = line + 1 < line_starts_.size() ? line_starts_[line + 1] : text_.size();
      auto start = std::min(text_.find_first_not_of(' ', from), to);
      if (text_.substr(start, to - start).starts_with("- "))
        error(static_cast<int>(line) + 1, static_cast<int>(start - from) + 1,
              "gạch đầu dòng này lệch cột nên bị nhập vào dòng trên",
              "Đặt dấu \"- \" thẳng cột với các gạch khác của danh sách.");
      read += to - start;
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, yaml_node::kind what) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (static_cast<int>(stack_.size()) >= limits_.depth) {
      error(mark, "các mục lồng nhau quá sâu (nhiều nhất " + std::to_string(limits_.depth) + " bậc)",
            "Viết lại cho ít bậc hơn.");
      throw stop{};
    }
    stack_.push_back({node(mark, what), {}, false});
  }

  void close() {
    auto done = std::move(stack_.back().node);
    stack_.pop_back();
    take(std::move(done));
  }

  void take(yaml_node n) {
    if (stack_.empty()) {
      root_ = std::move(n);
      return;
    }
    auto& top = stack_.back();
    if (top.node.is_sequence()) {
      top.node.items.push_back(std::move(n));
    } else if (top.has_key) {
      top.node.entries.back().value = std::move(n);
      top.has_key = false;
    } else {
      take_key(top, std::move(n));
    }
  }

  void take_key(frame& map, yaml_node key) {
    map.has_key = true;
    if (!key.is_scalar()) {
      error(key.line, key.column, "tên mục phải là chữ",
            "Viết dạng \"tên: nội dung\"; nội dung có dấu { } thì đặt trong dấu nháy kép \"...\".");
    } else if (key.scalar == "<<" && !key.quoted) {
      error(key.line, key.column, "không dùng << để gộp mục khác vào", "Chép hẳn nội dung vào đây.");
    } else if (!map.keys.insert(key.scalar).second) {
      int first = 0;
      for (const auto& e : map.node.entries)
        if (e.key == key.scalar && first == 0) first = e.line;
      error(key.line, key.column, "mục \"" + key.scalar + "\" bị ghi hai lần",
            "Mục này đã có ở dòng " + std::to_string(first) + "; gộp hai chỗ làm một.");
    }
    map.node.entries.push_back({std::move(key.scalar), key.line, key.column, {}});
    auto& value = map.node.entries.back().value;
    value.line = key.line;
    value.column = key.column;
  }

  std::string_view text_;
  const std::string& file_;
  std::vector<problem>& problems_;
  std::size_t problems_before_ = problems_.size();
  yaml_limits limits_;
  std::vector<std::size_t> line_starts_;
  std::vector<frame> stack_;
  std::size_t nodes_ = 0;
  yaml_node root_;
};

// What yaml-cpp would take in silence or report in riddles. False: not worth parsing.
bool check_bytes(std::string_view text, reader& to) {
  int line = 1;
  int column = 1;
  bool indentation = true;
  bool told_tab = false;
  for (int32_t i = 0, size = static_cast<int32_t>(text.size()); i < size;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0) {
      to.error(line, column, "tệp không phải chữ UTF-8",
               "Mở tệp bằng trình soạn thảo và lưu lại với bảng mã UTF-8.");
      return false;
    }
    if (c == '\n') {
      ++line;
      column = 1;
      indentation = true;
      continue;
    }
    if (c == '\t' && indentation && !told_tab) {
      to.error(line, column, "đầu dòng có phím Tab", "Lùi đầu dòng bằng dấu cách (hai dấu cách một bậc).");
      told_tab = true;  // the next hundred lines have it too
    }
    bool control =
        (c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
    if (control) {
      to.error(line, column, "có ký tự điều khiển không nhìn thấy được",
               "Xóa ký tự này rồi gõ lại đoạn chữ.");
      return false;
    }
    if (c != ' ' && c != '\t') indentation = false;
    ++column;
  }
  return !told_tab;
}

}  // namespace

std::optional<yaml_node> parse_yaml(std::string_view text, const std::string& file,
                                    std::vector<problem>& problems, const yaml_limits& limits) {
  auto errors_before = problems.size();
  auto whole_file = [&](std::string message, std::string hint) {
    problems.push_back({problem::level::error, file, 0, 0, std::move(message), std::move(hint)});
  };
  if (text.size() > limits.bytes) {
    whole_file("tệp quá lớn (nhiều nhất " + std::to_string(limits.bytes / 1024) + " KiB)",
               "Chia thành nhiều tệp nhỏ hơn.");
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string
      source;  // line ends of Windows become one, so that columns and block texts are the same everywhere
  source.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      source.push_back(text[i]);
    else if (i + 1 >= text.size() || text[i + 1] != '\n')
      source.push_back('\n');
  }

  try {
    reader to(source, file, problems, limits);
    if (!check_bytes(source, to)) return std::nullopt;
    try {
      std::istringstream in(source);
      YAML::Parser parser(in);
      parser.HandleNextDocument(to);
      auto root = to.take_root();
      reader second(source, file, problems, limits);
      if (parser.HandleNextDocument(second)) {
        auto extra = second.take_root();
        if (source.starts_with("---") || source.contains("\n---"))
          to.error(extra.line, extra.column, "tệp chỉ được có một phần, không chia bằng dấu ---",
                   "Bỏ dòng --- hoặc đưa phần sau sang tệp khác.");
        else
          to.error(
              extra.line, extra.column, "dòng này không cùng kiểu với phần trên",
              "Một tệp hoặc gồm các mục \"tên: nội dung\", hoặc gồm các gạch đầu dòng \"- \", không cả hai.");
      }
      if (root.line == 0) root.line = root.column = 1;
      if (problems.size() == errors_before) return root;
    } catch (const YAML::Exception& e) {
      auto say = in_vietnamese(e.msg);
      bool end_of_block = e.msg == YAML::ErrorMsg::END_OF_MAP || e.msg == YAML::ErrorMsg::END_OF_SEQ;
      if (end_of_block && to.after_quote(e.mark))
        say = {"sau dấu nháy đóng còn chữ",
               "Đặt cả đoạn chữ trong một cặp dấu nháy kép; dấu nháy kép nằm bên trong viết là \\\"."};
      to.error(e.mark, std::move(say.message), std::move(say.hint));
    }
  } catch (const stop&) {
    // already told
  } catch (const std::exception&) {
    whole_file("không đọc được tệp này",
               "Xem lại nội dung tệp; nếu tệp đúng, hãy báo người quản trị hệ thống.");
  }
  return std::nullopt;
}

}  // namespace thanthien::knowledge
