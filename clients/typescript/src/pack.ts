// Encodes values as MessagePack, exactly: a value that cannot be represented is an error with its path, before anything
// is sent.
//
// Integers are encoded as integers over the whole range of int64 and uint64, from `number` where it is safe and from
// `bigint` beyond. -0, NaN, infinities and fractions are float64. A whole number is an integer, because JavaScript does
// not distinguish 12 from 12.0; `{kind: "float", value: 12}` is encoded as a float. A property that is `undefined` is
// left out. No private extension types are used.

import { LiteBaseError } from "./errors.js";

/** The limits of one message; a backend reports its own in `hello_response.limits`. */
export interface PackLimits {
  readonly max_frame_bytes: number;
  readonly max_depth: number;
  readonly max_items: number;
}

/** The limits before a backend has reported its own: only a cycle of objects reaches them. */
export const NO_LIMITS: PackLimits = { max_frame_bytes: 0xffff_ffff, max_depth: 100, max_items: Infinity };

const TWO_32 = 2 ** 32;
const LONE_SURROGATE = /\p{Surrogate}/u;
const FIRST_BYTES = 512;
const utf8 = new TextEncoder();

/** Encodes one value after `room` empty bytes. Throws `LiteBaseError` with the path of a value that cannot be sent. */
export function pack(value: unknown, limits: PackLimits = NO_LIMITS, room = 0): Uint8Array<ArrayBuffer> {
  return new Packer(limits, room).packed(value);
}

