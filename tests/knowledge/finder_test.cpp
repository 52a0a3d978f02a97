#include "knowledge/library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <ostream>

using namespace thanthien::knowledge;
using verdict = finding::verdict;

namespace {

const finder& find() {
  static const auto known = [] {
    std::vector<problem> problems;
    auto l = library::load({std::filesystem::path(THANTHIEN_SOURCE_DIR) / "knowledge/content"}, problems);
    if (!l) throw std::runtime_error(to_string(problems));
    return l;
  }();
  return known->finder();
}

struct question {
  const char* text;
  const char* topic;
  const char* asks = "";
  const char* context = "";
};

std::ostream& operator<<(std::ostream& out, const question& q) { return out << q.text; }

std::string asked(const finding& f) {
  std::string out;
  for (auto a : f.aspects) out += (out.empty() ? "" : " ") + std::string(to_string(a));
  return out;
}

class Understands : public testing::TestWithParam<question> {};
class FollowsUp : public testing::TestWithParam<question> {};
class Alarms : public testing::TestWithParam<question> {};
class Calm : public testing::TestWithParam<const char*> {};

}  // namespace

TEST_P(Understands, TopicAndAspect) {
  auto f = find().find(GetParam().text, GetParam().context);
  EXPECT_EQ(f.topic(), GetParam().topic) << find().explain(GetParam().text);
  EXPECT_EQ(f.what, verdict::sure);
  EXPECT_EQ(asked(f), GetParam().asks);
}

INSTANTIATE_TEST_SUITE_P(
    Finder, Understands,
    testing::Values(question{"Đăng ký khai sinh cần giấy tờ gì?", "khai-sinh", "documents"},
                    question{"dang ky khai sinh o dau", "khai-sinh", "where"},
                    question{"đk khai sanh cho bé mất bn ngày z", "khai-sinh", "time"},
                    question{"ddawng kys keets hoon", "ket-hon"},  //
                    question{"mất căn cước làm lại ở đâu, bao nhiêu tiền", "cap-lai-can-cuoc", "where fee"},
                    question{"mất bao lâu thì đổi xong thẻ căn cước hết hạn", "doi-can-cuoc", "time"},
                    question{"làm hồ sơ mai táng phí bảo trợ xã hội cần giấy tờ gì", "mai-tang-bao-tro",
                             "documents"},
                    question{"mấy giờ ủy ban đóng cửa", "gio-lam-viec", "time"},
                    question{"cho tôi gặp cán bộ", "gap-can-bo"},  //
                    question{"xin chào", "chao-hoi"},              //
                    question{"cảm ơn nhiều nha", "cam-on"}));

TEST(Finder, DecomposedTextIsTheSameQuestion) {
  auto composed = find().find("Đổi thẻ căn cước ở đâu?");
  auto decomposed = find().find(
      "Đo\xCC\x82\xCC\x89i the\xCC\x89 ca\xCC\x86n cu\xCC\x9Bo\xCC\x9B\xCC\x81"
      "c o\xCC\x9B\xCC\x89 đa\xCC\x82u?");
  EXPECT_EQ(composed.candidates, decomposed.candidates);
  EXPECT_EQ(composed.aspects, decomposed.aspects);
}

TEST(Finder, WhereSomebodyLivesIsNotWhatHeWants) {
  for (const char* place : {"Trảng Bom", "phường Tam Hiệp", "Hố Nai"}) {
    auto f = find().find(std::string("Tôi ở ") + place + ", làm giấy khai sinh cho con thế nào?");
    EXPECT_EQ(f.topic(), "khai-sinh") << place;
    EXPECT_EQ(f.what, verdict::sure) << place;
  }
  EXPECT_EQ(find().find("Trảng Bom").what, verdict::not_understood);
}

TEST(Finder, AsksBackWhenTheQuestionIsOpen) {
  for (const char* vague : {"cần giấy tờ gì", "làm ở đâu", "mất giấy rồi", "tôi muốn đăng ký"}) {
    auto f = find().find(vague);
    EXPECT_EQ(f.what, verdict::choose) << vague;
    EXPECT_GE(f.candidates.size(), 2U) << vague;
    EXPECT_LE(f.candidates.size(), 5U) << vague;
    for (const auto& c : f.candidates) EXPECT_NE(c.topic, "khong-ro");
  }
}

