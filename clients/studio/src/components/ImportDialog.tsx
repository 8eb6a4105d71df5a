// Stores the rows of a file in a table: which file, how it is read, which column goes where, and what became of it.

import type { ImportMode, ImportProblem, ImportRowsResponse, ObjectRef, OnRowError } from "@litebase/client";
import { createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import { ImportModel } from "../state/imports";
import { openTableTab } from "../state/tabs";
import { count, rowCount } from "../state/units";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FaultView } from "./FaultView";
import { Field, SelectField } from "./Field";
import { ImportColumns } from "./ImportColumns";
import { PathField } from "./PathField";
import { ReadingFields } from "./ReadingFields";
import { ROW_MODES } from "./row_modes";

const ON_ERROR = [
  ["stop", "Stop"],
  ["reject", "Write it to a file, and go on"],
] as const satisfies readonly (readonly [OnRowError, string])[];

export function ImportDialog(props: {
  connectionId: string;
  object: ObjectRef | null;
  onClose: () => void;
}): JSX.Element {
  const model = new ImportModel(props.connectionId, props.object);
  const [path, setPath] = createSignal("");
  const [name, setName] = createSignal("");
  const [mode, setMode] = createSignal<ImportMode>("insert");
  const [onError, setOnError] = createSignal<OnRowError>("stop");
  const [allOrNothing, setAllOrNothing] = createSignal(true);
  onCleanup(() => model.stop());
  const isNew = props.object === null;
  const isRead = (): boolean => model.preview() !== null && path().trim() === model.path();
  const obstacle = (): string | null =>
    model.obstacle() ?? (isNew && name().trim() === "" ? "Give the new table a name." : null);

  const read = async (): Promise<void> => {
    await model.read(path().trim());
    if (isNew && name() === "" && model.preview() !== null) setName(nameIn(path()));
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isRead()) void read();
    else void model.run(name(), { mode: mode(), onError: onError(), allOrNothing: allOrNothing() });
  };
  const show = async (): Promise<void> => {
    const table = await model.table(name());
    props.onClose();
    if (table !== null) openTableTab(table, true);
  };
  return (
    <Dialog
      title="Import"
      class="wide"
      onClose={props.onClose}
      onStop={model.running() === null ? null : () => model.stop()}
    >
      <form onSubmit={submit}>
        <div class="dialog-body import">
          <h2>{isNew ? "Import a file into a new table" : `Import rows of a file into ${props.object?.name ?? ""}`}</h2>
          <PathField
            first
            hint
            label="Absolute path on the backend's machine"
            value={path()}
            placeholder="/home/me/rows.csv"
            onInput={setPath}
          />
          <Show when={isRead() && model.preview()}>
            {(preview) => (
              <div class="import-parts" inert={model.running() === "import" || model.done() !== null}>
                <ReadingFields preview={preview()} onChange={(reading) => void model.read(model.path(), reading)} />
                <For each={preview().problems}>
                  {(problem) => (
                    <p class="import-problem">
                      {problemOf(problem)}
                      {problem.line === null ? "" : ` (line ${count(problem.line)})`}
                    </p>
                  )}
                </For>
                <ImportColumns model={model} preview={preview()} />
                <div class="fields">
                  <Show
                    when={isNew}
                    fallback={
                      <SelectField label="Rows of the file" value={mode()} options={ROW_MODES} onChange={setMode} />
                    }
                  >
                    <Field label="Name of the new table" value={name()} onInput={setName} />
                  </Show>
                  <SelectField
                    label="A row that cannot be stored"
                    value={onError()}
                    options={ON_ERROR}
                    onChange={setOnError}
                  />
                  <label class="check wide">
                    <input
                      type="checkbox"
                      checked={allOrNothing()}
                      onChange={(event) => setAllOrNothing(event.currentTarget.checked)}
                    />
                    In one transaction: an import that stops leaves nothing
                  </label>
                </div>
              </div>
            )}
          </Show>
          <Show when={model.running() === "import"}>
            <div class="progress" role="status">
              <progress max={model.preview()?.rows_estimate ?? undefined} value={progressOf(model)} />
              <span class="figure">{count(model.rows())} rows of the file read</span>
            </div>
          </Show>
          <Show when={model.done()}>{(answer) => <Done answer={answer()} />}</Show>
          <Show when={model.fault()}>{(fault) => <FaultView fault={fault()} />}</Show>
        </div>
        <div class="dialog-foot">
          <span class="quiet foot-remark">
            <Show when={isRead() && model.running() === null && model.done() === null}>{obstacle()}</Show>
          </span>
          <Show when={model.running()} fallback={<Button look="plain" text="Close" onClick={props.onClose} />}>
            <Button look="plain" icon="stop" text="Cancel" onClick={() => model.stop()} />
          </Show>
          <Show
            when={model.done()}
            fallback={
              <Button
                look="primary"
                type="submit"
                icon={isRead() ? "import" : "search"}
                text={isRead() ? "Import" : "Read the file"}
                disabled={model.running() !== null || path().trim() === "" || (isRead() && obstacle() !== null)}
              />
            }
          >
            <Button look="primary" icon="table" text="Show the rows" onClick={() => void show()} />
          </Show>
        </div>
      </form>
    </Dialog>
  );
}

function Done(props: { answer: ImportRowsResponse }): JSX.Element {
  const parts = (): string => {
    const { written, skipped } = props.answer;
    return `${rowCount(written)} stored${skipped === 0 ? "" : `, ${rowCount(skipped)} left as they were`}.`;
  };
  return (
    <div class="import-done" role="status">
      <p>{parts()}</p>
      <Show when={props.answer.rejected > 0}>
        <p class="bad">
          {rowCount(props.answer.rejected)} could not be stored; with the reasons in {props.answer.rejects_path}
        </p>
      </Show>
    </div>
  );
}

/** A problem of the file in words for people; some are for programs, which set options. */
function problemOf({ code, column, message }: ImportProblem): string {
  const words = code === "ambiguous_dates" ? "day or month may come first; choose under “Dates”." : message;
  return column === null ? words : `${column}: ${words}`;
}

/** Undefined while it is not known how many rows there are. */
function progressOf(model: ImportModel): number | undefined {
  return model.preview()?.rows_estimate == null ? undefined : model.rows();
}

/** What a table may be called after its file. */
function nameIn(path: string): string {
  const file = path.trim().split(/[/\\]/).at(-1) ?? "";
  return (file.split(".")[0] ?? "").replaceAll(/\W+/g, "_").toLowerCase();
}
