// The left side: the databases, and what exists in the one that is shown.

import { createEffect, createSignal, For, Show, type JSX } from "solid-js";
import { addressOf } from "../state/address";
import {
  current,
  currentId,
  disconnect,
  openOf,
  openProfile,
  profiles,
  removeProfile,
  select,
  type Profile,
} from "../state/connections";
import { confirmed, setDialog, togglePanel } from "../state/dialogs";
import { hasFeature, link } from "../state/link";
import { clearTabs, openActivityTab } from "../state/tabs";
import { capability } from "../state/connections";
import { nextTheme, theme } from "../state/theme";
import { Button } from "./Button";
import { type IconName } from "./icons";
import { Tree } from "./Tree";

const THEMES: Record<string, IconName> = { system: "auto", light: "sun", dark: "moon" };

export function Sidebar(): JSX.Element {
  const open = () => openOf(currentId() ?? "");
  const activity = () => capability(open(), "db_processes");
  return (
    <aside class="sidebar">
      <header class="side-head">
        <h1>LiteBase</h1>
        <span class="side-sub">Studio</span>
        <Button
          icon="plus"
          title="New connection"
          keys="Alt+N"
          disabled={link().state !== "open"}
          onClick={() => setDialog({ kind: "connect", profileId: null })}
        />
      </header>
      <ul class="profiles" aria-label="Connections">
        <For each={profiles}>{(profile) => <ProfileLine profile={profile} />}</For>
      </ul>
      <Show when={open()?.connectionId} keyed fallback={<div class="tree-space" />}>
        {(connectionId) => <Tree connectionId={connectionId} />}
      </Show>
      <footer class="side-foot">
        <Button icon={THEMES[theme()] ?? "auto"} title={`Theme: ${theme()}`} onClick={nextTheme} />
        <Button icon="keyboard" title="Keys" keys="F1" onClick={() => setDialog({ kind: "keys" })} />
        <span class="bar-space" />
        <Button
          icon="activity"
          title={open() === undefined ? "Server activity" : (activity().reason ?? "Server activity")}
          disabled={!activity().available}
          onClick={openActivityTab}
        />
        <Button
          icon="history"
          title={hasFeature("history") ? "History" : "This backend keeps no history"}
          keys="Alt+H"
          disabled={!hasFeature("history")}
          onClick={() => togglePanel("history")}
        />
        <Button icon="frames" title="Frames of the protocol" keys="Alt+J" onClick={() => togglePanel("frames")} />
      </footer>
    </aside>
  );
}

const STATES: Record<Profile["state"], string> = {
  closed: "not open",
  connecting: "connecting",
  open: "open",
  failed: "failed",
};

const ENGINES: Record<string, string> = {
  postgresql: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  sqlite: "SQLite",
};

function ProfileLine(props: { profile: Profile }): JSX.Element {
  let line!: HTMLLIElement;
  const [isMenuOpen, setMenuOpen] = createSignal(false);
  createEffect(() => props.profile.id === currentId() && line.scrollIntoView({ block: "nearest" }));
  const facts = (): string => {
    const { state, open, target } = props.profile;
    return state === "open" && open !== null
      ? `${ENGINES[open.engine] ?? open.engine} ${shortVersion(open.version)}`
      : addressOf(target);
  };
  const choose = (): void => {
    if (props.profile.state === "closed") void openProfile(props.profile.id);
    else select(props.profile.id);
  };
  const close = async (): Promise<void> => {
    clearTabs(props.profile.id);
    await disconnect(props.profile.id);
  };
  const remove = async (): Promise<void> => {
    const yes = await confirmed({
      title: `Forget ${props.profile.name}?`,
      text: "Only what Studio remembers of it is removed; the database stays as it is.",
      action: "Forget",
      isDangerous: false,
    });
    if (yes) await removeProfile(props.profile.id);
  };
  return (
    <li
      class="profile"
      classList={{ current: props.profile.id === current()?.id, [props.profile.state]: true }}
      ref={line}
    >
      <button type="button" class="profile-name" title={addressOf(props.profile.target)} onClick={choose}>
        <span class="dot" title={STATES[props.profile.state]} />
        <span class="profile-text">
          <b>{props.profile.name}</b>
          <small>{facts()}</small>
        </span>
        <Show when={props.profile.open?.environment === "production"}>
          <span class="tag bad">production</span>
        </Show>
        <Show when={props.profile.open?.readOnly}>
          <span class="tag">read only</span>
        </Show>
      </button>
      <div
        class="profile-acts"
        classList={{ shown: isMenuOpen() }}
        onFocusIn={() => setMenuOpen(true)}
        onFocusOut={() => setMenuOpen(false)}
      >
        <Show when={props.profile.state === "open"}>
          <Button icon="plug" title="Disconnect" onClick={() => void close()} />
        </Show>
        <Button
          icon="edit"
          title="Edit connection"
          onClick={() => setDialog({ kind: "connect", profileId: props.profile.id })}
        />
        <Button icon="trash" title="Forget connection" onClick={() => void remove()} />
      </div>
    </li>
  );
}

function shortVersion(version: string): string {
  return version.split(" ")[0] ?? version;
}
