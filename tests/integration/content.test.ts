// A civil servant edits a file while the server runs: a sound file is taken over, an unsound one never replaces a good one.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { metric, WebResident } from "./support/desk.ts";
import { eventually, repository, Server } from "./support/server.ts";

let overlay: string, server: Server, resident: WebResident;
const shipped = join(repository, "knowledge/content/procedures/chung-thuc/chung-thuc-ban-sao.yaml");
const own = () => join(overlay, "knowledge/procedures/chung-thuc/chung-thuc-ban-sao.yaml");

beforeAll(async () => {
  overlay = await mkdtemp(join(tmpdir(), "thanthien-content-"));
  await mkdir(join(overlay, "knowledge/procedures/chung-thuc"), { recursive: true });
  await mkdir(join(overlay, "dialogs"), { recursive: true });
  server = await Server.start({ content: [overlay] });
  resident = await WebResident.begin(server.webhooks);
});
afterAll(async () => {
  await server?.remove();
  await rm(overlay, { recursive: true, force: true });
});

/** Asked of the very files that are in service, without a limit on how often. */
async function feeAnswer(): Promise<string> {
  await resident.tap({ title: "Lệ phí", payload: "aspect:chung-thuc-ban-sao:fee" });
  return (await resident.read()).messages.at(-1).text;
}

/** Waits for one more reload with this outcome than the test has seen. */
const seen: Record<string, number> = {};
async function reloaded(outcome: "taken" | "refused"): Promise<void> {
  const before = seen[outcome] ?? 0;
  const name = `content_reloads_total{outcome="${outcome}"}`;
  seen[outcome] = await eventually(async () => {
    const now = await metric(server.console, name);
    return now > before ? now : undefined;
  }, `a reload that is ${outcome}`, 60_000);
}

test("a changed fee is told as soon as the file is sound, and a broken file changes nothing", async () => {
  const text = await readFile(shipped, "utf8");
  expect(await feeAnswer()).toContain("2.000");

  await writeFile(own(), text.replaceAll("2.000", "2.345"));
  await reloaded("taken");
  expect(await feeAnswer()).toContain("2.345");

  await writeFile(own(), text.replaceAll("2.000", "9.999") + "\nmuc_la_khong_co: 1\n  sai: thụt lề\n");
  await reloaded("refused");
  expect(await feeAnswer()).toContain("2.345");
  expect(server.log).toMatch(/chung-thuc-ban-sao\.yaml:\d+:\d+/);
  expect(await metric(server.console, "content_refused")).toBe(1);
  expect((await fetch(`${server.console}/readyz`)).status).toBe(200);

  await writeFile(own(), text.replaceAll("2.000", "2.500"));
  await reloaded("taken");
  expect(await feeAnswer()).toContain("2.500");
  expect(await metric(server.console, "content_refused")).toBe(0);
});

test("a dialog that changes under a resident goes on with his answers, and the log tells whom it touched", async () => {
  await resident.say("tôi muốn gửi phản ánh đường hư");
  await resident.say("hẻm 12 có ổ gà sâu");
  const form = await readFile(join(repository, "dialogs/content/phan-anh-kien-nghi.yaml"), "utf8");
  await writeFile(join(overlay, "dialogs/phan-anh-kien-nghi.yaml"), form.replace("Dạ, chỗ đó ở đâu ạ?", "Dạ, chỗ hư ở đâu vậy ạ?"));
  await reloaded("taken");
  await eventually(async () => /dialogs="phan-anh-kien-nghi" conversations_under_way=1/.test(server.log), "the report of the reload");
  await resident.say("nhắc lại");
  expect((await resident.read()).messages.at(-1).text).toContain("chỗ hư ở đâu");
});
