import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open_browser, open_world, sign_in, type World } from './support';

/** Words that would run if a page ever took them for markup, an address or a template. Each counts into `window.struck`. */
const strikes = [
  '<script>window.struck=(window.struck||0)+1</script>',
  '<img src=x onerror="window.struck=(window.struck||0)+1">',
  '<svg onload="window.struck=(window.struck||0)+1"></svg>',
  '<svg><script>window.struck=(window.struck||0)+1</script></svg>',
  '"><script>window.struck=(window.struck||0)+1</script>',
  "'><img src=x onerror=window.struck=1>",
  '</textarea><script>window.struck=1</script>',
  '</title><script>window.struck=1</script>',
  '<iframe srcdoc="<script>parent.struck=1</script>"></iframe>',
  '<a href="javascript:window.struck=1">bấm vào đây</a>',
  'javascript:window.struck=1',
  'JaVaScRiPt:window.struck=1//https://dichvucong.gov.vn',
  'data:text/html,<script>parent.struck=1</script>',
  'https://dichvucong.gov.vn"onmouseover="window.struck=1',
  "https://dichvucong.gov.vn/'onfocus='window.struck=1'autofocus='",
  'https://dichvucong.gov.vn@example.net/javascript:window.struck=1',
  '<details open ontoggle="window.struck=1">',
  '<input autofocus onfocus="window.struck=1">',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.struck=1>',
  '<template><img src=x onerror=window.struck=1></template>',
  '<object data="javascript:window.struck=1"></object>',
  '<form action="javascript:window.struck=1"><button>x</button></form>',
  '<style>*{background:url("javascript:window.struck=1")}</style>',
  '${window.struck=1} {{window.struck=1}} <%= window.struck=1 %>',
  '\u202Egpj.exe <b>đậm</b> \u0000 &lt;img src=x onerror=window.struck=1&gt;',
  'java\tscript:window.struck=1',
];

let browser: Browser;

beforeAll(async () => {
  browser = await open_browser();
});
afterAll(() => browser.close());