TEST(Finder, GibberishIsNotUnderstood) {
  for (const char* text : {"", "   ", "xyz qwe", "?!?!", "12345", "\xFF\xFE\xFD", "😀😀😀"}) {
    auto f = find().find(text);
    EXPECT_EQ(f.what, verdict::not_understood) << text;
  }
}

TEST_P(FollowsUp, KeepsOrLeavesTheTopicOfTheTurnBefore) {
  const auto& q = GetParam();
  auto f = find().find(q.text, q.context);
  EXPECT_EQ(f.topic(), q.topic) << find().explain(q.text, q.context);
  EXPECT_EQ(f.what, verdict::sure);
  EXPECT_EQ(f.from_context, std::string_view(q.topic) == q.context);
  if (*q.asks != 0) EXPECT_EQ(asked(f), q.asks);
}

INSTANTIATE_TEST_SUITE_P(
    Finder, FollowsUp,
    testing::Values(question{"còn lệ phí?", "khai-sinh", "fee", "khai-sinh"},
                    question{"vậy nộp online được không", "ket-hon", "online", "ket-hon"},
                    question{"cần mang theo gì ạ", "doi-can-cuoc", "documents", "doi-can-cuoc"},
                    question{"mấy ngày có", "sang-ten-xe", "time", "sang-ten-xe"},
                    question{"bao nhieu tien vay", "tach-ho", "fee", "tach-ho"},
                    question{"còn mất căn cước thì làm sao", "cap-lai-can-cuoc", "", "khai-sinh"},
                    question{"cảm ơn nhiều ạ", "cam-on", "", "khai-sinh"},
                    question{"cho tôi gặp cán bộ đi", "gap-can-bo", "", "khai-sinh"}));

INSTANTIATE_TEST_SUITE_P(
    ChangedCircumstance, FollowsUp,
    testing::Values(
        question{"mà vợ sắp cưới của em là người Nhật", "ket-hon-nuoc-ngoai", "", "ket-hon"},
        question{"chong em nguoi My thi sao", "ket-hon-nuoc-ngoai", "", "ket-hon"},
        question{"mà cha của bé là người Đài Loan", "khai-sinh-yeu-to-nuoc-ngoai", "", "khai-sinh"},
        question{"thế bé mới 8 tuổi thì sao", "cap-can-cuoc-tre-em", "", "cap-can-cuoc"},
        question{"còn đứa lớn 15t chưa từng làm thì sao", "cap-can-cuoc", "", "cap-can-cuoc-tre-em"},
        question{"quê em ở Thanh Hóa, cccd làm lại ở đây được không", "cap-lai-can-cuoc", "where",
                 "doi-gplx"},
        question{"con be nha toi 3 tuoi thi sao", "cap-can-cuoc-tre-em", "", "cap-can-cuoc"},
        question{"còn làm mất thì sao", "cap-lai-gplx", "", "doi-gplx"},
        question{"neu chi sua lai mai thoi thi sao", "gpxd-sua-chua", "", "giay-phep-xay-dung-nha-o"}));

INSTANTIATE_TEST_SUITE_P(
    SameMatter, FollowsUp,
    testing::Values(question{"hai đứa em cùng quê", "ket-hon", "", "ket-hon"},
                    question{"có bị phạt tiền không", "khai-tu", "fee", "khai-tu"},
                    question{"trong tuan nay duoc chua", "sang-ten-xe", "", "sang-ten-xe"},
                    question{"em ở trọ, hộ khẩu dưới Cà Mau thì nộp ở đâu", "thanh-lap-ho-kinh-doanh",
                             "where", "thanh-lap-ho-kinh-doanh"},
                    question{"à nếu tôi chỉ tạm trú thôi thì sao", "dang-ky-tam-tru", "",
                             "dang-ky-thuong-tru"},
                    question{"em chỉ tạm trú thôi, hk ở Nghệ An", "dang-ky-xe-moi", "", "dang-ky-xe-moi"},
                    question{"lệ phí nhiêu, nộp trên vneid được không", "trich-luc-ho-tich", "fee online",
                             "trich-luc-ho-tich"},
                    question{"bé sanh mổ ở bệnh viện huyện", "khai-sinh", "", "khai-sinh"}));

