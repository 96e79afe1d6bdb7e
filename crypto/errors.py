"""Why the protocol says no. Each code is stable and the same in every client (docs/protocol.md section 15)."""

from typing import ClassVar


class CryptoRefusal(Exception):  # noqa: N818 - a refusal says what is the case
    """The root of all refusals of the protocol. `sentence` is English and says what is the case."""

    code: ClassVar[str] = "crypto_refusal"
    sentence: ClassVar[str] = "The protocol does not allow this."
    field: str | None = None

    def __str__(self) -> str:
        return self.sentence


class Malformed(CryptoRefusal):
    code = "malformed"
    sentence = "These bytes do not have the form that the protocol prescribes."


class TooLarge(CryptoRefusal):
    code = "too_large"
    sentence = "This is larger than the protocol allows."


class EnvelopeBroken(CryptoRefusal):
    code = "envelope_broken"
    sentence = "This item of the room does not have the form that the protocol prescribes."


class EnvelopeTooLarge(CryptoRefusal):
    code = "envelope_too_large"
    sentence = "This item of the room is larger than the protocol allows."


class SuiteUnknown(CryptoRefusal):
    code = "suite_unknown"
    sentence = "This names a set of algorithms that this client does not accept."


class VersionUnknown(CryptoRefusal):
    code = "version_unknown"
    sentence = "This message has a version that this client does not know."


class KeyInvalid(CryptoRefusal):
    code = "key_invalid"
    sentence = "This public key is not one that anybody may use."


class SignatureInvalid(CryptoRefusal):
    code = "signature_invalid"
    sentence = "The signature does not belong to these bytes and this key."


class KemStatementStale(CryptoRefusal):
    code = "kem_statement_stale"
    sentence = "This key of a person is older than one already seen, or contradicts it."


class NameInvalid(CryptoRefusal):
    code = "name_invalid"
    sentence = "A user name has 3 to 32 characters: letters a to z, digits, dot, underscore, hyphen."


class PasswordInvalid(CryptoRefusal):
    code = "password_invalid"
    sentence = "A password has 1 to 1024 bytes of ordinary text."


