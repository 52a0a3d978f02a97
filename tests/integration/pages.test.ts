// Two people at two browsers, the real program between them: a resident on a phone, an officer at her desk.
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "./support/server.ts";

let browser: Browser, server: Server, resident: Page, officer: Page;
const complaints: string[] = [];

async function open(url: string, width: number, height: number): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width, height }, locale: "vi-VN" })).newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (line) => {
    // The page is told 401 before anybody has signed in; that is an answer, not a fault.
    if (line.type() === "error" && !line.text().includes("401")) complaints.push(line.text());
  });
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}

beforeAll(async () => {
  server = await Server.start();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const said = (page: Page, text: string | RegExp) => page.getByRole("log", { name: "Tin nhắn" }).getByText(text).first();
async function write(text: string): Promise<void> {
  await resident.getByLabel("Tin nhắn của bạn").fill(text);
  await resident.getByRole("button", { name: "Gửi", exact: true }).click();
}

test("the first officer makes her account with the code that the server printed", async () => {
  officer = await open(`${server.console}/`, 1280, 800);
  await officer.getByLabel("Mã dùng một lần").fill(server.setupCode);
  await officer.getByLabel("Họ và tên").fill("Nguyễn Thị Lan");
  await officer.getByLabel("Tên đăng nhập").fill("lan");
  await officer.getByLabel("Mật khẩu mới", { exact: true }).fill("hoa sen nở rộ mùa hè");
  await officer.getByRole("button", { name: "Lập tài khoản" }).click();
  await officer.getByText("Không còn ai phải chờ").waitFor();
});

test("a resident on a small phone is greeted, asks without accents, and taps on", async () => {
  resident = await open(`${server.webhooks}/chat/`, 320, 568);
  await said(resident, /trợ lý tự động/).waitFor();
  await write("lam giay khai sinh cho be can giay to gi");
  await said(resident, /chứng sinh/i).waitFor();
  await resident.getByRole("button", { name: "Lệ phí" }).click();
  await said(resident, /Miễn phí/i).waitFor();
  expect(await resident.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("who wants a person appears at the officer's desk by itself, and her answer on the phone", async () => {
  await resident.getByRole("button", { name: "Gặp cán bộ" }).click();
  await resident.getByText(/Mã phiếu:/).waitFor();
  const row = officer.getByRole("link", { name: /DN-/ }).or(officer.getByText(/DN-[A-Z0-9]{6}/)).first();
  await row.waitFor();
  await row.click();
  await said(officer, "lam giay khai sinh cho be can giay to gi").waitFor();
  await officer.getByRole("button", { name: /Nhận phiếu/ }).first().click();
  await resident.getByText("Nguyễn Thị Lan đang trả lời.").waitFor();

  await officer.getByRole("textbox", { name: /^Trả lời/u }).fill("Dạ cô cần giấy chứng sinh, em chờ cô ở quầy số 3.");
  await officer.keyboard.press("Control+Enter");
  await said(resident, "em chờ cô ở quầy số 3").waitFor();
  await write("<img src=x onerror=alert(1)> cam on co Lan");
  await said(officer, "<img src=x onerror=alert(1)> cam on co Lan").waitFor();
});

test("the conversation is still there after a reload", async () => {
  await resident.reload();
  await said(resident, "em chờ cô ở quầy số 3").waitFor();
  await resident.getByText("Nguyễn Thị Lan đang trả lời.").waitFor();
});

test("she returns it to the assistant, which speaks again", async () => {
  await officer.getByRole("button", { name: "Trả cho trợ lý" }).click();
  await officer.getByRole("dialog").getByRole("button", { name: "Trả cho trợ lý" }).click();
  await resident.getByText("đang trả lời.").waitFor({ state: "detached" });
  await write("mat can cuoc thi lam lai o dau");
  await said(resident, /[Cc]ông an/).waitFor();
});

test("no page complained", () => expect(complaints).toEqual([]));
