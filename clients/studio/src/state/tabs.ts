// The tabs of each database, and which one is in front.

import type { ObjectRef } from "@litebase/client";
import { createMemo, createRoot, createSignal } from "solid-js";
import { currentId } from "./connections";
import { ActivityTab } from "./activity_tab";
import { QueryTab } from "./query_tab";
import { TableTab } from "./table_tab";

export type Tab = QueryTab | TableTab | ActivityTab;

const [tabs, setTabs] = createSignal<readonly Tab[]>([]);
const [fronts, setFronts] = createSignal<Readonly<Record<string, string>>>({}); // ids of tabs, by those of profiles
export { tabs };

const memos = createRoot(() => ({
  ofCurrent: createMemo(() => tabs().filter((tab) => tab.profileId === currentId())),
  front: createMemo(() => {
    const id = fronts()[currentId() ?? ""];
    return tabs().find((tab) => tab.id === id);
  }),
}));

/** The tabs of the database that the page shows. */
export const currentTabs = memos.ofCurrent;
/** The tab in front; undefined where the database has none. */
export const frontTab = memos.front;

export function bringToFront(tab: Tab): void {
  setFronts((all) => ({ ...all, [tab.profileId]: tab.id }));
}

function add<Kind extends Tab>(tab: Kind): Kind {
  setTabs((all) => [...all, tab]);
  bringToFront(tab);
  return tab;
}

/** Opens a tab for SQL; undefined where the page shows no database. */
export function newQueryTab(text = "", title?: string): QueryTab | undefined {
  const profileId = currentId();
  if (profileId === null) return undefined;
  const numbers = currentTabs().map((tab) => (tab.kind === "query" ? tab.number : 0));
  return add(new QueryTab(profileId, Math.max(0, ...numbers) + 1, text, title));
}

/** Shows the rows of a table or a view; in the tab that shows them already, if there is one, where `again` reads them. */
export function openTableTab(object: ObjectRef, again = false): void {
  const profileId = currentId();
  if (profileId === null) return;
  const same = (tab: Tab): boolean =>
    tab.kind === "table" && tab.object.name === object.name && tab.object.schema_name === object.schema_name;
  const there = currentTabs().find(same);
  if (there === undefined) void add(new TableTab(profileId, object)).load();
  else bringToFront(there);
  if (again && there?.kind === "table") void there.load();
}

/** Shows what the server does. */
export function openActivityTab(): void {
  const profileId = currentId();
  if (profileId === null) return;
  const there = currentTabs().find((tab) => tab.kind === "activity");
  if (there === undefined) add(new ActivityTab(profileId));
  else bringToFront(there);
}

export function closeTab(tab: Tab): void {
  const beside = currentTabs();
  const at = beside.indexOf(tab);
  setTabs((all) => all.filter((one) => one !== tab));
  const next = beside[at + 1] ?? beside[at - 1];
  if (frontTab() === undefined && next !== undefined) bringToFront(next);
  tab.close();
}

/** Goes to the tab beside the one in front. */
export function turnTab(step: 1 | -1): void {
  const all = currentTabs();
  const front = frontTab();
  const next = all[(all.indexOf(front as Tab) + step + all.length) % all.length];
  if (next !== undefined) bringToFront(next);
}

/** Closes the rows of a database's tabs, as when it was disconnected; the text stays. */
export function clearTabs(profileId: string): void {
  tabs().forEach((tab) => tab.profileId === profileId && tab.clear());
}
