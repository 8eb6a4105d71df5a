// The keys of the whole page. Those of the editor and the grid are with them.

import { confirmation, dialog, setDialog, setPanel, togglePanel } from "./dialogs";
import { currentId, stopOpening } from "./connections";
import { question } from "./prompts";
import { closeTab, frontTab, newQueryTab, turnTab } from "./tabs";

/** Listens for them. Returns a function that ends it. */
export function listenForKeys(): () => void {
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

function pressed(event: KeyboardEvent): void {
  if (confirmation() !== null || question() !== undefined) return;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  const does = (work: () => unknown): void => {
    event.preventDefault();
    work();
  };
  if (command && key === "k") does(togglePalette);
  else if (dialog() !== null) return;
  else if (event.key === "Escape" && !event.defaultPrevented) escape();
  else if ((command || event.altKey) && key === "t") does(() => newQueryTab());
  else if ((command || event.altKey) && key === "w") does(closeFront);
  else if (event.altKey && key === "h") does(() => togglePanel("history"));
  else if (event.altKey && key === "j") does(() => togglePanel("frames"));
  else if (event.altKey && key === "n") does(() => setDialog({ kind: "connect", profileId: null }));
  else if (event.ctrlKey && event.key === "PageDown") does(() => turnTab(1));
  else if (event.ctrlKey && event.key === "PageUp") does(() => turnTab(-1));
  else if (command && event.key === "Enter") does(run);
  else if (event.key === "F1") does(() => setDialog({ kind: "keys" }));
}

/** Another dialog stays: what it runs would end with it. */
function togglePalette(): void {
  setDialog((now) => (now === null ? { kind: "palette" } : now.kind === "palette" ? null : now));
}

function run(): void {
  const tab = frontTab();
  if (tab?.kind === "query") void tab.run();
}

function closeFront(): void {
  const tab = frontTab();
  if (tab !== undefined) closeTab(tab);
}

/** Stops what runs, or else closes what is open at the right. */
function escape(): void {
  const id = currentId();
  if (frontTab()?.cancel() === true) return;
  if (id !== null && frontTab() === undefined) stopOpening(id);
  setPanel(null);
}
