/** What the pages see of the server's word on its promises. */

/** `missing` and `false` are about one promise, the others about the server or an agency. */
export type ProofAlarmCode =
  "receipt_missing" | "receipt_false" | "receipt_key_changed" | "journal_lacks" | "journal_rewritten";

export interface ProofAlarm {
  readonly code: ProofAlarmCode;
  /** Null: it is about all of them. */
  readonly room: string | null;
  readonly position: null;
  readonly about?: string;
}

/** A receipt that holds. */
export interface ReceiptView {
  readonly messageId: string;
  readonly receivedAt: Date;
  readonly dueAt: Date;
  /** Its number in the agency's public journal, once this page has seen it there. */
  readonly sealedAs: number | null;
  /** What is saved: JSON for `sprechraum receipt verify`. */
  readonly file: string;
}

/** Reactive. */
export interface Proof {
  readonly alarms: readonly ProofAlarm[];
  /** The person has read that a journal is another one: from now on it is compared with what it is now. Throws a Refusal. */
  acceptJournals(): Promise<void>;
  alarmsOf(room: string): readonly ProofAlarm[];
  /** The newest promise first. */
  receipts(room: string): readonly ReceiptView[];
}
