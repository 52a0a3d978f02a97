#include "knowledge/library.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

using namespace thanthien::knowledge;
namespace fs = std::filesystem;

namespace {

// A content folder of its own for each test, gone afterwards.
class folder {
 public:
  folder() {
    static std::atomic<int> count = 0;
    path_ = fs::temp_directory_path() /
            ("thanthien-library-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    fs::create_directories(path_);
  }
  ~folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string procedure_file(const std::string& id, const std::string& more = {},
                           const std::string& title = "Đăng ký khai sinh") {
  return "id: " + id + "\ntitle: " + title +
         "\nname: Thủ tục đăng ký khai sinh\nfield: Hộ tịch\nlevel: xa\nalso_called:\n  - làm giấy khai "
         "sinh\n"
         "who: Cha hoặc mẹ\ndocuments:\n  - name: Giấy chứng sinh\nfee:\n  text: Miễn phí\n  amount_vnd: 0\n"
         "time_limit: Trong ngày\nwhere: Xã\nonline:\n  available: yes\nresult: Giấy khai "
         "sinh\nlegal_basis:\n  - Luật Hộ tịch\n"
         "as_of: 2026-06-10\n" +
         more;
}

std::string told(const std::vector<fs::path>& folders) {
  std::vector<problem> problems;
  auto known = library::load(folders, problems);
  EXPECT_EQ(known != nullptr, !has_errors(problems));
  return to_string(problems);
}

std::shared_ptr<const library> ours() {
  static const auto known = [] {
    std::vector<problem> problems;
    auto l = library::load({fs::path(THANTHIEN_SOURCE_DIR) / "knowledge/content"}, problems);
    EXPECT_EQ(to_string(problems), "");
    return l;
  }();
  return known;
}

}  // namespace

TEST(Library, ReadsAProcedureWhole) {
  folder f;
  f.write("procedures/ho-tich/khai-sinh.yaml",
          procedure_file("khai-sinh",
                         "faq:\n  - question: Quá hạn thì sao?\n    answer: Vẫn được.\nconfidence: low\n"));
  std::vector<problem> problems;
  auto known = library::load({f.path()}, problems);
  ASSERT_TRUE(known) << to_string(problems);
  const auto* p = known->find_procedure("khai-sinh");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->title, "Đăng ký khai sinh");
  EXPECT_EQ(p->price.amount_vnd, 0);
  EXPECT_TRUE(p->online.available);
  EXPECT_EQ(p->documents.at(0).name, "Giấy chứng sinh");
  EXPECT_EQ(p->faq.at(0).answer, "Vẫn được.");
  EXPECT_EQ(p->as_of, "2026-06-10");
  EXPECT_EQ(p->sure, confidence::low);
  EXPECT_EQ(known->title_of("khai-sinh"), "Đăng ký khai sinh");
  EXPECT_FALSE(known->knows_topic("khai-tu"));
  EXPECT_EQ(known->find_unit("tran-bien"), nullptr);
}

TEST(Library, ALaterFolderLiesOverAnEarlier) {
  folder province, commune;
  province.write("procedures/khai-sinh.yaml", procedure_file("khai-sinh", {}, "Của thành phố"));
  province.write("procedures/khai-tu.yaml", procedure_file("khai-tu", {}, "Khai tử"));
  commune.write("procedures/khai-sinh.yaml", procedure_file("khai-sinh", {}, "Của phường"));
  std::vector<problem> problems;
  auto known = library::load({province.path(), commune.path()}, problems);
  ASSERT_TRUE(known) << to_string(problems);
  EXPECT_EQ(known->procedures().size(), 2U);
  EXPECT_EQ(known->title_of("khai-sinh"), "Của phường");
}

TEST(Library, EveryProblemOfEveryFileIsToldAtOnce) {
  folder f;
  f.write(
      "procedures/khai-sinh.yaml",
      "id: khai-sinh\ntitle: Một tên ngắn mà viết dài tới mức không nút bấm nào chứa cho nổi\nname: Khai "
      "sinh\n"
      "field: Hộ tịch\nlevel: xã\nwhoo: Cha mẹ\nfee: miễn phí\ntime_limit: ngay\nwhere: xã\nresult: giấy\n"
      "online:\n  available: maybe\ndocuments: giấy chứng sinh\nsources:\n  - Luật Hộ tịch\nas_of: "
      "10/6/2026\n");
  f.write("topics/chao-hoi.yaml", "topic: chao\nkind: smalltalk\ntitle: Chào\nphrases: []\n");
  f.write("phrases/khai-sin.yaml", "topic: khai-sin\nphrases:\n  - làm khai sinh\n");
  f.write("language/words.yaml", "aspects:\n  feee:\n    - lệ phí\n");
  f.write("units/a.yaml", "id: a\ncode: \"12\"\nname: A\nfull_name: Xã B\nwebsite: xaa.vn\n");
  EXPECT_EQ(told({f.path()}),
            R"(language/words.yaml:2:3: lỗi: không có mục nào tên là "feee"
    Có phải ý bạn là "fee"?
phrases/khai-sin.yaml:1:8: lỗi: không có thủ tục nào mã là "khai-sin"
    Có phải ý bạn là "khai-sinh"?
procedures/khai-sinh.yaml:1:1: lỗi: thiếu mục "who"
    Thêm dòng "who: ...".
procedures/khai-sinh.yaml:2:8: lỗi: tên ngắn dài 63 chữ, nhiều nhất 40
    Viết gọn lại để vừa một nút bấm.
procedures/khai-sinh.yaml:5:8: lỗi: "xã" không dùng được cho mục "level"
    Dùng một trong: xa, tinh, cong-an-xa, cong-an-tinh, vp-dang-ky-dat-dai, thue, bhxh, truong-hoc, quan-su-xa.
procedures/khai-sinh.yaml:6:1: lỗi: không có mục nào tên là "whoo"
    Có phải ý bạn là "who"?
procedures/khai-sinh.yaml:7:6: lỗi: mục "fee" phải gồm các mục con "tên: nội dung"
    Xem một tệp cùng loại để làm mẫu.
procedures/khai-sinh.yaml:12:14: lỗi: "maybe" không phải là có hay không
    Viết yes (có) hoặc no (không).
procedures/khai-sinh.yaml:13:12: lỗi: mục "documents" phải là danh sách
    Viết mỗi phần bắt đầu bằng "- ".
procedures/khai-sinh.yaml:15:3: lỗi: nguồn "Luật Hộ tịch" không phải địa chỉ trang web: phải bắt đầu bằng https://
    Chép lại địa chỉ từ trình duyệt; văn bản luật ghi ở mục legal_basis.
procedures/khai-sinh.yaml:16:8: lỗi: ngày "10/6/2026" không đúng
    Viết năm-tháng-ngày, ví dụ 2026-06-10.
topics/chao-hoi.yaml:1:8: lỗi: mã "chao" khác tên tệp
    Đổi mã thành "chao-hoi", hoặc đổi tên tệp thành chao.yaml.
topics/chao-hoi.yaml:2:7: lỗi: "smalltalk" không dùng được cho mục "kind"
    Có phải ý bạn là "small_talk"? Dùng một trong: service, small_talk, out_of_scope, emergency.
topics/chao-hoi.yaml:4:10: lỗi: thiếu danh sách "phrases"
    Thêm ít nhất một dòng "- ...".
units/a.yaml:2:7: lỗi: mã đơn vị hành chính phải có 5 chữ số
    Xem danh mục đơn vị hành chính; đặt mã trong dấu nháy kép.
units/a.yaml:4:12: lỗi: tên đầy đủ phải kết thúc bằng tên gọi "A"
    Ví dụ: Phường Trấn Biên, Xã Tà Lài.
units/a.yaml:5:10: lỗi: địa chỉ trang web "xaa.vn" không đúng: phải bắt đầu bằng https://
    Chép lại địa chỉ từ trình duyệt, dạng https://dichvucong.gov.vn.
)");
}

TEST(Library, TheSameIdTwiceIsTold) {
  folder f;
  f.write("procedures/a/khai-sinh.yaml", procedure_file("khai-sinh"));
  f.write("procedures/b/khai-sinh.yaml", procedure_file("khai-sinh"));
  EXPECT_EQ(told({f.path()}),
            "procedures/b/khai-sinh.yaml:1:5: lỗi: \"khai-sinh\" đã dùng ở tệp procedures/a/khai-sinh.yaml\n"
            "    Mỗi mã chỉ dùng một lần; đổi mã ở một trong hai tệp.\n");
}

TEST(Library, CounterexamplesMustNameATopic) {
  folder f;
  f.write("procedures/khai-sinh.yaml", procedure_file("khai-sinh"));
  f.write("phrases/khai-sinh.yaml", "topic: khai-sinh\nnot:\n  - {text: xin bản sao, topic: khai-sihn}\n");
  EXPECT_EQ(told({f.path()}),
            "phrases/khai-sinh.yaml:3:32: lỗi: không có chủ đề nào mã là \"khai-sihn\"\n"
            "    Có phải ý bạn là \"khai-sinh\"?\n");
}

TEST(Library, ColonsInAListItemAreExplained) {
  folder f;
  f.write("procedures/khai-sinh.yaml", procedure_file("khai-sinh", "notes:\n  - Lưu ý: mang bản chính\n"));
  EXPECT_EQ(told({f.path()}),
            "procedures/khai-sinh.yaml:23:5: lỗi: dòng này phải là một đoạn chữ\n"
            "    Nếu trong câu có dấu hai chấm, đặt cả câu trong dấu nháy kép \"...\".\n");
}

TEST(Library, FilesThatNobodyReadsAreMentioned) {
  folder f;
  f.write("procedures/khai-sinh.yaml", procedure_file("khai-sinh"));
  f.write("procedures/khai-tu.yml", "x");
  f.write("ghi-chu.yaml", "x: y\n");
  f.write("README.md", "x");
  EXPECT_EQ(told({f.path()}),
            "ghi-chu.yaml: nên xem lại: tệp này không được đọc\n"
            "    Tệp phải nằm trong thư mục procedures, units, topics, phrases hoặc language.\n"
            "procedures/khai-tu.yml: nên xem lại: tệp này không được đọc vì đuôi tên là .yml\n"
            "    Đổi tên tệp thành đuôi .yaml.\n");
}

TEST(Library, AMissingFolderIsTold) {
  EXPECT_EQ(told({"/khong/co/thu-muc"}),
            "/khong/co/thu-muc: lỗi: không có thư mục này\n"
            "    Kiểm tra đường dẫn trong mục content của tệp cấu hình.\n");
}

TEST(Library, AFolderLaidOverOursMayHaveDialogsAlone) {
  folder province, commune;
  province.write("procedures/khai-sinh.yaml", procedure_file("khai-sinh", {}, "Của thành phố"));
  commune.write("dialogs/chao-hoi.yaml", "dialog: chao-hoi\n");
  std::vector<problem> problems;
  EXPECT_TRUE(library::load({province.path(), commune.path() / "knowledge"}, problems))
      << to_string(problems);
}

TEST(Content, IsSoundAndWhole) {
  auto known = ours();
  ASSERT_TRUE(known);
  EXPECT_EQ(known->procedures().size(), 129U);
  EXPECT_EQ(known->units().size(), 95U);
  std::set<std::string> titles;
  for (const auto& p : known->procedures()) EXPECT_TRUE(titles.insert(p.title).second) << p.title;
  EXPECT_GE(known->contacts().size(), 4U);
  EXPECT_GE(known->portals().size(), 8U);
  EXPECT_FALSE(known->general().days.empty());
  for (const char* id :
       {"gio-lam-viec", "dia-chi-lien-he", "tra-cuu-ho-so", "gap-can-bo", "chao-hoi", "cam-on", "than-phien"})
    EXPECT_TRUE(known->knows_topic(id)) << id;
}

TEST(Content, SaysWhereItIsNotSure) {
  const auto* p = ours()->find_procedure("dang-ky-bien-dong");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->sure, confidence::low);
}

