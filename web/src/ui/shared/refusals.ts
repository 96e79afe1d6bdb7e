import * as messages from "../../paraglide/messages.js";
import type { Refusal } from "../../state/types.js";

/** Codes with a sentence of their own: those of the API, and those that only a client can know. */
export const codesWithSentence = [
  "malformed",
  "session_expired",
  "wrong_credentials",
  "not_found",
  "name_taken",
  "name_invalid",
  "password_suite_unknown",
  "ticket_invalid",
  "vault_conflict",
  "vault_signature_invalid",
  "postal_code_invalid",
  "topic_unknown",
  "topic_not_offered",
  "enquiry_taken",
  "envelope_broken",
  "envelope_too_large",
  "epoch_over",
  "transcript_mismatch",
  "commit_outdated",
  "commit_not_allowed",
  "slot_taken",
  "slot_not_offered",
  "hold_expired",
  "hold_extended",
  "appointment_over",
  "not_open_yet",
  "too_late",
  "too_many_requests",
  "too_busy",
  "origin_refused",
  "unsupported_media_type",
  "body_too_large",
  "method_not_allowed",
  "internal",
  "password_weak",
  "password_invalid",
  "message_empty",
  "message_too_large",
  "offline",
  "vault_does_not_open",
  "vault_stale",
  "agency_unconfirmed",
  "history_unconfirmed",
  "unexpected",
] as const;

type Spoken = (typeof codesWithSentence)[number];

/** Verdicts of the protocol that mean the same to a person. */
const saidAs: Record<string, Spoken> = {
  too_large: "envelope_too_large",
  refused: "internal",
  unavailable: "too_busy",
  request_timeout: "too_busy",
  request_reused: "malformed",
  booking_refused: "slot_not_offered",
  kind_not_offered: "slot_not_offered",
  rule_invalid: "malformed",
  zone_unknown: "malformed",
  pins_contradict: "agency_unconfirmed",
  root_mismatch: "agency_unconfirmed",
  roster_key_invalid: "agency_unconfirmed",
  roster_expired: "agency_unconfirmed",
  roster_stale: "agency_unconfirmed",
  roster_forked: "agency_unconfirmed",
  roster_missing: "agency_unconfirmed",
  not_certified: "agency_unconfirmed",
  duty_outdated: "agency_unconfirmed",
  duty_seed_invalid: "agency_unconfirmed",
  member_revoked: "agency_unconfirmed",
  key_invalid: "agency_unconfirmed",
  kem_statement_stale: "agency_unconfirmed",
  signature_invalid: "history_unconfirmed",
  wrong_room: "history_unconfirmed",
  commit_inconsistent: "history_unconfirmed",
  commitment_failed: "history_unconfirmed",
  epoch_unknown: "history_unconfirmed",
  sender_not_member: "history_unconfirmed",
  seen_out_of_range: "history_unconfirmed",
  seen_falls: "history_unconfirmed",
  chain_broken: "history_unconfirmed",
  does_not_decrypt: "history_unconfirmed",
  checkpoint_invalid: "history_unconfirmed",
};

const isSpoken = (code: string): code is Spoken => (codesWithSentence as readonly string[]).includes(code);

/** What happened, what is safe, what to do: never nothing, whatever the code. */
export function sentenceFor({ code }: Refusal): string {
  const spoken = isSpoken(code) ? code : (saidAs[code] ?? "unexpected");
  return messages[`error_${spoken}`]();
}
