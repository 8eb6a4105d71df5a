// How bytes travel to a backend and back. Everything above it is the same for a socket, a pipe, a web page's bridge or
// a test.

/** What a transport tells the client that opened it. */
export interface Receiver {
  /**
   * Takes bytes as they come: whole frames, parts of frames, or several frames in one piece. They are not changed, and
   * may be kept until the rest of a frame is there: give a new array each time.
   */
  bytes(chunk: Uint8Array): void;
  /** Says that the link has ended, once; `error` tells why, when it was not asked for. */
  closed(error?: Error): void;
}

/** One link to a backend. It is opened once; to connect again, make another one. */
export interface Transport {
  /** The secret that `hello` carries. It is read after `open`. */
  readonly token?: string | undefined;
  /** Makes the link and begins to tell `receiver` what comes in. Rejects when there is no link to be had. */
  open(receiver: Receiver): Promise<void>;
  /** Sends one whole frame, after those before it. One that cannot be sent ends the link: by `closed`, or by throwing. */
  send(frame: Uint8Array): void;
  /** Ends the link and whatever was started for it. Resolves when that is done; harmless when it is done already. */
  close(): Promise<void>;
}
