import { toHex } from "../crypto/text-forms.js";
import type { Verdict } from "./protocol.js";
import type { AlarmCode, AlarmView } from "./types.js";

/** An alarm about a person names their fingerprint in full. */
export const FINGERPRINT_DIGITS = 64;

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
  "roster_expired",
  "root_mismatch",
  "wrong_room",
]);

/** What contradicts what was seen before: nothing that the room shows now may take its place in the vault. */
const contradicting: readonly AlarmCode[] = [
  "forked",
  "rolled_back",
  "conflict",
  "commitment_failed",
  "roster_forked",
  "keys_contradict",
  "other_room",
  "not_equal",
];

/** What somebody did, or tried: once a person has decided about it, that holds for every later log-in, too. */
const deeds: readonly AlarmCode[] = ["change_refused", "roster_outdated", "new_identity", "same_name"];

/** While one of these stands, nothing is written, and nobody comes in or goes: first the person decides (T13, T14, T18). */
const blocking: ReadonlySet<AlarmCode> = new Set([...contradicting, ...deeds]);

export const blocks = ({ code }: AlarmView): boolean => blocking.has(code);
export const contradicts = ({ code }: AlarmView): boolean => contradicting.includes(code);
export const isDeed = ({ code }: AlarmView): boolean => deeds.includes(code);

/** Two alarms with one name are the same: what is found out about somebody else, or somewhere else, is a new one. */
export const nameOf = ({ code, about }: AlarmView): string => `${code} ${about ?? ""}`;

/** What a verdict says about the room; the message itself is shown as broken or with a note at its place. */
export function alarmsIn(verdict: Verdict): AlarmView[] {
  const { position } = verdict;
  const here = String(position);
  const found: AlarmView[] = [];
  const marked = (code: AlarmCode & Parameters<Verdict["marks"]["has"]>[0], about?: string) => {
    if (verdict.marks.has(code)) found.push({ code, position, ...(about === undefined ? {} : { about }) });
  };
  marked("forked", verdict.sender === null ? here : toHex(verdict.sender));
  marked("rolled_back");
  marked("commitment_failed", here);
  marked("roster_outdated", here);
  marked("gap_before", here);
  if (verdict.kind === "conflict") found.push({ code: "conflict", position, about: here });
  // Whoever made this entry was shown another list of the agency than this page (T40).
  if (verdict.reason === "roster_forked") found.push({ code: "roster_forked", position, about: here });
  if (verdict.kind === "broken" && verdict.ofLog && attempts.has(verdict.reason ?? "")) {
    // The first entry names the room: where it names another, nobody tried to change anything, all of it is elsewhere (T49).
    const elsewhere = verdict.reason === "wrong_room" && position === 1;
    found.push({ code: elsewhere ? "other_room" : "change_refused", position, about: here });
  }
  return [...found, ...newIdentitiesIn(verdict)];
}

/** Each by the keys that the person has now. */
function newIdentitiesIn({ entry, position }: Verdict): AlarmView[] {
  if (entry?.kind !== "commit") return [];
  return entry.changes.flatMap((change) => {
    const now =
      change.kind === "rekey" ? entry.members.find(({ edPk }) => edPk.join() === change.edPk.join()) : undefined;
    return now === undefined ? [] : [{ code: "new_identity", position, about: toHex(now.fingerprint) } as const];
  });
}

/** Each alarm once, with the place where it was seen first. */
export function withAlarms(before: readonly AlarmView[], found: readonly AlarmView[]): readonly AlarmView[] {
  const known = new Set(before.map(nameOf));
  const added = found.filter((one) => !known.has(nameOf(one)) && known.add(nameOf(one)));
  return added.length === 0 ? before : [...before, ...added];
}
