// The link to the backend: opened once, and seen to when it ends.

import { connect, isLiteBaseError, VERSION, type Client, type EventEntry } from "@litebase/client";
import { createSignal } from "solid-js";
import { pickTransport, tapped } from "../transport";
import { tapFrames } from "./frames";
import { promptAnswers } from "./prompts";

export type LinkState =
  | { readonly state: "connecting" }
  | { readonly state: "open"; readonly client: Client }
  | { readonly state: "lost"; readonly reason: string };

const [link, setLink] = createSignal<LinkState>({ state: "connecting" });
export { link };

const listeners = new Set<(event: EventEntry) => void>();

/** Calls `listener` for each event of the backend. Returns a function that ends it. */
export function onEvent(listener: (event: EventEntry) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The client of the open link. Throws where there is none. */
export function backend(): Client {
  const now = link();
  if (now.state !== "open") throw new Error("There is no link to the backend.");
  return now.client;
}

/** The client of the link; where one is being opened, once that is done. Throws where there is none. */
export async function reached(): Promise<Client> {
  await opening;
  return backend();
}

/** Whether the backend has an optional feature. */
export function hasFeature(name: string): boolean {
  const now = link();
  return now.state === "open" && now.client.server.capabilities.includes(name);
}

let opening: Promise<void> | undefined;

/** Opens the link, once. */
export function openLink(): Promise<void> {
  opening ??= open().finally(() => (opening = undefined));
  return opening;
}

async function open(): Promise<void> {
  setLink({ state: "connecting" });
  try {
    const transport = tapped(await pickTransport(), tapFrames);
    const client = await connect(transport, {
      client: { name: "litebase-studio", version: VERSION },
      onPrompt: promptAnswers,
    });
    client.on("closed", (error) => setLink({ state: "lost", reason: error?.message ?? "The link was closed." }));
    setLink({ state: "open", client });
    void listen(client);
  } catch (error) {
    setLink({ state: "lost", reason: error instanceof Error ? error.message : String(error) });
  }
}

async function listen(client: Client): Promise<void> {
  try {
    for await (const event of client.events()) for (const listener of [...listeners]) listener(event);
  } catch (error) {
    if (!isLiteBaseError(error, "connection_closed")) console.error("The events of the backend have ended.", error);
  }
}
