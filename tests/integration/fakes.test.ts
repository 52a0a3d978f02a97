/** The fakes are the measure of the end-to-end tests, so they are measured first. None of this needs the program. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FakeMessenger } from "./support/fake_messenger.ts";
import { FakeZalo } from "./support/fake_zalo.ts";
import { hmacHex, sha256Hex } from "./support/http_ledger.ts";
import { configuration, eventually, Server } from "./support/server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function messenger(options = {}): Promise<FakeMessenger> {
  const fake = await FakeMessenger.start(options);
  open.push(fake);
  return fake;
}

async function zalo(options = {}): Promise<FakeZalo> {
  const fake = await FakeZalo.start(options);
  open.push(fake);
  return fake;
}

interface Call {
  url: string;
  headers: Record<string, string | string[] | undefined>;
  raw: string;
}

/** Stands in for our server: keeps webhooks and answers with `status`. */
async function receiver(status: () => number = () => 200): Promise<{ url: string; calls: Call[]; close(): Promise<void> }> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    let raw = "";
    for await (const chunk of request.setEncoding("utf8")) raw += chunk;
    calls.push({ url: request.url ?? "", headers: request.headers, raw });
    response.writeHead(status()).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const one = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
  open.push(one);
  return one;
}

interface Heard {
  status: number;
  body: any;
  headers: Headers;
}

