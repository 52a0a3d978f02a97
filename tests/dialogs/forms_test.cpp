#include "tests/dialogs/form_kit.hpp"

#include <algorithm>

/// How forms behave, on dialogs written for these tests and laid over the shipped ones. The menu leads into
/// them.
namespace thanthien::dialogs::test {
namespace {

class Forms : public form_test {};

constexpr const char* all_types = R"(dialog: thu
steps:
  ten:
    ask: Tên gì ạ?
    slot: ten
    type: full_name
    label: Họ tên
  ngay:
    ask: Ngày nào ạ?
    slot: ngay
    type: date
  so:
    ask: Mấy người ạ?
    slot: so
    type: number
    min: 1
    max: 5
  tien:
    ask: Bao nhiêu tiền ạ?
    slot: tien
    type: money
  may:
    ask: Số máy ạ?
    slot: may
    type: phone
    optional: yes
  dinh-danh:
    ask: Số định danh ạ?
    slot: dinh_danh
    type: identity_number
  noi:
    ask: Ở đâu ạ?
    slot: noi
    type: address
  dong-y:
    ask: Đúng hết chưa ạ?
    slot: dong_y
    type: yes_no
  xong:
    hand_over: form
    summary: Đã ghi.
    say: "Dạ, {ten}, {ngay}, {so} người, {dinh_danh}, {noi}."
)";

TEST_F(Forms, EveryTypeIsReadNormalisedAndTold) {
  auto who = at(all_types);
  who.says("dạ em tên nguyễn thị bé");
  who.says("5/3/2027");
  who.says("ba người");
  who.says("2tr5");
  who.says("bỏ qua");
  who.says("075064001234");
  who.says("phường Trấn Biên");
  EXPECT_EQ(who.state.slots.at("ten"), "Nguyễn Thị Bé");
  EXPECT_EQ(who.state.slots.at("ngay"), "2027-03-05");
  EXPECT_EQ(who.state.slots.at("so"), "3");
  EXPECT_EQ(who.state.slots.at("tien"), "2500000");
  EXPECT_FALSE(who.state.slots.contains("may"));
  EXPECT_TRUE(who.state.slots.at("dinh_danh").ends_with("234"));
  EXPECT_EQ(who.state.slots.at("dinh_danh").find("075064"), std::string::npos);
  EXPECT_EQ(who.state.slots.at("noi"), "tran-bien");
  EXPECT_EQ(who.state.unit, "tran-bien");
  const auto done = who.says("dạ đúng rồi");
  ASSERT_TRUE(done.handed_over);
  EXPECT_EQ(done.handed_over->reason, "form");
  EXPECT_EQ(done.handed_over->unit, "tran-bien");
  EXPECT_NE(all_text(done).find("Nguyễn Thị Bé, 05/03/2027, 3 người"), std::string::npos) << all_text(done);
  EXPECT_NE(all_text(done).find("Phường Trấn Biên"), std::string::npos);
  EXPECT_NE(done.handed_over->summary.find("Họ tên: Nguyễn Thị Bé"), std::string::npos)
      << done.handed_over->summary;
  EXPECT_EQ(done.handed_over->summary.find("075064001234"), std::string::npos);
  EXPECT_TRUE(who.state.slots.empty()) << "the form is over";
}

TEST_F(Forms, AValueThatDoesNotFitIsAskedAgainWithAnExampleAndThenGoesToAPerson) {
  auto who = at(all_types);
  who.says("nguyễn thị bé");
  const auto once = who.says("bữa nào rảnh");
  EXPECT_EQ(once.act, act::clarify);
  EXPECT_NE(all_text(once).find("05/03/2026"), std::string::npos) << all_text(once);
  EXPECT_TRUE(std::ranges::count(payloads(once), "cmd:person"));
  who.says("bữa nào cũng được");
  const auto third = who.says("tùy em");
  ASSERT_TRUE(third.handed_over);
  EXPECT_EQ(third.handed_over->reason, "not_understood");
  EXPECT_NE(third.handed_over->summary.find("Nguyễn Thị Bé"), std::string::npos);
}

TEST_F(Forms, NumbersOutsideTheBoundsDoNotFit) {
  auto who = at(all_types);
  who.says("nguyễn thị bé");
  who.says("5/3/2027");
  EXPECT_EQ(who.says("9 người").act, act::clarify);
  EXPECT_FALSE(who.state.slots.contains("so"));
  who.says("5");
  EXPECT_EQ(who.state.slots.at("so"), "5");
}

TEST_F(Forms, BackCorrectsTheAnswerBefore) {
  auto who = at(all_types);
  who.says("nguyễn thị bé");
  who.says("5/3/2027");
  EXPECT_NE(all_text(who.says("quay lại")).find("Ngày nào"), std::string::npos);
  EXPECT_NE(all_text(who.says("quay lại")).find("Tên gì"), std::string::npos);
  EXPECT_TRUE(who.state.slots.empty());
  who.says("trần văn tư");
  who.says("6/3/2027");
  EXPECT_EQ(who.state.slots.at("ten"), "Trần Văn Tư");
  EXPECT_EQ(who.state.slots.at("ngay"), "2027-03-06");
}

TEST_F(Forms, ASideQuestionIsAnsweredAndTheOpenOneAskedAgain) {
  auto who = at(all_types);
  const auto side = who.says("đăng ký kết hôn cần giấy tờ gì?");
  EXPECT_EQ(side.topic, "ket-hon");
  EXPECT_NE(all_text(side).find("Tên gì"), std::string::npos) << all_text(side);
  EXPECT_FALSE(who.state.slots.contains("ten"));
  who.says("nguyễn thị bé");
  EXPECT_EQ(who.state.slots.at("ten"), "Nguyễn Thị Bé");
}

TEST_F(Forms, StopEndsTheFormAndAgainRepeatsTheQuestion) {
  auto who = at(all_types);
  EXPECT_NE(all_text(who.says("nhắc lại giúp em")).find("Tên gì"), std::string::npos);
  who.says("thôi");
  EXPECT_TRUE(who.state.stack.empty());
}

TEST_F(Forms, AskingForAPersonTakesWhatWasFilledInAlong) {
  auto who = at(all_types);
  who.says("nguyễn thị bé");
  const auto out = who.says("cho gặp cán bộ");
  ASSERT_TRUE(out.handed_over);
  EXPECT_EQ(out.handed_over->reason, "asked_for_person");
  EXPECT_NE(out.handed_over->summary.find("Nguyễn Thị Bé"), std::string::npos) << out.handed_over->summary;
}

TEST_F(Forms, AnAmbiguousPlaceIsAskedBack) {
  auto who =
      at("dialog: thu\nsteps:\n  noi:\n    ask: Ở đâu ạ?\n    slot: noi\n    type: address\n  xong:\n    "
         "say: Ở {noi}.\n    next: end\n");
  const auto back = who.says("xã Tân Thành");
  ASSERT_GE(titles(back).size(), 3U);
  EXPECT_EQ(back.act, act::clarify);
  const auto first = back.after.offered.front().second;
  const auto chosen = who.says("1");
  ASSERT_TRUE(first.starts_with("slot:"));
  EXPECT_EQ(who.state.unit, first.substr(5));
  EXPECT_NE(all_text(chosen).find(shipped_knowledge().find_unit(first.substr(5))->full_name),
            std::string::npos);
}

TEST_F(Forms, ChoicesAreHeardByTitleNumberOtherWordsAndTap) {
  const auto* text =
      "dialog: thu\nsteps:\n  hoi:\n    ask: Nhà gì ạ?\n    slot: nha\n    choices:\n"
      "      - {title: Nhà trọ, value: tro, also: [thuê], next: tro}\n      - {title: Nhà riêng, value: "
      "rieng}\n"
      "  rieng:\n    say: RIÊNG {nha}.\n    next: end\n  tro:\n    say: TRỌ {nha}.\n    next: end\n";
  for (const auto* said : {"1", "nha tro", "Nhà trọ ạ", "dạ em đang thuê", "slot:tro"})
    EXPECT_NE(all_text(at(text).says(said)).find("TRỌ Nhà trọ."), std::string::npos) << said;
  for (const auto* said : {"2", "cái thứ hai", "nhà riêng"})
    EXPECT_NE(all_text(at(text).says(said)).find("RIÊNG Nhà riêng."), std::string::npos) << said;
}

TEST_F(Forms, BranchesFollowSlotsUnitChannelAndClock) {
  const auto* text =
      "dialog: thu\nsteps:\n  hoi:\n    ask: Mấy tuổi ạ?\n    slot: tuoi\n    type: number\n  re:\n    "
      "branch:\n"
      "      - {when: {slot.tuoi: {less: 6}}, go: nho}\n"
      "      - {when: {slot.tuoi: {at_least: 14}, channel: [web, zalo]}, go: lon}\n"
      "      - {when: {any: [{slot.tuoi: 7}, {not: {office_hours: yes}}]}, go: bay}\n      - {else: khac}\n"
      "  nho:\n    say: NHỎ.\n    next: end\n  lon:\n    say: LỚN.\n    next: end\n"
      "  bay:\n    say: BẢY.\n    next: end\n  khac:\n    say: KHÁC.\n    next: end\n";
  EXPECT_NE(all_text(at(text).says("3")).find("NHỎ"), std::string::npos);
  EXPECT_NE(all_text(at(text).says("10")).find("KHÁC"), std::string::npos);
  EXPECT_NE(all_text(at(text).says("7")).find("BẢY"), std::string::npos);
  EXPECT_NE(all_text(at(text).says("20")).find("LỚN"), std::string::npos);
  auto elsewhere = at(text);
  elsewhere.on = channel::messenger;
  EXPECT_NE(all_text(elsewhere.says("20")).find("KHÁC"), std::string::npos);
  auto night = at(text);
  night.now += std::chrono::hours{14};
  EXPECT_NE(all_text(night.says("10")).find("BẢY"), std::string::npos);
}

TEST_F(Forms, ACalledDialogReturnsToItsCaller) {
  files_.write("con.yaml",
               "dialog: con\nsteps:\n  hoi:\n    ask: Con hỏi gì ạ?\n    slot: trong_con\n    type: number\n "
               "   next: end\n");
  auto who =
      at("dialog: thu\nsteps:\n  goi:\n    call: con\n  ve:\n    say: Về với {trong_con}.\n    next: end\n");
  EXPECT_NE(all_text(first_).find("Con hỏi gì"), std::string::npos);
  EXPECT_EQ(who.state.stack.size(), 2U);
  EXPECT_NE(all_text(who.says("42")).find("Về với 42."), std::string::npos);
  EXPECT_TRUE(who.state.stack.empty());
}

TEST_F(Forms, WhatAResidentTypesIsNeverReadAsATemplateNorAsAPayload) {
  auto who =
      at("dialog: thu\nsteps:\n  hoi:\n    ask: Gì ạ?\n    slot: gi\n    type: text\n    side_questions: "
         "no\n  ve:\n    say: \"Ghi: {gi}\"\n    next: end\n");
  EXPECT_NE(all_text(who.says("{unit.name} {{x}} <b>")).find("Ghi: {unit.name} {{x}} <b>"),
            std::string::npos);
}

TEST_F(Forms, WithoutSideQuestionsEverythingTypedIsTheAnswer) {
  auto who =
      at("dialog: thu\nsteps:\n  hoi:\n    ask: Kể em nghe ạ?\n    slot: ke\n    type: text\n    "
         "side_questions: no\n  ve:\n    say: XONG.\n    next: end\n");
  EXPECT_NE(all_text(who.says("đăng ký kết hôn cần giấy tờ gì?")).find("XONG"), std::string::npos);
}

TEST_F(Forms, AThumbAloneIsThankedAndTheQuestionStays) {
  auto who = at(all_types);
  const auto out = who.says("👍");
  EXPECT_EQ(out.act, act::small_talk);
  EXPECT_NE(all_text(out).find("Tên gì"), std::string::npos);
  EXPECT_FALSE(out.handed_over);
}

TEST_F(Forms, AnEmergencyBreaksTheFormOff) {
  auto who = at(all_types);
  const auto out = who.says("nhà tôi đang cháy lớn cứu với");
  EXPECT_EQ(out.act, act::emergency);
  EXPECT_TRUE(out.handed_over && out.handed_over->urgent);
  EXPECT_TRUE(who.state.stack.empty());
  EXPECT_NE(all_text(out).find("114"), std::string::npos);
}

constexpr const char* money_and_count = R"(dialog: thu
steps:
  so:
    ask: Mấy người ạ?
    slot: so
    type: number
    max: 50
  tien:
    ask: Bao nhiêu tiền ạ?
    slot: tien
    type: money
    label: Số tiền
  con:
    ask: Có con nhỏ không ạ?
    slot: con
    type: yes_no
  xong:
    hand_over: form
    summary: Xin {tien}.
    say: "Dạ, {so} người, {tien}."
)";

