import { FakePlatform, hmacHex, post, redeliver, same, units } from "./http_ledger.ts";
import type { Answer, Decision, Delivery, Entry, PostOptions } from "./http_ledger.ts";

export interface MessengerOptions {
  appId?: string;
  appSecret?: string;
  verifyToken?: string;
  pageId?: string;
  accessToken?: string;
  /** The app setting "Require app secret". */
  requireProof?: boolean;
}

/** What a person got, as the person sees it. */
export interface Received {
  id: string;
  text: string;
  quickReplies: { title: string; payload: string }[];
  buttons: { title: string; payload?: string; url?: string }[];
  tag?: string;
}

const inbox = 263902037430900;

/** Facebook's side: the Send API below `${api}`, and webhooks posted to `webhook`. */
export class FakeMessenger extends FakePlatform {
  readonly appId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly pageId: string;
  accessToken: string;
  requireProof: boolean;
  /** Where our server listens: http://127.0.0.1:PORT/webhooks/messenger */
  webhook = "";
  /** Every accepted message comes back as an echo, as with the field `message_echoes` subscribed. */
  echoes = false;
  /** Every accepted message is followed by delivery and read events. */
  receipts = false;
  /** The echo arrives before the Send API has answered: it happens. */
  echoOvertakes = false;
  private readonly refusals = new Map<string, [number, number | undefined]>();
  private count = 0;

  private constructor(options: MessengerOptions) {
    super();
    this.appId = options.appId ?? "1170000000000031";
    this.appSecret = options.appSecret ?? "bi-mat-ung-dung-messenger";
    this.verifyToken = options.verifyToken ?? "ma-xac-minh";
    this.pageId = options.pageId ?? "104500000000001";
    this.accessToken = options.accessToken ?? "EAAfake-page-token";
    this.requireProof = options.requireProof ?? true;
  }

  static async start(options: MessengerOptions = {}): Promise<FakeMessenger> {
    const fake = new FakeMessenger(options);
    await fake.listen();
    return fake;
  }

  /** For `messenger.api` in the configuration. */
  get api(): string {
    return `${this.origin}/v26.0`;
  }

  /** All later sends to this person are refused with this error, as for someone who blocked the page. */
  refuse(person: string, code: number, subcode?: number): void {
    this.refusals.set(person, [code, subcode]);
  }

  /** Messages that `person` got, in order. */
  received(person: string): Received[] {
    return this.accepted
      .filter((entry) => entry.person === person)
      .map((entry) => {
        const message = entry.body.message;
        const payload = message.attachment?.payload;
        return {
          id: entry.messageId!,
          text: message.text ?? payload?.text ?? "",
          quickReplies: (message.quick_replies ?? []).map((q: any) => ({ title: q.title, payload: String(q.payload) })),
          buttons: payload?.buttons ?? [],
          ...(entry.body.tag === undefined ? {} : { tag: entry.body.tag }),
        };
      });
  }

  /** Waits until `person` has got `count` messages and gives them. */
  async waitForMessages(person: string, count: number, timeout?: number): Promise<Received[]> {
    await this.waitFor(() => this.received(person).length >= count, `${count} messages to ${person}`, timeout);
    return this.received(person);
  }

  // ---------------------------------------------------------------------------------------------- Send API

  protected error(code: number, subcode?: number, status = 400): Answer {
    return {
      status,
      body: {
        error: {
          message: `(#${code}) refused by the fake`,
          type: "OAuthException",
          code,
          ...(subcode === undefined ? {} : { error_subcode: subcode }),
          fbtrace_id: "AfakeTrace",
        },
      },
    };
  }

  private refusal(why: string, code: number, subcode?: number, status?: number): Decision {
    return { ...this.error(code, subcode, status), effect: "refused", why };
  }

  protected decide(entry: Entry): Decision {
    const below = /^\/v\d+\.\d+(\/.*)$/.exec(entry.path)?.[1];
    if (below === undefined) return this.refusal("no API version in the path", 2500, undefined, 400);
    const bearer = /^Bearer (.+)$/.exec(entry.headers.authorization ?? "")?.[1];
    const token = bearer ?? entry.query.access_token ?? "";
    if (entry.query.access_token !== undefined) return this.refusal("a token in the address ends in logs", 100);
    if (token === "") return this.refusal("no access token", 190, undefined, 401);
    if (!same(token, this.accessToken)) return this.refusal("wrong access token", 190, 463, 401);
    const proof = entry.query.appsecret_proof;
    if (proof === undefined ? this.requireProof : !same(proof, hmacHex(this.appSecret, token))) {
      return this.refusal("missing or wrong appsecret_proof", 100);
    }
    if (entry.method === "POST" && below === `/${this.pageId}/messages`) return this.send(entry);
    if (entry.method === "POST" && /_thread_control$/.test(below)) {
      return { status: 200, body: { success: true }, effect: "none" };
    }
    if (below === `/${this.pageId}/subscribed_apps`) {
      const body = entry.method === "GET" ? { data: [{ id: this.appId, subscribed_fields: ["messages"] }] } : { success: "true" };
      return { status: 200, body, effect: "none" };
    }
    if (entry.method === "GET") return { status: 200, body: {}, effect: "none" };
    return this.refusal(`no such edge: ${entry.method} ${below}`, 100, 33);
  }

