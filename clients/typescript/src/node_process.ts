// A transport that starts a backend as a child process and talks to it over its stdin and stdout.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Receiver, Transport } from "./transport.js";

/** Which backend to start, and how. */
export interface SpawnOptions {
  /** The program; default `litebase-backend`, looked up in the PATH. It is started without a shell. */
  command?: string | undefined;
  /** Arguments before `-stdio`, for example `["-log-level", "warn"]`, or those that make `command` start a backend. */
  args?: readonly string[] | undefined;
  /** Its working directory, to which paths of databases are relative. */
  cwd?: string | undefined;
  /** Its environment; default: the environment of this process. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Receives the backend's log (its stderr) in chunks; default: only its last line is kept, for an error message. */
  onLog?: ((text: string) => void) | undefined;
}

type Backend = ChildProcessByStdio<Writable, Readable, Readable>;

const END_MS = 8000; // the backend needs at most a few seconds to interrupt running statements and remove its files
const DRAIN_MS = 1000; // to read what the backend wrote last
const KEPT_LOG = 2000; // characters

/** Starts a backend that lives as long as the link. If this process dies, the backend's input ends and it exits. */
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
    await once(child, "spawn").catch((error: Error & { code?: string }) => {
      throw new Error(`${error.message}. ${advice(command, cwd, error.code)}`, { cause: error });
    });
    this.child = child;
    this.ended = new Promise((done) => child.once("close", done));
    child.on("error", () => undefined); // a signal that could not be sent; `close` reports the end
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.keepLog(text));
    child.stdin.on("error", () => undefined); // the backend has ended; `close` reports how
    child.stdout.on("data", (chunk: Uint8Array) => receiver.bytes(chunk));
    child.on("close", (code, signal) => receiver.closed(new Error(this.ending(code, signal))));
  }

  send(frame: Uint8Array): void {
    this.child?.stdin.write(frame);
  }

  /** Closes the backend's input, which asks it to exit; if it does not, sends SIGTERM and then SIGKILL. */
  async close(): Promise<void> {
    const { child, ended } = this;
    if (child === undefined || ended === undefined) return;
    child.stdin.end();
    const timers = [
      setTimeout(() => child.kill("SIGTERM"), END_MS),
      setTimeout(() => child.kill("SIGKILL"), 2 * END_MS),
    ];
    const letGo = (): void => void timers.push(setTimeout(() => dropOutput(child), DRAIN_MS));
    if (child.exitCode === null && child.signalCode === null) child.once("exit", letGo);
    else letGo();
    await ended;
    timers.forEach(clearTimeout);
  }

  private keepLog(text: string): void {
    this.options.onLog?.(text);
    this.log = (this.log + text).slice(-KEPT_LOG);
  }

  private ending(code: number | null, signal: string | null): string {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const last = this.log.trim().split("\n").at(-1) ?? "";
    return `The backend ended ${how}.${last && ` The last line of its log: ${last}`}`;
  }
}

/** What to check when a program could not be started. */
function advice(command: string, cwd: string | undefined, code: string | undefined): string {
  const name = JSON.stringify(command);
  if (code === "EACCES") return `Is ${name} an executable file? A built backend is inside the folder of the same name.`;
  const isPath = command.includes("/") || command.includes("\\");
  const where = cwd === undefined ? "" : `, and is there a folder ${JSON.stringify(cwd)}`; // both are ENOENT
  return isPath ? `Is there a program ${name}${where}?` : `Is ${name} installed and in the PATH${where}?`;
}

/** The streams end late, or never, while another process, for example a child of a wrapper script, has them open. */
function dropOutput(child: Backend): void {
  child.stdout.destroy();
  child.stderr.destroy();
}
