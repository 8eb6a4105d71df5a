// Generated from schema/ by `make generate`. Do not edit.
// The four keys that every message has.

/** One message: what a frame's payload holds. */
export interface Envelope {
  /**
   * Chosen by the client, unique among its requests in flight; the answer carries the same id. An error that belongs to
   * no readable request has the id `-`. At most 128 characters.
   */
  id: string;
  /** The message type, for example `query`. At most 64 characters. */
  type: string;
  /** When the message was made, in UTC: the MessagePack timestamp, extension type -1. */
  timestamp: Date;
  /** What the message says; its shape follows from `type`. In a request nil stands for the empty map. */
  data: MessageData | null;
}

/** A map with string keys, described by the definition that names this message type. */
export type MessageData = Record<string, unknown>;
