import { toHex } from "../crypto/text-forms.js";
import { fileView } from "./attachments/sealed-file.js";
import type { Reader, Verdict } from "./protocol.js";
import type { EventView, ItemView } from "./types.js";

/** The name to show for a member: of a counsellor as the roster certifies it, of the client as the thread has it. */
export type Names = (fingerprintHex: string) => string;

interface Place {
  position: number;
  storedAt: Date;
}

export function readersOf(reader: Reader, names: Names): { names: string[]; standby: boolean } {
  const people = reader.members.filter((member) => member.role !== "duty");
  return { names: people.map((member) => names(toHex(member.fingerprint))), standby: reader.log?.standby === true };
}

/** What a page shows for one verdict; null for what changes nothing that is seen. */
export function itemView(verdict: Verdict, place: Place, names: Names, mine: string): ItemView | null {
  switch (verdict.kind) {
    case "genesis":
      return event("opened", place, []);
    case "commit":
      return commitView(verdict, place, names);
    case "message":
      return messageView(verdict, place, names, mine);
    case "known":
    case "gap":
      return null;
    default:
      return broken(verdict.reason ?? verdict.kind, place);
  }
}

function messageView(verdict: Verdict, place: Place, names: Names, mine: string): ItemView | null {
  const message = verdict.message;
  if (message === null || verdict.sender === null) return broken("envelope_broken", place);
  if (verdict.marks.has("repeated")) return null;
  const sender = toHex(verdict.sender);
  const body = message.body;
  if (body.type === "no_answer_needed") return event("no_answer_needed", place, [names(sender)]);
  if (body.type !== "text" && body.type !== "file") return null;
  const uid = toHex(message.uid);
  return {
    kind: "message",
    key: sender === mine ? uid : `${sender}:${uid}`,
    position: place.position,
    mine: sender === mine,
    authorName: names(sender),
    at: place.storedAt,
    text: body.text,
    ...(body.type === "file" ? { file: fileView(body, message.epoch) } : {}),
    delivery: "stored",
    refusal: null,
  };
}

function commitView(verdict: Verdict, place: Place, names: Names): ItemView | null {
  if (verdict.marks.has("commitment_failed")) return broken("commitment_failed", place);
  const changes = verdict.entry?.kind === "commit" ? verdict.entry.changes : [];
  const named = (kinds: string[]) =>
    changes.flatMap((change) =>
      kinds.includes(change.kind) && "fingerprint" in change ? [names(toHex(change.fingerprint))] : [],
    );
  const joined = named(["add", "takeover"]);
  if (joined.length > 0) return event("joined", place, joined);
  const left = named(["remove"]);
  if (left.length > 0) return event("left", place, left);
  return event("keys_changed", place, []);
}

const event = (kind: EventView["kind"], { position, storedAt }: Place, names: string[]): EventView => ({
  kind,
  key: `at:${position}`,
  position,
  at: storedAt,
  names,
});

const broken = (reason: string, { position, storedAt }: Place): ItemView => ({
  kind: "broken",
  key: `at:${position}`,
  position,
  at: storedAt,
  reason,
});
