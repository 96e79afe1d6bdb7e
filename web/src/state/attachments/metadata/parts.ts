import type { Bytes } from "../../../crypto/encoding.js";

/** What is left of an image, piece by piece; null when it is not built as such an image has to be. */
export type Kept = Bytes[] | null;

export const ascii = (bytes: Bytes, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

export const view = (bytes: Bytes): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
