// The page: what is known at the left, what is worked on in the middle, panels at the right.

import { createEffect, For, Match, onCleanup, onMount, Show, Switch, type JSX } from "solid-js";
import { current, openProfile, profiles, stopOpening } from "../state/connections";
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
        <Show when={frontTab() !== undefined && obstacle()}>{(now) => <ObstacleBar now={now()} />}</Show>
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

interface Obstacle {
  readonly text: string;
  readonly isBad: boolean;
  readonly action: string;
  /** What the action does; null while nothing can be done but wait. */
  readonly act: (() => void) | null;
}

/** Why nothing runs in the tabs of the database that is shown; null when all can. */
function obstacle(): Obstacle | null {
  const lost = lostBecause();
  if (lost !== null) return { text: lost, isBad: true, action: "Try again", act: () => void openLink() };
  if (link().state === "connecting")
    return { text: "Reaching the backend …", isBad: false, action: "Try again", act: null };
  const profile = current();
  if (profile === undefined || profile.state === "open") return null;
  const { id, name, state, fault } = profile;
  if (state === "connecting")
    return { text: `Connecting to ${name} …`, isBad: false, action: "Cancel", act: () => stopOpening(id) };
  const isBad = state === "failed";
  const text = isBad ? `Not connected to ${name}. ${fault?.message ?? ""}` : `${name} is not open.`;
  return { text, isBad, action: "Connect", act: () => void openProfile(id) };
}

function ObstacleBar(props: { now: Obstacle }): JSX.Element {
  return (
    <div class="obstacle" classList={{ bad: props.now.isBad }} role="alert">
      <span>{props.now.text}</span>
      <Button
        look="plain"
        text={props.now.action}
        disabled={props.now.act === null}
        onClick={() => props.now.act?.()}
      />
    </div>
  );
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
