"""The server's receipt."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import Receipt, read_receipt, sign_receipt
from crypto.errors import Malformed, ReceiptInvalid
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
KEY = signing_key(seed("key"))
TIMES = st.integers(0, 2**53 - 1)


def test_a_receipt_holds_for_the_key_that_signed_it_only() -> None:
    """Anyone can check it; nobody can change it."""
    signed = sign_receipt(seed("key"), RECEIPT)
    assert read_receipt(signed, KEY) == RECEIPT
    for raw, key in ((signed, seed("other")), (signed[:-1], seed("key")), (b"", seed("key"))):
        with pytest.raises(ReceiptInvalid):
            read_receipt(raw, signing_key(key))


@given(TIMES, TIMES, st.sampled_from(["calendar", "working_days"]), st.text(st.characters(codec="utf-8"), max_size=40))
def test_every_promise_comes_back_as_it_was_signed(received_at: int, due_at: int, kind: str, details: str) -> None:
    """The times above all."""
    receipt = replace(
        RECEIPT,
        received_at=received_at,
        due_at=due_at,
        policy_kind=kind,
        policy_details=details,
        event_id=seed("e")[:16],
    )
    assert read_receipt(sign_receipt(seed("key"), receipt), KEY) == receipt


def test_no_bit_of_a_receipt_can_be_flipped() -> None:
    """The 48 hours stand in it."""
    signed = sign_receipt(seed("key"), RECEIPT)
    for at in range(8 * len(signed)):
        changed = bytearray(signed)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(ReceiptInvalid):
            read_receipt(bytes(changed), KEY)


@pytest.mark.parametrize(
    "broken",
    [
        replace(RECEIPT, room=bytes(15)),
        replace(RECEIPT, message_id=b""),
        replace(RECEIPT, event_id=bytes(32)),
    ],
)
def test_a_receipt_of_another_form_is_refused_though_it_is_signed(broken: Receipt) -> None:
    """The server's own mistake must not pass for a promise."""
    with pytest.raises(ReceiptInvalid):
        read_receipt(sign_receipt(seed("key"), broken), KEY)


def test_a_kind_of_promise_is_a_word() -> None:
    """People and programs read it."""
    with pytest.raises(Malformed):
        sign_receipt(seed("key"), replace(RECEIPT, policy_kind="48 Stunden"))