TEST_F(Forms, NumberWordsAreReadWholeOrAskedAgain) {
  auto who = at(money_and_count);
  EXPECT_EQ(who.says("3 người lớn 2 trẻ em").act, act::clarify);
  EXPECT_FALSE(who.state.slots.contains("so"));
  who.says("hai mươi lăm");
  EXPECT_EQ(who.state.slots.at("so"), "25");
}

TEST_F(Forms, AnAmountIsToldAsPeopleWriteIt) {
  auto who = at(money_and_count);
  who.says("mười hai người");
  who.says("sáu triệu");
  EXPECT_EQ(who.state.slots.at("tien"), "6000000");
  const auto done = who.says("không có con");
  EXPECT_NE(all_text(done).find("12 người, 6.000.000 đồng."), std::string::npos) << all_text(done);
  ASSERT_TRUE(done.handed_over);
  EXPECT_NE(done.handed_over->summary.find("Số tiền: 6.000.000 đồng"), std::string::npos)
      << done.handed_over->summary;
}

TEST_F(Forms, ASmallBareAmountIsAskedBackWithItsTwoReadings) {
  const auto asked_back = [&] {
    auto who = at(money_and_count);
    who.says("2");
    const auto out = who.says("12");
    EXPECT_NE(all_text(out).find("12 ngàn hay 12 triệu"), std::string::npos) << all_text(out);
    EXPECT_FALSE(who.state.slots.contains("tien"));
    return who;
  };
  for (const auto* said : {"12 triệu", "triệu", "slot:12000000", "trieu nha"}) {
    auto who = asked_back();
    who.says(said);
    EXPECT_EQ(who.state.slots["tien"], "12000000") << said;
  }
  auto who = asked_back();
  who.says("nghìn");
  EXPECT_EQ(who.state.slots["tien"], "12000");
}

