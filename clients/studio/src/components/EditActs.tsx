// What adds and removes rows of a table that is shown.

import { createSignal, Show, type JSX } from "solid-js";
import type { EditModel } from "../state/edits";
import type { ResultModel } from "../state/result";
import { Button } from "./Button";
import { RowForm } from "./RowForm";

export function EditActs(props: { edits: EditModel; model: ResultModel }): JSX.Element {
  const [isAdding, setAdding] = createSignal(false);
  const remove = (): void => {
    const selection = props.model.selection();
    if (selection !== null) props.edits.remove(selection, props.model);
  };
  return (
    <>
      <span class="bar-line" />
      <Button icon="plus" text="Add row" onClick={() => setAdding(true)} />
      <Button icon="trash" text="Remove" keys="Del" disabled={props.model.selection() === null} onClick={remove} />
      <Show when={isAdding()}>
        <RowForm edits={props.edits} onClose={() => setAdding(false)} />
      </Show>
    </>
  );
}
