import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { indexed_png } from './png';
import { open_browser, open_world, sign_in, type World } from './support';
import type { Page } from 'playwright-core';

// The two pictures of the README, taken from the mock's invented morning: twenty to eleven, on a Monday.
const shift = Date.parse('2026-11-23T03:40:00.000Z') - Date.now();
const real_now = Date.now;
Date.now = () => real_now() + shift;

const browser = await open_browser();

async function world_at_that_hour(width: number, height: number): Promise<World> {
  const world = await open_world(browser, { viewport: { width, height }, reducedMotion: 'reduce' });
  await world.context.addInitScript((by) => {
    const now = Date.now;
    Date.now = () => now() + by;
  }, shift);
  return world;
}

/** Two hundred and fifty-six colours are plenty for a page, and a third of the bytes. */
async function picture(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  const { width, height, pixels } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext('2d');
    if (pen === null) throw new Error('no canvas');
    pen.drawImage(bitmap, 0, 0);
    const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = '';
    for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
    return { width: bitmap.width, height: bitmap.height, pixels: btoa(text) };
  }, png.toString('base64'));
  writeFileSync(fileURLToPath(new URL(`../pictures/${name}`, import.meta.url)), indexed_png(width, height, Buffer.from(pixels, 'base64')));
}

const desk = await world_at_that_hour(1280, 800);
const page = await desk.open(desk.mock.console);
await sign_in(page);
await page.goto(`${desk.mock.console}#/phieu/TB-H5LA`);
await page.getByText('Chiều mai tôi ra').last().waitFor();
await page.getByRole('tabpanel').getByText('Anh Dũng').waitFor();
await page.getByRole('textbox', { name: /^Trả lời/u }).fill('Dạ kịp bác ạ. Chiều mai em trực ở quầy số 3, ');
await picture(page, 'console.png');
await desk.close();

const chat = await world_at_that_hour(420, 800);
const talk = await chat.open(chat.mock.chat);
await talk.getByRole('button', { name: 'Giấy khai sinh' }).click();
await talk.getByRole('button', { name: 'Giấy tờ cần mang' }).waitFor();
await talk.locator('#hint').evaluate((node) => { node.textContent = ''; });
await talk.waitForFunction(() => {
  const scroll = document.getElementById('scroll');
  return scroll !== null && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 2;
});
await picture(talk, 'chat.png');
await chat.close();
await browser.close();