class PasswordWeak(CryptoRefusal):
    code = "password_weak"
    sentence = "This password is easy to guess. Choose a longer one, such as four unrelated words."

    def __init__(self, warning: str = "", suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(self.sentence)
        self.warning = warning
        self.suggestions = suggestions


class PasswordSuiteUnknown(CryptoRefusal):
    code = "password_suite_unknown"
    sentence = "The server asks for password parameters that this client does not accept."


class RecoveryCodeInvalid(CryptoRefusal):
    code = "recovery_code_invalid"
    sentence = "This recovery code contains a mistake. Compare it with the printed one."


class VaultDoesNotOpen(CryptoRefusal):
    code = "vault_does_not_open"
    sentence = "The vault does not open with this. Nothing has been deleted."


class VaultStale(CryptoRefusal):
    code = "vault_stale"
    sentence = "The server shows an older vault than this client has seen."


class VaultSignatureInvalid(CryptoRefusal):
    code = "vault_signature_invalid"
    sentence = "This vault was not signed by the person it belongs to."


class PinsContradict(CryptoRefusal):
    code = "pins_contradict"
    sentence = "Two versions of the vault know different keys for the same person or agency."


class RootMismatch(CryptoRefusal):
    code = "root_mismatch"
    sentence = "This agency does not have the root key that was expected."


class RosterKeyInvalid(CryptoRefusal):
    code = "roster_key_invalid"
    sentence = "The key that signed this roster was not certified by the agency's root at that time."


class RosterExpired(CryptoRefusal):
    code = "roster_expired"
    sentence = "The agency's roster is not valid at this time."


class RosterStale(CryptoRefusal):
    code = "roster_stale"
    sentence = "This roster is older than one already seen."


class RosterForked(CryptoRefusal):
    code = "roster_forked"
    sentence = "The agency's roster has been shown in two different versions."


class RosterMissing(CryptoRefusal):
    code = "roster_missing"
    sentence = "The roster that this entry names is not at hand."


class NotCertified(CryptoRefusal):
    code = "not_certified"
    sentence = "The agency's roster does not certify this person for this."


class DutyOutdated(CryptoRefusal):
    code = "duty_outdated"
    sentence = "The room's standby key is not the one of the agency's roster."


class DutySeedInvalid(CryptoRefusal):
    code = "duty_seed_invalid"
    sentence = "This sealed duty key is not for this person or not the one of the roster."


class InvitationProofInvalid(CryptoRefusal):
    code = "invitation_proof_invalid"
    sentence = "These keys were not made by whoever holds the invitation."


class WrongRoom(CryptoRefusal):
    code = "wrong_room"
    sentence = "This item belongs to another room."


class CommitOutdated(CryptoRefusal):
    code = "commit_outdated"
    sentence = "Another change of this room came first."


class CommitNotAllowed(CryptoRefusal):
    code = "commit_not_allowed"
    sentence = "This person may not make this change in this room."


class CommitInconsistent(CryptoRefusal):
    code = "commit_inconsistent"
    sentence = "The changes named do not lead to the members listed."


class MemberRevoked(CryptoRefusal):
    code = "member_revoked"
    sentence = "The change keeps a counsellor whom the agency has revoked."


class TranscriptMismatch(CryptoRefusal):
    code = "transcript_mismatch"
    sentence = "The sender has seen another history of this room."


class CommitmentFailed(CryptoRefusal):
    code = "commitment_failed"
    sentence = "The key of this epoch is not the one that its entry commits to."


class EpochOver(CryptoRefusal):
    code = "epoch_over"
    sentence = "The keys of this room have changed since; the message has to be sealed anew."


class EpochUnknown(CryptoRefusal):
    code = "epoch_unknown"
    sentence = "This message names an epoch that has not begun."


class SenderNotMember(CryptoRefusal):
    code = "sender_not_member"
    sentence = "The sender is not a member of this room."


class ClockNotAllowed(CryptoRefusal):
    code = "clock_not_allowed"
    sentence = "The sender's role may not move the reply clock in this way."


class SeenOutOfRange(CryptoRefusal):
    code = "seen_out_of_range"
    sentence = "The sender claims to have seen what cannot have been seen."


class SeenFalls(CryptoRefusal):
    code = "seen_falls"
    sentence = "The sender claims to have seen less than before."


class Replayed(CryptoRefusal):
    code = "replayed"
    sentence = "This message was already there."


class ChainBroken(CryptoRefusal):
    code = "chain_broken"
    sentence = "This message does not follow the one before it from the same page."


class DoesNotDecrypt(CryptoRefusal):
    code = "does_not_decrypt"
    sentence = "This message was changed on its way."


class PaddingInvalid(CryptoRefusal):
    code = "padding_invalid"
    sentence = "The length or padding of this message is not right."


class MessageEmpty(CryptoRefusal):
    code = "message_empty"
    sentence = "A message needs some text."


class MessageTooLarge(CryptoRefusal):
    code = "message_too_large"
    sentence = "A message holds at most 32 KiB of text."


class TargetUnknown(CryptoRefusal):
    code = "target_unknown"
    sentence = "The message that this refers to is not known."


class TargetNotYours(CryptoRefusal):
    code = "target_not_yours"
    sentence = "Only the author of a message may change or delete it."


class CheckpointInvalid(CryptoRefusal):
    code = "checkpoint_invalid"
    sentence = "The saved state of this room does not fit its history."


class FileTooLarge(CryptoRefusal):
    code = "file_too_large"
    sentence = "A file holds at most 25 MiB."


class FileBroken(CryptoRefusal):
    """T30: cut, changed, reordered, continued, or not as long as it says."""

    code = "file_broken"
    sentence = "This file was cut or changed on its way."


class FileSwapped(CryptoRefusal):
    """T31, T32: the commitment belongs to another key, another room, another epoch or another file."""

    code = "file_swapped"
    sentence = "This is not the file that the message names."


class ReceiptInvalid(CryptoRefusal):
    code = "receipt_invalid"
    sentence = "This receipt was not signed by this server."


class DeletionInvalid(CryptoRefusal):
    code = "deletion_invalid"
    sentence = "This certificate of deletion was not signed by this server."


def every_refusal() -> tuple[type[CryptoRefusal], ...]:
    """All refusals, in the order of this file."""
    return tuple(
        value
        for value in globals().values()
        if isinstance(value, type) and issubclass(value, CryptoRefusal) and value is not CryptoRefusal
    )
