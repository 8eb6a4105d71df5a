// How many rows of a result are read at most: the person chooses. A result is read to there by itself, so the usual
// limit is one that costs no server much.

import { createSignal } from "solid-js";
import { readSetting, writeSetting } from "./settings";

export const ROW_LIMITS = [1_000, 10_000, 100_000, 1_000_000, null] as const;
export type RowLimit = (typeof ROW_LIMITS)[number];

const [rowLimit, setLimit] = createSignal<RowLimit>(readSetting<RowLimit>("rowLimit", 10_000));
export { rowLimit };

export function setRowLimit(limit: RowLimit): void {
  setLimit(limit);
  writeSetting("rowLimit", limit);
}
