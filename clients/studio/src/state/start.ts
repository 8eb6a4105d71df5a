// What happens when the page opens: the link, and the sample database where the place that serves the page has one.

import { createEffect, on } from "solid-js";
import { nameOf } from "./address";
import { allClosed, openProfile, profiles, saveProfile, select } from "./connections";
import { link, openLink } from "./link";
import { newQueryTab } from "./tabs";
import { inTauri } from "../transport";

const FIRST = "SELECT * FROM top_tracks";

/** Opens the link. Needs an owner. */
export function start(): void {
  createEffect(
    on(link, ({ state }) => {
      if (state === "lost") allClosed();
    }),
  );
  void open();
}

async function open(): Promise<void> {
  await openLink();
  if (link().state !== "open") return;
  const sample = inTauri ? null : await samplePath();
  if (sample === null) return select(profiles[0]?.id ?? null);
  const target = { engine: "sqlite", path: sample, mode: "read_write" } as const;
  const id = saveProfile({ name: `${nameOf(target)} (sample)`, target, kept: false });
  if (await openProfile(id)) newQueryTab(FIRST);
}

/** The file that the playground has made; null where there is none. */
async function samplePath(): Promise<string | null> {
  try {
    const answer = await fetch("sample.json");
    if (!answer.ok) return null;
    const path: unknown = await answer.json();
    return typeof path === "string" ? path : null;
  } catch {
    return null;
  }
}
