// The selected cell in full: as text, as JSON, as bytes.

import type { Cell } from "@litebase/client";
import { createEffect, createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { bytesOf, hexDump, indented, isJson } from "../grid/forms";
import { shownCells } from "../state/front";
import { faultOf } from "../state/faults";
import type { ChangedCell } from "../state/edits";
import { size } from "../state/units";
import { Button } from "./Button";
import { FaultView } from "./FaultView";

type Form = "text" | "json" | "bytes";

const SHOWN_CHARACTERS = 200_000;
const FORMS: readonly (readonly [Form, string])[] = [
  ["text", "Text"],
  ["json", "JSON"],
  ["bytes", "Bytes"],
];

export function CellPanel(): JSX.Element {
  const [form, setForm] = createSignal<Form>("text");
  const place = () => {
    const model = shownCells()?.model;
    const head = model?.selection()?.head;
    return model === undefined || head === undefined ? null : { model, head };
  };
  /** What the person has made of the cell and not saved. */
  const changed = createMemo((): ChangedCell | null => {
    const at = place();
    const row = at === null ? undefined : (at.model.snapshot(), at.model.row(at.head.row));
    if (at === null || row === undefined) return null;
    return shownCells()?.edits()?.of(row.cells)?.values[at.head.column] ?? null;
  });
  const [cell] = createResource(place, async ({ model, head }) => ({
    value: await model.cell(head),
    column: model.columns[head.column],
  }));
  const value = (): Cell => {
    const now = changed();
    if (now !== null) return now.cell;
    return cell.error === undefined ? (cell.latest?.value ?? null) : null;
  };
  createEffect(() => {
    if (cell.error !== undefined || cell.loading) return;
    const now = value();
    if (now instanceof Uint8Array) setForm("bytes");
    else if (typeof now === "string" && (cell.latest?.column?.kind === "json" || isJson(now))) setForm("json");
    else setForm("text");
  });
  const content = (): string => {
    const now = value();
    if (now === null) return "";
    if (form() === "bytes") return hexDump(bytesOf(now), SHOWN_CHARACTERS / 80);
    const text = now instanceof Uint8Array ? new TextDecoder().decode(now) : String(now);
    const shown = form() === "json" ? indented(text) : text;
    return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
  };
  const facts = (): string => {
    const now = value();
    const kind = now instanceof Uint8Array ? "bytes" : (cell.latest?.column?.db_type ?? "");
    if (now === null) return kind;
    const bytes = bytesOf(now).length;
    const isOther = typeof now === "string" && now.length !== bytes;
    const length = isOther ? ` · ${now.length.toLocaleString("en")} characters` : "";
    return `${kind} · ${size(bytes)}${length}`;
  };
  return (
    <Show when={place()} fallback={<p class="tree-remark">Select a cell to see it in full.</p>}>
      <div class="bar">
        <b class="cell-name">{cell.latest?.column?.name ?? ""}</b>
        <span class="quiet cell-facts" title={facts()}>
          {facts()}
        </span>
        <Show when={changed()}>
          <span class="tag unsaved">not saved</span>
        </Show>
        <span class="bar-space" />
        <div class="choice" role="group" aria-label="Form">
          <For each={FORMS}>
            {([one, name]) => <Button text={name} pressed={form() === one} onClick={() => setForm(one)} />}
          </For>
        </div>
        <Button icon="copy" title="Copy" onClick={() => void navigator.clipboard.writeText(content())} />
      </div>
      <Show when={cell.error as unknown}>{(error) => <FaultView fault={faultOf(error())} />}</Show>
      <Show
        when={value() !== null || cell.loading}
        fallback={<p class="tree-remark null">{changed()?.isDefault === true ? "DEFAULT" : "NULL"}</p>}
      >
        <pre class="cell-text" classList={{ wrapped: form() !== "bytes" }} tabindex="0">
          {content()}
        </pre>
      </Show>
    </Show>
  );
}
