// From signed webhook to reply, hand-over, an officer's answer and back, on both platforms and the web: the real binary,
// fake platforms over real sockets.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metric, Officer, WebResident } from "./support/desk.ts";
import { FakeMessenger } from "./support/fake_messenger.ts";
import { FakeZalo } from "./support/fake_zalo.ts";
import { eventually, Server } from "./support/server.ts";

let messenger: FakeMessenger, zalo: FakeZalo, server: Server, lan: Officer;

beforeAll(async () => {
  messenger = await FakeMessenger.start();
  zalo = await FakeZalo.start();
  server = await Server.start({ messenger, zalo });
  lan = await Officer.setUp(server.console, server.setupCode, "Nguyễn Thị Lan", "lan");
});
afterAll(async () => {
  await server?.remove();
  await messenger?.close();
  await zalo?.close();
});

interface Side {
  say(text: string): Promise<unknown>;
  /** Texts that the resident has got, in order. */
  got(): Promise<string[]>;
}

const sides: Record<string, () => Promise<Side>> = {
  messenger: async () => ({
    say: (text) => messenger.sendText("24680000000011", text),
    got: async () => messenger.received("24680000000011").map((m) => m.text),
  }),
  zalo: async () => ({
    say: (text) => zalo.sendText("4400112233445566778", text),
    got: async () => zalo.received("4400112233445566778").map((m) => m.text),
  }),
  web: async () => {
    const resident = await WebResident.begin(server.webhooks);
    return {
      say: (text) => resident.say(text),
      got: async () => (await resident.read()).messages.filter((m) => m.from !== "resident").map((m) => m.text),
    };
  },
};

describe.each(Object.keys(sides))("on %s", (name) => {
  let side: Side;
  let code = "";
  const answered = async (what: RegExp, already: number) =>
    eventually(async () => (await side.got()).slice(already).find((text) => what.test(text)), `an answer with ${what}`);

  beforeAll(async () => {
    side = await sides[name]!();
  });

  test("a question without accents is answered, and a follow-up keeps the topic", async () => {
    let already = (await side.got()).length;
    await side.say("lam giay khai sinh cho be can giay to gi");
    await answered(/chứng sinh/i, already);
    already = (await side.got()).length;
    await side.say("con le phi thi sao");
    await answered(/phí/i, already);
  });

  test("who wants a person gets a case with the whole conversation", async () => {
    const already = (await side.got()).length;
    await side.say("cho tôi gặp cán bộ");
    await answered(/DN-/, already);
    const mine = await eventually(async () => (await lan.cases()).find((c) => c.channel === name), "the case");
    code = mine.code;
    expect(mine.unit_name).toBe("Phường Trấn Biên");
    expect(mine.topic).toBe("khai-sinh");
    const whole = await lan.get(`/api/cases/${code}`);
    const texts = whole.messages.filter((m: any) => m.from === "resident").map((m: any) => m.text);
    expect(texts).toContain("lam giay khai sinh cho be can giay to gi");
    expect(texts).toContain("cho tôi gặp cán bộ");
  });

  test("while the officer holds it the bot is silent, and her answer arrives", async () => {
    await lan.post(`/api/cases/${code}/take`);
    await eventually(async () => (await side.got()).some((text) => text.includes("Lan")), "word that Lan is here");
    const before = (await side.got()).length;
    await side.say("can cuoc mat lam lai o dau");
    await lan.say(code, "Chào chị, chị cần giấy chứng sinh và số định danh ạ.");
    await answered(/Chào chị, chị cần giấy chứng sinh/, before);
    const after = (await side.got()).slice(before);
    expect(after).toHaveLength(1); // the officer's words and nothing of the bot
    const whole = await lan.get(`/api/cases/${code}`);
    expect(whole.messages.at(-2)).toMatchObject({ from: "resident", text: "can cuoc mat lam lai o dau" });
    expect(whole.messages.at(-1)).toMatchObject({ from: "officer", by: "Nguyễn Thị Lan" });
  });

  test("a message sent twice over a flaky line arrives once", async () => {
    const before = (await side.got()).length;
    const [first, second] = await Promise.all([
      lan.say(code, "Chị nhớ mang theo căn cước nhé.", "same-id"),
      lan.say(code, "Chị nhớ mang theo căn cước nhé.", "same-id"),
    ]);
    expect(second.message.id).toBe(first.message.id);
    await answered(/mang theo căn cước/, before);
    await lan.say(code, "Hẹn gặp chị.");
    await answered(/Hẹn gặp chị/, before);
    expect((await side.got()).slice(before).filter((text) => text.includes("mang theo căn cước"))).toHaveLength(1);
  });

  test("after the case is closed the bot speaks again and asks for a rating", async () => {
    const before = (await side.got()).length;
    await lan.post(`/api/cases/${code}/close`, { result: "Đã hướng dẫn làm khai sinh" });
    await answered(/./, before);
    await side.say("5");
    await eventually(async () => (await lan.get(`/api/cases/${code}`)).case.rating === 5, "the rating");
    const already = (await side.got()).length;
    await side.say("mat can cuoc lam lai o dau");
    await answered(/[Cc]ông an/, already);
  });
});

