#include "bot/records/dossier_file.hpp"

#include "bot/records/csv.hpp"
#include "dialogs/reading.hpp"
#include "knowledge/fields.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <unordered_map>

namespace thanthien::bot {

using dialogs::dossier;
using dialogs::dossier_state;
using dialogs::fold;
using knowledge::problem;

namespace {

enum class column : std::uint8_t { code, procedure, unit, state, received, due, note, updated };
constexpr std::size_t columns = 8;

struct known_column {
  column what;
  std::string_view title;  ///< for people
  std::vector<std::string_view> names;
};

const std::array<known_column, columns>& known_columns() {
  static const std::array<known_column, columns> all{
      {{column::code,
        "Mã hồ sơ",
        {"ma ho so", "ma hs", "so ho so", "ma bien nhan", "so bien nhan", "ma", "ma so ho so", "code"}},
       {column::procedure,
        "Thủ tục",
        {"thu tuc", "ten thu tuc", "thu tuc hanh chinh", "ten thu tuc hanh chinh", "tthc", "ten tthc",
         "ma thu tuc", "procedure", "procedure name"}},
       {column::unit,
        "Đơn vị",
        {"don vi", "don vi giai quyet", "co quan", "co quan giai quyet", "noi giai quyet", "noi tiep nhan",
         "don vi tiep nhan", "xa phuong", "unit", "unit name"}},
       {column::state,
        "Trạng thái",
        {"trang thai", "tinh trang", "trang thai ho so", "tinh trang ho so", "trang thai xu ly", "state",
         "status"}},
       {column::received,
        "Ngày nhận",
        {"ngay nhan", "ngay tiep nhan", "tiep nhan", "ngay nop", "ngay nhan ho so", "received"}},
       {column::due,
        "Ngày hẹn trả",
        {"ngay hen tra", "han", "han tra", "ngay hen", "hen tra", "han giai quyet", "ngay hen tra ket qua",
         "han xu ly", "due"}},
       {column::note, "Ghi chú", {"ghi chu", "noi dung bo sung", "can bo sung", "ly do", "note"}},
       {column::updated, "Cập nhật", {"cap nhat", "ngay cap nhat", "cap nhat luc", "updated"}}}};
  return all;
}

/// Whole words of a header that speak of a person; the reason is shown to the officer.
constexpr std::array personal{
    std::pair{"ho ten", "họ tên"},         std::pair{"ho va ten", "họ tên"},
    std::pair{"ten nguoi", "họ tên"},      std::pair{"nguoi nop", "người nộp"},
    std::pair{"chu ho so", "chủ hồ sơ"},   std::pair{"nguoi dan", "người dân"},
    std::pair{"cong dan", "công dân"},     std::pair{"full name", "họ tên"},
    std::pair{"name", "họ tên"},           std::pair{"applicant", "người nộp"},
    std::pair{"cccd", "số căn cước"},      std::pair{"cmnd", "số chứng minh nhân dân"},
    std::pair{"can cuoc", "số căn cước"},  std::pair{"dinh danh", "số định danh"},
    std::pair{"identity", "số định danh"}, std::pair{"dien thoai", "số điện thoại"},
    std::pair{"sdt", "số điện thoại"},     std::pair{"so dt", "số điện thoại"},
    std::pair{"phone", "số điện thoại"},   std::pair{"email", "thư điện tử"},
    std::pair{"dia chi", "địa chỉ"},       std::pair{"address", "địa chỉ"},
    std::pair{"ngay sinh", "ngày sinh"},   std::pair{"nam sinh", "năm sinh"},
    std::pair{"tai khoan", "số tài khoản"}};

struct known_state {
  dossier_state what;
  std::string_view title;
  std::vector<std::string_view> names;
};

const std::vector<known_state>& known_states() {
  static const std::vector<known_state> all{
      {dossier_state::received,
       "tiếp nhận",
       {"tiep nhan", "da tiep nhan", "moi tiep nhan", "moi nhan", "received"}},
      {dossier_state::processing,
       "đang xử lý",
       {"dang xu ly", "dang giai quyet", "dang thuc hien", "dang tham dinh", "cho duyet", "processing"}},
      {dossier_state::missing_papers,
       "chờ bổ sung",
       {"cho bo sung", "yeu cau bo sung", "can bo sung", "bo sung", "cho bo sung ho so",
        "yeu cau bo sung ho so", "missing papers"}},
      {dossier_state::ready,
       "đã có kết quả",
       {"da co ket qua", "co ket qua", "cho tra ket qua", "da xu ly xong", "da giai quyet", "da xong",
        "ready"}},
      {dossier_state::returned, "đã trả", {"da tra", "da tra ket qua", "da giao", "returned"}},
      {dossier_state::refused,
       "từ chối",
       {"tu choi", "khong giai quyet", "tra lai", "tra lai ho so", "da tu choi", "refused"}}};
  return all;
}

constexpr std::size_t longest_note = 300, longest_name = 200;  // characters

/// "24/11/2026", "2026-11-24", also with a time behind it, as "2026-11-24".
std::optional<std::string> read_day(std::string_view text) {
  text = text.substr(0, text.find_first_of(" T"));
  std::array<std::string_view, 3> parts;
  std::size_t count = 0;
  for (std::size_t at = 0; at <= text.size() && count < 3;) {
    const auto end = std::min(text.find_first_of("/-.", at), text.size());
    parts[count++] = text.substr(at, end - at);
    if (end == text.size() || count == 3) {
      if (end != text.size()) return std::nullopt;
      break;
    }
    at = end + 1;
  }
  if (count != 3) return std::nullopt;
  if (parts[0].size() == 4) std::swap(parts[0], parts[2]);
  auto two = [](std::string_view part) { return (part.size() == 1 ? "0" : "") + std::string(part); };
  auto day = std::string(parts[2]) + "-" + two(parts[1]) + "-" + two(parts[0]);
  return knowledge::is_date(day) ? std::optional(day) : std::nullopt;
}

class table_reader {
 public:
  table_reader(dossier_table& out, const std::string& file) : out_(out), file_(file) {}

