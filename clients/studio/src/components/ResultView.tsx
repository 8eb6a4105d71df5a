// A result: what can be done with its rows, the rows, and their figures.

import { createSignal, Show, type JSX } from "solid-js";
import type { Where } from "../state/sessions";
import { setDialog, setPanel, panel } from "../state/dialogs";
import { ROW_LIMITS, rowLimit, setRowLimit, type RowLimit } from "../state/limits";
import { hasFeature } from "../state/link";
import type { ResultModel } from "../state/result";
import { count, rowCount } from "../state/units";
import { useEditing } from "../state/editable";
import { Button } from "./Button";
import { EditActs } from "./EditActs";
import { EditBar } from "./EditBar";
import { FaultView } from "./FaultView";
import { FilterBar } from "./FilterBar";
import { FindBar } from "./FindBar";
import { Grid } from "./Grid";
import { StatusBar } from "./StatusBar";
import { showCells } from "../state/front";

export interface ResultViewProps {
  readonly model: ResultModel;
  readonly name: string;
  readonly timing: string;
  readonly notices?: number;
  /** Where changes are saved. */
  readonly editing: { readonly profileId: string; readonly where: () => Promise<Where> };
  /** Called when the rows must be read again. */
  readonly onChanged: () => void;
  /** Reads the rows again; undefined where that would run a statement of the person. */
  readonly onReadAgain?: (() => void) | undefined;
  /** Reads the rows again without a limit; undefined where that would do more than read. */
  readonly onReadAll?: (() => void) | undefined;
}

export function ResultView(props: ResultViewProps): JSX.Element {
  const { model } = props;
  const [isFiltering, setFiltering] = createSignal(false);
  const [isFinding, setFinding] = createSignal(false);
  const edits = useEditing(model, props.editing);
  showCells(model, edits);
  const goTo = (event: Event): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("row") as HTMLInputElement;
    const row = Number(field.value.replaceAll(/[,\s]/g, ""));
    const isRow = Number.isSafeInteger(row) && row > 0;
    field.setCustomValidity(isRow ? "" : "Rows are whole numbers from 1.");
    if (isRow) void model.goTo(row - 1);
    else field.reportValidity();
  };
  return (
    <div class="result">
      <div class="bar result-bar">
        <Button
          icon="filter"
          text="Filter"
          pressed={isFiltering() || model.arrangement().filters.length > 0}
          onClick={() => setFiltering((now) => !now)}
        />
        <Button
          icon="search"
          text="Find"
          keys="Ctrl+F"
          pressed={isFinding()}
          onClick={() => setFinding((now) => !now)}
        />
        <Button
          icon="export"
          text="Export"
          disabled={!hasFeature("exports") || model.resultId === null}
          onClick={() => setDialog({ kind: "export", model, name: props.name })}
        />
        <Button
          icon="panel"
          text="Cell"
          title="Show the selected cell"
          keys="Space"
          pressed={panel() === "cell"}
          onClick={() => setPanel((now) => (now === "cell" ? null : "cell"))}
        />
        <Show when={edits()} keyed>
          {(all) => <EditActs edits={all} model={model} />}
        </Show>
        <span class="bar-space" />
        <Show when={props.onReadAgain}>
          {(readAgain) => (
            <Button
              icon="refresh"
              title="Read the rows again"
              disabled={(edits()?.size() ?? 0) > 0}
              onClick={() => readAgain()()}
            />
          )}
        </Show>
        <label class="limit" title="Rows that are read at most, from the next run on">
          <span>Limit</span>
          <select
            aria-label="Rows that are kept at most"
            onChange={(event) => setRowLimit(limitOf(event.currentTarget.value))}
          >
            {ROW_LIMITS.map((limit) => (
              <option value={String(limit)} selected={limit === rowLimit()}>
                {limit === null ? "none" : rowCount(limit)}
              </option>
            ))}
          </select>
        </label>
        <form class="go" onSubmit={goTo}>
          <input
            name="row"
            inputmode="numeric"
            aria-label="Go to row"
            placeholder="Go to row"
            autocomplete="off"
            onInput={(event) => event.currentTarget.setCustomValidity("")}
          />
        </form>
      </div>
      <Show when={isFiltering() || model.arrangement().filters.length > 0}>
        <FilterBar model={model} onClose={() => setFiltering(false)} />
      </Show>
      <Show when={isFinding()}>
        <FindBar model={model} onClose={() => setFinding(false)} />
      </Show>
      <Show when={model.fault()}>{(fault) => <FaultView fault={fault()} />}</Show>
      <div class="grid-place">
        <Grid model={model} edits={edits()} onFind={() => setFinding(true)} />
        <Show when={model.snapshot().total === 0}>
          <div class="no-rows">{model.arrangement().filters.length > 0 ? "No row fits the filter." : "No rows."}</div>
        </Show>
        <Show when={model.waiting()}>
          {(waiting) => (
            <div class="grid-waiting" role="status">
              <span class="spinner" />
              <span class="figure">
                {waiting().what} … {waiting().rows === null ? "" : `${count(waiting().rows ?? 0)} rows`}
              </span>
              <Button text="Stop" look="plain" keys="Esc" onClick={() => model.cancel()} />
            </div>
          )}
        </Show>
      </div>
      <Show when={edits()} keyed>
        {(all) => <EditBar edits={all} onSaved={props.onChanged} />}
      </Show>
      <StatusBar
        model={model}
        timing={props.timing}
        notices={props.notices ?? 0}
        edits={edits()}
        onReadAll={props.onReadAll}
      />
    </div>
  );
}

function limitOf(text: string): RowLimit {
  return text === "null" ? null : (Number(text) as RowLimit);
}
