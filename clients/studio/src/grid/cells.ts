// Cells as a grid shows them: on one line, short, and numbers at the right side.

import { displayText, type Cell, type Column } from "@litebase/client";

const DRAWN_CHARACTERS = 400; // more than a cell has room for; whole long texts make scrolling stand still
const NUMBERS = new Set<string>(["integer", "float", "decimal"]);
const DIGITS = /^[+-]?([\d.]*\d\.?(e[+-]?\d+)?|nan|inf(inity)?)$/i;

/** Whether a column is made for numbers. */
export function isNumeric({ kind }: Pick<Column, "kind">): boolean {
  return NUMBERS.has(kind);
}

/** What is drawn of a cell. */
export function cellText(cell: Cell, column: Pick<Column, "kind">): string {
  if (cell instanceof Uint8Array) return displayText(cell, column);
  if (typeof cell !== "string") return displayText(cell, column);
  if (cell.length <= DRAWN_CHARACTERS) return displayText(cell, column);
  return `${displayText(cell.slice(0, DRAWN_CHARACTERS), column)}…`;
}

/** How a cell looks that was typed: the backend makes the column's type of its text. */
export function typedLook(cell: Cell, column: Pick<Column, "kind">): string {
  const isNumber = typeof cell === "string" && isNumeric(column) && DIGITS.test(cell.trim());
  return isNumber ? "number" : cellLook(cell, column);
}

/** How a cell looks: `number` is at the right side, all others at the left. */
export function cellLook(cell: Cell, column: Pick<Column, "kind">): string {
  if (cell === null) return isNumeric(column) ? "null number" : "null";
  if (cell instanceof Uint8Array) return "bytes";
  if (typeof cell === "number" || typeof cell === "bigint") return "number";
  if (typeof cell === "boolean") return "boolean";
  if (cell === "") return "empty";
  return column.kind === "decimal" && DIGITS.test(cell) ? "number" : "text";
}
