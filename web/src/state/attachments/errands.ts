import type { Bytes } from "../../crypto/encoding.js";
import type { FileTerms } from "../../crypto/files.js";

/** What the page asks the worker for, and what it hears back. Both sides import this file and nothing of each other. */
export interface Look {
  readonly kind: "look";
  readonly file: Blob;
}

/** `blob` goes out; `stripped` when it is a picture from which something could be removed. */
export interface Looked {
  readonly blob: Blob;
  readonly stripped: boolean;
}

export interface Send {
  readonly kind: "send";
  readonly blob: Blob;
  readonly terms: FileTerms;
}

export interface Sent {
  readonly digest: Bytes;
}

export interface Fetch {
  readonly kind: "fetch";
  readonly terms: FileTerms;
  readonly digest: Bytes;
}

/** The opened file. Its type is that of a picture only if its bytes are those of one. */
export interface Fetched {
  readonly blob: Blob;
  readonly picture: boolean;
}

export type Errand = Look | Send | Fetch;
export type Outcome<One extends Errand> = One extends Look ? Looked : One extends Send ? Sent : Fetched;

/** How far it is, from 0 to 1, and why it stands still, where it does. */
export interface Progress {
  readonly share: number;
  readonly waits: "offline" | "session_expired" | null;
}

export type Heard =
  | { readonly said: "progress"; readonly progress: Progress }
  | { readonly said: "done"; readonly outcome: Looked | Sent | Fetched }
  | { readonly said: "refused"; readonly code: string };

export type Tell = (progress: Progress) => void;
