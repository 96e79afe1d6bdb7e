import { CryptoRefusal } from "./errors.js";

/** Bytes over an ordinary buffer: what WebCrypto accepts without a copy. */
export type Bytes = Uint8Array<ArrayBuffer>;

const utf8Encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return utf8Encoder.encode(text);
}

/** Strict: broken UTF-8 is refused and a byte order mark is kept, as in Python (T35). */
export function text(bytes: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CryptoRefusal("encoding_invalid");
  }
}

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
  if (!Number.isSafeInteger(value) || value < 0 || value > 0xffffffff) throw new CryptoRefusal("encoding_invalid");
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function u64(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new CryptoRefusal("encoding_invalid");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Length-prefixed fields: what makes two different lists of fields two different inputs (e2ee.md, Encoding). */
export function lp(...fields: Bytes[]): Bytes {
  return concat(...fields.flatMap((field) => [u32(field.length), field]));
}

/** The fields of `lp`, which must fill `bytes` to the last one. A hostile length allocates nothing (T29). */
export function unlp(bytes: Bytes): Bytes[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Bytes[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes.length - offset < 4) throw new CryptoRefusal("encoding_invalid");
    const length = view.getUint32(offset);
    offset += 4;
    if (length > bytes.length - offset) throw new CryptoRefusal("encoding_invalid");
    fields.push(bytes.slice(offset, offset + length));
    offset += length;
  }
  return fields;
}

export function equal(left: Bytes, right: Bytes): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/** Padmé (PURBs, section 4) in integers only, so that no platform's floating point can differ (T29). */
export function padme(length: number): number {
  if (length < 2) return length;
  const exponent = 31 - Math.clz32(length);
  const lastBits = exponent - (32 - Math.clz32(exponent));
  const mask = (1 << lastBits) - 1;
  return (length + mask) & ~mask;
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(hex: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new CryptoRefusal("encoding_invalid");
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toBase64url(bytes: Bytes): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(encoded: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded) || encoded.length % 4 === 1) throw new CryptoRefusal("encoding_invalid");
  const bytes = Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  // Stray bits in the last symbol would give one value two spellings.
  if (toBase64url(bytes) !== encoded) throw new CryptoRefusal("encoding_invalid");
  return bytes;
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Overwrites secrets before the page goes (quick exit); what the engine copied meanwhile is beyond reach. */
export function forget(...secrets: Bytes[]): void {
  for (const secret of secrets) secret.fill(0);
}
