import { backOff } from '../shared/send_queue';

export type LinkState = 'connecting' | 'live' | 'broken';

/**
 * The server's stream of changes. The browser repeats a lost connection by itself, but gives up when it was answered with an
 * error; then we try again with growing pauses. Every `hello` means: something may have been missed, ask again.
 */
export class Live {
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private on = false;

  constructor(
    private readonly hears: { hello(): void; change(codes: string[]): void; state(state: LinkState): void; refused(): void },
  ) {}

  start(): void {
    if (this.on) return;
    this.on = true;
    this.failures = 0;
    this.hears.state('connecting');
    this.open();
  }

  stop(): void {
    this.on = false;
    this.drop();
  }

  /** The network may be back: do not wait for the next try. */
  hurry(): void {
    if (!this.on || this.source?.readyState === EventSource.OPEN) return;
    this.drop();
    this.open();
  }

  private drop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.source?.close();
    this.source = null;
  }

  private open(): void {
    const source = new EventSource('/api/stream');
    this.source = source;
    source.addEventListener('hello', () => {
      this.failures = 0;
      this.hears.state('live');
      this.hears.hello();
    });
    source.addEventListener('change', (event) => {
      try {
        const said = JSON.parse((event as MessageEvent<string>).data) as { cases?: unknown };
        this.hears.change(Array.isArray(said.cases) ? said.cases.filter((one): one is string => typeof one === 'string') : []);
      } catch {
        this.hears.hello();
      }
    });
    source.onerror = () => {
      if (this.source !== source || !this.on) return;
      this.hears.state('broken');
      this.failures += 1;
      if (source.readyState !== EventSource.CLOSED) return;
      this.drop();
      this.hears.refused();
      this.timer = setTimeout(() => {
        if (this.on) this.open();
      }, backOff(this.failures));
    };
  }
}
