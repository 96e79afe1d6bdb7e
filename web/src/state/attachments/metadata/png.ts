import type { Bytes } from "../../../crypto/encoding.js";
import { ascii, view, type Kept } from "./parts.js";

const SIGNATURE = "\u0089PNG\r\n\u001a\n";
/** Whatever a picture needs to look as it does (PNG, third edition, section 11); all the rest is words about it. */
const NEEDED = new Set(
  "IHDR PLTE IDAT IEND tRNS cHRM cICP gAMA iCCP sBIT sRGB mDCV cLLI bKGD pHYs acTL fcTL fdAT".split(" "),
);

/** A PNG without texts, Exif, its time, unknown chunks, and whatever follows its end. */
export function stripPng(bytes: Bytes): Kept {
  if (ascii(bytes, 0, 8) !== SIGNATURE) return null;
  const data = view(bytes);
  const kept: Bytes[] = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + data.getUint32(at);
    if (end > bytes.length) return null;
    const kind = ascii(bytes, at + 4, 4);
    if (NEEDED.has(kind)) kept.push(bytes.subarray(at, end));
    if (kind === "IEND") return kept;
    at = end;
  }
  return null;
}
