#include "adapters/zalo/zalo.hpp"
#include "tests/adapters/describe.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace thanthien::tests {
namespace {

struct payload_case {
  std::string file;  ///< below payloads/zalo, without .json
  std::string read;  ///< as `describe` shows it
};

void PrintTo(const payload_case& c, std::ostream* out) { *out << c.file; }

adapters::zalo account() {
  return adapters::zalo({.app_id = "9007199254740993",
                         .oa_secret_keys = {"oa-secret-for-tests"},
                         .accounts = {"3355770099112244668"}});
}

const std::vector<payload_case> cases{
    // clang-format off
    {"add_user_to_tag",
     "other person= id=item:# at=1767225600123\n"},
    {"anonymous_send_text",
     "other person= id=anonymous_send_text:7e5c01 at=1767225600123\n"},
    {"array",
     "unreadable: Nội dung không phải một đối tượng JSON\n"},
    {"change_oa_daily_quota",
     "other person= id=item:# at=1767225600123\n"},
    {"change_template_status",
     "other person= id=item:# at=1767225600123\n"},
    {"console_probe", ""},
    {"create_group",
     "other person= id=item:# at=1767225600123\n"},
    {"event_name_missing",
     "unreadable: Thiếu trường “event_name”\n"},
    {"extension_purchased",
     "other person= id=item:# at=1767225600123\n"},
    {"follow",
     "opened person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"follow_without_person",
     "unreadable: Sự kiện không ghi người quan tâm\n"},
    {"ids_are_numbers",
     "message person=4400112233445566778 id=user_send_text:7e5a06 at=1767225600123 text=số refers=7e5a06\n"},
    {"message_null",
     "unreadable: Trường “message” không phải một đối tượng\n"},
    {"message_without_id",
     "message person=4400112233445566778 id=item:# at=1767225600123 text=không mã\n"},
    {"message_without_sender",
     "unreadable: Tin nhắn không ghi người gửi\n"},
    {"oa_reacted_message",
     "other person=4400112233445566778 id=oa_reacted_message:7e5a01:1767225600123 at=1767225600123\n"},
    {"oa_send_anonymous_text",
     "other person= id=oa_send_anonymous_text:c0ffee07 at=1767225600123\n"},
    {"oa_send_consent",
     "other person= id=item:# at=1767225600123\n"},
    {"oa_send_image_staff",
     "staff_message person=4400112233445566778 id=oa_send_image:c0ffee05 at=1767225600123 [image url=https://f.example.zdn.vn/b.jpg] refers=c0ffee05 by=8800112233\n"},
    {"oa_send_list",
     "own_echo person=4400112233445566778 id=oa_send_list:c0ffee06 at=1767225600123 [other] refers=c0ffee06\n"},
    {"oa_send_text",
     "own_echo person=4400112233445566778 id=oa_send_text:c0ffee01 at=1767225600123 text=Dạ, phường đã nhận ạ. refers=c0ffee01\n"},
    {"oa_send_text_staff",
     "staff_message person=4400112233445566778 id=oa_send_text:c0ffee04 at=1767225600123 text=Tôi là Hạnh, bộ phận một cửa. refers=c0ffee04 by=88001122334455\n"},
    {"other_account", ""},
    {"parties_are_texts",
     "message person=4400112233445566778 id=user_send_text:7e5a07 at=1767225600123 text=chuỗi refers=7e5a07\n"},
    {"short_timestamp",
     "message person=4400112233445566778 id=user_send_text:7e5a12 at=0 text=mười hai số refers=7e5a12\n"},
    {"text_is_object",
     "unreadable: Nội dung tin nhắn không phải chữ\n"},
    {"unfollow",
     "left person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"unknown_event",
     "other person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"update_user_info",
     "other person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"user_call_oa",
     "other person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"user_click_chatnow",
     "opened person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"user_feedback",
     "other person=4400112233445566778 id=user_feedback:c0ffee08:1767225600123 at=1767225600123\n"},
    {"user_reacted_message",
     "reaction person=4400112233445566778 id=user_reacted_message:c0ffee01:1767225600123 at=1767225600123 text=/-heart refers=c0ffee01\n"},
    {"user_received_message",
     "delivered person=4400112233445566778 id=user_received_message:c0ffee01 at=1767225600123 refers=c0ffee01\n"},
    {"user_received_message_phone",
     "delivered person=84911000333 id=user_received_message:c0ffee02 at=1767225600123 refers=c0ffee02\n"},
    {"user_reply_consent",
     "other person= id=item:# at=1767225600123\n"},
    {"user_seen_message",
     "read person=4400112233445566778 id=user_seen_message:c0ffee01 at=1767225600123 refers=c0ffee01\n"
     "read person=4400112233445566778 id=user_seen_message:c0ffee02 at=1767225600123 refers=c0ffee02\n"},
    {"user_seen_message_single",
     "read person=4400112233445566778 id=user_seen_message:c0ffee03 at=1767225600123 refers=c0ffee03\n"},
    {"user_send_audio",
     "message person=4400112233445566778 id=user_send_audio:7e5b06 at=1767225600123 [audio url=http://f.example.zadn.vn/a.amr] refers=7e5b06\n"},
    {"user_send_business_card",
     "message person=4400112233445566778 id=user_send_business_card:7e5b11 at=1767225600123 [contact url=https://zalo.example/c name=Lê Văn Chánh, 84911000111] refers=7e5b11\n"},
    {"user_send_business_card_broken",
     "message person=4400112233445566778 id=user_send_business_card:7e5b12 at=1767225600123 [contact name=Lê Văn Chánh] refers=7e5b12\n"},
    {"user_send_file",
     "message person=4400112233445566778 id=user_send_file:7e5b10 at=1767225600123 [file url=https://f.example.zdn.vn/d.pdf name=don.pdf] refers=7e5b10\n"},
    {"user_send_gif",
     "message person=4400112233445566778 id=user_send_gif:7e5b03 at=1767225600123 [image url=https://f.example.zdn.vn/a.gif] refers=7e5b03\n"},
    {"user_send_group_text",
     "other person= id=user_send_group_text:7e5d01 at=1767225600123\n"},
    {"user_send_hologram",
     "message person=4400112233445566778 id=user_send_hologram:7e5b13 at=1767225600123 [other] refers=7e5b13\n"},
    {"user_send_image",
     "message person=4400112233445566778 id=user_send_image:7e5b01 at=1767225600123 text=giấy này được không [image url=https://f.example.zdn.vn/a.jpg] refers=7e5b01\n"},
    {"user_send_image_empty",
     "message person=4400112233445566778 id=user_send_image:7e5b14 at=1767225600123 [other] refers=7e5b14\n"},
    {"user_send_image_null_payload",
     "message person=4400112233445566778 id=user_send_image:7e5b15 at=1767225600123 [image] refers=7e5b15\n"},
    {"user_send_image_photo",
     "message person=4400112233445566778 id=user_send_image:7e5b02 at=1767225600123 [image url=https://f.example.zdn.vn/t.jpg] refers=7e5b02\n"},
    {"user_send_link",
     "message person=4400112233445566778 id=user_send_link:7e5b05 at=1767225600123 text=https://dvc.example.vn/ [link url=https://dvc.example.vn/ name=Cổng dịch vụ công] refers=7e5b05\n"},
    {"user_send_location",
     "message person=4400112233445566778 id=user_send_location:7e5b08 at=1767225600123 [location name=Phường Trấn Biên place=10.9574,106.843] refers=7e5b08\n"},
    {"user_send_location_bare",
     "message person=4400112233445566778 id=user_send_location:7e5b09 at=1767225600123 [location] refers=7e5b09\n"},
    {"user_send_sticker",
     "message person=4400112233445566778 id=user_send_sticker:7e5b04 at=1767225600123 [sticker url=https://f.example.zdn.vn/s.png] refers=7e5b04\n"},
    {"user_send_text",
     "message person=4400112233445566778 id=user_send_text:7e5a10c4d2f983b6a1c0 at=1767225600123 text=Làm căn cước cho con cần gì? refers=7e5a10c4d2f983b6a1c0\n"},
    {"user_send_text_bare_prefix",
     "message person=4400112233445566778 id=user_send_text:7e5a03 at=1767225600123 text=#tt: refers=7e5a03\n"},
    {"user_send_text_button",
     "message person=4400112233445566778 id=user_send_text:7e5a02 at=1767225600123 payload=topic:khai-sinh refers=7e5a02\n"},
    {"user_send_text_empty",
     "message person=4400112233445566778 id=user_send_text:7e5a04 at=1767225600123 refers=7e5a04\n"},
    {"user_send_text_from_oa",
     "own_echo person=4400112233445566778 id=user_send_text:7e5a08 at=1767225600123 text=OA tự gửi refers=7e5a08\n"},
    {"user_send_text_old_id_names",
     "message person=4400112233445566778 id=user_send_text:7e5a05 at=1767225600123 text=tên trường cũ refers=7e5a05\n"},
    {"user_send_text_quote",
     "message person=4400112233445566778 id=user_send_text:7e5a01 at=1767225600123 text=còn cái này refers=7e5a01\n"},
    {"user_send_video",
     "message person=4400112233445566778 id=user_send_video:7e5b07 at=1767225600123 [video url=https://f.example.zdn.vn/v.mp4] refers=7e5b07\n"},
    {"user_submit_info",
     "message person=4400112233445566778 id=item:# at=1767225600123 [contact name=Phạm Thị Mận, 84911000222, 12 đường Số 3]\n"},
    {"user_submit_info_swapped",
     "message person=4400112233445566778 id=item:# at=1767225600123 [contact name=Phạm Thị Mận, 84911000222, 12 đường Số 3, Tam Hiệp, Đồng Nai]\n"},
    {"user_withdraw",
     "erase_request person=4400112233445566778 id=item:# at=1767225600123\n"},
    {"widget_interaction_accepted",
     "other person=4400112233445566778 id=item:# at=1767225600123\n"},
    // clang-format on
};

class ZaloPayload : public testing::TestWithParam<payload_case> {};

TEST_P(ZaloPayload, IsReadAs) {
  const auto in = account().parse(payload("zalo/" + GetParam().file));
  EXPECT_EQ(describe(in), GetParam().read);
  for (const auto& e : in.events) {
    EXPECT_EQ(e.channel, dialogs::channel::zalo);
    EXPECT_EQ(e.account, "3355770099112244668");
    EXPECT_FALSE(e.id.empty());
    // Of several receipts in one event the first keeps it.
    if (e.kind != dialogs::event_kind::read) {
      EXPECT_EQ(e.raw, payload("zalo/" + GetParam().file));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ZaloPayload, testing::ValuesIn(cases),
                         [](const auto& at) { return at.param.file; });

TEST(ZaloPayloads, EveryFileHasItsCase) {
  std::set<std::string> files, named;
  for (const auto& f :
       std::filesystem::directory_iterator(THANTHIEN_SOURCE_DIR "/tests/adapters/payloads/zalo")) {
    files.insert(f.path().stem());
  }
  for (const auto& c : cases) named.insert(c.file);
  EXPECT_EQ(files, named);
}

TEST(ZaloPayloads, RedeliveryHasTheSameKeys) {
  for (const auto& c : cases) {
    const auto body = payload("zalo/" + c.file);
    EXPECT_EQ(account().parse(body).events, account().parse(body).events) << c.file;
  }
}

TEST(ZaloPayloads, ReceiptAndMessageOfOneIdAreTwoEvents) {
  const auto echo = account().parse(payload("zalo/oa_send_text")).events.at(0);
  const auto receipt = account().parse(payload("zalo/user_received_message")).events.at(0);
  EXPECT_EQ(echo.refers_to, receipt.refers_to);
  EXPECT_NE(echo.id, receipt.id);
}

}  // namespace
}  // namespace thanthien::tests
