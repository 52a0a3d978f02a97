#include "adapters/zalo/zalo.hpp"

#include "adapters/digest.hpp"
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

const std::string app = "9007199254740993";
const std::string key = "oa-secret-for-tests";

adapters::zalo account() {
  return adapters::zalo({.app_id = app, .oa_secret_keys = {key}, .accounts = {"3355770099112244668"}});
}

// ------------------------------------------------------------------------------------------------ signature

const std::string signed_body =
    R"({"event_name":"user_send_text","app_id":"9007199254740993","sender":{"id":"4400112233445566778"},"recipient":{"id":"3355770099112244668"},"message":{"msg_id":"7e5a10c4d2f983b6a1c0","text":"Cấp đổi căn cước cần giấy tờ gì ạ?"},"timestamp":"1767225600123","user_id_by_app":"5566778899001122334"})";
const std::string right = "2976d17e304408484a59234a0a1f710b80321c86c01e2926132edd5059a1df8b";

signature check(const adapters::zalo& z, std::string_view body, const std::string& header) {
  return z.verify(call_with(body, "X-ZEvent-Signature", header));
}

TEST(ZaloSignature, IsAPlainDigestOfRawBytes) {
  ASSERT_EQ(signed_body.size(), 311U);
  for (const auto& header :
       {"mac=" + right, "mac = " + right, right, "MAC=" + right,
        std::string("mac=2976D17E304408484A59234A0A1F710B80321C86C01E2926132EDD5059A1DF8B")}) {
    EXPECT_EQ(check(account(), signed_body, header), signature::valid) << header;
  }
  for (const auto& digits : {"b6f039a2072522bdb141f5a34dd9159724e01518eeea9b106f4e845993b49b7d",
                             "2d5e43fa84ac341571defc8e1972b19e9b5b1f5ef8e6038068757df542b9aa6c"}) {
    EXPECT_EQ(check(account(), signed_body, std::string("mac=") + digits), signature::wrong);
  }
  EXPECT_EQ(check(account(), signed_body + "\n", "mac=" + right), signature::wrong);
  EXPECT_EQ(check(account(), signed_body, "mac=" + right.substr(1)), signature::wrong);
  EXPECT_EQ(check(account(), signed_body, "mac="), signature::wrong);
  EXPECT_EQ(check(account(), signed_body, ""), signature::absent);
}

TEST(ZaloSignature, AgreesWithThePublishedVector) {
  EXPECT_EQ(adapters::sha256_hex("XBODY1234567890Y"),
            "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9");
}

std::string mac(const std::string& app_id, const std::string& body, const std::string& timestamp,
                const std::string& secret) {
  return "mac=" + adapters::sha256_hex(app_id + body + timestamp + secret);
}

TEST(ZaloSignature, NeedsOurApp) {
  const std::string other = R"({"app_id":"1","timestamp":"5"})", none = R"({"timestamp":"5"})",
                    two = R"({"app_id":"9007199254740993","app_id":"1","timestamp":"5"})";
  EXPECT_EQ(check(account(), other, mac(app, other, "5", key)), signature::wrong);
  EXPECT_EQ(check(account(), other, mac("1", other, "5", key)), signature::wrong);
  EXPECT_EQ(check(account(), none, mac(app, none, "5", key)), signature::wrong);
  EXPECT_EQ(check(account(), two, mac(app, two, "5", key)), signature::wrong);
}

TEST(ZaloSignature, HashesTheDigitsOfANumber) {
  const std::string body = R"({"app_id":9007199254740993,"timestamp":1767225600123})";
  EXPECT_EQ(check(account(), body, mac(app, body, "1767225600123", key)), signature::valid);
}

TEST(ZaloSignature, KnowsASignedBodyThatCannotBeRead) {
  const std::string deep = R"({"app_id":"9007199254740993","timestamp":"7","a":)" + std::string(50, '[') +
                           std::string(50, ']') + "}";
  const std::string cut = R"({"app_id":"9007199254740993","timestamp":"7","message":{"text":"nửa ch)";
  const std::string twice = R"({"app_id":"9007199254740993","timestamp":"7","timestamp":"8"})";
  for (const auto& body : {deep, cut}) {
    EXPECT_EQ(check(account(), body, mac(app, body, "7", key)), signature::valid);
    EXPECT_EQ(account().parse(body).quarantined.size(), 1U);
    EXPECT_EQ(account().parse(body).quarantined.at(0).raw, body);
  }
  EXPECT_EQ(check(account(), twice, mac(app, twice, "8", key)), signature::valid);
  EXPECT_EQ(check(account(), twice, mac(app, twice, "9", key)), signature::wrong);
}

