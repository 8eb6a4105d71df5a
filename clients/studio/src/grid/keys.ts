// The keys that move through a grid.

import type { Place } from "../state/result";

/** Where a key goes from a place; undefined when it goes nowhere. Rows of -1 mean the last one, wherever it is. */
export function destination(
  event: KeyboardEvent,
  from: Place,
  size: { readonly columns: number; readonly pageRows: number },
): Place | undefined {
  const jump = event.ctrlKey || event.metaKey;
  const { row, column } = from;
  const last = size.columns - 1;
  const inside = (place: Place): Place => ({
    row: place.row,
    column: Math.max(0, Math.min(last, place.column)),
  });
  switch (event.key) {
    case "ArrowUp":
      return inside({ row: jump ? 0 : Math.max(0, row - 1), column });
    case "ArrowDown":
      return inside({ row: jump ? -1 : row + 1, column });
    case "ArrowLeft":
      return inside({ row, column: jump ? 0 : column - 1 });
    case "ArrowRight":
      return inside({ row, column: jump ? last : column + 1 });
    case "PageUp":
      return inside({ row: Math.max(0, row - size.pageRows), column });
    case "PageDown":
      return inside({ row: row + size.pageRows, column });
    case "Home":
      return jump ? { row: 0, column: 0 } : inside({ row, column: 0 });
    case "End":
      return jump ? { row: -1, column: last } : inside({ row, column: last });
    default:
      return undefined;
  }
}
