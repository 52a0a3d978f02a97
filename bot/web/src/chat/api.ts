/** The residents' side of the desk; bot/desk/README.md is its description. */

export interface Choice {
  title: string;
  payload?: string | null;
  url?: string | null;
}

export interface Message {
  id: string | number;
  from: 'resident' | 'bot' | 'officer';
  by: string;
  text: string;
  choices: Choice[];
  at: string;
  /** The page's own id of a resident's message, where the server gives it back. */
  client_id?: string;
}

export interface News {
  messages: Message[];
  holder: 'bot' | 'officer';
  /** Name of the officer who holds the conversation, '' when the assistant does. */
  officer?: string;
  case: { code: string; state: string } | null;
}

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null,
  ) {
    super(message);
  }
}

async function call<Answer>(path: string, init: RequestInit, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
  // AbortController is younger than the oldest browsers we serve; without it a dead connection ends when the browser says so.
  const stop = typeof AbortController === 'function' ? new AbortController() : null;
  const abort = () => stop?.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener('abort', abort);
  try {
    const response = await fetch(`/chat/api/${path}`, { ...init, cache: 'no-store', credentials: 'omit', ...(stop === null ? {} : { signal: stop.signal }) });
    const body = (await response.json().catch(() => null)) as (Answer & { error?: { code?: string; message?: string }; retry_after?: number }) | null;
    if (!response.ok) {
      const after = Number(response.headers.get('retry-after') ?? body?.retry_after ?? NaN);
      throw new Refused(response.status, body?.error?.code ?? '', body?.error?.message ?? '', after > 0 ? after * 1000 : null);
    }
    if (body === null || typeof body !== 'object') throw new Error('câu trả lời không đọc được');
    return body;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

const json = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });

function bearing(token: string, init: RequestInit): RequestInit {
  return { ...init, headers: { ...(init.headers as Record<string, string> | undefined), Authorization: `Bearer ${token}` } };
}

export async function newConversation(): Promise<string> {
  const { token } = await call<{ token: string }>('conversations', json({}), 20_000);
  if (typeof token !== 'string' || token === '') throw new Error('câu trả lời không đọc được');
  return token;
}

export async function news(token: string, after: string | number | null, waitSeconds: number, signal?: AbortSignal): Promise<News> {
  const query = `${after === null ? '' : `after=${encodeURIComponent(String(after))}&`}wait=${waitSeconds}`;
  const found = await call<News>(`messages?${query}`, bearing(token, { method: 'GET' }), (waitSeconds + 15) * 1000, signal);
  if (!Array.isArray(found.messages)) throw new Error('câu trả lời không đọc được');
  return found;
}

export type Outgoing = { text: string } | { payload: string; title: string };

export async function sendMessage(token: string, id: string, body: Outgoing): Promise<void> {
  await call<unknown>('messages', bearing(token, json({ id, ...body })), 20_000);
}
