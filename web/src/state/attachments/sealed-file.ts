import type { FileBody } from "../../crypto/bodies.js";
import type { Bytes } from "../../crypto/encoding.js";
import type { FileTerms } from "../../crypto/files.js";
import type { FileView } from "../types.js";

/** What opens a file, without the room that the thread knows. */
export type SealedFile = Omit<FileTerms, "room"> & { readonly digest: Bytes };

/** Keys stay below the pages: a view is looked up here by whoever fetches it. */
const sealed = new WeakMap<FileView, SealedFile>();

/** `epoch`: that of the message. */
export function fileView({ name, size, fileId, key, digest }: FileBody, epoch: number): FileView {
  const view: FileView = { name, size };
  sealed.set(view, { epoch, fileId, key, size, digest });
  return view;
}

export function sealedFileOf(view: FileView): SealedFile {
  const found = sealed.get(view);
  if (found === undefined) throw new TypeError("a view of a file that was never read");
  return found;
}
