const key = 'thanthien.console.seen';
const most = 500;

/** Up to when this officer has read each case; kept in the browser. */
export class Seen {
  private map = new Map<string, string>();

  constructor(private readonly storage: Storage | null) {
    try {
      const stored: unknown = JSON.parse(storage?.getItem(key) ?? '[]');
      if (Array.isArray(stored)) {
        for (const pair of stored as unknown[]) {
          if (Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string') this.map.set(pair[0], pair[1]);
        }
      }
    } catch {
      // Unreadable: everything counts as unread once more.
    }
  }

  /** Returns whether anything changed. */
  mark(code: string, at: string): boolean {
    const before = this.map.get(code);
    if (before !== undefined && Date.parse(before) >= Date.parse(at)) return false;
    this.map.delete(code);
    this.map.set(code, at);
    while (this.map.size > most) {
      const oldest = this.map.keys().next().value;
      if (oldest === undefined) break;
      this.map.delete(oldest);
    }
    try {
      this.storage?.setItem(key, JSON.stringify([...this.map]));
    } catch {
      // Full storage: the marks hold until the page is closed.
    }
    return true;
  }

  isNew(code: string, at: string | null): boolean {
    if (at === null) return !this.map.has(code);
    const before = this.map.get(code);
    return before === undefined || Date.parse(at) > Date.parse(before);
  }
}