TEST_F(Forms, YesAndNoMayGoOn) {
  for (const auto& [said, value] :
       {std::pair{"có 2 đứa", "yes"}, {"không có con", "no"}, {"dạ chưa có con", "no"}}) {
    auto who = at(money_and_count);
    who.says("2");
    who.says("2 triệu");
    const auto before = who.state.slots.size();
    const auto out = who.says(said);
    EXPECT_EQ(before, 2U);
    EXPECT_TRUE(out.handed_over) << said << ": " << all_text(out);
    ASSERT_TRUE(out.handed_over.has_value());
    EXPECT_NE(
        out.handed_over->summary.find(std::string{"con: "} + (std::string{value} == "yes" ? "Có" : "Không")),
        std::string::npos)
        << out.handed_over->summary;
  }
}

constexpr const char* days = R"(dialog: thu
steps:
  hen:
    ask: Hẹn ngày nào ạ?
    slot: hen
    type: date
    from: today
  sinh:
    ask: Sinh ngày nào ạ?
    slot: sinh
    type: date
    until: today
  xong:
    hand_over: form
    summary: Xong.
)";

TEST_F(Forms, ADayThatIsGoneIsNotTakenForADayToCome) {
  auto who = at(days);
  auto out = who.says("5/3/2020");
  EXPECT_NE(all_text(out).find("05/03/2020 qua rồi"), std::string::npos) << all_text(out);
  EXPECT_NE(all_text(out).find("30/11/2026"), std::string::npos)
      << "an example that lies ahead: " << all_text(out);
  out = who.says("31/2/2027");
  EXPECT_NE(all_text(out).find("tháng 2 không có ngày 31"), std::string::npos) << all_text(out);
  who.says("thứ hai tuần sau");
  EXPECT_EQ(who.state.slots.at("hen"), "2026-11-30");
  out = who.says("sinh năm 2015");
  EXPECT_NE(all_text(out).find("05/03/2015"), std::string::npos) << all_text(out);
  out = who.says("5/3/2030");
  EXPECT_NE(all_text(out).find("chưa tới"), std::string::npos) << all_text(out);
  EXPECT_TRUE(who.says("mười lăm tháng tám năm 2015").handed_over);
}

