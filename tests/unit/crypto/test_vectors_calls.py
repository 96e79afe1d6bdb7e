"""Call signals: heard once, in their order, from members of the epoch only (T17, T24, T34, T36)."""

from dataclasses import replace
from typing import Any, Final

import pytest

from crypto import CallReader, CallWriter, Place
from crypto.calls import LARGEST_SIGNAL, read_call_header
from crypto.errors import CryptoRefusal, EnvelopeTooLarge, Malformed
from crypto.vectors.story import person, seed
from tests.unit.crypto.vectors_on_disk import raw, vectors

FOUND: Final = vectors("calls")
PLACE: Final = Place(raw(FOUND["room"]), FOUND["epoch"], raw(FOUND["kc"]), raw(FOUND["ek"]), 1, bytes(32))
MEMBERS: Final = {raw(fingerprint): raw(ed_pk) for fingerprint, ed_pk in FOUND["members"]}


def heard(reader: CallReader, envelope: bytes) -> dict[str, Any]:
    """As the vectors tell it."""
    try:
        said = reader.open(PLACE, MEMBERS, envelope)
    except CryptoRefusal as refusal:
        return {"refusal": refusal.code}
    told = {"sender": said.sender.hex(), "counter": said.counter, "type": said.kind, "sent_at": said.sent_at}
    return {"refusal": None, **told, "content": said.content.hex()}


def test_t24_t34_t36_one_reader_hears_what_is_said_and_nothing_else() -> None:
    """A replay, another's name, another offer behind a true header, another room, epoch, key or purpose."""
    reader = CallReader()
    for step in FOUND["steps"]:
        assert {"name": step["name"], **heard(reader, raw(step["envelope"]))} == {
            key: value for key, value in step.items() if key != "envelope"
        }


def test_what_cannot_be_sent_moves_no_counter() -> None:
    """So that the next one still follows."""
    writer = CallWriter(person("berger"), seed("call")[:16])
    with pytest.raises(EnvelopeTooLarge):
        writer.seal(PLACE, "offer", bytes(LARGEST_SIGNAL), sent_at=1)
    with pytest.raises(Malformed):
        writer.seal(PLACE, "No word", b"", sent_at=1)
    assert read_call_header(writer.seal(PLACE, "ring", b"", sent_at=1)).counter == 0


def test_t27_no_two_signals_are_sealed_under_one_key() -> None:
    """The salt is drawn anew, even where all else is the same."""
    one, other = (CallWriter(person("berger"), seed("call")[:16]) for _ in range(2))
    signals = [writer.seal(PLACE, "ring", b"", sent_at=1) for writer in (one, other)]
    assert read_call_header(signals[0]).salt != read_call_header(signals[1]).salt


def test_a_key_of_another_epoch_opens_nothing() -> None:
    """T17: whoever was removed does not have the new one."""
    signal = CallWriter(person("berger"), seed("call")[:16]).seal(PLACE, "ring", b"", sent_at=1)
    with pytest.raises(CryptoRefusal) as refused:
        CallReader().open(replace(PLACE, key=seed("old")), MEMBERS, signal)
    assert refused.value.code == "does_not_decrypt"
