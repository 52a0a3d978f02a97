import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe_faults, open_browser, open_world, sideways, sign_in } from './support';

let browser: Browser;
beforeAll(async () => {
  browser = await open_browser();
});
afterAll(() => browser.close());

/** Every screen of the console and every state of it, one after the other. */
async function tour(page: Page, world: Awaited<ReturnType<typeof open_world>>, look: (where: string) => Promise<void>): Promise<void> {
  const narrow = (page.viewportSize()?.width ?? 0) <= 800;
  const menu = async () => {
    if (narrow) await page.getByRole('button', { name: 'Menu' }).click();
  };
  const at = async (code: string) => {
    await page.goto(`${world.mock.console}#/phieu/${code}`);
    await page.locator('#case-title', { hasText: code }).waitFor();
  };
  await page.getByRole('heading', { name: 'Đăng nhập' }).waitFor();
  await look('sign-in');
  await page.getByLabel('Tên đăng nhập').fill('lan');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.getByRole('alert').waitFor();
  await look('sign-in, refused');
  await page.getByRole('button', { name: 'Tôi có mã một lần' }).click();
  await page.getByRole('button', { name: 'Đặt mật khẩu và vào' }).click();
  await page.getByRole('alert').waitFor();
  await look('one-time code, refused');
  await page.getByRole('button', { name: 'Quay lại đăng nhập' }).click();
  await sign_in(page);
  await page.getByRole('tabpanel').locator('a.row').first().waitFor();
  await look('queue, waiting');
  await page.getByRole('tab', { name: /Của tôi/u }).click();
  await page.getByRole('tabpanel').getByText('Bác Tám').waitFor();
  await look('queue, mine');
  await page.getByRole('tab', { name: 'Đã xong' }).click();
  await page.getByRole('tabpanel').getByText('Anh Khoa').waitFor();
  await look('queue, closed');
  await page.getByRole('tab', { name: /Đang chờ/u }).click();

  await at('TB-2B7K');
  await look('case, waiting and urgent');
  await at('TB-K1SV');
  await look('case, held by another');
  await at('TB-M0YG');
  await look('case, closed');
  await at('TB-7M4P');
  await look('case, with an attachment');
  await at('TB-H5LA');
  await look('case, mine');
  if ((page.viewportSize()?.width ?? 0) <= 1200) {
    await page.getByRole('button', { name: /Thông tin phiếu, ghi chú/u }).click();
    await look('case, facts unfolded');
    await page.getByRole('button', { name: 'Thu gọn thông tin phiếu' }).click();
  }
  await page.getByRole('button', { name: 'Mẫu câu' }).click();
  await look('snippets');
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: /^Trả lời/u }).fill('x'.repeat(4001));
  await look('answer too long');
  await page.getByRole('textbox', { name: /^Trả lời/u }).fill('Dạ');
  world.fault({ path: /messages$/u, method: 'POST', kind: 'status', status: 422, times: 1 });
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Sửa lại' }).waitFor();
  await look('answer refused');
  await page.getByRole('button', { name: 'Kết thúc…' }).click();
  await page.getByRole('button', { name: 'Kết thúc phiếu' }).click();
  await page.getByText('Anh/chị ghi vắn tắt').waitFor();
  await look('closing, refused');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Trả cho trợ lý' }).click();
  await page.getByRole('dialog').waitFor();
  await look('giving back');
  await page.keyboard.press('Escape');
  await page.goto(`${world.mock.console}#/phieu/KHONG-CO`);
  await page.getByRole('alert').getByText('Không tìm thấy').waitFor();
  await look('no such case');
  await page.goto(`${world.mock.console}#/`);

  await menu();
  await look('menu');
  await page.getByRole('button', { name: 'Phím tắt' }).click();
  await page.getByRole('dialog').waitFor();
  await look('shortcuts');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Hiển thị' }).click();
  await page.getByRole('dialog').waitFor();
  await look('display');
  await page.keyboard.press('Escape');
  await page.goto(`${world.mock.console}#/tai-khoan`);
  await page.getByRole('rowheader').first().waitFor();
  await look('accounts');
  await page.getByRole('button', { name: 'Thêm cán bộ' }).click();
  await page.getByRole('dialog').waitFor();
  await page.getByLabel('Họ và tên').fill('Lê Văn Hòa');
  await page.getByLabel('Tên đăng nhập').fill('HOA!');
  await page.getByRole('button', { name: 'Thêm và lấy mã' }).click();
  await page.getByText('chỉ gồm chữ thường').waitFor();
  await look('adding an officer, refused');
  await page.getByLabel('Tên đăng nhập').fill('hoa');
  await page.getByRole('button', { name: 'Thêm và lấy mã' }).click();
  await page.getByRole('button', { name: 'Đã ghi lại' }).waitFor();
  await look('one-time code');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Ngừng tài khoản Lê Văn Hòa' }).click();
  await page.getByRole('dialog').waitFor();
  await look('ending an account');
  await page.keyboard.press('Escape');

  world.fault({ path: /api\/stream/u, kind: 'status', status: 503, times: 1000 });
  world.mock.cut_streams();
  await page.getByText('Mất kết nối, đang nối lại').waitFor();
  await look('stream lost');
  world.desk.cases.clear();
  await page.goto(`${world.mock.console}#/`);
  await page.reload();
  await page.getByText('Không còn ai phải chờ').waitFor();
  await look('nothing to do');
}