constexpr const char* to_an_officer = R"(dialog: thu
steps:
  viec:
    ask: Việc gì ạ?
    slot: viec
    type: text
  cho:
    ask: Ở đâu ạ?
    slot: cho
    type: place
  hinh:
    ask: Có hình không ạ?
    slot: hinh
    type: picture
    optional: yes
  xong:
    hand_over: feedback
    summary: Xong.
)";

TEST_F(Forms, WordsAboutTheQuestionAreNoAnswer) {
  for (const auto* said : {"gì cơ", "hỏi gì vậy", "sao hỏi nhiều quá vậy bực mình"}) {
    auto who = at(to_an_officer);
    auto out = who.says(said);
    EXPECT_NE(all_text(out).find("Việc gì"), std::string::npos) << said;
    who.says("đèn đường hư");
    out = who.says(said);
    EXPECT_NE(all_text(out).find("Ở đâu"), std::string::npos) << said;
    EXPECT_FALSE(who.state.slots.contains("cho")) << said;
  }
  for (const auto* said : {"thôi không gửi nữa", "không phản ánh nữa", "thôi khỏi gửi nữa nha"}) {
    auto who = at(to_an_officer);
    who.says("đèn đường hư");
    who.says(said);
    EXPECT_TRUE(who.state.stack.empty()) << said;
  }
}

