import { m } from "../../paraglide/messages.js";
import type { Refusal } from "../../state/types.js";

/** Codes with a sentence of their own: those of the API, and those that only a client can know. */
const sentences = {
  malformed: m.error_malformed,
  session_expired: m.error_session_expired,
  wrong_credentials: m.error_wrong_credentials,
  log_in_begun_anew: m.error_log_in_begun_anew,
  factor_left: m.error_factor_left,
  step_up_required: m.error_step_up_required,
  account_deleted: m.error_account_deleted,
  deletion_invalid: m.error_deletion_invalid,
  not_found: m.error_not_found,
  room_blocked: m.error_room_blocked,
  name_taken: m.error_name_taken,
  name_invalid: m.error_name_invalid,
  password_suite_unknown: m.error_password_suite_unknown,
  ticket_invalid: m.error_ticket_invalid,
  effort_missing: m.error_effort_missing,
  vault_conflict: m.error_vault_conflict,
  vault_signature_invalid: m.error_vault_signature_invalid,
  postal_code_invalid: m.error_postal_code_invalid,
  topic_unknown: m.error_topic_unknown,
  topic_not_offered: m.error_topic_not_offered,
  enquiry_taken: m.error_enquiry_taken,
  contested_already: m.error_contested_already,
  handed_on_before: m.error_handed_on_before,
  writer_blocked: m.error_writer_blocked,
  consent_missing: m.error_consent_missing,
  envelope_broken: m.error_envelope_broken,
  envelope_too_large: m.error_envelope_too_large,
  epoch_over: m.error_epoch_over,
  transcript_mismatch: m.error_transcript_mismatch,
  commit_outdated: m.error_commit_outdated,
  commit_not_allowed: m.error_commit_not_allowed,
  slot_taken: m.error_slot_taken,
  slot_not_offered: m.error_slot_not_offered,
  hold_expired: m.error_hold_expired,
  hold_extended: m.error_hold_extended,
  appointment_over: m.error_appointment_over,
  not_open_yet: m.error_not_open_yet,
  call_not_open: m.error_call_not_open,
  calls_not_set_up: m.error_calls_not_set_up,
  others_out_of_reach: m.error_others_out_of_reach,
  device_denied: m.error_device_denied,
  device_missing: m.error_device_missing,
  call_forged: m.error_call_forged,
  call_no_way: m.error_call_no_way,
  call_relay_silent: m.error_call_relay_silent,
  call_failed: m.error_call_failed,
  too_late: m.error_too_late,
  group_full: m.error_group_full,
  group_fixed: m.error_group_fixed,
  group_name_invalid: m.error_group_name_invalid,
  group_name_taken: m.error_group_name_taken,
  mail_address_invalid: m.error_mail_address_invalid,
  mail_code_wrong: m.error_mail_code_wrong,
  push_refused: m.error_push_refused,
  too_many_requests: m.error_too_many_requests,
  too_busy: m.error_too_busy,
  origin_refused: m.error_origin_refused,
  unsupported_media_type: m.error_unsupported_media_type,
  body_too_large: m.error_body_too_large,
  method_not_allowed: m.error_method_not_allowed,
  internal: m.error_internal,
  password_weak: m.error_password_weak,
  password_invalid: m.error_password_invalid,
  message_empty: m.error_message_empty,
  message_too_large: m.error_message_too_large,
  file_too_large: m.error_file_too_large,
  file_broken: m.error_file_broken,
  file_swapped: m.error_file_swapped,
  file_unreadable: m.error_file_unreadable,
  too_many_files: m.error_too_many_files,
  room_full: m.error_room_full,
  suite_unknown: m.error_suite_unknown,
  recovery_code_invalid: m.error_recovery_code_invalid,
  code_refused: m.error_code_refused,
  present_password_wrong: m.error_present_password_wrong,
  offline: m.error_offline,
  vault_does_not_open: m.error_vault_does_not_open,
  vault_stale: m.error_vault_stale,
  agency_unconfirmed: m.error_agency_unconfirmed,
  root_mismatch: m.error_root_mismatch,
  roster_expired: m.error_roster_expired,
  roster_stale: m.error_roster_stale,
  roster_forked: m.error_roster_forked,
  key_invalid: m.error_key_invalid,
  history_unconfirmed: m.error_history_unconfirmed,
  unexpected: m.error_unexpected,
};

type Spoken = keyof typeof sentences;

export const codesWithSentence = Object.keys(sentences) as Spoken[];

/** Sentences that come with pages of their own, so that a client's first page does not carry them. */
const learned: Record<string, () => string> = {};

export const learnSentences = (more: Record<string, () => string>): void => void Object.assign(learned, more);

/** Verdicts of the protocol that mean the same to a person. */
const saidAs: Record<string, Spoken> = {
  too_large: "envelope_too_large",
  refused: "internal",
  unavailable: "too_busy",
  request_timeout: "too_busy",
  request_reused: "malformed",
  attachment_conflict: "internal",
  attachment_incomplete: "internal",
  booking_refused: "slot_not_offered",
  kind_not_offered: "slot_not_offered",
  rule_invalid: "malformed",
  zone_unknown: "malformed",
  pins_contradict: "agency_unconfirmed",
  roster_key_invalid: "agency_unconfirmed",
  roster_missing: "agency_unconfirmed",
  not_certified: "agency_unconfirmed",
  duty_outdated: "agency_unconfirmed",
  duty_seed_invalid: "agency_unconfirmed",
  member_revoked: "agency_unconfirmed",
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

const isSpoken = (code: string): code is Spoken => Object.hasOwn(sentences, code);

/** What may be said only because the device's date is wrong: keys and lists hold for a time. */
export function mayBeTheClock({ code }: Refusal): boolean {
  const spoken = saidAs[code] ?? code;
  return ["agency_unconfirmed", "history_unconfirmed", "roster_expired", "roster_stale"].includes(spoken);
}

/** What happened, what is safe, what to do: never nothing, whatever the code. */
export function sentenceFor({ code }: Refusal): string {
  const other = learned[code];
  if (other !== undefined) return other();
  const spoken = isSpoken(code) ? code : (saidAs[code] ?? "unexpected");
  return sentences[spoken]();
}
