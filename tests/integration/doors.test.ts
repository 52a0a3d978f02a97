// What bad input gets, at every door.
import { readFile } from "node:fs/promises";
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

const turns = () => metric(server.console, 'events_total{outcome="turn"}');

describe("Messenger's door", () => {
  test("answers the handshake with the challenge, and only for the right token", async () => {
    expect(await messenger.verify()).toMatchObject({ status: 200, body: "1790012345" });
    expect((await messenger.verify("sai")).status).toBe(403);
  });

  const text = (mid: string) =>
    JSON.stringify({
      object: "page",
      entry: [{ id: messenger.pageId, time: Date.now(), messaging: [{ sender: { id: "1" }, recipient: { id: messenger.pageId }, timestamp: Date.now(), message: { mid, text: "xin chào" } }] }],
    });

  test.each([
    ["no signature", null],
    ["a wrong one", "sha256=" + "0".repeat(64)],
    ["a short one", "sha256=00"],
    ["no hex", "sha256=" + "z".repeat(64)],
    ["the old SHA-1", "sha1=" + "0".repeat(40)],
  ])("refuses %s, and nothing happens", async (_, signature) => {
    const before = await turns();
    expect((await messenger.postRaw(text("m_bad"), { signature })).status).toBe(401);
    expect(await turns()).toBe(before);
    expect(messenger.received("1")).toHaveLength(0);
  });

  test.each([
    ["malformed JSON", "{"],
    ["an empty body", ""],
    ["another object", JSON.stringify({ object: "user", entry: [] })],
    ["nulls everywhere", JSON.stringify({ object: "page", entry: [null, { messaging: null }, { id: null, messaging: [null, {}, { message: null }] }] })],
    ["wrong types", JSON.stringify({ object: "page", entry: "x" })],
    ["a deep nest", JSON.stringify({ object: "page", entry: [] }).replace("[]", "[".repeat(2000) + "]".repeat(2000))],
  ])("acknowledges signed %s so that it does not come back", async (_, raw) => {
    expect((await messenger.postRaw(raw)).status).toBeLessThan(500);
    expect((await fetch(`${server.console}/readyz`)).status).toBe(200);
  });

  test("one bad item of a batch hurts only itself", async () => {
    const good = (n: number) => ({ sender: { id: `batch-${n}` }, recipient: { id: messenger.pageId }, timestamp: Date.now(), message: { mid: `m_batch_${n}`, text: "xin chào" } });
    const items: unknown[] = Array.from({ length: 50 }, (_, n) => good(n));
    items.splice(25, 0, { sender: { id: 7 }, message: { mid: {}, text: [] } });
    const raw = JSON.stringify({ object: "page", entry: [{ id: messenger.pageId, time: Date.now(), messaging: items }] });
    expect((await messenger.postRaw(raw)).status).toBe(200);
    for (const n of [0, 24, 26, 49]) await messenger.waitForMessages(`batch-${n}`, 1);
  });

  test("a body of more than a megabyte is 413", async () => {
    expect((await messenger.postRaw(JSON.stringify({ object: "page", pad: "x".repeat(1_100_000) }))).status).toBe(413);
  });

  test("a signed message that is days old is kept aside and not answered", async () => {
    const raw = JSON.parse(text("m_old"));
    raw.entry[0].messaging[0].timestamp = Date.now() - 5 * 86_400_000;
    raw.entry[0].messaging[0].sender.id = "old-one";
    const before = await metric(server.console, "quarantined");
    expect((await messenger.postRaw(JSON.stringify(raw))).status).toBe(200);
    expect(await metric(server.console, "quarantined")).toBe(before + 1);
  });
});