  private send(entry: Entry): Decision {
    if (!/^application\/json\b/.test(entry.headers["content-type"] ?? "")) return this.refusal("not sent as JSON", 100);
    const body = entry.body;
    const person = body?.recipient?.id;
    if (typeof person !== "string" || person === "") return this.refusal("recipient.id is not a text", 100, 2018001);
    if (body.sender_action !== undefined) {
      if (body.message !== undefined) return this.refusal("an action together with a message", 100, 2018014);
      return { status: 200, body: { recipient_id: person }, effect: "none" };
    }
    const why = wrongMessage(body);
    if (why) return this.refusal(why, 100);
    const refused = this.refusals.get(person);
    if (refused) return { ...this.refusal("told to refuse this person", ...refused), person };

    const messageId = `m_fake${++this.count}`;
    const insist = (item: object) => {
      const raw = FakeMessenger.wire(this.envelope([item]));
      return this.insist(() => this.postRaw(raw));
    };
    const echo = async () => {
      if (this.echoes) await insist(this.echoOf(person, messageId, body.message));
    };
    const receipts = async () => {
      if (!this.receipts) return;
      const now = Date.now();
      await insist({ sender: { id: person }, recipient: { id: this.pageId }, delivery: { mids: [messageId], watermark: now } });
      await insist({ ...this.from(person), read: { watermark: now } });
    };
    if (this.echoOvertakes) this.track(echo());
    return {
      status: 200,
      body: { recipient_id: person, message_id: messageId },
      effect: "accepted",
      person,
      messageId,
      afterwards: async () => {
        if (!this.echoOvertakes) await echo();
        await receipts();
      },
    };
  }

  private echoOf(person: string, mid: string, message: any): object {
    return {
      sender: { id: this.pageId },
      recipient: { id: person },
      timestamp: Date.now(),
      message: { mid, is_echo: true, app_id: Number(this.appId), metadata: message.metadata, text: message.text },
    };
  }

  // ---------------------------------------------------------------------------------------------- webhooks

  private from(person: string): { sender: object; recipient: object; timestamp: number } {
    return { sender: { id: person }, recipient: { id: this.pageId }, timestamp: Date.now() };
  }

  nextMid(): string {
    return `m_in${Date.now().toString(36)}_${++this.count}`;
  }

  /** Any items of `messaging` (or `standby`) in one entry of our page. */
  envelope(items: object[], list: "messaging" | "standby" = "messaging"): object {
    return { object: "page", entry: [{ id: this.pageId, time: Date.now(), [list]: items }] };
  }

