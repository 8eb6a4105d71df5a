// A look at every frame that passes a transport.

import type { Receiver, Transport } from "@litebase/client";

/** Called with each piece of bytes as it is on the wire. Towards the backend each piece is one frame. */
export type Tap = (way: "in" | "out", bytes: Uint8Array) => void;

/** The same transport, whose bytes `tap` sees. */
export function tapped(transport: Transport, tap: Tap): Transport {
  return {
    open: (receiver: Receiver) =>
      transport.open({
        bytes: (chunk) => {
          tap("in", chunk);
          receiver.bytes(chunk);
        },
        closed: (error) => receiver.closed(error),
      }),
    send: (frame) => {
      tap("out", frame);
      transport.send(frame);
    },
    close: () => transport.close(),
  };
}
