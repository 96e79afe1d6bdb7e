"""Vectors of call signals: some that are heard, one after the other by one reader, and each that is not."""

from dataclasses import replace
from typing import Any

from crypto import CallReader, CallWriter, Place
from crypto.calls import CallHeader
from crypto.encoding import fields, lp, u64
from crypto.envelope import CALL, MESSAGE, seal_signed
from crypto.errors import CryptoRefusal
from crypto.vectors.refusing import flipped
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import person, seed

_AT = 1_795_000_000_000
_OFFER = b"v=0\r\na=fingerprint:sha-256 00:11:22\r\n"


def calls(recorded: Recorded) -> Any:
    place = Place(seed("room")[:16], 3, seed("kc"), seed("ek"), 1, seed("th"))
    berger, luisa, ghost = person("berger"), person("luisa7"), person("luft")
    members = {one.fingerprint: one.ed_pk for one in (berger, luisa)}
    call_id = seed("call")[:16]
    chance = Scripted("calls", recorded)
    first, second = (CallWriter(one, call_id, chance=chance) for one in (berger, luisa))
    ring = first.seal(place, "ring", b"", sent_at=_AT)
    come = second.seal(place, "come", b"", sent_at=_AT + 1)
    offer = first.seal(place, "offer", _OFFER, sent_at=_AT + 2)
    late = first.seal(place, "candidate", b"a=candidate:1", sent_at=_AT + 3)
    bye = first.seal(place, "bye", b"", sent_at=_AT + 4)
    header = CallHeader(
        room=place.room,
        epoch=place.epoch,
        kc=place.kc,
        sender=luisa.fingerprint,
        call_id=call_id,
        counter=9,
        salt=seed("call salt"),
    )
    body = lp(b"offer", u64(_AT), _OFFER)

    def made(identity: Any = luisa, purpose: Any = CALL, said: bytes = body, **other: Any) -> bytes:
        raw = replace(header, **other).raw
        return seal_signed(purpose, raw, place.key, identity, said)

    raw, ciphertext = fields(offer, 2)
    steps = [
        ("a ring", ring),
        ("T24: the same once more", ring),
        ("the other side comes", come),
        ("T36: another offer behind the same header", lp(raw, flipped(ciphertext))),
        ("T36: an offer of somebody in the room, in another's name", made(berger)),
        ("T36: an offer of nobody in the room", made(ghost, sender=ghost.fingerprint)),
        ("the true offer, after all that", offer),
        ("what follows, one of them lost", bye),
        ("T24: the lost one, too late", late),
        ("T17: of the epoch before", made(epoch=2)),
        ("of an epoch to come", made(epoch=4)),
        ("T15: of another room", made(room=seed("other room")[:16])),
        ("T16: of another key of the epoch", made(kc=seed("other kc"))),
        ("T34: sealed as a message", made(purpose=MESSAGE)),
        ("of another version", made(version=2)),
        ("a body of two fields", made(said=lp(b"offer", u64(_AT)))),
        ("a type that is no word", made(said=lp(b"Offer", u64(_AT), b""))),
        ("cut", offer[:-1]),
        ("empty", b""),
        ("oversized", made(said=lp(b"offer", u64(_AT), bytes(24 * 1024)))),
        ("a type that nobody knows, in the same call", made(said=lp(b"applaud", u64(_AT), b"x"))),
    ]
    reader = CallReader()
    return {
        "room": place.room,
        "epoch": place.epoch,
        "kc": place.kc,
        "ek": place.key,
        "members": [[fingerprint, ed_pk] for fingerprint, ed_pk in members.items()],
        "made": {
            "ed_seed": berger.ed_seed,
            "kem_seed": berger.kem_seed,
            "call_id": call_id,
            "sent_at": _AT,
            "envelope": ring,
        },
        "steps": [
            {"name": name, "envelope": envelope, **_heard(reader, place, members, envelope)} for name, envelope in steps
        ],
    }


def _heard(reader: CallReader, place: Place, members: dict[bytes, bytes], envelope: bytes) -> dict[str, Any]:
    try:
        said = reader.open(place, members, envelope)
    except CryptoRefusal as refusal:
        return {"refusal": refusal.code}
    told = {"sender": said.sender, "counter": said.counter, "type": said.kind, "sent_at": said.sent_at}
    return {"refusal": None, **told, "content": said.content}