  void read(std::string_view text) {
    const auto rows = read_csv(text, file_, out_.problems);
    if (has_errors(out_.problems)) return unreadable();
    if (rows.empty()) {
      tell(0, 0, "tệp không có dòng nào",
           "Dòng đầu là tên cột: Mã hồ sơ, Trạng thái, Ngày nhận, Ngày hẹn trả ...");
      return unreadable();
    }
    if (!read_header(rows.front())) return unreadable();
    for (std::size_t i = 1; i < rows.size(); ++i) read_row(rows[i]);
  }

 private:
  void unreadable() {
    out_.readable = false;
    out_.rows.clear();
  }

  void tell(int line, int at, std::string message, std::string hint,
            problem::level severity = problem::level::error) {
    out_.problems.push_back({severity, file_, line, at, std::move(message), std::move(hint)});
  }

  bool read_header(const csv_row& header) {
    width_ = header.fields.size();
    bool sound = true;
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
      const auto& title = header.fields[i];
      const auto name = fold(title);
      const auto place = static_cast<int>(i) + 1;
      const auto known = std::ranges::find_if(
          known_columns(), [&](const auto& c) { return std::ranges::find(c.names, name) != c.names.end(); });
      if (known != known_columns().end()) {
        auto& column_place = places_[static_cast<std::size_t>(known->what)];
        if (column_place) {
          tell(header.line, place, "có hai cột \"" + std::string(known->title) + "\"",
               "Chỉ giữ lại một cột.");
          sound = false;
        }
        column_place = i;
        continue;
      }
      const auto person =
          std::ranges::find_if(personal, [&](const auto& p) { return dialogs::holds_words(name, p.first); });
      if (person != personal.end()) {
        tell(header.line, place, "cột \"" + title + "\" có dữ liệu cá nhân (" + person->second + ")",
             "Trợ lý không lưu dữ liệu cá nhân, vì ai có mã hồ sơ cũng hỏi được. Xóa cột này khỏi tệp rồi "
             "nhập lại.");
        sound = false;
      } else if (!name.empty()) {
        tell(header.line, place, "cột \"" + title + "\" không được đọc",
             "Các cột được đọc: " + titles() + ".", problem::level::advice);
      }
    }
    for (const auto needed : {column::code, column::state})
      if (!places_[static_cast<std::size_t>(needed)]) {
        const std::string title(known_columns()[static_cast<std::size_t>(needed)].title);
        tell(header.line, 1, "thiếu cột \"" + title + "\"",
             "Dòng đầu của tệp phải là tên các cột: " + titles() + ".");
        sound = false;
      }
    return sound;
  }

  static std::string titles() {
    std::string out;
    for (const auto& c : known_columns()) out += (out.empty() ? "" : ", ") + std::string(c.title);
    return out;
  }

  std::string text_of(const csv_row& row, column what) const {
    const auto place = places_[static_cast<std::size_t>(what)];
    return place && *place < row.fields.size()
               ? std::string(dialogs::trimmed(knowledge::clean(row.fields[*place])))
               : std::string();
  }

