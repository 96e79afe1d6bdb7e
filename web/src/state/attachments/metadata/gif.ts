import type { Bytes } from "../../../crypto/encoding.js";
import { ascii, type Kept } from "./parts.js";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
const LOOPS = new Set(["NETSCAPE2.0", "ANIMEXTS1.0"]);

const tableSize = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** A GIF (GIF89a specification) without comments, texts, XMP and other applications' words, or what follows its end. */
export function stripGif(bytes: Bytes): Kept {
  if (!["GIF87a", "GIF89a"].includes(ascii(bytes, 0, 6)) || bytes.length < 14) return null;
  let at = 13 + tableSize(bytes[10] ?? 0);
  const kept: Bytes[] = [bytes.subarray(0, at)];
  while (at < bytes.length) {
    const end = blockEnd(bytes, at);
    if (end === null) return null;
    if (isNeeded(bytes, at)) kept.push(bytes.subarray(at, end));
    if (bytes[at] === TRAILER) return kept;
    at = end;
  }
  return null;
}

function isNeeded(bytes: Bytes, at: number): boolean {
  if (bytes[at] !== EXTENSION) return true;
  const label = bytes[at + 1];
  return label === GRAPHIC_CONTROL || (label === APPLICATION && LOOPS.has(ascii(bytes, at + 3, 11)));
}

function blockEnd(bytes: Bytes, at: number): number | null {
  if (bytes[at] === TRAILER) return at + 1;
  if (bytes[at] === EXTENSION) return subBlocksEnd(bytes, at + 2);
  if (bytes[at] === IMAGE && at + 10 < bytes.length)
    return subBlocksEnd(bytes, at + 11 + tableSize(bytes[at + 9] ?? 0));
  return null;
}

function subBlocksEnd(bytes: Bytes, from: number): number | null {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return null;
}
