"""The server's receipt."""

import pytest

from crypto import Receipt, read_receipt, sign_receipt
from crypto.errors import ReceiptInvalid
from crypto.signing import signing_key
from crypto.vectors.story import START, seed

RECEIPT = Receipt(
    room=bytes(16),
    message_id=seed("message"),
    received_at=START,
    due_at=START + 172_800_000,
    policy_kind="calendar",
    policy_seconds=172_800,
    policy_details="",
    event_id=bytes(16),
)


def test_a_receipt_holds_for_the_key_that_signed_it_only() -> None:
    """Anyone can check it; nobody can change it."""
    signed = sign_receipt(seed("key"), RECEIPT)
    assert read_receipt(signed, signing_key(seed("key"))) == RECEIPT
    for raw, key in ((signed, seed("other")), (signed[:-1], seed("key")), (b"", seed("key"))):
        with pytest.raises(ReceiptInvalid):
            read_receipt(raw, signing_key(key))
