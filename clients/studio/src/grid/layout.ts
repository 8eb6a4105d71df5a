// Where the columns of a grid are, and which of them are in sight.

import type { Column } from "@litebase/client";

/** A column at its place. */
export interface PlacedColumn {
  readonly index: number;
  readonly column: Column;
  readonly x: number;
  readonly width: number;
}

const BEYOND_PX = 200; // drawn left and right of what is in sight

export function placed(columns: readonly Column[], widths: readonly number[]): PlacedColumn[] {
  let x = 0;
  return columns.map((column, index) => {
    const width = widths[index] ?? 0;
    const one = { index, column, x, width };
    x += width;
    return one;
  });
}

export function totalWidth(columns: readonly PlacedColumn[]): number {
  const last = columns.at(-1);
  return last === undefined ? 0 : last.x + last.width;
}

/** The columns between two places. */
export function between(columns: readonly PlacedColumn[], left: number, right: number): PlacedColumn[] {
  return columns.filter(({ x, width }) => x + width > left - BEYOND_PX && x < right + BEYOND_PX);
}

/** The column at a place, the last one for places beyond. */
export function columnAt(columns: readonly PlacedColumn[], x: number): number {
  const at = columns.findIndex((one) => x < one.x + one.width);
  return at < 0 ? columns.length - 1 : at;
}
