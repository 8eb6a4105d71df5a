// The changes that are not saved yet: how many, what saving them would run, and what stood in the way.

import { editText, type ApplyEditsResponse, type Cell } from "@litebase/client";
import { createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import type { Conflict, EditModel } from "../state/edits";
import { faultOf, type Fault } from "../state/faults";
import { plural } from "../state/units";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FaultView } from "./FaultView";

export function EditBar(props: { edits: EditModel; onSaved: () => void }): JSX.Element {
  let bar!: HTMLDivElement;
  const { edits } = props;
  const [preview, setPreview] = createSignal<ApplyEditsResponse | null>(null);
  const [fault, setFault] = createSignal<Fault | null>(null);
  const show = async (): Promise<void> => {
    setFault(null);
    try {
      setPreview(await edits.preview());
    } catch (error) {
      setFault(faultOf(error));
    }
  };
  const save = async (): Promise<void> => {
    setFault(null);
    setPreview(null);
    if (await edits.save()) props.onSaved();
  };
  const keyed = (event: KeyboardEvent): void => {
    if (bar.closest("[hidden]") !== null || (edits.size() === 0 && !edits.canRedo)) return; // in a tab that is not in front
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "s") {
      event.preventDefault();
      void save();
    } else if (
      command &&
      event.key.toLowerCase() === "z" &&
      document.activeElement?.classList.contains("grid") === true
    ) {
      event.preventDefault();
      if (event.shiftKey) edits.redo();
      else edits.undo();
    }
  };
  onMount(() => addEventListener("keydown", keyed));
  onCleanup(() => removeEventListener("keydown", keyed));
  return (
    <div class="edit-bar" classList={{ busy: edits.size() > 0 }} ref={bar}>
      <Show when={edits.size() > 0}>
        <span class="edit-count" role="status">
          {plural(edits.size(), "row")} changed, not saved
        </span>
        <span class="bar-space" />
        <Button icon="undo" title="Undo" keys="Ctrl+Z" disabled={!edits.canUndo} onClick={() => edits.undo()} />
        <Button text="Discard" onClick={() => edits.discard()} />
        <Button text="Preview" look="plain" icon="code" onClick={() => void show()} />
        <Button
          text="Save"
          look="primary"
          icon="save"
          keys="Ctrl+S"
          disabled={edits.isSaving()}
          onClick={() => void save()}
        />
      </Show>
      <Show when={edits.fault() ?? fault()}>{(one) => <FaultView fault={one()} />}</Show>
      <Show when={preview()}>
        {(answer) => <Preview answer={answer()} onClose={() => setPreview(null)} onSave={() => void save()} />}
      </Show>
      <Show when={edits.conflicts().length > 0}>
        <Conflicts edits={edits} onSave={() => void save()} onReload={props.onSaved} />
      </Show>
    </div>
  );
}

function Preview(props: { answer: ApplyEditsResponse; onClose: () => void; onSave: () => void }): JSX.Element {
  const values = (params: readonly unknown[]): string => params.map((one) => shown(one as Cell)).join(", ");
  return (
    <Dialog title="What saving runs" class="wide" onClose={props.onClose}>
      <div class="dialog-body">
        <h2>Saving runs {plural(props.answer.statements.length, "statement")}</h2>
        <p class="quiet">All of them or none. Old values are compared, so that nobody's change is overwritten.</p>
        <ol class="statements">
          <For each={props.answer.statements}>
            {(one) => (
              <li>
                <code>{one.sql}</code>
                <Show when={one.params.length > 0}>
                  <span class="quiet">with {values(one.params)}</span>
                </Show>
              </li>
            )}
          </For>
        </ol>
      </div>
      <div class="dialog-foot">
        <Button look="plain" text="Back" onClick={props.onClose} />
        <Button look="primary" icon="save" text="Save" onClick={props.onSave} />
      </div>
    </Dialog>
  );
}

function Conflicts(props: { edits: EditModel; onSave: () => void; onReload: () => void }): JSX.Element {
  const { edits } = props;
  const close = (): void => edits.conflicts().forEach((one) => edits.giveWay(one));
  const decided = (work: () => void): void => {
    const isLast = edits.conflicts().length === 1;
    work();
    if (!isLast) return;
    if (edits.size() > 0) props.onSave();
    else props.onReload();
  };
  return (
    <Dialog title="Somebody else has changed these rows" class="wide" onClose={close}>
      <div class="dialog-body">
        <h2>{plural(edits.conflicts().length, "row")} changed by somebody else</h2>
        <p class="quiet">Nothing was saved. Decide for each row.</p>
        <For each={edits.conflicts()}>
          {(conflict) => (
            <section class="conflict">
              <p>
                {conflict.message ?? (conflict.current === null ? "The row is gone." : "The row has other values now.")}
              </p>
              <Values conflict={conflict} />
              <div class="actions">
                <Button look="plain" text="Keep theirs" onClick={() => decided(() => edits.giveWay(conflict))} />
                <Show when={conflict.current !== null}>
                  <Button look="danger" text="Write mine" onClick={() => decided(() => edits.insist(conflict))} />
                </Show>
              </div>
            </section>
          )}
        </For>
      </div>
    </Dialog>
  );
}

function Values(props: { conflict: Conflict }): JSX.Element {
  const { edit, current } = props.conflict;
  return (
    <table class="facts">
      <thead>
        <tr>
          <th>Column</th>
          <th>You read</th>
          <th>You wrote</th>
          <th>It is now</th>
        </tr>
      </thead>
      <tbody>
        <For each={Object.keys(edit.new ?? edit.old ?? {})}>
          {(name) => (
            <tr>
              <th>{name}</th>
              <td>{shown(edit.old?.[name])}</td>
              <td>{edit.action === "delete" ? "(removed)" : shown(edit.new?.[name] as Cell)}</td>
              <td>{current === null ? "(gone)" : shown(current[name])}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "";
  if (value === null) return "NULL";
  if (typeof value === "object" && "value" in value) return shown(value.value); // with its type
  if (typeof value === "object" && !(value instanceof Uint8Array)) return "DEFAULT";
  const text = editText(value as Cell);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
