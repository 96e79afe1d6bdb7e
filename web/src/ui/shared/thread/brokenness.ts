import { m } from "../../../paraglide/messages.js";

/** What is shown in place of something that could not be verified: what is the case, and what it means. */
interface Words {
  said: () => string;
  meaning: () => string;
}

const changed: Words = { said: m.broken, meaning: m.broken_meaning };
const sealed: Words = { said: m.broken_sealed, meaning: m.broken_sealed_meaning };
const misshapen: Words = { said: m.broken_form, meaning: m.broken_form_meaning };
const newer: Words = { said: m.broken_newer, meaning: m.broken_newer_meaning };
const outOfOrder: Words = { said: m.broken_order, meaning: m.broken_order_meaning };
const conflict: Words = { said: m.broken_conflict, meaning: m.broken_conflict_meaning };
const again: Words = { said: m.broken_again, meaning: m.broken_again_meaning };
const stranger: Words = { said: m.broken_stranger, meaning: m.broken_stranger_meaning };
const uncertified: Words = { said: m.broken_agency, meaning: m.broken_agency_meaning };

const unknownBody: Words = { said: m.broken_unknown, meaning: m.broken_newer_meaning };

/** Reasons of the reader: the kind of its verdict, or the code of its refusal (docs/protocol.md sections 9 and 15). */
const wordsFor: Record<string, Words> = {
  sealed,
  conflict,
  body_unknown: unknownBody,
  replayed: again,
  gap: outOfOrder,
  chain_broken: outOfOrder,
  transcript_mismatch: outOfOrder,
  commitment_failed: outOfOrder,
  commit_outdated: outOfOrder,
  checkpoint_invalid: outOfOrder,
  seen_out_of_range: outOfOrder,
  seen_falls: outOfOrder,
  target_unknown: outOfOrder,
  epoch_over: outOfOrder,
  epoch_unknown: outOfOrder,
  wrong_room: stranger,
  sender_not_member: stranger,
  clock_not_allowed: stranger,
  commit_not_allowed: stranger,
  commit_inconsistent: stranger,
  target_not_yours: stranger,
  malformed: misshapen,
  too_large: misshapen,
  envelope_broken: misshapen,
  envelope_too_large: misshapen,
  key_invalid: misshapen,
  padding_invalid: misshapen,
  message_empty: misshapen,
  message_too_large: misshapen,
  suite_unknown: newer,
  version_unknown: newer,
  root_mismatch: uncertified,
  pins_contradict: uncertified,
  roster_missing: uncertified,
  roster_key_invalid: uncertified,
  roster_expired: uncertified,
  roster_stale: uncertified,
  roster_forked: uncertified,
  not_certified: uncertified,
  duty_outdated: uncertified,
  duty_seed_invalid: uncertified,
  member_revoked: uncertified,
  kem_statement_stale: uncertified,
};

/** A reason that is not known here is told as the worst case, never as a harmless one. */
export const brokenInWords = (reason: string): Words =>
  Object.hasOwn(wordsFor, reason) ? (wordsFor[reason] ?? changed) : changed;
