/** A text on its way: written, and not acknowledged by the server yet. */
export interface Writing {
  /** Names the text across envelopes; 16 bytes, hex. */
  readonly uid: string;
  readonly room: string;
  readonly text: string;
  /** `none`: it asks for no answer and is none. */
  readonly clock: "asks" | "answers" | "none";
  /** When it was written; milliseconds UTC. */
  readonly writtenAt: number;
  /** Sealed once it has been tried: it may have arrived, so it goes out again verbatim. Base64url. */
  readonly envelope: string | null;
}

/** Where writings outlive the page. Every method may fail: a device may be full, or allow nothing to be kept. */
export interface Shelf {
  /** A name for the person that says nothing to anybody else. */
  readonly owner: string;
  /** Oldest first. */
  all(): Promise<Writing[]>;
  get(uid: string): Promise<Writing | null>;
  /** Adds it at the end, or replaces it at its place. On the disk when this resolves. */
  keep(writing: Writing): Promise<void>;
  drop(uid: string): Promise<void>;
  /** At once, as far as possible: the page may be gone a moment later. Nothing can be kept afterwards. */
  wipe(): void;
}

/** What the page shows of a writing. */
export interface Entry {
  readonly writing: Writing;
  /** `waiting`: for the network, and tried again by itself; `not_sent`: only when the person wants it. */
  readonly phase: "sending" | "waiting" | "not_sent";
  readonly code: string | null;
  /** It outlives the page. */
  readonly onDevice: boolean;
}
