/** The officers' side of the desk; bot/desk/README.md is its description. */

export type Id = string | number;
export type Role = 'officer' | 'admin';
export type Tab = 'waiting' | 'mine' | 'held' | 'closed';
export type SendState = 'queued' | 'sending' | 'accepted' | 'delivered' | 'failed' | 'uncertain' | 'cancelled';

export interface Officer {
  id: Id;
  name: string;
  login: string;
  role: Role;
  units: string[];
}

export interface Account extends Officer {
  disabled: boolean;
  waiting_for_code: boolean;
}

export interface Session {
  setup_needed: boolean;
  officer: Officer | null;
  csrf: string;
}

export interface Case {
  code: string;
  state: 'waiting' | 'held' | 'closed';
  urgent: boolean;
  reason: string;
  reason_text: string;
  unit: string;
  unit_name: string;
  channel: 'messenger' | 'zalo' | 'web';
  person: string;
  topic: string | null;
  topic_title: string | null;
  summary: string;
  created_at: string;
  due_at: string | null;
  closed_at: string | null;
  result: string | null;
  officer: { id: Id; name: string } | null;
  last_message_at: string | null;
  preview: string;
  rating: number | null;
}

export interface Message {
  id: Id;
  from: 'resident' | 'bot' | 'officer' | 'outside';
  by: string;
  text: string;
  choices: { title: string; url?: string | null }[];
  attachments: { kind: string; url: string; name: string }[];
  at: string;
  state: SendState | null;
  why: string | null;
  deleted: boolean;
  client_id?: string;
}

export interface Note {
  id: Id;
  by: string;
  text: string;
  at: string;
}

export interface Detail {
  case: Case;
  messages: Message[];
  notes: Note[];
}

export interface Counts {
  waiting: number;
  mine: number;
  held: number;
}

export interface Unit {
  id: string;
  full_name: string;
}

/** An answer that is not what was asked for. `status` is 0 when no answer came at all. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

export const noConnection = 'Chưa kết nối được máy chủ. Kiểm tra mạng rồi thử lại nhé.';

export class Api {
  private csrf = '';

  /** Called when the server says that nobody is signed in (any more). */
  onSignedOut: () => void = () => undefined;

  async session(): Promise<Session> {
    return this.remember(await this.call<Session>('GET', 'session'));
  }

  async setup(body: { code: string; name: string; login: string; password: string }): Promise<Session> {
    return this.remember(await this.call<Session>('POST', 'setup', body));
  }

  async signIn(login: string, password: string): Promise<Session> {
    return this.remember(await this.call<Session>('POST', 'sign-in', { login, password }));
  }

  signOut(): Promise<unknown> {
    return this.call('POST', 'sign-out', {});
  }

  cases(tab: Tab): Promise<{ cases: Case[]; counts: Counts }> {
    return this.call('GET', `cases?state=${tab}`);
  }

  detail(code: string): Promise<Detail> {
    return this.call('GET', `cases/${encodeURIComponent(code)}`);
  }

  take(code: string): Promise<{ case: Case }> {
    return this.call('POST', `cases/${encodeURIComponent(code)}/take`, {});
  }

  answer(code: string, client_id: string, text: string): Promise<{ message: Message }> {
    return this.call('POST', `cases/${encodeURIComponent(code)}/messages`, { client_id, text });
  }

  note(code: string, client_id: string, text: string): Promise<{ note: Note }> {
    return this.call('POST', `cases/${encodeURIComponent(code)}/notes`, { client_id, text });
  }

  handBack(code: string): Promise<{ case: Case }> {
    return this.call('POST', `cases/${encodeURIComponent(code)}/return`, {});
  }

  close(code: string, result: string): Promise<{ case: Case }> {
    return this.call('POST', `cases/${encodeURIComponent(code)}/close`, { result });
  }

  sendAgain(id: Id, client_id: string): Promise<{ message: Message }> {
    return this.call('POST', `messages/${encodeURIComponent(String(id))}/send-again`, { client_id });
  }

  officers(): Promise<{ officers: Account[] }> {
    return this.call('GET', 'officers');
  }

  addOfficer(body: { name: string; login: string; role: Role; units: string[] }): Promise<{ officer: Account; code: string }> {
    return this.call('POST', 'officers', body);
  }

  disable(id: Id): Promise<{ officer: Account }> {
    return this.call('POST', `officers/${encodeURIComponent(String(id))}/disable`, {});
  }

  units(): Promise<{ units: Unit[] }> {
    return this.call('GET', 'units');
  }

  private remember(session: Session): Session {
    this.csrf = session.csrf;
    return session;
  }

  private async call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const token = this.csrf;
    try {
      return await this.once(method, path, body);
    } catch (error) {
      // Somebody signed in anew in another tab, and our token is that of the session before. Nothing was done; with the
      // token of the present session it goes once more.
      if (!(error instanceof Trouble) || error.status !== 403 || error.code !== 'foreign' || method !== 'POST') throw error;
      await this.session();
      if (this.csrf === token || this.csrf === '') throw error;
      return this.once(method, path, body);
    }
  }

  private async once<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    let response: Response;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 20_000);
    try {
      response = await fetch(`/api/${path}`, {
        method,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: stop.signal,
        headers: method === 'POST' ? { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf } : {},
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      });
      const answer = (await response.json().catch(() => null)) as (Answer & { error?: { code?: string; message?: string }; retry_after?: number }) | null;
      if (response.ok && answer !== null) return answer;
      const after = Number(response.headers.get('retry-after') ?? answer?.retry_after ?? NaN);
      const trouble = new Trouble(
        response.status,
        answer?.error?.code ?? '',
        answer?.error?.message ?? 'Máy chủ đang gặp trục trặc. Anh/chị thử lại sau ít phút nhé.',
        after > 0 ? after * 1000 : null,
      );
      if (response.status === 401 && path !== 'sign-in') this.onSignedOut();
      throw trouble;
    } catch (error) {
      if (error instanceof Trouble) throw error;
      throw new Trouble(0, 'no_connection', noConnection);
    } finally {
      clearTimeout(timer);
    }
  }
}
