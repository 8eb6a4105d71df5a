// The frames that pass between the page and the backend: kept for those who want to see the protocol.

import { decodePayload, FrameReader, type Message } from "@litebase/client";
import { createSignal } from "solid-js";

const KEPT = 500;
const KEPT_BYTES = 16 * 1024 * 1024; // on the wire; large windows would fill the browser's memory
const SHOWN_BYTES = 512;
const SHOWN_CHARACTERS = 20_000;
const HEADER_BYTES = 4;

/** A frame that passed. */
export interface SeenFrame {
  readonly number: number;
  readonly way: "in" | "out";
  readonly message: Message;
  readonly size: number;
  /** Its first bytes. */
  readonly start: Uint8Array;
}

const readers = { in: new FrameReader(), out: new FrameReader() };
let list: SeenFrame[] = []; // the oldest first
let bytes = 0;
let isTold = false;

const [frames, setFrames] = createSignal<readonly SeenFrame[]>([]);
const [frameCount, setFrameCount] = createSignal(0);
export { frames, frameCount };

/** Takes bytes as they pass. */
export function tapFrames(way: "in" | "out", chunk: Uint8Array): void {
  for (const payload of readers[way].read(chunk)) {
    const size = payload.length + HEADER_BYTES;
    const number = frameCount() + 1;
    list.push({ number, way, message: decodePayload(payload), size, start: payload.slice(0, SHOWN_BYTES) });
    bytes += size;
    setFrameCount(number);
    while (list.length > KEPT || (bytes > KEPT_BYTES && list.length > 1)) bytes -= list.shift()?.size ?? 0;
    tell();
  }
}

/** Forgets what was seen. */
export function clearFrames(): void {
  list = [];
  bytes = 0;
  setFrames([]);
}

/** Once for many frames: a page that scrolls has dozens in a moment. */
function tell(): void {
  if (isTold) return;
  isTold = true;
  setTimeout(() => {
    isTold = false;
    setFrames(list.slice().reverse());
  }, 50);
}

/** A frame for people: its message as JSON, and its bytes. */
export function frameText(frame: SeenFrame): string {
  const text = JSON.stringify(frame.message, told, 2);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}\n…` : text;
}

/** The first bytes of a frame's payload, as digits. */
export function frameBytes({ start, size }: SeenFrame): string {
  const lines = [];
  for (let at = 0; at < start.length; at += 16) {
    const line = [...start.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, "0"));
    lines.push(`${at.toString(16).padStart(4, "0")}  ${line.join(" ")}`);
  }
  return lines.join("\n") + (size - HEADER_BYTES > start.length ? "\n…" : "");
}

const SECRETS = new Set(["password", "token", "answer", "init_sql", "tls_key_passphrase"]);

function told(key: string, value: unknown): unknown {
  if (SECRETS.has(key) && typeof value === "string") return "(secret)";
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (Array.isArray(value) && value.length > 0 && value.every((one) => one === null || typeof one !== "object"))
    return value.map((one) => (typeof one === "bigint" ? `${one}n` : JSON.stringify(one))).join(", ");
  return value;
}
