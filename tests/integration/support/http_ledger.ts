import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One request that reached a fake platform. */
export interface Entry {
  /** Milliseconds since the epoch, when the request was complete (or was cut off). */
  at: number;
  method: string;
  /** Without query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  raw: string;
  /** The parsed JSON or form; undefined when it could not be parsed or was never read. */
  body: any;
  /** What the platform did with it, whatever the caller got to hear. */
  effect: "accepted" | "refused" | "none";
  /** What the caller heard: a status, or that the connection ended without an answer. */
  answered: number | "dropped";
  /** For a refusal: why, in words for a failing test. */
  why?: string;
  messageId?: string;
  person?: string;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** What a platform does with a request, before any fault is laid over it. */
export interface Decision extends Answer {
  effect: Entry["effect"];
  why?: string;
  messageId?: string;
  person?: string;
  /** Runs when the answer is out (or lost): echoes and receipts come after it, unless they are told to overtake. */
  afterwards?: () => Promise<unknown> | void;
}

/** What can go wrong on the way. `times` (default 1) requests are hit, one after the other. */
export type Fault =
  /** The answer comes this late. */
  | { kind: "delay"; ms: number; times?: number }
  /** The answer waits until this is settled: a test says when. */
  | { kind: "hold"; until: Promise<unknown>; times?: number }
  /** The connection ends when the head of the request has come: nothing is processed. */
  | { kind: "drop_before_reading"; times?: number }
  /** The whole request was read, then the connection ends: nothing is processed. */
  | { kind: "drop_after_reading"; times?: number }
  /** Processed, then the connection is reset without an answer. */
  | { kind: "reset_after_processing"; times?: number }
  /** Processed, then only half of the answer comes. */
  | { kind: "truncate_after_processing"; times?: number }
  /** Processed, yet the answer says otherwise (a gateway that gave up). */
  | { kind: "status_after_processing"; status: number; times?: number }
  /** Not processed: a bare status, as from a gateway (429, 500, 503, ...). */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: unknown; times?: number }
  /** Not processed: an error of the platform itself. */
  | { kind: "error"; code: number; subcode?: number; status?: number; times?: number };

