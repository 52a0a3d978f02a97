#include "adapters/messenger/messenger.hpp"

#include "adapters/answer.hpp"
#include "adapters/digest.hpp"
#include "adapters/inbound.hpp"
#include "adapters/json_reader.hpp"
#include "adapters/text.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace thanthien::adapters {
namespace {

using dialogs::event_kind;
using json = nlohmann::ordered_json;
using verdict_kind = verdict::kind;

// "Send API": texts up to 2000 characters without saying which kind; see also `utf16_units`.
constexpr std::size_t text_limit = 1900;
constexpr std::size_t template_text_limit = 640;
constexpr std::size_t title_limit = 20;
constexpr std::size_t payload_limit = 1000;
constexpr std::size_t quick_reply_limit = 13;
constexpr std::size_t button_limit = 3;

/// The app id of the Page Inbox in Meta Business Suite: a person of the office writes there.
constexpr std::string_view page_inbox = "263902037430900";

bool one_of(const std::vector<std::string>& ids, std::string_view id) {
  return !id.empty() && std::ranges::find(ids, id) != ids.end();
}

// ---------------------------------------------------------------------------------------------- webhook
// items

struct item_reader {
  const messenger_settings& settings;
  const std::string& account;
  const json_value& entry;
  const json_value& item;
  bool standby;
  inbound& out;

  dialogs::event base(event_kind kind) const {
    dialogs::event e;
    e.channel = dialogs::channel::messenger;
    e.account = account;
    e.person = person();
    e.kind = kind;
    const auto at = read_timestamp(item["timestamp"]);
    e.at = at == dialogs::timestamp{} ? read_timestamp(entry["time"]) : at;
    e.id = fallback_id(item.raw);
    e.raw = item.raw;
    return e;
  }

  /// The one of the two who is not the page: sender and recipient are swapped in echoes, and not everywhere.
  std::string person() const {
    const auto sender = item["sender"]["id"].id();
    const auto recipient = item["recipient"]["id"].id();
    return std::string(sender.empty() || sender == account ? (recipient == account ? "" : recipient)
                                                           : sender);
  }

  void add(dialogs::event e) const {
    // Another app owns the thread: what people say there is kept and never answered.
    if (standby && (e.kind == event_kind::message || e.kind == event_kind::opened)) {
      e.kind = event_kind::other;
    }
    out.events.push_back(std::move(e));
  }

  void quarantine(std::string why) const {
    out.quarantined.push_back({std::string(item.raw), std::move(why)});
  }

