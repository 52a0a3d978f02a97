// Every kind of event of both platforms, as recorded in tests/adapters/payloads, through the running program: each is
// acknowledged, none brings it down, and a second delivery of all of them changes nothing.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metric } from "./support/desk.ts";
import { FakeMessenger } from "./support/fake_messenger.ts";
import { FakeZalo } from "./support/fake_zalo.ts";
import { repository, Server } from "./support/server.ts";

let messenger: FakeMessenger, zalo: FakeZalo, server: Server;
beforeAll(async () => {
  messenger = await FakeMessenger.start({ pageId: "104500000000001" });
  zalo = await FakeZalo.start({ oaId: "3355770099112244668", appId: "9007199254740993" });
  server = await Server.start({ messenger, zalo });
});
afterAll(async () => {
  await server?.remove();
  await messenger?.close();
  await zalo?.close();
});

/** Zalo signs over the body's own app id and time; a body that has none cannot be signed. */
const unsignable = ["array.json", "console_probe.json"];

/** The recorded payloads, moved to today: older ones are kept aside unread. */
async function payloads(platform: string): Promise<{ name: string; raw: string }[]> {
  const folder = join(repository, "tests/adapters/payloads", platform);
  const now = Date.now();
  return Promise.all(
    (await readdir(folder)).filter((name) => !unsignable.includes(name)).sort().map(async (name) => ({
      name,
      raw: (await readFile(join(folder, name), "utf8")).replaceAll(/\b1790000000\d{3}\b/g, String(now)).replaceAll("1767225600123", String(now)),
    })),
  );
}

describe.each(["messenger", "zalo"] as const)("%s", (platform) => {
  test("every kind is acknowledged once and for all", async () => {
    const all = await payloads(platform);
    expect(all.length).toBeGreaterThan(50);
    const deliver = (raw: string) => (platform === "messenger" ? messenger.postRaw(raw) : zalo.postRaw(raw));
    for (const { name, raw } of all) expect((await deliver(raw)).status, name).toBe(200);
    const turns = await metric(server.console, 'events_total{outcome="turn"}');
    const recorded = await metric(server.console, 'events_total{outcome="recorded"}');
    expect(turns).toBeGreaterThan(10);
    expect(recorded).toBeGreaterThan(5);

    for (const { name, raw } of all) expect((await deliver(raw)).status, name).toBe(200);
    expect(await metric(server.console, 'events_total{outcome="turn"}')).toBe(turns);
    expect(await metric(server.console, 'events_total{outcome="recorded"}')).toBe(recorded);
    expect(await metric(server.console, `webhooks_total{channel="${platform}",outcome="not_durable"}`)).toBe(0);
    expect(await metric(server.console, "replies_failed")).toBe(0);
    expect((await fetch(`${server.console}/readyz`)).status).toBe(200);
  });
});
