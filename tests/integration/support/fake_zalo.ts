import { FakePlatform, hmacHex, post, redeliver, same, sha256Hex, units } from "./http_ledger.ts";
import type { Answer, Decision, Delivery, Entry, PostOptions } from "./http_ledger.ts";

export interface ZaloOptions {
  appId?: string;
  appSecret?: string;
  oaSecretKey?: string;
  oaId?: string;
  refreshToken?: string;
  expiresIn?: number;
}

export interface Received {
  id: string;
  text: string;
  buttons: { title: string; type: string; payload: any }[];
}

/** Zalo's side: openapi and oauth below one address, and webhooks posted to `webhook`. */
export class FakeZalo extends FakePlatform {
  readonly appId: string;
  readonly appSecret: string;
  readonly oaSecretKey: string;
  readonly oaId: string;
  /** Lifetime told for new tokens, in seconds. */
  expiresIn: number;
  /** Where our server listens: http://127.0.0.1:PORT/webhooks/zalo */
  webhook = "";
  echoes = false;
  receipts = false;
  echoOvertakes = false;
  /** False: every message with buttons is refused with -201, as the platform may well do. */
  acceptsButtons = true;
  /** The console switch that demands appsecret_proof. */
  requireProof = false;
  /** Refresh calls by outcome, for the promise "one at a time, single use". */
  readonly refreshes: { token: string; ok: boolean }[] = [];
  private access = "";
  private refresh: string;
  private expired = false;
  private readonly refusals = new Map<string, number>();
  private count = 0;

  private constructor(options: ZaloOptions) {
    super();
    this.appId = options.appId ?? "9007199254740993";
    this.appSecret = options.appSecret ?? "bi-mat-ung-dung-zalo";
    this.oaSecretKey = options.oaSecretKey ?? "khoa-bi-mat-oa";
    this.oaId = options.oaId ?? "3355770099112244668";
    this.refresh = options.refreshToken ?? "fake-refresh-0";
    this.expiresIn = options.expiresIn ?? 90_000;
  }

  static async start(options: ZaloOptions = {}): Promise<FakeZalo> {
    const fake = new FakeZalo(options);
    await fake.listen();
    return fake;
  }

  /** For `zalo.api` and `zalo.oauth` in the configuration. */
  get api(): string {
    return this.origin;
  }

  /** The only refresh token that is good now. */
  get refreshToken(): string {
    return this.refresh;
  }

  get accessToken(): string {
    return this.access;
  }

  /** The access token that is in use dies (-220); its refresh token still works. */
  expireToken(): void {
    this.expired = true;
  }

  /** The refresh token dies too: only a person can authorise again. */
  revoke(): void {
    this.expired = true;
    this.refresh = `revoked-${++this.count}`;
  }

  /** A person authorised the app again in the browser. */
  authorise(): string {
    this.refresh = `fake-refresh-${++this.count}`;
    return this.refresh;
  }

  refuse(person: string, code: number): void {
    this.refusals.set(person, code);
  }

  received(person: string): Received[] {
    return this.accepted
      .filter((entry) => entry.person === person)
      .map((entry) => ({
        id: entry.messageId!,
        text: entry.body.message.text ?? "",
        buttons: entry.body.message.attachment?.payload?.buttons ?? [],
      }));
  }

  async waitForMessages(person: string, count: number, timeout?: number): Promise<Received[]> {
    await this.waitFor(() => this.received(person).length >= count, `${count} messages to ${person}`, timeout);
    return this.received(person);
  }

  // ---------------------------------------------------------------------------------------------- API

  /** Errors come with HTTP 200. */
  protected error(code: number, _subcode?: number, status = 200): Answer {
    return { status, body: { error: code, message: `refused by the fake (${code})` } };
  }

  private refusal(why: string, code: number): Decision {
    return { ...this.error(code), effect: "refused", why };
  }

