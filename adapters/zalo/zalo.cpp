#include "adapters/zalo/zalo.hpp"

#include "adapters/answer.hpp"
#include "adapters/digest.hpp"
#include "adapters/inbound.hpp"
#include "adapters/json_reader.hpp"
#include "adapters/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

namespace thanthien::adapters {
namespace {

using dialogs::event_kind;
using json = nlohmann::ordered_json;
using verdict_kind = verdict::kind;

// 2,000 characters are allowed, of an undocumented kind; see also `utf16_units`.
constexpr std::size_t text_limit = 1900;
constexpr std::size_t title_limit = 100;
constexpr std::size_t payload_limit = 1000;
constexpr std::size_t button_limit = 5;

bool one_of(const std::vector<std::string>& ids, std::string_view id) {
  return !id.empty() && std::ranges::find(ids, id) != ids.end();
}

/// `{"id": "..."}` or the bare id.
std::string_view party(const json_value& v) { return v["id"].given() ? v["id"].id() : v.id(); }

/// "mac=<hex>", "mac = <hex>" or the bare digits, in lower case.
std::string signature_digits(std::string_view header) {
  std::string out;
  for (const char c : header) {
    if (c != ' ' && c != '\t') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out.starts_with("mac=") ? out.substr(4) : out;
}

// ---------------------------------------------------------------------------------------------- webhook
// events

struct event_reader {
  const json_value& root;
  std::string_view name;
  dialogs::event base;
  inbound& out;

  const json_value& message() const { return root["message"]; }

  std::string_view message_id() const {
    for (const auto key : {"msg_id", "message_id", "mid"}) {
      if (const auto id = message()[key].id(); !id.empty()) return id;
    }
    return root["msg_id"].id();
  }

  dialogs::event of(event_kind kind) const {
    auto e = base;
    e.kind = kind;
    // One message id is shared by the message, its receipts and its reactions: the name keeps them apart.
    if (const auto id = message_id(); !id.empty()) e.id = std::string(name) + ":" + std::string(id);
    return e;
  }

  void add(dialogs::event e) const { out.events.push_back(std::move(e)); }
  void quarantine(std::string why) const {
    out.quarantined.push_back({std::string(root.raw), std::move(why)});
  }

  void read() const;
  void read_message() const;
  void read_echo() const;
  void read_shared_info() const;
  void read_receipts(event_kind kind) const;
};

dialogs::attachment read_attachment(const json_value& a, std::string_view event_name) {
  using kind = dialogs::attachment::kind;
  static constexpr std::array<std::pair<std::string_view, kind>, 9> kinds{{{"image", kind::image},
                                                                           {"photo", kind::image},
                                                                           {"gif", kind::image},
                                                                           {"sticker", kind::sticker},
                                                                           {"link", kind::link},
                                                                           {"audio", kind::audio},
                                                                           {"video", kind::video},
                                                                           {"location", kind::location},
                                                                           {"file", kind::file}}};
  dialogs::attachment out;
  for (const auto& [type, what] : kinds) {
    if (a["type"].string() == type) out.what = what;
  }
  if (event_name == "user_send_business_card") out.what = kind::contact;
  const auto& payload = a["payload"];
  out.url = payload["url"].string().empty() ? payload["thumbnail"].string() : payload["url"].string();
  for (const auto key : {"name", "title"}) {
    if (out.name.empty()) out.name = received_text(payload[key].string());
  }
  if (out.what == kind::contact) {
    // The description is a JSON document inside a text.
    if (const auto card = read_json(payload["description"].string())) out.name = card->root["phone"].id();
  } else if (out.what == kind::link && out.name.empty()) {
    out.name = received_text(payload["description"].string());
  } else if (out.what == kind::location) {
    out.latitude = payload["coordinates"]["latitude"].number();
    out.longitude = payload["coordinates"]["longitude"].number();
  }
  return out;
}

std::vector<dialogs::attachment> read_attachments(const json_value& message, std::string_view event_name) {
  std::vector<dialogs::attachment> out;
  for (const auto& a : message["attachments"].items) out.push_back(read_attachment(a, event_name));
  return out;
}

void event_reader::read_message() const {
  auto e = of(event_kind::message);
  const auto& text = message()["text"];
  if (e.person.empty()) return quarantine("Tin nhắn không ghi người gửi");
  if (!message().is(json_value::kind::object)) return quarantine("Trường “message” không phải một đối tượng");
  if (text.given() && !text.is(json_value::kind::text)) return quarantine("Nội dung tin nhắn không phải chữ");
  e.refers_to = message_id();
  e.text = received_text(text.string());
  e.attachments = read_attachments(message(), name);
  if (name == "user_send_text") {
    // A tapped button posts its payload as if it were typed.
    if (e.text.starts_with(zalo::payload_prefix) && e.text.size() > zalo::payload_prefix.size()) {
      e.payload = e.text.substr(zalo::payload_prefix.size());
      e.text.clear();
    }
  } else if (e.attachments.empty()) {
    // A kind that we do not know, or a known one without its content: the resident must still get an answer.
    e.attachments.emplace_back();
  }
  if (name == "user_send_location" || name == "user_send_business_card") {
    // Here the text is the label of the place or contact, not something the resident says.
    auto& first = e.attachments.front();
    if (!e.text.empty()) first.name = first.name.empty() ? e.text : e.text + ", " + first.name;
    e.text.clear();
  }
  add(std::move(e));
}

void event_reader::read_echo() const {
  const auto admin = root["sender"]["admin_id"].id();
  auto e = of(admin.empty() ? event_kind::own_echo : event_kind::staff_message);
  if (e.person.empty()) return quarantine("Tin của OA không ghi gửi cho ai");
  e.refers_to = message_id();
  e.text = received_text(message()["text"].string());
  e.attachments = read_attachments(message(), name);
  e.by = admin;
  add(std::move(e));
}

/// The person shared name, phone and address after a request for them.
void event_reader::read_shared_info() const {
  auto e = of(event_kind::message);
  if (e.person.empty()) return quarantine("Thông tin chia sẻ không ghi của ai");
  auto& contact = e.attachments.emplace_back();
  contact.what = dialogs::attachment::kind::contact;
  for (const auto key : {"name", "phone", "full_address", "address", "ward", "district", "city"}) {
    const auto value = root["info"][key].id();
    if (value.empty()) continue;
    if (!contact.name.empty()) contact.name += ", ";
    contact.name += received_text(value);
  }
  add(std::move(e));
}

void event_reader::read_receipts(event_kind kind) const {
  auto e = of(kind);
  const auto& ids = message()["msg_ids"];
  if (ids.items.empty()) {
    e.refers_to = message_id();
    return add(std::move(e));
  }
  for (const auto& id : ids.items) {
    if (id.id().empty()) continue;
    auto one = e;
    one.refers_to = id.id();
    one.id = std::string(name) + ":" + one.refers_to;
    add(std::move(one));
    e.raw.clear();  // once is enough: thousands of copies of a long list would be too much
  }
}

void event_reader::read() const {
  const auto contains = [&](std::string_view part) { return name.contains(part); };
  if (contains("_group") || contains("anonymous_") || contains("_consent")) {
    // Groups, visitors who are not signed in, permission to call: kept, never answered.
    auto e = of(event_kind::other);
    e.person.clear();
    return add(std::move(e));
  }
  if (name.starts_with("oa_send_")) return read_echo();
  if (name.starts_with("user_send_")) {
    // What comes from the account itself is never a resident's message, whatever the name says.
    return root["sender"].given() && party(root["sender"]) == base.account ? read_echo() : read_message();
  }
  if (name == "follow" || name == "unfollow" || name == "user_click_chatnow") {
    auto e = of(name == "unfollow" ? event_kind::left : event_kind::opened);
    if (e.person.empty()) return quarantine("Sự kiện không ghi người quan tâm");
    return add(std::move(e));
  }
  if (name == "user_submit_info") return read_shared_info();
  if (name == "user_received_message") return read_receipts(event_kind::delivered);
  if (name == "user_seen_message") return read_receipts(event_kind::read);
  if (name == "user_reacted_message") {
    auto e = of(event_kind::reaction);
    e.refers_to = message_id();
    e.text = message()["react_icon"].string();
    // The same message can be reacted to again and again.
    e.id += ":" + std::string(root["timestamp"].id());
    return add(std::move(e));
  }
  if (name == "user_withdraw") {
    auto e = of(event_kind::erase_request);
    if (e.person.empty()) return quarantine("Yêu cầu xóa dữ liệu không ghi của ai");
    return add(std::move(e));
  }
  auto e = of(event_kind::other);
  if (!e.id.starts_with("item:")) e.id += ":" + std::string(root["timestamp"].id());
  add(std::move(e));
}

// ---------------------------------------------------------------------------------------------- sending

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::optional<json> button(const dialogs::choice& c) {
  const auto title = nfc(c.title);
  if (title.empty() || utf16_units(title) > title_limit) return std::nullopt;
  if (!c.url.empty()) {
    if (!c.url.starts_with("https://") && !c.url.starts_with("http://")) return std::nullopt;
    return json{{"title", title}, {"type", "oa.open.url"}, {"payload", {{"url", nfc(c.url)}}}};
  }
  const auto payload = std::string(zalo::payload_prefix) + nfc(c.payload);
  if (c.payload.empty() || utf16_units(payload) > payload_limit) return std::nullopt;
  return json{{"title", title}, {"type", "oa.query.hide"}, {"payload", payload}};
}

// ---------------------------------------------------------------------------------------------- answers

struct known_error {
  int code;
  verdict_kind what;
  int wait;  ///< seconds, for retry; 0 = the courier's own back-off
  std::string_view why;
};

constexpr std::string_view token_dead = "Khóa truy cập Zalo đã hết hạn, hệ thống đang đổi khóa và gửi lại.";
constexpr std::string_view window_closed =
    "Đã quá 7 ngày kể từ lần tương tác cuối của người dân, Zalo không cho gửi nữa. Nếu cần, xin liên hệ bằng "
    "cách khác.";
constexpr std::string_view not_reachable =
    "Người dân hiện không nhận tin của OA (chưa quan tâm, đã chặn hoặc ngừng dùng Zalo).";
constexpr std::string_view form_refused = "Zalo không nhận tin có nút bấm, hệ thống gửi lại bằng chữ.";
constexpr std::string_view app_closed =
    "Ứng dụng Zalo chưa được bật hoặc chưa đăng ký quyền gửi tin. Xin quản trị viên kiểm tra trên "
    "developers.zalo.me.";
constexpr std::string_view group_refused = "Zalo từ chối tin vào nhóm.";
constexpr std::string_view wallet =
    "Tin ngoài 48 giờ phải trả phí mà tài khoản ZCA chưa liên kết hoặc đã hết tiền. Xin báo quản trị viên.";

// "Sending failed": one late retry at most.
constexpr std::int64_t sending_failed = -200;

// "Mã lỗi" of the Official Account API.
constexpr std::array known_errors{
    known_error{-32, verdict_kind::retry, 60, "Zalo báo đang gửi quá nhanh, hệ thống sẽ tự gửi lại."},
    known_error{-100, verdict_kind::failed, 0, "Tệp đính kèm đã hết hạn trên Zalo, cần tải lên lại."},
    known_error{-124, verdict_kind::renew_token, 0, token_dead},
    known_error{-155, verdict_kind::failed, 0, "Lượt tải tệp lên Zalo đã hết hạn, cần tải lên lại."},
    known_error{sending_failed, verdict_kind::retry, 120, "Zalo chưa gửi được tin, hệ thống sẽ thử lại một lần."},
    known_error{-201, verdict_kind::plain_text, 0, form_refused},
    known_error{-204, verdict_kind::stop_account, 0, "OA đã bị xóa. Xin quản trị viên kiểm tra."},
    known_error{-205, verdict_kind::stop_account, 0,
                "Zalo không tìm thấy OA này. Xin quản trị viên kiểm tra."},
    known_error{-209, verdict_kind::stop_account, 0, app_closed},
    known_error{-210, verdict_kind::failed, 0, "Tin dài quá mức Zalo cho phép. Xin chia ngắn rồi gửi lại."},
    known_error{-211, verdict_kind::failed, 0, "Đã hết hạn mức gửi tin của OA. Xin gửi lại sau."},
    known_error{-212, verdict_kind::stop_account, 0, app_closed},
    known_error{-213, verdict_kind::failed, 0, not_reachable},
    known_error{-214, verdict_kind::failed, 0, "Bài viết đang được Zalo xử lý. Xin gửi lại sau."},
    known_error{-216, verdict_kind::renew_token, 0, token_dead},
    known_error{-217, verdict_kind::failed, 0, "Người dân đã chặn lời mời của OA."},
    known_error{-218, verdict_kind::failed, 0, "Đã đạt hạn mức gửi tin tới người dân này. Xin gửi lại sau."},
    known_error{-219, verdict_kind::stop_account, 0, app_closed},
    known_error{-220, verdict_kind::renew_token, 0, token_dead},
    known_error{-221, verdict_kind::stop_account, 0,
                "OA chưa được Zalo xác thực. Xin quản trị viên xác thực OA."},
    known_error{-223, verdict_kind::stop_account, 0,
                "OA chưa cấp quyền này cho ứng dụng. Xin quản trị viên cấp quyền lại trên trang của Zalo."},
    known_error{-224, verdict_kind::stop_account, 0,
                "Gói dịch vụ của OA chưa cho gửi tin qua ứng dụng. Xin quản trị viên nâng gói."},
    known_error{-227, verdict_kind::failed, 0, not_reachable},
    known_error{-230, verdict_kind::failed, 0, window_closed},
    known_error{-232, verdict_kind::failed, 0, window_closed},
    known_error{-233, verdict_kind::plain_text, 0, form_refused},
    known_error{-234, verdict_kind::failed, 0,
                "Zalo không cho gửi loại tin này từ 22 giờ đến 6 giờ. Xin gửi lại sau 6 giờ."},
    known_error{-235, verdict_kind::stop_account, 0,
                "Loại OA này không dùng được cách gửi tin này. Xin báo quản trị viên."},
    known_error{-237, verdict_kind::failed, 0, group_refused},
    known_error{-238, verdict_kind::failed, 0, group_refused},
    known_error{-240, verdict_kind::stop_account, 0,
                "Zalo đã đóng cách gửi tin đang dùng. Xin báo quản trị viên cập nhật phần mềm."},
    known_error{-241, verdict_kind::failed, 0, group_refused},
    known_error{-242, verdict_kind::stop_account, 0,
                "Khóa bí mật của ứng dụng Zalo trong cấu hình không đúng. Xin quản trị viên kiểm tra."},
    known_error{-244, verdict_kind::failed, 0, "Người dân đã hạn chế nhận loại tin này."},
    known_error{-248, verdict_kind::failed, 0,
                "Zalo cho rằng nội dung tin vi phạm quy định. Xin xem lại lời văn."},
    known_error{-320, verdict_kind::failed, 0, wallet},
    known_error{-321, verdict_kind::failed, 0, wallet},
    known_error{-401, verdict_kind::renew_token, 0, token_dead},
    known_error{-403, verdict_kind::failed, 0, group_refused},
    known_error{216, verdict_kind::renew_token, 0, token_dead},
    known_error{401, verdict_kind::renew_token, 0, token_dead},
};

std::string form_encoded(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~").contains(c)) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

}  // namespace

zalo::zalo(zalo_settings settings) : settings_(std::move(settings)) {}

signature zalo::verify(const webhook_call& call) const {
  if (std::ranges::all_of(settings_.oa_secret_keys, &std::string::empty)) return signature::no_secret;
  const auto header = call.header("X-ZEvent-Signature");
  if (header.empty()) return signature::absent;
  const auto sent = signature_digits(header);
  const auto apps = scan_outer_values(call.body, "app_id");
  const bool our_app = !settings_.app_id.empty() && !apps.empty() &&
                       std::ranges::all_of(apps, [&](const auto& a) { return a == settings_.app_id; });
  bool valid = false;
  // A signed body with the key twice is quarantined later: but it has to be known as signed, by whichever was
  // meant.
  for (const auto& timestamp : scan_outer_values(call.body, "timestamp")) {
    for (const auto& secret : settings_.oa_secret_keys) {
      if (secret.empty()) continue;
      std::string signed_bytes = settings_.app_id;
      signed_bytes.reserve(signed_bytes.size() + call.body.size() + timestamp.size() + secret.size());
      signed_bytes += call.body;
      signed_bytes += timestamp;
      signed_bytes += secret;
      valid |= same_in_constant_time(sent, sha256_hex(signed_bytes));
    }
  }
  return valid && our_app ? signature::valid : signature::wrong;
}

inbound zalo::parse(std::string_view body) const {
  inbound out;
  const auto document = read_json(body);
  if (!document) {
    out.quarantined.push_back({std::string(body), document.error()});
    return out;
  }
  const auto& root = document->root;
  const auto name = root["event_name"].string();
  if (!root.is(json_value::kind::object) || name.empty()) {
    out.quarantined.push_back({std::string(body), root.is(json_value::kind::object)
                                                      ? "Thiếu trường “event_name”"
                                                      : "Nội dung không phải một đối tượng JSON"});
    return out;
  }

  const auto sender = party(root["sender"]);
  const auto recipient = party(root["recipient"]);
  std::string_view account;
  for (const auto candidate : {recipient, sender, root["oa_id"].id()}) {
    if (one_of(settings_.accounts, candidate)) account = candidate;
  }
  if (account.empty()) return out;
  std::string_view person;
  for (const auto candidate :
       {sender, recipient, root["follower"]["id"].id(), root["user_id"].id(), root["data"]["user_id"].id()}) {
    if (person.empty() && candidate != account) person = candidate;
  }

  dialogs::event base;
  base.channel = dialogs::channel::zalo;
  base.account = account;
  base.person = person;
  base.at = read_timestamp(root["timestamp"]);
  base.id = fallback_id(body);
  base.raw = root.raw;
  event_reader{root, name, std::move(base), out}.read();
  return out;
}

std::vector<request> zalo::render(const dialogs::reply& what, const std::string&,
                                  const std::string& person) const {
  if (what.text.empty() && what.choices.empty()) return {};
  // Buttons of this API are the least certain part of it: the text must make sense without them.
  const auto text = with_lines(nfc(what.text), choice_lines(what.choices));
  json buttons = json::array();
  if (what.choices.size() <= button_limit) {
    for (const auto& c : what.choices) {
      if (auto b = button(c)) buttons.push_back(std::move(*b));
    }
  }
  // Some as buttons and some not would hide a choice from those who only look at the buttons.
  if (buttons.size() != what.choices.size()) buttons.clear();

  const auto parts = message_parts(text, text_limit);
  std::vector<request> out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    json message;
    message["text"] = parts[i];
    if (i + 1 == parts.size() && !buttons.empty()) {
      message["attachment"] = {{"type", "template"}, {"payload", {{"buttons", buttons}}}};
    }
    json body;
    body["recipient"] = {{"user_id", person}};
    body["message"] = std::move(message);
    out.push_back({"POST", "/v3.0/oa/message/cs", dump(body)});
  }
  return out;
}

std::optional<request> zalo::as_plain_text(const request& refused) const {
  auto body = json::parse(refused.body, nullptr, false);
  if (!body.is_object() || !body.contains("message") || !body["message"].is_object() ||
      body["message"].erase("attachment") == 0) {
    return std::nullopt;
  }
  auto out = refused;
  out.body = dump(body);
  return out;
}

std::pair<std::string, header_list> zalo::authorise(const request& what, const credentials& with) const {
  header_list headers{{"Content-Type", "application/json"}, {"access_token", with.access_token}};
  if (!with.app_secret.empty()) {
    headers.emplace_back("appsecret_proof", hmac_sha256_hex(with.app_secret, with.access_token));
  }
  return {what.path, std::move(headers)};
}

verdict zalo::judge(int http_status, const header_list& headers, std::string_view body) const {
  verdict out;
  const auto document = read_json(body);
  const auto code = document ? document->root["error"].integer() : std::nullopt;
  if (!code) {
    out = judge_status(http_status, headers, "Zalo");
    if (http_status == 401) {
      out.what = verdict_kind::renew_token;
      out.why = token_dead;
    }
    return out;
  }
  if (*code == 0) {
    if (http_status >= 500) return judge_status(http_status, headers, "Zalo");
    out.what = verdict_kind::accepted;
    out.message_id = document->root["data"]["message_id"].id();
    return out;
  }
  out.code = std::to_string(*code);
  const auto known = std::ranges::find(known_errors, *code, &known_error::code);
  if (known != known_errors.end()) {
    out.what = known->what;
    out.why = known->why;
    if (out.what == verdict_kind::retry) {
      out.wait = std::max(std::chrono::seconds(known->wait), retry_after(headers));
      out.once = *code == sending_failed;
    }
    return out;
  }
  // Every other number but 0 is a refusal too; only a server that failed by itself leaves doubt.
  auto by_status = judge_status(http_status == 200 ? 400 : http_status, headers, "Zalo");
  if (http_status == 200)
    by_status.why = "Zalo từ chối tin này (mã lỗi " + out.code + "). Xin báo quản trị viên.";
  by_status.code = out.code;
  return by_status;
}

zalo_token_request refresh_request(const std::string& app_id, const std::string& app_secret,
                                   const std::string& refresh_token) {
  return {{"POST", "/v4/oa/access_token",
           "refresh_token=" + form_encoded(refresh_token) + "&app_id=" + form_encoded(app_id) +
               "&grant_type=refresh_token"},
          {{"Content-Type", "application/x-www-form-urlencoded"}, {"secret_key", app_secret}}};
}

std::expected<zalo_tokens, std::string> read_tokens(std::string_view body) {
  const auto document = read_json(body);
  if (!document || !document->root.is(json_value::kind::object)) {
    return std::unexpected("Zalo trả lời việc đổi khóa không đúng dạng");
  }
  const auto& root = document->root;
  zalo_tokens tokens{std::string(root["access_token"].string()), std::string(root["refresh_token"].string()),
                     std::chrono::seconds(root["expires_in"].integer().value_or(0))};
  if (!tokens.access.empty() && !tokens.refresh.empty()) {
    // Without a sensible lifetime the shortest that has been seen is assumed: renewing early does no harm.
    if (tokens.expires_in < std::chrono::seconds(60) || tokens.expires_in > std::chrono::hours(24 * 365)) {
      tokens.expires_in = std::chrono::hours(1);
    }
    return tokens;
  }
  const auto code = root["error"].integer();
  std::string why = code ? std::to_string(*code) + ": " : "";
  if (code == -14014 || code == -118) {
    why += "khóa làm mới đã dùng rồi hoặc hết hạn, xin quản trị viên cấp quyền lại cho OA";
  } else if (code == -14029) {
    why += "ứng dụng Zalo chưa được duyệt";
  } else if (!code && tokens.access.empty() != tokens.refresh.empty()) {
    why += "Zalo chỉ trả về một trong hai khóa";
  } else {
    why += "Zalo không đổi khóa";
    for (const auto key : {"error_name", "error_description", "error_reason", "message"}) {
      if (const auto text = root[key].string(); !text.empty()) {
        why += " (" + std::string(text.substr(0, 200)) + ")";
        break;
      }
    }
  }
  return std::unexpected(nfc(why));
}

}  // namespace thanthien::adapters
