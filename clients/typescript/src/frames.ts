// Messages to frames and back: four bytes of length, big-endian, and one MessagePack map.

import { LiteBaseError } from "./errors.js";
import { NO_LIMITS, pack, type PackLimits } from "./pack.js";
import { unpack } from "./unpack.js";

/** One message, whole. */
export interface Message {
  /** Chosen by whoever asks; the answer carries the same. */
  readonly id: string;
  readonly type: string;
  readonly timestamp: Date;
  readonly data: unknown;
}

const HEADER_BYTES = 4;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** One frame. Throws `LiteBaseError` with the path of what cannot be sent. */
export function encodeFrame(message: Message, limits: PackLimits = NO_LIMITS): Uint8Array {
  const { id, type, timestamp, data } = message;
  const frame = pack({ id, type, timestamp, data }, limits, HEADER_BYTES);
  new DataView(frame.buffer).setUint32(0, frame.length - HEADER_BYTES);
  return frame;
}

/** The message in a payload: a frame without its four bytes of length. Throws `LiteBaseError` (`invalid_frame`). */
export function decodePayload(payload: Uint8Array): Message {
  const message = unpack(payload);
  if (!isMessage(message)) {
    throw new LiteBaseError({ code: "invalid_frame", message: "A frame holds something that is no message." });
  }
  return message;
}

/** The message in one whole frame. Throws `LiteBaseError` (`invalid_frame`). */
export function decodeFrame(frame: Uint8Array): Message {
  const reader = new FrameReader();
  const payload = reader.read(frame).next().value;
  if (payload === undefined || reader.midFrame) {
    throw new LiteBaseError({ code: "invalid_frame", message: "These bytes are not one whole frame." });
  }
  return decodePayload(payload);
}

function isMessage(value: unknown): value is Message {
  const { id, type } = (value ?? {}) as Partial<Message>;
  return typeof id === "string" && typeof type === "string";
}

/** Cuts a stream of bytes into payloads, however the bytes were sliced or run together on the way. */
export class FrameReader {
  private pieces: Uint8Array[] = [];
  private size = 0;

  /** Whether a frame has begun and is not complete. */
  get midFrame(): boolean {
    return this.size > 0;
  }

  /** Takes bytes and yields each payload that they complete. Throws `LiteBaseError` when one is far too long. */
  *read(bytes: Uint8Array): Generator<Uint8Array, void> {
    if (bytes.length === 0) return;
    this.pieces.push(bytes);
    this.size += bytes.length;
    while (this.size >= HEADER_BYTES) {
      const end = HEADER_BYTES + payloadLength(this.joined(HEADER_BYTES));
      if (this.size < end) return;
      const all = this.joined(end);
      this.pieces = all.length > end ? [all.subarray(end)] : [];
      this.size -= end;
      yield all.subarray(HEADER_BYTES, end);
    }
  }

  /** One array that holds at least the first `size` bytes. A frame of many slices is put together once, at its end. */
  private joined(size: number): Uint8Array {
    const [first] = this.pieces;
    if (first !== undefined && first.length >= size) return first;
    const all = new Uint8Array(this.size);
    let place = 0;
    for (const piece of this.pieces) {
      all.set(piece, place);
      place += piece.length;
    }
    this.pieces = [all];
    return all;
  }
}

function payloadLength(bytes: Uint8Array): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > MAX_ANSWER_BYTES) {
    throw new LiteBaseError({
      code: "frame_too_large",
      message: `A frame of ${length.toLocaleString("en")} bytes was announced. Is this the address of a LiteBase backend?`,
      details: { limit: "max_frame_bytes", maximum: MAX_ANSWER_BYTES },
    });
  }
  return length;
}