  void read() const;
  void read_message(const json_value& message) const;
  void read_echo(const json_value& message) const;
  void read_postback(const json_value& postback) const;
  void read_thread_control(event_kind kind, const json_value& control) const;
  void read_delivery(const json_value& delivery) const;
};

dialogs::attachment read_attachment(const json_value& a) {
  using kind = dialogs::attachment::kind;
  static constexpr std::array<std::pair<std::string_view, kind>, 12> kinds{{{"image", kind::image},
                                                                            {"audio", kind::audio},
                                                                            {"video", kind::video},
                                                                            {"file", kind::file},
                                                                            {"sticker", kind::sticker},
                                                                            {"location", kind::location},
                                                                            {"fallback", kind::link},
                                                                            {"share", kind::link},
                                                                            {"reel", kind::link},
                                                                            {"ig_reel", kind::link},
                                                                            {"post", kind::link},
                                                                            {"ig_post", kind::link}}};
  dialogs::attachment out;
  const auto& payload = a["payload"];
  for (const auto& [name, what] : kinds) {
    if (a["type"].string() == name) out.what = what;
  }
  // Until August 2026 a sticker came as an image as well.
  if (payload["sticker_id"].given()) out.what = kind::sticker;
  out.url = payload["url"].string().empty() ? a["url"].string() : payload["url"].string();
  out.name =
      received_text(payload["title"].string().empty() ? a["title"].string() : payload["title"].string());
  if (out.what == kind::location) {
    out.latitude = payload["coordinates"]["lat"].number();
    out.longitude = payload["coordinates"]["long"].number();
  }
  return out;
}

std::vector<dialogs::attachment> read_attachments(const json_value& message) {
  std::vector<dialogs::attachment> out;
  for (const auto& a : message["attachments"].items) {
    auto next = read_attachment(a);
    const bool again = next.what == dialogs::attachment::kind::sticker &&
                       std::ranges::find(out, next.what, &dialogs::attachment::what) != out.end();
    if (!again) out.push_back(std::move(next));
  }
  if (out.empty() && message["sticker_id"].given()) {
    out.emplace_back().what = dialogs::attachment::kind::sticker;
  }
  return out;
}

void item_reader::read_echo(const json_value& message) const {
  const auto mid = message["mid"].id();
  const auto app = message["app_id"].id();
  const bool ours =
      (!app.empty() && app == settings.app_id) || message["metadata"].string() == messenger::own_metadata;
  auto e = base(ours ? event_kind::own_echo : event_kind::staff_message);
  if (e.person.empty()) return quarantine("Tin của trang không ghi gửi cho ai");
  if (!mid.empty()) e.id = mid;
  e.refers_to = mid;
  e.text = received_text(message["text"].string());
  e.attachments = read_attachments(message);
  if (!ours) e.by = app.empty() ? "" : app == page_inbox ? "Hộp thư trang" : "Ứng dụng " + std::string(app);
  add(std::move(e));
}

void item_reader::read_message(const json_value& message) const {
  if (!message.is(json_value::kind::object)) return quarantine("Trường “message” không phải một đối tượng");
  // The page's own words never count as a resident's, whatever the flags say.
  if (message["is_echo"].yes() || item["sender"]["id"].id() == account) return read_echo(message);
  const auto mid = message["mid"].id();
  if (message["is_deleted"].yes()) {
    auto e = base(event_kind::deleted);
    e.refers_to = mid;
    if (!mid.empty()) e.id = "deleted:" + std::string(mid);
    return add(std::move(e));
  }
  auto e = base(event_kind::message);
  const auto& text = message["text"];
  if (e.person.empty()) return quarantine("Tin nhắn không ghi người gửi");
  if (text.given() && !text.is(json_value::kind::text)) return quarantine("Nội dung tin nhắn không phải chữ");
  if (message["attachments"].given() && !message["attachments"].is(json_value::kind::array)) {
    return quarantine("Danh sách tệp đính kèm không phải một danh sách");
  }
  if (!mid.empty()) e.id = mid;
  e.refers_to = mid;
  e.text = received_text(text.string());
  e.payload = message["quick_reply"]["payload"].id();
  e.attachments = read_attachments(message);
  if (e.text.empty() && e.payload.empty() && e.attachments.empty()) {
    // Something that Messenger does not show to apps: the resident must still hear that we cannot read it.
    e.attachments.emplace_back();
  }
  add(std::move(e));
}

void item_reader::read_postback(const json_value& postback) const {
  if (!postback.is(json_value::kind::object)) return quarantine("Trường “postback” không phải một đối tượng");
  auto e = base(event_kind::message);
  if (e.person.empty()) return quarantine("Lượt bấm nút không ghi người bấm");
  if (const auto mid = postback["mid"].id(); !mid.empty()) {
    e.id = mid;
    e.refers_to = mid;
  }
  e.payload = postback["payload"].id();
  e.text = received_text(postback["title"].string());
  if (e.payload == "GET_STARTED") {
    e.kind = event_kind::opened;
    e.payload = postback["referral"]["ref"].id();
    e.text.clear();
  } else if (e.payload.empty() && e.text.empty()) {
    e.kind = event_kind::other;
  }
  add(std::move(e));
}

void item_reader::read_thread_control(event_kind kind, const json_value& control) const {
  // Both events name the new owner; it decides, since an app can also be told about a change between two
  // others.
  const auto owner = control["new_owner_app_id"].id();
  if (!owner.empty()) {
    kind = owner == settings.app_id ? event_kind::thread_returned : event_kind::thread_taken;
  }
  auto e = base(kind);
  if (e.person.empty()) return quarantine("Việc chuyển cuộc trò chuyện không ghi là của ai");
  if (kind == event_kind::thread_taken) {
    e.by = owner.empty() ? "" : owner == page_inbox ? "Hộp thư trang" : "Ứng dụng " + std::string(owner);
  }
  e.text = received_text(control["metadata"].string());
  add(std::move(e));
}

void item_reader::read_delivery(const json_value& delivery) const {
  auto e = base(event_kind::delivered);
  const auto until = read_timestamp(delivery["watermark"]);
  if (until != dialogs::timestamp{}) e.watermark = until;
  if (delivery["mids"].items.empty()) return add(std::move(e));
  for (const auto& mid : delivery["mids"].items) {
    if (mid.id().empty()) continue;
    auto one = e;
    one.refers_to = mid.id();
    one.id = "delivered:" + one.refers_to;
    add(std::move(one));
    e.raw.clear();  // once is enough: thousands of copies of a long list would be too much
  }
}

void item_reader::read() const {
  if (!item.is(json_value::kind::object)) {
    out.quarantined.push_back(
        {std::string(entry.raw), "Một phần tử của “messaging” không phải một đối tượng"});
    return;
  }
  if (const auto& message = item["message"]; message.given()) return read_message(message);
  if (const auto& postback = item["postback"]; postback.given()) return read_postback(postback);
  if (const auto& control = item["take_thread_control"]; control.given()) {
    return read_thread_control(event_kind::thread_taken, control);
  }
  if (const auto& control = item["pass_thread_control"]; control.given()) {
    return read_thread_control(event_kind::thread_returned, control);
  }
  if (const auto& delivery = item["delivery"]; delivery.given()) return read_delivery(delivery);
  if (const auto& read = item["read"]; read.given()) {
    auto e = base(event_kind::read);
    const auto until = read_timestamp(read["watermark"]);
    if (until != dialogs::timestamp{}) e.watermark = until;
    e.refers_to = read["mid"].id();
    return add(std::move(e));
  }
  if (const auto& edit = item["message_edit"]; edit.given()) {
    auto e = base(event_kind::edited);
    e.refers_to = edit["mid"].id();
    e.text = received_text(edit["text"].string());
    if (!e.refers_to.empty() && edit["num_edit"].integer()) {
      e.id = "edited:" + e.refers_to + ":" + std::to_string(*edit["num_edit"].integer());
    }
    return add(std::move(e));
  }
  if (const auto& reaction = item["reaction"]; reaction.given()) {
    auto e = base(event_kind::reaction);
    e.refers_to = reaction["mid"].id();
    if (reaction["action"].string() != "unreact") {
      e.text =
          reaction["emoji"].string().empty() ? reaction["reaction"].string() : reaction["emoji"].string();
    }
    return add(std::move(e));
  }
  if (const auto& referral = item["referral"]; referral.given()) {
    // An m.me link or an advertisement brought the person back into the thread.
    auto e = base(event_kind::opened);
    e.payload = referral["ref"].id();
    if (e.person.empty()) e.kind = event_kind::other;
    return add(std::move(e));
  }
  if (const auto& policy = item["policy_enforcement"]; policy.given()) {
    auto e = base(event_kind::account_notice);
    const auto action = policy["action"].string();
    e.text = action == "block"     ? "Meta đã chặn trang gửi tin"
             : action == "unblock" ? "Meta đã bỏ chặn trang gửi tin"
             : action == "warning" ? "Meta cảnh báo trang"
                                   : "Meta báo về trang: " + std::string(action);
    if (const auto reason = policy["reason"].string(); !reason.empty()) e.text += ": " + std::string(reason);
    return add(std::move(e));
  }
  // optin, account_linking, request_thread_control, app_roles, messaging_feedback, response_feedback, order,
  // ...
  add(base(event_kind::other));
}

// ---------------------------------------------------------------------------------------------- sending

bool web_address(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

bool fits_button(const dialogs::choice& c) {
  const bool title = !c.title.empty() && utf16_units(nfc(c.title)) <= title_limit;
  return title && (c.url.empty() ? !c.payload.empty() && utf16_units(nfc(c.payload)) <= payload_limit
                                 : web_address(c.url));
}

json quick_reply(const std::string& title, const dialogs::choice& c) {
  return {{"content_type", "text"}, {"title", title}, {"payload", nfc(c.payload)}};
}

json button(const dialogs::choice& c) {
  if (!c.url.empty()) return {{"type", "web_url"}, {"title", nfc(c.title)}, {"url", nfc(c.url)}};
  return {{"type", "postback"}, {"title", nfc(c.title)}, {"payload", nfc(c.payload)}};
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// ---------------------------------------------------------------------------------------------- answers

struct known_error {
  int code;     ///< 0 = any
  int subcode;  ///< 0 = any
  verdict_kind what;
  int wait;  ///< seconds, for retry; 0 = the courier's own back-off
  std::string_view why;
};

constexpr std::string_view window_closed =
    "Đã quá 24 giờ kể từ tin cuối của người dân, Messenger không cho gửi nữa. Nếu cần, xin liên hệ bằng cách "
    "khác.";
constexpr std::string_view person_unavailable =
    "Người dân hiện không nhận được tin (đã chặn trang, khóa hoặc rời Messenger).";
constexpr std::string_view too_fast = "Messenger báo đang gửi quá nhanh, hệ thống sẽ tự gửi lại.";
constexpr std::string_view temporary = "Messenger đang lỗi tạm thời, hệ thống sẽ tự gửi lại.";
constexpr std::string_view no_permission =
    "Ứng dụng chưa được phép gửi tin thay trang. Xin quản trị viên kiểm tra quyền trên Meta.";
constexpr std::string_view bad_form = "Messenger từ chối nội dung tin. Xin báo quản trị viên kèm mã lỗi.";
constexpr std::string_view elsewhere =
    "Cuộc trò chuyện đang do hộp thư trang hoặc ứng dụng khác phụ trách, nên tin không gửi được từ đây.";

// "Error codes" of the Messenger Platform. The first row that fits counts: exact pairs stand above whole
// codes.
constexpr std::array known_errors{
    known_error{1, 1357046, verdict_kind::uncertain, 0,
                "Messenger báo lỗi nhưng tin thường vẫn tới. Xin xem trong hộp thư trang trước khi gửi lại."},
    known_error{1, 99, verdict_kind::stop_account, 0, no_permission},
    known_error{2, 2018344, verdict_kind::failed, 0,
                "Trang chưa chấp nhận điều khoản về nhãn của Meta. Xin báo quản trị viên."},
    known_error{613, 2018338, verdict_kind::stop_account, 0,
                "Meta cho rằng trang gửi tin gây phiền. Xin quản trị viên kiểm tra trước khi gửi tiếp."},
    known_error{10, 2018278, verdict_kind::failed, 0, window_closed},
    known_error{10, 2018065, verdict_kind::failed, 0, window_closed},
    known_error{10, 2534022, verdict_kind::failed, 0, window_closed},
    known_error{10, 2018108, verdict_kind::failed, 0, person_unavailable},
    known_error{10, 1893063, verdict_kind::stop_account, 0,
                "Meta đang tạm hạn chế trang. Xin quản trị viên xem thông báo trong Meta Business Suite."},
    known_error{200, 1545041, verdict_kind::failed, 0, person_unavailable},
    known_error{551, 0, verdict_kind::failed, 0, person_unavailable},
    known_error{1545041, 0, verdict_kind::failed, 0, person_unavailable},
    known_error{
        0, 2018028, verdict_kind::stop_account, 0,
        "Ứng dụng Messenger chưa được bật công khai: chỉ quản trị viên và người thử nghiệm nhận được tin."},
    known_error{
        0, 2018027, verdict_kind::stop_account, 0,
        "Ứng dụng Messenger chưa được bật công khai: chỉ quản trị viên và người thử nghiệm nhận được tin."},
    known_error{0, 2018300, verdict_kind::thread_elsewhere, 0, elsewhere},
    known_error{0, 2534037, verdict_kind::thread_elsewhere, 0, elsewhere},
    known_error{0, 2018321, verdict_kind::retry, 60,
                "Bộ câu hỏi tự động của Meta đang giữ cuộc trò chuyện, hệ thống sẽ gửi lại sau."},
    known_error{0, 2018218, verdict_kind::failed, 0, "Không đọc được hồ sơ của người dân này."},
    known_error{0, 2018247, verdict_kind::failed, 0, "Không đọc được hồ sơ của người dân này."},
    known_error{100, 2018001, verdict_kind::failed, 0, "Messenger không tìm thấy người nhận này."},
    known_error{100, 2018008, verdict_kind::retry, 0,
                "Messenger chưa tải được tệp đính kèm, hệ thống sẽ gửi lại."},
    known_error{100, 2018294, verdict_kind::retry, 0,
                "Messenger chưa tải được tệp đính kèm, hệ thống sẽ gửi lại."},
    known_error{1, 0, verdict_kind::retry, 0, temporary},
    known_error{2, 0, verdict_kind::retry, 0, temporary},
    known_error{1200, 0, verdict_kind::retry, 0, temporary},
    known_error{4, 0, verdict_kind::retry, 60, too_fast},
    known_error{17, 0, verdict_kind::retry, 60, too_fast},
    known_error{32, 0, verdict_kind::retry, 60, too_fast},
    known_error{341, 0, verdict_kind::retry, 60, too_fast},
    known_error{613, 0, verdict_kind::retry, 60, too_fast},
    known_error{80006, 0, verdict_kind::retry, 60, too_fast},
    known_error{368, 0, verdict_kind::stop_account, 0,
                "Meta đã chặn việc gửi tin vì chính sách. Xin quản trị viên xem thông báo của Meta."},
    known_error{
        190, 0, verdict_kind::stop_account, 0,
        "Khóa truy cập của trang đã hết hạn hoặc bị thu hồi. Xin quản trị viên cấp lại khóa của trang."},
    known_error{10, 0, verdict_kind::stop_account, 0, no_permission},
    known_error{200, 0, verdict_kind::stop_account, 0, no_permission},
    known_error{230, 0, verdict_kind::stop_account, 0, no_permission},
    known_error{100, 0, verdict_kind::failed, 0, bad_form},
    known_error{9000001, 0, verdict_kind::failed, 0, "Tin được trích dẫn đã bị xóa."},
};

/// The longest "minutes until access returns" that the usage header of any account and kind names.
std::chrono::seconds regain_access(const header_list& headers) {
  std::int64_t minutes = 0;
  const auto document = read_json(find_header(headers, "X-Business-Use-Case-Usage"));
  if (document) {
    for (const auto& [account, kinds] : document->root.members) {
      for (const auto& usage : kinds.items) {
        minutes = std::max(minutes, usage["estimated_time_to_regain_access"].integer().value_or(0));
      }
    }
  }
  return std::chrono::minutes(std::clamp<std::int64_t>(minutes, 0, 24 * 60));
}

}  // namespace

messenger::messenger(messenger_settings settings) : settings_(std::move(settings)) {}

signature messenger::verify(const webhook_call& call) const {
  if (std::ranges::all_of(settings_.app_secrets, &std::string::empty)) return signature::no_secret;
  const auto header = call.header("X-Hub-Signature-256");
  if (header.empty()) return signature::absent;
  bool valid = false;
  for (const auto& secret : settings_.app_secrets) {
    if (secret.empty()) continue;
    valid |= same_in_constant_time(header, "sha256=" + hmac_sha256_hex(secret, call.body));
  }
  return valid ? signature::valid : signature::wrong;
}

std::optional<std::string> messenger::challenge(
    const std::vector<std::pair<std::string, std::string>>& query) const {
  const auto value = [&](std::string_view key) -> std::string_view {
    const auto found = std::ranges::find(query, key, &std::pair<std::string, std::string>::first);
    return found == query.end() ? std::string_view() : std::string_view(found->second);
  };
  const auto answer = value("hub.challenge");
  const bool sound = !answer.empty() && answer.size() <= 200 &&
                     std::ranges::all_of(answer, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
  if (settings_.verify_token.empty() || value("hub.mode") != "subscribe" || !sound) return std::nullopt;
  if (!same_in_constant_time(value("hub.verify_token"), settings_.verify_token)) return std::nullopt;
  return std::string(answer);
}

std::optional<messenger::deletion_request> messenger::read_signed_request(
    std::string_view signed_request) const {
  const auto dot = signed_request.find('.');
  if (dot == std::string_view::npos || signed_request.size() > 10'000) return std::nullopt;
  const auto encoded = signed_request.substr(dot + 1);
  const auto sent = decode_base64url(signed_request.substr(0, dot));
  if (!sent) return std::nullopt;
  bool valid = false;
  for (const auto& secret : settings_.app_secrets) {
    if (!secret.empty()) valid |= same_in_constant_time(*sent, hmac_sha256(secret, encoded));
  }
  const auto payload = valid ? decode_base64url(encoded) : std::nullopt;
  const auto document = payload ? read_json(*payload) : std::unexpected(std::string());
  if (!document || document->root["algorithm"].string() != "HMAC-SHA256") return std::nullopt;
  deletion_request out{std::string(document->root["user_id"].id()),
                       read_timestamp(document->root["issued_at"])};
  if (out.user_id.empty()) return std::nullopt;
  return out;
}

inbound messenger::parse(std::string_view body) const {
  inbound out;
  // Items of a batch stand at root object > entry array > entry object > messaging array.
  const auto document = read_json(body, {.batch_depth = 4});
  if (!document) {
    out.quarantined.push_back({std::string(body), document.error()});
    return out;
  }
  const auto& root = document->root;
  const auto refuse = [&](std::string_view raw, std::string why) {
    out.quarantined.push_back({std::string(raw), std::move(why)});
  };
  if (!root.is(json_value::kind::object)) {
    refuse(body, "Nội dung không phải một đối tượng JSON");
    return out;
  }
  if (!root["object"].is(json_value::kind::text)) {
    refuse(body, "Thiếu trường “object”");
    return out;
  }
  if (root["object"].string() != "page") return out;
  if (!root["entry"].is(json_value::kind::array)) {
    refuse(body, "Trường “entry” không phải một danh sách");
    return out;
  }
  bool odd_entry = false;
  for (const auto& entry : root["entry"].items) {
    if (!entry.is(json_value::kind::object)) {
      odd_entry = true;
      continue;
    }
    const auto read_all = [&](std::string_view key, bool standby) {
      const auto& list = entry[key];
      bool odd_item = false;
      if (list.given() && !list.is(json_value::kind::array)) {
        refuse(entry.raw, "Trường “" + std::string(key) + "” không phải một danh sách");
      }
      for (const auto& item : list.items) {
        std::string account(entry["id"].id());
        if (account.empty()) {  // messaging_feedback comes without it
          const auto recipient = item["recipient"]["id"].id();
          account = one_of(settings_.accounts, recipient) ? recipient : item["sender"]["id"].id();
        }
        if (!one_of(settings_.accounts, account)) continue;
        if (item.is(json_value::kind::object)) {
          item_reader{settings_, account, entry, item, standby, out}.read();
        } else {
          odd_item = true;
        }
      }
      // Reported once, whatever their number: each report keeps a copy of the whole.
      if (odd_item) refuse(entry.raw, "Một phần tử của “" + std::string(key) + "” không phải một đối tượng");
    };
    read_all("messaging", false);
    read_all("standby", true);
    if (one_of(settings_.accounts, entry["id"].id())) {
      for (const auto& change : entry["changes"].items) {  // the page's feed and the like
        dialogs::event e;
        e.channel = dialogs::channel::messenger;
        e.account = entry["id"].id();
        e.kind = event_kind::other;
        e.at = read_timestamp(entry["time"]);
        e.raw = change.raw;
        e.id = fallback_id(std::string(entry["time"].id()) + e.raw);
        out.events.push_back(std::move(e));
      }
    }
  }
  if (odd_entry) refuse(body, "Một phần tử của “entry” không phải một đối tượng");
  return out;
}

std::vector<request> messenger::render(const dialogs::reply& what, const std::string& account,
                                       const std::string& person) const {
  if (what.text.empty() && what.choices.empty()) return {};
  std::vector<dialogs::choice> taps, links;
  for (const auto& c : what.choices) (c.url.empty() ? taps : links).push_back(c);

  std::string text = nfc(what.text);
  json quick_replies = json::array();
  json buttons = json::array();
  const bool all_fit = std::ranges::all_of(what.choices, fits_button);
  if (!links.empty() && all_fit && what.choices.size() <= button_limit && !trim_part(text).empty() &&
      utf16_units(text) <= template_text_limit) {
    for (const auto& c : what.choices) buttons.push_back(button(c));
  } else {
    text = with_lines(text, choice_lines(links));
    const bool titles_fit = std::ranges::all_of(taps, fits_button);
    const bool payloads_fit = std::ranges::all_of(taps, [](const auto& c) {
      return !c.payload.empty() && utf16_units(nfc(c.payload)) <= payload_limit;
    });
    if (!taps.empty() && !(titles_fit && taps.size() <= quick_reply_limit)) {
      text = with_lines(text, choice_lines(taps));
    }
    if (taps.size() <= quick_reply_limit && payloads_fit) {
      for (std::size_t i = 0; i < taps.size(); ++i) {
        // Where the titles are too long, the numbers of the lines above can still be tapped.
        quick_replies.push_back(
            quick_reply(titles_fit ? nfc(taps[i].title) : std::to_string(i + 1), taps[i]));
      }
    }
  }
  if (trim_part(text).empty() && !what.choices.empty()) text = "Mời chọn:";

  // So much that the plain form, with the choices as lines, still is one message.
  const auto reserve = quick_replies.empty() || !std::ranges::all_of(taps, fits_button)
                           ? 0
                           : utf16_units(choice_lines(taps)) + 2;
  const auto parts = message_parts(text, text_limit, reserve);
  std::vector<request> out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    json message;
    if (last && !buttons.empty()) {
      message["attachment"] = {
          {"type", "template"},
          {"payload", {{"template_type", "button"}, {"text", parts[i]}, {"buttons", buttons}}}};
    } else {
      message["text"] = parts[i];
      if (last && !quick_replies.empty()) message["quick_replies"] = quick_replies;
    }
    message["metadata"] = own_metadata;
    json body;
    body["recipient"] = {{"id", person}};
    if (settings_.human_agent_tag && what.from == dialogs::reply::author::officer) {
      body["messaging_type"] = "MESSAGE_TAG";
      body["tag"] = "HUMAN_AGENT";
    } else {
      body["messaging_type"] = "RESPONSE";
    }
    body["message"] = std::move(message);
    out.push_back({"POST", "/" + account + "/messages", dump(body)});
  }
  return out;
}

std::optional<request> messenger::as_plain_text(const request& refused) const {
  auto body = json::parse(refused.body, nullptr, false);
  if (!body.is_object() || !body.contains("message") || !body["message"].is_object()) return std::nullopt;
  const auto document = read_json(refused.body);
  if (!document) return std::nullopt;
  const auto& message = document->root["message"];
  const auto& button_payload = message["attachment"]["payload"];
  const auto& offered =
      message["quick_replies"].given() ? message["quick_replies"] : button_payload["buttons"];
  if (offered.items.empty()) return std::nullopt;

  std::vector<dialogs::choice> choices;
  bool numbers_only = true;
  for (const auto& c : offered.items) {
    choices.push_back(
        {std::string(c["title"].string()), std::string(c["payload"].id()), std::string(c["url"].string())});
    numbers_only = numbers_only && choices.back().title == std::to_string(choices.size());
  }
  std::string text(message["text"].given() ? message["text"].string() : button_payload["text"].string());
  // Titles that are numbers stand for lines which the text has already.
  if (!numbers_only) text = with_lines(text, choice_lines(choices));
  json plain;
  plain["text"] = text;
  if (body["message"].contains("metadata")) plain["metadata"] = body["message"]["metadata"];
  body["message"] = std::move(plain);
  auto out = refused;
  out.body = dump(body);
  return out;
}

std::pair<std::string, header_list> messenger::authorise(const request& what, const credentials& with) const {
  std::string path = what.path;
  if (!with.app_secret.empty()) {
    path += path.contains('?') ? '&' : '?';
    path += "appsecret_proof=" + hmac_sha256_hex(with.app_secret, with.access_token);
  }
  return {std::move(path),
          {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + with.access_token}}};
}

verdict messenger::judge(int http_status, const header_list& headers, std::string_view body) const {
  verdict out;
  const auto document = read_json(body);
  const auto& root = document ? document->root : json_value{};
  const auto& error = root["error"];
  if (!error.is(json_value::kind::object) || !error["code"].integer()) {
    if (http_status == 200 && !error.given() &&
        (!root["message_id"].id().empty() || !root["recipient_id"].id().empty())) {
      out.what = verdict_kind::accepted;
      out.message_id = root["message_id"].id();
      return out;
    }
    return judge_status(http_status, headers, "Messenger");
  }

  const auto code = *error["code"].integer();
  const auto subcode = error["error_subcode"].integer().value_or(0);
  out.code = std::to_string(code) + (subcode == 0 ? "" : "/" + std::to_string(subcode));
  for (const auto& known : known_errors) {
    // Some numbers are listed as codes in one place and sent as subcodes in another.
    const bool fits = known.code == 0
                          ? (code == known.subcode || subcode == known.subcode)
                          : code == known.code && (known.subcode == 0 || subcode == known.subcode);
    if (!fits) continue;
    out.what = known.what;
    out.why = known.why;
    out.wait = std::chrono::seconds(known.wait);
    if (out.what == verdict_kind::retry) {
      out.wait = std::max({out.wait, retry_after(headers), regain_access(headers)});
    }
    return out;
  }
  auto by_status = judge_status(http_status == 200 ? 400 : http_status, headers, "Messenger");
  by_status.code = out.code;
  return by_status;
}

}  // namespace thanthien::adapters