INSTANTIATE_TEST_SUITE_P(
    TakenBack, FollowsUp,
    testing::Values(question{"không phải rớt, thẻ bị hư", "doi-can-cuoc", "", "cap-lai-can-cuoc"},
                    question{"khong phai, y toi la gia han them", "gia-han-tam-tru", "", "dang-ky-tam-tru"},
                    question{"sổ mất luôn rồi chứ không phải rách", "cap-lai-so-do", "", "cap-doi-so-do"},
                    question{"đâu phải đổi, tôi làm mất sổ luôn rồi", "cap-lai-so-do", "", "cap-doi-so-do"},
                    question{"không phải vậy, ý em là giấy độc thân", "xac-nhan-tinh-trang-hon-nhan", "",
                             "ket-hon"}));

INSTANTIATE_TEST_SUITE_P(
    BehindAnOpening, FollowsUp,
    testing::Values(
        question{"cảm ơn em, thế xin giấy độc thân thì nộp ở đâu", "xac-nhan-tinh-trang-hon-nhan", "where",
                 "khai-sinh"},
        question{"cam on nhieu nha, vay con tam vang thi sao", "khai-bao-tam-vang", "", "khai-sinh"},
        question{"hehe nói chơi thôi, sang tên xe máy cần gì", "sang-ten-xe", "documents", "ket-hon"},
        question{"thôi quay lại vụ khai tử, lệ phí bao nhiêu", "khai-tu", "fee", "ket-hon"},
        question{"giờ nói tiếp vụ xây nhà đi, bao lâu thì xong", "giay-phep-xay-dung-nha-o", "time",
                 "khai-sinh"},
        question{"roi tro lai khai sinh nha, can giay gi", "khai-sinh", "documents", "dang-ky-lai-khai-sinh"},
        question{"ok cảm ơn, còn lệ phí thì sao", "ket-hon", "fee", "ket-hon"},
        question{"đăng ký kết hôn cần giấy tờ gì", "ket-hon", "documents", "khai-sinh"},
        question{"dạ con cám ơn cô nhiều lắm", "cam-on", "", "khai-sinh"},
        question{"cam on nha, mai toi ghe", "cam-on", "", "khai-sinh"}));

TEST(Finder, AfterAskingBackTheChoicesAreTheContext) {
  const std::vector<std::string> offered{"cap-lai-so-do", "cap-lai-can-cuoc", "cap-lai-gplx"};
  for (const char* text : {"bằng lái", "cai bang lai xe may", "bằng lái đó em"}) {
    auto f = find().find(text, "", offered);
    EXPECT_EQ(f.topic(), "cap-lai-gplx") << text;
    EXPECT_EQ(f.what, verdict::sure) << text;
  }
  auto open = find().find("bao lâu", "", offered);
  EXPECT_EQ(open.what, verdict::choose);
  EXPECT_EQ(open.topic(), offered.front());
  EXPECT_EQ(find().find("bn tiền vậy", "", std::vector<std::string>{"cap-lai-gplx", "doi-gplx"}).topic(),
            "cap-lai-gplx");
  for (const auto& c : open.candidates) EXPECT_THAT(offered, testing::Contains(c.topic));
  EXPECT_EQ(find().find("còn khai sinh cho con thì sao", "", offered).topic(), "khai-sinh");
}

TEST(Finder, AnUnknownContextIsNoContext) {
  EXPECT_EQ(find().find("còn lệ phí?", "khong-co-chu-de-nay"), find().find("còn lệ phí?"));
}

TEST_P(Alarms, DangerComesBeforeEverythingElse) {
  auto f = find().find(GetParam().text, "khai-sinh");
  EXPECT_EQ(f.topic(), GetParam().topic);
  EXPECT_EQ(f.kind, topic_kind::emergency);
  EXPECT_EQ(f.what, verdict::sure);
}

