// A backend of one's own: started as a child process, spoken to over its stdin and stdout, ended with the link.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Receiver, Transport } from "./transport.js";

/** Which backend is started, and how. */
export interface SpawnOptions {
  /** The program; default `litebase-backend`, found in the PATH. It is started without a shell. */
  command?: string | undefined;
  /** Options before `-stdio`, for example `["-log-level", "warn"]`, or those that make `command` a backend. */
  args?: readonly string[] | undefined;
  /** Its working folder, from which relative database paths are read. */
  cwd?: string | undefined;
  /** Its environment; default: that of this process. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Takes each piece of the backend's log (its stderr); default: it is dropped, but for what explains a failed start. */
  onLog?: ((text: string) => void) | undefined;
}

type Backend = ChildProcessByStdio<Writable, Readable, Readable>;

const END_MS = 8000; // the backend needs a few seconds at most: it interrupts what runs and removes its files
const REST_MS = 1000; // for what the backend wrote last and was not read yet
const KEPT_LOG = 2000; // characters

/** A backend that lives as long as the link. If this process dies, it sees the end of its input and ends, too. */
export function spawnTransport(options: SpawnOptions = {}): Transport {
  return new ProcessTransport(options);
}

class ProcessTransport implements Transport {
  private readonly options: SpawnOptions;
  private child: Backend | undefined;
  private ended: Promise<unknown> | undefined;
  private log = "";

  constructor(options: SpawnOptions) {
    this.options = options;
  }

  async open(receiver: Receiver): Promise<void> {
    const { command = "litebase-backend", args = [], cwd, env } = this.options;
    const child = spawn(command, [...args, "-stdio"], { cwd, env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    await once(child, "spawn").catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${error.message}. ${advice(command, cwd, error.code)}`, { cause: error });
    });
    this.child = child;
    this.ended = new Promise((done) => child.once("close", done));
    child.on("error", () => undefined); // a signal that could not be sent; the end is told by `close`
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.keepLog(text));
    child.stdin.on("error", () => undefined); // it has ended; `close` tells how
    child.stdout.on("data", (chunk: Uint8Array) => receiver.bytes(chunk));
    child.on("close", (code, signal) => receiver.closed(new Error(this.story(code, signal))));
  }

  send(frame: Uint8Array): void {
    this.child?.stdin.write(frame);
  }

  /** Ends its input, which is how a client leaves; then SIGTERM, then SIGKILL. */
  async close(): Promise<void> {
    const { child, ended } = this;
    if (child === undefined || ended === undefined) return;
    child.stdin.end();
    const timers = [
      setTimeout(() => child.kill("SIGTERM"), END_MS),
      setTimeout(() => child.kill("SIGKILL"), 2 * END_MS),
    ];
    const letGo = (): void => void timers.push(setTimeout(() => dropOutput(child), REST_MS));
    if (child.exitCode === null && child.signalCode === null) child.once("exit", letGo);
    else letGo();
    await ended;
    timers.forEach(clearTimeout);
  }

  private keepLog(text: string): void {
    this.options.onLog?.(text);
    this.log = (this.log + text).slice(-KEPT_LOG);
  }

  private story(code: number | null, signal: string | null): string {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const last = this.log.trim().split("\n").at(-1) ?? "";
    return `The backend ended ${how}.${last && ` Its last words: ${last}`}`;
  }
}

/** What to look at when a program could not be started. */
function advice(command: string, cwd: string | undefined, code: string | undefined): string {
  const name = JSON.stringify(command);
  if (code === "EACCES") return `Is ${name} a program that may be run? A built backend is in the folder of its name.`;
  const isPath = command.includes("/") || command.includes("\\");
  const where = cwd === undefined ? "" : `, and is there a folder ${JSON.stringify(cwd)}`; // both are ENOENT
  return isPath ? `Is there a program ${name}${where}?` : `Is ${name} installed and in the PATH${where}?`;
}

/** Its streams end late, or never, when a program that it started holds them open, as a starter script's may. */
function dropOutput(child: Backend): void {
  child.stdout.destroy();
  child.stderr.destroy();
}
