// The link of a web page: a WebSocket to the playground's bridge, and a look at every frame that passes.

import type { Receiver, Transport } from "@litebase/client";

/** Called with each piece of bytes as it is on the wire. Towards the backend each piece is one frame. */
export type Tap = (way: "in" | "out", bytes: Uint8Array) => void;

/** A link to the bridge at `url`. */
export function webSocketTransport(url: string, tap: Tap): Transport {
  let socket: WebSocket | undefined;
  let closed: Promise<void> | undefined;
  return {
    open: (receiver: Receiver) =>
      new Promise((resolve, reject) => {
        const opening = new WebSocket(url);
        opening.binaryType = "arraybuffer";
        opening.onopen = () => resolve();
        opening.onerror = () => reject(new Error("The bridge refused the page. Open the address that was printed."));
        opening.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
          const bytes = new Uint8Array(data);
          tap("in", bytes);
          receiver.bytes(bytes);
        };
        closed = new Promise((done) => {
          opening.onclose = () => {
            receiver.closed(new Error("The bridge has ended."));
            done();
          };
        });
        socket = opening;
      }),
    send: (frame: Uint8Array) => {
      tap("out", frame);
      socket?.send(new Uint8Array(frame));
    },
    close: async () => {
      socket?.close();
      await closed;
    },
  };
}