INSTANTIATE_TEST_SUITE_P(
    Finder, Alarms,
    testing::Values(question{"cháy nhà rồi cứu với", "khan-cap-chay"},
                    question{"nha toi dang chay", "khan-cap-chay"},
                    question{"tôi không muốn sống nữa", "khan-cap-tu-tu"},
                    question{"làm khai sinh cho con ở đâu, mà tôi muốn chết quá", "khan-cap-tu-tu"},
                    question{"chồng em đang đánh em", "khan-cap-bao-luc"},
                    question{"nó cầm dao đòi chém cả nhà", "khan-cap-bao-luc"},
                    question{"ba tôi bị đột quỵ rồi làm sao", "khan-cap-y-te"},
                    question{"hàng xóm sàm sỡ con gái tôi", "khan-cap-tre-em"},
                    question{"tối qua chồng đánh, giờ nó đòi giết tôi", "khan-cap-bao-luc"},
                    question{"từ hôm qua tới giờ má tôi khó thở lắm", "khan-cap-y-te"},
                    question{"nha ben canh dang chay lon lam", "khan-cap-chay"},
                    question{"xi gas roi lam sao day", "khan-cap-chay"},
                    question{"có đứa nhỏ rớt xuống giếng rồi cứu với", "khan-cap-chay"},
                    question{"nhà tui đang cháy, giấy tờ trong đó hết rồi", "khan-cap-chay"},
                    question{"cháy nhà rồi, sổ đỏ còn trong tủ, cứu với", "khan-cap-chay"},
                    question{"bé nuốt đồng xu nghẹt thở rồi", "khan-cap-y-te"},
                    question{"con toi bi co giat tim tai roi", "khan-cap-y-te"},
                    question{"vợ em bể ối rồi cần giấy tờ gì đi bệnh viện", "khan-cap-y-te"},
                    question{"má tôi đang co giật, thẻ bảo hiểm để ở nhà", "khan-cap-y-te"},
                    question{"ck e dang danh e cuu e vs", "khan-cap-bao-luc"},
                    question{"co trom trong nha cuu voi", "khan-cap-bao-luc"},
                    question{"ck dang danh e e mun lam don ly hon", "khan-cap-bao-luc"},
                    question{"nó đang cầm dao đòi giết tôi, tôi tố cáo ở đâu", "khan-cap-bao-luc"},
                    question{"bạn trai cũ dọa tạt axit em", "khan-cap-bao-luc"},
                    question{"em k mun song nua", "khan-cap-tu-tu"},
                    question{"minh chi muon ket thuc tat ca", "khan-cap-tu-tu"},
                    question{"e hk thiet song nua dau", "khan-cap-tu-tu"},
                    question{"tuần trước em rạch tay, giờ em vẫn muốn chết", "khan-cap-tu-tu"},
                    question{"chau be bi xam hai", "khan-cap-tre-em"},
                    question{"co giao tat be sung mat", "khan-cap-tre-em"},
                    question{"ông hàng xóm dụ con bé vô nhà làm bậy", "khan-cap-tre-em"}));

TEST_P(Calm, WhatIsOverOrMeantOtherwiseRaisesNoAlarm) {
  EXPECT_NE(find().find(GetParam()).kind, topic_kind::emergency) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Finder, Calm,
    testing::Values(
        "tuần trước nhà tôi bị cháy, giấy tờ cháy hết, làm lại căn cước ở đâu",
        "xin giấy phép phòng cháy chữa cháy", "bị cướp giật túi mất căn cước, làm lại ở đâu",
        "ba tôi bị đột quỵ năm ngoái, giờ làm giấy ủy quyền sao", "cha tôi tự tử tháng trước, khai tử ở đâu",
        "giấy báo tử", "bảo hiểm cháy nổ", "tức muốn chết, làm có tờ giấy mà đi ba lần",
        "hồi xưa bị tai nạn nên mất giấy tờ xe, xin cấp lại ở đâu",
        "nhà bị cháy năm ngoái mất sổ đỏ, làm lại sao",
        "chong toi mat vi tai nan giao thong gio lam giay khai tu o dau",
        "tháng trước chồng đánh em, em muốn làm đơn tố cáo",
        "con tôi bị đuối nước mất hôm qua, làm giấy khai tử sao",
        "cháu tôi bị tai nạn gãy chân, xin giấy xác nhận khuyết tật",
        "cướp giật điện thoại có vneid thì khóa sao", "chờ giấy tờ lâu muốn chết luôn á",
        "trẻ em bị xâm hại thì giấy khai sinh có được đổi họ không",
        "cha dượng muốn nhận con riêng của vợ làm con nuôi",
        "bị bệnh khó thở mãn tính có được giấy khuyết tật không",
        "ông tôi nhồi máu cơ tim mất tháng trước, mai táng phí ra sao",
        "hàng xóm xây nhà làm nứt tường nhà tôi sợ sập nhà quá", "cho hỏi số điện thoại công an phường",
        "quán karaoke cần giấy phòng cháy không", "điện giật chết hồi tháng ba, giờ làm giấy báo tử trễ",
        "em sinh mổ ra máu nhiều nên giờ mới đi làm khai sinh cho bé được",
        "con tôi bị động kinh co giật từ nhỏ có được trợ cấp không", "đánh con là phạm luật không",
        "bố tôi uống thuốc sâu mất, làm giấy chứng tử",
        "bị lừa mua bán trẻ em hồi xưa giờ tìm lại cha mẹ ruột, nhận cha con",
        "đơn xin ly hôn vì bạo lực gia đình nộp đâu", "nhà tôi bị trộm lấy mất sổ đỏ, cấp lại sao",
        "rớt bóp xuống sông mất căn cước", "con tôi đang đánh vần, xin vào lớp một",
        "nhà tôi cháy hồi tết, tôi đang làm lại giấy tờ", "chồng tôi mất vì tai nạn, làm khai tử ở đâu",
        "bé bị bỏ rơi trước cổng chùa muốn khai sinh", "tố cáo hành vi dâm ô thì nộp đơn ở đâu",
        "mệt muốn chết, chờ có tờ giấy", "đang cháy túi không có tiền đóng lệ phí có được nợ không"));

