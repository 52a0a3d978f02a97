import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { axe_faults, open_browser, open_world, sideways, type World } from './support';

let browser: Browser;
let world: World;

beforeAll(async () => {
  browser = await open_browser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  world = await open_world(browser);
});
afterEach(async () => {
  await world.close();
  expect(world.complaints).toEqual([]);
});

const greeting = 'Bác cần hỏi việc gì ạ?';
const log = (page: Page) => page.getByRole('log', { name: 'Tin nhắn' });
const box = (page: Page) => page.getByLabel('Tin nhắn của bạn');
const mine = (page: Page, text: string) => log(page).locator('.message.me', { hasText: text });

async function open_chat(): Promise<Page> {
  const page = await world.open(world.mock.chat);
  await log(page).getByText(greeting).waitFor();
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await page.getByRole('button', { name: 'Gửi', exact: true }).click();
}

const kept = (text: string) => world.desk.ledger.filter((one) => one.text === text).length;

describe('a resident asks', () => {
  it('is greeted by an assistant that says it is automatic, presses a choice and gets an answer with a link in full', async () => {
    const page = await open_chat();
    await page.getByText('trợ lý tự động', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Giấy khai sinh' }).click();
    await log(page).getByText('Đăng ký khai sinh cho cháu bé').waitFor();
    await mine(page, 'Giấy khai sinh').waitFor();
    expect(await mine(page, 'Giấy khai sinh').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Giờ làm việc' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Giấy tờ cần mang' }).waitFor();
    for (const link of [log(page).getByRole('link', { name: 'https://dichvucong.gov.vn', exact: true }), log(page).getByRole('link', { name: /Mở Cổng Dịch vụ công/u })]) {
      expect(await link.getAttribute('href')).toBe('https://dichvucong.gov.vn');
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
      expect(await link.getAttribute('target')).toBe('_blank');
      expect(await link.textContent()).toContain('https://dichvucong.gov.vn');
    }
    expect(world.desk.ledger).toHaveLength(1);
  });

  it('sees line breaks kept', async () => {
    const page = await open_chat();
    await say(page, 'mấy giờ mở cửa');
    const bubble = log(page).locator('.bubble', { hasText: 'Sáng 7 giờ 30' });
    await bubble.waitFor();
    expect((await bubble.innerText()).split('\n')).toHaveLength(3);
  });

  it('finds the conversation and the half-typed words again after a reload', async () => {
    const page = await open_chat();
    await say(page, 'khai sinh');
    await log(page).getByText('Bác muốn xem gì tiếp ạ?').waitFor();
    await box(page).fill('còn một điều nữa');
    await page.reload();
    await log(page).getByText('Bác muốn xem gì tiếp ạ?').waitFor();
    expect(await mine(page, 'khai sinh').count()).toBe(1);
    expect(await box(page).inputValue()).toBe('còn một điều nữa');
    expect(world.desk.conversations.filter((one) => one.token !== null)).toHaveLength(1);
  });

  it('does everything with the keyboard', async () => {
    const page = await open_chat();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Đến ô nhập tin nhắn');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
    await page.keyboard.type('khai sinh');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('cho cháu');
    await page.keyboard.press('Enter');
    await log(page).getByText('Bác muốn xem gì tiếp ạ?').waitFor();
    expect(world.desk.ledger[0]?.text).toBe('khai sinh\ncho cháu');
    // Back from the box: the last choice comes first.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await log(page).getByText('Mã phiếu của bác').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('scroll');
  });

  it('is told to wait for an officer, sees who answers, and hears when the assistant is back', async () => {
    const page = await open_chat();
    await page.getByRole('button', { name: 'Gặp cán bộ' }).click();
    await page.getByText('Đang chờ cán bộ. Mã phiếu:').waitFor();
    const one = [...world.desk.cases.values()].find((each) => each.channel === 'web' && each.topic === null && each.state === 'waiting');
    const lan = world.desk.officers[0];
    if (one === undefined || lan === undefined) throw new Error('no case');
    world.desk.take(lan, one.code);
    world.desk.answer(lan, one.code, 'a1', 'Chào bác, em là Lan ạ.\nBác cần gì em hỗ trợ?');
    await page.getByText('Nguyễn Thị Lan đang trả lời.').waitFor();
    await log(page).getByText('em là Lan ạ').waitFor();
    await log(page).getByText('· cán bộ').waitFor();
    await say(page, 'tôi hỏi chút thôi');
    await mine(page, 'tôi hỏi chút thôi').getByText('Đã gửi').waitFor();
    expect(await axe_faults(page)).toEqual([]);
    world.desk.hand_back(lan, one.code, 'xong');
    await page.getByRole('button', { name: 'Rất hài lòng' }).waitFor();
    await page.getByText('đang trả lời.').waitFor({ state: 'detached' });
  });
});

