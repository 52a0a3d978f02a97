import { claims } from '../shared/merge';
import { freshId } from '../shared/ids';
import { SendQueue, backOff, storageShelf, type Attempt, type Entry } from '../shared/send_queue';
import * as api from './api';
import type { Choice, Message, Outgoing } from './api';

/** What waits on the shelf: the words, and the newest message that the page had shown when they were written. */
export interface Written {
  out: Outgoing;
  after: string | number | null;
}

export interface Picture {
  messages: readonly Message[];
  /** Written here and not yet shown by the server, in order. */
  pending: readonly Entry<Written>[];
  /** Message id -> the entry that it came from, while the entry is still on the shelf. */
  origin: ReadonlyMap<string, Entry<Written>>;
  choices: readonly Choice[];
  holder: 'bot' | 'officer';
  officer: string;
  case: { code: string; state: string } | null;
  link: 'opening' | 'up' | 'down';
  loaded: boolean;
  notice: string;
}

const tokenKey = 'thanthien.chat.token';
const shelfPrefix = 'thanthien.chat.out.';

export const wordsOfEntry = (entry: Entry<Written>): string => ('payload' in entry.body.out ? entry.body.out.title : entry.body.out.text);

/** One conversation of one resident with the office: what was said, what is still on its way, and the connection behind it. */
export class ChatConversation {
  private token: string | null;
  /** The token that the server has refused: the listening side need not ask once more. */
  private dead: string | null = null;
  private messages: Message[] = [];
  private holder: 'bot' | 'officer' = 'bot';
  private officer = '';
  private case_: { code: string; state: string } | null = null;
  private link: Picture['link'] = 'opening';
  private loaded = false;
  private notice = '';
  private failures = 0;
  private listening = 0;
  private wake: (() => void) | null = null;
  private stopCall: AbortController | null = null;
  readonly queue: SendQueue<Written>;

  constructor(
    private readonly storage: Storage | null,
    private readonly changed: () => void,
  ) {
    this.token = storage?.getItem(tokenKey) ?? null;
    this.queue = new SendQueue<Written>({
      shelf: storageShelf<Written>(storage, shelfPrefix),
      send: (entry) => this.deliver(entry),
      // The message itself may have come back before the answer that it was kept.
      kept: () => queueMicrotask(() => this.tidy()),
      changed: () => this.show(),
    });
  }

  start(): void {
    if (this.token !== null) this.queue.start();
    else this.queue.pause();
    void this.listen(++this.listening);
  }

  /** The connection may be back, or the page was opened again: ask at once instead of waiting. */
  hurry(): void {
    this.failures = 0;
    this.stopCall?.abort();
    this.wake?.();
    if (this.token !== null) this.queue.retryNow();
  }

  /** The device says that it has no network: no need to wait until a question fails. */
  offline(): void {
    this.link = 'down';
    this.stopCall?.abort();
    this.show();
  }

  write(out: Outgoing): void {
    const last = this.messages[this.messages.length - 1];
    this.notice = '';
    this.queue.add(freshId(), { out, after: last === undefined ? null : last.id });
  }

  /** Leaves this conversation for a fresh one. The old one stays until the new one exists, so a dead connection loses nothing. */
  async startOver(): Promise<void> {
    const token = await api.newConversation();
    for (const entry of [...this.queue.list()]) this.queue.forget(entry.id);
    this.adopt(token, '');
  }

  picture(): Picture {
    const entries = this.queue.list();
    const order = new Map(this.messages.map((message, index) => [message.id, index]));
    const claimed = claims(
      entries,
      this.messages.map((message) => ({
        id: message.id,
        text: message.text,
        mine: message.from === 'resident',
        ...(message.client_id === undefined ? {} : { clientId: message.client_id }),
      })),
      wordsOfEntry,
      (entry, message) => {
        const seen = entry.body.after === null ? undefined : order.get(entry.body.after);
        return seen !== undefined && (order.get(message.id) ?? 0) <= seen;
      },
    );
    const origin = new Map<string, Entry<Written>>();
    for (const entry of entries) {
      const id = claimed.get(entry.id);
      if (id !== undefined) origin.set(String(id), entry);
    }
    const pending = entries.filter((entry) => !claimed.has(entry.id));
    return {
      messages: this.messages,
      pending,
      origin,
      choices: pending.length > 0 ? [] : this.openChoices(),
      holder: this.holder,
      officer: this.officerName(),
      case: this.case_,
      link: this.link,
      loaded: this.loaded,
      notice: this.notice,
    };
  }

  /** The choices that still wait for an answer: those that came after the resident's last words. */
  private openChoices(): Choice[] {
    const found: Choice[] = [];
    for (let i = this.messages.length - 1; i >= 0; i -= 1) {
      const message = this.messages[i];
      if (message === undefined || message.from === 'resident') break;
      const choices = Array.isArray(message.choices) ? message.choices : [];
      found.unshift(...choices.filter((choice) => typeof choice.payload === 'string' && choice.payload !== ''));
    }
    return found;
  }

