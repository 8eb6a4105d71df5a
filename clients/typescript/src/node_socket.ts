// Transports to a running backend: over its Unix socket, its Windows pipe, or its TCP port.

import { readFile } from "node:fs/promises";
import { connect, type NetConnectOpts, type Socket } from "node:net";
import type { Receiver, Transport } from "./transport.js";

/** The address of a backend that listens on a Unix socket or a Windows pipe. */
export interface UnixOptions {
  /** The path of the socket, or the name of a Windows pipe (`\\.\pipe\...`), as in the backend's ready line. */
  path: string;
}

/** The address of a backend that was started with `-port`. */
export interface TcpOptions {
  port: number;
  /** Default: 127.0.0.1, the only address on which a backend listens. */
  host?: string | undefined;
  /** The backend's secret. Prefer `tokenFile`: a token in source code is not a secret. */
  token?: string | undefined;
  /** The file that contains the secret, as in the backend's ready line. */
  tokenFile?: string | undefined;
}

/** Returns a transport over a Unix socket or a Windows pipe. */
export function unixTransport(options: UnixOptions): Transport {
  return new SocketTransport({ path: options.path });
}

/** Returns a transport over TCP. `tokenFile` is read when the link is opened. */
export function tcpTransport(options: TcpOptions): Transport {
  const { port, host = "127.0.0.1", token, tokenFile } = options;
  return new SocketTransport({ port, host, noDelay: true }, token, tokenFile);
}

class SocketTransport implements Transport {
  #token: string | undefined; // not `private`: `console.log` of a client would print it
  private readonly address: NetConnectOpts;
  private readonly tokenFile: string | undefined;
  private socket: Socket | undefined;

  constructor(address: NetConnectOpts, token?: string, tokenFile?: string) {
    this.address = address;
    this.#token = token;
    this.tokenFile = tokenFile;
  }

  get token(): string | undefined {
    return this.#token;
  }

  async open(receiver: Receiver): Promise<void> {
    if (this.tokenFile !== undefined) this.#token = (await readFile(this.tokenFile, "utf8")).trim();
    const socket = connect(this.address);
    this.socket = socket;
    await connected(socket);
    let failure: Error | undefined;
    socket.on("data", (chunk) => receiver.bytes(chunk));
    socket.on("error", (error) => (failure = error));
    socket.on("close", () => receiver.closed(failure));
  }

  send(frame: Uint8Array): void {
    this.socket?.write(frame);
  }

  async close(): Promise<void> {
    const { socket } = this;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((done) => {
      socket.once("close", () => done());
      socket.destroy();
    });
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve();
    });
  });
}
