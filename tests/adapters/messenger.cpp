#include "adapters/messenger/messenger.hpp"

#include "adapters/text.hpp"
#include "tests/adapters/describe.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thanthien::tests {
namespace {

using adapters::signature;
using adapters::utf16_units;
using kind = adapters::verdict::kind;
using json = nlohmann::json;

const std::string secret = "khoa-thu-0123456789abcdef";

adapters::messenger page(bool human_agent_tag = false) {
  return adapters::messenger({.app_id = "1170000000000031",
                              .app_secrets = {secret},
                              .verify_token = "ma-xac-minh",
                              .accounts = {"104500000000001"},
                              .human_agent_tag = human_agent_tag});
}

// ------------------------------------------------------------------------------------------------ signature

const std::string signed_body =
    R"({"object":"page","entry":[{"id":"900000000000001","time":1790000000123,"messaging":[{"sender":{"id":"7000000000000011"},)"
    R"("recipient":{"id":"900000000000001"},"timestamp":1790000000001,"message":{"mid":"m_tv1","text":"Xin ch\u00e0o \ud83d\udc4b https:\/\/a.vn\/b"}}]}]})";
const std::string right = "sha256=d53470efb74dfe7ce10fc7b5a25467c52d577e8b4c5893ab97a412399b290821";

signature check(const adapters::messenger& m, std::string_view body, const std::string& header) {
  return m.verify(call_with(body, "X-Hub-Signature-256", header));
}

TEST(MessengerSignature, IsOverTheRawBytes) {
  ASSERT_EQ(signed_body.size(), 267U);
  EXPECT_EQ(check(page(), signed_body, right), signature::valid);
  const std::string again = json::parse(signed_body).dump();
  EXPECT_EQ(check(page(), again, right), signature::wrong);
  EXPECT_EQ(
      check(page(), signed_body, "sha256=5af360edc27d5b40e3170be2f678ff2f36df90042e9b99073408f4cd6ec8411a"),
      signature::wrong);
}

TEST(MessengerSignature, RefusesEveryOtherForm) {
  EXPECT_EQ(check(page(), signed_body, ""), signature::absent);
  const auto digits = right.substr(7);
  for (const auto& header : {digits, "sha1=" + digits, "SHA256=" + digits, right + "0", right.substr(0, 70),
                             right + " ", "sha256=" + std::string(64, 'z'), std::string("sha256=")}) {
    EXPECT_EQ(check(page(), signed_body, header), signature::wrong) << header;
  }
  auto changed = signed_body;
  changed.back() = ' ';
  EXPECT_EQ(check(page(), changed, right), signature::wrong);
  EXPECT_EQ(page().verify(call_with(signed_body, "X-Hub-Signature", right)), signature::absent)
      << "the old SHA-1 header counts for nothing";
}

TEST(MessengerSignature, AcceptsOldAndNewSecretDuringAChange) {
  const adapters::messenger both(
      {.app_id = "1", .app_secrets = {"khoa-moi", "", secret}, .verify_token = {}, .accounts = {}});
  EXPECT_EQ(check(both, signed_body, right), signature::valid);
}

TEST(MessengerSignature, IsNeverCheckedAgainstNothing) {
  // HMAC-SHA256 of the empty text with an empty key: what a careless check would accept.
  const std::string empty = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  for (const std::vector<std::string>& none : {std::vector<std::string>{}, {""}}) {
    const adapters::messenger m({.app_id = "1", .app_secrets = none, .verify_token = {}, .accounts = {}});
    EXPECT_EQ(check(m, "", empty), signature::no_secret);
  }
}

// ------------------------------------------------------------------------------------------------ handshake,
// deletion

using query = std::vector<std::pair<std::string, std::string>>;

TEST(MessengerChallenge, IsEchoedForTheRightTokenOnly) {
  const query good{
      {"hub.mode", "subscribe"}, {"hub.verify_token", "ma-xac-minh"}, {"hub.challenge", "1790012345"}};
  EXPECT_EQ(page().challenge(good), "1790012345");
  for (const std::size_t part : {0U, 1U, 2U}) {
    auto missing = good;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(part));
    EXPECT_EQ(page().challenge(missing), std::nullopt) << good[part].first;
    auto other = good;
    other[part].second = part == 2 ? std::string(300, '1') : "khac";
    EXPECT_EQ(page().challenge(other), std::nullopt) << good[part].first;
  }
  auto words = good;
  words[2].second = "CHALLENGE_ACCEPTED";
  EXPECT_EQ(page().challenge(words), "CHALLENGE_ACCEPTED");
  words[2].second = "<b>\n";
  EXPECT_EQ(page().challenge(words), std::nullopt);
  const adapters::messenger unset(adapters::messenger_settings{});
  EXPECT_EQ(unset.challenge({{"hub.mode", "subscribe"}, {"hub.verify_token", ""}, {"hub.challenge", "1"}}),
            std::nullopt);
}

