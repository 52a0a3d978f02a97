import { byId, el, empty, wordsOf } from '../shared/dom';
import { safeAddress } from '../shared/links';
import { applyPreferences, readPreferences, sizes, storageOf, themes, type Size, type Theme } from '../shared/preferences';
import type { Entry } from '../shared/send_queue';
import { clockOf, dayOf } from '../shared/times';
import type { Message } from './api';
import { ChatConversation, wordsOfEntry, type Picture, type Written } from './conversation';

const longest = 4000;
const draftKey = 'thanthien.chat.draft';

const storage = storageOf('local');
let preferences = readPreferences(storage);
applyPreferences(storage, preferences);

const log = byId('log');
const scroll = byId('scroll');
const choicesBox = byId('choices');
const statusBox = byId('status');
const form = byId<HTMLFormElement>('form');
const input = byId<HTMLTextAreaElement>('text');
const hint = byId('hint');
const newest = byId('newest');
const newButton = byId('new');
const newPanel = byId('new-panel');
const settingsButton = byId('settings');
const settingsPanel = byId('settings-panel');

const fine = typeof matchMedia === 'function' && matchMedia('(pointer: fine)').matches;
const calm = typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;

// ---- the conversation on the page

interface Drawn {
  node: HTMLElement;
  state: HTMLElement;
}

/** Nodes by message id ("m:7") or, while the server has not shown it, by entry id ("e:..."). */
const drawn = new Map<string, Drawn>();
let firstTime = true;
let unseen = 0;
/** Whether the reader is at the end, so that new words may move the page. Only moving up by hand ends it. */
let follows = true;
let lastTop = 0;
let statusShown = '';
let choicesShown = '';

const nameOf = (message: Message): string =>
  message.from === 'resident' ? 'Bạn' : message.from === 'bot' ? 'Trợ lý tự động' : message.by === '' ? 'Cán bộ' : message.by;

function bubble(kind: string, name: string, text: string, at: string): Drawn {
  const state = el('span', { class: 'state' });
  const node = el(
    'div',
    { class: `message ${kind}` },
    el('p', { class: 'who' }, name, kind === 'officer' ? el('span', { class: 'role' }, ' · cán bộ') : null),
    el('div', { class: 'bubble', dir: 'auto' }, wordsOf(text)),
    el('p', { class: 'meta' }, el('time', { datetime: at }, clockOf(at)), state),
  );
  return { node, state };
}

function drawMessage(message: Message): Drawn {
  const one = bubble(message.from === 'resident' ? 'me' : message.from === 'bot' ? 'bot' : 'officer', nameOf(message), message.text, message.at);
  const links = (Array.isArray(message.choices) ? message.choices : []).flatMap((choice) => {
    const href = safeAddress(choice.url);
    return href === null
      ? []
      : [el('a', { class: 'open', href, target: '_blank', rel: 'noopener noreferrer' },
          el('span', { class: 'open-title' }, choice.title), el('span', { class: 'open-address' }, href))];
  });
  if (links.length > 0) {
    const bubbleNode = one.node.querySelector('.bubble');
    for (const link of links) bubbleNode?.appendChild(link);
  }
  return one;
}

function drawState(state: HTMLElement, entry: Entry<Written> | undefined, isLastMine: boolean): void {
  const key = entry === undefined ? (isLastMine ? 'kept' : '') : `${entry.progress} ${entry.why}`;
  if (state.getAttribute('data-key') === key) return;
  state.setAttribute('data-key', key);
  empty(state);
  state.className = 'state';
  if (entry === undefined) {
    if (isLastMine) state.appendChild(document.createTextNode(' · Đã gửi'));
    return;
  }
  const say = (text: string) => state.appendChild(document.createTextNode(` · ${text}`));
  const again = () => el('button', { type: 'button', class: 'again', click: () => chat.queue.retry(entry.id) }, 'Gửi lại');
  if (entry.progress === 'kept') say('Đã gửi');
  else if (entry.progress === 'sending') say('Đang gửi…');
  else if (entry.progress === 'waiting') say(entry.why !== '' ? `${entry.why} Sẽ tự gửi lại…` : 'Đang chờ gửi…');
  else if (entry.progress === 'failed') {
    state.className = 'state bad';
    say('Chưa gửi được ');
    state.appendChild(again());
  } else {
    state.className = 'state bad';
    say(`${entry.why} `);
    state.appendChild(again());
    if ('text' in entry.body.out) {
      state.appendChild(
        el('button', { type: 'button', class: 'again', click: () => takeBack(entry) }, 'Sửa lại'),
      );
    }
  }
}

