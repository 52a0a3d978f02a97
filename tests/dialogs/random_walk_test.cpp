#include "dialogs/model.hpp"
#include "tests/dialogs/kit.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>

/// Whatever a hostile or confused resident and the platforms do: no throw, no silence, no empty or over-long
/// text, no lost way, and a person on request. 100,000 turns in five parts, each from a seed of its own.
namespace thanthien::dialogs::test {
namespace {

using std::chrono::hours;

const std::vector<std::string>& texts() {
  static const std::vector<std::string> all{"làm giấy khai sinh cần gì",
                                            "còn lệ phí?",
                                            "quay lại",
                                            "thôi",
                                            "có",
                                            "không",
                                            "1",
                                            "cái thứ hai",
                                            "bỏ qua",
                                            "menu",
                                            "gặp cán bộ",
                                            "phản ánh ổ gà",
                                            "cán bộ hách dịch quá",
                                            "asdf",
                                            "",
                                            " ",
                                            "🙂",
                                            "nhà tôi đang cháy",
                                            "Trần Thị Hoa",
                                            "phường Trấn Biên",
                                            "Tân Thành",
                                            "0912345678",
                                            "075064001234",
                                            "hồ sơ của tôi tới đâu rồi",
                                            "có người gọi đòi mã otp",
                                            "lỡ bấm rồi",
                                            "How much?",
                                            "I want to marry here",
                                            "xổ số hôm nay ra gì",
                                            "cảm ơn",
                                            "{unit.name} {{",
                                            "\xFF\xFE\xC3",
                                            std::string(30'000, 'a'),
                                            "địa chỉ ủy ban ở đâu",
                                            "mấy giờ làm việc",
                                            "nhắc lại",
                                            "làm lại từ đầu",
                                            "cần giấy tờ gì",
                                            "đăng ký tạm trú ở đâu, bao lâu, bao nhiêu tiền",
                                            "' OR 1=1 --",
                                            "<script>alert(1)</script>",
                                            "giấy tờ của em cần gì",
                                            "không nhớ",
                                            "à nhầm, ngày 5/3/2016",
                                            "H19.12.34-241123-0012",
                                            "DN-DDD555",
                                            "mã DN-AAA222 tới đâu rồi",
                                            "DN-XYZ789",
                                            "để mai tính",
                                            "xã Tân Thành làm việc mấy giờ",
                                            "phường Quyết Thắng giờ thuộc phường nào",
                                            "xã Tân Thành cũ giờ là xã nào",
                                            "lịch tiếp công dân của chủ tịch",
                                            "làm tiếp",
                                            "đường hẻm 12 có ổ gà rất sâu, \"xe máy\" té hoài, mấy lần rồi "
                                            "mà chưa ai sửa, bà con bức xúc lắm \\ nhờ phường xem giùm, "
                                            "trời mưa thì ngập tới đầu gối, trẻ con đi học qua đây ngày nào "
                                            "cũng lo, người già không dám ra khỏi nhà buổi tối nữa"};
  return all;
}

/// Payloads as buttons send them, and as somebody types them by hand.
const std::vector<std::string>& payloads_of_all() {
  static const auto all = [] {
    std::vector<std::string> out{"aspect:ket-hon:fee", "cmd:menu",   "cmd:back",   "cmd:person",
                                 "cmd:stop",           "cmd:again",  "cmd:skip",   "cmd:wrong",
                                 "slot:yes",           "slot:no",    "slot:x",     "go:nowhere",
                                 "cmd:start_over",     "cmd:papers", "cmd:resume", "rate:TB-1:5"};
    for (const auto& name : shipped_book().names()) out.push_back("go:" + name);
    for (const auto& [topic, dialog] : shipped_book().inside().on_topic) out.push_back("topic:" + topic);
    for (const auto& p : shipped_knowledge().procedures()) out.push_back("topic:" + p.id);
    return out;
  }();
  return all;
}

/// A dossier, and requests that are waiting and late.
records looked_up() {
  records out;
  out.dossiers.push_back({.code = "H19.12.34-241123-0012",
                          .procedure = "khai-sinh",
                          .unit = "tran-bien",
                          .state = dossier_state::processing,
                          .received = "2026-11-10",
                          .due = "2026-11-20",
                          .updated = "2026-11-22",
                          .note = ""});
  out.requests.push_back({"DN-AAA222", request_state::waiting, monday_morning() + hours{24 * 9000}});
  out.requests.push_back({"DN-DDD555", request_state::held, monday_morning() - hours{48}});
  out.dossiers_as_of = monday_morning() - hours{20};
  return out;
}

bool way_to_person(const outcome& o) {
  const auto offered = payloads(o);
  return std::ranges::count(offered, "cmd:person") > 0 || !o.after.case_code.empty() ||
         all_text(o).find("gặp cán bộ") != std::string::npos;
}

class RandomWalks : public testing::TestWithParam<unsigned> {
 protected:
  static constexpr int turns = 20'000;

  event anything(resident& who) {
    auto e = who.next(event_kind::message);
    const auto kind = dice() % 20;
    if (kind < 11) {
      e.text = pick(texts());
    } else if (kind < 15) {
      e.payload = who.state.offered.empty() ? pick(payloads_of_all()) : pick(who.state.offered).second;
    } else if (kind < 17) {
      e.payload = pick(payloads_of_all());
    } else if (kind < 18) {
      e.attachments.emplace_back();
      e.attachments.back().what = static_cast<attachment::kind>(dice() % 9);
    } else {
      constexpr std::array others{
          event_kind::opened,          event_kind::staff_message, event_kind::thread_taken,
          event_kind::thread_returned, event_kind::officer_took,  event_kind::officer_returned,
          event_kind::officer_closed,  event_kind::delivered,     event_kind::left};
      e.kind = pick(others);
    }
    if (dice() % 25 == 0) e.at -= hours{1};
    if (dice() % 30 == 0) who.now += hours{3};
    if (dice() % 200 == 0) who.now += hours{24 * 9};
    return e;
  }

  void answer_is_sound(const outcome& out) {
    for (const auto& r : out.replies) {
      ASSERT_FALSE(trimmed(r.text).empty());
      ASSERT_LE(length_of(r.text), 1900U) << r.text;
      ASSERT_LE(r.choices.size(), 5U);
      for (const auto& c : r.choices) {
        ASSERT_LE(length_of(c.title), 20U) << c.title;
        ASSERT_FALSE(c.title.empty()) << c.payload;
      }
    }
    if (out.handed_over) {
      ++cases_;
      ASSERT_FALSE(out.after.case_code.empty());
      ASSERT_FALSE(out.handed_over->reason.empty());
      ASSERT_FALSE(out.handed_over->summary.empty()) << out.handed_over->reason;
    }
    ASSERT_LE(out.after.stack.size(), 4U);
    nlohmann::json saved;
    to_json(saved, out.after);
    ASSERT_LE(saved.dump().size(), largest_state) << saved.dump(1);
    replies_ += out.replies.size();
  }

  /// Whatever is under way, asking for a person twice makes a case.
  static void reaches_a_person(resident who) {
    for (int i = 0; i < 2 && who.state.case_code.empty(); ++i) who.says("gặp cán bộ");
    ASSERT_FALSE(who.state.case_code.empty()) << told(who.state);
  }

  template <class List>
  typename List::const_reference pick(const List& from) {
    return from[dice() % from.size()];
  }

  std::mt19937 dice{20261123U + GetParam()};
  std::size_t replies_ = 0, cases_ = 0;
};

TEST_P(RandomWalks, NeverLoseTheirWay) {
  resident who;
  who.records = looked_up();
  std::set<std::string> dialogs;
  for (int i = 0; i < turns; ++i) {
    SCOPED_TRACE(i);
    if (dice() % 40 == 0) {
      who.state = {};
      who.unit = dice() % 2 ? "tran-bien" : "";
    }
    const auto e = anything(who);
    SCOPED_TRACE("\"" + e.text.substr(0, 60) + "\" " + e.payload + " " + std::string{to_string(e.kind)});
    const bool late_opening = e.kind == event_kind::opened && e.at < who.state.last_event_at;
    const auto held = who.state.holder != holder::bot &&
                      !(who.state.holder == holder::outside_staff && who.now > who.state.held_until);
    const auto out = who.hears(e);
    if ((e.kind == event_kind::message || e.kind == event_kind::opened) && !held && !late_opening) {
      ASSERT_FALSE(out.replies.empty());
      ASSERT_TRUE(way_to_person(out)) << all_text(out);
      ASSERT_NE(out.act, act::none) << all_text(out);
    }
    if (held && e.kind == event_kind::message) ASSERT_TRUE(out.replies.empty());
    ASSERT_NO_FATAL_FAILURE(answer_is_sound(out));
    for (const auto& p : out.after.stack) dialogs.insert(p.dialog);
    if (i % 50 == 0 && who.state.holder == holder::bot) ASSERT_NO_FATAL_FAILURE(reaches_a_person(who));
  }
  EXPECT_GT(replies_, 10'000U);
  EXPECT_GT(cases_, 100U);
  // Each dialog that asks something was under way.
  for (const auto& [name, d] : shipped_book().inside().dialogs)
    if (std::ranges::any_of(d.steps, [](const auto& s) { return s.what == step::kind::ask; }))
      EXPECT_TRUE(dialogs.contains(name)) << name;
}

INSTANTIATE_TEST_SUITE_P(Walk, RandomWalks, testing::Range(0U, 5U));

}  // namespace
}  // namespace thanthien::dialogs::test