  protected decide(entry: Entry): Decision {
    if (entry.path === "/v4/oa/access_token") return this.token(entry);
    if (entry.method !== "POST" || entry.path !== "/v3.0/oa/message/cs") {
      return { status: 404, body: { error: -404, message: "empty or invalid API" }, effect: "refused", why: `no such API: ${entry.path}` };
    }
    const token = entry.headers["access_token"];
    if (entry.headers.authorization !== undefined) return this.refusal("the token belongs into access_token", -216);
    if (typeof token !== "string" || this.access === "" || !same(token, this.access)) return this.refusal("wrong access token", -216);
    if (this.expired) return this.refusal("expired access token", -220);
    const proof = entry.headers["appsecret_proof"];
    if (proof === undefined ? this.requireProof : !same(String(proof), hmacHex(this.appSecret, token))) {
      return this.refusal("missing or wrong appsecret_proof", -242);
    }
    if (!/^application\/json\b/.test(entry.headers["content-type"] ?? "")) return this.refusal("not sent as JSON", -201);
    return this.send(entry);
  }

  private token(entry: Entry): Decision {
    const form = entry.body ?? {};
    const refusal = (code: number, why: string): Decision => ({
      status: 200,
      body: { error: code, error_name: why, error_description: why },
      effect: "refused",
      why,
    });
    if (entry.method !== "POST") return refusal(-14001, "not a POST");
    if (!/^application\/x-www-form-urlencoded\b/.test(entry.headers["content-type"] ?? "")) return refusal(-14001, "not a form");
    if (!same(String(entry.headers["secret_key"] ?? ""), this.appSecret)) return refusal(-14004, "wrong secret_key");
    if (form.app_id !== this.appId) return refusal(-14002, "wrong app_id");
    if (form.grant_type !== "refresh_token") return refusal(-14001, "wrong grant_type");
    const ok = form.refresh_token === this.refresh;
    this.refreshes.push({ token: form.refresh_token, ok });
    if (!ok) return refusal(-14014, "Invalid refresh token");
    // Single use: the pair changes here, whether or not the caller ever hears of it.
    this.access = `fake-access-${++this.count}`;
    this.refresh = `fake-refresh-${this.count}`;
    this.expired = false;
    return {
      status: 200,
      body: { access_token: this.access, refresh_token: this.refresh, expires_in: String(this.expiresIn) },
      effect: "none",
    };
  }

  private send(entry: Entry): Decision {
    const person = entry.body?.recipient?.user_id;
    const message = entry.body?.message;
    if (typeof person !== "string" || !/^\d+$/.test(person)) return this.refusal("recipient.user_id is not a text of digits", -201);
    if (typeof message?.text !== "string" || message.text.trim() === "") return this.refusal("no text", -201);
    if (units(message.text) > 2000) return this.refusal("text over 2000 characters", -210);
    if (message.attachment !== undefined) {
      const why = wrongAttachment(message.attachment);
      if (why) return this.refusal(why, -201);
      if (!this.acceptsButtons) return this.refusal("told not to accept buttons", -201);
    }
    const refused = this.refusals.get(person);
    if (refused !== undefined) return { ...this.refusal("told to refuse this person", refused), person };

    const messageId = `c0ffee${(++this.count).toString(16).padStart(14, "0")}`;
    const insist = (name: string, about: object) => {
      const raw = JSON.stringify(this.event(name, this.toPerson(person, about)));
      return this.insist(() => this.postRaw(raw));
    };
    const echo = async () => {
      if (this.echoes) await insist("oa_send_text", { msg_id: messageId, text: message.text });
    };
    const receipts = async () => {
      if (!this.receipts) return;
      await insist("user_received_message", { msg_id: messageId });
      await insist("user_seen_message", { msg_ids: [messageId] });
    };
    if (this.echoOvertakes) this.track(echo());
    return {
      status: 200,
      body: {
        error: 0,
        message: "Success",
        data: { message_id: messageId, user_id: person, sent_time: String(Date.now()), quota: { quota_type: "reply" } },
      },
      effect: "accepted",
      person,
      messageId,
      afterwards: async () => {
        if (!this.echoOvertakes) await echo();
        await receipts();
      },
    };
  }

  // ---------------------------------------------------------------------------------------------- webhooks

  private toPerson(person: string, message: object, sender: object = {}): object {
    return { sender: { id: this.oaId, ...sender }, recipient: { id: person }, message };
  }

  private fromPerson(person: string, message: object): object {
    return { user_id_by_app: `9${person}`, sender: { id: person }, recipient: { id: this.oaId }, message };
  }

  nextId(): string {
    return `7e5a${Date.now().toString(16)}${(++this.count).toString(16)}`;
  }