TEST(MessengerDeletion, ReadsOnlyWhatWeSigned) {
  const std::string request =
      "PiYmius3wxTGeyc0IjMtOZ4tcX6FO8LVjJ4HXL76l0Y."
      "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImV4cGlyZXMiOjE3OTAwMDM2MDAsImlzc"
      "3VlZF9hdCI6MTc5MDAwMDAwMCwidXNlcl9pZCI6IjIxODQ3MTAwMDAwMDAwMSJ9";
  const auto got = page().read_signed_request(request);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->user_id, "218471000000001");
  EXPECT_EQ(got->issued_at.time_since_epoch().count(), 1790000000000);
  auto forged = request;
  forged[0] = 'Q';
  EXPECT_FALSE(page().read_signed_request(forged));
  forged = request;
  forged.back() = '8';
  EXPECT_FALSE(page().read_signed_request(forged));
  for (const char* bad : {"", ".", "a.b", "PiYmius3wxTGeyc0IjMtOZ4tcX6FO8LVjJ4HXL76l0Y", "=.="}) {
    EXPECT_FALSE(page().read_signed_request(bad)) << bad;
  }
}

// ------------------------------------------------------------------------------------------------ render

std::vector<json> bodies(const dialogs::reply& what, bool tag = false) {
  std::vector<json> out;
  for (const auto& r : page(tag).render(what, "104500000000001", "24680000000011")) {
    EXPECT_EQ(r.method, "POST");
    EXPECT_EQ(r.path, "/104500000000001/messages");
    out.push_back(json::parse(r.body));
  }
  return out;
}

dialogs::reply says(std::string text, std::vector<dialogs::choice> choices = {}) {
  dialogs::reply r;
  r.text = std::move(text);
  r.choices = std::move(choices);
  return r;
}

std::vector<dialogs::choice> topics(int count, std::string_view title = "Thủ tục") {
  std::vector<dialogs::choice> out;
  for (int i = 1; i <= count; ++i)
    out.push_back({std::string(title) + " " + std::to_string(i), "t:" + std::to_string(i), ""});
  return out;
}

std::string long_text(std::size_t units) {
  std::string out;
  while (utf16_units(out) + 30 < units) out += "Bà con mang theo giấy tờ gốc. ";
  return out + std::string(units - utf16_units(out), 'x');
}

TEST(MessengerRender, SendsATextAsAResponse) {
  EXPECT_EQ(bodies(says("Dạ, 7h30 đến 17h ạ.")),
            std::vector<json>{json::parse(R"({"recipient":{"id":"24680000000011"},"messaging_type":"RESPONSE",
              "message":{"text":"Dạ, 7h30 đến 17h ạ.","metadata":"thanthien"}})")});
  EXPECT_TRUE(bodies(says("")).empty());
}

TEST(MessengerRender, TagsOfficersOnlyWhenAllowed) {
  auto reply = says("Tôi là Hạnh.");
  reply.from = dialogs::reply::author::officer;
  EXPECT_EQ(bodies(reply).at(0)["messaging_type"], "RESPONSE");
  EXPECT_EQ(bodies(reply, true).at(0)["messaging_type"], "MESSAGE_TAG");
  EXPECT_EQ(bodies(reply, true).at(0)["tag"], "HUMAN_AGENT");
  EXPECT_EQ(bodies(says("Máy trả lời"), true).at(0)["messaging_type"], "RESPONSE") << "never for the bot";
}

TEST(MessengerRender, OffersUpToThirteenQuickReplies) {
  const auto sent = bodies(says("Bà con hỏi gì?", topics(13)));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["message"]["quick_replies"].size(), 13U);
  EXPECT_EQ(sent[0]["message"]["quick_replies"][0],
            json::parse(R"({"content_type":"text","title":"Thủ tục 1","payload":"t:1"})"));
  EXPECT_EQ(sent[0]["message"]["text"], "Bà con hỏi gì?");
}

