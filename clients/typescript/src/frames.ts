// Encodes messages as frames and decodes them: four bytes of length, big-endian, and one MessagePack map.

import { LiteBaseError } from "./errors.js";
import { NO_LIMITS, pack, type PackLimits } from "./pack.js";
import { unpack } from "./unpack.js";

/** One complete message. */
export interface Message {
  /** Chosen by the sender of a request; the answer has the same id. */
  readonly id: string;
  readonly type: string;
  readonly timestamp: Date;
  readonly data: unknown;
}

const HEADER_BYTES = 4;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Encodes one frame. Throws `LiteBaseError` with the path of a value that cannot be sent. */
export function encodeFrame(message: Message, limits: PackLimits = NO_LIMITS): Uint8Array<ArrayBuffer> {
  const { id, type, timestamp, data } = message;
  const frame = pack({ id, type, timestamp, data }, limits, HEADER_BYTES);
  new DataView(frame.buffer).setUint32(0, frame.length - HEADER_BYTES);
  return frame;
}

/** Decodes a payload, which is a frame without its four bytes of length. Throws `LiteBaseError` (`invalid_frame`). */
export function decodePayload(payload: Uint8Array): Message {
  const message = unpack(payload);
  if (!isMessage(message)) {
    throw new LiteBaseError({ code: "invalid_frame", message: "A frame contains something that is not a message." });
  }
  return message;
}

/** Decodes one complete frame. Throws `LiteBaseError` (`invalid_frame`). */
export function decodeFrame(frame: Uint8Array): Message {
  const reader = new FrameReader();
  const payload = reader.read(frame).next().value;
  if (payload === undefined || reader.midFrame) {
    throw new LiteBaseError({ code: "invalid_frame", message: "The bytes are not one complete frame." });
  }
  return decodePayload(payload);
}

function isMessage(value: unknown): value is Message {
  const { id, type } = (value ?? {}) as Partial<Message>;
  return typeof id === "string" && typeof type === "string";
}

/** Splits a stream of bytes into payloads, whatever the size of the chunks in which the bytes arrive. */
export class FrameReader {
  private pieces: Uint8Array[] = [];
  private size = 0;

  /** Whether an incomplete frame is pending. */
  get midFrame(): boolean {
    return this.size > 0;
  }

  /** Adds bytes and yields each payload that they complete. Throws `LiteBaseError` when a frame is too long. */
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

  /** One array with at least the first `size` bytes. A frame of many chunks is joined only once, when complete. */
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
      message: `The frame length is ${length.toLocaleString("en")} bytes. Is this the address of a LiteBase backend?`,
      details: { limit: "max_frame_bytes", maximum: MAX_ANSWER_BYTES },
    });
  }
  return length;
}
