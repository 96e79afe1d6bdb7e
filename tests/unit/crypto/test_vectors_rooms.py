"""Rooms of crypto/vectors, item by item: every reader finds what is written there."""

from typing import Any

import pytest

from crypto import DutySeed, Identity, Reader, RosterBook, Verdict, read_roster
from crypto.bodies import write_body
from tests.unit.crypto.vectors_on_disk import raw, vectors

ROOMS = {
    name: vectors(name)
    for name in ("room_whole_story", "room_hostile_messages", "room_hostile_commits", "room_false_secrets")
}
READINGS = [
    pytest.param(told, reading, id=f"{name}, {reading['name']}")
    for name, told in ROOMS.items()
    for reading in told["readings"]
]


def _reader(told: Any, reading: Any) -> Reader:
    me = reading["me"]
    return Reader(
        raw(told["room"]),
        book=RosterBook(read_roster(raw(one["roster"]), raw(one["root_fingerprint"])) for one in told["rosters"]),
        room_share=raw(told["room_share"]),
        root_fingerprint=raw(told["root_fingerprint"]),
        me=None if me is None else Identity(raw(me["ed_seed"]), raw(me["kem_seed"]), me["kem_seq"]),
        duty_seeds=[
            DutySeed(raw(one["root_fingerprint"]), one["generation"], raw(one["seed"])) for one in reading["duty_seeds"]
        ],
        secrets={number: raw(secret) for number, secret in reading["secrets"]},
    )


def _plain(verdict: Verdict, reader: Reader) -> dict[str, Any]:
    """In the words of the vectors: what is empty or false is left out."""
    found: dict[str, Any] = {"kind": verdict.kind, "id": verdict.id.hex(), "th": reader.th.hex()}
    sender = verdict.sender and verdict.sender.hex()
    rest = {"reason": verdict.reason, "marks": sorted(verdict.marks), "late": list(verdict.late)}
    found |= {name: value for name, value in (rest | {"sender": sender, "alarm": verdict.alarm}).items() if value}
    if verdict.message is not None:
        kind, content = write_body(verdict.message.body)
        found["message"] = {
            "uid": verdict.message.uid.hex(),
            "sent_at": verdict.message.sent_at,
            "type": kind.decode(),
            "content": content.hex(),
            "clock": verdict.message.clock,
        }
    if verdict.entry is not None:
        log = reader.log
        found["log"] = {
            "epoch": log.epoch,
            "kc": log.kc.hex(),
            "log_prev": log.log_prev.hex(),
            "members": [[member.role, member.fingerprint.hex()] for member in log.members.values()],
            "members_hash": log.members_hash.hex(),
            "barred": sorted(one.hex() for one in log.barred),
            "closed": log.closed,
        }
    return found


@pytest.mark.parametrize(("told", "reading"), READINGS)
def test_each_item_of_a_room_gets_the_verdict_that_is_written(told: Any, reading: Any) -> None:
    """Accepted, sealed, marked or broken, with the reason; and in the end the same keys and the same checkpoint."""
    reader = _reader(told, reading)
    for position, (one, expected) in enumerate(zip(told["items"], reading["verdicts"], strict=True), 1):
        assert {"shows": one["shows"], **_plain(reader.push(position, raw(one["item"])), reader)} == {
            "shows": one["shows"],
            **expected,
        }
    assert sorted([number, secret.hex()] for number, secret in reader.secrets.items()) == reading["found_secrets"]
    assert (reader.log.waiting, reader.confirmed) == (reading["waiting"], reading["confirmed"])
    assert reader.make_checkpoint() == raw(reading["checkpoint"])


def test_every_reader_of_a_room_computes_the_same_transcript() -> None:
    """T18: whoever has no key still notices another history."""
    for told in ROOMS.values():
        ths = [[verdict["th"] for verdict in reading["verdicts"]] for reading in told["readings"]]
        assert all(one == ths[0] for one in ths)


def test_the_whole_story_alarms_nobody() -> None:
    """Hostile rooms prove little if honest ones raise alarms, too."""
    for reading in ROOMS["room_whole_story"]["readings"]:
        assert not [verdict for verdict in reading["verdicts"] if "alarm" in verdict]