describe('every screen and state of the console', () => {
  for (const [name, options] of [
    ['wide and light', { viewport: { width: 1440, height: 860 }, colorScheme: 'light' }],
    ['wide and dark', { viewport: { width: 1440, height: 860 }, colorScheme: 'dark' }],
    ['320 px', { viewport: { width: 320, height: 640 }, colorScheme: 'light' }],
    ['320 px and dark', { viewport: { width: 320, height: 640 }, colorScheme: 'dark' }],
  ] as const) {
    it(`is without a fault that axe knows and does not scroll sideways: ${name}`, { timeout: 120_000 }, async () => {
      const world = await open_world(browser, { ...options, reducedMotion: 'reduce' });
      const page = await world.open(world.mock.console);
      const faults: string[] = [];
      let looked = 0;
      await tour(page, world, async (where) => {
        looked += 1;
        for (const fault of await axe_faults(page)) faults.push(`${where}: ${fault}`);
        const { scrolls } = await sideways(page);
        if (scrolls) faults.push(`${where}: scrolls sideways`);
      });
      expect(faults).toEqual([]);
      expect(looked).toBeGreaterThan(25);
      expect(world.complaints).toEqual([]);
      await world.close();
    });
  }

  it('grows with its letters: at twice the size nothing is cut off sideways, and what can be pressed is large enough', async () => {
    const world = await open_world(browser, { viewport: { width: 320, height: 640 } });
    const page = await world.open(world.mock.console);
    await sign_in(page);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Hiển thị' }).click();
    await page.getByRole('dialog').getByText('Gấp đôi').click();
    await page.getByRole('button', { name: 'Xong' }).click();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px');
    expect((await sideways(page)).scrolls).toBe(false);
    await page.goto(`${world.mock.console}#/phieu/TB-H5LA`);
    await page.locator('#case-title').waitFor();
    expect((await sideways(page)).scrolls).toBe(false);
    const small = await page.evaluate(() => [...document.querySelectorAll('button, a.row, .menu > a')]
      .map((one) => [one.getBoundingClientRect(), one.textContent] as const)
      .filter(([box]) => box.height > 0 && Math.min(box.width, box.height) < 44)
      .map(([, text]) => text));
    expect(small).toEqual([]);
    expect(world.complaints).toEqual([]);
    await world.close();
  });
});
