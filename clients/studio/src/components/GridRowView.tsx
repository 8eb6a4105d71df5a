// One row of the grid: its number, and the cells that are in sight.

import type { GridRow } from "@litebase/client/grid";
import { createMemo, For, Match, Show, Switch, type JSX } from "solid-js";
import { cellLook, cellText, typedLook } from "../grid/cells";
import type { PlacedColumn } from "../grid/layout";
import type { EditModel } from "../state/edits";
import { faultOf } from "../state/faults";
import { count } from "../state/units";

export interface GridRowProps {
  readonly row: GridRow;
  readonly columns: readonly PlacedColumn[];
  readonly gutter: number;
  readonly edits: EditModel | null;
}

export function GridRowView(props: GridRowProps): JSX.Element {
  const number = (): number => props.row.index + 1;
  const changes = createMemo(() => (props.row.state === "ready" ? (props.edits?.of(props.row.cells) ?? null) : null));
  return (
    <div
      class="row"
      role="row"
      aria-rowindex={number()}
      classList={{ odd: props.row.index % 2 === 1, [props.row.state]: true, removed: changes()?.removed === true }}
    >
      <div class="gutter" role="rowheader" style={{ width: `${props.gutter}px` }}>
        {count(number())}
      </div>
      <Switch>
        <Match when={props.row.state === "ready" && props.row}>
          {(row) => (
            <For each={props.columns}>
              {(placed) => {
                const changed = (): boolean => changes()?.values[placed.index] !== undefined;
                const cell = () => {
                  const now = changes()?.values[placed.index];
                  return now === undefined ? (row().cells[placed.index] ?? null) : now.cell;
                };
                const isCut = (): boolean => row().cut.some(({ column }) => column === placed.index);
                return (
                  <div
                    class={`cell ${(changed() ? typedLook : cellLook)(cell(), placed.column)}`}
                    classList={{ changed: changed() }}
                    role="gridcell"
                    aria-colindex={placed.index + 1}
                    style={{ left: `${props.gutter + placed.x}px`, width: `${placed.width}px` }}
                  >
                    {changes()?.values[placed.index]?.isDefault === true ? "DEFAULT" : cellText(cell(), placed.column)}
                    <Show when={isCut()}>
                      <span class="cut-mark">…</span>
                    </Show>
                  </div>
                );
              }}
            </For>
          )}
        </Match>
        <Match when={props.row.state === "loading"}>
          <For each={props.columns}>
            {(placed) => (
              <div class="cell waiting" style={{ left: `${props.gutter + placed.x}px`, width: `${placed.width}px` }}>
                <i />
              </div>
            )}
          </For>
        </Match>
        <Match when={props.row.state === "failed" && props.row}>
          {(row) => (
            <div class="cell failed" style={{ left: `${props.gutter}px` }}>
              {faultOf(row().error).message}
            </div>
          )}
        </Match>
      </Switch>
    </div>
  );
}