TEST(MessengerRender, NumbersMoreThanThirteen) {
  const auto sent = bodies(says("Bà con hỏi gì?", topics(14)));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_FALSE(sent[0]["message"].contains("quick_replies"));
  EXPECT_TRUE(
      sent[0]["message"]["text"].get<std::string>().starts_with("Bà con hỏi gì?\n\n[1] Thủ tục 1\n[2] "));
  EXPECT_TRUE(sent[0]["message"]["text"].get<std::string>().ends_with("\n[14] Thủ tục 14"));
}

TEST(MessengerRender, CountsTitlesInNfc) {
  // Twenty letters, forty code points when decomposed.
  const std::string nfd =
      "o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o\u0302o"
      "\u0302o\u0302o\u0302o\u0302o\u0302o\u0302";
  const auto sent = bodies(says("Chọn:", {{nfd, "t:1", ""}}));
  EXPECT_EQ(utf16_units(sent.at(0)["message"]["quick_replies"][0]["title"].get<std::string>()), 20U);
}

TEST(MessengerRender, LetsNumbersBeTappedWhereTitlesAreTooLong) {
  const auto sent = bodies(says("Chọn:", topics(2, "Cấp lại giấy khai sinh số")));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["message"]["text"],
            "Chọn:\n\n[1] Cấp lại giấy khai sinh số 1\n[2] Cấp lại giấy khai sinh số 2");
  EXPECT_EQ(sent[0]["message"]["quick_replies"][1],
            json::parse(R"({"content_type":"text","title":"2","payload":"t:2"})"));
}

TEST(MessengerRender, MakesButtonsOfAddresses) {
  const std::vector<dialogs::choice> choices{{"Nộp trực tuyến", "", "https://dvc.example.vn/khai-sinh"},
                                             {"Gặp cán bộ", "cmd:person", ""}};
  const auto sent = bodies(says("Nộp hồ sơ ở đâu?", choices));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["message"],
            json::parse(R"({"metadata":"thanthien","attachment":{"type":"template","payload":{
    "template_type":"button","text":"Nộp hồ sơ ở đâu?","buttons":[
      {"type":"web_url","title":"Nộp trực tuyến","url":"https://dvc.example.vn/khai-sinh"},
      {"type":"postback","title":"Gặp cán bộ","payload":"cmd:person"}]}}})"));
}

TEST(MessengerRender, WritesAddressesAsLinesWhereButtonsDoNotFit) {
  std::vector<dialogs::choice> choices = topics(3);
  choices.push_back({"Cổng dịch vụ công", "", "https://dvc.example.vn"});
  const auto many = bodies(says("Chọn:", choices));
  EXPECT_EQ(many.at(0)["message"]["text"], "Chọn:\n\nCổng dịch vụ công: https://dvc.example.vn");
  EXPECT_EQ(many.at(0)["message"]["quick_replies"].size(), 3U);
  const auto wordy = bodies(says(long_text(641), {choices.back()}));
  EXPECT_TRUE(wordy.at(0)["message"]["text"].get<std::string>().ends_with(
      "Cổng dịch vụ công: https://dvc.example.vn"));
  EXPECT_FALSE(wordy.at(0)["message"].contains("attachment"));
  EXPECT_TRUE(bodies(says(long_text(640), {choices.back()})).at(0)["message"].contains("attachment"));
  const auto no_web = bodies(says("Gọi:", {{"Gọi phường", "", "tel:0251000000"}}));
  EXPECT_EQ(no_web.at(0)["message"]["text"], "Gọi:\n\nGọi phường: tel:0251000000");
}

TEST(MessengerRender, SplitsLongTextsAndOffersChoicesLast) {
  const auto text = long_text(5'000);
  const auto sent = bodies(says(text, topics(13)));
  ASSERT_GE(sent.size(), 3U);
  std::string all;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto part = sent[i]["message"]["text"].get<std::string>();
    EXPECT_LE(utf16_units(part), 1900U);
    EXPECT_EQ(sent[i]["message"].contains("quick_replies"), i + 1 == sent.size());
    all += (i > 0 ? " " : "") + part;
  }
  EXPECT_EQ(all, text);
}

