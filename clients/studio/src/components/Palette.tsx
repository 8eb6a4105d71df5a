// Commands and tables, found by parts of their names.

import type { ObjectRef } from "@litebase/client";
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { commands, type Command } from "../state/commands";
import { currentId, openOf } from "../state/connections";
import { backend } from "../state/link";
import { openTableTab } from "../state/tabs";
import { Dialog } from "./Dialog";
import { Icon, type IconName } from "./icons";

const TABLES = ["table", "view", "materialized_view", "foreign_table", "virtual_table"] as const;
const HITS = 30;

interface Line {
  readonly icon: IconName;
  readonly text: string;
  readonly note: string;
  readonly run: () => unknown;
}

export function Palette(props: { onClose: () => void }): JSX.Element {
  const [text, setText] = createSignal("");
  const [at, setAt] = createSignal(0);
  const connectionId = openOf(currentId() ?? "")?.connectionId;
  const [tables] = createResource(
    () => (connectionId === undefined || text().trim() === "" ? null : text().trim()),
    async (part) => {
      const asked = { connection_id: connectionId ?? "", text: part, search_in: ["names"], kinds: TABLES, limit: HITS };
      return (await backend().searchObjects(asked)).hits.map(({ object }) => object);
    },
  );
  const known = createMemo((): ObjectRef[] =>
    text().trim() === "" || tables.error !== undefined ? [] : (tables.latest ?? []),
  );
  const lines = createMemo((): Line[] => {
    const words = text().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ text: name }: Command): boolean => words.every((word) => name.toLowerCase().includes(word));
    return [
      ...known().map((object): Line => {
        const icon = object.kind.includes("view") ? "view" : "table";
        return { icon, text: object.name, note: object.schema_name ?? "", run: () => openTableTab(object) };
      }),
      ...commands()
        .filter(fits)
        .map(({ icon, text: name, keys, run }): Line => ({ icon, text: name, note: keys ?? "", run })),
    ];
  });
  const choose = (line: Line | undefined): void => {
    if (line === undefined) return;
    props.onClose();
    line.run();
  };
  const keyed = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Enter") choose(lines()[at()]);
    else if (step !== 0) {
      setAt((now) => (now + step + lines().length) % Math.max(1, lines().length));
      document.querySelector(".palette [aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Commands" class="palette" onClose={props.onClose}>
      <input
        data-first
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={lines().length > 0 ? `palette-${at()}` : undefined}
        aria-label="Find a command or a table"
        placeholder="Find a command or a table"
        spellcheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={keyed}
      />
      <ul id="palette-list" role="listbox">
        <For each={lines()} fallback={<li class="tree-remark">Nothing has this name.</li>}>
          {(line, index) => (
            <li
              id={`palette-${index()}`}
              role="option"
              aria-selected={index() === at()}
              onPointerMove={() => setAt(index())}
              onClick={() => choose(line)}
            >
              <Icon name={line.icon} />
              <span>{line.text}</span>
              <Show when={line.note}>
                <small>{line.note}</small>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Dialog>
  );
}
