// Copies a table to a database that is open: which one, under what name, and what became of it.

import type { CopyStructure, CopyTableResponse, ImportMode, ObjectRef } from "@litebase/client";
import { createEffect, createResource, createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import { copyTargets, schemasOf, TableCopy, type CopyWishes } from "../state/table_copy";
import { faultOf } from "../state/faults";
import { count, rowCount } from "../state/units";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FaultView } from "./FaultView";
import { Field, SelectField } from "./Field";
import { ROW_MODES } from "./row_modes";

const STRUCTURES = [
  ["create", "A new table"],
  ["as_needed", "A new table if it is missing"],
  ["existing", "A table that is there"],
] as const satisfies readonly (readonly [CopyStructure, string])[];

export function CopyDialog(props: { connectionId: string; object: ObjectRef; onClose: () => void }): JSX.Element {
  const { connectionId, object } = props;
  const model = new TableCopy(connectionId, object);
  onCleanup(() => model.stop());
  const targets = copyTargets().flatMap(({ name, open }) =>
    open === null ? [] : [[open.connectionId, name] as const],
  );
  const [to, setTo] = createSignal(targets.find(([id]) => id !== connectionId)?.[0] ?? targets[0]?.[0] ?? "");
  const [schema, setSchema] = createSignal("");
  const [name, setName] = createSignal(to() === connectionId ? `${object.name}_copy` : object.name);
  const [structure, setStructure] = createSignal<CopyStructure>("create");
  const [mode, setMode] = createSignal<ImportMode>("insert");
  const [allOrNothing, setAllOrNothing] = createSignal(true);
  const [schemas] = createResource(() => to() || null, schemasOf);
  const known = (): readonly string[] => (schemas.error === undefined ? (schemas.latest?.all ?? []) : []);
  createEffect(() => {
    if (!schemas.loading && schemas.error === undefined) setSchema(schemas()?.usual ?? "");
  });
  const wishes = (): CopyWishes => ({
    connectionId: to(),
    schema: schema(),
    name: name(),
    structure: structure(),
    mode: mode(),
    allOrNothing: allOrNothing(),
  });
  createEffect(() => {
    wishes();
    model.forget();
  });
  /** The schema is not yet one of the database that was chosen last, or nothing can be copied now. */
  const cannot = (): boolean =>
    model.running() !== null || schemas.loading || !known().includes(schema()) || name().trim() === "";
  const submit = (event: Event): void => {
    event.preventDefault();
    if (model.done() === null && !cannot()) void model.run(wishes(), "copy");
  };
  const show = (): void => {
    props.onClose();
    model.show(wishes());
  };
  return (
    <Dialog title="Copy" onClose={props.onClose} onStop={model.running() === null ? null : () => model.stop()}>
      <form onSubmit={submit}>
        <div class="dialog-body">
          <h2>Copy {object.name}</h2>
          <Show when={targets.length > 0} fallback={<p>No database is open that can be written to.</p>}>
            <div class="fields" inert={model.running() !== null}>
              <SelectField label="To" value={to()} options={targets} onChange={setTo} />
              <SelectField
                label="Schema"
                value={schema()}
                options={known().map((one) => [one, one] as const)}
                onChange={setSchema}
              />
              <Field first label="Name of the table" value={name()} onInput={setName} />
              <SelectField label="Into" value={structure()} options={STRUCTURES} onChange={setStructure} />
              <Show when={structure() !== "create"}>
                <SelectField label="Rows" value={mode()} options={ROW_MODES} onChange={setMode} />
              </Show>
              <label class="check wide">
                <input
                  type="checkbox"
                  checked={allOrNothing()}
                  onChange={(event) => setAllOrNothing(event.currentTarget.checked)}
                />
                In one transaction: a copy that stops leaves no rows
              </label>
            </div>
          </Show>
          <Show when={schemas.error as unknown}>{(error) => <FaultView fault={faultOf(error())} />}</Show>
          <Show when={model.running() === "copy"}>
            <div class="progress" role="status">
              <progress />
              <span class="figure">{count(model.rows())} rows copied</span>
            </div>
          </Show>
          <Show when={model.plan()}>{(plan) => <Plan plan={plan()} />}</Show>
          <Show when={model.done()}>
            {(answer) => (
              <div class="copy-done" role="status">
                <p>
                  {rowCount(answer().rows)} stored
                  {answer().skipped === 0 ? "" : `, ${rowCount(answer().skipped)} left as they were`}.
                </p>
                <Warnings answer={answer()} />
              </div>
            )}
          </Show>
          <Show when={model.fault()}>{(fault) => <FaultView fault={fault()} />}</Show>
        </div>
        <div class="dialog-foot">
          <Show when={model.running()} fallback={<Button look="plain" text="Close" onClick={props.onClose} />}>
            <Button look="plain" icon="stop" text="Cancel" onClick={() => model.stop()} />
          </Show>
          <Show
            when={model.done()}
            fallback={
              <>
                <Button
                  look="plain"
                  icon="code"
                  text="Preview"
                  disabled={cannot()}
                  onClick={() => void model.run(wishes(), "preview")}
                />
                <Button look="primary" type="submit" icon="copy" text="Copy" disabled={cannot()} />
              </>
            }
          >
            <Button look="primary" icon="table" text="Show the rows" onClick={show} />
          </Show>
        </div>
      </form>
    </Dialog>
  );
}

function Plan(props: { plan: CopyTableResponse }): JSX.Element {
  return (
    <div class="copy-plan">
      <ol class="statements">
        <For each={props.plan.statements}>
          {(sql) => (
            <li>
              <code>{sql}</code>
            </li>
          )}
        </For>
      </ol>
      <Warnings answer={props.plan} />
    </div>
  );
}

function Warnings(props: { answer: CopyTableResponse }): JSX.Element {
  return <For each={props.answer.warnings}>{(one) => <p class="quiet">{one.message}</p>}</For>;
}