  private officerName(): string {
    if (this.officer !== '') return this.officer;
    for (let i = this.messages.length - 1; i >= 0; i -= 1) {
      const message = this.messages[i];
      if (message?.from === 'officer' && message.by !== '') return message.by;
    }
    return '';
  }

  private show(): void {
    this.changed();
  }

  private adopt(token: string, notice: string): void {
    this.token = token;
    try {
      this.storage?.setItem(tokenKey, token);
    } catch {
      // Full storage: the conversation lives until the page is closed.
    }
    this.messages = [];
    this.holder = 'bot';
    this.case_ = null;
    this.loaded = false;
    this.notice = notice;
    this.failures = 0;
    this.stopCall?.abort();
    this.queue.start();
    this.queue.retryNow();
    this.show();
    this.wake?.();
    void this.listen(++this.listening);
  }

  private async listen(turn: number): Promise<void> {
    while (turn === this.listening) {
      try {
        if (this.token === null) {
          const token = await api.newConversation();
          if (turn === this.listening) this.adopt(token, this.notice);
          return;
        }
        if (this.token === this.dead) {
          await this.lost(turn);
          return;
        }
        const last = this.messages[this.messages.length - 1];
        const stop = typeof AbortController === 'function' ? new AbortController() : null;
        this.stopCall = stop;
        const asked = Date.now();
        // After trouble a short question shows at once that the connection is back.
        const wait = this.loaded && this.link === 'up' ? 25 : 0;
        const found = await api.news(this.token, last === undefined ? null : last.id, wait, stop?.signal);
        if (turn !== this.listening) return;
        this.take(found);
        if (found.messages.length === 0 && wait > 0 && Date.now() - asked < 500) await this.rest(2000);
      } catch (error) {
        if (turn !== this.listening) return;
        if ((error instanceof api.Refused && error.status === 401) || (this.token !== null && this.token === this.dead)) {
          await this.lost(turn);
          return;
        }
        this.failures += 1;
        if (this.failures > 1 || this.link === 'opening' || (typeof navigator !== 'undefined' && !navigator.onLine)) this.link = 'down';
        this.show();
        const wait = error instanceof api.Refused ? error.retryAfterMs : null;
        await this.rest(Math.max(wait ?? 0, Math.min(15_000, backOff(this.failures))));
      }
    }
  }

  private take(found: api.News): void {
    const known = new Set(this.messages.map((message) => String(message.id)));
    const fresh = found.messages.filter((message) => !known.has(String(message.id)));
    if (fresh.length > 0) this.messages = [...this.messages, ...fresh];
    this.holder = found.holder === 'officer' ? 'officer' : 'bot';
    this.officer = found.officer ?? '';
    this.case_ = found.case ?? null;
    this.loaded = true;
    this.failures = 0;
    if (this.link !== 'up') {
      this.link = 'up';
      this.queue.retryNow();
    }
    this.show();
    this.tidy();
  }

  /** Takes off the shelf what the server both has and shows. */
  private tidy(): void {
    for (const entry of [...this.picture().origin.values()]) if (entry.progress === 'kept') this.queue.forget(entry.id);
  }

  /** The server does not know this conversation any more. What was typed stays; a new one begins. */
  private async lost(turn: number): Promise<void> {
    this.queue.pause();
    // What the old conversation has kept needs no second home; what is still unsent goes to the new one.
    for (const entry of [...this.queue.list()]) if (entry.progress === 'kept') this.queue.forget(entry.id);
    this.token = null;
    this.storage?.removeItem(tokenKey);
    this.notice = 'Cuộc trò chuyện cũ đã hết hạn lưu, nên đây là cuộc trò chuyện mới. Tin chưa gửi vẫn được giữ.';
    await this.listen(turn);
  }

  private async deliver(entry: Entry<Written>): Promise<Attempt<unknown>> {
    const token = this.token;
    if (token === null) return { kind: 'again', why: '' };
    try {
      await api.sendMessage(token, entry.id, entry.body.out);
      return { kind: 'kept', answer: null };
    } catch (error) {
      if (error instanceof api.Refused) {
        if (error.status === 429) return { kind: 'again', why: error.message, ...(error.retryAfterMs === null ? { afterMs: 5000 } : { afterMs: error.retryAfterMs }) };
        if (error.status === 401) {
          // The listening side opens a new conversation, at once.
          this.dead = token;
          this.hurryListening();
          return { kind: 'again', why: '', afterMs: 1000 };
        }
        if (error.status >= 400 && error.status < 500 && error.status !== 408) {
          return { kind: 'refused', why: error.message !== '' ? error.message : 'Máy chủ không nhận tin này.' };
        }
      }
      return { kind: 'again', why: '' };
    }
  }

  private hurryListening(): void {
    this.stopCall?.abort();
    this.wake?.();
  }

  private rest(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(finish, ms);
      const self = this;
      function finish(): void {
        clearTimeout(timer);
        if (self.wake === finish) self.wake = null;
        done();
      }
      this.wake = finish;
    });
  }
}
