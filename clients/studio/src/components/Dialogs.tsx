// The dialogs that only show something, or ask for little.

import { createResource, For, Match, Show, Switch, type JSX } from "solid-js";
import { dialog, setDialog, type Dialog as Shown } from "../state/dialogs";
import { faultOf } from "../state/faults";
import { backend } from "../state/link";
import { newQueryTab } from "../state/tabs";
import { Button } from "./Button";
import { CopyDialog } from "./CopyDialog";
import { Dialog } from "./Dialog";
import { ExportDialog } from "./ExportDialog";
import { FaultView } from "./FaultView";
import { ImportDialog } from "./ImportDialog";
import { Palette } from "./Palette";

export function Dialogs(): JSX.Element {
  const of = <Kind extends Shown["kind"]>(kind: Kind): Extract<Shown, { kind: Kind }> | false => {
    const now = dialog();
    return now?.kind === kind ? (now as Extract<Shown, { kind: Kind }>) : false;
  };
  const close = (): void => void setDialog(null);
  return (
    <Switch>
      <Match when={of("palette")}>
        <Palette onClose={close} />
      </Match>
      <Match when={of("keys")}>
        <Keys onClose={close} />
      </Match>
      <Match when={of("ddl")} keyed>
        {(asked) => <Ddl asked={asked} onClose={close} />}
      </Match>
      <Match when={of("export")} keyed>
        {(asked) => <ExportDialog model={asked.model} name={asked.name} onClose={close} />}
      </Match>
      <Match when={of("copy")} keyed>
        {(asked) => <CopyDialog connectionId={asked.connectionId} object={asked.object} onClose={close} />}
      </Match>
      <Match when={of("import")} keyed>
        {(asked) => <ImportDialog connectionId={asked.connectionId} object={asked.object} onClose={close} />}
      </Match>
    </Switch>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl+Enter", "Run the selection, or the statement at the cursor"],
  ["Ctrl+Shift+Enter", "Run everything"],
  ["Esc", "Stop what runs, close what is open"],
  ["Ctrl+E", "Explain the statement at the cursor"],
  ["Ctrl+K", "Find a command or a table"],
  ["Alt+T, Ctrl+T", "New tab for SQL"],
  ["Alt+W, Ctrl+W", "Close the tab"],
  ["Ctrl+PageUp, Ctrl+PageDown", "Turn to the tab beside"],
  ["Alt+N", "New connection"],
  ["Alt+H", "History"],
  ["Alt+J", "Frames of the protocol"],
  ["F2, Enter", "Edit the cell"],
  ["Ctrl+0", "In a cell that is edited: NULL"],
  ["Del", "Remove the selected rows"],
  ["Ctrl+S", "Save the changes"],
  ["Ctrl+Z, Ctrl+Shift+Z", "In the grid: undo, redo a change"],
  ["Space", "Show the cell in full"],
  ["Ctrl+F", "Find in the rows"],
  ["Ctrl+C", "Copy the selected cells"],
  ["Ctrl+Home, Ctrl+End", "First row, last row"],
  ["Ctrl+A", "Select all rows"],
];

function Keys(props: { onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keys" onClose={props.onClose}>
      <div class="dialog-body">
        <h2>Keys</h2>
        <dl class="key-list">
          <For each={KEYS}>
            {([keys, what]) => (
              <div>
                <dt>{what}</dt>
                <dd>
                  <For each={keys.split(", ")}>{(one) => <kbd>{one}</kbd>}</For>
                </dd>
              </div>
            )}
          </For>
        </dl>
      </div>
      <div class="dialog-foot">
        <Button look="plain" text="Close" onClick={props.onClose} />
      </div>
    </Dialog>
  );
}

function Ddl(props: { asked: Extract<Shown, { kind: "ddl" }>; onClose: () => void }): JSX.Element {
  const { connectionId, object } = props.asked;
  const [answer] = createResource(() => backend().getDdl({ connection_id: connectionId, objects: [object] }));
  const text = (): string =>
    answer.error === undefined ? (answer()?.statements ?? []).map(({ sql }) => `${sql};\n`).join("\n") : "";
  const toEditor = (): void => {
    newQueryTab(text(), object.name);
    props.onClose();
  };
  return (
    <Dialog title={`SQL of ${object.name}`} class="wide" onClose={props.onClose}>
      <div class="dialog-body">
        <h2>{object.name}</h2>
        <Show when={answer.error as unknown}>{(error) => <FaultView fault={faultOf(error())} />}</Show>
        <Show when={!answer.loading} fallback={<p class="quiet">Reading …</p>}>
          <pre class="ddl" tabindex="0">
            {text()}
          </pre>
        </Show>
        <For each={answer.error === undefined ? (answer()?.incomplete ?? []) : []}>
          {(part) => <p class="quiet">{part.reason}</p>}
        </For>
      </div>
      <div class="dialog-foot">
        <Button look="plain" icon="copy" text="Copy" onClick={() => void navigator.clipboard.writeText(text())} />
        <Button look="plain" icon="code" text="Open in a tab" onClick={toEditor} />
        <Button look="primary" text="Close" onClick={props.onClose} />
      </div>
    </Dialog>
  );
}
