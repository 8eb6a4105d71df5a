// Light or dark: as the system says, unless the person has chosen.

import { createEffect, createSignal } from "solid-js";
import { readSetting, writeSetting } from "./settings";

export type Theme = "system" | "light" | "dark";

const [theme, setTheme] = createSignal<Theme>(readSetting("theme", "system"));
export { theme };

const NEXT: Record<Theme, Theme> = { system: "dark", dark: "light", light: "system" };

export function nextTheme(): void {
  setTheme(NEXT[theme()]);
}

/** Keeps the page as the person wants it. Needs an owner. */
export function followTheme(): void {
  createEffect(() => {
    document.documentElement.dataset["theme"] = theme();
    writeSetting("theme", theme());
  });
}