TEST(Finder, OutOfScopeIsDeclinedAndNotAnswered) {
  for (const char* text : {"giá vàng hôm nay bao nhiêu", "dạy tôi nấu phở bò", "làm thơ về mùa thu đi"}) {
    auto f = find().find(text);
    bool answered = f.what == verdict::sure && f.kind != topic_kind::out_of_scope;
    EXPECT_FALSE(answered) << find().explain(text);
  }
}

TEST(Finder, ScoresAreSharesAndSorted) {
  auto f = find().find("tôi muốn làm giấy tờ đất cho con");
  ASSERT_FALSE(f.candidates.empty());
  EXPECT_LE(f.candidates.size(), 5U);
  double sum = 0;
  for (std::size_t i = 0; i < f.candidates.size(); ++i) {
    EXPECT_GE(f.candidates[i].score, 0);
    EXPECT_LE(f.candidates[i].score, 1);
    if (i > 0) EXPECT_LE(f.candidates[i].score, f.candidates[i - 1].score);
    sum += f.candidates[i].score;
  }
  EXPECT_LE(sum, 2.0);
}

TEST(Finder, ExplainNamesTheWords) {
  auto told = find().explain("mất căn cước làm lại ở đâu");
  EXPECT_NE(told.find("đọc thành: mất căn cước làm lại ở đâu"), std::string::npos) << told;
  EXPECT_NE(told.find("cap-lai-can-cuoc"), std::string::npos) << told;
  EXPECT_NE(told.find("nghiêng về"), std::string::npos) << told;
  EXPECT_NE(told.find("hỏi về: where"), std::string::npos) << told;
}

TEST(Finder, HostileTextCostsLittle) {
  std::string words;
  for (int i = 0; i < 20'000; ++i) words += "khai sinh dangkytamtru giaays ";
  std::string bytes;
  std::uint32_t seed = 3;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  for (const auto& text : {words, bytes, std::string(100'000, 'a'), std::string(100'000, '\xCC')}) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int round = 0; round < 5; ++round) {
      auto start = std::chrono::steady_clock::now();
      auto f = find().find(text, "khai-sinh");
      best = std::min(best, std::chrono::steady_clock::now() - start);
      EXPECT_LE(f.candidates.size(), 5U);
    }
    EXPECT_LT(best, std::chrono::milliseconds(50));  // an order above what a quiet machine needs
  }
}

TEST(Finder, TheSameLessonsMakeTheSameFinder) {
  std::vector<problem> problems;
  auto folder = std::filesystem::path(THANTHIEN_SOURCE_DIR) / "knowledge/content";
  auto again = library::load({folder}, problems);
  ASSERT_TRUE(again);
  for (const char* text : {"lam giay khai sinh", "sang tên sổ đỏ cho con", "ba tôi mất rồi giờ làm gì"})
    EXPECT_EQ(again->finder().find(text), find().find(text));
}

TEST(Finder, ASecondTopicInTheSameMessageIsNoticed) {
  for (const char* text : {"đăng ký kết hôn và làm lại căn cước bị mất thì cần gì",
                           "tôi muốn tách hộ với xin giấy phép xây nhà luôn"}) {
    auto f = find().find(text);
    EXPECT_EQ(f.what, verdict::sure) << find().explain(text);
    EXPECT_FALSE(f.second_topic.empty()) << find().explain(text);
    EXPECT_NE(f.second_topic, f.topic());
  }
  for (const char* text : {"đăng ký kết hôn cần giấy tờ gì và bao lâu",
                           "mất giấy đăng ký kết hôn rồi, giờ tòa đòi bản chính, xin lại kiểu gì"})
    EXPECT_EQ(find().find(text).second_topic, "") << text;
}
