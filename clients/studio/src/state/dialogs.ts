// What lies over the page: one dialog at a time, and the panel at its right side.

import type { ObjectRef } from "@litebase/client";
import { createSignal } from "solid-js";
import type { ResultModel } from "./result";

/** A question of the page itself, answered with yes or no. */
export interface Confirmation {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isDangerous: boolean;
  answer(yes: boolean): void;
}

export type Dialog =
  | { readonly kind: "connect"; readonly profileId: string | null }
  | { readonly kind: "palette" }
  | { readonly kind: "ddl"; readonly connectionId: string; readonly object: ObjectRef }
  | { readonly kind: "export"; readonly model: ResultModel; readonly name: string }
  | { readonly kind: "copy"; readonly connectionId: string; readonly object: ObjectRef }
  | { readonly kind: "import"; readonly connectionId: string; readonly object: ObjectRef | null }
  | { readonly kind: "keys" };

export type Panel = "history" | "frames" | "cell";

const [dialog, setDialog] = createSignal<Dialog | null>(null);
const [panel, setPanel] = createSignal<Panel | null>(null);
const [confirmation, setConfirmation] = createSignal<Confirmation | null>(null);
export { confirmation, dialog, panel, setDialog, setPanel };

export function togglePanel(which: Panel): void {
  setPanel((now) => (now === which ? null : which));
}

/** Asks before something is done. */
export function confirmed(question: Omit<Confirmation, "answer">): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      setConfirmation(null);
      resolve(yes);
    };
    setConfirmation({ ...question, answer });
  });
}
