// The tabs of the database that the page shows.

import { For, Show, type JSX } from "solid-js";
import { bringToFront, closeTab, currentTabs, frontTab, newQueryTab, turnTab, type Tab } from "../state/tabs";
import { Button } from "./Button";
import { Icon, type IconName } from "./icons";

const ICONS: Record<Tab["kind"], IconName> = { query: "code", table: "table", activity: "activity" };

export function TabBar(): JSX.Element {
  const isBusy = (tab: Tab): boolean => tab.kind !== "activity" && tab.runner.running() !== null;
  const inTransaction = (tab: Tab): boolean => {
    const status = tab.kind === "query" ? tab.session.status() : null;
    return status === "in_transaction" || status === "failed";
  };
  return (
    <div class="tab-bar" role="tablist" aria-label="Tabs">
      <For each={currentTabs()}>
        {(tab) => (
          <div
            class="tab"
            role="tab"
            tabindex={tab === frontTab() ? 0 : -1}
            aria-selected={tab === frontTab()}
            onPointerDown={(event) => event.button === 0 && bringToFront(tab)}
            onAuxClick={(event) => event.button === 1 && closeTab(tab)}
            onKeyDown={(event) => {
              if (event.key === "ArrowLeft") turnTab(-1);
              if (event.key === "ArrowRight") turnTab(1);
              if (event.key === "Delete") closeTab(tab);
            }}
          >
            <Show when={isBusy(tab)} fallback={<Icon name={ICONS[tab.kind]} />}>
              <span class="spinner small" />
            </Show>
            <span class="tab-title">{tab.title()}</span>
            <Show when={inTransaction(tab)}>
              <span class="tab-mark" title="A transaction is open" />
            </Show>
            <button
              type="button"
              class="tab-close"
              tabindex="-1"
              aria-label={`Close ${tab.title()}`}
              onPointerDown={(event) => event.stopPropagation()}
              onClick={() => closeTab(tab)}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
      </For>
      <Button icon="plus" title="New query" keys="Alt+T" onClick={() => newQueryTab()} />
    </div>
  );
}
