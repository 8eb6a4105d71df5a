// How the page reaches a backend: through the process that shows it, a Tauri app, or through a WebSocket.

import type { Receiver, Transport } from "@litebase/client";
import { webSocketTransport } from "@litebase/client/web";

/** Whether this is the window of a Tauri app. */
export const inTauri = "__TAURI_INTERNALS__" in globalThis;

/** Sees bytes as they pass. */
export type Tap = (way: "in" | "out", bytes: Uint8Array) => void;

/** The transport for the place where this page runs. */
export async function pickTransport(): Promise<Transport> {
  if (inTauri) {
    const { tauriTransport } = await import("@litebase/tauri");
    return tauriTransport();
  }
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return webSocketTransport({ url: `${scheme}://${location.host}/channel?token=${encodeURIComponent(token)}` });
}

/** The same transport, whose bytes `tap` sees. */
export function tapped(transport: Transport, tap: Tap): Transport {
  return {
    get token() {
      return transport.token;
    },
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
