/** Everything about a person in one piece, decrypted: what the page is made of, and what its JSON says. */
export interface Collected {
  name: string;
  role: string;
  account: string;
  at: string;
  conversations: Conversation[];
  held: HeldKind[];
}

export interface Conversation {
  room: string;
  with: string;
  topic: string;
  /** It could not be opened, or not to its end: why. */
  incomplete: string | null;
  messages: Said[];
}

export interface Said {
  at: string;
  by: string;
  mine: boolean;
  text: string;
  changed: "no" | "edited" | "deleted";
  file: { name: string; size: number; mediaType: string; base64: string | null } | null;
}

/** Rows of one kind, as the server told them. */
export interface HeldKind {
  kind: string;
  columns: string[];
  rows: (string | null)[][];
}
