// The interface between the client and whatever carries its bytes: a socket, a pipe, a bridge of a web page, or a test.

/** Receives what a transport delivers; the client implements it. */
export interface Receiver {
  /**
   * Accepts bytes as they arrive: complete frames, parts of frames, or several frames at once. They are not modified,
   * but may be kept until the rest of a frame arrives, so pass a new array each time.
   */
  bytes(chunk: Uint8Array): void;
  /** Reports, once, that the link has ended; `error` says why, unless `close` was called. */
  closed(error?: Error): void;
}

/** One link to a backend. It is opened once; to connect again, create another one. */
export interface Transport {
  /** The secret to send in `hello`. It is read after `open`. */
  readonly token?: string | undefined;
  /** Opens the link and starts to pass what arrives to `receiver`. Rejects if the link cannot be opened. */
  open(receiver: Receiver): Promise<void>;
  /** Sends one complete frame, in order. If that fails, the link ends: the transport calls `closed`, or throws. */
  send(frame: Uint8Array<ArrayBuffer>): void;
  /** Ends the link and whatever was started for it. Resolves when that is done; does nothing the second time. */
  close(): Promise<void>;
}
