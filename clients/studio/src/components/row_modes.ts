// What becomes of rows that a table has already, when others are stored in it.

import type { ImportMode } from "@litebase/client";

export const ROW_MODES = [
  ["insert", "Add all rows"],
  ["skip", "Leave rows that are there as they are"],
  ["upsert", "Change rows that are there"],
  ["replace", "Empty the table first"],
] as const satisfies readonly (readonly [ImportMode, string])[];
