"""The one table from a refusal to its HTTP status, for the three roots of refusals."""

from typing import Any, Final

from booking.errors import BookingRefusal
from chatserver.errors import Refusal
from crypto.errors import CryptoRefusal

ROOTS: Final = (Refusal, BookingRefusal, CryptoRefusal)
AnyRefusal = Refusal | BookingRefusal | CryptoRefusal

STATUS: Final[dict[str, int]] = {
    "refused": 400,
    "malformed": 400,
    "session_expired": 401,
    "wrong_credentials": 401,
    "account_deleted": 410,
    "not_found": 404,
    "name_taken": 409,
    "name_invalid": 422,
    "password_suite_unknown": 422,
    "ticket_invalid": 422,
    "vault_conflict": 409,
    "postal_code_invalid": 422,
    "topic_unknown": 422,
    "topic_not_offered": 404,
    "enquiry_taken": 409,
    "contested_already": 409,
    "nothing_waits": 409,
    "waived_before": 409,
    "writer_blocked": 403,
    "invitation_invalid": 404,
    "roster_inconsistent": 422,
    "needs_another_coordinator": 409,
    "agency_name_taken": 409,
    "ladder_invalid": 422,
    "terms_invalid": 422,
    "profile_invalid": 422,
    "profile_changed": 409,
    "absence_over": 422,
    "absences_full": 409,
    "substitute_unfit": 409,
    "not_open_yet": 409,
    "too_many_files": 429,
    "room_full": 409,
    "attachment_conflict": 409,
    "attachment_incomplete": 409,
    "mail_address_invalid": 422,
    "mail_code_wrong": 422,
    "too_many_requests": 429,
    "too_busy": 429,
    "origin_refused": 403,
    "unsupported_media_type": 415,
    "body_too_large": 413,
    "request_timeout": 408,
    "method_not_allowed": 405,
    "unavailable": 503,
    "internal": 500,
    # booking
    "booking_refused": 409,
    "slot_taken": 409,
    "slot_not_offered": 409,
    "hold_expired": 409,
    "hold_extended": 409,
    "appointment_over": 409,
    "too_late": 409,
    "not_begun": 409,
    "group_full": 409,
    "group_fixed": 409,
    "kind_not_offered": 404,
    "request_reused": 409,
    "rule_invalid": 422,
    "zone_unknown": 422,
    # crypto
    "crypto_refusal": 422,
    "too_large": 413,
    "envelope_broken": 422,
    "envelope_too_large": 413,
    "suite_unknown": 422,
    "version_unknown": 422,
    "key_invalid": 422,
    "signature_invalid": 422,
    "kem_statement_stale": 409,
    "password_invalid": 422,
    "password_weak": 422,
    "recovery_code_invalid": 422,
    "vault_does_not_open": 422,
    "vault_stale": 409,
    "vault_signature_invalid": 422,
    "pins_contradict": 409,
    "root_mismatch": 422,
    "roster_key_invalid": 422,
    "roster_expired": 422,
    "roster_stale": 409,
    "roster_forked": 409,
    "roster_missing": 409,
    "not_certified": 403,
    "duty_outdated": 409,
    "duty_seed_invalid": 422,
    "invitation_proof_invalid": 422,
    "wrong_room": 422,
    "commit_outdated": 409,
    "commit_not_allowed": 403,
    "commit_inconsistent": 422,
    "member_revoked": 409,
    "transcript_mismatch": 409,
    "commitment_failed": 422,
    "epoch_over": 409,
    "epoch_unknown": 409,
    "sender_not_member": 403,
    "clock_not_allowed": 403,
    "seen_out_of_range": 422,
    "seen_falls": 409,
    "replayed": 409,
    "chain_broken": 409,
    "does_not_decrypt": 422,
    "padding_invalid": 422,
    "message_empty": 422,
    "message_too_large": 413,
    "target_unknown": 422,
    "target_not_yours": 403,
    "checkpoint_invalid": 422,
    "receipt_invalid": 422,
    "file_too_large": 413,
    "file_broken": 422,
    "file_swapped": 422,
    "deletion_invalid": 422,
}


def status_of(refusal: AnyRefusal) -> int:
    """The HTTP status. Raises KeyError for a code that is not in the table."""
    return STATUS[refusal.code]


def told(refusal: AnyRefusal) -> dict[str, Any]:
    """What the other side is told: code, sentence and, where one is at fault, the field."""
    answer: dict[str, Any] = {"code": refusal.code, "message": refusal.sentence}
    if refusal.field is not None:
        answer["field"] = refusal.field
    return answer
