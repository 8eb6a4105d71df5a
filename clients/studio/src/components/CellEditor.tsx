// The field in which a cell is edited, at the cell's own place.

import { editText, type NewValue } from "@litebase/client";
import { onMount, type JSX } from "solid-js";
import type { EditModel } from "../state/edits";
import type { Place, ResultModel } from "../state/result";
import { asNewValue } from "../state/values";

export interface CellEditorProps {
  readonly place: Place;
  readonly model: ResultModel;
  readonly edits: EditModel;
  readonly style: JSX.CSSProperties | undefined;
  /** Told where to go next; null to stay. */
  readonly onDone: (step: Place | null) => void;
}

export function CellEditor(props: CellEditorProps): JSX.Element {
  let field!: HTMLInputElement;
  let isDone = false;
  const { place, model, edits } = props;
  const column = model.columns[place.column];
  const cells = model.row(place.row)?.cells ?? [];
  const changed = edits.of(cells)?.values[place.column];
  const before = changed === undefined ? (cells[place.column] ?? null) : changed.cell;
  const text = editText(before, column);

  onMount(() => {
    field.value = text;
    field.focus();
    field.select();
  });
  const done = (step: Place | null): void => {
    isDone = true;
    props.onDone(step);
  };
  const put = (value: NewValue, step: Place | null): void => {
    edits.set(place, value, model);
    done(step);
  };
  const keep = (step: Place | null): void => {
    if (isDone) return;
    if (field.value === text && (before !== null || text === "")) return done(step); // an untouched NULL stays NULL
    put(asNewValue(field.value, column), step);
  };
  const keyed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") done(null);
    else if (event.key === "Enter") keep({ row: event.shiftKey ? -1 : 1, column: 0 });
    else if (event.key === "Tab") keep({ row: 0, column: event.shiftKey ? -1 : 1 });
    else if (command && event.key === "0") put(null, null);
    else return;
    event.preventDefault();
  };
  return (
    <div class="cell-editor" style={props.style}>
      <input
        ref={field}
        aria-label={`Value of ${column?.name ?? "the cell"}`}
        placeholder={before === null ? "NULL" : ""}
        spellcheck={false}
        onKeyDown={keyed}
        onBlur={() => keep(null)}
      />
      <button type="button" class="null-button" title="Set NULL (Ctrl+0)" onMouseDown={() => put(null, null)}>
        NULL
      </button>
    </div>
  );
}
