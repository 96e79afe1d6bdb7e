import { toHex } from "../crypto/text-forms.js";
import { broken, event, type Names, type Place } from "./items.js";
import type { Verdict } from "./protocol.js";
import type { EventView, ItemView } from "./types.js";

type Change = NonNullable<Extract<NonNullable<Verdict["entry"]>, { kind: "commit" }>>["changes"][number];

/** A change of members or keys, one line for each thing that has changed: who, by whom, and why. */
export function changeViews(verdict: Verdict, place: Place, names: Names): ItemView[] {
  if (verdict.marks.has("commitment_failed")) return [broken("commitment_failed", place)];
  const changes = verdict.entry?.kind === "commit" ? verdict.entry.changes : [];
  const signer = verdict.sender === null ? "" : toHex(verdict.sender);
  return changes.map((change, index) => {
    const view = viewOf(change, place, names, signer);
    return { ...view, key: `at:${place.position}:${index}` };
  });
}

function viewOf(change: Change, place: Place, names: Names, signer: string): EventView {
  const whom = "fingerprint" in change ? toHex(change.fingerprint) : "";
  const named = whom === "" ? [] : [names(whom)];
  const by = whom === signer ? null : names(signer);
  switch (change.kind) {
    case "add":
      return event("joined", place, named, { by });
    case "takeover":
      return event("taken_over", place, named, { reason: change.reason });
    case "remove":
      return event("left", place, named, { by });
    case "standby_on":
    case "standby_off":
      return event(change.kind, place, [names(signer)]);
    case "key_change":
      return event("key_changed", place, named);
    case "rekey":
      return event("new_identity", place, [names(toHex(change.fingerprint))]);
    case "history_grant":
      return event("history_granted", place, named, { by });
    case "close":
      return event("closed", place, [names(signer)], { reason: change.reason });
    case "duty_change":
    case "rotate":
      return event("keys_changed", place);
  }
}