  /** A whole event, not yet signed. */
  event(name: string, fields: object, timestamp = Date.now()): Record<string, unknown> {
    return { app_id: this.appId, event_name: name, timestamp: String(timestamp), ...fields };
  }

  /** Plain SHA-256 of app id, raw body, the body's timestamp and the OA secret key. */
  sign(raw: string): string {
    const timestamp = /"timestamp"\s*:\s*"?(\d+)/.exec(raw)?.[1] ?? "";
    return `mac=${sha256Hex(this.appId + raw + timestamp + this.oaSecretKey)}`;
  }

  async postRaw(raw: string, options: PostOptions = {}): Promise<Delivery> {
    const signature = options.signature === undefined ? this.sign(raw) : options.signature;
    let answer: Delivery = { status: 0, body: "" };
    for (let i = 0; i < (options.times ?? 1); ++i) {
      const headers: Record<string, string> = signature === null ? {} : { "X-ZEvent-Signature": signature };
      if (i > 0) headers["num_retry"] = String(i);
      answer = await post(this.webhook, raw, headers, options.timeout);
    }
    return answer;
  }

  async postEvent(name: string, fields: object, options: PostOptions = {}): Promise<Delivery> {
    return this.postRaw(JSON.stringify(this.event(name, fields)), options);
  }

  /** The same bytes until they are acknowledged: how many deliveries it took. */
  async deliver(event: object, timeout?: number): Promise<number> {
    const raw = JSON.stringify(event);
    return redeliver(() => this.postRaw(raw), timeout);
  }

  textEvent(person: string, text: string, id = this.nextId()): Record<string, unknown> {
    return this.event("user_send_text", this.fromPerson(person, { msg_id: id, text }));
  }

  async sendText(person: string, text: string, options: PostOptions & { id?: string } = {}): Promise<Delivery> {
    return this.postRaw(JSON.stringify(this.textEvent(person, text, options.id)), options);
  }

  /** Taps a button: its payload is posted as text. */
  async tap(person: string, button: { type: string; payload: any }, options: PostOptions = {}): Promise<Delivery> {
    if (!button.type.startsWith("oa.query.")) throw new Error(`a tap on ${button.type} sends nothing`);
    return this.sendText(person, button.payload, options);
  }

  async sendAttachment(person: string, type: string, payload: object | null, options: PostOptions = {}): Promise<Delivery> {
    return this.postEvent(`user_send_${type}`, this.fromPerson(person, { msg_id: this.nextId(), attachments: [{ type, payload }] }), options);
  }

  async follow(person: string): Promise<Delivery> {
    return this.postEvent("follow", { oa_id: this.oaId, follower: { id: person }, user_id_by_app: `9${person}`, source: "oa_profile" });
  }

  async unfollow(person: string): Promise<Delivery> {
    return this.postEvent("unfollow", { oa_id: this.oaId, follower: { id: person }, user_id_by_app: `9${person}` });
  }

  /** A person of the office writes in OA Manager. */
  async staffWrites(person: string, text: string, options: PostOptions = {}): Promise<Delivery> {
    const fields = this.toPerson(person, { msg_id: this.nextId(), text }, { admin_id: "88001122334455" });
    return this.postEvent("oa_send_text", fields, options);
  }

  async withdraw(person: string): Promise<Delivery> {
    return this.postEvent("user_withdraw", { oa_id: this.oaId, user_id: person, user_id_by_app: `9${person}` });
  }
}

function wrongAttachment(attachment: any): string {
  const buttons = attachment?.payload?.buttons;
  if (attachment?.type !== "template" || attachment.payload?.template_type !== undefined) return "an attachment of another shape";
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 5) return "1 to 5 buttons";
  for (const b of buttons) {
    if (!b.title || units(b.title) > 100) return `button title "${b.title}"`;
    if (b.type === "oa.open.url") {
      if (!/^https?:\/\//.test(b.payload?.url ?? "")) return "button without address";
    } else if (b.type === "oa.query.show" || b.type === "oa.query.hide") {
      if (typeof b.payload !== "string" || b.payload === "" || units(b.payload) > 1000) return "button payload";
    } else {
      return `button of type ${b.type}`;
    }
  }
  return "";
}
