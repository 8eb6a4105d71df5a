// The transport of a Tauri window. The package `@litebase/tauri` will have it; until then there is no such build.

import type { Transport } from "@litebase/client";

export function tauriTransport(): Transport {
  throw new Error("This build of Studio has no transport for Tauri.");
}
