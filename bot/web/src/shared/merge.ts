import type { Entry } from './send_queue';

/** The part of a server's message that tells whether it is one of ours. */
export interface Shown {
  id: string | number;
  text: string;
  mine: boolean;
  /** The id under which the page sent it, when the server tells. */
  clientId?: string;
}

/** What a person wrote, as the server may have tidied it. */
export function tidied(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/**
 * Finds for each entry of the send queue the server's message that it became, so that no message is shown twice: first by
 * client id, then by equal words among our messages that the page had not seen when the entry was written, and for an entry that the
 * server has kept for certain, the oldest such message. Returns entry id -> message id.
 */
export function claims<Body>(
  entries: readonly Entry<Body>[],
  shown: readonly Shown[],
  wordsOf: (entry: Entry<Body>) => string,
  seenBefore: (entry: Entry<Body>, message: Shown) => boolean,
): Map<string, string | number> {
  const taken = new Set<string | number>();
  const found = new Map<string, string | number>();
  const take = (entry: Entry<Body>, message: Shown | undefined) => {
    if (message === undefined) return;
    taken.add(message.id);
    found.set(entry.id, message.id);
  };
  const mine = shown.filter((message) => message.mine);
  for (const entry of entries) take(entry, mine.find((message) => message.clientId === entry.id));
  const free = (entry: Entry<Body>) => (message: Shown) =>
    !taken.has(message.id) && message.clientId === undefined && !seenBefore(entry, message);
  for (const entry of entries) {
    if (found.has(entry.id)) continue;
    const words = tidied(wordsOf(entry));
    take(entry, mine.filter(free(entry)).find((message) => tidied(message.text) === words));
  }
  for (const entry of entries) {
    if (!found.has(entry.id) && entry.progress === 'kept') take(entry, mine.find(free(entry)));
  }
  return found;
}