// ---- places

namespace {
std::string now(std::string_view text) {
  std::string out;
  for (const auto& p : ours()->places_in(text)) out += (out.empty() ? "" : ", ") + p.now->full_name;
  return out;
}
}  // namespace

TEST(Places, OldNamesLeadToTodaysUnits) {
  EXPECT_EQ(now("em ở xã Tiến Hưng"), "Phường Bình Phước");
  EXPECT_EQ(now("phuong suoi tre"), "Phường Bình Lộc");
  EXPECT_EQ(now("phường Trấn Biên"), "Phường Trấn Biên");
  EXPECT_EQ(now("nhà tôi ở Sài Gòn"), "");
  EXPECT_EQ(now(""), "");
}

TEST(Places, ANameOfTwoUnitsGivesBothAndTheDistrictDecides) {
  EXPECT_EQ(now("xã Tân Thành"), "Phường Đồng Xoài, Xã Tân Tiến");
  EXPECT_EQ(now("xã Tân Thành Bù Đốp"), "Xã Tân Tiến");
  EXPECT_EQ(now("xã Tân Thành, thành phố Đồng Xoài"), "Phường Đồng Xoài");
}

TEST(Places, TodaysNameThatMeansAnotherPlaceThanBefore) {
  EXPECT_EQ(now("Hố Nai"), "Phường Hố Nai, Phường Long Bình");
  EXPECT_EQ(now("phường Hố Nai cũ"), "Phường Long Bình");
  EXPECT_EQ(now("phường Hố Nai mới"), "Phường Hố Nai");
}

