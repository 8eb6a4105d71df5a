// Other forms of a cell: JSON with indents, bytes as digits. Digits of numbers stay as they are.

import type { Cell } from "@litebase/client";

const encoder = new TextEncoder();

/** A cell as bytes: text as UTF-8. */
export function bytesOf(cell: Exclude<Cell, null>): Uint8Array {
  return cell instanceof Uint8Array ? cell : encoder.encode(String(cell));
}

/** Whether a text is a JSON object or array. */
export function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gsu;

/** JSON with one value a line. What is not JSON stays as it is: nothing is parsed, so large numbers keep their digits. */
export function indented(text: string): string {
  if (!isJson(text)) return text;
  const parts: string[] = [];
  let level = 0;
  let before = "";
  const line = (): string => `\n${"  ".repeat(level)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) level--;
    if (closes && before !== "{" && before !== "[") parts.push(line());
    else if (!closes && (before === "{" || before === "[" || before === ",")) parts.push(line());
    parts.push(token === ":" ? ": " : token);
    if (token === "{" || token === "[") level++;
    before = token;
  }
  return parts.join("");
}

/** Bytes as digits and characters, eight a line, so that a narrow panel has room for both. */
export function hexDump(bytes: Uint8Array, lines: number): string {
  const out: string[] = [];
  for (let at = 0; at < bytes.length && out.length < lines; at += 8) {
    const part = [...bytes.subarray(at, at + 8)];
    const digits = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const characters = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    out.push(`${at.toString(16).padStart(8, "0")}  ${digits.padEnd(23)}  ${characters}`);
  }
  if (out.length * 8 < bytes.length) out.push(`… of ${bytes.length.toLocaleString("en")} bytes`);
  return out.join("\n");
}
