// The heads of the columns: their names, their order, and what makes them wider.

import { For, Show, type JSX } from "solid-js";
import type { PlacedColumn } from "../grid/layout";
import { isRight, LEAST_PX } from "../grid/widths";
import type { ResultModel } from "../state/result";
import { followPointer } from "./dragging";

export const HEAD_PX = 32;

export interface GridHeadProps {
  readonly model: ResultModel;
  readonly columns: readonly PlacedColumn[];
  readonly gutter: number;
  readonly onResize: (column: number, to: number | "fit") => void;
}

export function GridHead(props: GridHeadProps): JSX.Element {
  const orderOf = (index: number): { descending: boolean; rank: number } | null => {
    const { order } = props.model.arrangement();
    const at = order.findIndex(({ column }) => column === index);
    return at < 0 ? null : { descending: order[at]?.descending === true, rank: order.length > 1 ? at + 1 : 0 };
  };
  const sort = (index: number, adds: boolean): void => {
    const { order } = props.model.arrangement();
    const now = order.find(({ column }) => column === index);
    const others = adds ? order.filter(({ column }) => column !== index) : [];
    const next = now === undefined ? [{ column: index }] : now.descending ? [] : [{ column: index, descending: true }];
    void props.model.arrange({ order: [...others, ...next] });
  };
  const drag = (event: PointerEvent, placed: PlacedColumn): void => {
    event.stopPropagation();
    event.preventDefault();
    const start = event.clientX;
    followPointer((move) => props.onResize(placed.index, Math.max(LEAST_PX, placed.width + move.clientX - start)));
  };
  return (
    <div class="grid-head" role="row">
      <div class="gutter corner" style={{ width: `${props.gutter}px` }} />
      <For each={props.columns}>
        {(placed) => {
          const order = (): ReturnType<typeof orderOf> => orderOf(placed.index);
          return (
            <div
              class="head-cell"
              role="columnheader"
              aria-sort={order() === null ? "none" : order()?.descending === true ? "descending" : "ascending"}
              classList={{ right: isRight(placed.column), sorted: order() !== null }}
              style={{ left: `${props.gutter + placed.x}px`, width: `${placed.width}px` }}
              title={`${placed.column.name} · ${placed.column.db_type}`}
              onClick={(event) => sort(placed.index, event.shiftKey)}
            >
              <span class="head-name">{placed.column.name || "\u00a0"}</span>
              <span class="head-order" aria-hidden="true">
                <Show when={order()}>
                  {(one) => `${one().descending ? "↓" : "↑"}${one().rank === 0 ? "" : one().rank}`}
                </Show>
              </span>
              <span
                class="head-edge"
                onPointerDown={(event) => drag(event, placed)}
                onClick={(event) => event.stopPropagation()}
                onDblClick={(event) => {
                  event.stopPropagation();
                  props.onResize(placed.index, "fit");
                }}
              />
            </div>
          );
        }}
      </For>
    </div>
  );
}
