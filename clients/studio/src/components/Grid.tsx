// The grid: draws what is in sight of any number of rows, and moves through them by mouse and keys.

import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, type JSX } from "solid-js";
import { between, columnAt, placed, totalWidth } from "../grid/layout";
import { destination } from "../grid/keys";
import { ROW_PX, RowScroll } from "../grid/scroll";
import { fittedWidths, naturalWidths } from "../grid/widths";
import type { EditModel } from "../state/edits";
import type { Place, ResultModel } from "../state/result";
import { copySelection } from "../state/copy";
import { setPanel } from "../state/dialogs";
import { AddedRows, addedHeight } from "./AddedRows";
import { CellEditor } from "./CellEditor";
import { GridHead, HEAD_PX } from "./GridHead";
import { GridRowView } from "./GridRowView";
import { followPointer } from "./dragging";

const BEYOND_ROWS = 6; // drawn above and below what is in sight
const SETTLE_MS = 120;
const SCROLLBAR_PX = 14;

export interface GridProps {
  readonly model: ResultModel;
  readonly edits: EditModel | null;
  readonly onFind: () => void;
}

export function Grid(props: GridProps): JSX.Element {
  let scroller!: HTMLDivElement;
  let settling: ReturnType<typeof setTimeout> | undefined;
  const { model } = props;
  const scroll = new RowScroll();
  const [view, setView] = createSignal({ width: 0, height: 0 });
  const [left, setLeft] = createSignal(0);
  const [offset, setOffset] = createSignal({ top: 0, bar: 0 }, { equals: false });
  const [widths, setWidths] = createSignal<readonly number[]>([]);
  const [editing, setEditing] = createSignal<Place | null>(null);
  let natural: readonly number[] = [];
  let isSized = false; // by the person

  const gutter = createMemo(() => Math.max(44, String(model.snapshot().rowCount).length * 8 + 20));
  const columns = createMemo(() => placed(model.columns, widths()));
  const inSight = createMemo(() => between(columns(), left(), left() + view().width));
  const width = createMemo(() => gutter() + totalWidth(columns()));

  const added = createMemo(() => props.edits?.added() ?? []);
  const rowsHeight = (): number => Math.max(0, view().height - HEAD_PX - addedHeight(added().length));

  const draw = (): void => {
    scroll.resize(model.snapshot().rowCount, rowsHeight());
    model.cache.show(Math.max(0, scroll.firstRow - BEYOND_ROWS), scroll.endRow + BEYOND_ROWS);
    setOffset({ top: scroll.top, bar: scroller.scrollTop });
  };
  const settle = (): void => {
    const bar = scroll.settled();
    if (Math.abs(scroller.scrollTop - bar) >= 1) scroller.scrollTop = bar;
    draw();
  };
  const scrolled = (): void => {
    setLeft(scroller.scrollLeft);
    scroll.moved(scroller.scrollTop);
    draw();
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  };
  const reveal = ({ row, column }: Place): void => {
    scroll.resize(model.snapshot().rowCount, rowsHeight());
    scroll.reveal(row);
    const at = columns()[column];
    if (at !== undefined) {
      const room = view().width - gutter() - SCROLLBAR_PX;
      if (at.x < scroller.scrollLeft) scroller.scrollLeft = at.x;
      else if (at.x + at.width > scroller.scrollLeft + room)
        scroller.scrollLeft = Math.min(at.x, at.x + at.width - room);
    }
    settle();
  };
  model.reveal = reveal;

  const fit = (): void => {
    if (isSized || view().width === 0) return;
    setWidths(fittedWidths(natural, view().width - gutter() - SCROLLBAR_PX));
  };
  const measure = (): void => {
    const style = getComputedStyle(scroller);
    const size = style.fontSize;
    const fonts = { cell: `${size} ${style.fontFamily}`, head: `600 ${size} ${style.fontFamily}` };
    const rows = model.snapshot().rows.flatMap((row) => (row.state === "ready" ? [row.cells] : []));
    const now = naturalWidths(model.columns, rows, fonts);
    if (now.every((width, at) => width <= (natural[at] ?? 0))) return;
    natural = now.map((width, at) => Math.max(width, natural[at] ?? 0));
    fit();
  };

  onMount(() => {
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = scroller;
      if (clientHeight === 0) return; // in a tab that is not in front
      setView({ width: clientWidth, height: clientHeight });
      settle();
    });
    observer.observe(scroller);
    onCleanup(() => observer.disconnect());
  });
  onCleanup(() => clearTimeout(settling));
  createEffect(
    on([() => model.snapshot().rowCount, () => model.snapshot().source, () => added().length], draw, { defer: true }),
  );
  createEffect(() => {
    const { rows, opening } = model.snapshot();
    if (opening || view().width === 0) return;
    if (rows.some(({ state }) => state === "ready") || model.snapshot().total === 0) measure(); // columns only grow
  });
  createEffect(on(() => view().width, fit, { defer: true }));

  const resize = (column: number, to: number | "fit"): void => {
    isSized = true;
    setWidths((all) => all.map((one, at) => (at === column ? (to === "fit" ? (natural[at] ?? one) : to) : one)));
  };

  const placeAt = (event: PointerEvent | MouseEvent): Place => {
    const box = scroller.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - HEAD_PX + scroll.top) / ROW_PX);
    const x = event.clientX - box.left - gutter() + scroller.scrollLeft;
    const last = Math.max(0, model.snapshot().rowCount - 1);
    return { row: Math.max(0, Math.min(row, last)), column: Math.max(0, columnAt(columns(), x)) };
  };
  const pressed = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target as Element).closest(".grid-head, .cell-editor, .added-rows") !== null)
      return;
    const onBar = event.offsetX > scroller.clientWidth + scroller.scrollLeft && (event.target as Element) === scroller;
    if (onBar || model.snapshot().rowCount === 0) return;
    const whole = (event.target as Element).closest(".gutter") !== null; // a row as a whole
    const last = model.columns.length - 1;
    const at = placeAt(event);
    const anchor = event.shiftKey ? (model.selection()?.anchor ?? at) : whole ? { row: at.row, column: 0 } : at;
    model.select(whole ? { row: at.row, column: last } : at, anchor);
    followPointer((move) => {
      const to = placeAt(move);
      const head = whole ? { row: to.row, column: last } : to;
      const now = model.selection()?.head;
      if (now?.row === head.row && now.column === head.column) return;
      model.select(head, anchor);
      reveal(to);
    });
  };

  const edit = (place: Place): void => {
    if (props.edits?.begin(place, model) === true) setEditing(place);
  };
  const keyed = (event: KeyboardEvent): void => {
    if (editing() !== null) return;
    const selection = model.selection();
    const from = selection?.head ?? { row: 0, column: 0 };
    const to = destination(event, from, { columns: model.columns.length, pageRows: scroll.pageRows });
    const command = event.ctrlKey || event.metaKey;
    if (to !== undefined) {
      event.preventDefault();
      void move(to, event.shiftKey ? selection?.anchor : undefined);
    } else if (command && event.key === "a") {
      event.preventDefault();
      const { rowCount } = model.snapshot();
      if (rowCount > 0) model.select({ row: rowCount - 1, column: model.columns.length - 1 }, { row: 0, column: 0 });
    } else if (command && event.key === "c") {
      event.preventDefault();
      void copySelection(model);
    } else if (command && event.key === "f") {
      event.preventDefault();
      props.onFind();
    } else if (event.key === "F2" || (event.key === "Enter" && !command)) {
      event.preventDefault();
      if (selection !== null) edit(from);
    } else if (event.key === " ") {
      event.preventDefault();
      setPanel((now) => (now === "cell" ? null : "cell"));
    } else if (event.key === "Delete" && selection !== null) props.edits?.remove(selection, model);
  };
  const move = async (to: Place, anchor: Place | undefined): Promise<void> => {
    const { rowCount, total } = model.snapshot();
    if (to.row < 0) await model.goTo(Number.MAX_SAFE_INTEGER, to.column);
    else if (to.row >= rowCount && total === null) await model.goTo(to.row, to.column);
    else {
      const head = { row: Math.min(to.row, Math.max(0, rowCount - 1)), column: to.column };
      model.select(head, anchor ?? head);
      reveal(head);
    }
  };

  const rowsTop = (): number => {
    const { top, bar } = offset();
    return HEAD_PX + bar - (top - model.snapshot().first * ROW_PX);
  };
  const marked = createMemo(() => {
    const selection = model.selection();
    if (selection === null) return null;
    const { first, rows } = model.snapshot();
    const { anchor, head } = selection;
    const from = Math.max(Math.min(anchor.row, head.row), first - 2);
    const until = Math.min(Math.max(anchor.row, head.row), first + rows.length + 1);
    const start = columns()[Math.min(anchor.column, head.column)];
    const end = columns()[Math.max(anchor.column, head.column)];
    const at = columns()[head.column];
    if (start === undefined || end === undefined || at === undefined || until < from) return null;
    return {
      range: {
        left: `${gutter() + start.x}px`,
        width: `${end.x + end.width - start.x}px`,
        top: `${(from - first) * ROW_PX}px`,
        height: `${(until - from + 1) * ROW_PX}px`,
      },
      cell: {
        left: `${gutter() + at.x}px`,
        width: `${at.width}px`,
        top: `${(head.row - first) * ROW_PX}px`,
      },
      inSight: head.row >= first && head.row < first + rows.length,
    };
  });

  return (
    <div
      class="grid"
      role="grid"
      aria-label="Rows"
      aria-rowcount={model.snapshot().total ?? -1}
      aria-colcount={model.columns.length}
      tabindex="0"
      ref={scroller}
      onScroll={scrolled}
      onPointerDown={pressed}
      onDblClick={(event) => {
        if ((event.target as Element).closest(".grid-rows .cell") !== null) edit(placeAt(event));
      }}
      onKeyDown={keyed}
    >
      <div
        class="grid-canvas"
        style={{
          width: `${width()}px`,
          height: `${HEAD_PX + Math.min(1_000_000, model.snapshot().rowCount * ROW_PX) + addedHeight(added().length)}px`,
        }}
      >
        <GridHead model={model} columns={inSight()} gutter={gutter()} onResize={resize} />
        <div class="grid-rows" style={{ top: `${rowsTop()}px`, width: `${width()}px` }}>
          <For each={model.snapshot().rows}>
            {(row) => <GridRowView row={row} columns={inSight()} gutter={gutter()} edits={props.edits} />}
          </For>
          <Show when={marked()}>
            {(mark) => (
              <>
                <div class="selection" style={mark().range} />
                <Show when={mark().inSight}>
                  <div class="active-cell" style={mark().cell} />
                </Show>
              </>
            )}
          </Show>
          <Show when={editing()} keyed>
            {(place) => (
              <CellEditor
                place={place}
                model={model}
                edits={props.edits as EditModel}
                style={marked()?.cell}
                onDone={(step) => {
                  setEditing(null);
                  scroller.focus();
                  if (step !== null)
                    void move({ row: place.row + step.row, column: place.column + step.column }, undefined);
                }}
              />
            )}
          </Show>
        </div>
        <Show when={added().length > 0 && props.edits}>
          {(edits) => <AddedRows edits={edits()} rows={added()} columns={inSight()} gutter={gutter()} />}
        </Show>
      </div>
    </div>
  );
}
