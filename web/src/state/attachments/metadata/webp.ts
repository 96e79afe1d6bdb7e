import type { Bytes } from "../../../crypto/encoding.js";
import { ascii, view, type Kept } from "./parts.js";

const NEEDED = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]);
const HAS_EXIF_AND_XMP = 0x0c;

/** A WebP (RFC 9649) without Exif, XMP, unknown chunks, and whatever follows its end. */
export function stripWebp(bytes: Bytes): Kept {
  if (bytes.length < 20 || ascii(bytes, 0, 4) !== "RIFF" || ascii(bytes, 8, 4) !== "WEBP") return null;
  const data = view(bytes);
  const end = 8 + data.getUint32(4, true);
  if (end > bytes.length) return null;
  const kept: Bytes[] = [];
  let at = 12;
  while (at + 8 <= end) {
    const length = data.getUint32(at + 4, true);
    const next = at + 8 + length + (length % 2);
    if (at + 8 + length > end) return null;
    const kind = ascii(bytes, at, 4);
    if (NEEDED.has(kind))
      kept.push(kind === "VP8X" ? withoutFlags(bytes.subarray(at, next)) : bytes.subarray(at, next));
    at = next;
  }
  if (kept.length === 0) return null;
  const head = bytes.slice(0, 12);
  view(head).setUint32(4, 4 + kept.reduce((sum, chunk) => sum + chunk.length, 0), true);
  return [head, ...kept];
}

/** The extended header says that metadata follow; they do not any more. */
function withoutFlags(chunk: Bytes): Bytes {
  const changed = chunk.slice();
  changed[8] = (changed[8] ?? 0) & ~HAS_EXIF_AND_XMP;
  return changed;
}
