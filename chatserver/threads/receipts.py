"""The server's signed word about one promise, for whoever asked: when it came, and by when it will be answered."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from chatserver.guarantee.policy import parts_of
from crypto import Receipt, sign_receipt, to_ms
from crypto.encoding import lp

_EVENT: Final = b"sprechraum clock event"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as it was given. `policy`: its snapshot. `salt`: names its events for whoever knows it, nobody else."""

    waiting_since: datetime
    due_at: datetime
    policy: str
    salt: bytes


def event_id(salt: bytes, kind: str) -> bytes:
    """The name (16 bytes) of what happened to a promise: the same wherever it is told, and random without the salt."""
    return sha256(lp(_EVENT, salt, kind.encode())).digest()[:16]


def receipt_for(seed: bytes, room: str, message_id: bytes, promised: Promised) -> bytes:
    """Signed by the receipt key; for the same promise always the same bytes. Times are cut to milliseconds."""
    kind, seconds, details = parts_of(promised.policy)
    receipt = Receipt(
        room=bytes.fromhex(room),
        message_id=message_id,
        received_at=to_ms(promised.waiting_since),
        due_at=to_ms(promised.due_at),
        policy_kind=kind,
        policy_seconds=seconds,
        policy_details=details,
        event_id=event_id(promised.salt, "opened"),
    )
    return sign_receipt(seed, receipt)
