// Cells as text for people. All of this is optional: a cell is a plain value, which an app can display as it likes.

import type { Cell, Column } from "@litebase/contract";

const SHOWN_BYTES = 32;
const CONTROL = /[\u0000-\u001f\u007f]/g;

/**
 * A cell on one line, for a grid: `NULL`, `true`, all digits of a number, `0x66FC72` for bytes (the first 32), and a
 * visible symbol for each line break or other control character.
 */
export function displayText(cell: Cell, column?: Pick<Column, "kind">): string {
  if (cell === null) return "NULL";
  if (cell instanceof Uint8Array) return shortened(cell);
  if (typeof cell !== "string") return editText(cell, column);
  return cell.replaceAll(CONTROL, (one) =>
    one === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + one.charCodeAt(0)),
  );
}

/**
 * A cell as the initial text of an editor: complete and exact. NULL is the empty string, so an editor must itself
 * remember whether a cell is NULL. A whole number in a column of kind `float` is written as a float, `12.0`.
 */
export function editText(cell: Cell, column?: Pick<Column, "kind">): string {
  if (cell === null) return "";
  if (cell instanceof Uint8Array) return hex(cell);
  if (typeof cell !== "number") return String(cell);
  if (Object.is(cell, -0)) return "-0.0";
  return column?.kind === "float" && Number.isSafeInteger(cell) ? cell.toFixed(1) : String(cell);
}

/** Converts a position that the backend counted in code points, such as `details.position`, to an index in a string. */
export function stringIndex(text: string, codePoints: number): number {
  let index = 0;
  for (let left = codePoints; left > 0 && index < text.length; left--) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

function hex(bytes: Uint8Array): string {
  return "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");
}

function shortened(bytes: Uint8Array): string {
  if (bytes.length <= SHOWN_BYTES) return hex(bytes);
  return `${hex(bytes.subarray(0, SHOWN_BYTES))}… (${bytes.length.toLocaleString("en")} bytes)`;
}