function takeBack(entry: Entry<Written>): void {
  const words = wordsOfEntry(entry);
  input.value = input.value === '' ? words : `${words}\n${input.value}`;
  chat.queue.forget(entry.id);
  typed();
  input.focus();
}

function draw(): void {
  const picture = chat.picture();
  // The browser tells of a move a frame later; words that come within that frame must not pull the reader down.
  noticeMove();
  let fresh = 0;
  let mineIsNew = false;

  const wanted: { key: string; make: () => Drawn; adopt?: string; message?: Message; entry?: Entry<Written>; day: string }[] = [];
  const now = Date.now();
  for (const message of picture.messages) {
    const origin = picture.origin.get(String(message.id));
    wanted.push({
      key: `m:${message.id}`, make: () => drawMessage(message), message, day: dayOf(message.at, now),
      ...(origin === undefined ? {} : { entry: origin, adopt: `e:${origin.id}` }),
    });
  }
  for (const entry of picture.pending) {
    const at = new Date(entry.at).toISOString();
    wanted.push({ key: `e:${entry.id}`, make: () => bubble('me', 'Bạn', wordsOfEntry(entry), at), entry, day: dayOf(at, now) });
  }

  const keep = new Set<string>();
  let before: Node | null = log.firstChild;
  let day = '';
  let lastKind = '';
  let previous: HTMLElement | null = null;
  let lastMine: string | undefined;
  for (const one of wanted) if (one.entry !== undefined || one.message?.from === 'resident') lastMine = one.key;

  const place = (node: Node) => {
    if (node === before) before = before.nextSibling;
    else log.insertBefore(node, before);
  };

  for (const one of wanted) {
    if (one.day !== '' && one.day !== day) {
      day = one.day;
      lastKind = '';
      const key = `d:${day}`;
      keep.add(key);
      let mark = drawn.get(key);
      if (mark === undefined) {
        const node = el('p', { class: 'day' }, day);
        mark = { node, state: node };
        drawn.set(key, mark);
      }
      place(mark.node);
    }
    keep.add(one.key);
    let node = drawn.get(one.key);
    if (node === undefined && one.adopt !== undefined) {
      // The bubble that was drawn while it was on its way becomes the server's message: nothing is read out twice.
      node = drawn.get(one.adopt);
      if (node !== undefined) {
        drawn.delete(one.adopt);
        drawn.set(one.key, node);
      }
    }
    if (node === undefined) {
      node = one.make();
      drawn.set(one.key, node);
      if (one.message !== undefined && one.message.from !== 'resident') fresh += 1;
      else mineIsNew = true;
    }
    const kind = one.message === undefined ? 'resident' : `${one.message.from} ${one.message.by}`;
    node.node.classList.toggle('follows', kind === lastKind);
    if (previous !== null) previous.classList.toggle('led', kind === lastKind);
    previous = node.node;
    lastKind = kind;
    place(node.node);
    if (one.entry !== undefined || one.message?.from === 'resident') drawState(node.state, one.entry, one.key === lastMine);
  }
  if (previous !== null) previous.classList.remove('led');
  for (const key of Array.from(drawn.keys())) {
    if (keep.has(key)) continue;
    const gone = drawn.get(key)?.node;
    if (gone !== undefined && gone.parentNode === log) log.removeChild(gone);
    drawn.delete(key);
  }

  drawChoices(picture);
  drawStatus(picture);

  if (firstTime && picture.loaded) {
    firstTime = false;
    toEnd(false);
    // Only now: nobody wants a whole old conversation read out.
    setTimeout(() => log.setAttribute('aria-live', 'polite'), 0);
  } else if (mineIsNew || (fresh > 0 && follows)) {
    toEnd(true);
  } else if (fresh > 0) {
    newest.hidden = false;
  }
  if (!picture.loaded) firstTime = true;
  else if (fresh > 0 && document.hidden) unseen += fresh;
  document.title = unseen > 0 ? `(${unseen}) Trợ lý Thân Thiện` : 'Trợ lý Thân Thiện';
}

