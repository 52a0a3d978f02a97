/** What became of one attempt to hand a message to the server. */
export type Attempt<Answer> =
  | { kind: 'kept'; answer: Answer }
  /** Nobody knows whether it arrived (no connection, time-out, 5xx), or it is too early (429): the same id goes again. */
  | { kind: 'again'; why: string; afterMs?: number }
  /** The server read it and said no. Trying again by itself would change nothing. */
  | { kind: 'refused'; why: string };

export type Progress = 'waiting' | 'sending' | 'failed' | 'refused' | 'kept';

export interface Entry<Body> {
  /** Random, made once: the server keeps the first message of an id and ignores the rest, so sending again is safe. */
  id: string;
  body: Body;
  /** When it was written, milliseconds. */
  at: number;
  progress: Progress;
  attempts: number;
  why: string;
}

/** Where entries outlive the page. */
export interface Shelf<Body> {
  load(): Entry<Body>[];
  save(entry: Entry<Body>): void;
  remove(id: string): void;
}

export interface Clock {
  now(): number;
  /** Calls back once; returns how to call it off. */
  after(ms: number, call: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export interface SendQueueOptions<Body, Answer> {
  send(entry: Entry<Body>): Promise<Attempt<Answer>>;
  shelf: Shelf<Body>;
  clock?: Clock;
  /** Called with the answer before the entry counts as kept. */
  kept?(entry: Entry<Body>, answer: Answer): void;
  changed?(): void;
  /** After so many attempts the person is told that it did not work; the queue still goes on trying, more slowly. */
  attemptsBeforeTelling?: number;
}

/**
 * Sends messages one after the other, in the order they were written, each under its own id until the server has kept it.
 * A message leaves the shelf only through `forget`, which the page calls once the server shows the message; so whatever
 * happens in between (reload, dead connection, lost answer) it is neither lost nor doubled.
 */
export class SendQueue<Body, Answer = unknown> {
  private entries: Entry<Body>[] = [];
  private busy = false;
  private paused = false;
  private stopWaiting: (() => void) | null = null;
  private readonly clock: Clock;

  constructor(private readonly options: SendQueueOptions<Body, Answer>) {
    this.clock = options.clock ?? realClock;
    this.entries = options.shelf
      .load()
      .sort((a, b) => a.at - b.at)
      // What was under way when the page closed may or may not have arrived: it goes again under its old id.
      .map((entry) => (entry.progress === 'sending' || entry.progress === 'failed' ? { ...entry, progress: 'waiting' as const, attempts: 0 } : entry));
  }

  list(): readonly Entry<Body>[] {
    return this.entries;
  }

  /** Starts with what the shelf held. */
  start(): void {
    this.paused = false;
    this.pump();
  }

  /** Stops starting new attempts; what is written is still kept on the shelf. */
  pause(): void {
    this.paused = true;
    this.cancelWait();
  }

  add(id: string, body: Body): Entry<Body> {
    const known = this.entries.find((entry) => entry.id === id);
    if (known !== undefined) return known;
    const last = this.entries[this.entries.length - 1];
    const at = Math.max(this.clock.now(), last === undefined ? 0 : last.at + 1);
    const entry: Entry<Body> = { id, body, at, progress: 'waiting', attempts: 0, why: '' };
    this.entries = [...this.entries, entry];
    this.options.shelf.save(entry);
    this.changed();
    this.pump();
    return entry;
  }

  /** A person pressed "send again", or the connection is back: try now whatever is not kept and not refused. */
  retryNow(): void {
    this.cancelWait();
    for (const entry of this.entries) {
      if (entry.progress === 'failed') this.update(entry.id, { progress: 'waiting' });
    }
    this.pump();
  }

  /** Puts a refused entry back into the row, under its id. */
  retry(id: string): void {
    const entry = this.find(id);
    if (entry === undefined || entry.progress === 'kept' || entry.progress === 'sending') return;
    this.update(id, { progress: 'waiting', why: '' });
    this.retryNow();
  }

  /** Takes an entry off the shelf: it is shown by the server now, or the person gave it up. */
  forget(id: string): void {
    if (this.find(id) === undefined) return;
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.options.shelf.remove(id);
    this.changed();
    this.pump();
  }

  private find(id: string): Entry<Body> | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  private update(id: string, change: Partial<Entry<Body>>): void {
    const index = this.entries.findIndex((entry) => entry.id === id);
    const old = this.entries[index];
    if (old === undefined) return;
    const next = { ...old, ...change };
    this.entries = this.entries.map((entry) => (entry.id === id ? next : entry));
    this.options.shelf.save(next);
    this.changed();
  }

  private changed(): void {
    this.options.changed?.();
  }

  private cancelWait(): void {
    this.stopWaiting?.();
    this.stopWaiting = null;
  }

  private pump(): void {
    if (this.busy || this.paused || this.stopWaiting !== null) return;
    // The first that is neither kept nor refused: an earlier message goes before a later one.
    const next = this.entries.find((entry) => entry.progress === 'waiting' || entry.progress === 'failed');
    if (next === undefined) return;
    this.busy = true;
    this.update(next.id, { progress: 'sending' });
    void this.attempt(next.id);
  }

  private async attempt(id: string): Promise<void> {
    const entry = this.find(id);
    let result: Attempt<Answer>;
    if (entry === undefined) {
      this.busy = false;
      this.pump();
      return;
    }
    try {
      result = await this.options.send(entry);
    } catch (error) {
      result = { kind: 'again', why: error instanceof Error ? error.message : '' };
    }
    this.busy = false;
    const attempts = entry.attempts + 1;
    if (result.kind === 'kept') {
      this.options.kept?.(entry, result.answer);
      this.update(id, { progress: 'kept', attempts, why: '' });
    } else if (result.kind === 'refused') {
      this.update(id, { progress: 'refused', attempts, why: result.why });
    } else {
      const told = attempts >= (this.options.attemptsBeforeTelling ?? 3);
      this.update(id, { progress: told ? 'failed' : 'waiting', attempts, why: result.why });
      const wait = Math.max(result.afterMs ?? 0, backOff(attempts));
      if (this.find(id) !== undefined) {
        this.cancelWait();
        this.stopWaiting = this.clock.after(wait, () => {
          this.stopWaiting = null;
          this.pump();
        });
      }
    }
    this.pump();
  }
}

/** 1 s, 2 s, 4 s ... half a minute. */
export function backOff(attempts: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.max(0, attempts - 1));
}

/** A shelf in the browser's storage, one key an entry so that two tabs do not overwrite each other. Works without storage, too. */
export function storageShelf<Body>(storage: Storage | null, prefix: string): Shelf<Body> {
  return {
    load() {
      const found: Entry<Body>[] = [];
      if (storage === null) return found;
      for (let i = 0; i < storage.length; i += 1) {
        const key = storage.key(i);
        if (key === null || key.slice(0, prefix.length) !== prefix) continue;
        try {
          const entry = JSON.parse(storage.getItem(key) ?? '') as Entry<Body>;
          if (typeof entry.id === 'string' && typeof entry.at === 'number' && prefix + entry.id === key) found.push(entry);
        } catch {
          // A broken entry cannot be sent; it stays where it is rather than being thrown away unseen.
        }
      }
      return found;
    },
    save(entry) {
      try {
        storage?.setItem(prefix + entry.id, JSON.stringify(entry));
      } catch {
        // Storage is full or forbidden: the entry lives on in memory.
      }
    },
    remove(id) {
      storage?.removeItem(prefix + id);
    },
  };
}
