import { type Commit, type NamedRoster } from "./commit.js";
import { type Bytes } from "./encoding.js";
import { type RefusalCode } from "./errors.js";
import { type Genesis } from "./genesis.js";
import { type Message } from "./message.js";

export const verdictKinds = [
  "genesis",
  "commit",
  "message",
  /** Nothing holds a key for its epoch. */
  "sealed",
  /** Shown as broken, with the reason; never hidden. */
  "broken",
  /** Items before it are missing: fetch them. */
  "gap",
  "known",
  /** Another item stood at this position before (T18). */
  "conflict",
  /** Fetch the roster that `wants` names, then push again. */
  "roster_missing",
] as const;

export type VerdictKind = (typeof verdictKinds)[number];

export const verdictMarks = [
  "forked",
  "gap_before",
  "clock_mismatch",
  "repeated",
  "rolled_back",
  "commitment_failed",
  /** The commit names an older roster than there was for a day: a former colleague may hold an old one (T41). */
  "roster_outdated",
  /** What it refers to lies where this reader cannot look. */
  "target_unseen",
] as const;

export type Mark = (typeof verdictMarks)[number];

/** What a reader says about one item. Nothing is thrown and nothing hidden (docs/protocol.md section 9). */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly position: number;
  readonly id: Bytes | null;
  readonly reason: RefusalCode | null;
  readonly marks: ReadonlySet<Mark>;
  /** Fingerprint. */
  readonly sender: Bytes | null;
  readonly message: Message | null;
  readonly entry: Genesis | Commit | null;
  /** Positions whose messages are marked `from_removed` from now on (T17). */
  readonly late: readonly number[];
  readonly wants: NamedRoster | null;
  /** The item is a log entry, or was meant to be one. */
  readonly ofLog: boolean;
  /** Somebody has tampered or something is missing: it is raised, not merely noted. */
  readonly alarm: boolean;
}

const alarming: readonly Mark[] = ["forked", "gap_before", "rolled_back", "commitment_failed", "roster_outdated"];

export function verdict(kind: VerdictKind, position: number, given: Partial<Verdict> = {}): Verdict {
  const marks = given.marks ?? new Set<Mark>();
  const alarm = kind === "broken" || kind === "conflict" || alarming.some((mark) => marks.has(mark));
  const ofLog = given.entry !== undefined && given.entry !== null;
  const nothing = { ofLog, id: null, reason: null, sender: null, message: null, entry: null, late: [], wants: null };
  return { ...nothing, ...given, kind, position, marks, alarm };
}