describe('nothing is lost and nothing is doubled', () => {
  it('when the answer to a message is lost', async () => {
    const page = await open_chat();
    world.fault({ path: /api\/messages/u, method: 'POST', kind: 'lose-answer', times: 2 });
    await say(page, 'giờ làm việc');
    await log(page).getByText('Bộ phận Một cửa mở').waitFor();
    await mine(page, 'giờ làm việc').getByText('Đã gửi').waitFor();
    await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('thanthien.chat.out.')));
    expect(kept('giờ làm việc')).toBe(1);
    expect(await mine(page, 'giờ làm việc').count()).toBe(1);
    expect(world.mock.requests.filter((one) => one === 'POST /chat/api/messages')).toHaveLength(3);
  });

  it('when nothing gets through: it says so, keeps the words over a reload, and sends them when asked', async () => {
    const page = await open_chat();
    world.fault({ path: /api\/messages/u, method: 'POST', kind: 'no-connection', times: 1000 });
    await say(page, 'tôi cần sửa hộ tịch');
    await mine(page, 'tôi cần sửa hộ tịch').getByText('Chưa gửi được').waitFor();
    expect(await axe_faults(page)).toEqual([]);
    await page.reload();
    await mine(page, 'tôi cần sửa hộ tịch').getByRole('button', { name: 'Gửi lại' }).waitFor();
    expect(kept('tôi cần sửa hộ tịch')).toBe(0);
    world.mock.faults.length = 0;
    await mine(page, 'tôi cần sửa hộ tịch').getByRole('button', { name: 'Gửi lại' }).click();
    await log(page).getByText('Cháu chưa hiểu ý bác').waitFor();
    await mine(page, 'tôi cần sửa hộ tịch').getByText('Đã gửi').waitFor();
    expect(kept('tôi cần sửa hộ tịch')).toBe(1);
    expect(await mine(page, 'tôi cần sửa hộ tịch').count()).toBe(1);
  });

  it('when the network goes and comes back by itself', async () => {
    const page = await open_chat();
    await world.context.setOffline(true);
    world.mock.faults.push({ path: /messages/u, kind: 'no-connection', times: 1 });
    await say(page, 'giờ làm việc');
    await page.getByText('Đang mất kết nối').waitFor();
    expect(await axe_faults(page)).toEqual([]);
    await world.context.setOffline(false);
    await log(page).getByText('Bộ phận Một cửa mở').waitFor();
    await page.getByText('Đang mất kết nối').waitFor({ state: 'detached' });
    expect(kept('giờ làm việc')).toBe(1);
  });

  it('when the page is closed while a message is under way', async () => {
    const page = await open_chat();
    let release = () => {};
    const until = new Promise<void>((done) => { release = done; });
    world.fault({ path: /api\/messages/u, method: 'POST', kind: 'hold', times: 1, until });
    await say(page, 'giờ làm việc');
    await mine(page, 'giờ làm việc').getByText('Đang gửi').waitFor();
    await page.close();
    release();
    const again = await world.open(world.mock.chat);
    await log(again).getByText('Bộ phận Một cửa mở').waitFor();
    await mine(again, 'giờ làm việc').getByText('Đã gửi').waitFor();
    expect(kept('giờ làm việc')).toBe(1);
    expect(await mine(again, 'giờ làm việc').count()).toBe(1);
  });

  it('when the server asks to slow down', async () => {
    const page = await open_chat();
    world.desk.too_many = 1;
    await say(page, 'giờ làm việc');
    await log(page).getByText('Bộ phận Một cửa mở').waitFor();
    expect(kept('giờ làm việc')).toBe(1);
  });

  it('when the same words are sent twice on purpose', async () => {
    const page = await open_chat();
    world.fault({ path: /api\/messages/u, method: 'POST', kind: 'lose-answer', times: 1 });
    await say(page, 'alo');
    await say(page, 'alo');
    await page.waitForFunction(() => document.querySelectorAll('.message.bot').length === 3);
    await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('thanthien.chat.out.')));
    expect(kept('alo')).toBe(2);
    expect(await mine(page, 'alo').count()).toBe(2);
  });

  it('when two tabs show one conversation', async () => {
    const page = await open_chat();
    const other = await open_chat();
    await say(page, 'giờ làm việc');
    await log(other).getByText('Bộ phận Một cửa mở').waitFor();
    await say(other, 'cảm ơn cháu');
    await mine(page, 'cảm ơn cháu').waitFor();
    for (const each of [page, other]) {
      expect(await mine(each, 'giờ làm việc').count()).toBe(1);
      expect(await mine(each, 'cảm ơn cháu').count()).toBe(1);
    }
    expect(world.desk.ledger).toHaveLength(2);
  });

  it('when the server has forgotten the conversation: a new one begins and the unsent words go there', async () => {
    const page = await open_chat();
    const old = world.desk.conversations.find((one) => one.token !== null);
    if (old === undefined) throw new Error('no conversation');
    old.token = 'forgotten';
    await box(page).fill('chữ đang soạn');
    await page.reload();
    await page.getByText('đây là cuộc trò chuyện mới').waitFor();
    await log(page).getByText(greeting).waitFor();
    expect(await box(page).inputValue()).toBe('chữ đang soạn');
    const fresh = world.desk.conversations.find((one) => one.token !== null && one.token !== 'forgotten');
    if (fresh === undefined) throw new Error('no new conversation');
    fresh.token = 'forgotten too';
    await page.getByRole('button', { name: 'Gửi', exact: true }).click();
    await log(page).getByText('Cháu chưa hiểu ý bác').waitFor();
    expect(kept('chữ đang soạn')).toBe(1);
  });

  it('when the server refuses a message: it says why and gives the words back', async () => {
    const page = await open_chat();
    world.fault({ path: /api\/messages/u, method: 'POST', kind: 'status', status: 422, times: 1 });
    await say(page, 'câu này không nhận');
    await mine(page, 'câu này không nhận').getByRole('button', { name: 'Sửa lại' }).click();
    expect(await box(page).inputValue()).toBe('câu này không nhận');
    expect(await mine(page, 'câu này không nhận').count()).toBe(0);
  });

  it('when a message is longer than allowed: it stays in the box and nothing is cut off', async () => {
    const page = await open_chat();
    const long = 'ạ'.repeat(4010);
    await say(page, long);
    await page.getByText('Tin nhắn dài quá 10 ký tự').waitFor();
    expect(await box(page).inputValue()).toBe(long);
    expect(world.desk.ledger).toHaveLength(0);
    expect(await axe_faults(page)).toEqual([]);
  });

  it('when the page opens without a connection: what is typed waits, and goes out when there is one', async () => {
    world.fault({ path: /api\/conversations/u, kind: 'no-connection', times: 1000 });
    const page = await world.open(world.mock.chat);
    await page.getByText('Chưa kết nối được').waitFor();
    await say(page, 'giờ làm việc');
    await mine(page, 'giờ làm việc').waitFor();
    expect(await axe_faults(page)).toEqual([]);
    world.mock.faults.length = 0;
    await page.getByRole('button', { name: 'Thử lại ngay' }).click();
    await log(page).getByText('Bộ phận Một cửa mở').waitFor();
    expect(kept('giờ làm việc')).toBe(1);
  });
});

