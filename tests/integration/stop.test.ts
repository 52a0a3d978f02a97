// SIGTERM under load: nothing that was taken in is left without an answer, and nothing acknowledged is lost.
import { afterAll, beforeAll, expect, test } from "vitest";
import { metric } from "./support/desk.ts";
import { FakeMessenger } from "./support/fake_messenger.ts";
import { Server } from "./support/server.ts";

let messenger: FakeMessenger, server: Server;
beforeAll(async () => {
  messenger = await FakeMessenger.start();
  server = await Server.start({ messenger });
});
afterAll(async () => {
  await server?.remove();
  await messenger?.close();
});

test("what was acknowledged before and during a stop is answered after the next start", async () => {
  const bodies = Array.from({ length: 60 }, (_, n) =>
    JSON.stringify(messenger.envelope([messenger.textEvent(`late-${n}`, "Làm khai sinh cần giấy gì ạ")])),
  );
  const sent = bodies.map((body) => messenger.postRaw(body));
  await Promise.race(sent);
  expect(await server.stop()).toBe(0);
  const statuses = (await Promise.all(sent)).map((d) => d.status);
  for (const status of statuses) expect([200, 503, 0]).toContain(status);
  await server.restart();

  const acknowledged = bodies.filter((_, n) => statuses[n] === 200);
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const [n, status] of statuses.entries()) if (status === 200) await messenger.waitForMessages(`late-${n}`, 1);
  // Each of them is known when it comes again, and nobody is answered twice.
  const before = await metric(server.console, 'events_total{outcome="duplicate"}');
  for (const body of acknowledged) expect((await messenger.postRaw(body)).status).toBe(200);
  expect((await metric(server.console, 'events_total{outcome="duplicate"}')) - before).toBe(acknowledged.length);
  for (const n of statuses.keys()) expect(messenger.received(`late-${n}`).length).toBeLessThanOrEqual(1);
});
