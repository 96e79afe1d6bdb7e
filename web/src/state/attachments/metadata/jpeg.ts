import type { Bytes } from "../../../crypto/encoding.js";
import { ascii, view, type Kept } from "./parts.js";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COMMENT = 0xfe;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const ORIENTATION = 0x0112;
const EXIF = "Exif\u0000\u0000";

/**
 * A JPEG (ITU-T T.81) without what tells of place, device and time: application segments but JFIF, colour profile and
 * Adobe's colour transform, comments, thumbnails, and whatever follows its end (phones put more pictures there). How
 * it is to be turned is kept.
 */
export function stripJpeg(bytes: Bytes): Kept {
  const data = view(bytes);
  if (bytes.length < 4 || data.getUint16(0) !== 0xff00 + SOI) return null;
  const kept: Bytes[] = [bytes.subarray(0, 2)];
  let orientation = 1;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + data.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) return null;
    if (marker === SOS) return withScans(bytes, at, kept, orientation);
    const segment = bytes.subarray(at, end);
    if (marker === APP1) orientation = orientationIn(segment) ?? orientation;
    else kept.push(...keptOf(marker, segment));
    at = end;
  }
  return null;
}

function keptOf(marker: number, segment: Bytes): Bytes[] {
  if (marker === COMMENT) return [];
  if (marker === APP0) return ascii(segment, 4, 5) === "JFIF\u0000" && segment.length >= 18 ? [jfif(segment)] : [];
  if (marker === APP2) return ascii(segment, 4, 12) === "ICC_PROFILE\u0000" ? [segment] : [];
  if (marker === APP14) return ascii(segment, 4, 5) === "Adobe" ? [segment] : [];
  return marker > APP0 && marker <= APP15 ? [] : [segment];
}

/** Without its thumbnail, which may show what was cut away from the picture. */
function jfif(segment: Bytes): Bytes {
  const short = segment.slice(0, 18);
  short.set([0xff, APP0, 0, 16], 0);
  short.set([0, 0], 16);
  return short;
}

/** From the first scan to the end of the image; in a progressive one there are tables and scans between. */
function withScans(bytes: Bytes, from: number, kept: Bytes[], orientation: number): Kept {
  const data = view(bytes);
  let begin = from;
  let at = from;
  while (at + 2 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    const entropy = bytes[at] !== 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd7);
    if (entropy) {
      at = Math.max(bytes.indexOf(0xff, at + 1), 0) || bytes.length;
    } else if (marker === 0xff) {
      at += 1;
    } else if (marker === EOI) {
      const upTo = bytes.subarray(begin, at + 2);
      const [first, ...rest] = kept;
      return first === undefined ? null : [first, ...turned(orientation), ...rest, upTo];
    } else {
      if (at + 4 > bytes.length) return null;
      const end = at + 2 + data.getUint16(at + 2);
      if (end > bytes.length || end < at + 4) return null;
      const about = marker === COMMENT || (marker >= APP0 && marker <= APP15);
      if (about) {
        kept.push(bytes.subarray(begin, at));
        begin = end;
      }
      at = end;
    }
  }
  return null;
}

/** An Exif segment (CIPA DC-008) that says how to turn the picture, and nothing else. */
function turned(orientation: number): Bytes[] {
  if (orientation < 2 || orientation > 8) return [];
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const body = [...EXIF].map((letter) => letter.charCodeAt(0)).concat(tiff);
  return [Uint8Array.from([0xff, APP1, 0, body.length + 2, ...body])];
}

function orientationIn(segment: Bytes): number | null {
  if (ascii(segment, 4, 6) !== EXIF || segment.length < 10 + 8) return null;
  const tiff = view(segment.subarray(10));
  const little = ascii(segment, 10, 2) === "II";
  const first = tiff.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return null;
  const count = tiff.getUint16(first, little);
  for (let entry = first + 2; entry < first + 2 + 12 * count && entry + 12 <= tiff.byteLength; entry += 12) {
    if (tiff.getUint16(entry, little) === ORIENTATION) return tiff.getUint16(entry + 8, little);
  }
  return null;
}