class Packer {
  private readonly limits: PackLimits;
  private readonly path: (string | number)[] = [];
  private bytes = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytes.buffer);
  private readonly room: number;
  private length: number;
  private items = 0;

  constructor(limits: PackLimits, room: number) {
    this.limits = limits;
    this.room = room;
    this.length = room;
  }

  packed(value: unknown): Uint8Array<ArrayBuffer> {
    this.value(value);
    return this.bytes.subarray(0, this.length);
  }

  private value(value: unknown): void {
    this.count(1);
    switch (typeof value) {
      case "string":
        return this.text(value);
      case "number":
        return Number.isSafeInteger(value) && !Object.is(value, -0) ? this.integer(value) : this.float(value);
      case "bigint":
        return this.bigInteger(value);
      case "boolean":
        return this.byte(value ? 0xc3 : 0xc2);
      case "object":
        return value === null ? this.byte(0xc0) : this.object(value);
      case "undefined":
        throw this.refused("an array cannot contain undefined; send null");
      default:
        throw this.refused(`a ${typeof value} cannot be sent`);
    }
  }

  private object(value: object): void {
    if (Array.isArray(value)) return this.array(value);
    const tag = Object.prototype.toString.call(value).slice(8, -1); // also right for objects of another window
    switch (tag) {
      case "Uint8Array":
        return this.binary(value as Uint8Array);
      case "Date":
        return this.timestamp(value as Date);
      case "Object":
        return this.map(value as Record<string, unknown>);
      default:
        throw this.refused(`a ${tag} cannot be sent; send plain objects, arrays, and bytes as a Uint8Array`);
    }
  }

  private array(values: readonly unknown[]): void {
    this.head(values.length, 0x90, 15, [0, 0xdc, 0xdd]);
    this.enter("");
    for (let index = 0; index < values.length; index++) {
      this.path[this.path.length - 1] = index;
      this.value(values[index]);
    }
    this.path.pop();
  }

  private map(values: Record<string, unknown>): void {
    const keys = Object.keys(values).filter((key) => values[key] !== undefined);
    this.head(keys.length, 0x80, 15, [0, 0xde, 0xdf]);
    this.enter("");
    for (const key of keys) {
      this.path[this.path.length - 1] = key;
      this.count(1);
      this.text(key);
      const value = values[key];
      if (key === "value" && typeof value === "number" && values["kind"] === "float") this.floatItem(value);
      else this.value(value);
    }
    this.path.pop();
  }

  private enter(step: string): void {
    this.path.push(step);
    const { max_depth } = this.limits;
    if (this.path.length > max_depth) throw this.limited("max_depth", `nested deeper than ${max_depth} levels`);
  }

  private integer(value: number): void {
    if (value >= 0) this.positive(value);
    else this.negative(value);
  }

  private positive(value: number): void {
    if (value < 0x80) this.byte(value);
    else if (value < 0x100) this.fixed(0xcc, 1, value);
    else if (value < 0x1_0000) this.fixed(0xcd, 2, value);
    else if (value < TWO_32) this.fixed(0xce, 4, value);
    else this.fixed(0xcf, 8, value);
  }

  private negative(value: number): void {
    if (value >= -0x20) this.byte(value + 0x100);
    else if (value >= -0x80) this.fixed(0xd0, 1, value);
    else if (value >= -0x8000) this.fixed(0xd1, 2, value);
    else if (value >= -0x8000_0000) this.fixed(0xd2, 4, value);
    else this.fixed(0xd3, 8, value);
  }

  /** A first byte and an integer of 1, 2, 4 or 8 bytes; a negative one becomes its two's complement. */
  private fixed(first: number, size: number, value: number): void {
    const place = this.taken(first, size);
    if (size === 1) this.view.setUint8(place, value);
    else if (size === 2) this.view.setUint16(place, value);
    else if (size === 4) this.view.setUint32(place, value);
    else this.halves(place, value);
  }

  private halves(place: number, value: number): void {
    this.view.setUint32(place, Math.floor(value / TWO_32));
    this.view.setUint32(place + 4, value);
  }

  private bigInteger(value: bigint): void {
    const small = Number(value);
    if (Number.isSafeInteger(small)) this.integer(small);
    else if (BigInt.asUintN(64, value) === value) this.eightBytes(0xcf, value);
    else if (BigInt.asIntN(64, value) === value) this.eightBytes(0xd3, value);
    else throw this.refused("an integer must be between -2^63 and 2^64-1; send a larger one as a string");
  }

  private eightBytes(first: number, value: bigint): void {
    const place = this.taken(first, 8);
    this.view.setBigUint64(place, value);
  }

  private float(value: number): void {
    const place = this.taken(0xcb, 8);
    this.view.setFloat64(place, value);
  }

  private floatItem(value: number): void {
    this.count(1);
    this.float(value);
  }

  private text(value: string): void {
    if (LONE_SURROGATE.test(value))
      throw this.refused("the string contains an unpaired surrogate, which is not a character");
    const encoded = utf8.encode(value);
    this.head(encoded.length, 0xa0, 31, [0xd9, 0xda, 0xdb]);
    this.raw(encoded);
  }

  private binary(value: Uint8Array): void {
    this.head(value.length, 0, -1, [0xc4, 0xc5, 0xc6]);
    this.raw(value);
  }

  /** MessagePack's own timestamp, extension type -1, in its 12-byte form. */
  private timestamp(value: Date): void {
    const milliseconds = value.getTime();
    if (Number.isNaN(milliseconds)) throw this.refused("the Date is invalid");
    const seconds = Math.floor(milliseconds / 1000);
    const place = this.taken(0xc7, 14);
    this.view.setUint16(place, 0x0cff); // twelve bytes of type -1
    this.view.setUint32(place + 2, (milliseconds - seconds * 1000) * 1_000_000);
    this.halves(place + 6, seconds);
  }

  /** The header of a value that has a length. `widths` are the first bytes for lengths of 1, 2 and 4 bytes. */
  private head(length: number, small: number, smallest: number, widths: readonly [number, number, number]): void {
    const [one, two, four] = widths;
    if (length <= smallest) this.byte(small | length);
    else if (length < 0x100 && one !== 0) this.fixed(one, 1, length);
    else if (length < 0x1_0000) this.fixed(two, 2, length);
    else this.fixed(four, 4, length);
  }

  private byte(value: number): void {
    const place = this.grown(1);
    this.bytes[place] = value;
  }

  /** Writes a first byte, makes room for `size` more and returns where they begin. May replace `view`. */
  private taken(first: number, size: number): number {
    const place = this.grown(size + 1);
    this.bytes[place] = first;
    return place + 1;
  }

  private raw(bytes: Uint8Array): void {
    const place = this.grown(bytes.length);
    this.bytes.set(bytes, place);
  }

  private grown(size: number): number {
    const place = this.length;
    const { max_frame_bytes } = this.limits;
    this.length += size;
    if (this.length > max_frame_bytes + this.room) {
      throw this.limited("max_frame_bytes", `larger than ${max_frame_bytes.toLocaleString("en")} bytes`);
    }
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, place));
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return place;
  }

  private count(items: number): void {
    this.items += items;
    const { max_items } = this.limits;
    if (this.items > max_items) throw this.limited("max_items", `made up of more than ${max_items} values`);
  }

  private refused(reason: string): LiteBaseError<"invalid_message"> {
    const path = this.path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    return new LiteBaseError({
      code: "invalid_message",
      message: `${path || "/"}: ${reason}. Nothing was sent.`,
      details: { path: path || "/" },
    });
  }

  private limited(limit: keyof PackLimits, reason: string): LiteBaseError<"limit_exceeded"> {
    return new LiteBaseError({
      code: "limit_exceeded",
      message: `The message is ${reason}, which the backend does not accept. Nothing was sent.`,
      details: { limit, maximum: this.limits[limit] },
    });
  }
}
