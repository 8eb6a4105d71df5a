// How wide columns are: as their content needs, within bounds, and wider where there is room for what would be cut.

import type { Column, Row } from "@litebase/client";
import { cellText, isNumeric } from "./cells";

export const LEAST_PX = 56;
const USUAL_MOST_PX = 360;
const PADDING_PX = 22; // of a cell, and the line beside it
const HEAD_PX = 20; // for the mark of the order
const LOOKED_AT = 200;

let context: CanvasRenderingContext2D | null | undefined;

function widthOf(text: string, font: string): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 8;
  context.font = font;
  return context.measureText(text).width;
}

/** What each column would need to show everything of the rows at hand. */
export function naturalWidths(
  columns: readonly Column[],
  rows: readonly Row[],
  fonts: { cell: string; head: string },
): number[] {
  return columns.map((column, at) => {
    let widest = widthOf(column.name, fonts.head) + HEAD_PX;
    let longest = "";
    for (const row of rows.slice(0, LOOKED_AT)) {
      const text = cellText(row[at] ?? null, column);
      if (text.length > longest.length) longest = text;
    }
    widest = Math.max(widest, widthOf(longest, fonts.cell));
    return Math.max(LEAST_PX, Math.ceil(widest + PADDING_PX));
  });
}

/**
 * The widths to begin with. Columns that need more than the usual get what room is left, the narrowest first, so that
 * nothing is cut beside free space.
 */
export function fittedWidths(natural: readonly number[], room: number): number[] {
  const widths = natural.map((width) => Math.min(width, USUAL_MOST_PX));
  let left = room - widths.reduce((sum, width) => sum + width, 0);
  const cut = natural
    .map((width, at) => ({ at, missing: width - (widths[at] ?? 0) }))
    .filter(({ missing }) => missing > 0)
    .sort((one, other) => one.missing - other.missing);
  cut.forEach(({ at, missing }, index) => {
    const share = Math.max(0, Math.min(missing, Math.floor(left / (cut.length - index))));
    widths[at] = (widths[at] ?? 0) + share;
    left -= share;
  });
  return widths;
}

/** Whether the cells of a column are at the right side: numbers alone are. */
export function isRight(column: Column): boolean {
  return isNumeric(column);
}
