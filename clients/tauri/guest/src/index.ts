// The exports of `@litebase/tauri`: how the page of a Tauri app reaches the backend that the plugin runs.

export { tauriTransport } from "./transport.js";
export { backendStatus, onBackendStatus, restartBackend, type BackendStatus } from "./status.js";
