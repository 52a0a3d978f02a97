import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Desk, Refusal, type Officer, type Role } from './desk';

/** The policy that the real server sends; the pages must work under it to the letter. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const media: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
};

/** What goes wrong with the next requests that fit. */
export interface Fault {
  path: RegExp;
  method?: string;
  /** `no-connection`: nothing is read. `lose-answer`: it is done, and the answer is lost. `status`: not done, this status. `hold`: waits for `release`. */
  kind: 'no-connection' | 'lose-answer' | 'status' | 'hold';
  status?: number;
  times: number;
  until?: Promise<void>;
}

export interface MockServer {
  desk: Desk;
  chat: string;
  console: string;
  faults: Fault[];
  /** The last pages' requests: "POST /api/cases/X/take". */
  requests: string[];
  /** False: the content security policy is left out, to show that the pages are safe without it. */
  with_policy: boolean;
  cut_streams(): void;
  close(): Promise<void>;
}

export interface MockOptions {
  chat_port?: number;
  console_port?: number;
}

type Body = Record<string, unknown>;

async function body_of(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (parts.length === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Body) : {};
  } catch {
    throw new Refusal(400, 'bad_json', 'Dữ liệu gửi lên không đọc được.');
  }
}

const text_of = (value: unknown): string => (typeof value === 'string' ? value : '');

function send_json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string | string[]> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(value));
}

