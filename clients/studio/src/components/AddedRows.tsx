// The rows that are added and not saved: below those that are there, and always in sight.

import { For, type JSX } from "solid-js";
import { cellText, typedLook } from "../grid/cells";
import type { PlacedColumn } from "../grid/layout";
import { ROW_PX } from "../grid/scroll";
import type { EditModel, NewRow } from "../state/edits";
import { Icon } from "./icons";

const MOST_SHOWN = 6; // others are scrolled to

/** The height of so many rows. */
export function addedHeight(rows: number): number {
  return Math.min(rows, MOST_SHOWN) * ROW_PX;
}

export function AddedRows(props: {
  edits: EditModel;
  rows: readonly NewRow[];
  columns: readonly PlacedColumn[];
  gutter: number;
}): JSX.Element {
  return (
    <div
      class="added-rows"
      role="rowgroup"
      aria-label="New rows"
      style={{ height: `${addedHeight(props.rows.length)}px` }}
    >
      <For each={props.rows}>
        {(row) => (
          <div class="row added" role="row">
            <div class="gutter" role="rowheader" style={{ width: `${props.gutter}px` }}>
              <button type="button" title="Do not add this row" onClick={() => props.edits.takeBack(row)}>
                <Icon name="close" />
              </button>
              new
            </div>
            <For each={props.columns}>
              {({ index, column, x, width }) => {
                const now = row.cells[index] ?? { cell: null, isDefault: true };
                return (
                  <div
                    class={`cell ${typedLook(now.cell, column)}`}
                    role="gridcell"
                    style={{ left: `${props.gutter + x}px`, width: `${width}px` }}
                  >
                    {now.isDefault ? "default" : cellText(now.cell, column)}
                  </div>
                );
              }}
            </For>
          </div>
        )}
      </For>
    </div>
  );
}