describe("Zalo's door", () => {
  test("an unsigned probe of the console is 200 and has no effect; a wrong signature is 401", async () => {
    const before = await turns();
    const raw = JSON.stringify({ event_name: "user_send_text", app_id: zalo.appId, sender: { id: "1" }, recipient: { id: zalo.oaId }, message: { msg_id: "x", text: "xin chào" }, timestamp: String(Date.now()) });
    expect((await zalo.postRaw(raw, { signature: null })).status).toBe(200);
    expect((await zalo.postRaw(raw, { signature: "mac=" + "0".repeat(64) })).status).toBe(401);
    expect(await turns()).toBe(before);
  });

  test.each([
    ["an unknown event", { event_name: "something_new", app_id: "9007199254740993", timestamp: "1" }],
    ["missing parts", { event_name: "user_send_text", app_id: "9007199254740993", timestamp: "1" }],
    ["a sender that is text", { event_name: "user_received_message", app_id: "9007199254740993", sender: "1", recipient: "2", timestamp: 5 }],
  ])("%s is acknowledged", async (_, event) => {
    expect((await zalo.postRaw(JSON.stringify(event))).status).toBe(200);
  });

  test("a withdrawn consent leaves no text of that person", async () => {
    const person = "4400112233440000001";
    await zalo.sendText(person, "làm giấy khai sinh cho bé Bông cần gì");
    await zalo.sendText(person, "cho tôi gặp cán bộ");
    const waiting = await eventually(async () => (await lan.cases()).find((c) => c.channel === "zalo"), "the case");
    expect((await zalo.withdraw(person)).status).toBe(200);
    const whole = await lan.get(`/api/cases/${waiting.code}`);
    for (const line of whole.messages) expect(line.text).toBe("");
    expect(JSON.stringify(whole)).not.toContain("Bông");
  });
});

test.each([
  ["GET", "/nowhere", 404],
  ["PUT", "/webhooks/messenger", 405],
  ["GET", "/chat/../etc/passwd", 404],
  ["GET", "/chat/%2e%2e/%2e%2e/etc/passwd", 404],
])("%s %s on the residents' side is %i", async (method, path, status) => {
  expect((await fetch(server.webhooks + path, { method })).status).toBe(status);
});

describe("the web chat's door", () => {
  test("an unknown token is told so", async () => {
    const answer = await fetch(`${server.webhooks}/chat/api/messages`, { headers: { Authorization: "Bearer guessed" } });
    expect(answer.status).toBe(401);
    expect(((await answer.json()) as any).error.message).toMatch(/cuộc trò chuyện/i);
  });

  test("empty and over-long texts get a sentence, not a loss", async () => {
    const resident = await WebResident.begin(server.webhooks);
    expect(await resident.say("   ")).toBe(422);
    expect(await resident.say("á".repeat(4001))).toBe(422);
    expect(await resident.say("á".repeat(4000))).toBe(200);
  });

  test("the same message sent twice is one message", async () => {
    const resident = await WebResident.begin(server.webhooks);
    await Promise.all([resident.say("xin chào", "one"), resident.say("xin chào", "one")]);
    const { messages } = await resident.read();
    expect(messages.filter((m) => m.from === "resident")).toHaveLength(1);
  });

  test("a flood is slowed down with a friendly word", async () => {
    const resident = await WebResident.begin(server.webhooks);
    const statuses = await Promise.all(Array.from({ length: 60 }, () => resident.say("xin chào")));
    expect(statuses.filter((s) => s === 200).length).toBe(40);
    expect(statuses.filter((s) => s === 429).length).toBe(20);
  });

  test("a long poll wakes up when an officer writes", async () => {
    const resident = await WebResident.begin(server.webhooks);
    await resident.say("làm giấy khai sinh cần gì");
    await resident.say("cho tôi gặp cán bộ");
    const { case: made } = await resident.read();
    await lan.post(`/api/cases/${made.code}/take`);
    const { messages } = await resident.read();
    const waiting = resident.read(messages.at(-1).id, 25);
    await lan.say(made.code, "Em chào cô ạ.");
    const woken = await waiting;
    expect(woken.messages[0]).toMatchObject({ from: "officer", by: "Nguyễn Thị Lan", text: "Em chào cô ạ." });
    expect(woken.holder).toBe("officer");
  });
});

