import { event, membershipEvent } from "./membership-events.js";
import { toHex } from "../crypto/text-forms.js";
import { fileView } from "./attachments/sealed-file.js";
import type { Verdict } from "./protocol.js";
import type { BrokenView, EventView, ItemView, MessageView, NoteCode } from "./types.js";

/** The name to show for a member: of a counsellor as the roster certifies it, of the client as the thread has it. */
export type Names = (fingerprintHex: string) => string;

export interface Place {
  position: number;
  storedAt: Date;
}

/** Whose page this is: every fingerprint that the person has had. */
export type Mine = ReadonlySet<string>;

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a page shows for one verdict; nothing for what changes nothing that is seen. */
export function itemViews(verdict: Verdict, place: Place, names: Names, mine: Mine): ItemView[] {
  switch (verdict.kind) {
    case "genesis":
      return [event("opened", place, [])];
    case "commit":
      return [commitView(verdict, place, names)];
    case "message":
      return messageViews(verdict, place, names, mine);
    case "known":
    case "gap":
      return [];
    default:
      return [broken(verdict.reason ?? verdict.kind, place)];
  }
}

function messageViews(verdict: Verdict, place: Place, names: Names, mine: Mine): ItemView[] {
  const { message, marks } = verdict;
  if (message === null || verdict.sender === null) return [broken("envelope_broken", place)];
  if (marks.has("repeated")) return [];
  const sender = toHex(verdict.sender);
  const named = [names(sender)];
  const flagged = marks.has("clock_mismatch") ? [mismatchView(verdict, place, named)] : [];
  // Whether it comes from the author of what it changes cannot be seen from here.
  if (marks.has("target_unseen")) return [broken("target_unseen", place), ...flagged];
  const { body } = message;
  switch (body.type) {
    case "text":
    case "file":
      return [textView(verdict, place, sender, names, mine), ...flagged];
    case "no_answer_needed":
      return [event("no_answer_needed", place, named), ...flagged];
    case "contest":
      return [event(body.target === null ? "asks_again" : "contested", place, named), ...flagged];
    case "unknown":
      return [broken("body_unknown", place), ...flagged];
    default:
      return flagged;
  }
}

/** Only a claim to have answered leaves a client without an answer. */
function mismatchView({ id, message }: Verdict, place: Place, named: string[]): EventView {
  const claims = message?.clock === "answers" && id !== null;
  return { ...event("clock_mismatch", place, named), ...(claims ? { id: toHex(id) } : {}) };
}

function textView(verdict: Verdict, place: Place, sender: string, names: Names, mine: Mine): MessageView {
  const { message } = verdict;
  const body = message?.body;
  const uid = toHex(message?.uid ?? new Uint8Array());
  const own = mine.has(sender);
  return {
    kind: "message",
    key: own ? uid : `${sender}:${uid}`,
    id: verdict.id === null ? null : toHex(verdict.id),
    position: place.position,
    mine: own,
    authorName: names(sender),
    at: place.storedAt,
    text: body?.type === "text" || body?.type === "file" ? body.text : "",
    ...(body?.type === "file" && message !== null ? { file: fileView(body, message.epoch) } : {}),
    delivery: "stored",
    refusal: null,
    changed: "no",
    notes: notesOf(verdict, place),
  };
}

/** What is said below a message that could be verified, but about which something is odd. */
function notesOf({ marks, message }: Verdict, { storedAt }: Place): NoteCode[] {
  const notes: NoteCode[] = [];
  for (const mark of ["rolled_back", "gap_before", "forked"] as const) if (marks.has(mark)) notes.push(mark);
  if (message !== null && Math.abs(message.sentAt - storedAt.getTime()) > DAY_MS) notes.push("clock_wrong");
  return notes;
}

function commitView(verdict: Verdict, place: Place, names: Names): ItemView {
  if (verdict.marks.has("commitment_failed")) return broken("commitment_failed", place);
  const commit = verdict.entry?.kind === "commit" ? verdict.entry : null;
  return commit === null ? event("keys_changed", place, []) : membershipEvent(commit, place, names);
}

export const broken = (reason: string, { position, storedAt }: Place): BrokenView => ({
  kind: "broken",
  key: `at:${position}`,
  position,
  at: storedAt,
  reason,
});
