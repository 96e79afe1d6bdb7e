import type { Bytes } from "../../crypto/encoding.js";

/** All that is ever shown in the page: pictures that cannot carry a script (T33). SVG, HTML and PDF are not among them. */
export type PictureType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";

/** How many bytes tell what something is. */
export const TELLING_BYTES = 16;

const letters = (bytes: Bytes, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** By its first bytes: what a name or a sender says about a file is no reason to show it. */
export function pictureIn(bytes: Bytes): PictureType | null {
  const begin = letters(bytes, 0, TELLING_BYTES);
  if (begin.startsWith("\u0089PNG\r\n\u001a\n")) return "image/png";
  if (begin.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (begin.startsWith("RIFF") && begin.slice(8, 12) === "WEBP") return "image/webp";
  if (begin.startsWith("GIF87a") || begin.startsWith("GIF89a")) return "image/gif";
  return null;
}
