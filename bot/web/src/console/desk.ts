import { useSyncExternalStore } from 'react';
import { freshId } from '../shared/ids';
import { claims } from '../shared/merge';
import { storageOf } from '../shared/preferences';
import { SendQueue, storageShelf, type Attempt, type Entry } from '../shared/send_queue';
import { Api, Trouble, type Case, type Counts, type Detail, type Id, type Message, type Officer, type Session, type Tab } from './api';
import { Live, type LinkState } from './live';
import { Seen } from './seen';

export interface Written {
  text: string;
  /** The newest message on the page when this was written. */
  after: Id | null;
}

export interface List {
  cases: Case[] | null;
  error: string;
}

export interface DeskState {
  phase: 'loading' | 'unreachable' | 'setup' | 'sign-in' | 'in';
  officer: Officer | null;
  /** Said above the sign-in form: why it is there. */
  notice: string;
  link: LinkState;
  tab: Tab;
  lists: Record<Tab, List>;
  counts: Counts | null;
  page: 'desk' | 'accounts';
  code: string | null;
  details: Record<string, Detail>;
  detailError: string;
  /** Said to screen readers. */
  said: string;
  /** Grows with every change of drafts, queues and marks, which live outside this value. */
  version: number;
}

const noList: List = { cases: null, error: '' };
const outPrefix = 'thanthien.console.out.';
const draftPrefix = 'thanthien.console.draft.';

