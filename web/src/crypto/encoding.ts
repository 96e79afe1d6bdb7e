import { CryptoRefusal, malformed } from "./errors.js";

/** Bytes over an ordinary buffer: what WebCrypto accepts without a copy. */
export type Bytes = Uint8Array<ArrayBuffer>;

type Tuple<Count extends number, Found extends Bytes[] = []> = Found["length"] extends Count
  ? Found
  : Tuple<Count, [...Found, Bytes]>;

export const empty: Bytes = new Uint8Array(0);
export const zero32: Bytes = new Uint8Array(32);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const words = /^[a-z_]{1,32}$/;
// Control, zero-width and direction characters: a name made of them could pass for another.
// eslint-disable-next-line no-control-regex -- these are the characters that a name must not have
const notInNames = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
const largestName = 128;

export function concat(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Each field as u32 big-endian length and bytes: no two lists of fields give the same input (protocol.md section 1). */
export function lp(...fields: Bytes[]): Bytes {
  return concat(...fields.flatMap((field) => [u32(field.length), field]));
}

/** Every field of an lp; refuses a length beyond the end before anything is allocated by it (T29). */
export function split(bytes: Bytes): Bytes[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Bytes[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes.length - offset < 4) malformed();
    const length = view.getUint32(offset);
    offset += 4;
    if (length > bytes.length - offset) malformed();
    found.push(bytes.slice(offset, offset + length));
    offset += length;
  }
  return found;
}

/** Exactly `count` fields, or `malformed`. */
export function fields<Count extends number>(bytes: Bytes, count: Count): Tuple<Count> {
  const found = split(bytes);
  if (found.length !== count) malformed();
  return found as unknown as Tuple<Count>;
}

/** The `count` fields after the label, or `malformed` (T34). */
export function labelled<Count extends number>(bytes: Bytes, label: Bytes, count: Count): Tuple<Count> {
  const [first, ...rest] = split(bytes);
  if (first === undefined || rest.length !== count || !equal(first, label)) malformed();
  return rest as unknown as Tuple<Count>;
}

/** Reads a list of at most `most` elements. */
export function each<T>(field: Bytes, read: (element: Bytes) => T, most: number): T[] {
  const found = split(field);
  if (found.length > most) malformed();
  return found.map(read);
}

/** The same for what has to be verified on the way, one element after the other. */
export async function eachAsync<T>(field: Bytes, read: (element: Bytes) => Promise<T>, most: number): Promise<T[]> {
  const found: T[] = [];
  for (const element of each(field, (one) => one, most)) found.push(await read(element));
  return found;
}

export function sized(field: Bytes, size: number): Bytes {
  if (field.length !== size) malformed();
  return field;
}

export function u64(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) malformed();
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** The number, below 2^53 as in every language, or `malformed`. */
export function readU64(field: Bytes): number {
  const value = new DataView(sized(field, 8).buffer, field.byteOffset).getBigUint64(0);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) malformed();
  return Number(value);
}

/** UTF-8; a lone surrogate has none, and the encoder would silently replace it. */
export function utf8(text: string): Bytes {
  if (/\p{Surrogate}/u.test(text)) malformed();
  return encoder.encode(text);
}

/** Strict UTF-8; a byte order mark is an ordinary character. */
export function readText(field: Bytes): string {
  try {
    return decoder.decode(field);
  } catch {
    return malformed();
  }
}

export function word(text: string): Bytes {
  if (!words.test(text)) malformed();
  return utf8(text);
}

export function readWord(field: Bytes): string {
  const text = readText(field);
  if (!words.test(text)) malformed();
  return text;
}

export function flag(value: boolean): Bytes {
  return utf8(value ? "yes" : "no");
}

export function readFlag(field: Bytes): boolean {
  const text = readText(field);
  if (text !== "yes" && text !== "no") malformed();
  return text === "yes";
}

/** A name that is shown to people, or `malformed` if it could deceive the eye. */
export function readName(field: Bytes): string {
  const text = readText(field);
  if (field.length < 1 || field.length > largestName || notInNames.test(text)) malformed();
  return text;
}

/** A name as bytes; `name_invalid` for what no reader would accept. */
export function displayName(text: string): Bytes {
  try {
    const field = utf8(text);
    readName(field);
    return field;
  } catch {
    throw new CryptoRefusal("name_invalid");
  }
}

export function equal(left: Bytes, right: Bytes): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/** Bytewise order, a shorter prefix first. */
export function compare(left: Bytes, right: Bytes): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Sorted bytewise, none twice. */
export function ascending(keys: readonly Bytes[]): boolean {
  return keys.every((key, index) => index === 0 || compare(keys[index - 1] ?? empty, key) < 0);
}

/** Padmé (PURBs, Nikitin et al. 2019) in integers only, so that no platform's floating point can differ (T29). */
export function padme(length: number): number {
  const exponent = 31 - Math.clz32(length);
  const zeros = Math.max(exponent - (32 - Math.clz32(exponent)), 0);
  const mask = (1 << zeros) - 1;
  return (length + mask) & ~mask;
}