  /** As Meta writes JSON: everything beyond ASCII escaped, slashes too. */
  static wire(body: object): string {
    return JSON.stringify(body)
      .replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .replace(/\//g, "\\/");
  }

  sign(raw: string): string {
    return `sha256=${hmacHex(this.appSecret, raw)}`;
  }

  /** Posts raw bytes, signed unless told otherwise; the last answer when delivered several times. */
  async postRaw(raw: string, options: PostOptions = {}): Promise<Delivery> {
    const signature = options.signature === undefined ? this.sign(raw) : options.signature;
    let answer: Delivery = { status: 0, body: "" };
    for (let i = 0; i < (options.times ?? 1); ++i) {
      answer = await post(this.webhook, raw, signature === null ? {} : { "X-Hub-Signature-256": signature }, options.timeout);
    }
    return answer;
  }

  async postEvent(item: object, options: PostOptions = {}, list: "messaging" | "standby" = "messaging"): Promise<Delivery> {
    return this.postRaw(FakeMessenger.wire(this.envelope([item], list)), options);
  }

  /** The same bytes until they are acknowledged: how many deliveries it took. */
  async deliver(body: object, timeout?: number): Promise<number> {
    const raw = FakeMessenger.wire(body);
    return redeliver(() => this.postRaw(raw), timeout);
  }

  textEvent(person: string, text: string, mid = this.nextMid()): object {
    return { ...this.from(person), message: { mid, text } };
  }

  async sendText(person: string, text: string, options: PostOptions & { mid?: string } = {}): Promise<Delivery> {
    return this.postEvent(this.textEvent(person, text, options.mid), options);
  }

  /** Taps a quick reply. */
  async tap(person: string, choice: { title: string; payload: string }, options: PostOptions = {}): Promise<Delivery> {
    const message = { mid: this.nextMid(), text: choice.title, quick_reply: { payload: choice.payload } };
    return this.postEvent({ ...this.from(person), message }, options);
  }

  /** Presses a button of a template, the menu or Get Started. */
  async press(person: string, choice: { title: string; payload: string }, options: PostOptions = {}): Promise<Delivery> {
    return this.postEvent({ ...this.from(person), postback: { mid: this.nextMid(), ...choice } }, options);
  }

  async sendAttachment(person: string, type: string, payload: object | null, options: PostOptions = {}): Promise<Delivery> {
    const message = { mid: this.nextMid(), attachments: [{ type, payload }] };
    return this.postEvent({ ...this.from(person), message }, options);
  }

  /** A person of the office writes in the page's inbox. */
  async staffWrites(person: string, text: string, options: PostOptions & { app?: number | null } = {}): Promise<Delivery> {
    const app = options.app === undefined ? inbox : options.app;
    const message = { mid: this.nextMid(), is_echo: true, text, ...(app === null ? {} : { app_id: app }) };
    return this.postEvent({ sender: { id: this.pageId }, recipient: { id: person }, timestamp: Date.now(), message }, options);
  }

  async takeThread(person: string): Promise<Delivery> {
    return this.postEvent({
      ...this.from(person),
      take_thread_control: { previous_owner_app_id: Number(this.appId), new_owner_app_id: inbox, metadata: "" },
    });
  }

  async returnThread(person: string): Promise<Delivery> {
    return this.postEvent({
      ...this.from(person),
      pass_thread_control: { previous_owner_app_id: inbox, new_owner_app_id: Number(this.appId), metadata: "" },
    });
  }

  /** The verification handshake: the whole answer. */
  async verify(token = this.verifyToken, challenge = "1790012345"): Promise<Delivery> {
    const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge });
    const answer = await fetch(`${this.webhook}?${query}`);
    return { status: answer.status, body: await answer.text() };
  }
}

/** What the Send API would object to; "" when nothing. */
function wrongMessage(body: any): string {
  const { message, messaging_type: type, tag } = body;
  if (!["RESPONSE", "UPDATE", "MESSAGE_TAG"].includes(type)) return `messaging_type ${type}`;
  if ((type === "MESSAGE_TAG") !== (tag !== undefined)) return "a tag goes with MESSAGE_TAG only";
  if (tag !== undefined && tag !== "HUMAN_AGENT") return `tag ${tag} is gone`;
  if (typeof message !== "object" || message === null) return "no message";
  if ((message.text === undefined) === (message.attachment === undefined)) return "either text or attachment";
  if (message.text !== undefined && (typeof message.text !== "string" || message.text.trim() === "")) return "empty text";
  if (message.text !== undefined && units(message.text) > 2000) return "text over 2000 characters";
  if (message.metadata !== undefined && units(message.metadata) >= 1000) return "metadata too long";
  if (message.quick_replies !== undefined) {
    const replies = message.quick_replies;
    if (!Array.isArray(replies) || replies.length < 1 || replies.length > 13) return "1 to 13 quick replies";
    for (const q of replies) {
      if (q.content_type !== "text") return `quick reply of type ${q.content_type}`;
      if (!q.title || units(q.title) > 20) return `quick reply title "${q.title}"`;
      if (!q.payload || units(String(q.payload)) > 1000) return "quick reply payload";
    }
  }
  if (message.attachment !== undefined) {
    const payload = message.attachment.payload;
    if (message.attachment.type !== "template" || payload?.template_type !== "button") return "only button templates are known here";
    if (!payload.text || units(payload.text) > 640) return "template text over 640 characters";
    if (!Array.isArray(payload.buttons) || payload.buttons.length < 1 || payload.buttons.length > 3) return "1 to 3 buttons";
    for (const b of payload.buttons) {
      if (!b.title || units(b.title) > 20) return `button title "${b.title}"`;
      if (b.type === "web_url" ? !/^https?:\/\//.test(b.url ?? "") : b.type !== "postback") return `button of type ${b.type}`;
      if (b.type === "postback" && (!b.payload || units(b.payload) > 1000)) return "button payload";
    }
  }
  return "";
}
