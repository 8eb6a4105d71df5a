// The columns of a file that is imported, with samples, and where each of them goes.

import type { ImportColumn, Kind, PreviewImportResponse } from "@litebase/client";
import { For, Show, type JSX } from "solid-js";
import type { ImportModel } from "../state/imports";
import { rowCount } from "../state/units";

const SAMPLES = 3;
/** What columns of a new table can be; what a file has beside these is one of them, too. */
const KINDS: readonly Kind[] = [
  "text",
  "integer",
  "decimal",
  "float",
  "boolean",
  "date",
  "time",
  "timestamp",
  "timestamptz",
  "json",
  "uuid",
  "bytes",
];

export function ImportColumns(props: { model: ImportModel; preview: PreviewImportResponse }): JSX.Element {
  const { model } = props;
  const rows = (): string => {
    const { rows_estimate: rows, rows_exact: isExact } = props.preview;
    return rows === null ? "Samples" : `Samples of ${isExact ? "" : "about "}${rowCount(rows)}`;
  };
  return (
    <div class="import-columns">
      <table class="facts">
        <thead>
          <tr>
            <th>Column of the file</th>
            <th>{rows()}</th>
            <th>{model.object === null ? "Column of the table" : "Goes to"}</th>
            <Show when={model.object === null}>
              <th>Type</th>
            </Show>
          </tr>
        </thead>
        <tbody>
          <For each={props.preview.columns}>
            {(column, index) => (
              <tr classList={{ left: model.goals()[index()]?.column === "" }}>
                <th>
                  {column.name} <small class="quiet">{column.kind}</small>
                </th>
                <td class="samples">{samplesOf(column)}</td>
                <td>
                  <Goal model={model} at={index()} source={column.name} />
                </td>
                <Show when={model.object === null}>
                  <td class="type">
                    <KindField model={model} at={index()} source={column.name} />
                  </td>
                </Show>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Goal(props: { model: ImportModel; at: number; source: string }): JSX.Element {
  const column = (): string => props.model.goals()[props.at]?.column ?? "";
  const label = (): string => `Where ${props.source} goes`;
  return (
    <Show
      when={props.model.object !== null}
      fallback={
        <input
          aria-label={label()}
          placeholder="left out"
          autocomplete="off"
          spellcheck={false}
          value={column()}
          onInput={(event) => props.model.aim(props.at, { column: event.currentTarget.value })}
        />
      }
    >
      <select
        aria-label={label()}
        onChange={(event) => props.model.aim(props.at, { column: event.currentTarget.value })}
      >
        <option value="" selected={column() === ""}>
          left out
        </option>
        <For each={props.model.columns()}>
          {({ name, db_type }) => (
            <option value={name} selected={column() === name}>
              {name} · {db_type}
            </option>
          )}
        </For>
      </select>
    </Show>
  );
}

function KindField(props: { model: ImportModel; at: number; source: string }): JSX.Element {
  const kind = (): Kind => props.model.goals()[props.at]?.kind ?? "text";
  const kinds = (): readonly Kind[] => (KINDS.includes(kind()) ? KINDS : [kind(), ...KINDS]);
  return (
    <select
      aria-label={`Type of ${props.source}`}
      onChange={(event) => props.model.aim(props.at, { kind: event.currentTarget.value as Kind })}
    >
      <For each={kinds()}>
        {(one) => (
          <option value={one} selected={one === kind()}>
            {one}
          </option>
        )}
      </For>
    </select>
  );
}

function samplesOf({ samples }: ImportColumn): string {
  const shown = samples.slice(0, SAMPLES).map((one) => one ?? "NULL");
  return samples.length > SAMPLES ? `${shown.join(", ")} …` : shown.join(", ");
}