function drawChoices(picture: Picture): void {
  const key = JSON.stringify(picture.choices);
  if (key === choicesShown) return;
  choicesShown = key;
  const hadFocus = choicesBox.contains(document.activeElement);
  empty(choicesBox);
  for (const choice of picture.choices) {
    choicesBox.appendChild(
      el('button', {
        type: 'button',
        class: 'choice',
        click: () => {
          chat.write({ payload: choice.payload ?? '', title: choice.title });
          // Not into the text box: on a phone that would open the keyboard over the answer.
          scroll.focus({ preventScroll: true });
        },
      }, choice.title),
    );
  }
  choicesBox.hidden = picture.choices.length === 0;
  if (hadFocus && choicesBox.hidden) scroll.focus({ preventScroll: true });
}

function drawStatus(picture: Picture): void {
  const lines: [string, string][] = [];
  if (picture.notice !== '') lines.push(['note', picture.notice]);
  if (picture.link === 'down') {
    lines.push(['down', picture.loaded
      ? 'Đang mất kết nối. Tin nhắn vẫn được giữ và sẽ tự gửi khi có mạng.'
      : 'Chưa kết nối được. Bà con cứ nhập tin, tin sẽ tự gửi khi có mạng.']);
  } else if (!picture.loaded) {
    lines.push(['note', 'Đang mở cuộc trò chuyện…']);
  }
  if (picture.holder === 'officer') {
    lines.push(['person', `${picture.officer === '' ? 'Cán bộ' : picture.officer} đang trả lời. Trợ lý tự động tạm dừng.`]);
  } else if (picture.case?.state === 'waiting') {
    lines.push(['person', `Đang chờ cán bộ. Mã phiếu: ${picture.case.code}. Bà con cứ nhắn thêm nếu cần.`]);
  }
  const key = JSON.stringify(lines);
  if (key === statusShown) return;
  statusShown = key;
  empty(statusBox);
  for (const [kind, text] of lines) {
    const line = el('p', { class: `banner ${kind}` }, text);
    if (kind === 'down') {
      line.appendChild(document.createTextNode(' '));
      line.appendChild(el('button', { type: 'button', class: 'again', click: () => chat.hurry() }, 'Thử lại ngay'));
    }
    statusBox.appendChild(line);
  }
}

function toEnd(smooth: boolean): void {
  newest.hidden = true;
  follows = true;
  const top = scroll.scrollHeight;
  if (smooth && !calm && 'scrollBehavior' in document.documentElement.style) scroll.scrollTo({ top, behavior: 'smooth' });
  else scroll.scrollTop = top;
}

// ---- writing

const lengthOf = (text: string): number => Array.from(text).length;

function saveDraft(): void {
  try {
    if (input.value === '') storage?.removeItem(draftKey);
    else storage?.setItem(draftKey, input.value);
  } catch {
    // Full storage: the text is still in the box.
  }
}

