#include "adapters/messenger/messenger.hpp"
#include "tests/adapters/describe.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace thanthien::tests {
namespace {

struct payload_case {
  std::string file;  ///< below payloads/messenger, without .json
  std::string read;  ///< as `describe` shows it
};

void PrintTo(const payload_case& c, std::ostream* out) { *out << c.file; }

adapters::messenger page() {
  return adapters::messenger({.app_id = "1170000000000031",
                              .app_secrets = {"khoa-thu"},
                              .verify_token = "ma",
                              .accounts = {"104500000000001"}});
}

const std::vector<payload_case> cases{
    // clang-format off
    {"account_linking",
     "other person=24680000000011 id=item:# at=1790000000300\n"},
    {"app_roles",
     "other person= id=item:# at=1790000000300\n"},
    {"attachment_appointment",
     "message person=24680000000011 id=m_ap1 at=1790000000300 [other] refers=m_ap1\n"},
    {"attachment_audio",
     "message person=24680000000011 id=m_au1 at=1790000000300 [audio url=https://cdn.example/a.mp4] refers=m_au1\n"},
    {"attachment_fallback",
     "message person=24680000000011 id=m_fb1 at=1790000000300 text=https://dvc.example.vn/ [link url=https://dvc.example.vn/ name=Cổng dịch vụ công] refers=m_fb1\n"},
    {"attachment_file",
     "message person=24680000000011 id=m_fi1 at=1790000000300 [file url=https://cdn.example/don.pdf] refers=m_fi1\n"},
    {"attachment_ig_post",
     "message person=24680000000011 id=m_ig1 at=1790000000300 [link url=https://ig.example/p/1] refers=m_ig1\n"},
    {"attachment_image",
     "message person=24680000000011 id=m_im1 at=1790000000300 text=Giấy này có dùng được không? [image url=https://scontent.example/anh.jpg?oh=1] refers=m_im1\n"},
    {"attachment_location",
     "message person=24680000000011 id=m_lo1 at=1790000000300 [location name=Nhà tôi place=10.9574,106.843] refers=m_lo1\n"},
    {"attachment_location_text",
     "message person=24680000000011 id=m_lo2 at=1790000000300 [location place=10.9574,106.843] refers=m_lo2\n"},
    {"attachment_odd",
     "message person=24680000000011 id=m_od1 at=1790000000300 [other] [other] [other] [other] refers=m_od1\n"},
    {"attachment_payload_missing",
     "message person=24680000000011 id=m_pm1 at=1790000000300 [image] refers=m_pm1\n"},
    {"attachment_payload_null",
     "message person=24680000000011 id=m_pn1 at=1790000000300 [video] refers=m_pn1\n"},
    {"attachment_reel",
     "message person=24680000000011 id=m_re1 at=1790000000300 [link url=/reel/123456/ name=Phiên chợ] refers=m_re1\n"},
    {"attachment_sticker",
     "message person=24680000000011 id=m_st1 at=1790000000300 [sticker url=https://cdn.example/s.png] refers=m_st1\n"},
    {"attachment_sticker_old",
     "message person=24680000000011 id=m_st3 at=1790000000300 [sticker] refers=m_st3\n"},
    {"attachment_sticker_twice",
     "message person=24680000000011 id=m_st2 at=1790000000300 [sticker url=https://cdn.example/s.png] refers=m_st2\n"},
    {"attachment_template",
     "message person=24680000000011 id=m_te1 at=1790000000300 [other name=Thẻ] refers=m_te1\n"},
    {"attachment_unknown",
     "message person=24680000000011 id=m_un1 at=1790000000300 [other] refers=m_un1\n"},
    {"attachment_video",
     "message person=24680000000011 id=m_vi1 at=1790000000300 [video url=https://cdn.example/v.mp4] refers=m_vi1\n"},
    {"bad_utf8",
     "message person=24680000000011 id=m_bu1 at=1790000000300 text=x��y �( ��� à refers=m_bu1\n"},
    {"batch_with_bad_items",
     "message person=24680000000011 id=m_ba1 at=1790000000300 text=một refers=m_ba1\n"
     "message person=24680000000011 id=m_ba2 at=1790000000300 text=hai refers=m_ba2\n"
     "other person=24680000000011 id=m_ba3 at=1790000000300 text=ba refers=m_ba3\n"
     "message person=24680000000011 id=m_ba5 at=1790000000300 text=năm refers=m_ba5\n"
     "unreadable: Một phần tử của “messaging” không phải một đối tượng\n"
     "unreadable: Nội dung tin nhắn không phải chữ\n"},
    {"changes",
     "other person= id=item:# at=1790000000500\n"},
    {"deleted",
     "deleted person=24680000000011 id=deleted:m_txt1 at=1790000000300 refers=m_txt1\n"},
    {"deleted_text_flag",
     "deleted person=24680000000011 id=deleted:m_txt2 at=1790000000300 refers=m_txt2\n"},
    {"delivery",
     "delivered person=24680000000011 id=delivered:m_bot1 at=1790000000500 refers=m_bot1 until=1790000000200\n"
     "delivered person=24680000000011 id=delivered:m_bot2 at=1790000000500 refers=m_bot2 until=1790000000200\n"},
    {"delivery_without_mids",
     "delivered person=24680000000011 id=item:# at=1790000000500 until=1790000000200\n"},
    {"echo_flag_missing",
     "staff_message person=24680000000011 id=m_ec8 at=1790000000300 text=Trang gửi nhưng không có cờ refers=m_ec8\n"},
    {"echo_not_swapped",
     "staff_message person=24680000000011 id=m_ec7 at=1790000000300 text=Người gửi bị ghi là người dân refers=m_ec7\n"},
    {"echo_other_app",
     "staff_message person=24680000000011 id=m_ec5 at=1790000000300 text=Tin từ phần mềm khác refers=m_ec5 by=Ứng dụng 556677\n"},
    {"echo_own_app",
     "own_echo person=24680000000011 id=m_ec1 at=1790000000300 text=Dạ, 7h30 đến 17h ạ. refers=m_ec1\n"},
    {"echo_own_app_text",
     "own_echo person=24680000000011 id=m_ec2 at=1790000000300 text=Dạ. refers=m_ec2\n"},
    {"echo_own_metadata",
     "own_echo person=24680000000011 id=m_ec3 at=1790000000300 text=Dạ. refers=m_ec3\n"},
    {"echo_page_inbox",
     "staff_message person=24680000000011 id=m_ec4 at=1790000000300 text=Chào bác, cháu là Hạnh. refers=m_ec4 by=Hộp thư trang\n"},
    {"echo_without_app",
     "staff_message person=24680000000011 id=m_ec6 at=1790000000300 text=Cán bộ trả lời từ điện thoại [image url=https://cdn.example/b.jpg] refers=m_ec6\n"},
    {"echo_without_recipient",
     "unreadable: Tin của trang không ghi gửi cho ai\n"},
    {"edit",
     "edited person=24680000000011 id=edited:m_txt1:2 at=1790000000300 text=Cho hỏi giờ làm việc thứ bảy? refers=m_txt1\n"},
    {"entry_null",
     "unreadable: Trường “entry” không phải một danh sách\n"},
    {"entry_odd",
     "unreadable: Trường “messaging” không phải một danh sách\n"
     "unreadable: Một phần tử của “messaging” không phải một đối tượng\n"
     "unreadable: Một phần tử của “entry” không phải một đối tượng\n"},
    {"ids_are_numbers",
     "message person=24680000000011 id=7001 at=1790000000300 text=số refers=7001\n"},
    {"lone_surrogates",
     "message person=24680000000011 id=m_ls1 at=1790000000300 text=a� b� c�👋 d�e refers=m_ls1\n"},
    {"message_attachments_object",
     "unreadable: Danh sách tệp đính kèm không phải một danh sách\n"},
    {"message_empty",
     "message person=24680000000011 id=m_em1 at=1790000000300 [other] refers=m_em1\n"},
    {"message_is_text",
     "unreadable: Trường “message” không phải một đối tượng\n"},
    {"message_text_null",
     "message person=24680000000011 id=m_tn1 at=1790000000300 [other] refers=m_tn1\n"},
    {"message_user_ref",
     "unreadable: Tin nhắn không ghi người gửi\n"},
    {"message_without_mid",
     "message person=24680000000011 id=item:# at=1790000000300 text=Không có mã tin\n"},
    {"message_without_sender",
     "unreadable: Tin nhắn không ghi người gửi\n"},
    {"messaging_feedback",
     "other person=24680000000011 id=item:# at=1790000000500\n"},
    {"object_missing",
     "unreadable: Thiếu trường “object”\n"},
    {"optin",
     "other person=24680000000011 id=item:# at=1790000000300\n"},
    {"optin_user_ref",
     "other person= id=item:# at=1790000000300\n"},
    {"order",
     "other person=24680000000011 id=item:# at=1790000000300\n"},
    {"other_object", ""},
    {"other_page", ""},
    {"pass_thread_control",
     "thread_returned person=24680000000011 id=item:# at=1790000000300 text=xong\n"},
    {"pass_thread_control_to_other",
     "thread_taken person=24680000000011 id=item:# at=1790000000300 by=Ứng dụng 4242\n"},
    {"policy_block",
     "account_notice person= id=item:# at=1790000000300 text=Meta đã chặn trang gửi tin: The page violated a policy.\n"},
    {"policy_warning",
     "account_notice person= id=item:# at=1790000000300 text=Meta cảnh báo trang\n"},
    {"postback",
     "message person=24680000000011 id=m_pb1 at=1790000000300 text=Gặp cán bộ payload=cmd:person refers=m_pb1\n"},
    {"postback_get_started",
     "opened person=24680000000011 id=m_gs1 at=1790000000300 payload=bang-qr-cong refers=m_gs1\n"},
    {"postback_without_mid",
     "message person=24680000000011 id=item:# at=1790000000300 text=Đất đai payload=topic:dat-dai\n"},
    {"quick_reply",
     "message person=24680000000011 id=m_qr1 at=1790000000300 text=Hộ tịch payload=topic:khai-sinh refers=m_qr1\n"},
    {"quick_reply_number",
     "message person=24680000000011 id=m_qr2 at=1790000000300 text=2 payload=12345 refers=m_qr2\n"},
    {"reaction",
     "reaction person=24680000000011 id=item:# at=1790000000300 text=❤ refers=m_bot1\n"},
    {"reaction_removed",
     "reaction person=24680000000011 id=item:# at=1790000000300 refers=m_bot1\n"},
    {"read",
     "read person=24680000000011 id=item:# at=1790000000300 until=1790000000250\n"},
    {"referral",
     "opened person=24680000000011 id=item:# at=1790000000300 payload=khai-sinh\n"},
    {"request_thread_control",
     "other person=24680000000011 id=item:# at=1790000000300\n"},
    {"response_feedback",
     "other person=24680000000011 id=item:# at=1790000000300\n"},
    {"standby_message",
     "other person=24680000000011 id=m_sb1 at=1790000000300 text=Chị Hạnh ơi refers=m_sb1\n"},
    {"standby_postback",
     "other person=24680000000011 id=m_sb2 at=1790000000300 text=Gặp cán bộ refers=m_sb2\n"},
    {"standby_read",
     "read person=24680000000011 id=item:# at=1790000000300 until=1790000000250\n"},
    {"standby_staff_echo",
     "staff_message person=24680000000011 id=m_sb3 at=1790000000300 text=Cháu nghe đây ạ refers=m_sb3 by=Hộp thư trang\n"},
    {"take_thread_control",
     "thread_taken person=24680000000011 id=item:# at=1790000000300 by=Hộp thư trang\n"},
    {"take_thread_control_bare",
     "thread_taken person=24680000000011 id=item:# at=1790000000300\n"},
    {"text",
     "message person=24680000000011 id=m_txt1 at=1790000000300 text=Cho hỏi giờ làm việc của xã? refers=m_txt1\n"},
    {"text_commands",
     "message person=24680000000011 id=m_cmd1 at=1790000000300 text=/menu refers=m_cmd1\n"},
    {"text_from_ad",
     "message person=24680000000011 id=m_ad1 at=1790000000300 text=Xin chào refers=m_ad1\n"},
    {"text_hop_context",
     "message person=24680000000011 id=m_hop1 at=1790000000300 text=Họ tên: Trần Thị Bưởi refers=m_hop1\n"},
    {"text_reply_to",
     "message person=24680000000011 id=mid.$cAAtxt2 at=1790000000300 text=cái này ạ refers=mid.$cAAtxt2\n"},
    {"timestamp_missing",
     "message person=24680000000011 id=m_ts2 at=1790000000500 text=không giờ refers=m_ts2\n"},
    {"timestamp_seconds",
     "message person=24680000000011 id=m_ts1 at=1790000000000 text=giây refers=m_ts1\n"},
    {"timestamp_senseless",
     "message person=24680000000011 id=m_ts3 at=0 text=giờ lạ refers=m_ts3\n"},
    {"unknown_kind",
     "other person=24680000000011 id=item:# at=1790000000300\n"},
    // clang-format on
};

class MessengerPayload : public testing::TestWithParam<payload_case> {};

TEST_P(MessengerPayload, IsReadAs) {
  const auto in = page().parse(payload("messenger/" + GetParam().file));
  EXPECT_EQ(describe(in), GetParam().read);
  for (const auto& e : in.events) {
    EXPECT_EQ(e.channel, dialogs::channel::messenger);
    EXPECT_EQ(e.account, "104500000000001");
    EXPECT_FALSE(e.id.empty());
    // Of several receipts in one item the first keeps it.
    EXPECT_TRUE(!e.raw.empty() || e.kind == dialogs::event_kind::delivered) << "the evidence is missing";
  }
}

INSTANTIATE_TEST_SUITE_P(All, MessengerPayload, testing::ValuesIn(cases),
                         [](const auto& at) { return at.param.file; });

TEST(MessengerPayloads, EveryFileHasItsCase) {
  std::set<std::string> files, named;
  for (const auto& f :
       std::filesystem::directory_iterator(THANTHIEN_SOURCE_DIR "/tests/adapters/payloads/messenger")) {
    files.insert(f.path().stem());
  }
  for (const auto& c : cases) named.insert(c.file);
  EXPECT_EQ(files, named);
}

TEST(MessengerPayloads, RedeliveryHasTheSameKeys) {
  for (const auto& c : cases) {
    const auto body = payload("messenger/" + c.file);
    const auto first = page().parse(body), again = page().parse(body);
    EXPECT_EQ(first.events, again.events) << c.file;
  }
}

TEST(MessengerPayloads, KeepAnItemAsItArrived) {
  const auto in = page().parse(payload("messenger/batch_with_bad_items"));
  ASSERT_EQ(in.events.size(), 4U);
  EXPECT_EQ(
      in.events[1].raw,
      R"({"sender":{"id":"24680000000011"},"recipient":{"id":"104500000000001"},"timestamp":1790000000300,)"
      R"("message":{"mid":"m_ba2","text":"hai"}})");
  ASSERT_EQ(in.quarantined.size(), 2U);
  EXPECT_NE(in.quarantined[1].raw.find(R"("text":42)"), std::string::npos);
}

TEST(MessengerPayloads, DoNotMultiplyInMemory) {
  std::string mids = "\"m0\"", nulls = "null";
  for (int i = 1; i < 4'000; ++i) mids += ",\"m" + std::to_string(i) + "\"";
  for (int i = 1; i < 4'000; ++i) nulls += ",null";
  const auto bytes = [](const adapters::inbound& in) {
    std::size_t sum = 0;
    for (const auto& e : in.events) sum += e.raw.size();
    for (const auto& q : in.quarantined) sum += q.raw.size();
    return sum;
  };
  const auto receipts =
      R"({"object":"page","entry":[{"id":"104500000000001","messaging":[{"sender":{"id":"2"},"delivery":{"mids":[)" +
      mids + R"(],"watermark":1790000000200}}]}]})";
  EXPECT_EQ(page().parse(receipts).events.size(), 4'000U);
  EXPECT_LE(bytes(page().parse(receipts)), receipts.size());
  const auto holes =
      R"({"object":"page","entry":[)" + nulls + R"(,{"id":"104500000000001","messaging":[)" + nulls + "]}]}";
  EXPECT_EQ(page().parse(holes).quarantined.size(), 2U);
  EXPECT_LE(bytes(page().parse(holes)), 2 * holes.size());
}

/// A batch as the platform may send it: a thousand updates, each in an entry of its own.
std::string batch_of(int count, int bad) {
  std::string body = R"({"object":"page","entry":[)";
  for (int i = 0; i < count; ++i) {
    const auto text = i == bad ? std::string("{}") : "\"câu hỏi số " + std::to_string(i) + "\"";
    body += (i > 0 ? "," : "") +
            (R"({"id":"104500000000001","time":1790000000500,"messaging":[{"sender":{"id":"2468)" +
             std::to_string(i) + R"("},"recipient":{"id":"104500000000001"},"timestamp":1790000000300,)" +
             R"("message":{"mid":"m_)" + std::to_string(i) + R"(","text":)" + text +
             R"(,"quick_reply":{"payload":"topic:khai-sinh"}}}]})");
  }
  return body + "]}";
}

TEST(MessengerPayloads, OneBadItemOfAThousandHurtsOnlyItself) {
  const auto in = page().parse(batch_of(1000, 500));
  EXPECT_EQ(in.events.size(), 999U);
  EXPECT_EQ(in.quarantined.size(), 1U);
}

TEST(MessengerPayloads, ServeOnlyTheirOwnPages) {
  const adapters::messenger nobody(adapters::messenger_settings{});
  EXPECT_TRUE(nobody.parse(payload("messenger/text")).events.empty());
}

}  // namespace
}  // namespace thanthien::tests
