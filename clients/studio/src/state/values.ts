// What a person types, as a value for a column: the backend takes text for the column's own type.

import type { Column, NewValue } from "@litebase/client";

const HEX = /^0x((?:[0-9a-f]{2})*)$/i;

export function asNewValue(text: string, column: Pick<Column, "kind"> | undefined): NewValue {
  if (column?.kind === "bytes") {
    const digits = HEX.exec(text)?.[1];
    if (digits !== undefined) return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }
  if (column?.kind === "boolean") {
    if (/^(true|t|yes|1)$/i.test(text)) return true;
    if (/^(false|f|no|0)$/i.test(text)) return false;
  }
  return text;
}