/** A real HTTP server on a free port that keeps every request and can be told to fail. */
export abstract class FakePlatform {
  readonly ledger: Entry[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private faults: { fault: Fault; left: number; on: (path: string) => boolean }[] = [];
  private waiting: { when: () => boolean; resolve: () => void }[] = [];
  private running = new Set<Promise<unknown>>();
  private closedToConnections = false;
  private ended = false;

  protected constructor() {
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.track(this.serve(request, response));
    });
    this.server.on("connection", (socket) => {
      if (this.closedToConnections) return void socket.resetAndDestroy();
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => {});
    });
  }

  protected async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(0, "127.0.0.1", resolve);
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.ended = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await Promise.allSettled(this.running);
  }

  /** Lays a fault over the next requests (those whose path contains `path`, if given); several queue up. */
  fail(fault: Fault, path = ""): void {
    this.faults.push({ fault, left: fault.times ?? 1, on: (p) => p.includes(path) });
  }

  /** Takes back all faults that have not hit yet. */
  heal(): void {
    this.faults = [];
    this.closedToConnections = false;
  }

  /** Every new connection is reset at once, and idle ones are closed: the platform cannot be reached. */
  cutOff(): void {
    this.closedToConnections = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Requests that had an effect, in order: what people got. */
  get accepted(): Entry[] {
    return this.ledger.filter((entry) => entry.effect === "accepted");
  }

  /** Settles when the ledger satisfies `when`; fails, showing the ledger, after `timeout` ms. */
  async waitFor(when: (ledger: readonly Entry[]) => boolean, what: string, timeout = 20_000): Promise<void> {
    if (when(this.ledger)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((w) => w !== waiter);
        reject(new Error(`waited ${timeout} ms in vain for ${what}; the ledger:\n${this.show()}`));
      }, timeout);
      const waiter = { when: () => when(this.ledger), resolve: () => (clearTimeout(timer), resolve()) };
      this.waiting.push(waiter);
    });
  }

  /** The ledger for the eyes of who reads a failed test. */
  show(): string {
    return this.ledger
      .map((e) => `${e.method} ${e.path} ${e.effect} ${e.answered}${e.why ? ` (${e.why})` : ""} ${e.raw.slice(0, 300)}`)
      .join("\n");
  }

  /** What the platform itself would do. */
  protected abstract decide(entry: Entry): Decision;
  /** The platform's own form of an error. */
  protected abstract error(code: number, subcode?: number, status?: number): Answer;

  /** Waits until all webhooks that were caused by requests (echoes, receipts) are acknowledged. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** Posts until our server acknowledges, through its restarts; gives up when the fake is closed. */
  protected async insist(once: () => Promise<Delivery>): Promise<void> {
    await redeliver(once, 60_000, () => this.ended);
  }

  protected track(work: Promise<unknown>): void {
    const kept = work.catch(() => {}).finally(() => this.running.delete(kept));
    this.running.add(kept);
  }

  private keep(entry: Entry): void {
    this.ledger.push(entry);
    const ready = this.waiting.filter((w) => w.when());
    this.waiting = this.waiting.filter((w) => !ready.includes(w));
    for (const w of ready) w.resolve();
  }

  private takeFault(path: string): Fault | undefined {
    const hit = this.faults.find((f) => f.on(path));
    if (!hit) return undefined;
    if (--hit.left <= 0) this.faults = this.faults.filter((f) => f !== hit);
    return hit.fault;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    const entry: Entry = {
      at: Date.now(),
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      raw: "",
      body: undefined,
      effect: "none",
      answered: "dropped",
    };
    const fault = this.takeFault(url.pathname);
    if (fault?.kind === "drop_before_reading") {
      this.keep(entry);
      return void request.socket.resetAndDestroy();
    }
    const raw = await readAll(request);
    if (raw === undefined) return this.keep(entry); // the caller went away
    entry.at = Date.now();
    entry.raw = raw;
    entry.body = parseBody(raw, request.headers["content-type"] ?? "");
    if (fault?.kind === "drop_after_reading") {
      this.keep(entry);
      return void request.socket.resetAndDestroy();
    }

    if (fault?.kind === "status" || fault?.kind === "error") {
      const answer: Answer =
        fault.kind === "error"
          ? this.error(fault.code, fault.subcode, fault.status)
          : { status: fault.status, body: fault.body ?? "", ...(fault.headers ? { headers: fault.headers } : {}) };
      entry.effect = "refused";
      entry.why = "told to fail";
      entry.answered = answer.status;
      this.keep(entry);
      return send(response, answer);
    }

    const decision = this.decide(entry);
    entry.effect = decision.effect;
    if (decision.why !== undefined) entry.why = decision.why;
    if (decision.messageId !== undefined) entry.messageId = decision.messageId;
    if (decision.person !== undefined) entry.person = decision.person;
    let answer: Answer | undefined = decision;
    if (fault?.kind === "reset_after_processing" || fault?.kind === "truncate_after_processing") answer = undefined;
    if (fault?.kind === "status_after_processing") answer = { status: fault.status, body: "" };
    entry.answered = answer ? answer.status : "dropped";
    this.keep(entry);

    if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.kind === "hold") await fault.until;
    if (fault?.kind === "truncate_after_processing") {
      const text = JSON.stringify(decision.body);
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": String(text.length + 10) });
      response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
    } else if (answer) {
      send(response, answer);
    } else {
      request.socket.resetAndDestroy();
    }
    await decision.afterwards?.();
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    "Content-Type": typeof answer.body === "string" ? "text/html" : "application/json; charset=UTF-8",
    "Content-Length": String(Buffer.byteLength(text)),
    ...answer.headers,
  });
  response.end(text);
}

async function readAll(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(raw: string, type: string): any {
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(raw));
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

// ------------------------------------------------------------------------------------------------ webhooks out

export interface Delivery {
  /** 0: no answer (refused, reset, timed out). */
  status: number;
  body: string;
}

export interface PostOptions {
  /** How often the same bytes are delivered, one after the other. */
  times?: number;
  /** Instead of the right signature; null leaves the header out. */
  signature?: string | null;
  timeout?: number;
}

export async function post(url: string, raw: string, headers: Record<string, string>, timeout = 10_000): Promise<Delivery> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      body: Buffer.from(raw, "utf8"),
      headers: { "Content-Type": "application/json", ...headers },
      signal: AbortSignal.timeout(timeout),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return { status: 0, body: "" };
  }
}

/** Delivers until it is acknowledged, as a platform does; the platform's minutes are shortened to moments. */
export async function redeliver(once: () => Promise<Delivery>, timeout = 30_000, enough = () => false): Promise<number> {
  const end = Date.now() + timeout;
  for (let tries = 1; ; ++tries) {
    if ((await once()).status === 200 || enough()) return tries;
    if (Date.now() > end) throw new Error(`not acknowledged after ${tries} deliveries in ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const hmacHex = (key: string, text: string): string => createHmac("sha256", key).update(text, "utf8").digest("hex");
export const sha256Hex = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

export function same(a: string, b: string): boolean {
  const left = Buffer.from(a), right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** UTF-16 units after NFC: how strictly the fakes count "characters". */
export const units = (text: string): number => text.normalize("NFC").length;
