// A link through the plugin. Tauri sends a call again when its answer did not reach the page, for example after
// `window.stop()`, so every call names its link and a number, and the plugin does nothing twice.

import type { Receiver, Transport } from "@litebase/client";
import { invoke } from "@tauri-apps/api/core";

/** Returns a transport over a link of its own to the backend that the plugin runs. `open` waits until it is ready. */
export function tauriTransport(): Transport {
  return new TauriTransport();
}

const NAME_BYTES = 16;

class TauriTransport implements Transport {
  private readonly link = randomName();
  private receiver: Receiver | undefined;
  private opened = false;
  private ended = false;
  private readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  private sending = false;
  private sent = 0;

  async open(receiver: Receiver): Promise<void> {
    this.receiver = receiver;
    this.opened = true;
    try {
      await invoke("plugin:litebase|open", { link: this.link });
    } catch (error) {
      throw errorOf(error);
    }
    void this.receive(receiver);
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.ended) throw new Error("The link to the backend has ended.");
    this.waiting.push(frame);
    if (!this.sending) void this.flush();
  }

  async close(): Promise<void> {
    this.ended = true;
    if (!this.opened) return;
    this.opened = false;
    await invoke("plugin:litebase|close", { link: this.link });
  }

  /** Asks for bytes, one call after the other: the backend writes no faster than the page reads. */
  private async receive(receiver: Receiver): Promise<void> {
    try {
      for (let seq = 1; !this.ended; seq++) {
        const bytes = bytesOf(await invoke("plugin:litebase|receive", { link: this.link, seq }));
        if (this.ended) return;
        if (bytes.length === 0) return this.end();
        receiver.bytes(bytes);
      }
    } catch (error) {
      this.end(errorOf(error));
    }
  }

  /** Sends what waits, one call after the other, because Tauri does not keep the order of calls. */
  private async flush(): Promise<void> {
    this.sending = true;
    try {
      while (this.waiting.length > 0 && !this.ended) {
        const headers = { "litebase-link": this.link, "litebase-seq": String(++this.sent) };
        await invoke("plugin:litebase|send", joined(this.waiting.splice(0)), { headers });
      }
    } catch (error) {
      this.end(errorOf(error));
    } finally {
      this.sending = false;
    }
  }

  private end(error?: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.receiver?.closed(error);
  }
}

/** A name that no other link has. `crypto.randomUUID` is not there on every page. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NAME_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function joined(frames: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = frames;
  if (frames.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(frames.reduce((size, frame) => size + frame.length, 0));
  let offset = 0;
  for (const frame of frames) {
    all.set(frame, offset);
    offset += frame.length;
  }
  return all;
}

/** The bytes of an answer. They are numbers where the page may not use Tauri's fast way, which is worth a complaint. */
function bytesOf(answer: unknown): Uint8Array {
  if (answer instanceof ArrayBuffer) return new Uint8Array(answer);
  if (!Array.isArray(answer)) throw new Error("The plugin answered with something that is not bytes.");
  complain();
  return Uint8Array.from(answer as number[]);
}

let complained = false;

function complain(): void {
  if (complained) return;
  complained = true;
  console.error(
    "LiteBase: bytes arrive as lists of numbers, which is several times slower. Add `connect-src ipc: " +
      "http://ipc.localhost` to the Content Security Policy in tauri.conf.json. If it is there, a call of " +
      "`window.stop()` or a navigation that was broken off made Tauri do so until the page is loaded again.",
  );
}

/** Tauri rejects with texts. */
function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
