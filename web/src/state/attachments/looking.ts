import { largestFile } from "../../crypto/files.js";
import { Refused } from "../../net/refused.js";
import type { Look, Looked } from "./errands.js";
import { strip } from "./metadata/strip.js";
import { pictureIn, TELLING_BYTES } from "./pictures.js";

/** Looks at a file before it is sent: too large, unreadable, or a picture that says more than it shows. */
export async function look({ file }: Look): Promise<Looked> {
  if (file.size > largestFile) throw new Refused("file_too_large");
  const begin = await bytesOf(file.slice(0, TELLING_BYTES));
  if (pictureIn(begin) === null) return { blob: file, stripped: false };
  const left = strip(await bytesOf(file));
  return left === null
    ? { blob: file, stripped: false }
    : { blob: new Blob(left.parts, { type: left.type }), stripped: true };
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new Refused("file_unreadable");
  }
}
