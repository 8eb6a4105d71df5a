// Writes the rows of a result to a file of the backend's machine, or hands them to the browser.

import type { ExportFormat, ExportRowsResponse } from "@litebase/client";
import { createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import { faultOf, type Fault } from "../state/faults";
import { backend, hasFeature } from "../state/link";
import type { ResultModel } from "../state/result";
import { count, rowCount, size } from "../state/units";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FaultView } from "./FaultView";
import { SelectField } from "./Field";
import { PathField } from "./PathField";

const FORMATS = [
  ["csv", "CSV"],
  ["tsv", "TSV"],
  ["json", "JSON"],
  ["jsonl", "JSON Lines"],
  ["xlsx", "Excel"],
  ["sql", "SQL INSERT"],
  ["markdown", "Markdown"],
  ["html", "HTML"],
  ["parquet", "Parquet"],
] as const;
const ONLY_FILES = new Set<ExportFormat>(["xlsx", "parquet"]);
const ENDINGS: Record<string, string> = { markdown: "md" };

const PLACES = [
  ["download", "Download"],
  ["file", "A file on the backend's machine"],
] as const;

type Place = "file" | "download";

export function ExportDialog(props: { model: ResultModel; name: string; onClose: () => void }): JSX.Element {
  const { model } = props;
  const [format, setFormat] = createSignal<ExportFormat>("csv");
  const [place, setPlace] = createSignal<Place>("download");
  const [path, setPath] = createSignal("");
  const [isOverwriting, setOverwriting] = createSignal(false);
  const [running, setRunning] = createSignal<AbortController | null>(null);
  const [done, setDone] = createSignal<ExportRowsResponse | null>(null);
  const [written, setWritten] = createSignal(0);
  const [fault, setFault] = createSignal<Fault | null>(null);
  onCleanup(() => running()?.abort());
  const isFile = (): boolean => place() === "file" || ONLY_FILES.has(format());
  const formats = () => FORMATS.filter(([name]) => name !== "parquet" || hasFeature("parquet"));
  const fileName = (): string => `${props.name}.${ENDINGS[format()] ?? format()}`;
  const total = (): number | null => model.snapshot().total;
  const isCut = (): boolean => model.snapshot().truncated;

  const write = async (event: Event): Promise<void> => {
    event.preventDefault();
    const result_id = model.resultId;
    if (running() !== null || result_id === null) return;
    const stopping = new AbortController();
    setRunning(stopping);
    setFault(null);
    setDone(null);
    setWritten(0);
    try {
      const answer = await backend().exportRows(
        {
          source: { result_id },
          format: format(),
          path: isFile() ? path().trim() : null,
          overwrite: isOverwriting(),
        },
        { signal: stopping.signal, onProgress: (progress) => setWritten(progress.done) },
      );
      setDone(answer);
      if (answer.content !== null) download(answer.content, fileName());
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setRunning(null);
    }
  };
  return (
    <Dialog title="Export" onClose={props.onClose} onStop={running() === null ? null : () => running()?.abort()}>
      <form onSubmit={(event) => void write(event)}>
        <div class="dialog-body">
          <h2>
            Export {isCut() ? "the first " : ""}
            {total() === null ? "the rows" : rowCount(total() ?? 0)}
          </h2>
          <Show when={isCut()}>
            <p class="quiet">There are more. “Read all” at the foot of the rows reads them first.</p>
          </Show>
          <div class="fields">
            <SelectField
              label="Format"
              value={format()}
              options={formats() as readonly (readonly [ExportFormat, string])[]}
              onChange={setFormat}
            />
            <SelectField label="To" value={isFile() ? "file" : "download"} options={PLACES} onChange={setPlace} />
            <Show when={isFile()}>
              <PathField
                first
                label="Absolute path"
                value={path()}
                placeholder={`/home/me/${fileName()}`}
                onInput={setPath}
              />
              <label class="check wide">
                <input
                  type="checkbox"
                  checked={isOverwriting()}
                  onChange={(event) => setOverwriting(event.currentTarget.checked)}
                />
                Replace a file that is there
              </label>
            </Show>
          </div>
          <Show when={running()}>
            <div class="progress" role="status">
              <progress max={total() ?? undefined} value={total() === null ? undefined : written()} />
              <span class="figure">{count(written())} rows written</span>
            </div>
          </Show>
          <Show when={done()}>
            {(answer) => (
              <div class="export-done" role="status">
                <p>
                  {rowCount(answer().rows)} written, {size(answer().bytes)}
                  {answer().path === null ? "." : ` to ${answer().path}.`}
                </p>
                <For each={answer().warnings}>{(warning) => <p class="quiet">{warning.message}</p>}</For>
              </div>
            )}
          </Show>
          <Show when={fault()}>{(one) => <FaultView fault={one()} />}</Show>
        </div>
        <div class="dialog-foot">
          <Show when={running()} fallback={<Button look="plain" text="Close" onClick={props.onClose} />}>
            {(stopping) => <Button look="plain" icon="stop" text="Cancel" onClick={() => stopping().abort()} />}
          </Show>
          <Button
            look="primary"
            type="submit"
            icon="export"
            text="Export"
            disabled={running() !== null || (isFile() && path().trim() === "")}
          />
        </div>
      </form>
    </Dialog>
  );
}

/** Hands a text to the browser as a file. */
function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
