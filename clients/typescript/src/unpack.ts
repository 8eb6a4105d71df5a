// Decodes MessagePack exactly: an integer is a `number` where that is safe and a `bigint` beyond; bytes are a copied
// `Uint8Array`; text keeps every character, including a leading byte order mark.

import { LiteBaseError } from "./errors.js";

const TWO_32 = 2 ** 32;
const SHORT_TEXT = 32; // bytes; up to this length a loop over ASCII is faster than a call of the decoder
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes the one value in `bytes`. Throws `LiteBaseError` (`invalid_frame`) if they are anything else. */
export function unpack(bytes: Uint8Array): unknown {
  const unpacker = new Unpacker(bytes);
  try {
    const value = unpacker.value();
    if (unpacker.atEnd) return value;
  } catch (error) {
    throw new LiteBaseError({
      code: "invalid_frame",
      message: "A frame cannot be decoded as MessagePack.",
      cause: error,
    });
  }
  throw new LiteBaseError({ code: "invalid_frame", message: "A frame contains more than one message." });
}

class Unpacker {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private place = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // a Buffer's `slice` does not copy
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.place === this.bytes.length;
  }

  value(): unknown {
    const first = this.view.getUint8(this.place++);
    if (first < 0x80) return first;
    if (first >= 0xe0) return first - 0x100;
    if (first >= 0xc0) return this.sized(first);
    if (first >= 0xa0) return this.text(first & 0x1f);
    if (first >= 0x90) return this.array(first & 0x0f);
    return this.map(first & 0x0f);
  }

  private sized(first: number): unknown {
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.binary(this.length(first - 0xc4));
      case 0xca:
        return this.view.getFloat32(this.past(4));
      case 0xcb:
        return this.view.getFloat64(this.past(8));
      case 0xcc:
        return this.view.getUint8(this.past(1));
      case 0xcd:
        return this.view.getUint16(this.past(2));
      case 0xce:
        return this.view.getUint32(this.past(4));
      case 0xcf:
        return this.unsigned(this.past(8));
      case 0xd0:
        return this.view.getInt8(this.past(1));
      case 0xd1:
        return this.view.getInt16(this.past(2));
      case 0xd2:
        return this.view.getInt32(this.past(4));
      case 0xd3:
        return this.signed(this.past(8));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.length(first - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.array(this.length(first - 0xdb));
      case 0xde:
      case 0xdf:
        return this.map(this.length(first - 0xdd));
      default:
        return this.timestamp(first);
    }
  }

  /** A length of 1, 2 or 4 bytes: `power` is 0, 1 or 2. */
  private length(power: number): number {
    if (power === 0) return this.view.getUint8(this.past(1));
    return power === 1 ? this.view.getUint16(this.past(2)) : this.view.getUint32(this.past(4));
  }

  private past(size: number): number {
    const place = this.place;
    this.place += size;
    return place;
  }

  private unsigned(place: number): number | bigint {
    const safe = this.view.getUint32(place) * TWO_32 + this.view.getUint32(place + 4);
    return Number.isSafeInteger(safe) ? safe : this.view.getBigUint64(place);
  }

  private signed(place: number): number | bigint {
    const safe = this.view.getInt32(place) * TWO_32 + this.view.getUint32(place + 4);
    return Number.isSafeInteger(safe) ? safe : this.view.getBigInt64(place);
  }

  private text(length: number): string {
    const start = this.past(length);
    const end = this.place;
    if (length > SHORT_TEXT || end > this.bytes.length) return utf8.decode(this.piece(start, end));
    const codes = new Array<number>(length);
    for (let index = 0; index < length; index++) {
      const byte = this.bytes[start + index] as number;
      if (byte >= 0x80) return utf8.decode(this.piece(start, end));
      codes[index] = byte;
    }
    return String.fromCharCode.apply(null, codes); // one flat string; concatenation leaves a chain of pieces
  }

  private binary(length: number): Uint8Array {
    const start = this.past(length);
    this.checkEnd(this.place);
    return this.bytes.slice(start, this.place); // a copy: a view would keep the whole frame alive
  }

  private piece(start: number, end: number): Uint8Array {
    this.checkEnd(end);
    return this.bytes.subarray(start, end);
  }

  private checkEnd(end: number): void {
    if (end > this.bytes.length) throw new RangeError("the frame ends inside a value");
  }

  private array(length: number): unknown[] {
    this.checkEnd(this.place + length); // each value has at least one byte
    const values = new Array<unknown>(length);
    for (let index = 0; index < length; index++) values[index] = this.value();
    return values;
  }

  private map(length: number): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (let index = 0; index < length; index++) {
      const key = this.value();
      if (typeof key !== "string") throw new TypeError("a key of a map is not a str");
      const value = this.value();
      if (key === "__proto__") Object.defineProperty(values, key, { value, enumerable: true });
      else values[key] = value;
    }
    return values;
  }

  /** The only extension in use. A `Date` has milliseconds; finer digits are dropped. */
  private timestamp(first: number): Date {
    const size = first === 0xc7 ? this.length(0) : first === 0xd6 ? 4 : first === 0xd7 ? 8 : 0;
    const type = this.view.getInt8(this.past(1));
    const place = this.past(size);
    if (type !== -1 || ![4, 8, 12].includes(size)) throw new TypeError(`an extension that begins with byte ${first}`);
    if (size === 4) return new Date(this.view.getUint32(place) * 1000);
    const high = this.view.getUint32(place);
    if (size === 12) return moment(Number(this.view.getBigInt64(place + 4)), high);
    return moment((high & 3) * TWO_32 + this.view.getUint32(place + 4), high >>> 2);
  }
}

function moment(seconds: number, nanoseconds: number): Date {
  return new Date(seconds * 1000 + Math.floor(nanoseconds / 1_000_000));
}
