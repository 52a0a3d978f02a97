#include "tests/dialogs/form_kit.hpp"

#include <algorithm>

/// Taking back what was said, coming back after a silence, and files that change under a form.
namespace thanthien::dialogs::test {
namespace {

constexpr const char* form = R"(dialog: thu
title: Xin lịch hẹn
steps:
  viec:
    ask: Việc gì ạ?
    slot: viec
    type: choice
    label: Việc
    choices:
      - {title: Khai sinh, value: ks, next: sinh}
      - {title: Đất đai, value: dat, also: [nhà đất]}
  thua:
    ask: Thửa số mấy ạ?
    slot: thua
    type: number
    label: Số thửa
    next: may
  sinh:
    ask: Bé sinh ngày nào ạ?
    slot: sinh
    type: date
    label: Ngày sinh
  may:
    ask: Số máy ạ?
    slot: may
    type: phone
    label: Số điện thoại
  noi:
    ask: Kể giúp em ạ?
    slot: noi_dung
    type: text
    label: Nội dung
  cho:
    ask: Chỗ nào ạ?
    slot: cho
    type: text
    label: Địa điểm
  xong:
    hand_over: form
    summary: Xong.
)";

class Corrections : public form_test {
 protected:
  /// The same resident after the file has changed.
  resident after_reload(const resident& who, const std::string& text) {
    load(text);
    resident same{*made_};
    same.state = who.state;
    same.now = who.now;
    return same;
  }
};

TEST_F(Corrections, AnEarlierAnswerIsReplacedByWhatFitsIt) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("5/3/2015");
  auto out = who.says("à nhầm, sinh năm 2016");
  EXPECT_EQ(who.state.slots.at("sinh"), "2016-03-05");
  EXPECT_NE(all_text(out).find("05/03/2016"), std::string::npos) << all_text(out);
  EXPECT_NE(all_text(out).find("Số máy"), std::string::npos) << "goes on with the question that waited";
  who.says("0912345678");
  who.says("hư đường");
  out = who.says("dạ em ghi lộn ngày sinh là 6/4/2016");
  EXPECT_EQ(who.state.slots.at("sinh"), "2016-04-06");
  EXPECT_EQ(who.state.slots.at("may"), "0912345678") << "the other answers stay";
  EXPECT_EQ(who.state.slots.at("noi_dung"), "hư đường");
  EXPECT_NE(all_text(out).find("Chỗ nào"), std::string::npos) << all_text(out);
}

TEST_F(Corrections, AFreeTextBeforeIsReplacedAndTheOrderOfBackIsKept) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("5/3/2015");
  who.says("0912345678");
  who.says("đèn đường hư");
  auto out = who.says("à lộn, cống bị nghẹt");
  EXPECT_EQ(who.state.slots.at("noi_dung"), "cống bị nghẹt");
  EXPECT_NE(all_text(out).find("Chỗ nào"), std::string::npos);
  out = who.says("quay lại");
  EXPECT_NE(all_text(out).find("Kể giúp em"), std::string::npos);
  out = who.says("quay lại");
  EXPECT_NE(all_text(out).find("Số máy"), std::string::npos);
}

TEST_F(Corrections, AnotherChoiceLeadsAnotherWayAndTakesNothingStaleAlong) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("5/3/2015");
  who.says("0912345678");
  auto out = who.says("em nhầm, việc nhà đất mới đúng");
  EXPECT_EQ(who.state.slots.at("viec"), "dat");
  EXPECT_NE(all_text(out).find("Thửa số mấy"), std::string::npos) << all_text(out);
  EXPECT_FALSE(who.state.slots.contains("sinh"));
  out = who.says("12");
  EXPECT_NE(all_text(out).find("Số máy"), std::string::npos)
      << "asked anew: it stood behind the changed answer";
}

TEST_F(Corrections, NothingMoreThanTheWordsGoesBackOneQuestion) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("5/3/2015");
  const auto out = who.says("à nhầm");
  EXPECT_NE(all_text(out).find("sinh ngày nào"), std::string::npos) << all_text(out);
  EXPECT_FALSE(who.state.slots.contains("sinh"));
}

TEST_F(Corrections, WhatFitsNothingEarlierIsReadAsTheAnswer) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("à nhầm, 7/8/2020");
  EXPECT_EQ(who.state.slots.at("sinh"), "2020-08-07");
}