test("an officer who writes in the page's own inbox silences the bot, without our console", async () => {
  const person = "24680000000077";
  await messenger.sendText(person, "lam giay khai sinh can gi");
  await messenger.waitForMessages(person, 1);
  await messenger.staffWrites(person, "Dạ em chào chị, em là cán bộ trực trang.");
  const before = messenger.received(person).length;
  await messenger.sendText(person, "mat can cuoc lam lai o dau");
  // Another person is answered meanwhile: had the bot wanted to speak to the first, it would have.
  await messenger.sendText("24680000000078", "lam giay khai sinh can gi");
  await messenger.waitForMessages("24680000000078", 1);
  expect(messenger.received(person)).toHaveLength(before);
});

test("the same on Zalo with an echo that carries an admin's id", async () => {
  const person = "4400112233445566999";
  await zalo.sendText(person, "lam giay khai sinh can gi");
  await zalo.waitForMessages(person, 1);
  await zalo.staffWrites(person, "Chào anh, tôi là cán bộ phường.");
  const before = zalo.received(person).length;
  await zalo.sendText(person, "mat can cuoc lam lai o dau");
  await zalo.sendText("4400112233445566998", "lam giay khai sinh can gi");
  await zalo.waitForMessages("4400112233445566998", 1);
  expect(zalo.received(person)).toHaveLength(before);
});

test("a choice can be tapped on both platforms", async () => {
  await messenger.sendText("24680000000055", "mất căn cước");
  const [first] = await messenger.waitForMessages("24680000000055", 1);
  await messenger.tap("24680000000055", first!.quickReplies[0]!);
  await messenger.waitForMessages("24680000000055", 2);
  await zalo.sendText("4400112233445560055", "mất căn cước");
  const all = await zalo.waitForMessages("4400112233445560055", 1);
  await zalo.tap("4400112233445560055", all.at(-1)!.buttons[0]!);
  await zalo.waitForMessages("4400112233445560055", all.length + 1);
});

test("a redelivered webhook has one effect", async () => {
  const person = "24680000000044";
  await messenger.sendText(person, "lam giay khai sinh can gi", { times: 20 });
  const first = await messenger.waitForMessages(person, 1);
  await messenger.sendText(person, "con le phi");
  await messenger.waitFor(() => messenger.received(person).some((m) => /phí/i.test(m.text)), "the second answer");
  const texts = messenger.received(person).map((m) => m.text);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.filter((text) => text === first[0]!.text)).toHaveLength(1);
});

test("Zalo's token is renewed once when it dies, and nothing is lost or doubled", async () => {
  const person = "4400112233445561234";
  await zalo.sendText(person, "xin chao");
  const before = (await zalo.waitForMessages(person, 1)).length;
  zalo.expireToken();
  const refreshes = zalo.refreshes.length;
  await zalo.sendText(person, "lam giay khai sinh can gi");
  await zalo.waitForMessages(person, before + 1);
  expect(zalo.refreshes.slice(refreshes)).toHaveLength(1);
  const texts = zalo.received(person).map((m) => m.text);
  expect(new Set(texts).size).toBe(texts.length);
});

test("a Zalo that refuses buttons gets the same in plain text", async () => {
  const person = "4400112233445565678";
  zalo.acceptsButtons = false;
  await zalo.sendText(person, "mất căn cước thì làm sao");
  const [answer] = await zalo.waitForMessages(person, 1);
  zalo.acceptsButtons = true;
  expect(answer!.buttons).toHaveLength(0);
  expect(answer!.text).toContain("[1] ");
});

test("what may have been delivered is uncertain, shown to the officer, and sent again only by him", async () => {
  const person = "24680000000033";
  await messenger.sendText(person, "lam giay khai sinh can gi");
  const before = (await messenger.waitForMessages(person, 1)).length;
  messenger.fail({ kind: "reset_after_processing" }, "/messages");
  await messenger.sendText(person, "cho gặp cán bộ");
  const uncertain = await eventually(async () => {
    for (const one of await lan.cases()) {
      const whole = await lan.get(`/api/cases/${one.code}`);
      const found = whole.messages.find((m: any) => m.state === "uncertain");
      if (found) return { code: one.code, found };
    }
    return undefined;
  }, "an uncertain message");
  expect(messenger.received(person)).toHaveLength(before + 1); // it did arrive; we cannot know
  await lan.post(`/api/cases/${uncertain.code}/take`);
  const again = await lan.post(`/api/messages/${uncertain.found.id}/send-again`, { client_id: randomUUID() });
  expect(again.message.from).toBe("officer");
  await messenger.waitFor(() => messenger.received(person).some((m) => m.text.includes("(Gửi lại)")), "the marked copy");
});

test("numbers tell what happens, and hold nothing personal", async () => {
  expect(await metric(server.console, 'webhooks_total{channel="messenger",outcome="accepted"}')).toBeGreaterThan(0);
  expect(server.log).not.toContain("giay khai sinh");
  expect(server.log).not.toContain(messenger.accessToken);
  expect(server.log).not.toContain(zalo.accessToken);
});