TEST(ZaloSignature, AcceptsOldAndNewKeyDuringAChange) {
  const adapters::zalo both({.app_id = app, .oa_secret_keys = {"moi", key}, .accounts = {}});
  EXPECT_EQ(check(both, signed_body, "mac=" + right), signature::valid);
}

TEST(ZaloSignature, IsNeverCheckedAgainstNothing) {
  const adapters::zalo open({.app_id = app, .oa_secret_keys = {""}, .accounts = {}});
  EXPECT_EQ(check(open, signed_body, mac(app, signed_body, "1767225600123", "")), signature::no_secret);
  const adapters::zalo nameless({.app_id = "", .oa_secret_keys = {key}, .accounts = {}});
  const std::string body = R"({"app_id":"","timestamp":"5"})";
  EXPECT_EQ(check(nameless, body, mac("", body, "5", key)), signature::wrong);
}

// ------------------------------------------------------------------------------------------------ render

std::vector<json> bodies(const dialogs::reply& what) {
  std::vector<json> out;
  for (const auto& r : account().render(what, "3355770099112244668", "4400112233445566778")) {
    EXPECT_EQ(r.method, "POST");
    EXPECT_EQ(r.path, "/v3.0/oa/message/cs");
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

std::vector<dialogs::choice> topics(int count) {
  std::vector<dialogs::choice> out;
  for (int i = 1; i <= count; ++i)
    out.push_back({"Thủ tục " + std::to_string(i), "t:" + std::to_string(i), ""});
  return out;
}

TEST(ZaloRender, SendsAText) {
  EXPECT_EQ(
      bodies(says("Dạ, phường đã nhận ạ.")),
      std::vector<json>{json::parse(
          R"({"recipient":{"user_id":"4400112233445566778"},"message":{"text":"Dạ, phường đã nhận ạ."}})")});
  EXPECT_TRUE(bodies(says("")).empty());
}

TEST(ZaloRender, MakesButtonsThatAlsoStandInTheText) {
  const auto sent =
      bodies(says("Chọn:", {{"Hộ tịch", "topic:ho-tich", ""}, {"Cổng", "", "https://dvc.example.vn"}}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]["message"], json::parse(R"({"text":"Chọn:\n\n[1] Hộ tịch\nCổng: https://dvc.example.vn",
    "attachment":{"type":"template","payload":{"buttons":[
      {"title":"Hộ tịch","type":"oa.query.hide","payload":"#tt:topic:ho-tich"},
      {"title":"Cổng","type":"oa.open.url","payload":{"url":"https://dvc.example.vn"}}]}}})"));
}

TEST(ZaloRender, ButtonComesBackAsItsPayload) {
  const auto sent = bodies(says("Chọn:", topics(1)));
  const auto posted =
      sent.at(0)["message"]["attachment"]["payload"]["buttons"][0]["payload"].get<std::string>();
  const json event{{"app_id", app},
                   {"event_name", "user_send_text"},
                   {"timestamp", "1767225600123"},
                   {"sender", {{"id", "4400112233445566778"}}},
                   {"recipient", {{"id", "3355770099112244668"}}},
                   {"message", {{"msg_id", "a1"}, {"text", posted}}}};
  EXPECT_EQ(account().parse(event.dump()).events.at(0).payload, "t:1");
}

TEST(ZaloRender, NumbersMoreThanFive) {
  EXPECT_EQ(bodies(says("Chọn:", topics(5))).at(0)["message"]["attachment"]["payload"]["buttons"].size(), 5U);
  const auto six = bodies(says("Chọn:", topics(6)));
  EXPECT_FALSE(six.at(0)["message"].contains("attachment"));
  EXPECT_TRUE(six.at(0)["message"]["text"].get<std::string>().ends_with("\n[6] Thủ tục 6"));
}

TEST(ZaloRender, NumbersWhatIsTooLongForAButton) {
  for (const auto& c :
       {dialogs::choice{std::string(101, 'x'), "p", ""}, dialogs::choice{"x", std::string(997, 'p'), ""},
        dialogs::choice{"x", "", "javascript:alert(1)"}, dialogs::choice{"x", "", ""}}) {
    EXPECT_FALSE(bodies(says("Chọn:", {c, {"Hộ tịch", "t:1", ""}})).at(0)["message"].contains("attachment"));
  }
  EXPECT_TRUE(bodies(says("Chọn:", {{std::string(100, 'x'), std::string(996, 'p'), ""}}))
                  .at(0)["message"]
                  .contains("attachment"));
}

TEST(ZaloRender, SplitsAndPutsButtonsLast) {
  std::string text;
  while (utf16_units(text) < 5'000) text += "Người dân mang theo giấy tờ gốc. ";
  const auto sent = bodies(says(text, topics(3)));
  ASSERT_GE(sent.size(), 3U);
  std::string all;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto part = sent[i]["message"]["text"].get<std::string>();
    EXPECT_LE(utf16_units(part), 1900U);
    EXPECT_EQ(sent[i]["message"].contains("attachment"), i + 1 == sent.size());
    all += (i > 0 ? " " : "") + part;
  }
  text.pop_back();
  EXPECT_EQ(all, text + "\n\n[1] Thủ tục 1\n[2] Thủ tục 2\n[3] Thủ tục 3");
}

TEST(ZaloRender, CountsInNfc) {
  std::string nfd;
  for (int i = 0; i < 1'900; ++i) nfd += "a\u0302\u0301";
  EXPECT_EQ(bodies(says(nfd)).size(), 1U);
}

TEST(ZaloPlainText, DropsTheButtonsOnly) {
  const auto sent = account().render(says("Chọn:", topics(2)), "1", "4400112233445566778");
  const auto plain = account().as_plain_text(sent.at(0));
  ASSERT_TRUE(plain);
  EXPECT_EQ(json::parse(plain->body), json::parse(R"({"recipient":{"user_id":"4400112233445566778"},
    "message":{"text":"Chọn:\n\n[1] Thủ tục 1\n[2] Thủ tục 2"}})"));
  EXPECT_EQ(plain->path, sent[0].path);
  EXPECT_EQ(account().as_plain_text(*plain), std::nullopt);
}

TEST(ZaloAuthorise, UsesItsOwnHeaders) {
  const auto [path, headers] = account().authorise({"POST", "/v3.0/oa/message/cs", "{}"},
                                                   {"access-token-for-tests", "app-secret-for-tests"});
  EXPECT_EQ(path, "/v3.0/oa/message/cs");
  EXPECT_EQ(headers,
            (adapters::header_list{
                {"Content-Type", "application/json"},
                {"access_token", "access-token-for-tests"},
                {"appsecret_proof", "7196be12396e82d498574863aab45f32c0f0c84c6d6d4038d19a0d78120bdf44"}}));
  EXPECT_EQ(account().authorise({"POST", "/x", "{}"}, {"t", ""}).second.size(), 2U);
}

// ------------------------------------------------------------------------------------------------ judge

TEST(ZaloJudge, ReadsAcceptance) {
  const auto v = account().judge(
      200, {},
      R"({"error":0,"message":"Success","data":{"message_id":"c0ffee12","user_id":"44","quota":{"quota_type":"reply"}}})");
  EXPECT_EQ(v.what, kind::accepted);
  EXPECT_EQ(v.message_id, "c0ffee12");
}

TEST(ZaloJudge, DecidesByTheErrorInTheBody) {
  const std::vector<std::pair<int, kind>> table{
      {-32, kind::retry},         {-100, kind::failed},       {-124, kind::renew_token},
      {-155, kind::failed},       {-200, kind::retry},        {-201, kind::plain_text},
      {-204, kind::stop_account}, {-205, kind::stop_account}, {-209, kind::stop_account},
      {-210, kind::failed},       {-211, kind::failed},       {-212, kind::stop_account},
      {-213, kind::failed},       {-214, kind::failed},       {-216, kind::renew_token},
      {-217, kind::failed},       {-218, kind::failed},       {-219, kind::stop_account},
      {-220, kind::renew_token},  {-221, kind::stop_account}, {-223, kind::stop_account},
      {-224, kind::stop_account}, {-227, kind::failed},       {-230, kind::failed},
      {-232, kind::failed},       {-233, kind::plain_text},   {-234, kind::failed},
      {-235, kind::stop_account}, {-237, kind::failed},       {-238, kind::failed},
      {-240, kind::stop_account}, {-241, kind::failed},       {-242, kind::stop_account},
      {-244, kind::failed},       {-248, kind::failed},       {-320, kind::failed},
      {-321, kind::failed},       {-401, kind::renew_token},  {-403, kind::failed},
      {216, kind::renew_token},   {401, kind::renew_token}};
  for (const auto& [code, what] : table) {
    for (const int status : {200, 400}) {
      for (const bool quoted : {false, true}) {
        const auto number = (quoted ? "\"" : "") + std::to_string(code) + (quoted ? "\"" : "");
        const auto v = account().judge(status, {}, R"({"error":)" + number + R"(,"message":"x"})");
        EXPECT_EQ(to_string(v.what), to_string(what)) << code << " with HTTP " << status;
        EXPECT_FALSE(v.why.empty()) << code;
        EXPECT_EQ(v.code, std::to_string(code));
      }
    }
  }
}

TEST(ZaloJudge, WaitsForTheNextMinute) {
  EXPECT_EQ(account().judge(200, {}, R"({"error":-32})").wait, std::chrono::seconds(60));
  EXPECT_GE(account().judge(200, {}, R"({"error":-200})").wait, std::chrono::seconds(60)) << "late, and once";
  EXPECT_EQ(account().judge(429, {{"Retry-After", "9"}}, "").wait, std::chrono::seconds(9));
}

TEST(ZaloJudge, FallsBackToTheStatus) {
  const auto of = [](int status, std::string_view body) {
    return to_string(account().judge(status, {}, body).what);
  };
  EXPECT_EQ(of(500, ""), "uncertain");
  EXPECT_EQ(of(502, "<html>"), "uncertain");
  EXPECT_EQ(of(500, R"({"error":0,"data":{}})"), "uncertain");
  EXPECT_EQ(of(500, R"({"error":-77777})"), "uncertain");
  EXPECT_EQ(of(200, R"({"error":-77777})"), "failed");
  EXPECT_EQ(of(429, ""), "retry");
  EXPECT_EQ(of(401, ""), "renew_token");
  EXPECT_EQ(of(404, R"({"message":"empty api"})"), "failed");
  EXPECT_EQ(of(200, ""), "uncertain");
  EXPECT_EQ(of(200, R"({"error":null})"), "uncertain");
}

// ------------------------------------------------------------------------------------------------ tokens

TEST(ZaloTokens, AreAskedForWithTheAppSecret) {
  const auto r = adapters::refresh_request(app, "app secret", "r+f/=&1");
  EXPECT_EQ(r.what.method, "POST");
  EXPECT_EQ(r.what.path, "/v4/oa/access_token");
  EXPECT_EQ(r.what.body, "refresh_token=r%2Bf%2F%3D%261&app_id=9007199254740993&grant_type=refresh_token");
  EXPECT_EQ(r.headers, (adapters::header_list{{"Content-Type", "application/x-www-form-urlencoded"},
                                              {"secret_key", "app secret"}}));
}

TEST(ZaloTokens, AreReadWithEitherKindOfLifetime) {
  using std::chrono::seconds;
  const adapters::zalo_tokens day{"A", "R", seconds(90'000)};
  EXPECT_EQ(adapters::read_tokens(R"({"access_token":"A","refresh_token":"R","expires_in":"90000"})"), day);
  EXPECT_EQ(adapters::read_tokens(R"({"access_token":"A","refresh_token":"R","expires_in":90000})"), day);
  EXPECT_EQ(adapters::read_tokens(R"({"access_token":"A","refresh_token":"R"})")->expires_in, seconds(3600));
  EXPECT_EQ(adapters::read_tokens(R"({"access_token":"A","refresh_token":"R","expires_in":-1})")->expires_in,
            seconds(3600));
}

TEST(ZaloTokens, RefusalsSayWhatToDo) {
  const auto why = [](std::string_view body) { return adapters::read_tokens(body).error(); };
  EXPECT_EQ(why(R"({"error":-14014,"error_name":"Invalid refresh token"})"),
            "-14014: khóa làm mới đã dùng rồi hoặc hết hạn, xin quản trị viên cấp quyền lại cho OA");
  EXPECT_EQ(why(R"({"error":-118})"),
            "-118: khóa làm mới đã dùng rồi hoặc hết hạn, xin quản trị viên cấp quyền lại cho OA");
  EXPECT_EQ(why(R"({"error":"-14002","error_description":"Invalid app"})"),
            "-14002: Zalo không đổi khóa (Invalid app)");
  EXPECT_EQ(why(R"({"access_token":"A"})"), "Zalo chỉ trả về một trong hai khóa");
  EXPECT_EQ(why("<html>"), "Zalo trả lời việc đổi khóa không đúng dạng");
  EXPECT_EQ(why("[]"), "Zalo trả lời việc đổi khóa không đúng dạng");
}

}  // namespace
}  // namespace thanthien::tests
