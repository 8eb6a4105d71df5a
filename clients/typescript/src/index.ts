// The exports of `@litebase/client`. Nothing here needs Node.js; transports that do are in `@litebase/client/node`.

export * from "@litebase/contract";
export {
  connect,
  Client,
  type ConnectOptions,
  type EventsOptions,
  type OpenedTable,
  type Result,
  type ScriptResult,
  type View,
} from "./client.js";
export type { Signal, SignalLike } from "./abort.js";
export { ChangeSet, type AddedRow, type ChangedTable, type RowChanges } from "./changes.js";
export type { BackendEvent, CallOptions, ClientEvents, LongCallOptions } from "./channel.js";
export { dbmlDiagram, mermaidDiagram, type DiagramOptions } from "./diagram.js";
export {
  isLiteBaseError,
  LiteBaseError,
  type ClientErrorDetails,
  type DetailsByCode,
  type DetailsOf,
  type ErrorFacts,
  type KnownCode,
  type KnownError,
} from "./errors.js";
export { decodeFrame, decodePayload, encodeFrame, FrameReader, type Message } from "./frames.js";
export { mockTransport, type MockAnswers, type MockTransport } from "./mock.js";
export type { OnPrompt } from "./prompts.js";
export type { StoredRows, Window, WindowsOptions } from "./rows.js";
export { displayText, editText, stringIndex } from "./text.js";
export { ObjectNode, objectTree, type Children, type TreeOptions } from "./tree.js";
export type { Receiver, Transport } from "./transport.js";
export { VERSION } from "./version.js";