TEST(Places, MarksDecideBetweenTwins) {
  EXPECT_EQ(now("xã Lộc Thạnh"), "Xã Lộc Thạnh");
  EXPECT_EQ(now("xã Lộc Thành"), "Xã Lộc Thành");
  EXPECT_EQ(now("xa loc thanh"), "Xã Lộc Thạnh, Xã Lộc Thành");
}

TEST(Places, AFormerPlaceTellsItsDistrict) {
  const auto places = ours()->places_in("xã Tân Thành");
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].district, "Thành phố Đồng Xoài");
  EXPECT_EQ(places[1].district, "Huyện Bù Đốp");
  EXPECT_FALSE(places[1].whole_district);
  EXPECT_TRUE(ours()->places_in("huyện Bù Đốp").front().whole_district);
  EXPECT_EQ(ours()->places_in("phường Trấn Biên").front().district, "");
}

TEST(Places, ANameThatNoListHasIsNoticed) {
  const auto& places = ours()->places();
  EXPECT_TRUE(places.names_unknown("phường Quyết Thắng giờ thuộc phường nào"));
  EXPECT_TRUE(places.names_unknown("địa chỉ xã Hòa Bình"));
  EXPECT_FALSE(places.names_unknown("phường Trấn Biên ở đâu"));
  EXPECT_FALSE(places.names_unknown("địa chỉ phường mình ở đâu"));
  EXPECT_FALSE(places.names_unknown("ĐỊA CHỈ PHƯỜNG TÔI Ở ĐÂU"));
  EXPECT_FALSE(places.names_unknown("cho hỏi xã"));
  EXPECT_FALSE(places.names_unknown(""));
}

TEST(Places, AFormerDistrictGivesItsUnits) {
  EXPECT_EQ(ours()->places_in("huyện Long Thành").size(), 6U);
  EXPECT_EQ(now("Long Thành"), "Phường Long Thành");
}
