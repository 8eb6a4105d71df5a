// The conditions that the rows of a grid fulfil.

import type { FilterOperator, ResultFilter } from "@litebase/client";
import { createSignal, For, Index, onMount, Show, type JSX } from "solid-js";
import type { ResultModel } from "../state/result";
import { Button } from "./Button";

const OPERATORS: readonly (readonly [FilterOperator, string])[] = [
  ["contains", "contains"],
  ["eq", "="],
  ["ne", "≠"],
  ["lt", "<"],
  ["le", "≤"],
  ["gt", ">"],
  ["ge", "≥"],
  ["starts_with", "starts with"],
  ["ends_with", "ends with"],
  ["like", "like"],
  ["is_null", "is NULL"],
  ["is_not_null", "is not NULL"],
];
const WITHOUT_VALUE = new Set<FilterOperator>(["is_null", "is_not_null"]);

interface Line {
  readonly column: number;
  readonly op: FilterOperator;
  readonly value: string;
}

export function FilterBar(props: { model: ResultModel; onClose: () => void }): JSX.Element {
  let first: HTMLDivElement | undefined;
  const { model } = props;
  const begun = model.arrangement().filters.map(lineOf);
  const start: Line = { column: model.selection()?.head.column ?? 0, op: "contains", value: "" };
  const [lines, setLines] = createSignal<readonly Line[]>(begun.length > 0 ? begun : [start]);
  onMount(() => first?.querySelector<HTMLInputElement>("input")?.focus());

  const change = (at: number, facts: Partial<Line>): void => {
    setLines((all) => all.map((line, index) => (index === at ? { ...line, ...facts } : line)));
  };
  const apply = (event?: Event): void => {
    event?.preventDefault();
    void model.arrange({ filters: lines().flatMap(filterOf) });
  };
  const drop = (at: number): void => {
    setLines((all) => all.filter((_, index) => index !== at));
    if (lines().length === 0) clear();
    else apply();
  };
  const clear = (): void => {
    if (model.arrangement().filters.length > 0) void model.arrange({ filters: [] });
    props.onClose();
  };
  return (
    <form
      class="tool-bar filter-bar"
      onSubmit={apply}
      onKeyDown={(event) => event.key === "Escape" && (event.preventDefault(), clear())}
    >
      <div class="filter-lines" ref={(element) => (first = element)}>
        <Index each={lines()}>
          {(line, index) => (
            <div class="filter-line">
              <select
                aria-label="Column"
                onChange={(event) => change(index, { column: Number(event.currentTarget.value) })}
              >
                <For each={model.columns}>
                  {(column, at) => (
                    <option value={at()} selected={at() === line().column}>
                      {column.name}
                    </option>
                  )}
                </For>
              </select>
              <select
                aria-label="Comparison"
                onChange={(event) => change(index, { op: event.currentTarget.value as FilterOperator })}
              >
                <For each={OPERATORS}>
                  {([op, name]) => (
                    <option value={op} selected={op === line().op}>
                      {name}
                    </option>
                  )}
                </For>
              </select>
              <Show when={!WITHOUT_VALUE.has(line().op)}>
                <input
                  aria-label="Value"
                  placeholder="value"
                  spellcheck={false}
                  value={line().value}
                  onChange={(event) => change(index, { value: event.currentTarget.value })}
                />
              </Show>
              <Button icon="close" title="Remove this condition" onClick={() => drop(index)} />
            </div>
          )}
        </Index>
      </div>
      <Button icon="plus" text="And" onClick={() => setLines((all) => [...all, { ...start, value: "" }])} />
      <span class="bar-space" />
      <Button text="Clear" onClick={clear} />
      <Button type="submit" look="plain" text="Apply" keys="Enter" />
    </form>
  );
}

function lineOf({ column, op, values = [] }: ResultFilter): Line {
  return { column, op, value: String(values[0] ?? "") };
}

function filterOf({ column, op, value }: Line): ResultFilter[] {
  if (WITHOUT_VALUE.has(op)) return [{ column, op }];
  return value === "" ? [] : [{ column, op, values: [value] }];
}
