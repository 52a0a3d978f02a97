import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seed_many } from '../mock/seed';
import { open_browser, open_world, sign_in, type World } from './support';

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

async function open_desk(code?: string): Promise<Page> {
  const page = await world.open(world.mock.console);
  await sign_in(page);
  if (code !== undefined) await open_case(page, code);
  return page;
}

async function open_case(page: Page, code: string): Promise<void> {
  await page.goto(`${world.mock.console}#/phieu/${code}`);
  await page.locator('#case-title', { hasText: code }).waitFor();
}

const answer_box = (page: Page) => page.getByRole('textbox', { name: /^Trả lời/u });
const said = (page: Page, text: string) => page.getByRole('log', { name: 'Tin nhắn' }).getByRole('article').filter({ hasText: text });
const sent = (text: string) => world.desk.ledger.filter((one) => one.from === 'officer' && one.text === text).length;
const officer = (login: string) => {
  const found = world.desk.officers.find((one) => one.login === login);
  if (found === undefined) throw new Error(`no officer ${login}`);
  return found;
};
const one_case = (code: string) => {
  const found = world.desk.cases.get(code);
  if (found === undefined) throw new Error(`no case ${code}`);
  return found;
};
const conversation = (code: string) => {
  const found = world.desk.conversations.find((one) => one.case_code === code);
  if (found === undefined) throw new Error(`no conversation ${code}`);
  return found;
};
const settled = (page: Page) => page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith('thanthien.console.out.')));