TEST_F(Forms, AQuestionOfItsOwnIsHeardInAFreeText) {
  for (const auto* said :
       {"mà khoan, tạm trú hết hạn có bị phạt không", "khoan đã, cho hỏi lệ phí kết hôn bao nhiêu"}) {
    auto who = at(to_an_officer);
    who.says("đèn đường hư");
    const auto out = who.says(said);
    EXPECT_FALSE(who.state.slots.contains("cho")) << said;
    EXPECT_NE(all_text(out).find("Ở đâu"), std::string::npos) << "asked again: " << all_text(out);
  }
}

TEST_F(Forms, WithoutAPictureItGoesOn) {
  for (const auto* said : {"ừ gửi giùm tôi đi", "gửi luôn đi", "vậy thôi gửi đi", "không có hình", "rồi đó",
                           "không", "hổng có hình đâu"}) {
    auto who = at(to_an_officer);
    who.says("đèn đường hư");
    who.says("đầu hẻm 5");
    EXPECT_TRUE(who.says(said).handed_over) << said;
  }
  auto who = at(to_an_officer);
  who.says("đèn đường hư");
  who.says("đầu hẻm 5");
  const auto out = who.says("chừng nào có trả lời");
  EXPECT_NE(all_text(out).find("trong giờ làm việc"), std::string::npos) << all_text(out);
  EXPECT_NE(all_text(out).find("Có hình không"), std::string::npos) << all_text(out);
  EXPECT_FALSE(out.handed_over);
}

TEST_F(Forms, AnAnswerIsChangedInTheMiddleToo) {
  for (const auto* said : {"đổi câu trả lời", "đổi lại câu trước", "trả lời lại"}) {
    auto who = at(to_an_officer);
    EXPECT_NE(all_text(who.says(said)).find("Việc gì"), std::string::npos) << "nothing to change yet";
    who.says("đèn đường hư");
    EXPECT_NE(all_text(who.says(said)).find("Việc gì"), std::string::npos) << said;
    EXPECT_TRUE(who.state.slots.empty()) << said;
  }
}

TEST_F(Forms, WordsOfOrderNeverReachThePerson) {
  auto who = at(money_and_count);
  for (const auto* said : {"cái cuối", "cái thứ ba"}) EXPECT_FALSE(who.says(said).handed_over) << said;
  resident lost;
  lost.says("asdkj qwe");
  for (const auto* said : {"2", "cái cuối"}) {
    const auto out = lost.says(said);
    EXPECT_NE(out.after.misunderstood, 0) << said;
    if (lost.state.misunderstood < 3)
      EXPECT_FALSE(out.handed_over && out.handed_over->reason == "asked_for_person");
  }
}

}  // namespace
}  // namespace thanthien::dialogs::test
