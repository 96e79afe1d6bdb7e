import { toHex } from "../crypto/text-forms.js";
import type { Verdict } from "./protocol.js";
import type { AlarmCode, AlarmView } from "./types.js";

/** Marks and kinds that speak of the room as a whole, and not of one message. */
const ofTheRoom = ["forked", "rolled_back", "commitment_failed", "roster_outdated", "gap_before"] as const;

/** Refusals of a log entry that mean: somebody tried to change who reads along, or with which keys. */
const attempts = new Set([
  "commit_not_allowed",
  "commit_inconsistent",
  "not_certified",
  "member_revoked",
  "signature_invalid",
  "kem_statement_stale",
  "duty_outdated",
  "roster_stale",
  "roster_forked",
  "roster_expired",
  "root_mismatch",
  "wrong_room",
]);

/** While one of these stands, nothing is written: what it says may be read by others than it seems, or by nobody. */
const blocking = new Set<AlarmCode>([
  "forked",
  "rolled_back",
  "conflict",
  "commitment_failed",
  "keys_contradict",
  "not_equal",
]);

export const blocks = ({ code }: AlarmView): boolean => blocking.has(code);

/**
 * What a verdict says about the room; the message itself is shown as broken or with a note at its place. `mine`: the
 * fingerprints that are or were this person's own, whose new keys are no news to them.
 */
export function alarmsIn(verdict: Verdict, mine: ReadonlySet<string>): AlarmView[] {
  const { position } = verdict;
  const found: AlarmView[] = ofTheRoom.filter((mark) => verdict.marks.has(mark)).map((code) => ({ code, position }));
  if (verdict.kind === "conflict") found.push({ code: "conflict", position });
  if (verdict.kind === "broken" && verdict.ofLog && attempts.has(verdict.reason ?? "")) {
    found.push({ code: "change_refused", position });
  }
  const changes = verdict.entry?.kind === "commit" ? verdict.entry.changes : [];
  if (changes.some((one) => one.kind === "rekey" && !mine.has(toHex(one.fingerprint)))) {
    found.push({ code: "new_identity", position });
  }
  return found;
}

/** Each code once, with the place where it was seen first. */
export function withAlarms(before: readonly AlarmView[], found: readonly AlarmView[]): readonly AlarmView[] {
  const added = found.filter((one) => !before.some(({ code }) => code === one.code));
  return added.length === 0 ? before : [...before, ...added];
}
