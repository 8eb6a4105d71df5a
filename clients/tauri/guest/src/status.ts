// What the plugin says about the backend's process.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

/** What the backend's process does now. */
export type BackendStatus =
  /** It was started and has not said yet that it is ready. */
  | { readonly state: "starting" }
  /** It takes links. `generation` counts its starts; it is 0, and the versions are empty, if the app did not start it. */
  | { readonly state: "ready"; readonly generation: number; readonly version: string; readonly protocol: string }
  /** It ended without being asked to. It is started again after `retry_ms`; what was open in it is gone. */
  | { readonly state: "lost"; readonly reason: string; readonly retry_ms: number }
  /** It was lost too often, or cannot run as it was started. */
  | { readonly state: "failed"; readonly reason: string }
  /** The app ends. */
  | { readonly state: "stopped" };

const EVENT = "litebase://status";

/** Asks what the backend's process does now. */
export function backendStatus(): Promise<BackendStatus> {
  return invoke<BackendStatus>("plugin:litebase|status");
}

/** Starts the backend again after it has failed. One that has not is left alone; `onBackendStatus` tells what becomes of it. */
export function restartBackend(): Promise<void> {
  return invoke("plugin:litebase|restart");
}

/**
 * Calls `listener` with what the backend's process does now, and with every change. Resolves with a function that ends
 * that. The page needs the permission `core:event:default` for it.
 */
export async function onBackendStatus(listener: (status: BackendStatus) => void): Promise<() => void> {
  let changed = false;
  const stop = await listen<BackendStatus>(EVENT, ({ payload }) => {
    changed = true;
    listener(payload);
  });
  const status = await backendStatus();
  if (!changed) listener(status); // otherwise the listener knows something newer
  return stop;
}
