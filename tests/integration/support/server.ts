import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { FakeMessenger } from "./fake_messenger.ts";
import type { FakeZalo } from "./fake_zalo.ts";

export const repository = resolve(fileURLToPath(new URL("../../..", import.meta.url)));
/** The program under test; another build can be named in the environment. */
export function binary(): string {
  const places = ["build/release/bot/thanthien", "build/release/thanthien"].map((path) => join(repository, path));
  return process.env.THANTHIEN_BINARY ?? places.find(existsSync) ?? places[0]!;
}

export interface ServerOptions {
  messenger?: FakeMessenger;
  zalo?: FakeZalo;
  /** Unit of the accounts and of the web chat. */
  unit?: string;
  /** Folders laid over the shipped content. */
  content?: string[];
  /** For `cases`, `tls`, ...: whole lines of YAML at the outermost level. */
  more?: string;
  /** Instead of the written configuration. */
  config?: string;
  environment?: Record<string, string>;
  /** How long a start may take. */
  patience?: number;
}

const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** The real program on a database of its own in a temporary folder; stopped, killed and started again at will. */
export class Server {
  /** `http://127.0.0.1:PORT`: new ports after every start. */
  webhooks = "";
  console = "";
  /** Only printed while there is no account. */
  setupCode = "";
  /** Everything the program wrote on stderr so far, over all its starts. */
  log = "";
  private child: ChildProcess | undefined;
  private exited: Promise<number | null> = Promise.resolve(null);

  private constructor(
    readonly folder: string,
    private readonly options: ServerOptions,
  ) {}

  /** Writes the configuration, starts the program and waits until it has said where it listens. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    if (!existsSync(binary())) {
      throw new Error(`${binary()} does not exist: build it first (cmake --build build/release --target thanthien)`);
    }
    const server = new Server(await mkdtemp(join(tmpdir(), "thanthien-")), options);
    await writeFile(server.configFile, options.config ?? configuration(options));
    try {
      await server.launch();
    } catch (failure) {
      await server.remove();
      throw failure;
    }
    return server;
  }

  get configFile(): string {
    return join(this.folder, "thanthien.yaml");
  }

  get databaseFile(): string {
    return join(this.folder, "thanthien.db");
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** SIGTERM, and the exit code. Fails if the program needs longer than `patience` ms. */
  async stop(patience = 30_000): Promise<number | null> {
    return this.end("SIGTERM", patience);
  }

  /** SIGKILL: no farewell. */
  async kill(): Promise<void> {
    await this.end("SIGKILL", 10_000);
  }

  /** Starts again on the same database, after a stop or a kill. */
  async restart(): Promise<void> {
    if (this.running) await this.stop();
    await this.launch();
  }

  /** Ends what still runs and deletes the folder. */
  async remove(): Promise<void> {
    if (this.running) await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs another command of the program on the same configuration to its end. */
  async run(command: string[], input = ""): Promise<{ code: number | null; out: string; err: string }> {
    const child = spawn(binary(), [...command, "--config", this.configFile], {
      env: { ...process.env, ...this.options.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    children.add(child);
    let out = "", err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.stdin.on("error", () => {}).end(input);
    const code = await new Promise<number | null>((done, fail) => child.on("close", done).on("error", fail));
    children.delete(child);
    return { code, out, err };
  }

  private async end(signal: NodeJS.Signals, patience: number): Promise<number | null> {
    const child = this.child;
    if (!child || !this.running) return this.exited;
    child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`not ended ${patience} ms after ${signal}; its log:\n${this.log.slice(-4000)}`));
      }, patience);
    });
    try {
      return await Promise.race([this.exited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async launch(): Promise<void> {
    this.webhooks = this.console = this.setupCode = "";
    const child = spawn(binary(), ["serve", "--config", this.configFile], {
      cwd: this.folder,
      env: { ...process.env, ...this.options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    children.add(child);
    this.exited = new Promise((done) => {
      child.on("close", (code) => {
        children.delete(child);
        done(code);
      });
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.log += text));

    const patience = this.options.patience ?? 60_000;
    await new Promise<void>((ready, fail) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        fail(new Error(`no addresses after ${patience} ms; the log:\n${this.log.slice(-4000)}`));
      }, patience);
      let rest = "";
      child.stdout!.setEncoding("utf8").on("data", (text: string) => {
        rest += text;
        const lines = rest.split("\n");
        rest = lines.pop()!;
        for (const line of lines) {
          const [, name, value] = /^(webhooks|console|setup code): (\S+)$/.exec(line) ?? [];
          if (name === "webhooks") this.webhooks = value!;
          if (name === "console") this.console = value!;
          if (name === "setup code") this.setupCode = value!;
        }
        if (this.webhooks !== "" && this.console !== "") {
          clearTimeout(timer);
          ready();
        }
      });
      child.on("error", (failure) => (clearTimeout(timer), fail(failure)));
      void this.exited.then((code) => {
        clearTimeout(timer);
        fail(new Error(`ended with ${code ?? child.signalCode} before it listened; the log:\n${this.log.slice(-4000)}`));
      });
    });
    if (this.options.messenger) this.options.messenger.webhook = `${this.webhooks}/webhooks/messenger`;
    if (this.options.zalo) this.options.zalo.webhook = `${this.webhooks}/webhooks/zalo`;
  }
}

/** A configuration as an operator would write it; JSON strings are YAML strings. */
export function configuration(options: ServerOptions): string {
  const q = JSON.stringify;
  const unit = options.unit ?? "tran-bien";
  const lines = [
    "store: sqlite:thanthien.db",
    "webhooks: {listen: 127.0.0.1:0}",
    "console: {listen: 127.0.0.1:0}",
    `web: {unit: ${unit}}`,
  ];
  if (options.content) lines.push(`content: [${options.content.map((folder) => q(folder)).join(", ")}]`);
  if (options.messenger) {
    const m = options.messenger;
    lines.push(
      "messenger:",
      `  app_id: ${q(m.appId)}`,
      `  app_secret: ${q(m.appSecret)}`,
      `  verify_token: ${q(m.verifyToken)}`,
      `  api: ${q(m.api)}`,
      "  pages:",
      `    - {page_id: ${q(m.pageId)}, unit: ${unit}, access_token: ${q(m.accessToken)}}`,
    );
  }
  if (options.zalo) {
    const z = options.zalo;
    lines.push(
      "zalo:",
      `  app_id: ${q(z.appId)}`,
      `  app_secret: ${q(z.appSecret)}`,
      `  oa_secret_key: ${q(z.oaSecretKey)}`,
      `  api: ${q(z.api)}`,
      `  oauth: ${q(z.api)}`,
      "  accounts:",
      `    - {oa_id: ${q(z.oaId)}, unit: ${unit}, refresh_token: ${q(z.refreshToken)}}`,
    );
  }
  if (options.more) lines.push(options.more);
  return lines.join("\n") + "\n";
}

/** Asks again and again until `attempt` gives something; fails with the last error, or with `what`. */
export async function eventually<T>(
  attempt: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  what: string,
  timeout = 20_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    let failure: unknown;
    try {
      const value = await attempt();
      if (value !== undefined && value !== false && value !== null) return value;
    } catch (caught) {
      failure = caught;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${timeout} ms in vain for ${what}${failure === undefined ? "" : `: ${String(failure)}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
