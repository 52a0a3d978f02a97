// What officers may bring in a table of dossiers, and how they are told what is wrong with it.
#include "bot/records/dossier_file.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <fstream>

namespace thanthien::bot {
namespace {

using dialogs::dossier_state;

dossier_table read(const std::string& text) { return read_dossiers(text, "hs.csv"); }
std::string told(const std::string& text) { return knowledge::to_string(read(text).problems); }

TEST(dossier_file, AnExportOfAnOfficeIsUnderstood) {
  const auto table = read(
      "\xEF\xBB\xBFMã hồ sơ;Tên thủ tục;Đơn vị;Tình trạng;Ngày tiếp nhận;Ngày hẹn trả;Ghi chú;Ngày cập "
      "nhật\r\n"
      "H19.12.34-241123-0012;Đăng ký kết hôn;tran-bien;Chờ bổ sung;3/11/2026;24-11-2026 16:30;\"Thiếu ảnh "
      "3x4; bản sao\";23/11/2026\r\n"
      "H19.12.34-241123-0013;khai-sinh;Phường Trấn Biên;ĐANG XỬ LÝ;2026-11-20;;;\r\n");
  EXPECT_EQ(knowledge::to_string(table.problems), "");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (dialogs::dossier{"H19.12.34-241123-0012", "Đăng ký kết hôn", "tran-bien",
                                             dossier_state::missing_papers, "2026-11-03", "2026-11-24",
                                             "2026-11-23", "Thiếu ảnh 3x4; bản sao"}));
  EXPECT_EQ(table.rows[1].state, dossier_state::processing);
  EXPECT_EQ(table.rows[1].due, "");
}

TEST(dossier_file, EnglishNamesAndAnyOrderDoToo) {
  const auto table = read(
      "state,code\nready,AB-241123-0001\nreturned,AB-241123-0002\nrefused,AB-241123-0003\nreceived,AB-241123-"
      "0004\n");
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(table.rows[0].state, dossier_state::ready);
  EXPECT_EQ(table.rows[1].state, dossier_state::returned);
  EXPECT_EQ(table.rows[2].state, dossier_state::refused);
  EXPECT_EQ(table.rows[3].state, dossier_state::received);
}

TEST(dossier_file, EverythingWrongIsToldAtOnce) {
  const auto table = read(
      "Mã hồ sơ,Trạng thái,Ngày hẹn trả\n"
      "AB-241123-0001,Đã trả,24/11/2026\n"
      "AB-241123-0002,Lung tung,31/02/2026\n"
      ",Đã trả,\n"
      "ab 241123 0001,Đã trả,\n"
      "12345,Đã trả,\n"
      "AB-241123-0003,Đã trả,,thừa\n");
  EXPECT_TRUE(table.readable);
  EXPECT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.bad, 5U);
  EXPECT_EQ(knowledge::to_string(table.problems),
            "hs.csv:3:2: lỗi: không có trạng thái \"Lung tung\"\n"
            "    Dùng một trong: tiếp nhận, đang xử lý, chờ bổ sung, đã có kết quả, đã trả, từ chối.\n"
            "hs.csv:3:3: lỗi: \"31/02/2026\" không phải là ngày\n"
            "    Viết như 24/11/2026.\n"
            "hs.csv:4:1: lỗi: thiếu mã hồ sơ\n"
            "    Điền mã, hoặc xóa dòng này.\n"
            "hs.csv:5:1: lỗi: mã \"ab 241123 0001\" đã có ở dòng 2\n"
            "    Mỗi hồ sơ chỉ một dòng.\n"
            "hs.csv:6:1: lỗi: mã \"12345\" quá ngắn hoặc quá dài\n"
            "    Mã có từ 6 đến 40 chữ và số, ngắn hơn thì dễ bị đoán ra.\n"
            "hs.csv:7:4: lỗi: dòng có nhiều ô hơn dòng tên cột\n"
            "    Ô có dấu phân cách bên trong thì đặt trong dấu nháy kép.\n");
}

TEST(dossier_file, ColumnsAboutPersonsAreRefusedWithTheReason) {
  for (const auto* title : {"Họ và tên", "Người nộp", "Số CCCD", "Số điện thoại", "SĐT", "Địa chỉ",
                            "Chủ hồ sơ", "ngày sinh", "phone"}) {
    const auto table = read(std::string("Mã hồ sơ,Trạng thái,") + title + "\nAB-241123-0001,Đã trả,x\n");
    EXPECT_FALSE(table.readable) << title;
    EXPECT_TRUE(table.rows.empty()) << title;
    const auto text = knowledge::to_string(table.problems);
    EXPECT_NE(text.find(std::string("hs.csv:1:3: lỗi: cột \"") + title + "\" có dữ liệu cá nhân"),
              std::string::npos)
        << text;
  }
}

TEST(dossier_file, NumbersOfPersonsAreRefusedInNotesAndCodesToo) {
  EXPECT_NE(told("Mã hồ sơ,Trạng thái,Ghi chú\nAB-241123-0001,Đã trả,gọi 0912 345 678\n")
                .find("giống số căn cước, điện thoại"),
            std::string::npos);
  EXPECT_EQ(told("Mã hồ sơ,Trạng thái,Ghi chú\nAB-241123-0001,Đã trả,xem H19.12.34-241123-0012\n"), "");
  EXPECT_NE(told("Mã hồ sơ,Trạng thái\n079123456789,Đã trả\n").find("giống số căn cước"), std::string::npos);
}

TEST(dossier_file, AHeaderWithoutCodeOrStateIsNoTable) {
  const auto table = read("STT,Tên\n1,Lan\n");
  EXPECT_FALSE(table.readable);
  const auto text = knowledge::to_string(table.problems);
  EXPECT_NE(text.find("thiếu cột \"Mã hồ sơ\""), std::string::npos) << text;
  EXPECT_NE(text.find("thiếu cột \"Trạng thái\""), std::string::npos) << text;
  EXPECT_FALSE(read("").readable);
}

TEST(dossier_file, OtherColumnsAreLeftOutWithAdvice) {
  const auto table = read("Mã hồ sơ,Trạng thái,Lĩnh vực\nAB-241123-0001,Đã trả,Hộ tịch\n");
  EXPECT_EQ(table.rows.size(), 1U);
  EXPECT_FALSE(knowledge::has_errors(table.problems));
  EXPECT_NE(knowledge::to_string(table.problems).find("cột \"Lĩnh vực\" không được đọc"), std::string::npos);
}

TEST(dossier_file, FromTheDisk) {
  tests::temporary_folder folder;
  std::ofstream(folder / "hs.csv") << "code;state\nAB-241123-0001;ready\n";
  EXPECT_EQ(read_dossier_file(folder / "hs.csv").rows.size(), 1U);
  const auto missing = read_dossier_file(folder / "khong-co.csv");
  EXPECT_FALSE(missing.readable);
  EXPECT_NE(knowledge::to_string(missing.problems).find("khong-co.csv: lỗi: không mở được tệp"),
            std::string::npos)
      << knowledge::to_string(missing.problems);
}

}  // namespace
}  // namespace thanthien::bot
