// The list of frames: which way, which type, how large; and one of them as text and as bytes.

import { decodePayload, FrameReader, type Message } from "@litebase/client";

const KEPT = 500;
const KEPT_BYTES = 16 * 1024 * 1024; // on the wire; a page of large windows would fill the browser's memory
const SHOWN_BYTES = 512;
const SHOWN_CHARACTERS = 20_000;
const HEADER_BYTES = 4;

interface Seen {
  readonly way: "in" | "out";
  readonly message: Message;
  readonly size: number;
  readonly start: Uint8Array;
}

/** Shows what passes. */
export class FrameList {
  private readonly readers = { in: new FrameReader(), out: new FrameReader() };
  private readonly list: HTMLElement;
  private readonly detail: HTMLElement;
  private readonly counter: HTMLElement;
  private readonly sizes: number[] = []; // of what is in the list, the oldest first
  private bytes = 0; // their sum
  private count = 0;

  constructor(list: HTMLElement, detail: HTMLElement, counter: HTMLElement) {
    this.list = list;
    this.detail = detail;
    this.counter = counter;
  }

  /** Takes bytes as they pass. */
  readonly tap = (way: "in" | "out", bytes: Uint8Array): void => {
    for (const payload of this.readers[way].read(bytes)) {
      const start = payload.slice(0, SHOWN_BYTES);
      this.add({ way, message: decodePayload(payload), size: payload.length + HEADER_BYTES, start });
    }
  };

  /** Forgets everything that was seen. */
  clear(): void {
    this.count = 0;
    this.bytes = 0;
    this.sizes.length = 0;
    this.counter.textContent = "";
    this.list.replaceChildren();
    this.detail.textContent = "";
  }

  private add(seen: Seen): void {
    const item = document.createElement("li");
    item.className = seen.way;
    item.append(
      span("way", seen.way === "out" ? "→" : "←"),
      span(seen.message.type === "error" ? "error" : "type", seen.message.type),
      span("size", `${seen.size.toLocaleString("en")} B`),
    );
    item.onclick = () => this.show(item, seen);
    this.list.prepend(item);
    this.sizes.push(seen.size);
    this.bytes += seen.size;
    this.forgetOld();
    this.count += 1;
    this.counter.textContent = String(this.count);
  }

  private forgetOld(): void {
    while (this.sizes.length > KEPT || (this.bytes > KEPT_BYTES && this.sizes.length > 1)) {
      this.bytes -= this.sizes.shift() ?? 0;
      this.list.lastElementChild?.remove();
    }
  }

  private show(item: HTMLElement, seen: Seen): void {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === item));
    this.detail.textContent = `${asText(seen.message)}\n\n${asBytes(seen)}`;
  }
}

function span(kind: string, text: string): HTMLElement {
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = text;
  return made;
}

function asText(message: Message): string {
  const text = JSON.stringify(message, told, 2);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}\n…` : text;
}

function told(key: string, value: unknown): unknown {
  if (key === "password" || key === "token") return "(secret)";
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (Array.isArray(value) && value.every((one) => one === null || typeof one !== "object"))
    return value.map(flat).join(", ");
  return value;
}

function flat(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
}

function asBytes({ start, size }: Seen): string {
  const lines = [];
  for (let at = 0; at < start.length; at += 16) {
    const line = [...start.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, "0"));
    lines.push(`${at.toString(16).padStart(4, "0")}  ${line.join(" ")}`);
  }
  return lines.join("\n") + (size - HEADER_BYTES > start.length ? "\n…" : "");
}
