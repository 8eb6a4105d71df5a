// What is shown where nothing is open: what can be done, and by which keys.

import { For, Show, type JSX } from "solid-js";
import { current } from "../state/connections";
import { setDialog } from "../state/dialogs";
import { newQueryTab } from "../state/tabs";
import { Button } from "./Button";

const KEYS = [
  ["Run the statement at the cursor", "Ctrl+Enter"],
  ["Find a command or a table", "Ctrl+K"],
  ["New tab for SQL", "Alt+T"],
  ["Stop what runs", "Esc"],
] as const;

export function Welcome(): JSX.Element {
  const isOpen = (): boolean => current()?.state === "open";
  return (
    <div class="empty-state">
      <h2>{isOpen() ? current()?.name : "Connect to a database"}</h2>
      <p>
        {isOpen()
          ? "Choose a table at the left, or write SQL."
          : "PostgreSQL, MySQL, MariaDB and SQLite, also through SSH tunnels."}
      </p>
      <Show
        when={isOpen()}
        fallback={
          <Button
            look="primary"
            icon="plug"
            text="New connection"
            onClick={() => setDialog({ kind: "connect", profileId: null })}
          />
        }
      >
        <Button look="primary" icon="plus" text="New query" onClick={() => newQueryTab()} />
      </Show>
      <dl class="key-list">
        <For each={KEYS}>
          {([what, keys]) => (
            <div>
              <dt>{what}</dt>
              <dd>
                <kbd>{keys}</kbd>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </div>
  );
}