describe("the console's door", () => {
  test("nothing is seen without signing in", async () => {
    for (const path of ["/api/cases", "/api/cases/DN-AAAAAA", "/api/officers", "/api/units", "/api/stream"])
      expect((await fetch(server.console + path)).status).toBe(401);
  });

  test("a change needs the token of the session and our own origin", async () => {
    expect((await lan.try("/api/sign-out", {}, { "X-CSRF-Token": "guessed" })).status).toBe(403);
    expect((await lan.try("/api/sign-out", {}, { Origin: "https://evil.example" })).status).toBe(403);
    expect((await lan.try("/api/sign-out", {}, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await lan.get("/api/session")).officer.login).toBe("lan");
  });

  test("every page says that only own scripts run", async () => {
    for (const url of [`${server.console}/`, `${server.webhooks}/chat/`, `${server.console}/api/session`, `${server.console}/nowhere/x`]) {
      const answer = await fetch(url);
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("of twenty officers who grab one case at once, one wins and the others are told who", async () => {
    const resident = await WebResident.begin(server.webhooks);
    await resident.say("làm giấy khai sinh cần gì");
    await resident.say("gặp cán bộ");
    const { case: made } = await resident.read();
    const added = await lan.post("/api/officers", { name: "Trần Văn Minh", login: "minh", role: "officer", units: [] });
    const minh = await Officer.setUp(server.console, added.code, "", "", "mật khẩu của Minh");
    const tries = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? minh : lan).try(`/api/cases/${made.code}/take`)));
    expect(tries.filter((t) => t.status === 200)).toHaveLength(1);
    const lost = tries.filter((t) => t.status === 409);
    expect(lost).toHaveLength(19);
    for (const one of lost) expect(one.body.error.message).toMatch(/Lan|Minh/);
    const { messages } = await resident.read();
    expect(messages.filter((m: any) => /Lan|Minh/.test(m.text))).toHaveLength(1);
  });

  test("an officer sees the cases of his unit only", async () => {
    const resident = await WebResident.begin(server.webhooks);
    await resident.say("làm giấy khai sinh cần gì");
    await resident.say("gặp cán bộ");
    const { case: made } = await resident.read();
    const added = await lan.post("/api/officers", { name: "Lê Thị Hoa", login: "hoa", role: "officer", units: ["long-khanh"] });
    const hoa = await Officer.setUp(server.console, added.code, "", "", "mật khẩu của Hoa");
    expect(await hoa.cases()).toHaveLength(0);
    for (const path of ["take", "messages", "notes", "return", "close"])
      expect((await hoa.try(`/api/cases/${made.code}/${path}`, { client_id: "x", text: "x" })).status).toBe(404);
    expect((await hoa.try("/api/officers", { name: "X Y", login: "xyz", role: "admin" })).status).toBe(403);
    const id = (await lan.get("/api/officers")).officers.find((o: any) => o.login === "hoa").id;
    await lan.post(`/api/officers/${id}/disable`);
    await expect(hoa.cases()).rejects.toThrow("401");
  });

  test("the queue is live: a stream tells of a new case", async () => {
    const cookie = (lan as any).cookie;
    const stop = new AbortController();
    const stream = await fetch(`${server.console}/api/stream`, { headers: { Cookie: cookie }, signal: stop.signal });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = (await reader.read()).value ?? "";
    expect(heard).toContain("event: hello");
    const resident = await WebResident.begin(server.webhooks);
    await resident.say("làm giấy khai sinh cần gì");
    await resident.say("gặp cán bộ");
    const { case: made } = await resident.read();
    while (!heard.includes(made.code)) heard += (await reader.read()).value;
    expect(heard).toContain("event: change");
    stop.abort();
  });
});

test("no secret lies readable in the database", async () => {
  await zalo.sendText("4400112233440000009", "xin chào");
  await zalo.waitForMessages("4400112233440000009", 1);
  for (const name of ["thanthien.db", "thanthien.db-wal"]) {
    const bytes = await readFile(`${server.folder}/${name}`);
    expect(bytes.includes(zalo.accessToken)).toBe(false);
    expect(bytes.includes(zalo.refreshToken)).toBe(false);
  }
});