TEST(MessengerRender, SurvivesBadBytesAndEmptyPayloads) {
  const auto sent = bodies(says("a\xFFz", {{"\xFE", "t:\xFD", ""}, {"", "", ""}}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["message"]["text"], "a\uFFFDz\n\n[1] \uFFFD\n[2]");
  EXPECT_EQ(bodies(says("", topics(1))).at(0)["message"]["text"], "Mời chọn:");
}

TEST(MessengerPlainText, TurnsChoicesIntoLines) {
  const auto plain = [&](const dialogs::reply& r) {
    const auto sent = page().render(r, "104500000000001", "1");
    const auto out = page().as_plain_text(sent.back());
    return out ? json::parse(out->body) : json();
  };
  EXPECT_EQ(plain(says("Chọn:", topics(2)))["message"],
            json::parse(R"({"text":"Chọn:\n\n[1] Thủ tục 1\n[2] Thủ tục 2","metadata":"thanthien"})"));
  EXPECT_EQ(plain(says("Chọn:",
                       {{"Cổng", "", "https://a.vn"}, {"Gặp cán bộ", "cmd:person", ""}}))["message"]["text"],
            "Chọn:\n\nCổng: https://a.vn\n[1] Gặp cán bộ");
  EXPECT_EQ(plain(says("Chọn:", topics(2, "Cấp lại giấy khai sinh số")))["message"]["text"],
            "Chọn:\n\n[1] Cấp lại giấy khai sinh số 1\n[2] Cấp lại giấy khai sinh số 2")
      << "not numbered twice";
  EXPECT_EQ(plain(says("Không có nút")), json());
  EXPECT_LE(utf16_units(plain(says(long_text(1'900), topics(13)))["message"]["text"].get<std::string>()),
            1900U);
}

TEST(MessengerPlainText, HasNothingForWhatIsPlain) {
  const auto sent = page().render(says("Chọn:", topics(2)), "1", "1");
  const auto once = page().as_plain_text(sent[0]);
  ASSERT_TRUE(once);
  EXPECT_EQ(page().as_plain_text(*once), std::nullopt);
  EXPECT_EQ(page().as_plain_text({"POST", "/x", "không phải json"}), std::nullopt);
}

TEST(MessengerAuthorise, KeepsTheTokenOutOfTheAddress) {
  const auto [path, headers] = page().authorise({"POST", "/1/messages", "{}"}, {"EAATEST-token", secret});
  EXPECT_EQ(path,
            "/1/messages?appsecret_proof=28c4c5fcc1759ebe640d901e3723900e75bd068013a6d5c0197738a2bfe6148d");
  EXPECT_EQ(headers, (adapters::header_list{{"Content-Type", "application/json"},
                                            {"Authorization", "Bearer EAATEST-token"}}));
  EXPECT_TRUE(page()
                  .authorise({"GET", "/me?fields=id", ""}, {"t", "s"})
                  .first.starts_with("/me?fields=id&appsecret_proof="));
  EXPECT_EQ(page().authorise({"POST", "/1/messages", "{}"}, {"t", ""}).first, "/1/messages");
}

// ------------------------------------------------------------------------------------------------ judge

std::string error_body(int code, int subcode = 0) {
  json error{{"message", "x"}, {"type", "OAuthException"}, {"code", code}, {"fbtrace_id", "A"}};
  if (subcode != 0) error["error_subcode"] = subcode;
  return json{{"error", error}}.dump();
}

TEST(MessengerJudge, ReadsAcceptance) {
  const auto v = page().judge(200, {}, R"({"recipient_id":"24680000000011","message_id":"m_AG5"})");
  EXPECT_EQ(v.what, kind::accepted);
  EXPECT_EQ(v.message_id, "m_AG5");
  EXPECT_EQ(page().judge(200, {}, R"({"message_id":"m_1"})").what, kind::accepted);
}

TEST(MessengerJudge, DecidesByCodeThenSubcode) {
  struct row {
    int code, subcode;
    kind what;
  };
  const std::vector<row> table{{1, 0, kind::retry},
                               {2, 0, kind::retry},
                               {1, 99, kind::stop_account},
                               {2, 2018344, kind::failed},
                               {1, 1357046, kind::uncertain},
                               {4, 0, kind::retry},
                               {4, 2018354, kind::retry},
                               {17, 0, kind::retry},
                               {32, 0, kind::retry},
                               {341, 0, kind::retry},
                               {613, 0, kind::retry},
                               {613, 2534040, kind::retry},
                               {613, 2018338, kind::stop_account},
                               {80006, 0, kind::retry},
                               {368, 0, kind::stop_account},
                               {1200, 0, kind::retry},
                               {1200, 2018024, kind::retry},
                               {10, 2018278, kind::failed},
                               {10, 2018065, kind::failed},
                               {10, 2534022, kind::failed},
                               {10, 2018108, kind::failed},
                               {10, 1893063, kind::stop_account},
                               {10, 0, kind::stop_account},
                               {200, 0, kind::stop_account},
                               {230, 0, kind::stop_account},
                               {100, 0, kind::failed},
                               {100, 2018001, kind::failed},
                               {100, 2018008, kind::retry},
                               {100, 2018294, kind::retry},
                               {100, 2018047, kind::failed},
                               {100, 2018074, kind::failed},
                               {100, 2018109, kind::failed},
                               {100, 2018164, kind::failed},
                               {100, 2534037, kind::thread_elsewhere},
                               {100, 2018300, kind::thread_elsewhere},
                               {2018300, 0, kind::thread_elsewhere},
                               {10, 2018300, kind::thread_elsewhere},
                               {2018321, 0, kind::retry},
                               {190, 0, kind::stop_account},
                               {190, 463, kind::stop_account},
                               {200, 1545041, kind::failed},
                               {551, 0, kind::failed},
                               {551, 1545041, kind::failed},
                               {200, 2018028, kind::stop_account},
                               {2018027, 0, kind::stop_account},
                               {100, 2018218, kind::failed},
                               {100, 2018247, kind::failed},
                               {9000001, 0, kind::failed}};
  for (const auto& r : table) {
    for (const int status : {400, 403, 500, 200}) {
      const auto v = page().judge(status, {}, error_body(r.code, r.subcode));
      EXPECT_EQ(to_string(v.what), to_string(r.what))
          << r.code << "/" << r.subcode << " with HTTP " << status;
      EXPECT_FALSE(v.why.empty()) << r.code;
      EXPECT_EQ(v.code, std::to_string(r.code) + (r.subcode == 0 ? "" : "/" + std::to_string(r.subcode)));
    }
  }
}

TEST(MessengerJudge, FallsBackToTheStatus) {
  const auto of = [](int status, std::string_view body) {
    return to_string(page().judge(status, {}, body).what);
  };
  EXPECT_EQ(of(429, ""), "retry");
  EXPECT_EQ(of(500, ""), "uncertain");
  EXPECT_EQ(of(502, "<html>Bad gateway</html>"), "uncertain");
  EXPECT_EQ(of(503, error_body(77777)), "uncertain");
  EXPECT_EQ(of(400, error_body(77777)), "failed");
  EXPECT_EQ(of(200, error_body(77777)), "failed");
  EXPECT_EQ(of(401, ""), "stop_account");
  EXPECT_EQ(of(404, "x"), "failed");
  EXPECT_EQ(of(408, ""), "uncertain");
  EXPECT_EQ(of(302, ""), "failed");
  EXPECT_EQ(of(200, ""), "uncertain");
  EXPECT_EQ(of(200, "{}"), "uncertain");
  EXPECT_EQ(of(200, R"({"error":"odd","message_id":"m"})"), "uncertain");
  EXPECT_EQ(of(400, R"({"error":{"code":"190"}})"), "stop_account") << "a code may come as text";
}

TEST(MessengerJudge, WaitsAsLongAsThePlatformAsks) {
  using std::chrono::seconds;
  EXPECT_EQ(page().judge(429, {{"retry-after", "17"}}, "").wait, seconds(17));
  EXPECT_EQ(page().judge(400, {}, error_body(613)).wait, seconds(60));
  EXPECT_EQ(page().judge(400, {{"Retry-After", "300"}}, error_body(613)).wait, seconds(300));
  EXPECT_EQ(page().judge(400, {{"Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT"}}, error_body(613)).wait,
            seconds(60));
  const std::string usage =
      R"({"104500000000001":[{"type":"messenger","call_count":100,"total_cputime":3,"total_time":4,)"
      R"("estimated_time_to_regain_access":5}]})";
  EXPECT_EQ(page().judge(400, {{"X-Business-Use-Case-Usage", usage}}, error_body(80006)).wait, seconds(300));
  EXPECT_EQ(page().judge(400, {{"X-Business-Use-Case-Usage", "{broken"}}, error_body(80006)).wait,
            seconds(60));
  EXPECT_EQ(page().judge(400, {}, error_body(2)).wait, seconds(0)) << "the courier's own back-off";
}

}  // namespace
}  // namespace thanthien::tests
