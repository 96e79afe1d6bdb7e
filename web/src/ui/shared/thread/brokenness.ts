import type { RefusalCode } from "../../../crypto/errors.js";
import { m } from "../../../paraglide/messages.js";

/** What is shown in place of something that could not be verified: what is the case, and what it means and what to do. */
interface Words {
  said: () => string;
  meaning: () => string;
}

const changed: Words = { said: m.broken, meaning: m.broken_meaning };
const sealed: Words = { said: m.broken_sealed, meaning: m.broken_sealed_meaning };
const misshapen: Words = { said: m.broken_form, meaning: m.broken_form_meaning };
const empty: Words = { said: m.broken_empty, meaning: m.broken_empty_meaning };
const newer: Words = { said: m.broken_newer, meaning: m.broken_newer_meaning };
const unknownBody: Words = { said: m.broken_unknown, meaning: m.broken_newer_meaning };
const outOfOrder: Words = { said: m.broken_order, meaning: m.broken_order_meaning };
const tooLate: Words = { said: m.broken_late, meaning: m.broken_late_meaning };
const conflict: Words = { said: m.broken_conflict, meaning: m.broken_conflict_meaning };
const again: Words = { said: m.broken_again, meaning: m.broken_again_meaning };
const elsewhere: Words = { said: m.broken_elsewhere, meaning: m.broken_elsewhere_meaning };
const stranger: Words = { said: m.broken_stranger, meaning: m.broken_stranger_meaning };
const claim: Words = { said: m.broken_claim, meaning: m.broken_claim_meaning };
const foreign: Words = { said: m.broken_foreign, meaning: m.broken_foreign_meaning };
const targetUnseen: Words = { said: m.broken_target, meaning: m.broken_target_meaning };
const targetLost: Words = { said: m.broken_target_lost, meaning: m.broken_target_lost_meaning };
const notAllowed: Words = { said: m.broken_change, meaning: m.broken_change_meaning };
const outdated: Words = { said: m.broken_outdated, meaning: m.broken_outdated_meaning };
const otherKeys: Words = { said: m.broken_keys, meaning: m.broken_keys_meaning };
const uncertified: Words = { said: m.broken_agency, meaning: m.broken_agency_meaning };

/** What a page shows in an item's place although the protocol refuses nothing. */
const kinds = {
  sealed,
  conflict,
  gap: outOfOrder,
  out_of_place: outOfOrder,
  target_unseen: targetUnseen,
  body_unknown: unknownBody,
};

/** Codes of refusals with which a reader gives an item back (docs/protocol.md sections 9 and 15). */
const codes: Partial<Record<RefusalCode, Words>> = {
  signature_invalid: changed,
  does_not_decrypt: changed,
  replayed: again,
  chain_broken: outOfOrder,
  transcript_mismatch: outOfOrder,
  checkpoint_invalid: outOfOrder,
  seen_out_of_range: outOfOrder,
  seen_falls: outOfOrder,
  epoch_unknown: outOfOrder,
  epoch_over: tooLate,
  commit_outdated: outdated,
  commitment_failed: otherKeys,
  wrong_room: elsewhere,
  sender_not_member: stranger,
  clock_not_allowed: claim,
  commit_not_allowed: notAllowed,
  commit_inconsistent: notAllowed,
  target_unknown: targetLost,
  target_not_yours: foreign,
  malformed: misshapen,
  too_large: misshapen,
  envelope_broken: misshapen,
  envelope_too_large: misshapen,
  key_invalid: misshapen,
  name_invalid: misshapen,
  padding_invalid: misshapen,
  message_empty: empty,
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

const wordsFor: Record<string, Words> = { ...codes, ...kinds };

/** The reasons that have words of their own. */
export const reasonsWithWords: readonly string[] = Object.keys(wordsFor);

/** A reason that is not known here is told as the worst case, never as a harmless one. */
export const brokenInWords = (reason: string): Words =>
  Object.hasOwn(wordsFor, reason) ? (wordsFor[reason] ?? changed) : changed;
