#include "knowledge/review.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <fstream>

namespace thanthien::knowledge {
namespace {

using namespace std::chrono_literals;

class review_of : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream{folder_ / name, std::ios::binary} << text;
  }
  std::string told(std::chrono::year_month_day today = 2026y / 11 / 23) {
    writing_rules rules;
    rules.commanding = {{"phải nộp", "cần có", {"không phải nộp"}}};
    rules.abbreviations = {{"UBND", "ủy ban nhân dân", {}}};
    rules.review_months = 12;
    std::vector<problem> problems;
    review({folder_.path()}, rules, today, problems);
    EXPECT_FALSE(has_errors(problems)) << "a review gives advice only";
    return to_string(problems);
  }

  tests::temporary_folder folder_;
};

TEST_F(review_of, TellsOfTextsThatResidentsRead) {
  write("procedures/ho-tich/khai-sinh.yaml",
        "id: khai-sinh\nname: Thủ tục UBND\nlegal_basis:\n  - Quyết định của UBND\nwhere: UBND xã.\n"
        "documents:\n  - name: Đơn gửi UBND\n    note: Phải nộp bản chính.\nnotes:\n  - Bản sao không phải "
        "nộp.\n"
        "fee:\n  text: Xem www.dichvucong.gov.vn\nas_of: 2026-06-10\n");
  EXPECT_EQ(
      told(),
      "procedures/ho-tich/khai-sinh.yaml:5:8: nên xem lại: Chữ viết tắt \"UBND\" chưa được giải thích\n"
      "    Nên viết: \"ủy ban nhân dân\".\n"
      "procedures/ho-tich/khai-sinh.yaml:7:11: nên xem lại: Chữ viết tắt \"UBND\" chưa được giải thích\n"
      "    Nên viết: \"ủy ban nhân dân\".\n"
      "procedures/ho-tich/khai-sinh.yaml:8:11: nên xem lại: \"phải nộp\" nghe như ra lệnh\n"
      "    Nên viết: \"cần có\".\n"
      "procedures/ho-tich/khai-sinh.yaml:12:9: nên xem lại: \"www.dichvucong.gov.vn\" không phải đường dẫn "
      "mở được: "
      "phải bắt đầu bằng https://\n"
      "    Viết đủ: https://www.dichvucong.gov.vn.\n");
}

TEST_F(review_of, TellsOfFactsByTheirAgeOnTheDayItIsAsked) {
  write("contacts.yaml", "contacts:\n  - name: Tổng đài\n    number: \"1022\"\n    as_of: 2025-11-23\n");
  EXPECT_EQ(told(2026y / 11 / 23), "");
  EXPECT_EQ(told(2026y / 11 / 24),
            "contacts.yaml:4:12: nên xem lại: Thông tin ngày 2025-11-23 đã quá 12 tháng\n"
            "    Đọc lại nguồn, sửa nội dung nếu khác, rồi ghi ngày mới vào as_of.\n");
  EXPECT_EQ(told(2025y / 11 / 22),
            "contacts.yaml:4:12: nên xem lại: Ngày của thông tin là 2025-11-23, còn ở phía trước\n"
            "    Xem lại ngày này.\n");
}

TEST_F(review_of, LeavesOutWhatTeachesTheFinder) {
  write("phrases/khai-sinh.yaml", "topic: khai-sinh\nphrases:\n  - ra UBND phải nộp gì\n");
  EXPECT_EQ(told(), "");
}

TEST(Link, IsOneThatAPhoneOpens) {
  for (const auto* good :
       {"https://dichvucong.gov.vn", "http://a.vn:8080/b?c=d#e", "https://x.gov.vn/trang-%C4%91"})
    EXPECT_EQ(fault_of_link(good), "") << good;
  for (const auto* bad :
       {"", "dichvucong.gov.vn", "www.a.vn", "https://", "http:///a", "https://a b.vn", "https://a.vn/b c",
        "https://a..vn", "https://-a.vn", "https://a_b.vn", "https://localhost", "https://a.vn:x",
        "https://a.vn:", "ftp://a.vn", "https://a.vn/<b>", "javascript:alert(1)"})
    EXPECT_NE(fault_of_link(bad), "") << bad;
}

}  // namespace
}  // namespace thanthien::knowledge