describe('coming in', () => {
  it('makes the first account with the code of the server, and says what is wrong with what was typed', async () => {
    await world.close();
    world = await open_world(browser, { bare: true });
    world.desk.setup_code = 'SEN-2468';
    const page = await world.open(world.mock.console);
    await page.getByRole('heading', { name: 'Lập tài khoản đầu tiên' }).waitFor();
    await page.getByLabel('Mã dùng một lần').fill('SAI');
    await page.getByLabel('Họ và tên').fill('Nguyễn Thị Lan');
    await page.getByLabel('Tên đăng nhập').fill('lan');
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill('ngan');
    await page.getByRole('button', { name: 'Lập tài khoản' }).click();
    await page.getByRole('alert').getByText('Mã không đúng').waitFor();
    await page.getByLabel('Mã dùng một lần').fill('SEN-2468');
    await page.getByRole('button', { name: 'Lập tài khoản' }).click();
    await page.getByRole('alert').getByText('ít nhất 12 ký tự').waitFor();
    expect(await page.getByLabel('Mật khẩu mới', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill('hoa sen nở rộ');
    await page.getByRole('button', { name: 'Lập tài khoản' }).click();
    await page.getByText('Không còn ai phải chờ').waitFor();
    expect(officer('lan').role).toBe('admin');
  });

  it('signs in, after a wrong password and too many tries have been explained', async () => {
    const page = await world.open(world.mock.console);
    await page.getByLabel('Tên đăng nhập').fill('lan');
    await page.getByLabel('Mật khẩu', { exact: true }).fill('sai');
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.getByRole('alert').getByText('chưa đúng').waitFor();
    world.desk.too_many = 1;
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.getByRole('alert').getByText('30 giây').waitFor();
    await page.getByRole('button', { name: 'Hiện mật khẩu' }).click();
    expect(await page.getByLabel('Mật khẩu', { exact: true }).getAttribute('type')).toBe('text');
    await sign_in(page);
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    await page.getByRole('heading', { name: 'Đăng nhập' }).waitFor();
  });

  it('keeps what is being written when the session ends, and sends it after signing in again', async () => {
    const page = await open_desk('TB-H5LA');
    await answer_box(page).fill('Dạ được bác ạ, chiều mai em trực.');
    world.desk.end_all_sessions();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Phiên làm việc đã hết').waitFor();
    expect(sent('Dạ được bác ạ, chiều mai em trực.')).toBe(0);
    await page.getByLabel('Mật khẩu', { exact: true }).fill('hoa-sen-dong-nai');
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await said(page, 'Dạ được bác ạ').getByText('Đã gửi').waitFor();
    expect(sent('Dạ được bác ạ, chiều mai em trực.')).toBe(1);
  });

  it('goes on when somebody signed in anew in another tab', async () => {
    const page = await open_desk('TB-C3WD');
    const other = await world.open(world.mock.console);
    await other.getByRole('button', { name: 'Đăng xuất' }).click();
    await sign_in(other);
    await page.getByRole('button', { name: 'Nhận phiếu' }).first().click();
    await page.getByText('Anh/chị đang giữ').first().waitFor();
    expect(one_case('TB-C3WD').officer?.name).toBe('Nguyễn Thị Lan');
  });

  it('says so when the server cannot be reached, and tries again', async () => {
    world.fault({ path: /api\/session/u, kind: 'no-connection', times: 5 });
    const page = await world.open(world.mock.console);
    await page.getByRole('alert').getByText('Chưa kết nối được máy chủ').waitFor();
    world.mock.faults.length = 0;
    await page.getByRole('button', { name: 'Thử lại' }).click();
    await page.getByRole('heading', { name: 'Đăng nhập' }).waitFor();
  });
});

describe('the queue', () => {
  it('shows the urgent first, then the oldest due, with lateness in words', async () => {
    const page = await open_desk();
    const rows = page.getByRole('tabpanel').locator('a.row');
    await rows.first().waitFor();
    expect(await rows.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.code))).toEqual(['TB-2B7K', 'TB-7M4P', 'TB-9QX2', 'TB-C3WD', 'TB-F8RT']);
    expect(await rows.nth(0).innerText()).toContain('KHẨN');
    expect(await rows.nth(1).innerText()).toMatch(/trễ 2 giờ/u);
    expect(await rows.nth(2).innerText()).toMatch(/còn 2\d phút/u);
    expect(await page.getByRole('tab', { name: /Đang chờ/u }).innerText()).toContain('5');
    await page.getByRole('tab', { name: /Của tôi/u }).click();
    await page.getByRole('tabpanel').getByText('Bác Tám').waitFor();
    await page.getByRole('tab', { name: /Đang giữ/u }).click();
    await page.getByRole('tabpanel').getByText('Trần Quốc Minh').waitFor();
    await page.getByRole('tab', { name: 'Đã xong' }).click();
    await page.getByRole('tabpanel').getByText('Anh Khoa').waitFor();
  });

  it('is live: a resident asks on the chat page and the case stands there; he writes on and it moves', async () => {
    const page = await open_desk();
    await page.getByRole('tabpanel').locator('a.row').first().waitFor();
    const resident = await world.open(world.mock.chat);
    await resident.getByRole('button', { name: 'Gặp cán bộ' }).click();
    await resident.getByText('Mã phiếu của bác').waitFor();
    const one = [...world.desk.cases.values()].at(-1);
    const row = page.locator(`a.row[data-code="${one?.code}"]`);
    await row.waitFor();
    await page.getByRole('tab', { name: /Đang chờ/u }).getByText('6').waitFor();
    await resident.getByLabel('Tin nhắn của bạn').fill('tôi vẫn chờ cán bộ ạ');
    await resident.getByRole('button', { name: 'Gửi', exact: true }).click();
    await row.getByText('Cán bộ đã nhận được lời nhắn').waitFor();
    expect(await page.title()).toContain('(6 chờ)');
  });

  it('finds its way back after the stream was cut, with what was missed', async () => {
    const page = await open_desk();
    await page.getByText('Trực tuyến').waitFor();
    world.fault({ path: /api\/stream/u, kind: 'status', status: 503, times: 1 });
    world.mock.cut_streams();
    await page.getByText('Mất kết nối, đang nối lại').waitFor();
    world.desk.say(conversation('TB-F8RT'), 'resident', '', 'em gửi thêm: nhà em ở hẻm 5');
    await page.getByText('Trực tuyến').waitFor();
    await page.locator('a.row[data-code="TB-F8RT"]').getByText('nhà em ở hẻm 5').waitFor();
  });

  it('marks what is unread, also among forty chats, and goes from one to the next', async () => {
    seed_many(world.desk, 40);
    const page = await open_desk();
    await page.getByRole('tab', { name: /Của tôi/u }).click();
    await page.getByRole('tab', { name: /42 chưa đọc/u }).waitFor();
    await page.keyboard.press('Alt+u');
    await page.locator('#case-title').waitFor();
    const first = await page.locator('#case-title').innerText();
    await page.getByRole('tab', { name: /41 chưa đọc/u }).waitFor();
    await page.keyboard.press('Alt+r');
    await page.keyboard.type('Dạ em nghe ạ');
    await page.keyboard.press('Control+Enter');
    await said(page, 'Dạ em nghe ạ').getByText('Đã gửi').waitFor();
    await page.keyboard.press('Alt+u');
    await page.waitForFunction((before) => document.querySelector('#case-title')?.textContent !== before && document.activeElement?.id === 'tra-loi', first.replace(/\n/gu, ''));
    await page.getByRole('tab', { name: /40 chưa đọc/u }).waitFor();
    world.desk.say(conversation('TB-X039'), 'resident', '', 'còn nữa ạ');
    await page.locator('a.row[data-code="TB-X039"]').getByText('còn nữa ạ').waitFor();
    expect(await page.locator('a.row[data-code="TB-X039"]').innerText()).toContain('Chưa đọc');
  });

  it('says when a list cannot be had, and gets it on request', async () => {
    world.fault({ path: /api\/cases$/u, kind: 'status', status: 500, times: 1000 });
    const page = await open_desk();
    await page.getByRole('alert').getByText('Máy chủ đang bận').waitFor();
    world.mock.faults.length = 0;
    await page.getByRole('button', { name: 'Tải lại' }).click();
    await page.getByRole('tabpanel').getByText('Chị Hạnh').waitFor();
  });
});

