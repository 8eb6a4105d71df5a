// What was run before, searched as one types.

import type { HistoryEntry } from "@litebase/client";
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { current } from "../state/connections";
import { faultOf } from "../state/faults";
import { backend } from "../state/link";
import { newQueryTab } from "../state/tabs";
import { duration, plural, rowCount } from "../state/units";
import { Button } from "./Button";
import { FaultView } from "./FaultView";
import { Icon } from "./icons";

const ENTRIES = 200;
const WAIT_MS = 150;

export function HistoryPanel(): JSX.Element {
  const [text, setText] = createSignal("");
  const [isAll, setAll] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const asked = () => ({ text: text(), connection_name: isAll() ? null : (current()?.name ?? null), limit: ENTRIES });
  const [found, { refetch }] = createResource(asked, (wanted) => backend().searchHistory(wanted));
  const typed = (next: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => setText(next), WAIT_MS);
  };
  return (
    <>
      <div class="bar">
        <div class="field-with-icon">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Words of the statement"
            aria-label="Search the history"
            spellcheck={false}
            onInput={(event) => typed(event.currentTarget.value)}
          />
        </div>
        <Button text="All" title="Of all connections" pressed={isAll()} onClick={() => setAll((now) => !now)} />
        <Button icon="refresh" title="Search again" onClick={() => void refetch()} />
      </div>
      <Show when={found.error as unknown}>{(error) => <FaultView fault={faultOf(error())} />}</Show>
      <ul class="history">
        <For
          each={found.error === undefined ? (found.latest?.entries ?? []) : []}
          fallback={<li class="tree-remark">{found.loading ? "Looking …" : "Nothing was run that fits."}</li>}
        >
          {(entry) => <Line entry={entry} />}
        </For>
      </ul>
    </>
  );
}

function Line(props: { entry: HistoryEntry }): JSX.Element {
  const { entry } = props;
  const facts = (): string[] => [
    new Date(entry.at).toLocaleString(),
    duration(entry.ms),
    ...(entry.rows === null ? [] : [rowCount(entry.rows)]),
    ...(entry.runs > 1 ? [plural(entry.runs, "run")] : []),
    ...(entry.code === null ? [] : [entry.code]),
  ];
  return (
    <li>
      <button type="button" title="Open in a new tab" onClick={() => newQueryTab(entry.sql)}>
        <code>{entry.sql.length > 400 ? `${entry.sql.slice(0, 400)}…` : entry.sql}</code>
        <small class={`outcome ${entry.outcome}`}>{facts().join(" · ")}</small>
      </button>
    </li>
  );
}
