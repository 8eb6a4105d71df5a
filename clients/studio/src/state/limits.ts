// How many rows of a result are kept at most: the person chooses.

import { createSignal } from "solid-js";
import { readSetting, writeSetting } from "./settings";

export const ROW_LIMITS = [1_000, 10_000, 100_000, 1_000_000, null] as const;
export type RowLimit = (typeof ROW_LIMITS)[number];

const [rowLimit, setLimit] = createSignal<RowLimit>(readSetting<RowLimit>("rowLimit", 1_000_000));
export { rowLimit };

export function setRowLimit(limit: RowLimit): void {
  setLimit(limit);
  writeSetting("rowLimit", limit);
}
