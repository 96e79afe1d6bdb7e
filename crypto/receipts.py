"""The server's signed word on when a message arrived and by when it will be answered. docs/protocol.md section 12."""

from dataclasses import dataclass

from crypto import labels
from crypto.encoding import fields, lp, read_text, read_u64, read_word, sized, u64, utf8, word
from crypto.errors import CryptoRefusal, ReceiptInvalid
from crypto.signing import read_object, sign_object, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Times in ms UTC; `policy_seconds` is the promise."""

    room: bytes
    message_id: bytes
    received_at: int
    due_at: int
    policy_kind: str
    policy_seconds: int
    policy_details: str
    event_id: bytes


def sign_receipt(seed: bytes, receipt: Receipt) -> bytes:
    """By the server's receipt key."""
    policy = lp(word(receipt.policy_kind), u64(receipt.policy_seconds), utf8(receipt.policy_details))
    times = (u64(receipt.received_at), u64(receipt.due_at))
    return sign_object(seed, lp(labels.RECEIPT, receipt.room, receipt.message_id, *times, policy, receipt.event_id))


def read_receipt(data: bytes, receipt_pk: bytes) -> Receipt:
    """Raises ReceiptInvalid whatever is wrong."""
    try:
        body, signature, (room, message_id, received_at, due_at, policy, event_id) = read_object(
            data, labels.RECEIPT, 6
        )
        kind, seconds, details = fields(policy, 3)
        receipt = Receipt(
            room=sized(room, 16),
            message_id=sized(message_id, 32),
            received_at=read_u64(received_at),
            due_at=read_u64(due_at),
            policy_kind=read_word(kind),
            policy_seconds=read_u64(seconds),
            policy_details=read_text(details),
            event_id=sized(event_id, 16),
        )
        verify(receipt_pk, signature, body)
    except CryptoRefusal:
        raise ReceiptInvalid from None
    return receipt
