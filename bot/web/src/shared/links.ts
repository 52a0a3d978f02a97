/** A stretch of a text: plain words, or an address that can be opened. */
export interface Stretch {
  text: string;
  /** Set when the stretch is an http or https address; always what `text` shows, so no address can hide behind another. */
  href?: string;
}

const address = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+/giu;
const trailing = new Set(['.', ',', ';', ':', '!', '?', '…', '*', '_', '~']);

/** The address when it is one that a page may open: http or https, without user name and password; else null. */
export function safeAddress(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const trimmed = text.trim();
  if (!/^https?:\/\//iu.test(trimmed) || /\s/u.test(trimmed)) return null;
  try {
    const url = new URL(trimmed);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    // "https://dichvucong.gov.vn@example.net" looks like the portal and is not.
    if (url.username !== '' || url.password !== '') return null;
    if (url.hostname === '') return null;
    return trimmed;
  } catch {
    return null;
  }
}

function withoutTrailingMarks(match: string): string {
  let end = match.length;
  while (end > 0) {
    const last = match.charAt(end - 1);
    if (trailing.has(last)) {
      end -= 1;
    } else if (last === ')' || last === ']') {
      const open = last === ')' ? '(' : '[';
      const inside = match.slice(0, end);
      if (inside.split(last).length > inside.split(open).length) end -= 1;
      else break;
    } else {
      break;
    }
  }
  return match.slice(0, end);
}

/** Splits a text into plain stretches and openable addresses. Joined again, the stretches are the text, letter for letter. */
export function splitLinks(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let plainFrom = 0;
  address.lastIndex = 0;
  for (let match = address.exec(text); match !== null; match = address.exec(text)) {
    const found = withoutTrailingMarks(match[0]);
    const href = safeAddress(found);
    if (href === null) continue;
    if (match.index > plainFrom) stretches.push({ text: text.slice(plainFrom, match.index) });
    stretches.push({ text: found, href });
    plainFrom = match.index + found.length;
    address.lastIndex = plainFrom;
  }
  if (plainFrom < text.length) stretches.push({ text: text.slice(plainFrom) });
  return stretches;
}
