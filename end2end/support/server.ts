import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = path.resolve(import.meta.dirname, "../..");
const binary =
  process.env.MAJLIS_BINARY ?? path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug", "majlis");

const readyWithinMs = 30_000;
const stopWithinMs = 20_000;

export interface StartOptions {
  /** Starts `majlis demo` (simulator, seeded data) instead of `majlis serve`. */
  demo?: boolean;
  /** Settings on top of the fresh data folder and the free port. */
  env?: Record<string, string>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A Majlis of its own: fresh data folder, free port. `stop` keeps the data for a `restart`; `dispose` removes it. */
export class Server {
  readonly url: string;
  readonly dataDir: string;
  readonly #port: number;
  readonly #options: StartOptions;
  #child: ChildProcess | undefined;
  #exit: Promise<Exit> | undefined;
  #stderr = "";

  constructor(port: number, options: StartOptions) {
    this.#port = port;
    this.#options = options;
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = mkdtempSync(path.join(tmpdir(), "majlis-end2end-"));
    alive.add(this);
  }

  /** The page of a demo person: each has a host, and so cookies, of their own. */
  urlFor(name: string): string {
    return `http://${name}.localhost:${this.#port}`;
  }

  /** The one-time link that makes the first admin; null once it is used up, or in a demo. */
  get setupLink(): string | null {
    return this.#stderr.match(/https?:\/\/\S+\/setup\/[^\s"'<>]+/)?.[0] ?? null;
  }

  /** The page with the customers' phones, of a server that is a demo. */
  get phonesUrl(): string {
    const url = this.#stderr.match(/https?:\/\/\S+\/phones\b/)?.[0];
    if (!url) throw new Error(`no phones here; the server said:\n${this.#stderr}`);
    return url;
  }

  /** What the server has said since its last start. */
  stderr(): string {
    return this.#stderr;
  }

  get #env(): Record<string, string | undefined> {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MAJLIS_"));
    return {
      ...Object.fromEntries(inherited),
      MAJLIS_DATA_DIR: this.dataDir,
      MAJLIS_LISTEN: `127.0.0.1:${this.#port}`,
      ...this.#options.env,
    };
  }

  /** Runs a command on the server's data, as its operator would; gives what it printed. */
  command(args: string[], input = ""): string {
    const { status, stdout, stderr } = spawnSync(binary, args, {
      cwd: this.dataDir,
      env: this.#env,
      input,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`majlis ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  /** Puts a file beside the data, for a command that wants one; gives its path. */
  file(name: string, text: string): string {
    const file = path.join(this.dataDir, name);
    writeFileSync(file, text);
    return file;
  }

  async start(): Promise<void> {
    const child = spawn(binary, [this.#options.demo ? "demo" : "serve"], {
      cwd: this.dataDir, // No majlis.toml of the checkout may play in.
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#stderr = "";
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    // "close", not "exit": then all of standard error has been read.
    this.#exit = new Promise((resolve) => {
      child.once("error", (error) => {
        this.#stderr += `${error}\n`;
        resolve({ code: null, signal: null });
      });
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    await this.#ready(child, this.#exit);
  }

  async #ready(child: ChildProcess, exit: Promise<Exit>): Promise<void> {
    let ended = false;
    void exit.then(() => (ended = true));
    const deadline = Date.now() + readyWithinMs;
    while (Date.now() < deadline && !ended) {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      // The doors open before the demo is seeded; that it listens is said after.
      if (answer?.ok && this.#stderr.includes("majlis listens on")) return;
      await sleep(50);
    }
    child.kill("SIGKILL");
    throw new Error(`${binary} ${ended ? "ended" : "was not ready in time"}; it said:\n${this.#stderr}`);
  }

  /** Ends the process and waits for it; SIGKILL plays a crash. The data stays. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Exit | undefined> {
    const [child, exit] = [this.#child, this.#exit];
    if (!child || !exit) return undefined;
    this.#child = undefined;
    child.kill(signal);
    const ended = await Promise.race([exit, sleep(stopWithinMs, undefined, { ref: false })]);
    if (ended) return ended;
    child.kill("SIGKILL");
    throw new Error(`${binary} did not stop on ${signal}; it said:\n${this.#stderr}`);
  }

  /** Starts again on the same data and port, stopping first where it still runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async dispose(): Promise<void> {
    try {
      await this.stop();
    } finally {
      this.abandon();
    }
  }

  /** The last resort, also from an exit handler: nothing asynchronous. */
  abandon(): void {
    this.#child?.kill("SIGKILL");
    rmSync(this.dataDir, { recursive: true, force: true });
    alive.delete(this);
  }
}

const alive = new Set<Server>();
process.on("exit", () => alive.forEach((server) => server.abandon()));

/** Starts a server and waits until it is ready. */
export async function startServer(options: StartOptions = {}): Promise<Server> {
  const server = new Server(await freePort(), options);
  await server.start();
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
