import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { Desk } from '../mock/desk';
import { seed } from '../mock/seed';
import { start_mock, type Fault, type MockServer } from '../mock/server';

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export function open_browser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

export interface World {
  desk: Desk;
  mock: MockServer;
  context: BrowserContext;
  /** Complaints of any page of this world: script errors, refused by the content security policy, dialogs. Tests end with none. */
  complaints: string[];
  open(address: string): Promise<Page>;
  fault(fault: Fault): void;
  close(): Promise<void>;
}

export interface WorldOptions extends BrowserContextOptions {
  /** Leave the desk without cases and officers. */
  bare?: boolean;
  without_policy?: boolean;
}

export async function open_world(browser: Browser, { bare, without_policy, ...options }: WorldOptions = {}): Promise<World> {
  const desk = new Desk();
  if (bare !== true) seed(desk);
  const mock = await start_mock(desk);
  mock.with_policy = without_policy !== true;
  const complaints: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'vi-VN', ...options });
  context.setDefaultTimeout(15_000);
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`POLICY ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return {
    desk, mock, context, complaints,
    async open(address) {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      page.on('console', (message) => {
        // "Failed to load resource" is how the browser reports the very faults that a test asks for.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(`console: ${message.text()}`);
      });
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(address);
      return page;
    },
    fault(fault) {
      mock.faults.push(fault);
    },
    async close() {
      await context.close();
      await mock.close();
    },
  };
}

const axe_source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core holds against the page as it stands, one line each; WCAG 2.2 A and AA and its best practices. */
export async function axe_faults(page: Page): Promise<string[]> {
  // A page still moving has half-faded colours; look at it when it stands.
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe_source);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(root: Document, options: unknown): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    });
    return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)} | ${(node.failureSummary ?? '').replace(/\s+/gu, ' ').slice(0, 300)}`));
  });
}

/** Elements that stick out of a narrow window, and whether the page scrolls sideways. */
export function sideways(page: Page): Promise<{ scrolls: boolean; outside: string[] }> {
  return page.evaluate(() => ({
    scrolls: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    outside: [...document.querySelectorAll('body *')]
      .filter((one) => {
        const box = one.getBoundingClientRect();
        const style = getComputedStyle(one);
        return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && box.right > window.innerWidth + 1 && box.left < window.innerWidth;
      })
      .slice(0, 5)
      .map((one) => one.outerHTML.slice(0, 160)),
  }));
}

export async function sign_in(page: Page, login = 'lan'): Promise<void> {
  await page.getByLabel('Tên đăng nhập').fill(login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill('hoa-sen-dong-nai');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.getByRole('tab', { name: /Đang chờ/u }).waitFor();
}
