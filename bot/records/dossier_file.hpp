#pragma once

#include "dialogs/records.hpp"
#include "knowledge/problem.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace thanthien::bot {

/// A table of dossiers as offices export it.
///
///     Mã hồ sơ;Thủ tục;Đơn vị;Trạng thái;Ngày nhận;Ngày hẹn trả;Ghi chú;Cập nhật
///     H19.12.34-241123-0012;Đăng ký kết hôn;tran-bien;Chờ bổ sung;23/11/2026;27/11/2026;Thiếu ảnh;23/11/2026
struct dossier_table {
  std::vector<dialogs::dossier> rows;        ///< the sound ones
  std::size_t bad = 0;                       ///< rows with an error
  bool readable = true;                      ///< false: no row of this file can be used, whatever one skips
  std::vector<knowledge::problem> problems;  ///< all of them, with the lines of the file
};

/// Columns are named in Vietnamese or English, with or without marks, in any order; a code and a state there
/// must be. A column that tells of persons (names, identity numbers, telephones, addresses) makes the whole
/// file unusable: such data has no business here. So does a note with a number of that kind make its row.
dossier_table read_dossiers(std::string_view text, const std::string& file);

/// The same from the disk; a file that cannot be read is a problem like any other.
dossier_table read_dossier_file(const std::filesystem::path& file);

}  // namespace thanthien::bot