/** Everything the console knows: who is signed in, the lists, the open case, what is being written and sent. */
export class Desk {
  readonly api = new Api();
  private state: DeskState = {
    phase: 'loading', officer: null, notice: '', link: 'connecting', tab: 'waiting',
    lists: { waiting: noList, mine: noList, held: noList, closed: noList },
    counts: null, page: 'desk', code: null, details: {}, detailError: '', said: '', version: 0,
  };
  private readonly watchers = new Set<() => void>();
  private readonly session_ = storageOf('session');
  private readonly seen = new Seen(storageOf('local'));
  private readonly queues = new Map<string, SendQueue<Written, Message>>();
  private readonly memory = new Map<string, string>();
  private readonly live: Live;
  private refreshing = false;
  private dirty = new Set<string>();
  private dirtyLists = false;
  private refreshTimer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.live = new Live({
      hello: () => this.refreshAll(),
      change: (codes) => this.changed(codes),
      state: (link) => this.set({ link }),
      // The stream was answered with an error; whether the session has ended shows when we ask.
      refused: () => void this.recheck(),
    });
    this.api.onSignedOut = () => this.signedOut('Phiên làm việc đã hết. Anh/chị đăng nhập lại để làm tiếp, nội dung đang soạn vẫn còn.');
  }

  // ---- being watched

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  current = (): DeskState => this.state;

  private set(change: Partial<DeskState>): void {
    this.state = { ...this.state, ...change, version: this.state.version + 1 };
    for (const watcher of [...this.watchers]) watcher();
  }

  say(said: string): void {
    // The same words twice would not be read twice.
    this.set({ said: this.state.said === said ? `${said} ` : said });
  }

  // ---- coming and going

  async start(): Promise<void> {
    this.readAddress();
    window.addEventListener('hashchange', () => this.readAddress());
    window.addEventListener('online', () => this.hurry());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.hurry();
    });
    // The stream tells at once; this is for the day it is silently dead.
    setInterval(() => {
      if (this.state.phase === 'in' && !document.hidden) this.refreshAll();
    }, 60_000);
    await this.open();
  }

  async open(): Promise<void> {
    this.set({ phase: 'loading' });
    try {
      this.entered(await this.api.session());
    } catch (error) {
      this.set({ phase: 'unreachable', notice: messageOf(error) });
    }
  }

  entered(session: Session): void {
    if (session.officer === null) {
      this.set({ phase: session.setup_needed ? 'setup' : 'sign-in', officer: null });
      return;
    }
    const somebodyElse = this.state.officer !== null && this.state.officer.id !== session.officer.id;
    this.set({
      phase: 'in', officer: session.officer, notice: '', detailError: '',
      ...(somebodyElse ? { details: {}, counts: null, lists: { waiting: noList, mine: noList, held: noList, closed: noList } } : {}),
    });
    this.live.stop();
    this.live.start();
    this.refreshAll();
    for (const code of this.codesWithUnsent()) this.queue(code).start();
    for (const queue of this.queues.values()) {
      queue.start();
      queue.retryNow();
    }
  }

  private signedOut(notice: string): void {
    if (this.state.phase !== 'in') return;
    this.live.stop();
    for (const queue of this.queues.values()) queue.pause();
    this.set({ phase: 'sign-in', notice });
  }

  async signOut(): Promise<void> {
    await this.api.signOut();
    this.live.stop();
    for (const queue of this.queues.values()) queue.pause();
    // The next person at this computer sees nothing of this one's work.
    for (const prefix of [outPrefix, draftPrefix]) {
      for (const key of keysOf(this.session_)) if (key.startsWith(prefix)) this.session_?.removeItem(key);
    }
    this.queues.clear();
    this.memory.clear();
    this.set({ details: {}, code: null, officer: null, counts: null, lists: { waiting: noList, mine: noList, held: noList, closed: noList } });
    window.location.hash = '';
    await this.open();
  }

  private async recheck(): Promise<void> {
    try {
      const session = await this.api.session();
      if (session.officer === null) this.api.onSignedOut();
    } catch {
      // No connection: the stream itself tries again.
    }
  }

  private hurry(): void {
    if (this.state.phase === 'unreachable') void this.open();
    if (this.state.phase !== 'in') return;
    this.live.hurry();
    this.refreshAll();
    for (const queue of this.queues.values()) queue.retryNow();
  }

  // ---- the address: #/phieu/CODE, #/tai-khoan

  private readAddress(): void {
    const hash = window.location.hash;
    const code = /^#\/phieu\/(.+)$/u.exec(hash)?.[1];
    let decoded: string | null = null;
    try {
      decoded = code === undefined ? null : decodeURIComponent(code);
    } catch {
      decoded = null;
    }
    this.set({ page: hash === '#/tai-khoan' ? 'accounts' : 'desk', code: decoded, detailError: '' });
    if (decoded !== null && this.state.phase === 'in') {
      this.dirty.add(decoded);
      this.soon(0);
    }
  }

  addressOf(code: string): string {
    return `#/phieu/${encodeURIComponent(code)}`;
  }

  go(code: string | null): void {
    window.location.hash = code === null ? '#/' : this.addressOf(code);
  }

  showTab(tab: Tab): void {
    if (tab === this.state.tab) return;
    this.set({ tab });
    this.dirtyLists = true;
    this.soon(0);
  }

  // ---- asking again

  refreshAll(): void {
    if (this.state.phase !== 'in') return;
    this.dirtyLists = true;
    if (this.state.code !== null) this.dirty.add(this.state.code);
    this.soon(0);
  }

  private changed(codes: string[]): void {
    this.dirtyLists = true;
    for (const code of codes) if (code === this.state.code || code in this.state.details) this.dirty.add(code);
    this.soon(120);
  }

  /** Many changes in a moment become one question. */
  private soon(ms: number): void {
    if (this.refreshing) return;
    if (this.refreshTimer !== null) {
      if (ms > 0) return;
      clearTimeout(this.refreshTimer);
    }
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = null;
      void this.refresh();
    }, ms);
  }

  private async refresh(): Promise<void> {
    if (this.refreshing || this.state.phase !== 'in') return;
    this.refreshing = true;
    try {
      const open = this.state.code;
      // Closed cases that were only looked at once need no fresh copy; they are fetched when they are opened again.
      const code = open !== null && this.dirty.has(open) ? open : null;
      const stale = [...this.dirty].filter((one) => one !== open);
      const lists = this.dirtyLists;
      this.dirty.clear();
      this.dirtyLists = false;
      if (stale.length > 0) {
        const details = { ...this.state.details };
        for (const one of stale) delete details[one];
        this.set({ details });
      }
      await Promise.all([code === null ? null : this.loadDetail(code), lists ? this.loadLists() : null]);
    } finally {
      this.refreshing = false;
      if (this.dirty.size > 0 || this.dirtyLists) this.soon(120);
    }
  }

  private async loadLists(): Promise<void> {
    // Our own cases as well, whichever list is shown: their unread marks belong on the tab.
    const wanted = new Set<Tab>([this.state.tab, 'mine', 'waiting']);
    await Promise.all([...wanted].map(async (tab) => {
      try {
        const { cases, counts } = await this.api.cases(tab);
        const before = this.state.counts?.waiting;
        this.set({ lists: { ...this.state.lists, [tab]: { cases, error: '' } }, counts });
        if (tab === 'waiting' && before !== undefined && counts.waiting > before) this.say(`Có ${counts.waiting} phiếu đang chờ.`);
      } catch (error) {
        this.set({ lists: { ...this.state.lists, [tab]: { ...this.state.lists[tab], error: messageOf(error) } } });
      }
    }));
    this.markSeen();
  }

  private async loadDetail(code: string): Promise<void> {
    try {
      const detail = await this.api.detail(code);
      this.keep(detail);
      if (code === this.state.code) this.set({ detailError: '' });
    } catch (error) {
      if (code === this.state.code) this.set({ detailError: messageOf(error) });
    }
    this.markSeen();
  }

  private keep(detail: Detail): void {
    const code = detail.case.code;
    this.set({ details: { ...this.state.details, [code]: detail } });
    const queue = this.queues.get(code);
    if (queue === undefined) return;
    const origin = this.claimed(code);
    for (const entry of [...queue.list()]) if (entry.progress === 'kept' && origin.has(entry.id)) queue.forget(entry.id);
  }

  /** A case as an action answered it, everywhere it is shown; the lists are asked for again. */
  private keepCase(one: Case): void {
    const detail = this.state.details[one.code];
    if (detail !== undefined) this.set({ details: { ...this.state.details, [one.code]: { ...detail, case: one } } });
    this.dirty.add(one.code);
    this.dirtyLists = true;
    this.soon(0);
  }

  // ---- read and unread

  private markSeen(): void {
    const code = this.state.code;
    const detail = code === null ? undefined : this.state.details[code];
    if (detail === undefined || document.hidden || this.state.page !== 'desk') return;
    const last = detail.messages[detail.messages.length - 1]?.at ?? null;
    for (const at of [detail.case.last_message_at, last]) {
      if (at !== null && this.seen.mark(detail.case.code, at)) this.set({});
    }
  }

  unread(one: Case): boolean {
    return one.state !== 'closed' && this.seen.isNew(one.code, one.last_message_at);
  }

  // ---- acting; each throws Trouble with words that can be shown

  async take(code: string): Promise<void> {
    try {
      this.keepCase((await this.api.take(code)).case);
      this.say(`Anh/chị đã nhận phiếu ${code}.`);
    } catch (error) {
      this.dirty.add(code);
      this.dirtyLists = true;
      this.soon(0);
      throw error;
    }
  }

  async handBack(code: string): Promise<void> {
    this.keepCase((await this.api.handBack(code)).case);
    this.say(`Đã trả phiếu ${code} cho trợ lý tự động.`);
  }

  async close(code: string, result: string): Promise<void> {
    this.keepCase((await this.api.close(code, result)).case);
    this.say(`Đã kết thúc phiếu ${code}.`);
  }

  async note(code: string, id: string, text: string): Promise<void> {
    const { note } = await this.api.note(code, id, text);
    const detail = this.state.details[code];
    if (detail !== undefined && !detail.notes.some((one) => one.id === note.id)) {
      this.set({ details: { ...this.state.details, [code]: { ...detail, notes: [...detail.notes, note] } } });
    }
    this.say('Đã lưu ghi chú.');
  }

  async sendAgain(code: string, id: Id): Promise<void> {
    // One client id for one failed message: pressing twice, or a lost answer, makes one copy.
    const key = `again.${id}`;
    const client = this.memory.get(key) ?? freshId();
    this.memory.set(key, client);
    await this.api.sendAgain(id, client);
    this.dirty.add(code);
    this.soon(0);
    this.say('Đã gửi lại.');
  }

  // ---- drafts

  draft(key: string): string {
    return this.session_?.getItem(draftPrefix + key) ?? this.memory.get(draftPrefix + key) ?? '';
  }

  setDraft(key: string, text: string): void {
    this.memory.set(draftPrefix + key, text);
    try {
      if (text === '') this.session_?.removeItem(draftPrefix + key);
      else this.session_?.setItem(draftPrefix + key, text);
    } catch {
      // Full storage: memory has it.
    }
    this.set({});
  }

  // ---- answers on their way

  answer(code: string, text: string): void {
    const messages = this.state.details[code]?.messages ?? [];
    this.queue(code).add(freshId(), { text, after: messages[messages.length - 1]?.id ?? null });
  }

  /** Entries that the server does not show yet. */
  pending(code: string): Entry<Written>[] {
    const origin = this.claimed(code);
    return this.queue(code).list().filter((entry) => !origin.has(entry.id));
  }

  retry(code: string, id: string): void {
    this.queue(code).retry(id);
  }

  forget(code: string, id: string): void {
    this.queue(code).forget(id);
  }

  private claimed(code: string): Map<string, Id> {
    const messages = this.state.details[code]?.messages ?? [];
    const order = new Map(messages.map((message, index) => [message.id, index]));
    return claims(
      this.queue(code).list(),
      messages.map((message) => ({
        id: message.id,
        text: message.text,
        mine: message.from === 'officer',
        ...(message.client_id === undefined || message.client_id === '' ? {} : { clientId: message.client_id }),
      })),
      (entry) => entry.body.text,
      (entry, message) => {
        const seen = entry.body.after === null ? undefined : order.get(entry.body.after);
        return seen !== undefined && (order.get(message.id) ?? 0) <= seen;
      },
    );
  }

  private queue(code: string): SendQueue<Written, Message> {
    const known = this.queues.get(code);
    if (known !== undefined) return known;
    const queue = new SendQueue<Written, Message>({
      shelf: storageShelf<Written>(this.session_, `${outPrefix}${code}/`),
      send: (entry) => this.deliver(code, entry),
      kept: (entry, message) => this.kept(code, entry, message),
      changed: () => this.set({}),
    });
    this.queues.set(code, queue);
    if (this.state.phase !== 'in') queue.pause();
    return queue;
  }

  private codesWithUnsent(): Set<string> {
    const found = new Set<string>();
    for (const key of keysOf(this.session_)) {
      if (!key.startsWith(outPrefix)) continue;
      const rest = key.slice(outPrefix.length);
      found.add(rest.slice(0, rest.lastIndexOf('/')));
    }
    return found;
  }

  private async deliver(code: string, entry: Entry<Written>): Promise<Attempt<Message>> {
    try {
      const { message } = await this.api.answer(code, entry.id, entry.body.text);
      return { kind: 'kept', answer: message };
    } catch (error) {
      if (!(error instanceof Trouble)) return { kind: 'again', why: messageOf(error) };
      if (error.status === 429) return { kind: 'again', why: error.message, afterMs: error.retryAfterMs ?? 5000 };
      if (error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 408) {
        this.dirty.add(code);
        this.soon(0);
        return { kind: 'refused', why: error.message };
      }
      return { kind: 'again', why: error.message };
    }
  }

  private kept(code: string, entry: Entry<Written>, message: Message): void {
    const detail = this.state.details[code];
    if (detail !== undefined && !detail.messages.some((one) => one.id === message.id)) {
      this.set({ details: { ...this.state.details, [code]: { ...detail, messages: [...detail.messages, message] } } });
    }
    // One's own words are never unread.
    this.seen.mark(code, message.at);
    // The answer names the message that this entry became; no guessing is needed.
    queueMicrotask(() => this.queue(code).forget(entry.id));
  }
}

function keysOf(storage: Storage | null): string[] {
  const keys: string[] = [];
  for (let i = 0; storage !== null && i < storage.length; i += 1) {
    const key = storage.key(i);
    if (key !== null) keys.push(key);
  }
  return keys;
}

export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'Có trục trặc, anh/chị thử lại nhé.';
}

export const desk = new Desk();

export function useDesk(): DeskState {
  return useSyncExternalStore(desk.subscribe, desk.current);
}
