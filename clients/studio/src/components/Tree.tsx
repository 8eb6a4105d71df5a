// The tree of a database, with a field that finds objects by parts of their names.

import type { ObjectRef, SearchHit } from "@litebase/client";
import { createMemo, createResource, createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import { canImport } from "../state/connections";
import { setDialog } from "../state/dialogs";
import { backend, hasFeature } from "../state/link";
import { newQueryTab, openTableTab } from "../state/tabs";
import { KINDS, treeOf, type Branch } from "../state/tree";
import { short, size } from "../state/units";
import { Button } from "./Button";
import { Icon, type IconName } from "./icons";

const ICONS: Record<string, IconName> = {
  schema: "folder",
  table: "table",
  foreign_table: "table",
  virtual_table: "table",
  view: "view",
  materialized_view: "view",
  column: "column",
  index: "index",
  constraint: "key",
  function: "routine",
  procedure: "routine",
};
const READABLE = new Set(["table", "view", "materialized_view", "foreign_table", "virtual_table"]);
const HITS = 200;
const WAIT_MS = 120;

export function Tree(props: { connectionId: string }): JSX.Element {
  const root = createMemo(() => treeOf(props.connectionId));
  const [text, setText] = createSignal("");
  const [wanted, setWanted] = createSignal("");
  const [isInside, setInside] = createSignal(false);
  let tree!: HTMLDivElement;
  let last: HTMLElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The one line where Tab goes: the last one, or the first. Arrows go to the others. */
  const lineOfTab = (): HTMLElement | null =>
    last?.isConnected === true ? last : tree.querySelector<HTMLElement>(".tree-line");
  const typed = (next: string): void => {
    setText(next);
    clearTimeout(timer);
    timer = setTimeout(() => setWanted(next.trim()), WAIT_MS);
  };
  const [found] = createResource(
    () => wanted() || null,
    (part) => backend().searchObjects({ connection_id: props.connectionId, text: part, limit: HITS }),
  );
  return (
    <>
      <div class="tree-head">
        <div class="field-with-icon">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Find by name"
            aria-label="Find tables and columns"
            spellcheck={false}
            value={text()}
            onInput={(event) => typed(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Escape" && typed("")}
          />
        </div>
        <Show when={canImport()}>
          <Button
            icon="import"
            title="Import a file into a new table"
            onClick={() => setDialog({ kind: "import", connectionId: props.connectionId, object: null })}
          />
        </Show>
        <Button icon="refresh" title="Read again" onClick={() => void root().read()} />
      </div>
      <div
        class="tree"
        role="tree"
        aria-label="Objects of the database"
        tabindex={isInside() ? -1 : 0}
        ref={tree}
        onFocus={(event) => event.target === tree && lineOfTab()?.focus()}
        onFocusIn={(event) => {
          if (event.target === tree) return;
          setInside(true);
          if (last !== undefined) last.tabIndex = -1;
          last = event.target.closest<HTMLElement>(".tree-line") ?? undefined;
          if (last !== undefined) last.tabIndex = 0;
        }}
        onFocusOut={() => setInside(false)}
      >
        <Show
          when={wanted() === ""}
          fallback={<Hits hits={found.latest?.hits ?? []} isReading={found.loading} error={found.error} />}
        >
          <Children branch={root()} connectionId={props.connectionId} level={0} />
        </Show>
      </div>
    </>
  );
}

function Children(props: { branch: Branch; connectionId: string; level: number }): JSX.Element {
  const groups = createMemo(() => grouped(props.branch));
  return (
    <Switch>
      <Match when={props.branch.fault()}>{(fault) => <p class="tree-remark bad">{fault().message}</p>}</Match>
      <Match when={props.branch.children() === null}>
        <p class="tree-remark">Reading …</p>
      </Match>
      <Match when={props.branch.children()?.length === 0 && props.branch.missing().length === 0}>
        <p class="tree-remark" style={{ "padding-left": `${12 + props.level * 14}px` }}>
          Nothing here.
        </p>
      </Match>
      <Match when={true}>
        <For each={groups()}>
          {(group) => (
            <>
              <Show when={group.name}>
                {(name) => (
                  <div class="tree-group" style={{ "padding-left": `${12 + props.level * 14}px` }}>
                    {name()} <span>{group.all.length}</span>
                  </div>
                )}
              </Show>
              <For each={group.all}>
                {(one) => <Line branch={one} connectionId={props.connectionId} level={props.level} />}
              </For>
            </>
          )}
        </For>
        <For each={props.branch.missing()}>{(part) => <p class="tree-remark">{part.reason}</p>}</For>
      </Match>
    </Switch>
  );
}

function grouped(branch: Branch): { name: string | null; all: readonly Branch[] }[] {
  const all = branch.children() ?? [];
  if (branch.listed?.object.kind !== "schema") return [{ name: null, all }];
  const known = new Set(KINDS.map(([kind]) => kind));
  const of = (kind: string): Branch[] => all.filter((one) => one.listed?.object.kind === kind);
  const others = all.filter((one) => !known.has(one.listed?.object.kind ?? ""));
  return [...KINDS.map(([kind, name]) => ({ name, all: of(kind) })), { name: "Others", all: others }].filter(
    (group) => group.all.length > 0,
  );
}

function Line(props: { branch: Branch; connectionId: string; level: number }): JSX.Element {
  const { branch } = props;
  const object = (): ObjectRef => (branch.listed as NonNullable<Branch["listed"]>).object;
  const facts = (): string => {
    const { rows_estimate: rows = null, size_bytes: bytes = null } = branch.listed ?? {};
    if (rows !== null) return short(rows);
    return bytes === null ? "" : size(bytes);
  };
  const isReadable = (): boolean => READABLE.has(object().kind);
  const open = (): void => {
    if (isReadable()) openTableTab({ ...object() });
    else if (branch.hasChildren) void branch.toggle();
  };
  const keyed = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (toNeighbour(event)) return;
    if (event.key === "ArrowRight" && branch.hasChildren) void branch.toggle(true);
    else if (event.key === "ArrowLeft") void branch.toggle(false);
    else if (event.key === "Enter") open();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div
        class="tree-line"
        role="treeitem"
        tabindex="-1"
        aria-expanded={branch.hasChildren ? branch.isOpen() : undefined}
        aria-level={props.level + 1}
        style={{ "padding-left": `${4 + props.level * 14}px` }}
        title={branch.listed?.comment ?? undefined}
        onClick={open}
        onKeyDown={keyed}
      >
        <button
          type="button"
          class="tree-turn"
          classList={{ open: branch.isOpen(), none: !branch.hasChildren }}
          tabindex="-1"
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            void branch.toggle();
          }}
        >
          <Icon name="chevron" />
        </button>
        <Icon name={ICONS[object().kind] ?? "database"} />
        <span class="tree-name">{object().name}</span>
        <span class="tree-facts">{facts()}</span>
        <Show when={!["schema", "column"].includes(object().kind)}>
          <span class="tree-acts" onClick={(event) => event.stopPropagation()}>
            <Show when={object().kind === "table" && canImport()}>
              <Button
                icon="import"
                title="Import rows of a file"
                onClick={() => setDialog({ kind: "import", connectionId: props.connectionId, object: { ...object() } })}
              />
            </Show>
            <Show when={isReadable() && hasFeature("copies")}>
              <Button
                icon="copy"
                title="Copy to a database"
                onClick={() => setDialog({ kind: "copy", connectionId: props.connectionId, object: { ...object() } })}
              />
            </Show>
            <Button
              icon="code"
              title="Show its SQL"
              onClick={() => setDialog({ kind: "ddl", connectionId: props.connectionId, object: { ...object() } })}
            />
          </span>
        </Show>
      </div>
      <Show when={branch.isOpen() && branch.hasChildren}>
        <Children branch={branch} connectionId={props.connectionId} level={props.level + 1} />
      </Show>
    </>
  );
}

