import { randomUUID } from "node:crypto";

/** An officer's browser without the page: the console's API with its cookie and token. */
export class Officer {
  private cookie = "";
  private csrf = "";

  private constructor(private readonly console: string) {}

  static async setUp(console: string, code: string, name: string, login: string, password = "bốn từ dễ nhớ nhé"): Promise<Officer> {
    const officer = new Officer(console);
    await officer.enter("/api/setup", { code, name, login, password });
    return officer;
  }

  static async signIn(console: string, login: string, password = "bốn từ dễ nhớ nhé"): Promise<Officer> {
    const officer = new Officer(console);
    await officer.enter("/api/sign-in", { login, password });
    return officer;
  }

  private async enter(path: string, body: object): Promise<void> {
    const answer = await fetch(this.console + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    this.cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
    this.csrf = ((await answer.json()) as { csrf: string }).csrf;
  }

  async get(path: string): Promise<any> {
    const answer = await fetch(this.console + path, { headers: { Cookie: this.cookie } });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The status and the body, also when it is refused. `headers` can take the token away or forge an origin. */
  async try(path: string, body: object = {}, headers: Record<string, string> = {}): Promise<{ status: number; body: any }> {
    const answer = await fetch(this.console + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: this.cookie, "X-CSRF-Token": this.csrf, ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async post(path: string, body: object = {}): Promise<any> {
    const answer = await this.try(path, body);
    if (answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async cases(state = "waiting"): Promise<any[]> {
    return (await this.get(`/api/cases?state=${state}`)).cases;
  }

  say(code: string, text: string, id: string = randomUUID()): Promise<any> {
    return this.post(`/api/cases/${code}/messages`, { client_id: id, text });
  }
}

/** A resident's browser without the page: the web chat's API with its token. */
export class WebResident {
  private constructor(private readonly webhooks: string, readonly token: string) {}

  static async begin(webhooks: string): Promise<WebResident> {
    const answer = await fetch(`${webhooks}/chat/api/conversations`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    return new WebResident(webhooks, ((await answer.json()) as { token: string }).token);
  }

  async say(text: string, id: string = randomUUID()): Promise<number> {
    return this.send({ id, text });
  }

  async tap(choice: { title: string; payload: string }): Promise<number> {
    return this.send({ id: randomUUID(), payload: choice.payload, title: choice.title });
  }

  async read(after = 0, wait = 0): Promise<{ messages: any[]; holder: string; case: any }> {
    const answer = await fetch(`${this.webhooks}/chat/api/messages?after=${after}&wait=${wait}`, {
      headers: { Authorization: `Bearer ${this.token}` },
    });
    return (await answer.json()) as any;
  }

  private async send(body: object): Promise<number> {
    const answer = await fetch(`${this.webhooks}/chat/api/messages`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
    });
    return answer.status;
  }
}

/** One number of /metrics; 0 when it has not been counted yet. */
export async function metric(console: string, name: string): Promise<number> {
  const text = await (await fetch(`${console}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`thanthien_${name} `));
  return line ? Number(line.slice(line.lastIndexOf(" "))) : 0;
}
