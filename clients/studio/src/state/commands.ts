// The commands that the palette offers: those that can be done now.

import type { IconName } from "../components/icons";
import { canImport, capability, currentId, openOf, openProfile, profiles } from "./connections";
import { setDialog, togglePanel } from "./dialogs";
import { hasFeature } from "./link";
import { closeTab, frontTab, newQueryTab, openActivityTab } from "./tabs";
import { nextTheme, theme } from "./theme";

export interface Command {
  readonly icon: IconName;
  readonly text: string;
  readonly keys?: string;
  readonly run: () => unknown;
}

export function commands(): Command[] {
  return [...ofTab(), ...ofDatabase(), ...ofPage()];
}

function ofTab(): Command[] {
  const tab = frontTab();
  if (tab === undefined) return [];
  const close: Command = { icon: "close", text: "Close the tab", keys: "Alt+W", run: () => closeTab(tab) };
  if (tab.kind === "table") return [{ icon: "refresh", text: "Read the rows again", run: () => tab.load() }, close];
  if (tab.kind === "activity") return [close];
  const inTransaction = tab.session.status() === "in_transaction";
  return [
    { icon: "run", text: "Run the statement at the cursor", keys: "Ctrl+Enter", run: () => tab.run() },
    { icon: "run", text: "Run everything", keys: "Ctrl+Shift+Enter", run: () => tab.run(true) },
    { icon: "plan", text: "Explain", keys: "Ctrl+E", run: () => tab.explain(false) },
    { icon: "activity", text: "Explain and measure", run: () => tab.explain(true) },
    ...(inTransaction
      ? ([
          { icon: "check", text: "Commit", run: () => tab.transact("commit") },
          { icon: "undo", text: "Roll back", run: () => tab.transact("rollback") },
        ] as const)
      : [{ icon: "check", text: "Begin a transaction", run: () => tab.transact("begin") } as const]),
    close,
  ];
}

function ofDatabase(): Command[] {
  const open = openOf(currentId() ?? "");
  if (open === undefined) return [];
  const all: Command[] = [{ icon: "plus", text: "New query", keys: "Alt+T", run: () => newQueryTab() }];
  const { connectionId } = open;
  if (canImport()) {
    const run = () => setDialog({ kind: "import", connectionId, object: null });
    all.push({ icon: "import", text: "Import a file into a new table", run });
  }
  if (capability(open, "db_processes").available)
    all.push({ icon: "activity", text: "Server activity", run: openActivityTab });
  return all;
}

function ofPage(): Command[] {
  const all: Command[] = [
    { icon: "plug", text: "New connection", keys: "Alt+N", run: () => setDialog({ kind: "connect", profileId: null }) },
    { icon: "frames", text: "Frames of the protocol", keys: "Alt+J", run: () => togglePanel("frames") },
    { icon: "keyboard", text: "Keys", keys: "F1", run: () => setDialog({ kind: "keys" }) },
    { icon: "auto", text: `Theme: ${theme()}, another one`, run: nextTheme },
  ];
  if (hasFeature("history"))
    all.unshift({ icon: "history", text: "History", keys: "Alt+H", run: () => togglePanel("history") });
  const others = profiles.filter(({ id }) => id !== currentId());
  return [
    ...all,
    ...others.map(({ id, name }): Command => ({ icon: "database", text: `Go to ${name}`, run: () => openProfile(id) })),
  ];
}
