"""When a deletion is final, and what the server gives its word on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crypto import Deletion, sign_deletion, to_ms
from crypto.deletion import DeletedKind

# Backups of the shares are kept that long: afterwards not even the operator can bring it back (T37).
FINAL_AFTER: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One deletion; `subject` is the room's or the account's id, `certificate` what anybody can check."""

    kind: DeletedKind
    subject: str
    deleted_at: datetime
    final_at: datetime
    certificate: bytes


def certify(kind: DeletedKind, subject: str, now: datetime, receipt_seed: bytes) -> Certificate:
    """The server's signed word that this is gone."""
    final_at = now + FINAL_AFTER
    deletion = Deletion(kind=kind, subject=bytes.fromhex(subject), deleted_at=to_ms(now), final_at=to_ms(final_at))
    return Certificate(
        kind=kind,
        subject=subject,
        deleted_at=now,
        final_at=final_at,
        certificate=sign_deletion(receipt_seed, deletion),
    )
