// The page: what is known at the left, what is worked on in the middle, panels at the right.

import { createEffect, For, Match, onCleanup, onMount, Show, Switch, type JSX } from "solid-js";
import { current, profiles } from "../state/connections";
import { confirmation, dialog, panel, setDialog } from "../state/dialogs";
import { link, openLink } from "../state/link";
import { question } from "../state/prompts";
import { start } from "../state/start";
import { currentTabs, frontTab, tabs } from "../state/tabs";
import { followTheme } from "../state/theme";
import { listenForKeys } from "../state/keys";
import { Button } from "./Button";
import { ConfirmDialog } from "./ConfirmDialog";
import { ConnectDialog } from "./ConnectDialog";
import { Dialogs } from "./Dialogs";
import { FaultView } from "./FaultView";
import { Panels } from "./Panels";
import { PromptDialog } from "./PromptDialog";
import { Sidebar } from "./Sidebar";
import { TabBar } from "./TabBar";
import { TabView } from "./TabView";
import { Welcome } from "./Welcome";
import { openProfile, stopOpening } from "../state/connections";

export function App(): JSX.Element {
  followTheme();
  onMount(() => {
    start();
    onCleanup(listenForKeys());
  });
  createEffect(() => {
    const profile = current();
    document.title = profile === undefined ? "LiteBase Studio" : `${profile.name} · LiteBase Studio`;
  });
  return (
    <div class="app" classList={{ "with-panel": panel() !== null }}>
      <Sidebar />
      <main class="work">
        <Show when={current()?.state === "open" || currentTabs().length > 0}>
          <TabBar />
        </Show>
        <Show when={frontTab() !== undefined && lostBecause()}>
          {(reason) => (
            <div class="link-lost" role="alert">
              <span>The link to the backend has ended. {reason()}</span>
              <Button look="plain" text="Try again" onClick={() => void openLink()} />
            </div>
          )}
        </Show>
        <div class="tab-views">
          <For each={tabs()}>{(tab) => <TabView tab={tab} isFront={tab === frontTab()} />}</For>
          <Show when={frontTab() === undefined}>
            <Middle />
          </Show>
        </div>
      </main>
      <Panels />
      <Show when={dialog()?.kind === "connect"}>
        <ConnectDialog />
      </Show>
      <Dialogs />
      <Show when={confirmation()}>{(asked) => <ConfirmDialog asked={asked()} />}</Show>
      <Show when={question()} keyed>
        {(asked) => <PromptDialog question={asked} />}
      </Show>
    </div>
  );
}

/** Why there is no link to the backend; null while there is one, or one is opened. */
function lostBecause(): string | null {
  const now = link();
  return now.state === "lost" ? now.reason : null;
}

/** What is shown where no tab is. */
function Middle(): JSX.Element {
  return (
    <Switch fallback={<Welcome />}>
      <Match when={link().state === "connecting"}>
        <div class="empty-state" role="status">
          <span class="spinner" />
          <p>Reaching the backend …</p>
        </div>
      </Match>
      <Match when={lostBecause()}>
        {(reason) => (
          <div class="empty-state">
            <h2>No link to the backend</h2>
            <p>{reason()}</p>
            <Button look="primary" text="Try again" onClick={() => void openLink()} />
          </div>
        )}
      </Match>
      <Match when={current()?.state === "connecting" && current()}>
        {(profile) => (
          <div class="empty-state" role="status">
            <span class="spinner" />
            <h2>Connecting to {profile().name}</h2>
            <Button look="plain" text="Cancel" keys="Esc" onClick={() => stopOpening(profile().id)} />
          </div>
        )}
      </Match>
      <Match when={current()?.state === "failed" && current()}>
        {(profile) => (
          <div class="empty-state failed">
            <h2>Not connected to {profile().name}</h2>
            <Show when={profile().fault}>{(fault) => <FaultView fault={fault()} />}</Show>
            <div class="actions">
              <Button look="primary" text="Try again" onClick={() => void openProfile(profile().id)} />
              <Button
                look="plain"
                text="Edit connection"
                onClick={() => setDialog({ kind: "connect", profileId: profile().id })}
              />
            </div>
          </div>
        )}
      </Match>
      <Match when={current()?.state === "closed" && profiles.length > 0 && current()}>
        {(profile) => (
          <div class="empty-state">
            <h2>{profile().name}</h2>
            <p>This database is not open.</p>
            <Button look="primary" text="Connect" onClick={() => void openProfile(profile().id)} />
          </div>
        )}
      </Match>
    </Switch>
  );
}