  void read_row(const csv_row& row) {
    const auto errors = std::ranges::count(out_.problems, problem::level::error, &problem::severity);
    auto wrong = [&](column what, std::string message, std::string hint) {
      const auto place = places_[static_cast<std::size_t>(what)];
      tell(row.line, place ? static_cast<int>(*place) + 1 : 1, std::move(message), std::move(hint));
    };
    if (row.fields.size() > width_)
      tell(row.line, static_cast<int>(width_) + 1, "dòng có nhiều ô hơn dòng tên cột",
           "Ô có dấu phân cách bên trong thì đặt trong dấu nháy kép.");
    dossier d;
    d.code = text_of(row, column::code);
    d.procedure = text_of(row, column::procedure);
    d.unit = text_of(row, column::unit);
    d.note = text_of(row, column::note);
    check_code(row, d.code, wrong);
    read_state(text_of(row, column::state), d.state, wrong);
    for (const auto& [what, into] : {std::pair{column::received, &d.received}, std::pair{column::due, &d.due},
                                     std::pair{column::updated, &d.updated}})
      if (const auto typed = text_of(row, what); !typed.empty()) {
        if (const auto day = read_day(typed))
          *into = *day;
        else
          wrong(what, "\"" + dialogs::shortened(typed, 30) + "\" không phải là ngày", "Viết như 24/11/2026.");
      }
    if (dialogs::length_of(d.procedure) > longest_name)
      wrong(column::procedure, "tên thủ tục dài hơn " + std::to_string(longest_name) + " ký tự",
            "Viết gọn lại.");
    if (dialogs::length_of(d.unit) > longest_name)
      wrong(column::unit, "tên đơn vị dài hơn " + std::to_string(longest_name) + " ký tự", "Viết gọn lại.");
    if (dialogs::length_of(d.note) > longest_note)
      wrong(column::note, "ghi chú dài hơn " + std::to_string(longest_note) + " ký tự",
            "Viết gọn lại: bà con đọc ghi chú này trên điện thoại.");
    if (const auto bare = dialogs::without_codes(d.note); knowledge::mask(bare) != bare)
      wrong(column::note, "ghi chú có số giống số căn cước, điện thoại hoặc tài khoản",
            "Bỏ số đó: ghi chú này ai có mã cũng đọc được.");
    if (std::ranges::count(out_.problems, problem::level::error, &problem::severity) == errors)
      out_.rows.push_back(std::move(d));
    else
      ++out_.bad;
  }

  template <typename Wrong>
  void check_code(const csv_row& row, const std::string& code, const Wrong& wrong) {
    const auto key = dialogs::code_key(code);
    if (code.empty()) return wrong(column::code, "thiếu mã hồ sơ", "Điền mã, hoặc xóa dòng này.");
    if (key.size() < dialogs::shortest_code || key.size() > dialogs::longest_code ||
        code.size() > 2 * dialogs::longest_code)
      return wrong(column::code, "mã \"" + dialogs::shortened(code, 50) + "\" quá ngắn hoặc quá dài",
                   "Mã có từ 6 đến 40 chữ và số, ngắn hơn thì dễ bị đoán ra.");
    if (std::ranges::count_if(key, [](char c) { return c >= '0' && c <= '9'; }) < 4)
      return wrong(column::code, "mã \"" + code + "\" có ít hơn bốn chữ số", "Xem lại cột mã hồ sơ.");
    if (key.size() == 12 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; }) &&
        code == key)
      return wrong(column::code, "mã gồm đúng 12 chữ số, giống số căn cước",
                   "Xem lại: cột này phải là mã hồ sơ.");
    if (const auto [first, fresh] = seen_.emplace(key, row.line); !fresh)
      wrong(column::code, "mã \"" + code + "\" đã có ở dòng " + std::to_string(first->second),
            "Mỗi hồ sơ chỉ một dòng.");
  }

  template <typename Wrong>
  void read_state(const std::string& typed, dossier_state& into, const Wrong& wrong) {
    const auto name = fold(typed);
    std::string all;
    for (const auto& s : known_states()) {
      if (std::ranges::find(s.names, name) != s.names.end()) {
        into = s.what;
        return;
      }
      all += (all.empty() ? "" : ", ") + std::string(s.title);
    }
    wrong(
        column::state,
        typed.empty() ? "thiếu trạng thái" : "không có trạng thái \"" + dialogs::shortened(typed, 40) + "\"",
        "Dùng một trong: " + all + ".");
  }

  dossier_table& out_;
  const std::string& file_;
  std::size_t width_ = 0;
  std::array<std::optional<std::size_t>, columns> places_;
  std::unordered_map<std::string, int> seen_;  ///< keys of codes, and their lines
};

}  // namespace

dossier_table read_dossiers(std::string_view text, const std::string& file) {
  dossier_table out;
  table_reader(out, file).read(text);
  return out;
}

dossier_table read_dossier_file(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  const auto refused = [&](std::string message, std::string hint) {
    dossier_table out;
    out.readable = false;
    out.problems.push_back({problem::level::error, name, 0, 0, std::move(message), std::move(hint)});
    return out;
  };
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return refused("không mở được tệp: " + failed.message(), "Kiểm tra đường dẫn và quyền đọc.");
  // One byte over the limit is enough to be told of it.
  std::string text(std::min<std::uintmax_t>(size, csv_limits{}.bytes + 1), '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in || static_cast<std::size_t>(in.gcount()) != text.size())
    return refused("không đọc được tệp", "Kiểm tra quyền đọc của tệp.");
  return read_dossiers(text, name);
}

}  // namespace thanthien::bot