TEST_F(Corrections, AfterHoursTheFormIsOfferedAndAnAnswerStillCounts) {
  auto who = at(form);
  who.taps("slot:ks");
  who.now += std::chrono::hours{20};
  auto out = who.says("chào em");
  EXPECT_NE(all_text(out).find("Xin lịch hẹn"), std::string::npos) << all_text(out);
  EXPECT_EQ(titles(out), (std::vector<std::string>{"Làm tiếp", "Thôi, việc khác", "Gặp cán bộ"}));
  out = who.says("ừ");
  EXPECT_NE(all_text(out).find("sinh ngày nào"), std::string::npos) << all_text(out);
  who.now += std::chrono::hours{20};
  who.says("5/3/2015");
  EXPECT_EQ(who.state.slots.at("sinh"), "2015-03-05") << "a fitting answer needs no reminder";
  who.now += std::chrono::hours{20};
  who.says("alo");
  out = who.says("thôi");
  EXPECT_TRUE(who.state.stack.empty());
}

TEST_F(Corrections, AfterAWeekTheFormIsOverAndTheMessageStandsForItself) {
  auto who = at(form);
  who.taps("slot:ks");
  who.now += std::chrono::days{8};
  const auto out = who.says("lệ phí đăng ký kết hôn bao nhiêu");
  EXPECT_TRUE(who.state.stack.empty());
  EXPECT_EQ(out.topic, "ket-hon");
  EXPECT_NE(all_text(out).find("Xin lịch hẹn"), std::string::npos) << "told that it is closed";
}

TEST_F(Corrections, ARenamedStepGoesOnWhereTheFileSays) {
  auto who = at(form);
  who.taps("slot:ks");
  std::string changed = form;
  const std::string from = "  sinh:\n", to = "  ngay-sinh:\n";
  changed.replace(changed.find(from), from.size(), to);
  changed.replace(changed.find("next: sinh}"), 11, "next: ngay-sinh}");
  changed.replace(changed.find("steps:"), 6, "moved:\n  sinh: ngay-sinh\nsteps:");
  auto same = after_reload(who, changed);
  const auto out = same.says("5/3/2015");
  EXPECT_EQ(same.state.slots.at("sinh"), "2015-03-05");
  EXPECT_NE(all_text(out).find("Số máy"), std::string::npos) << all_text(out);
}

TEST_F(Corrections, AStepThatIsGoneIsToldAndWhatWasAnsweredIsKept) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("5/3/2015");
  who.says("0912345678");
  std::string changed = form;  // the free text is asked under another name, and the phone before the date
  changed.replace(changed.find("  noi:\n"), 7, "  chuyen:\n");
  auto same = after_reload(who, changed);
  const auto out = same.says("đường hư");
  EXPECT_NE(all_text(out).find("giữ lại"), std::string::npos) << all_text(out);
  EXPECT_NE(all_text(out).find("Kể giúp em"), std::string::npos) << all_text(out);
  EXPECT_EQ(same.state.slots.at("sinh"), "2015-03-05");
  EXPECT_EQ(same.state.slots.at("may"), "0912345678");
  same.says("đường hư");
  EXPECT_EQ(same.state.slots.at("noi_dung"), "đường hư");
}

TEST_F(Corrections, ASubDialogTakesArgumentsAndGivesResultsBack) {
  files_.write("hoi-noi.yaml", R"(dialog: hoi-noi
steps:
  hoi:
    ask: "{ai} ở đâu ạ?"
    slot: cho_o
    type: text
    next: end
)");
  auto who = at(R"(dialog: thu
steps:
  me:
    call: {dialog: hoi-noi, with: {ai: Mẹ}, results: {noi_me: cho_o}}
  cha:
    call: {dialog: hoi-noi, with: {ai: Cha}, results: {noi_cha: cho_o}}
  xong:
    say: Mẹ {noi_me}, cha {noi_cha}.
    next: end
)");
  EXPECT_EQ(who.state.slots.at("ai"), "Mẹ");
  auto out = who.says("hẻm 12");
  EXPECT_NE(all_text(out).find("Cha ở đâu"), std::string::npos) << all_text(out);
  out = who.says("ấp 3");
  EXPECT_NE(all_text(out).find("Mẹ hẻm 12, cha ấp 3."), std::string::npos) << all_text(out);
}

TEST_F(Corrections, ThePhoneIsCorrectedByWhatStandsBeforeTheLastWords) {
  auto who = at(form);
  who.taps("slot:ks");
  who.says("5/3/2015");
  who.says("0912345678");
  const auto out = who.says("số cũ là 0912345679 mới đúng");
  EXPECT_EQ(who.state.slots.at("may"), "0912345679") << all_text(out);
  EXPECT_NE(all_text(out).find("Kể giúp em"), std::string::npos) << all_text(out);
}

}  // namespace
}  // namespace thanthien::dialogs::test
