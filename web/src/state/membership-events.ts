import { toHex } from "../crypto/text-forms.js";
import type { Names, Place } from "./items.js";
import type { Change, Commit } from "./protocol.js";
import type { EventKind, EventView, TakeoverReason } from "./types.js";

export const event = (kind: EventKind, { position, storedAt }: Place, names: string[]): EventView => ({
  kind,
  key: `at:${position}:${kind}`,
  position,
  at: storedAt,
  names,
});

/** What a commit has changed, as one sentence can say it: who joined or left counts before keys. */
export function membershipEvent(commit: Commit, place: Place, names: Names): EventView {
  const { changes } = commit;
  const named = (kind: Change["kind"]) =>
    changes.flatMap((change) =>
      change.kind === kind && "fingerprint" in change ? [names(toHex(change.fingerprint))] : [],
    );
  const takeover = changes.find((change) => change.kind === "takeover");
  if (takeover !== undefined) return takeoverEvent(commit, takeover.reason, named("takeover"), place, names);
  const granted = named("history_grant");
  const joined = named("add");
  const signer = toHex(commit.signer);
  const someoneElse = (kind: Change["kind"]) =>
    changes.some((change) => change.kind === kind && "fingerprint" in change && toHex(change.fingerprint) !== signer);
  const by = (kind: Change["kind"]) => (someoneElse(kind) ? { by: names(signer) } : {});
  if (joined.length > 0) {
    return { ...event(granted.length > 0 ? "joined_with_history" : "joined", place, joined), ...by("add") };
  }
  if (named("rekey").length > 0) return event("new_identity", place, named("rekey"));
  if (named("key_change").length > 0) return event("key_changed", place, named("key_change"));
  const left = named("remove");
  if (left.length > 0) return { ...event(isOwnStep(commit) ? "stepped_out" : "left", place, left), ...by("remove") };
  for (const kind of ["standby_off", "standby_on"] as const) {
    if (changes.some((change) => change.kind === kind)) return event(kind, place, []);
  }
  if (changes.some(({ kind }) => kind === "close")) return event("closed", place, [names(toHex(commit.signer))]);
  return granted.length > 0 ? event("history_granted", place, granted) : event("keys_changed", place, []);
}

function takeoverEvent(commit: Commit, said: string, joined: string[], place: Place, names: Names): EventView {
  const stay = commit.members.filter(({ role }) => role === "counsellor").map(({ fingerprint }) => toHex(fingerprint));
  const go = commit.changes.flatMap((change) => (change.kind === "remove" ? [toHex(change.fingerprint)] : []));
  const others = [...stay, ...go].map(names).filter((name) => !joined.includes(name));
  const reason: TakeoverReason = said === "absent" || said === "left" || said === "asked" ? said : "late";
  return { ...event("taken_over", place, joined), reason, others };
}

function isOwnStep({ signer, changes }: Commit): boolean {
  return changes.every((change) => change.kind !== "remove" || toHex(change.fingerprint) === toHex(signer));
}