export async function start_mock(desk: Desk, options: MockOptions = {}): Promise<MockServer> {
  const streams = new Set<ServerResponse>();
  const mock: MockServer = {
    desk, chat: '', console: '', faults: [], requests: [], with_policy: true,
    cut_streams() {
      for (const stream of streams) stream.destroy();
    },
    async close() {
      for (const stream of streams) stream.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      })));
    },
  };

  desk.on_change((codes) => {
    for (const stream of streams) stream.write(`event: change\ndata: ${JSON.stringify({ cases: codes })}\n\n`);
  });

  async function file(folder: string, path: string, response: ServerResponse): Promise<void> {
    const clean = normalize(path).replace(/^(\.\.[/\\])+/u, '');
    const name = clean === '/' || clean === '' ? 'index.html' : clean;
    try {
      const bytes = await readFile(join(dist, folder, name));
      response.writeHead(200, {
        'content-type': media[extname(name)] ?? 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': name.includes('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(mock.with_policy ? { 'content-security-policy': policy } : {}),
      });
      response.end(bytes);
    } catch {
      send_json(response, 404, { error: { code: 'not_found', message: 'Không có trang này.' } });
    }
  }

  function guarded(handler: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>) {
    return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const url = new URL(request.url ?? '/', 'http://mock');
      mock.requests.push(`${request.method} ${url.pathname}`);
      const fault = mock.faults.find((one) => one.times > 0 && one.path.test(url.pathname) && (one.method ?? request.method) === request.method);
      if (fault !== undefined) {
        fault.times -= 1;
        if (fault.kind === 'no-connection') {
          request.socket.destroy();
          return;
        }
        if (fault.kind === 'status') {
          send_json(response, fault.status ?? 503, { error: { code: 'unavailable', message: 'Máy chủ đang bận.' } });
          return;
        }
        if (fault.kind === 'hold') await fault.until;
        if (fault.kind === 'lose-answer') {
          response.end = (() => {
            request.socket.destroy();
            return response;
          }) as typeof response.end;
        }
      }
      try {
        await handler(request, response, url);
      } catch (error) {
        // The page went away in the middle of its request.
        if (request.destroyed && !(error instanceof Refusal)) return;
        if (error instanceof Refusal) {
          send_json(response, error.status, { error: { code: error.code, message: error.message }, ...error.more },
            error.more.retry_after === undefined ? {} : { 'retry-after': String(error.more.retry_after) });
        } else {
          send_json(response, 500, { error: { code: 'broken', message: 'Có lỗi bên trong máy chủ.' } });
          throw error;
        }
      }
    };
  }

  // ---- the residents' side

  const chat = guarded(async (request, response, url) => {
    const path = url.pathname;
    if (path === '/chat') {
      response.writeHead(308, { location: '/chat/' });
      response.end();
      return;
    }
    if (!path.startsWith('/chat/api/')) {
      await file('chat', path.replace(/^\/chat/u, ''), response);
      return;
    }
    const token = /^Bearer (\S+)$/u.exec(request.headers.authorization ?? '')?.[1] ?? null;
    if (path === '/chat/api/conversations' && request.method === 'POST') {
      await body_of(request);
      send_json(response, 201, { token: desk.new_conversation().token });
      return;
    }
    if (path === '/chat/api/messages' && request.method === 'GET') {
      const after = Number(url.searchParams.get('after') ?? 0);
      const wait = Math.min(25, Math.max(0, Number(url.searchParams.get('wait') ?? 0)));
      const conversation = desk.by_token(token);
      const holder = conversation.holder;
      const fresh = () => conversation.messages.filter((one) => one.id > after);
      if (fresh().length === 0 && wait > 0) {
        await new Promise<void>((done) => {
          const stop = desk.on_resident_change(() => {
            if (fresh().length > 0 || conversation.holder !== holder) finish();
          });
          const timer = setTimeout(finish, wait * 1000);
          function finish(): void {
            stop();
            clearTimeout(timer);
            done();
          }
          response.on('close', finish);
        });
      }
      const one = conversation.case_code === null ? undefined : desk.cases.get(conversation.case_code);
      send_json(response, 200, {
        messages: fresh().map(({ id, from, by, text, choices, at }) => ({ id, from: from === 'outside' ? 'officer' : from, by, text, choices, at })),
        holder: conversation.holder,
        case: one === undefined ? null : { code: one.code, state: one.state },
      });
      return;
    }
    if (path === '/chat/api/messages' && request.method === 'POST') {
      const body = await body_of(request);
      const conversation = desk.by_token(token);
      const payload = typeof body.payload === 'string' ? body.payload : null;
      desk.resident_message(conversation, text_of(body.id), payload === null ? text_of(body.text) : text_of(body.title), payload);
      send_json(response, 200, {});
      return;
    }
    throw new Refusal(404, 'not_found', 'Không có địa chỉ này.');
  });

  // ---- the officers' side

  const cookie_of = (request: IncomingMessage): string | undefined => /(?:^|;\s*)session=([0-9a-f]+)/u.exec(request.headers.cookie ?? '')?.[1];

  const shown_officer = (one: Officer) => ({ id: one.id, name: one.name, login: one.login, role: one.role, units: one.units });
  const listed_officer = (one: Officer) => ({ ...shown_officer(one), disabled: one.disabled, waiting_for_code: one.code !== null });

  function session_answer(token: string | undefined) {
    const session = desk.session(token);
    return {
      setup_needed: desk.setup_code !== null,
      officer: session === null ? null : shown_officer(session.officer),
      csrf: session?.csrf ?? '',
    };
  }

  const desk_side = guarded(async (request, response, url) => {
    const path = url.pathname;
    if (!path.startsWith('/api/')) {
      await file('console', path, response);
      return;
    }
    const token = cookie_of(request);
    const session = desk.session(token);
    const signed_in = (): Officer => {
      if (session === null) throw new Refusal(401, 'not_signed_in', 'Anh/chị đăng nhập lại nhé.');
      return session.officer;
    };
    const admin = (): Officer => {
      const officer = signed_in();
      if (officer.role !== 'admin') throw new Refusal(403, 'forbidden', 'Việc này cần quyền quản trị.');
      return officer;
    };

    if (request.method === 'GET') {
      if (path === '/api/session') return send_json(response, 200, session_answer(token));
      if (path === '/api/units') return send_json(response, 200, { units: desk.units });
      if (path === '/api/cases') return send_json(response, 200, desk.list(signed_in(), url.searchParams.get('state') ?? 'waiting'));
      if (path === '/api/officers') {
        admin();
        return send_json(response, 200, { officers: desk.officers.map(listed_officer) });
      }
      if (path === '/api/stream') {
        signed_in();
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        response.write('event: hello\ndata: {}\n\n');
        streams.add(response);
        response.on('close', () => streams.delete(response));
        return;
      }
      const code = /^\/api\/cases\/([^/]+)$/u.exec(path)?.[1];
      if (code !== undefined) {
        const { one, conversation } = desk.find(signed_in(), decodeURIComponent(code));
        return send_json(response, 200, {
          case: one,
          messages: conversation.messages.map((message) => ({
            ...message,
            text: message.deleted ? '' : message.text,
            choices: message.choices.map(({ title, url: address }) => ({ title, url: address ?? null })),
          })),
          notes: conversation.notes,
        });
      }
      throw new Refusal(404, 'not_found', 'Không có địa chỉ này.');
    }

    if (request.method !== 'POST') throw new Refusal(405, 'method', 'Cách gọi không đúng.');
    const own = request.headers['sec-fetch-site'] === 'same-origin' || request.headers.origin === `http://${request.headers.host ?? ''}`;
    if (!own) throw new Refusal(403, 'foreign', 'Yêu cầu đến từ trang khác.');
    if (!['/api/setup', '/api/sign-in'].includes(path)) {
      signed_in();
      if (request.headers['x-csrf-token'] !== session?.csrf) {
        throw new Refusal(403, 'foreign', 'Yêu cầu không đến từ trang này. Xin tải lại trang.');
      }
    }
    const body = await body_of(request);

    const open = (officer: Officer) => {
      const fresh = desk.open_session(officer);
      send_json(response, 200, session_answer(fresh), { 'set-cookie': `session=${fresh}; HttpOnly; SameSite=Strict; Path=/` });
    };
    if (path === '/api/setup') return open(desk.setup(text_of(body.code), text_of(body.name), text_of(body.login), text_of(body.password)));
    if (path === '/api/sign-in') return open(desk.sign_in(text_of(body.login), text_of(body.password)));
    if (path === '/api/sign-out') {
      if (token !== undefined) desk.close_session(token);
      return send_json(response, 200, {}, { 'set-cookie': 'session=; Max-Age=0; Path=/' });
    }

    const act = /^\/api\/cases\/([^/]+)\/(take|messages|notes|return|close)$/u.exec(path);
    if (act !== null) {
      const officer = signed_in();
      const code = decodeURIComponent(act[1] ?? '');
      const client_id = text_of(body.client_id);
      const text = text_of(body.text);
      if (act[2] === 'take') return send_json(response, 200, { case: desk.take(officer, code) });
      if (act[2] === 'messages') return send_json(response, 200, { message: desk.answer(officer, code, client_id, text) });
      if (act[2] === 'notes') return send_json(response, 200, { note: desk.note(officer, code, client_id, text) });
      if (act[2] === 'return') return send_json(response, 200, { case: desk.hand_back(officer, code, null) });
      return send_json(response, 200, { case: desk.hand_back(officer, code, text_of(body.result)) });
    }
    const again = /^\/api\/messages\/(\d+)\/send-again$/u.exec(path);
    if (again !== null) return send_json(response, 200, { message: desk.send_again(signed_in(), Number(again[1]), text_of(body.client_id)) });
    if (path === '/api/officers') {
      admin();
      const units = Array.isArray(body.units) ? body.units.map(text_of) : [];
      const added = desk.add_officer(text_of(body.name), text_of(body.login), body.role === 'admin' ? 'admin' : ('officer' as Role), units);
      return send_json(response, 200, { officer: listed_officer(added.officer), code: added.code });
    }
    const off = /^\/api\/officers\/(\d+)\/disable$/u.exec(path);
    if (off !== null) {
      admin();
      return send_json(response, 200, { officer: listed_officer(desk.disable(Number(off[1]))) });
    }
    throw new Refusal(404, 'not_found', 'Không có địa chỉ này.');
  });

  const servers: Server[] = [createServer((q, r) => void chat(q, r)), createServer((q, r) => void desk_side(q, r))];
  const ports = [options.chat_port ?? 0, options.console_port ?? 0];
  for (const [i, server] of servers.entries()) {
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(ports[i], '127.0.0.1', done);
    });
  }
  const address = (server: Server | undefined) => `http://127.0.0.1:${(server?.address() as AddressInfo).port}`;
  mock.chat = `${address(servers[0])}/chat/`;
  mock.console = `${address(servers[1])}/`;
  return mock;
}