/** No strike hit, no element came from words, no address but http and https. */
async function unharmed(page: Page, world: World): Promise<void> {
  // Whatever waits to load or fail (a picture that is not there) has done so by now.
  await page.evaluate(() => new Promise<void>((done) => { requestAnimationFrame(() => setTimeout(done, 0)); }));
  const found = await page.evaluate(() => ({
    struck: (window as unknown as { struck?: number }).struck ?? 0,
    elements: [...document.querySelectorAll('body script, iframe, object, embed, template, style, math, details, base, body img:not([src*="/assets/"]), svg script')]
      .map((one) => one.outerHTML.slice(0, 120))
      // React Aria keeps an empty one of its own.
      .filter((one) => one !== '<template></template>'),
    handlers: [...document.querySelectorAll('*')].filter((one) => [...one.attributes].some((attribute) => attribute.name.startsWith('on'))).map((one) => one.outerHTML.slice(0, 120)),
    addresses: [...document.querySelectorAll('[href], [src], [action], [formaction]')]
      .flatMap((one) => ['href', 'src', 'action', 'formaction'].map((name) => one.getAttribute(name)))
      .filter((one): one is string => one !== null)
      .filter((one) => !/^(?:https?:\/\/|\/|#)/u.test(one)),
  }));
  expect(found).toEqual({ struck: 0, elements: [], handlers: [], addresses: [] });
  expect(world.complaints).toEqual([]);
}

// With the policy, and without it: the policy is the second wall, and the first must stand alone.
for (const without_policy of [false, true]) {
  describe(`words stay words, ${without_policy ? 'without' : 'with'} a content security policy`, () => {
    it('on the residents\' page: what bot and officer say, titles, addresses of choices, names', async () => {
      const world = await open_world(browser, { without_policy });
      const page = await world.open(world.mock.chat);
      await page.getByText('Bác cần hỏi việc gì ạ?').waitFor();
      const conversation = world.desk.conversations.find((one) => one.token !== null);
      if (conversation === undefined) throw new Error('no conversation');
      for (const [i, strike] of strikes.entries()) {
        world.desk.say(conversation, i % 2 === 0 ? 'bot' : 'officer', strike, strike, {
          choices: [{ title: strike, payload: strike }, { title: strike, url: strike }],
        });
      }
      conversation.holder = 'officer';
      world.desk.say(conversation, 'officer', strikes[1] ?? '', 'hết rồi ạ');
      await page.getByText('hết rồi ạ').waitFor();
      const log = await page.locator('#log').evaluate((node) => node.textContent ?? '');
      for (const strike of strikes) expect(log).toContain(strike);
      // The greeting's own three come first.
      expect(await page.locator('#choices button').count()).toBe(3 + strikes.length);
      await page.locator('#choices button').nth(3 + 1).click();
      await page.locator('.message.me', { hasText: '<img src=x' }).getByText('Đã gửi').waitFor();
      await page.getByLabel('Tin nhắn của bạn').fill(strikes.join('\n'));
      await page.getByRole('button', { name: 'Gửi', exact: true }).click();
      await page.locator('.message.me').nth(1).getByText('Đã gửi').waitFor();
      await page.reload();
      await page.getByText('hết rồi ạ').waitFor();
      await unharmed(page, world);
      await world.close();
    });

    it('on the console: names, words, titles, files, notes, reasons, units, results', async () => {
      const world = await open_world(browser, { without_policy });
      const lan = world.desk.officers[0];
      const one = world.desk.cases.get('TB-H5LA');
      const conversation = world.desk.conversations.find((each) => each.case_code === 'TB-H5LA');
      if (lan === undefined || one === undefined || conversation === undefined) throw new Error('no case');
      for (const strike of strikes) {
        for (const from of ['resident', 'bot', 'officer', 'outside'] as const) {
          world.desk.say(conversation, from, strike, strike, {
            choices: [{ title: strike, url: strike }],
            attachments: [{ kind: strike, url: strike, name: strike }],
            state: 'failed', why: strike,
          });
        }
        conversation.notes.push({ id: world.desk.id(), by: strike, text: strike, at: world.desk.now() });
        world.desk.units.push({ id: strike, full_name: strike });
        world.desk.officers.push({ id: world.desk.id(), name: strike, login: strike, password: '', role: 'officer', units: [strike], disabled: false, code: null });
      }
      for (const [i, strike] of strikes.entries()) {
        const each = world.desk.open_case({ token: null, messages: [], notes: [], case_code: null, holder: 'bot' }, {
          code: `TB-Z${i}`, person: strike, preview: strike, summary: strike, reason_text: strike, unit_name: strike, topic_title: strike, officer: { id: 9999, name: strike },
        });
        each.result = strike;
      }
      Object.assign(one, { person: strikes[0], summary: strikes[1], reason_text: strikes[2], topic_title: strikes[3], unit_name: strikes[4], result: strikes[5] });

      const page = await world.open(world.mock.console);
      await sign_in(page);
      await page.locator('a.row[data-code="TB-Z0"]').waitFor();
      await unharmed(page, world);
      await page.goto(`${world.mock.console}#/phieu/TB-H5LA`);
      await page.locator('#case-title').waitFor();
      const talk = await page.locator('.talk').evaluate((node) => node.textContent ?? '');
      for (const strike of strikes) expect(talk.split(strike).length).toBeGreaterThan(4);
      const notes = await page.locator('.notes').evaluate((node) => node.textContent ?? '');
      for (const strike of strikes) expect(notes).toContain(strike);
      const box = page.getByRole('textbox', { name: /^Trả lời/u });
      await box.fill(strikes.join('\n').slice(0, 3900));
      await page.keyboard.press('Control+Enter');
      await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith('thanthien.console.out.')));
      await unharmed(page, world);
      await page.goto(`${world.mock.console}#/tai-khoan`);
      await page.getByRole('rowheader', { name: strikes[0] ?? '' }).first().waitFor();
      await page.getByRole('button', { name: 'Thêm cán bộ' }).click();
      await page.getByRole('dialog').waitFor();
      await unharmed(page, world);
      // And in the address itself.
      for (const strike of strikes) {
        await page.goto(`${world.mock.console}#/phieu/${strike}`);
      }
      await page.goto(`${world.mock.console}#/phieu/%E0%A4%A`);
      await page.getByText('người đang chờ').waitFor();
      await unharmed(page, world);
      await world.close();
    });
  });
}

it('asks no other host for anything', async () => {
  const world = await open_world(browser);
  const hosts = new Set<string>();
  world.context.on('request', (request) => hosts.add(new URL(request.url()).origin));
  const page = await world.open(world.mock.console);
  await sign_in(page);
  await page.goto(`${world.mock.console}#/phieu/TB-7M4P`);
  await page.locator('#case-title').waitFor();
  const chat = await world.open(world.mock.chat);
  await chat.getByText('Bác cần hỏi việc gì ạ?').waitFor();
  expect([...hosts].sort()).toEqual([new URL(world.mock.chat).origin, new URL(world.mock.console).origin].sort());
  await world.close();
});