/** Goes to the line above or below where that was asked for; whether it was. */
function toNeighbour(event: KeyboardEvent): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return false;
  const lines = [...document.querySelectorAll<HTMLElement>(".tree .tree-line")];
  lines[lines.indexOf(event.currentTarget as HTMLElement) + step]?.focus();
  event.preventDefault();
  return true;
}

function Hits(props: { hits: readonly SearchHit[]; isReading: boolean; error: unknown }): JSX.Element {
  const open = ({ object }: SearchHit): void => {
    const table = object.parent_name ?? null;
    if (READABLE.has(object.kind)) openTableTab(object);
    else if (table !== null) openTableTab({ kind: "table", schema_name: object.schema_name, name: table });
    else newQueryTab(object.name);
  };
  return (
    <Show
      when={props.hits.length > 0}
      fallback={
        <p class="tree-remark">
          {props.isReading ? "Looking …" : props.error ? String(props.error) : "Nothing has this name."}
        </p>
      }
    >
      <For each={props.hits}>
        {(hit) => (
          <div
            class="tree-line hit"
            role="treeitem"
            tabindex="-1"
            onClick={() => open(hit)}
            onKeyDown={(event) => (event.key === "Enter" ? open(hit) : toNeighbour(event))}
          >
            <Icon name={ICONS[hit.object.kind] ?? "database"} />
            <span class="tree-name">{hit.object.name}</span>
            <span class="tree-facts">{hit.object.parent_name ?? hit.object.schema_name}</span>
          </div>
        )}
      </For>
    </Show>
  );
}
