/** The stable codes of docs/protocol.md section 15, each with what is the case. The same in every client. */
export const refusals = {
  malformed: "These bytes do not have the form that the protocol prescribes.",
  too_large: "This is larger than the protocol allows.",
  envelope_broken: "This item of the room does not have the form that the protocol prescribes.",
  envelope_too_large: "This item of the room is larger than the protocol allows.",
  suite_unknown: "This names a set of algorithms that this client does not accept.",
  version_unknown: "This message has a version that this client does not know.",
  key_invalid: "This public key is not one that anybody may use.",
  signature_invalid: "The signature does not belong to these bytes and this key.",
  kem_statement_stale: "This key of a person is older than one already seen, or contradicts it.",
  name_invalid: "A user name has 3 to 32 characters: letters a to z, digits, dot, underscore, hyphen.",
  password_invalid: "A password has 1 to 1024 bytes of ordinary text.",
  password_weak: "This password is easy to guess. Choose a longer one, such as four unrelated words.",
  password_suite_unknown: "The server asks for password parameters that this client does not accept.",
  recovery_code_invalid: "This recovery code contains a mistake. Compare it with the printed one.",
  vault_does_not_open: "The vault does not open with this. Nothing has been deleted.",
  vault_stale: "The server shows an older vault than this client has seen.",
  vault_signature_invalid: "This vault was not signed by the person it belongs to.",
  pins_contradict: "Two versions of the vault know different keys for the same person or agency.",
  root_mismatch: "This agency does not have the root key that was expected.",
  roster_key_invalid: "The key that signed this roster was not certified by the agency's root at that time.",
  roster_expired: "The agency's roster is not valid at this time.",
  roster_stale: "This roster is older than one already seen.",
  roster_forked: "The agency's roster has been shown in two different versions.",
  roster_missing: "The roster that this entry names is not at hand.",
  not_certified: "The agency's roster does not certify this person for this.",
  duty_outdated: "The room's standby key is not the one of the agency's roster.",
  duty_seed_invalid: "This sealed duty key is not for this person or not the one of the roster.",
  invitation_proof_invalid: "These keys were not made by whoever holds the invitation.",
  wrong_room: "This item belongs to another room.",
  commit_outdated: "Another change of this room came first.",
  commit_not_allowed: "This person may not make this change in this room.",
  commit_inconsistent: "The changes named do not lead to the members listed.",
  member_revoked: "The change keeps a counsellor whom the agency has revoked.",
  transcript_mismatch: "The sender has seen another history of this room.",
  commitment_failed: "The key of this epoch is not the one that its entry commits to.",
  epoch_over: "The keys of this room have changed since; the message has to be sealed anew.",
  epoch_unknown: "This message names an epoch that has not begun.",
  sender_not_member: "The sender is not a member of this room.",
  clock_not_allowed: "The sender's role may not move the reply clock in this way.",
  seen_out_of_range: "The sender claims to have seen what cannot have been seen.",
  seen_falls: "The sender claims to have seen less than before.",
  replayed: "This message was already there.",
  chain_broken: "This message does not follow the one before it from the same page.",
  does_not_decrypt: "This message was changed on its way.",
  padding_invalid: "The length or padding of this message is not right.",
  message_empty: "A message needs some text.",
  message_too_large: "A message holds at most 32 KiB of text.",
  target_unknown: "The message that this refers to is not known.",
  target_not_yours: "Only the author of a message may change or delete it.",
  checkpoint_invalid: "The saved state of this room does not fit its history.",
  file_too_large: "A file holds at most 25 MiB.",
  file_broken: "This file was cut or changed on its way.",
  file_swapped: "This is not the file that the message names.",
  receipt_invalid: "This receipt was not signed by this server.",
  deletion_invalid: "This certificate of deletion was not signed by this server.",
} as const;

export type RefusalCode = keyof typeof refusals;

/** The protocol says no. What cannot be verified is refused as a whole: there is no partial result to use by mistake. */
export class CryptoRefusal extends Error {
  override readonly name = "CryptoRefusal";

  constructor(readonly code: RefusalCode) {
    super(refusals[code]);
  }
}

/** The password is easy to guess; `warning` and `suggestions` are keys of zxcvbn's own list of sentences. */
export class PasswordWeak extends CryptoRefusal {
  constructor(
    readonly warning: string | null,
    readonly suggestions: readonly string[],
  ) {
    super("password_weak");
  }
}

export function malformed(): never {
  throw new CryptoRefusal("malformed");
}

/** The refusal's code, or null where something else went wrong (a bug, which must not pass for a verdict). */
export function codeOf(failure: unknown): RefusalCode | null {
  return failure instanceof CryptoRefusal ? failure.code : null;
}