function typed(): void {
  saveDraft();
  input.style.height = 'auto';
  input.style.height = `${Math.min(input.scrollHeight + 2, 180)}px`;
  const left = longest - lengthOf(input.value);
  hint.className = left < 0 ? 'hint bad' : 'hint';
  hint.textContent = left < 0
    ? `Tin nhắn dài quá ${-left} ký tự. Bà con chia thành hai tin giúp em nhé.`
    : left < 400 ? `Còn ${left} ký tự` : fine ? 'Enter để gửi, Shift + Enter để xuống dòng' : '';
  if (left < 0) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function submit(): void {
  const text = input.value.trim();
  if (text === '' || lengthOf(text) > longest) {
    input.focus();
    return;
  }
  // First onto the shelf, then out of the box: between the two the words exist twice rather than not at all.
  chat.write({ text });
  input.value = '';
  typed();
  input.focus();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
input.addEventListener('input', typed);
input.addEventListener('keydown', (event) => {
  // While a Vietnamese keyboard is still composing a word, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229 || !fine) return;
  event.preventDefault();
  submit();
});

// ---- panels

function toggle(panel: HTMLElement, button: HTMLElement, open: boolean): void {
  panel.hidden = !open;
  button.setAttribute('aria-expanded', String(open));
}

function radios<Value extends string>(
  title: string, name: string, all: readonly { value: Value; title: string }[], chosen: Value, choose: (value: Value) => void,
): HTMLElement {
  const box = el('fieldset', {}, el('legend', {}, title));
  for (const one of all) {
    const radio = el('input', { type: 'radio', name, value: one.value, change: () => choose(one.value) });
    radio.checked = one.value === chosen;
    box.appendChild(el('label', { class: 'radio' }, radio, ` ${one.title}`));
  }
  return box;
}

function choose(change: { size?: Size; theme?: Theme }): void {
  preferences = { ...preferences, ...change };
  applyPreferences(storage, preferences);
  typed();
}

settingsPanel.appendChild(radios('Cỡ chữ', 'size', sizes, preferences.size, (size) => choose({ size })));
settingsPanel.appendChild(radios('Màu nền', 'theme', themes, preferences.theme, (theme) => choose({ theme })));
settingsPanel.appendChild(el('button', { type: 'button', class: 'plain', click: () => closeSettings() }, 'Đóng'));

function closeSettings(): void {
  toggle(settingsPanel, settingsButton, false);
  settingsButton.focus();
}

settingsButton.addEventListener('click', () => {
  const open = settingsPanel.hidden === true;
  closeNew(false);
  toggle(settingsPanel, settingsButton, open);
});

function closeNew(focus = true): void {
  const wasOpen = newPanel.hidden !== true;
  toggle(newPanel, newButton, false);
  if (focus && wasOpen) newButton.focus();
}

function openNew(): void {
  toggle(settingsPanel, settingsButton, false);
  empty(newPanel);
  const unsent = chat.picture().pending.length;
  const said = el('p', {}, `Bắt đầu cuộc trò chuyện mới? Bà con sẽ không xem lại được cuộc trò chuyện này trên máy này nữa.${
    unsent > 0 ? ` Có ${unsent} tin chưa gửi sẽ bị bỏ.` : ''}`);
  const trouble = el('p', { class: 'bad', role: 'alert' });
  const yes = el('button', { type: 'button', class: 'main' }, 'Bắt đầu mới');
  const no = el('button', { type: 'button', class: 'plain', click: () => closeNew() }, 'Giữ lại');
  yes.addEventListener('click', () => {
    if (yes.getAttribute('aria-disabled') === 'true') return;
    yes.setAttribute('aria-disabled', 'true');
    trouble.textContent = '';
    chat.startOver().then(
      () => {
        closeNew(false);
        input.focus();
      },
      () => {
        yes.removeAttribute('aria-disabled');
        trouble.textContent = 'Chưa bắt đầu được vì mất kết nối. Cuộc trò chuyện này vẫn còn, bà con thử lại nhé.';
      },
    );
  });
  for (const node of [said, trouble, el('div', { class: 'row' }, yes, no)]) newPanel.appendChild(node);
  toggle(newPanel, newButton, true);
  no.focus();
}

newButton.addEventListener('click', () => {
  if (newPanel.hidden === true) openNew();
  else closeNew();
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  if (newPanel.hidden !== true) closeNew();
  else if (settingsPanel.hidden !== true) closeSettings();
});

newest.addEventListener('click', () => {
  toEnd(true);
  scroll.focus({ preventScroll: true });
});
/** Looks whether the reader has moved up since last time, or is at the end again. */
function noticeMove(): void {
  const top = scroll.scrollTop;
  if (scroll.scrollHeight - top - scroll.clientHeight < 60) {
    follows = true;
    newest.hidden = true;
  } else if (top < lastTop - 2) {
    follows = false;
  }
  lastTop = top;
}

scroll.addEventListener('scroll', noticeMove);
// The keyboard of a phone, a panel or larger letters change the room there is; who was at the end stays there.
window.addEventListener('resize', () => {
  if (follows) toEnd(false);
});

// ---- the world around

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unseen = 0;
  chat.hurry();
  draw();
});
window.addEventListener('online', () => chat.hurry());
window.addEventListener('offline', () => chat.offline());

const chat = new ChatConversation(storage, draw);
input.value = storage?.getItem(draftKey) ?? '';
typed();
draw();
chat.start();