describe('a new conversation', () => {
  it('begins only after a yes', async () => {
    const page = await open_chat();
    await say(page, 'giờ làm việc');
    await log(page).getByText('Bộ phận Một cửa mở').waitFor();
    const button = page.getByRole('button', { name: 'Trò chuyện mới' });
    await button.click();
    expect(await axe_faults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('new');
    expect(await mine(page, 'giờ làm việc').count()).toBe(1);
    await button.click();
    await page.getByRole('button', { name: 'Bắt đầu mới' }).click();
    await mine(page, 'giờ làm việc').waitFor({ state: 'detached' });
    await log(page).getByText(greeting).waitFor();
    expect(world.desk.conversations.filter((one) => one.token !== null)).toHaveLength(2);
    await page.reload();
    await log(page).getByText(greeting).waitFor();
    expect(await mine(page, 'giờ làm việc').count()).toBe(0);
  });

  it('keeps the old one when the new one cannot be had', async () => {
    const page = await open_chat();
    world.fault({ path: /api\/conversations/u, kind: 'no-connection', times: 1000 });
    await page.getByRole('button', { name: 'Trò chuyện mới' }).click();
    await page.getByRole('button', { name: 'Bắt đầu mới' }).click();
    await page.getByText('Chưa bắt đầu được vì mất kết nối').waitFor();
    await log(page).getByText(greeting).waitFor();
  });
});

describe('everybody can read it', () => {
  it('announces only what is new', async () => {
    const page = await open_chat();
    await page.waitForFunction(() => document.getElementById('log')?.getAttribute('aria-live') === 'polite');
    await say(page, 'giờ làm việc');
    await log(page).getByText('Bộ phận Một cửa mở').waitFor();
    // The bubble that was read out on sending is the one that stays: not a second one in its place.
    const marked = await mine(page, 'giờ làm việc').evaluate((node) => node.isConnected);
    expect(marked).toBe(true);
    expect(await page.evaluate(() => document.getElementById('log')?.getAttribute('role'))).toBe('log');
  });

  it('follows new words at the end, and leaves a reader further up alone', async () => {
    await world.close();
    world = await open_world(browser, { viewport: { width: 360, height: 560 } });
    const page = await open_chat();
    for (const text of ['khai sinh', 'giờ làm việc', 'khai sinh ạ']) {
      const before = await log(page).locator('.message.bot').count();
      await say(page, text);
      await page.waitForFunction((count) => document.querySelectorAll('.message.bot').length > count, before);
    }
    const at_end = () => page.waitForFunction(() => {
      const scroll = document.getElementById('scroll');
      return scroll !== null && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 4;
    });
    await at_end();
    await page.evaluate(() => { document.getElementById('scroll')?.scrollTo({ top: 0 }); });
    await page.waitForFunction(() => document.getElementById('scroll')?.scrollTop === 0);
    const conversation = world.desk.conversations.find((one) => one.token !== null);
    if (conversation === undefined) throw new Error('no conversation');
    world.desk.say(conversation, 'officer', 'Nguyễn Thị Lan', 'Chào bác, em vào hỗ trợ đây ạ.');
    const newest = page.getByRole('button', { name: 'Có tin mới' });
    await newest.waitFor();
    expect(await page.evaluate(() => document.getElementById('scroll')?.scrollTop)).toBe(0);
    expect(await axe_faults(page)).toEqual([]);
    await newest.click();
    await at_end();
    await newest.waitFor({ state: 'hidden' });
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`fits 320 px with letters of every size, ${scheme}, without a fault that axe knows`, async () => {
      await world.close();
      world = await open_world(browser, { viewport: { width: 320, height: 640 }, colorScheme: scheme, reducedMotion: 'reduce' });
      const page = await open_chat();
      await say(page, `khai sinh ${'rấtdài'.repeat(40)} https://example.org/${'a'.repeat(200)}`);
      await log(page).getByText('Bác muốn xem gì tiếp ạ?').waitFor();
      expect(await axe_faults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Hiển thị' }).click();
      for (const size of ['Vừa', 'Lớn', 'Rất lớn', 'Gấp đôi']) {
        await page.getByRole('radio', { name: size, exact: true }).check();
        expect(await sideways(page)).toEqual({ scrolls: false, outside: [] });
        expect(await axe_faults(page)).toEqual([]);
      }
      const smallest = await page.evaluate(() =>
        Math.min(...[...document.querySelectorAll('button, label.radio')].map((one) => one.getBoundingClientRect()).filter((one) => one.height > 0).map((one) => Math.min(one.width, one.height))));
      expect(smallest).toBeGreaterThanOrEqual(44);
    });
  }

  it('remembers letters and colours', async () => {
    const page = await open_chat();
    await page.getByRole('button', { name: 'Hiển thị' }).click();
    await page.getByRole('radio', { name: 'Rất lớn' }).check();
    await page.getByRole('radio', { name: 'Tối' }).check();
    await page.reload();
    await log(page).getByText(greeting).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('24px');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(18, 26, 22)');
    expect(await axe_faults(page)).toEqual([]);
  });
});