describe('a case', () => {
  it('goes its whole way: taken, answered to the resident\'s page, noted, closed with a result, rated', async () => {
    const resident = await world.open(world.mock.chat);
    await resident.getByLabel('Tin nhắn của bạn').fill('tôi muốn gặp cán bộ hộ tịch');
    await resident.getByRole('button', { name: 'Gửi', exact: true }).click();
    await resident.getByText('Mã phiếu của bác').waitFor();
    const code = [...world.desk.cases.keys()].at(-1) ?? '';

    const page = await open_desk(code);
    await said(page, 'tôi muốn gặp cán bộ hộ tịch').waitFor();
    await page.getByRole('button', { name: 'Nhận phiếu' }).first().click();
    await answer_box(page).fill('Chào bác, em là Lan đây ạ.\nBác xem https://dichvucong.gov.vn nhé.');
    await page.getByRole('button', { name: 'Gửi', exact: true }).click();
    await resident.getByRole('log').getByText('em là Lan đây ạ').waitFor();
    await resident.getByText('Nguyễn Thị Lan đang trả lời').waitFor();
    expect(await said(page, 'em là Lan đây').getByRole('link').getAttribute('rel')).toBe('noopener noreferrer');

    await resident.getByLabel('Tin nhắn của bạn').fill('cảm ơn cô');
    await resident.getByRole('button', { name: 'Gửi', exact: true }).click();
    await said(page, 'cảm ơn cô').waitFor();

    await page.getByLabel('Thêm ghi chú').fill('Bác muốn làm lại giấy khai sinh bản chính.');
    await page.getByRole('button', { name: 'Lưu ghi chú' }).click();
    await page.locator('.notes li').getByText('giấy khai sinh bản chính').waitFor();
    expect(await page.getByLabel('Thêm ghi chú').inputValue()).toBe('');

    await page.getByRole('button', { name: 'Kết thúc…' }).click();
    await page.getByRole('button', { name: 'Kết thúc phiếu' }).click();
    await page.getByText('Anh/chị ghi vắn tắt kết quả').waitFor();
    await page.getByRole('button', { name: 'Đã hướng dẫn xong' }).click();
    await page.getByRole('button', { name: 'Kết thúc phiếu' }).click();
    await page.getByText('Phiếu đã kết thúc').waitFor();
    expect(one_case(code).result).toBe('Đã hướng dẫn xong, người dân đã rõ.');
    await resident.getByRole('button', { name: 'Rất hài lòng' }).click();
    await page.getByText('5 trên 5 điểm').waitFor();
  });

  it('is given back to the assistant after a question', async () => {
    const page = await open_desk('TB-H5LA');
    await page.getByRole('button', { name: 'Trả cho trợ lý' }).click();
    await page.getByRole('button', { name: 'Giữ lại' }).click();
    expect(one_case('TB-H5LA').state).toBe('held');
    await page.getByRole('button', { name: 'Trả cho trợ lý' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Trả cho trợ lý' }).click();
    await said(page, 'giao lại cho trợ lý tự động').waitFor();
    await answer_box(page).waitFor({ state: 'detached' });
  });

  it('belongs to one: who comes second is told who has it', async () => {
    const page = await open_desk('TB-9QX2');
    const button = page.getByRole('button', { name: 'Nhận phiếu' }).first();
    // Minh is faster, and Lan's page has not heard of it yet.
    let release = () => {};
    const until = new Promise<void>((done) => { release = done; });
    world.fault({ path: /take$/u, kind: 'hold', times: 1, until });
    await button.click();
    world.desk.take(officer('minh'), 'TB-9QX2');
    release();
    await page.getByRole('alert').getByText('Trần Quốc Minh đã nhận phiếu này rồi').waitFor();
    await page.getByText('Trần Quốc Minh đang giữ phiếu này nên anh/chị chỉ xem được').waitFor();
    expect(await answer_box(page).count()).toBe(0);
  });

  it('shows what became of each message, and a failed one is sent again exactly once', async () => {
    const page = await open_desk('TB-H5LA');
    await said(page, 'Chào bác, em là Lan').getByText('Đã tới người dân').waitFor();
    const failed = said(page, 'Bác nhớ mang theo căn cước');
    await failed.getByText('Không gửi được: Zalo từ chối').waitFor();
    // As long as it takes: the browser itself repeats a request whose connection was reset.
    world.fault({ path: /send-again$/u, kind: 'lose-answer', times: 1000 });
    await failed.getByRole('button', { name: 'Gửi lại' }).click();
    await page.getByRole('alert').getByText('Chưa kết nối được').waitFor();
    world.mock.faults.length = 0;
    await failed.getByText('Đã hủy').waitFor();
    expect(world.desk.ledger.filter((one) => one.text.startsWith('Bác nhớ mang theo'))).toHaveLength(1);
    await open_case(page, 'TB-J6NE');
    await said(page, 'Chị gửi em số nhà').getByText('Chưa chắc đã tới').waitFor();
    await said(page, 'Chị gửi em số nhà').getByRole('button', { name: 'Gửi lại' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.said.officer').length === 2);
    expect(world.desk.ledger.filter((one) => one.text.startsWith('Chị gửi em'))).toHaveLength(1);
  });

  it('shows withdrawn messages, attachments and offered choices as what they are', async () => {
    const page = await open_desk('TB-7M4P');
    const file = page.getByRole('link', { name: /Ảnh: giay-ra-vien/u });
    expect(await file.getAttribute('rel')).toBe('noopener noreferrer');
    await page.getByRole('list', { name: 'Lựa chọn đã đưa ra' }).getByText('Có rồi').waitFor();
    await open_case(page, 'TB-M0YG');
    await page.getByText('Người viết đã thu hồi tin nhắn này').waitFor();
    expect(await page.getByText('ghi nhầm số điện thoại').count()).toBe(0);
  });

  it('says when it does not exist', async () => {
    const page = await open_desk();
    await page.goto(`${world.mock.console}#/phieu/KHONG-CO`);
    await page.getByRole('alert').getByText('Không tìm thấy phiếu này').waitFor();
    await page.getByRole('button', { name: 'Về danh sách' }).click();
    await page.getByText('người đang chờ').waitFor();
  });
});

describe('an answer is never lost and never doubled', () => {
  it('when two answers of the server are lost', async () => {
    const page = await open_desk('TB-H5LA');
    world.fault({ path: /messages$/u, method: 'POST', kind: 'lose-answer', times: 2 });
    await answer_box(page).fill('Dạ kịp bác nhé');
    await page.keyboard.press('Control+Enter');
    await said(page, 'Dạ kịp bác nhé').getByText('Đã gửi').waitFor();
    await settled(page);
    expect(sent('Dạ kịp bác nhé')).toBe(1);
    expect(await said(page, 'Dạ kịp bác nhé').count()).toBe(1);
  });

  it('when nothing gets through and the page is reloaded', async () => {
    const page = await open_desk('TB-H5LA');
    world.fault({ path: /messages$/u, method: 'POST', kind: 'no-connection', times: 1000 });
    await answer_box(page).fill('Dạ kịp bác nhé');
    await page.keyboard.press('Control+Enter');
    await said(page, 'Dạ kịp bác nhé').getByText('Chưa gửi được').waitFor();
    await page.reload();
    await said(page, 'Dạ kịp bác nhé').getByRole('button', { name: 'Gửi lại' }).waitFor();
    expect(sent('Dạ kịp bác nhé')).toBe(0);
    world.mock.faults.length = 0;
    await said(page, 'Dạ kịp bác nhé').getByRole('button', { name: 'Gửi lại' }).click();
    await said(page, 'Dạ kịp bác nhé').getByText('Đã gửi').waitFor();
    await settled(page);
    expect(sent('Dạ kịp bác nhé')).toBe(1);
    expect(await said(page, 'Dạ kịp bác nhé').count()).toBe(1);
  });

  it('when the case is no longer ours: it says so and gives the words back', async () => {
    const page = await open_desk('TB-H5LA');
    let release = () => {};
    const until = new Promise<void>((done) => { release = done; });
    world.fault({ path: /messages$/u, method: 'POST', kind: 'hold', times: 1, until });
    await answer_box(page).fill('Dạ kịp bác nhé');
    await page.keyboard.press('Control+Enter');
    one_case('TB-H5LA').officer = { id: officer('minh').id, name: 'Trần Quốc Minh' };
    release();
    await said(page, 'Dạ kịp bác nhé').getByText('do Trần Quốc Minh giữ').waitFor();
    expect(sent('Dạ kịp bác nhé')).toBe(0);
  });

  it('when a note\'s answer is lost: saving again keeps one note', async () => {
    const page = await open_desk('TB-H5LA');
    world.fault({ path: /notes$/u, method: 'POST', kind: 'lose-answer', times: 1000 });
    await page.getByLabel('Thêm ghi chú').fill('Gọi lại chiều nay');
    await page.getByRole('button', { name: 'Lưu ghi chú' }).click();
    await page.getByText('Chưa kết nối được máy chủ').waitFor();
    expect(await page.getByLabel('Thêm ghi chú').inputValue()).toBe('Gọi lại chiều nay');
    world.mock.faults.length = 0;
    await page.getByRole('button', { name: 'Lưu ghi chú' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.notes textarea')?.value === '');
    expect(conversation('TB-H5LA').notes.filter((one) => one.text === 'Gọi lại chiều nay')).toHaveLength(1);
  });

  it('keeps a draft for each case, also over a reload', async () => {
    const page = await open_desk('TB-H5LA');
    await answer_box(page).fill('nháp cho bác Tám');
    await open_case(page, 'TB-J6NE');
    expect(await answer_box(page).inputValue()).toBe('');
    await answer_box(page).fill('nháp cho chị Thu');
    await page.reload();
    await page.locator('#case-title', { hasText: 'TB-J6NE' }).waitFor();
    expect(await answer_box(page).inputValue()).toBe('nháp cho chị Thu');
    await open_case(page, 'TB-H5LA');
    expect(await answer_box(page).inputValue()).toBe('nháp cho bác Tám');
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    await page.getByRole('heading', { name: 'Đăng nhập' }).waitFor();
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('nháp');
  });
});

describe('accounts', () => {
  it('are added with a one-time code, with which the officer sets his password, and are ended', async () => {
    const page = await open_desk();
    await page.getByRole('link', { name: 'Tài khoản' }).click();
    await page.getByRole('button', { name: 'Thêm cán bộ' }).click();
    await page.getByLabel('Họ và tên').fill('Lê Văn Hòa');
    await page.getByLabel('Tên đăng nhập').fill('minh');
    await page.getByRole('dialog').getByText('Phường Trấn Biên').click();
    expect(await page.getByRole('checkbox', { name: 'Phường Trấn Biên' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Thêm và lấy mã' }).click();
    await page.getByText('Tên đăng nhập này đã có người dùng').waitFor();
    await page.getByLabel('Tên đăng nhập').fill('hoa');
    await page.getByRole('button', { name: 'Thêm và lấy mã' }).click();
    const code = (await page.getByLabel('Mã', { exact: true }).innerText()).trim();
    expect(code).toBe(officer('hoa').code);
    expect(officer('hoa').units).toEqual(['tran-bien']);
    await page.getByRole('button', { name: 'Đã ghi lại' }).click();
    await page.getByRole('row', { name: /Lê Văn Hòa/u }).getByText('Chờ nhập mã').waitFor();

    const away = await browser.newContext();
    const his = await away.newPage();
    await his.goto(world.mock.console);
    await his.getByRole('button', { name: 'Tôi có mã một lần' }).click();
    await his.getByLabel('Mã dùng một lần').fill(code);
    await his.getByLabel('Mật khẩu mới', { exact: true }).fill('trấn biên quê tôi');
    await his.getByRole('button', { name: 'Đặt mật khẩu và vào' }).click();
    await his.getByRole('tab', { name: /Đang chờ/u }).waitFor();
    expect(await his.getByRole('link', { name: 'Tài khoản' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Ngừng tài khoản Lê Văn Hòa' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ngừng tài khoản' }).click();
    await page.getByRole('row', { name: /Lê Văn Hòa/u }).getByText('Đã ngừng').waitFor();
    world.mock.cut_streams();
    await his.getByText('Phiên làm việc đã hết').waitFor();
    await away.close();
  });
});

describe('with the keyboard alone', () => {
  it('does the whole job: find, read, take, answer with a snippet, note, close, next', async () => {
    const page = await world.open(world.mock.console);
    await page.getByLabel('Tên đăng nhập').waitFor();
    const focus = () => page.evaluate(() => document.activeElement?.id ?? '');
    // The sign-in form has the focus from the start.
    await page.keyboard.type('lan');
    await page.keyboard.press('Tab');
    await page.keyboard.type('hoa-sen-dong-nai');
    await page.keyboard.press('Enter');
    await page.getByRole('tabpanel').locator('a.row').first().waitFor();

    await page.keyboard.press('Control+/');
    await page.getByRole('dialog', { name: 'Phím tắt' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // Skip links come first.
    await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Đến danh sách phiếu');
    await page.keyboard.press('Enter');
    expect(await focus()).toBe('danh-sach');

    // Down the list with the arrows, in with Enter.
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'case-title');
    expect(await page.locator('#case-title').innerText()).toContain('TB-7M4P');
    await page.keyboard.press('Alt+n');
    await page.waitForFunction(() => document.activeElement?.id === 'tra-loi' && document.activeElement.tagName === 'TEXTAREA');
    expect(one_case('TB-7M4P').officer?.name).toBe('Nguyễn Thị Lan');

    await page.keyboard.press('Alt+m');
    await page.getByRole('group', { name: 'Mẫu câu' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type(' Em xem giúp chị rồi.');
    const text = await answer_box(page).inputValue();
    expect(text).toContain('em là Nguyễn Thị Lan');
    expect(text.endsWith(' Em xem giúp chị rồi.')).toBe(true);
    await page.keyboard.press('Control+Enter');
    await said(page, 'Em xem giúp chị rồi').getByText('Đã gửi').waitFor();
    expect(sent(text)).toBe(1);

    await page.keyboard.press('Alt+g');
    await page.keyboard.type('Chị mất giấy chứng sinh, hướng dẫn làm văn bản người làm chứng.');
    await page.keyboard.press('Control+Enter');
    await page.locator('.notes li').waitFor();

    await page.keyboard.press('Alt+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Đã hướng dẫn làm văn bản người làm chứng.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Phiếu đã kết thúc').waitFor();
    expect(one_case('TB-7M4P').result).toBe('Đã hướng dẫn làm văn bản người làm chứng.');

    await page.keyboard.press('Alt+ArrowDown');
    await page.waitForFunction(() => (document.querySelector('#case-title')?.textContent ?? '').includes('TB-2B7K') && document.activeElement?.id === 'case-title');
    await page.keyboard.press('Alt+ArrowDown');
    await page.waitForFunction(() => (document.querySelector('#case-title')?.textContent ?? '').includes('TB-9QX2'));
    await page.keyboard.press('Alt+ArrowUp');
    await page.waitForFunction(() => (document.querySelector('#case-title')?.textContent ?? '').includes('TB-2B7K'));
    await page.keyboard.press('Alt+n');
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.press('Alt+b');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await said(page, 'giao lại cho trợ lý tự động').waitFor();
  });
});
