"""The header of a message: what the server reads, and what it refuses without any secret (T38, T45)."""

from dataclasses import replace
from typing import Any, Final

import pytest

from crypto import Text, Writer
from crypto.encoding import fields, lp
from crypto.envelope import Place
from crypto.errors import (
    ClockNotAllowed,
    CommitmentFailed,
    CryptoRefusal,
    EnvelopeBroken,
    EnvelopeTooLarge,
    EpochOver,
    EpochUnknown,
    SenderNotMember,
    TranscriptMismatch,
    VersionUnknown,
    WrongRoom,
)
from crypto.message import check_header, check_seen, read_header
from crypto.vectors.story import START, person, seed

ANNA, BERT = person("nachtfalter"), person("berger")
PLACE = Place(seed("room")[:16], 3, seed("kc"), seed("epoch key"), 5, seed("th"))
ENVELOPE = Writer(ANNA).seal(PLACE, Text("Hallo"), sent_at=START).envelope
HONEST = read_header(ENVELOPE)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"room": bytes(16)}, WrongRoom),
        ({"epoch": 2}, EpochOver),
        ({"epoch": 4}, EpochUnknown),
        ({"kc": bytes(32)}, CommitmentFailed),
        ({"sender": BERT.fingerprint}, SenderNotMember),
        ({"clock": "answers"}, ClockNotAllowed),
    ],
)
def test_t38_a_header_that_does_not_fit_room_and_login_is_refused(
    changed: dict[str, Any], refusal: type[CryptoRefusal]
) -> None:
    """T38: by the server, without any secret."""
    header = replace(HONEST, **changed)
    with pytest.raises(refusal):
        check_header(header, room=PLACE.room, epoch=3, kc=PLACE.kc, sender=ANNA.fingerprint, role="client")


MAY: Final = {
    "client": {"none", "asks", "needs_no_answer"},
    "counsellor": {"none", "answers"},
    "moderator": {"none", "answers"},
}


@pytest.mark.parametrize("role", [*MAY, "duty", ""])
@pytest.mark.parametrize("clock", ["none", "asks", "answers", "needs_no_answer"])
def test_each_role_moves_the_clock_in_its_own_direction_only(role: str, clock: str) -> None:
    """A counsellor cannot ask in the client's stead, a client cannot answer themselves; the duty key says nothing."""
    header = replace(HONEST, clock=clock)
    place = {"room": PLACE.room, "kc": PLACE.kc, "sender": ANNA.fingerprint}
    if clock in MAY.get(role, ()):
        check_header(header, epoch=3, role=role, **place)
        return
    with pytest.raises(ClockNotAllowed if role in MAY else SenderNotMember):
        check_header(header, epoch=3, role=role, **place)


def test_the_parts_of_a_header_have_one_form() -> None:
    """T26, T29: no plaintext, no other version, no counter without its chain, no size beyond the bound."""
    rest = fields(ENVELOPE, 2)[1]
    broken = [replace(HONEST, counter=1), replace(HONEST, prev_id=ENVELOPE[:32]), replace(HONEST, clock="nine")]
    for header in (*broken, replace(HONEST, session=b""), replace(HONEST, salt=bytes(31))):
        with pytest.raises(EnvelopeBroken):
            read_header(lp(header.raw, rest))
    with pytest.raises(VersionUnknown):
        read_header(lp(replace(HONEST, version=2).raw, rest))
    with pytest.raises(EnvelopeTooLarge):
        read_header(lp(HONEST.raw, bytes(68 * 1024)))


def test_t45_only_a_true_pair_of_position_and_transcript_is_stored() -> None:
    """T45: the server refuses what would make one member suspect another."""
    ths = {4: bytes(32), 5: seed("th"), 6: bytes(32)}
    check_seen(HONEST, log_position=4, last_position=6, th_at=ths.get)
    for changed in (replace(HONEST, seen_th=bytes(32)), replace(HONEST, seen_pos=6, seen_th=seed("th"))):
        with pytest.raises(TranscriptMismatch):
            check_seen(changed, log_position=4, last_position=6, th_at=ths.get)
    for bounds in ((6, 6), (1, 4)):
        with pytest.raises(TranscriptMismatch):
            check_seen(HONEST, log_position=bounds[0], last_position=bounds[1], th_at=ths.get)
