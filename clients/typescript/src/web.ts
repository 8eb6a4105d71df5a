// The exports of `@litebase/client/web`: the transport of a page that reaches a backend through a WebSocket.

import type { Receiver, Transport } from "./transport.js";

/** What the transport needs of a `WebSocket`: that of browsers, of Node.js 22, or of a package. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  // Any function may be assigned, whatever its event is called in the types of the runtime.
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** Where the WebSocket is. */
export interface WebSocketOptions {
  /** For example `wss://example.org/litebase`. Whoever serves it passes the bytes on to a backend, both ways, unchanged. */
  url: string;
  /** The backend's secret, if it wants one. A bridge to a Unix socket needs none, but must know who its callers are. */
  token?: string | undefined;
  /** Makes the WebSocket; default: `new WebSocket(url)`. */
  create?: ((url: string) => WebSocketLike) | undefined;
}

const OPEN = 1; // of `readyState`
const CLOSE_MS = 1000; // until a server that does not answer the closing is given up

/** Returns a transport over a WebSocket whose binary messages are pieces of the stream of frames. */
export function webSocketTransport(options: WebSocketOptions): Transport {
  return new WebSocketTransport(options);
}

class WebSocketTransport implements Transport {
  readonly #token: string | undefined; // not `private`: `console.log` of a client would print it
  private readonly url: string;
  private readonly create: (url: string) => WebSocketLike;
  private socket: WebSocketLike | undefined;
  private ended: Promise<void> | undefined;

  constructor({ url, token, create = (address) => new WebSocket(address) as WebSocketLike }: WebSocketOptions) {
    this.url = url;
    this.#token = token;
    this.create = create;
  }

  get token(): string | undefined {
    return this.#token;
  }

  open(receiver: Receiver): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = (this.socket = this.create(this.url));
      socket.binaryType = "arraybuffer";
      socket.onopen = () => resolve();
      socket.onmessage = ({ data }: { readonly data: unknown }) => {
        if (data instanceof ArrayBuffer) return receiver.bytes(new Uint8Array(data));
        receiver.closed(
          new Error("The WebSocket sent text, and frames are bytes. Does it lead to a LiteBase backend?"),
        );
        socket.close();
      };
      this.ended = new Promise((done) => {
        socket.onerror = () => {
          const why = "Is there a server, and does it accept this page and its token?"; // no runtime tells a page why
          reject(new Error(`The WebSocket could not be opened. ${why}`));
          if (socket.readyState !== OPEN) done(); // in Node.js no `close` follows
        };
        socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
          const why = `code ${code}${reason && `, ${reason}`}`;
          reject(new Error(`The WebSocket was closed before it was open (${why}).`));
          receiver.closed(new Error(`The WebSocket was closed (${why}).`));
          done();
        };
      });
    });
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.socket?.readyState !== OPEN) throw new Error("The WebSocket is not open."); // it would drop the frame
    this.socket.send(frame);
  }

  async close(): Promise<void> {
    this.socket?.close();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((done) => (timer = setTimeout(done, CLOSE_MS)));
    await Promise.race([this.ended, late]);
    clearTimeout(timer);
  }
}