async function call(url: string, body: unknown, headers: Record<string, string>): Promise<Heard> {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(url, { method: "POST", body: raw, headers: { "Content-Type": "application/json", ...headers } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
}

describe("fake Messenger", () => {
  const message = (text: string, more = {}) => ({
    recipient: { id: "24680000000011" },
    messaging_type: "RESPONSE",
    message: { text, metadata: "thanthien", ...more },
  });

  async function send(fake: FakeMessenger, body: unknown, change: { token?: string; proof?: string | null; page?: string } = {}) {
    const token = change.token ?? fake.accessToken;
    const proof = change.proof === undefined ? hmacHex(fake.appSecret, token) : change.proof;
    const query = proof === null ? "" : `?appsecret_proof=${proof}`;
    return call(`${fake.api}/${change.page ?? fake.pageId}/messages${query}`, body, { Authorization: `Bearer ${token}` });
  }

  it("accepts a message and keeps it in the ledger", async () => {
    const fake = await messenger();
    const heard = await send(fake, message("Dạ, 7h30 đến 17h ạ."));
    expect(heard.status).toBe(200);
    expect(heard.body.recipient_id).toBe("24680000000011");
    expect(fake.received("24680000000011")).toEqual([
      { id: heard.body.message_id, text: "Dạ, 7h30 đến 17h ạ.", quickReplies: [], buttons: [] },
    ]);
    expect(fake.ledger[0]).toMatchObject({ method: "POST", path: `/v26.0/${fake.pageId}/messages`, effect: "accepted", answered: 200 });
  });

  it("checks token, proof and page", async () => {
    const fake = await messenger();
    expect((await send(fake, message("a"), { token: "other" })).body.error).toMatchObject({ code: 190 });
    expect((await send(fake, message("a"), { proof: null })).body.error).toMatchObject({ code: 100 });
    expect((await send(fake, message("a"), { proof: "0".repeat(64) })).body.error).toMatchObject({ code: 100 });
    expect((await send(fake, message("a"), { page: "1" })).body.error).toMatchObject({ code: 100, error_subcode: 33 });
    const inAddress = await call(`${fake.api}/${fake.pageId}/messages?access_token=${fake.accessToken}`, message("a"), {});
    expect(inAddress.body.error.code).toBe(100);
    expect(fake.accepted).toEqual([]);
  });

  it.each([
    ["no type", { recipient: { id: "1" }, message: { text: "a" } }],
    ["a removed tag", { ...message("a"), messaging_type: "MESSAGE_TAG", tag: "ACCOUNT_UPDATE" }],
    ["a tag without its type", { ...message("a"), tag: "HUMAN_AGENT" }],
    ["a blank text", message(" \n")],
    ["a text of 2001", message("x".repeat(2001))],
    ["a numeric recipient", { ...message("a"), recipient: { id: 24680000000011 } }],
    ["fourteen quick replies", message("a", { quick_replies: Array.from({ length: 14 }, (_, i) => ({ content_type: "text", title: `${i}`, payload: "p" })) })],
    ["a long title", message("a", { quick_replies: [{ content_type: "text", title: "x".repeat(21), payload: "p" }] })],
    ["no payload", message("a", { quick_replies: [{ content_type: "text", title: "x" }] })],
    ["text beside a template", message("a", { attachment: { type: "template", payload: {} } })],
    [
      "a template text of 641",
      { ...message("a"), message: { attachment: { type: "template", payload: { template_type: "button", text: "x".repeat(641), buttons: [{ type: "postback", title: "x", payload: "p" }] } } } },
    ],
    [
      "four buttons",
      { ...message("a"), message: { attachment: { type: "template", payload: { template_type: "button", text: "x", buttons: Array(4).fill({ type: "postback", title: "x", payload: "p" }) } } } },
    ],
    ["not JSON", "{"],
  ])("refuses %s", async (_, body) => {
    const fake = await messenger();
    const heard = await send(fake, body);
    expect(heard.status).toBe(400);
    expect(heard.body.error.code).toBe(100);
    expect(fake.accepted).toEqual([]);
    expect(fake.ledger[0]!.why).toBeTruthy();
  });

  it("accepts quick replies and a button template at their limits", async () => {
    const fake = await messenger();
    const replies = Array.from({ length: 13 }, (_, i) => ({ content_type: "text", title: "ộ".repeat(20), payload: `t:${i}` }));
    expect((await send(fake, message("x".repeat(2000), { quick_replies: replies }))).status).toBe(200);
    const buttons = [{ type: "web_url", title: "Cổng", url: "https://dvc.example.vn" }, { type: "postback", title: "x", payload: "p" }];
    const template = { attachment: { type: "template", payload: { template_type: "button", text: "x".repeat(640), buttons } } };
    expect((await send(fake, { ...message("a"), message: template })).status).toBe(200);
    expect(fake.received("24680000000011")[1]!.buttons).toEqual(buttons);
  });

  it("can be told to refuse, once or for a person", async () => {
    const fake = await messenger();
    fake.fail({ kind: "error", code: 613, status: 400 });
    fake.fail({ kind: "status", status: 429, headers: { "Retry-After": "7" } });
    fake.fail({ kind: "status", status: 503, times: 2 });
    expect((await send(fake, message("a"))).body.error.code).toBe(613);
    const slow = await send(fake, message("a"));
    expect([slow.status, slow.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await send(fake, message("a"))).status).toBe(503);
    expect((await send(fake, message("a"))).status).toBe(503);
    fake.refuse("24680000000011", 551, 1545041);
    expect((await send(fake, message("a"))).body.error).toMatchObject({ code: 551, error_subcode: 1545041 });
    expect(fake.accepted).toEqual([]);
    expect(fake.ledger.map((entry) => entry.answered)).toEqual([400, 429, 503, 503, 400]);
  });

  it("can break the connection at every point, and knows what took effect", async () => {
    const fake = await messenger();
    for (const [kind, effects] of [
      ["drop_before_reading", 0],
      ["drop_after_reading", 0],
      ["reset_after_processing", 1],
      ["truncate_after_processing", 2],
    ] as const) {
      fake.fail({ kind });
      await expect(send(fake, message(kind)), kind).rejects.toThrow();
      expect(fake.accepted.length, kind).toBe(effects);
    }
    fake.fail({ kind: "status_after_processing", status: 502 });
    expect((await send(fake, message("a"))).status).toBe(502);
    expect(fake.accepted.length).toBe(3);
    fake.cutOff();
    await expect(send(fake, message("a"))).rejects.toThrow();
    fake.heal();
    expect((await send(fake, message("a"))).status).toBe(200);
    expect(fake.accepted.length).toBe(4);
  });

  it("answers late when told so", async () => {
    const fake = await messenger();
    let letGo = () => {};
    fake.fail({ kind: "hold", until: new Promise<void>((resolve) => (letGo = resolve)) });
    let answered = false;
    const slow = send(fake, message("a")).then((heard) => ((answered = true), heard));
    await fake.waitForMessages("24680000000011", 1);
    expect(answered).toBe(false);
    letGo();
    expect((await slow).status).toBe(200);
  });

  it("lays faults over one path only", async () => {
    const fake = await messenger();
    fake.fail({ kind: "status", status: 500 }, "/subscribed_apps");
    expect((await send(fake, message("a"))).status).toBe(200);
  });

  it("signs webhooks over the bytes it posts, and repeats the same bytes", async () => {
    const fake = await messenger();
    const ours = await receiver();
    fake.webhook = ours.url;
    expect((await fake.sendText("24680000000011", "Xin chào 👋 https://a.vn/b", { times: 3 })).status).toBe(200);
    expect(ours.calls.length).toBe(3);
    expect(new Set(ours.calls.map((c) => c.raw)).size).toBe(1);
    const { raw, headers } = ours.calls[0]!;
    expect(headers["x-hub-signature-256"]).toBe(`sha256=${hmacHex(fake.appSecret, raw)}`);
    expect(raw).toContain("Xin ch\\u00e0o \\ud83d\\udc4b https:\\/\\/a.vn\\/b");
    expect(JSON.parse(raw).entry[0].messaging[0].message.text).toBe("Xin chào 👋 https://a.vn/b");
  });

  it("signs like the published vector", async () => {
    const fake = await messenger({ appSecret: "khoa-thu-0123456789abcdef" });
    const raw =
      '{"object":"page","entry":[{"id":"900000000000001","time":1790000000123,"messaging":[{"sender":{"id":"7000000000000011"},' +
      '"recipient":{"id":"900000000000001"},"timestamp":1790000000001,"message":{"mid":"m_tv1","text":"Xin ch\\u00e0o \\ud83d\\udc4b https:\\/\\/a.vn\\/b"}}]}]}';
    expect(fake.sign(raw)).toBe("sha256=d53470efb74dfe7ce10fc7b5a25467c52d577e8b4c5893ab97a412399b290821");
  });

  it("can leave the signature out or forge it, and delivers until acknowledged", async () => {
    const fake = await messenger();
    let refusals = 2;
    const ours = await receiver(() => (refusals-- > 0 ? 503 : 200));
    fake.webhook = ours.url;
    expect(await fake.deliver(fake.envelope([fake.textEvent("1", "a")]))).toBe(3);
    await fake.sendText("1", "a", { signature: null });
    await fake.sendText("1", "a", { signature: "sha256=00" });
    expect(ours.calls.map((c) => c.headers["x-hub-signature-256"]).slice(3)).toEqual([undefined, "sha256=00"]);
    await ours.close();
    expect(await fake.sendText("1", "a")).toEqual({ status: 0, body: "" });
  });

  it("echoes and confirms what it accepted, if asked", async () => {
    const fake = await messenger();
    const ours = await receiver();
    fake.webhook = ours.url;
    fake.echoes = fake.receipts = true;
    const id = (await send(fake, message("Dạ."))).body.message_id;
    await eventually(() => ours.calls.length === 3, "echo, delivery and read");
    const [echo, delivery, read] = ours.calls.map((c) => JSON.parse(c.raw).entry[0].messaging[0]);
    expect(echo).toMatchObject({ sender: { id: fake.pageId }, message: { mid: id, is_echo: true, app_id: Number(fake.appId), metadata: "thanthien" } });
    expect(delivery.delivery.mids).toEqual([id]);
    expect(read.read.watermark).toBeGreaterThan(0);
  });

  it("insists on its echoes until they are acknowledged", async () => {
    const fake = await messenger();
    let refusals = 3;
    const ours = await receiver(() => (refusals-- > 0 ? 503 : 200));
    fake.webhook = ours.url;
    fake.echoes = true;
    await send(fake, message("Dạ."));
    await fake.settled();
    expect(ours.calls.length).toBe(4);
    expect(new Set(ours.calls.map((c) => c.raw)).size).toBe(1);
  });

  it("says what was missing when a wait is in vain", async () => {
    const fake = await messenger();
    await expect(fake.waitForMessages("1", 1, 30)).rejects.toThrow("in vain for 1 messages to 1");
  });
});

describe("fake Zalo", () => {
  async function token(fake: FakeZalo, refresh = fake.refreshToken, secret = fake.appSecret): Promise<any> {
    const form = new URLSearchParams({ refresh_token: refresh, app_id: fake.appId, grant_type: "refresh_token" });
    const answer = await fetch(`${fake.api}/v4/oa/access_token`, { method: "POST", body: form, headers: { secret_key: secret } });
    return answer.json();
  }
  const send = (fake: FakeZalo, message: unknown, access = fake.accessToken, more: Record<string, string> = {}) =>
    call(`${fake.api}/v3.0/oa/message/cs`, { recipient: { user_id: "4400112233445566778" }, message }, { access_token: access, ...more });
  const button = (type: string, payload: unknown) => ({ type: "template", payload: { buttons: [{ title: "Hộ tịch", type, payload }] } });

  it("gives a new pair for a refresh token, once", async () => {
    const fake = await zalo({ expiresIn: 3600 });
    const first = fake.refreshToken;
    const pair = await token(fake);
    expect(pair).toEqual({ access_token: fake.accessToken, refresh_token: fake.refreshToken, expires_in: "3600" });
    expect(await token(fake, first)).toMatchObject({ error: -14014 });
    expect(await token(fake, pair.refresh_token, "other")).toMatchObject({ error: -14004 });
    expect((await token(fake, pair.refresh_token)).access_token).not.toBe(pair.access_token);
    expect(fake.refreshes.map((r) => r.ok)).toEqual([true, false, true]);
  });

  it("uses a refresh token up even when its answer is lost", async () => {
    const fake = await zalo();
    const first = fake.refreshToken;
    fake.fail({ kind: "reset_after_processing" }, "/v4/oa/access_token");
    await expect(token(fake)).rejects.toThrow();
    expect(await token(fake, first)).toMatchObject({ error: -14014 });
  });

  it("lets the old access token die at a refresh, by time and by revocation", async () => {
    const fake = await zalo();
    expect((await send(fake, { text: "a" }, "none")).body.error).toBe(-216);
    await token(fake);
    const old = fake.accessToken;
    expect((await send(fake, { text: "a" })).body.error).toBe(0);
    await token(fake);
    expect((await send(fake, { text: "a" }, old)).body.error).toBe(-216);
    fake.expireToken();
    expect((await send(fake, { text: "a" })).body.error).toBe(-220);
    await token(fake);
    expect((await send(fake, { text: "a" })).body.error).toBe(0);
    const last = fake.refreshToken;
    fake.revoke();
    expect(await token(fake, last)).toMatchObject({ error: -14014 });
    fake.authorise();
    expect((await token(fake)).access_token).toBe(fake.accessToken);
  });

  it("accepts a message with buttons and keeps it", async () => {
    const fake = await zalo();
    await token(fake);
    const heard = await send(fake, { text: "Chọn:\n\n1. Hộ tịch", attachment: button("oa.query.hide", "#tt:topic:ho-tich") });
    expect(heard.body).toMatchObject({ error: 0, data: { user_id: "4400112233445566778" } });
    expect(fake.received("4400112233445566778")).toEqual([
      {
        id: heard.body.data.message_id,
        text: "Chọn:\n\n1. Hộ tịch",
        buttons: [{ title: "Hộ tịch", type: "oa.query.hide", payload: "#tt:topic:ho-tich" }],
      },
    ]);
  });

  it("refuses with HTTP 200 and its own numbers", async () => {
    const fake = await zalo();
    await token(fake);
    const refused = async (message: unknown) => {
      const heard = await send(fake, message);
      expect(heard.status).toBe(200);
      return heard.body.error;
    };
    expect(await refused({ text: "x".repeat(2001) })).toBe(-210);
    expect(await refused({ text: " " })).toBe(-201);
    expect(await refused({ text: "a", attachment: button("oa.query.hide", { url: "x" }) })).toBe(-201);
    expect(await refused({ text: "a", attachment: button("oa.open.url", "https://a.vn") })).toBe(-201);
    expect(await refused({ text: "a", attachment: { type: "template", payload: { buttons: Array(6).fill({ title: "x", type: "oa.query.hide", payload: "p" }) } } })).toBe(-201);
    fake.acceptsButtons = false;
    expect(await refused({ text: "a", attachment: button("oa.query.hide", "p") })).toBe(-201);
    expect((await send(fake, { text: "a" }, fake.accessToken, { appsecret_proof: "00" })).body.error).toBe(-242);
    fake.requireProof = true;
    expect(await refused({ text: "a" })).toBe(-242);
    expect((await send(fake, { text: "a" }, fake.accessToken, { appsecret_proof: hmacHex(fake.appSecret, fake.accessToken) })).body.error).toBe(0);
    fake.requireProof = false;
    fake.refuse("4400112233445566778", -230);
    expect(await refused({ text: "a" })).toBe(-230);
    fake.fail({ kind: "error", code: -32 });
    expect(await refused({ text: "a" })).toBe(-32);
    expect((await call(`${fake.api}/v3.0/oa/message`, {}, { access_token: fake.accessToken })).status).toBe(404);
    expect(fake.accepted.length).toBe(1);
  });

  it("signs like the published vector", async () => {
    const fake = await zalo({ oaSecretKey: "oa-secret-for-tests" });
    const raw =
      '{"event_name":"user_send_text","app_id":"9007199254740993","sender":{"id":"4400112233445566778"},"recipient":{"id":"3355770099112244668"},' +
      '"message":{"msg_id":"7e5a10c4d2f983b6a1c0","text":"Cấp đổi căn cước cần giấy tờ gì ạ?"},"timestamp":"1767225600123","user_id_by_app":"5566778899001122334"}';
    expect(fake.sign(raw)).toBe("mac=2976d17e304408484a59234a0a1f710b80321c86c01e2926132edd5059a1df8b");
  });

  it("posts signed events and the payload of a tapped button", async () => {
    const fake = await zalo();
    const ours = await receiver();
    fake.webhook = ours.url;
    await fake.tap("44", { type: "oa.query.hide", payload: "#tt:cmd:menu" }, { times: 2 });
    await fake.staffWrites("44", "Tôi là Hạnh");
    await fake.follow("44");
    await fake.withdraw("44");
    await expect(fake.tap("44", { type: "oa.open.url", payload: { url: "https://a.vn" } })).rejects.toThrow();
    const events = ours.calls.map((c) => JSON.parse(c.raw));
    expect(events.map((e) => e.event_name)).toEqual(["user_send_text", "user_send_text", "oa_send_text", "follow", "user_withdraw"]);
    expect(ours.calls[0]!.raw).toBe(ours.calls[1]!.raw);
    expect(ours.calls[1]!.headers["num_retry"]).toBe("1");
    expect(events[0].message.text).toBe("#tt:cmd:menu");
    expect(events[2].sender).toEqual({ id: fake.oaId, admin_id: "88001122334455" });
    for (const { raw, headers } of ours.calls) {
      const { timestamp } = JSON.parse(raw);
      expect(headers["x-zevent-signature"]).toBe(`mac=${sha256Hex(fake.appId + raw + timestamp + fake.oaSecretKey)}`);
    }
  });

  it("lets an echo overtake the answer, if asked", async () => {
    const fake = await zalo();
    const ours = await receiver();
    fake.webhook = ours.url;
    await token(fake);
    fake.echoes = fake.receipts = fake.echoOvertakes = true;
    let letGo = () => {};
    fake.fail({ kind: "hold", until: new Promise<void>((resolve) => (letGo = resolve)) }, "/message/cs");
    const slow = send(fake, { text: "a" });
    await eventually(() => ours.calls.length === 1, "the echo");
    letGo();
    const id = (await slow).body.data.message_id;
    await eventually(() => ours.calls.length === 3, "the receipts");
    const events = ours.calls.map((c) => JSON.parse(c.raw));
    expect(events.map((e) => e.event_name)).toEqual(["oa_send_text", "user_received_message", "user_seen_message"]);
    expect(events[0].message.msg_id).toBe(id);
    expect(events[2].message.msg_ids).toEqual([id]);
  });
});

describe("the written configuration", () => {
  it("names both platforms at their fake addresses", async () => {
    const m = await messenger(), z = await zalo();
    const text = configuration({ messenger: m, zalo: z, unit: "tam-hiep", more: "cases: {minutes: 5}" });
    expect(text).toContain(`  api: "${m.origin}/v26.0"\n`);
    expect(text).toContain(`  oauth: "${z.origin}"\n`);
    expect(text).toContain(`{oa_id: "${z.oaId}", unit: tam-hiep, refresh_token: "${z.refreshToken}"}`);
    expect(text).toMatch(/webhooks: \{listen: 127\.0\.0\.1:0\}\n/);
    expect(text.endsWith("cases: {minutes: 5}\n")).toBe(true);
  });
});

/** A stand-in that speaks as the program does on its start, and writes its starts and signals into its database file. */
const standIn = `#!/usr/bin/env node
const fs = require("node:fs");
const [command, , config] = process.argv.slice(2);
if (command !== "serve") {
  let text = "";
  process.stdin.on("data", (more) => (text += more)).on("end", () => (console.log(command + " " + text), process.exit(3)));
} else if (fs.readFileSync(config, "utf8").includes("broken")) {
  console.error("cấu hình hỏng");
  process.exit(2);
} else {
  const first = !fs.existsSync("thanthien.db");
  fs.appendFileSync("thanthien.db", "start\\n");
  process.on("SIGTERM", () => {
    if (process.env.STUBBORN) return;
    fs.appendFileSync("thanthien.db", "stop\\n");
    process.exit(0);
  });
  setInterval(() => {}, 1000);
  process.stdout.write("webhooks: http://127.0.0.1:1000\\ncons");
  setImmediate(() => process.stdout.write("ole: http://127.0.0.1:1001\\n" + (first ? "setup code: AAAA-BBBB-CCCC\\n" : "")));
}
`;

describe("the program's keeper", () => {
  async function withStandIn<T>(use: () => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "stand-in-"));
    const before = process.env.THANTHIEN_BINARY;
    process.env.THANTHIEN_BINARY = join(folder, "program.cjs");
    await writeFile(process.env.THANTHIEN_BINARY, standIn, { mode: 0o755 });
    try {
      return await use();
    } finally {
      if (before === undefined) delete process.env.THANTHIEN_BINARY;
      else process.env.THANTHIEN_BINARY = before;
      await rm(folder, { recursive: true });
    }
  }

  it("waits for the addresses, stops, kills and starts again on the same database", () =>
    withStandIn(async () => {
      const m = await messenger();
      const server = await Server.start({ messenger: m });
      expect([server.webhooks, server.console, server.setupCode]).toEqual(["http://127.0.0.1:1000", "http://127.0.0.1:1001", "AAAA-BBBB-CCCC"]);
      expect(m.webhook).toBe("http://127.0.0.1:1000/webhooks/messenger");
      expect(await server.stop()).toBe(0);
      expect(server.running).toBe(false);
      await server.restart();
      expect(server.setupCode).toBe("");
      await server.kill();
      await server.restart();
      expect(await readFile(server.databaseFile, "utf8")).toBe("start\nstop\nstart\nstart\n");
      expect(await server.run(["ask"], "lệ phí?")).toEqual({ code: 3, out: "ask lệ phí?\n", err: "" });
      await server.remove();
      await expect(readFile(server.configFile)).rejects.toThrow();
    }));

  it("tells why a start failed", () =>
    withStandIn(async () => {
      await expect(Server.start({ config: "broken" })).rejects.toThrow(/ended with 2 before it listened; the log:\ncấu hình hỏng/);
    }));

  it("does not wait for ever for a stop", () =>
    withStandIn(async () => {
      const server = await Server.start({ environment: { STUBBORN: "1" } });
      await expect(server.stop(50)).rejects.toThrow("not ended 50 ms after SIGTERM");
      await server.remove();
    }));
});
