/** Why nobody has to answer: words from a fixed list, and nothing of what was written. */
export type WaiverReason = "abuse" | "harassment" | "spam" | "mistaken";
export const waiverReasons: readonly WaiverReason[] = ["abuse", "harassment", "spam", "mistaken"];

export interface WaiverView {
  id: number;
  topic: string;
  reason: WaiverReason;
  by: string;
  at: Date;
  /** Of the promise that was waived, if one was. */
  dueAt: Date | null;
  blocks: boolean;
  reviewed: boolean;
  putBack: boolean;
  lifted: boolean;
}

/** What was waived at an agency, for its coordinators. */
export interface Waivers {
  readonly view: readonly WaiverView[] | null;
  load(): Promise<void>;
  /** Neither: it stands as it is. */
  review(id: number, decision: { putBack: boolean; lift: boolean }): Promise<void>;
}

/** What is to be done when a life is in danger. */
export interface Procedure {
  /** Null until it was asked for; empty where the agency has written nothing of its own. */
  readonly own: { readonly de: string; readonly en: string } | null;
  load(): Promise<void>;
  keep(words: { de: string; en: string }): Promise<void>;
}
