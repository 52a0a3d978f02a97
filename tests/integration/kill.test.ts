/** kill -9 under load: what was acknowledged is answered once or shown as uncertain, and nothing is answered twice. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { FakeMessenger } from "./support/fake_messenger.ts";
import { FakeZalo } from "./support/fake_zalo.ts";
import { eventually, Server } from "./support/server.ts";

const questions = ["Cho hỏi giờ làm việc", "Làm khai sinh cần giấy gì ạ", "còn lệ phí?", "đăng ký kết hôn ở đâu"];
const people = 12;
const killsWanted = Number(process.env.THANTHIEN_KILLS ?? 4);

let messenger: FakeMessenger, zalo: FakeZalo, server: Server;

beforeAll(async () => {
  messenger = await FakeMessenger.start();
  zalo = await FakeZalo.start();
  messenger.echoes = zalo.echoes = true;
  server = await Server.start({ messenger, zalo });
});

afterAll(async () => {
  await server?.remove();
  await messenger?.close();
  await zalo?.close();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.console}/metrics`)).text();
  const value = new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`no metric ${name} in:\n${text}`);
  return Number(value);
}

/** Nothing on its way: the platforms have told everything, the program has nothing more to send. */
async function calm(): Promise<void> {
  await messenger.settled();
  await zalo.settled();
  await eventually(async () => (await metric("thanthien_replies_queued")) + (await metric("thanthien_replies_sending")) === 0, "an empty outbox", 60_000);
  await messenger.settled();
  await zalo.settled();
}

it("loses nothing and doubles nothing", { timeout: 300_000 }, async () => {
  // How many replies the questions get when nothing goes wrong.
  for (const text of questions) {
    expect(await messenger.deliver(messenger.envelope([messenger.textEvent("2468", text)]))).toBeGreaterThan(0);
    expect(await zalo.deliver(zalo.textEvent("4400", text))).toBeGreaterThan(0);
  }
  await calm();
  const each = { messenger: messenger.received("2468").length, zalo: zalo.received("4400").length };
  expect(each.messenger).toBeGreaterThanOrEqual(questions.length);
  expect(each.zalo).toBeGreaterThanOrEqual(questions.length);

  let acknowledged = 0, kills = 0;
  const total = 2 * people * questions.length;
  const residents = Array.from({ length: people }, async (_, i) => {
    for (const text of questions) {
      // Until acknowledged, and once more: the platform may not have heard our answer.
      const onMessenger = messenger.envelope([messenger.textEvent(`2468${100 + i}`, text)]);
      await messenger.deliver(onMessenger, 120_000);
      await messenger.deliver(onMessenger, 120_000);
      ++acknowledged;
      const onZalo = zalo.textEvent(`4400${100 + i}`, text);
      await zalo.deliver(onZalo, 120_000);
      await zalo.deliver(onZalo, 120_000);
      ++acknowledged;
    }
  });
  const killer = async () => {
    while (kills < killsWanted) {
      const next = Math.floor((total * (kills + 1)) / (killsWanted + 1));
      await eventually(() => acknowledged >= next, `${next} acknowledged events`, 120_000);
      await server.kill();
      await server.restart();
      ++kills;
    }
  };
  await Promise.all([killer(), ...residents]);
  expect([acknowledged, kills]).toEqual([total, killsWanted]);
  await calm();

  let missing = 0;
  for (let i = 0; i < people; ++i) {
    for (const [fake, person, expected] of [
      [messenger, `2468${100 + i}`, each.messenger],
      [zalo, `4400${100 + i}`, each.zalo],
    ] as const) {
      const got = fake.received(person);
      expect(got.length, `${person} got: ${got.map((r) => r.text).join("\n---\n")}`).toBeLessThanOrEqual(expected);
      missing += expected - got.length;
    }
  }
  // What a kill cut off between "sending" and the answer is not sent again by itself, and is not hidden either.
  expect(await metric("thanthien_replies_uncertain")).toBe(missing);
  expect(await metric("thanthien_replies_failed")).toBe(0);
  expect(missing).toBeLessThanOrEqual(killsWanted * 2 * people);
  expect(zalo.refreshes.filter((r) => !r.ok)).toEqual([]);
});
