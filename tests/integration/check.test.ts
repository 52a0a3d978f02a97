// What an admin, an editor and a nightly job get from `thanthien check`.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { binary, repository } from "./support/server.ts";

let overlay: string;
beforeAll(async () => {
  overlay = await mkdtemp(join(tmpdir(), "thanthien-check-"));
  await mkdir(join(overlay, "dialogs"), { recursive: true });
  await mkdir(join(overlay, "knowledge"), { recursive: true });
});
afterAll(() => rm(overlay, { recursive: true, force: true }));

function check(...options: string[]): Promise<{ code: number; out: string }> {
  return new Promise((done) =>
    execFile(binary(), ["check", ...options], (failed, out) => done({ code: Number(failed?.code ?? 0), out })),
  );
}

const unsound = "dialog: thu\non: [dang-ky-xe-moi]\nsteps:\n  chao:\n    say: Bà con phải nộp đơn.\n    next: nop_ho_s\n";

test("the shipped files are sound, and only facts of another year are to be looked at again", async () => {
  const { code, out } = await check("--json", "--date", "2026-11-23");
  expect(code).toBe(0);
  for (const problem of JSON.parse(out)) {
    expect(problem.level).toBe("advice");
    expect(problem.message).toMatch(/đã quá 12 tháng/);
  }
  const later = JSON.parse((await check("--json", "--date", "2028-01-01")).out);
  expect(later.length).toBeGreaterThan(100);
});

test("errors keep content from being used, in both languages and for editors", async () => {
  await writeFile(join(overlay, "dialogs/thu.yaml"), unsound);
  const vietnamese = await check("--content", overlay);
  expect(vietnamese.code).toBe(1);
  expect(vietnamese.out).toContain('dialogs/thu.yaml:6:11: lỗi: Không có bước "nop_ho_s" trong hội thoại này');
  expect(vietnamese.out).toContain("dialogs/thu.yaml:5:10: nên xem lại:");
  const english = await check("--content", overlay, "--language", "en");
  expect(english.out).toContain('dialogs/thu.yaml:6:11: error: This dialog has no step "nop_ho_s"');
  const problems = JSON.parse((await check("--content", overlay, "--json")).out);
  expect(problems.map((p: { level: string; line: number }) => [p.level, p.line])).toEqual([
    ["advice", 5],
    ["error", 6],
  ]);
  for (const problem of problems) expect(Object.keys(problem).sort()).toEqual(["column", "file", "hint", "level", "line", "message"]);
});

test("a broken file of the knowledge does not hide what is wrong with the dialogs", async () => {
  await writeFile(join(overlay, "dialogs/thu.yaml"), unsound);
  await writeFile(join(overlay, "knowledge/contacts.yaml"), "contacts:\n  - name: Tổng đài\n    web: www.a.vn\n");
  const { code, out } = await check("--content", overlay);
  expect(code).toBe(1);
  expect(out).toContain("contacts.yaml:3:10: lỗi:");
  expect(out).toContain("dialogs/thu.yaml:6:11: lỗi:");
  await rm(join(overlay, "knowledge/contacts.yaml"));
});

test("the schema for editors is the shipped one", async () => {
  const { out } = await check("--schema");
  expect(out).toBe(await readFile(join(repository, "dialogs/dialog.schema.json"), "utf8"));
});
