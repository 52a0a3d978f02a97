import { describe, expect, it } from 'vitest';
import { claims } from './merge';
import { backOff, SendQueue, storageShelf, type Attempt, type Clock, type Entry, type Shelf } from './send_queue';

/** A clock that stands still until it is told. */
class HandClock implements Clock {
  time = 1000;
  private timers: { at: number; call: () => void }[] = [];
  now() {
    return this.time;
  }
  after(ms: number, call: () => void) {
    const timer = { at: this.time + ms, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  waiting() {
    return this.timers.length;
  }
  async pass(ms: number) {
    this.time += ms;
    const due = this.timers.filter((timer) => timer.at <= this.time);
    this.timers = this.timers.filter((timer) => timer.at > this.time);
    for (const timer of due) timer.call();
    await settled();
  }
}

/** A server with one rule: the first message of an id is kept, the rest change nothing. */
class KeepingServer {
  kept: string[] = [];
  calls: string[] = [];
  plan: ('ok' | 'answer-lost' | 'no-connection' | 'refuse' | 'too-many')[] = [];
  private ids = new Set<string>();
  send = async (entry: Entry<string>): Promise<Attempt<null>> => {
    this.calls.push(entry.body);
    const fate = this.plan.shift() ?? 'ok';
    if (fate === 'no-connection') throw new TypeError('mất mạng');
    if (fate === 'refuse') return { kind: 'refused', why: 'Tin nhắn quá dài.' };
    if (fate === 'too-many') return { kind: 'again', why: 'Gửi hơi nhanh.', afterMs: 9000 };
    if (!this.ids.has(entry.id)) {
      this.ids.add(entry.id);
      this.kept.push(entry.body);
    }
    if (fate === 'answer-lost') throw new TypeError('mất câu trả lời');
    return { kind: 'kept', answer: null };
  };
}

class MapStorage implements Storage {
  private map = new Map<string, string>();
  get length() {
    return this.map.size;
  }
  clear() {
    this.map.clear();
  }
  getItem(key: string) {
    return this.map.get(key) ?? null;
  }
  key(index: number) {
    return [...this.map.keys()][index] ?? null;
  }
  removeItem(key: string) {
    this.map.delete(key);
  }
  setItem(key: string, value: string) {
    this.map.set(key, value);
  }
}

async function settled() {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

function world() {
  const clock = new HandClock();
  const server = new KeepingServer();
  const storage = new MapStorage();
  const shelf: Shelf<string> = storageShelf<string>(storage, 'out.');
  const open = () => new SendQueue<string, null>({ send: server.send, shelf: storageShelf<string>(storage, 'out.'), clock });
  return { clock, server, storage, shelf, open };
}

const progressOf = (queue: SendQueue<string, null>) => queue.list().map((entry) => `${entry.body}:${entry.progress}`);

describe('the send queue', () => {
  it('sends in order and one at a time', async () => {
    const { server, open } = world();
    const queue = open();
    queue.add('1', 'Chào bạn');
    queue.add('2', 'Tôi cần làm giấy khai sinh');
    expect(server.calls).toEqual(['Chào bạn']);
    await settled();
    expect(server.kept).toEqual(['Chào bạn', 'Tôi cần làm giấy khai sinh']);
    expect(progressOf(queue)).toEqual(['Chào bạn:kept', 'Tôi cần làm giấy khai sinh:kept']);
  });

  it('sends again under the same id when the answer was lost, and nothing is doubled', async () => {
    const { server, clock, open } = world();
    server.plan = ['answer-lost', 'answer-lost', 'ok'];
    const queue = open();
    queue.add('1', 'Chào bạn');
    await settled();
    expect(progressOf(queue)).toEqual(['Chào bạn:waiting']);
    await clock.pass(backOff(1));
    await clock.pass(backOff(2));
    expect(server.calls).toHaveLength(3);
    expect(server.kept).toEqual(['Chào bạn']);
    expect(progressOf(queue)).toEqual(['Chào bạn:kept']);
  });

  it('keeps a later message behind an earlier one that does not get through', async () => {
    const { server, clock, open } = world();
    server.plan = ['no-connection'];
    const queue = open();
    queue.add('1', 'một');
    queue.add('2', 'hai');
    await settled();
    expect(server.calls).toEqual(['một']);
    await clock.pass(backOff(1));
    expect(server.kept).toEqual(['một', 'hai']);
  });

  it('tells the person after three attempts, goes on, and tries at once when asked', async () => {
    const { server, clock, open } = world();
    server.plan = ['no-connection', 'no-connection', 'no-connection'];
    const queue = open();
    queue.add('1', 'một');
    await settled();
    await clock.pass(1000);
    await clock.pass(2000);
    expect(progressOf(queue)).toEqual(['một:failed']);
    expect(clock.waiting()).toBe(1);
    queue.retry('1');
    await settled();
    expect(progressOf(queue)).toEqual(['một:kept']);
    expect(clock.waiting()).toBe(0);
  });

  it('waits as long as the server asks', async () => {
    const { server, clock, open } = world();
    server.plan = ['too-many'];
    const queue = open();
    queue.add('1', 'một');
    await settled();
    await clock.pass(8000);
    expect(server.calls).toHaveLength(1);
    await clock.pass(1000);
    expect(progressOf(queue)).toEqual(['một:kept']);
  });

  it('lets a refused message stand and sends the next', async () => {
    const { server, clock, open } = world();
    server.plan = ['refuse'];
    const queue = open();
    queue.add('1', 'dài quá');
    queue.add('2', 'ngắn');
    await settled();
    expect(progressOf(queue)).toEqual(['dài quá:refused', 'ngắn:kept']);
    expect(queue.list()[0]?.why).toBe('Tin nhắn quá dài.');
    await clock.pass(60_000);
    expect(server.calls).toEqual(['dài quá', 'ngắn']);
  });

  it('survives a reload in the middle of sending, with the same ids', async () => {
    const { server, storage, open } = world();
    server.plan = ['answer-lost', 'ok', 'ok'];
    const before = open();
    before.pause();
    before.add('1', 'một');
    before.add('2', 'hai');
    expect(server.calls).toEqual([]);
    storage.setItem('out.broken', '{');
    storage.setItem('other', 'x');
    const after = open();
    expect(progressOf(after)).toEqual(['một:waiting', 'hai:waiting']);
    after.start();
    await settled();
    after.retryNow();
    await settled();
    expect(server.kept).toEqual(['một', 'hai']);
    for (const entry of [...after.list()]) after.forget(entry.id);
    expect(open().list()).toEqual([]);
  });

  it('takes an id once', async () => {
    const { server, open } = world();
    const queue = open();
    queue.add('1', 'một');
    queue.add('1', 'một');
    await settled();
    expect(queue.list()).toHaveLength(1);
    expect(server.calls).toEqual(['một']);
  });

  it('loses and doubles nothing over a thousand bad connections', async () => {
    const { server, clock, open } = world();
    // A small generator of our own, so that a failing run can be run again.
    let seed = 20261123;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    let queue = open();
    const written: string[] = [];
    for (let i = 0; i < 1000; i += 1) {
      const text = `tin ${i}`;
      written.push(text);
      const fate = random();
      server.plan.push(fate < 0.3 ? 'answer-lost' : fate < 0.5 ? 'no-connection' : 'ok');
      queue.add(`id-${i}`, text);
      await settled();
      if (random() < 0.05) {
        queue.pause();
        queue = open();
        queue.start();
      }
    }
    for (let i = 0; i < 10_000 && queue.list().some((entry) => entry.progress !== 'kept'); i += 1) await clock.pass(30_000);
    expect(server.kept).toEqual(written);
  });
});

describe('recognising our messages among the server\'s', () => {
  const entry = (id: string, body: string, progress: Entry<string>['progress'] = 'sending'): Entry<string> => ({
    id, body, at: 0, progress, attempts: 1, why: '',
  });
  const never = () => false;
  const words = (e: Entry<string>) => e.body;

  it('goes by client id first, then by words', () => {
    const found = claims(
      [entry('a', 'ok'), entry('b', 'ok')],
      [
        { id: 7, text: 'ok', mine: true, clientId: 'b' },
        { id: 8, text: ' ok ', mine: true },
      ],
      words, never,
    );
    expect([...found]).toEqual([['b', 7], ['a', 8]]);
  });

  it('gives two equal messages two owners, and one message one', () => {
    expect([...claims([entry('a', 'ok'), entry('b', 'ok')], [{ id: 1, text: 'ok', mine: true }], words, never)]).toEqual([['a', 1]]);
  });

  it('does not take a message that was there before, or one of somebody else', () => {
    const shown = [
      { id: 1, text: 'ok', mine: true },
      { id: 2, text: 'ok', mine: false },
    ];
    expect(claims([entry('a', 'ok')], shown, words, (_, message) => message.id === 1).size).toBe(0);
  });

  it('recognises a kept message whose words the server tidied', () => {
    const shown = [{ id: 3, text: 'khai sinh', mine: true }];
    expect(claims([entry('a', 'khai\u0000 sinh', 'sending')], shown, words, never).size).toBe(0);
    expect([...claims([entry('a', 'khai\u0000 sinh', 'kept')], shown, words, never)]).toEqual([['a', 3]]);
  });
});
