"""What the log alone shows of a room, without any secret: who is in it, and who waits for whom."""

import pytest

from crypto import Close, RoomLog, StandbyOff, Text, replay_log
from crypto.errors import EpochUnknown
from tests.unit.crypto.scenes import answered, asked, crowded, judged, print_of


def test_a_room_begins_with_the_client_and_the_standby() -> None:
    """And nobody else, whatever the server says."""
    log = asked().reader.log
    assert sorted(member.role for member in log.members.values()) == ["client", "duty"]
    assert (log.client.fingerprint, log.standby, log.duty_generation) == (print_of("nachtfalter"), True, 1)
    assert (log.epoch, log.log_position, log.counsellors) == (1, 1, ())


def test_without_standby_there_is_no_duty_key() -> None:
    """The page says so in words."""
    log = judged(answered(), "nachtfalter", [StandbyOff()])
    assert (log.standby, log.duty, log.duty_generation) == (False, None, None)
    assert [member.fingerprint for member in log.counsellors] == [print_of("berger")]


@pytest.mark.parametrize(
    ("sender", "clock", "waiting"),
    [
        ("nachtfalter", "none", None),
        ("nachtfalter", "asks", True),
        ("nachtfalter", "needs_no_answer", False),
        ("nachtfalter", "answers", None),
        ("berger", "none", None),
        ("berger", "answers", False),
        ("berger", "asks", None),
        ("berger", "needs_no_answer", None),
        ("luft", "answers", None),
        ("luft", "asks", None),
    ],
)
def test_the_client_waits_from_asking_until_somebody_in_the_room_answers(
    sender: str, clock: str, waiting: bool | None
) -> None:
    """None: nothing changes. A client cannot answer themselves, an outsider can do nothing."""
    scene = answered()
    at_rest = scene.reader.log
    waits = at_rest.heard(print_of("nachtfalter"), "asks")
    for before in (at_rest, waits):
        expected = before.waiting if waiting is None else waiting
        assert before.heard(print_of(sender), clock).waiting is expected


def test_a_moderator_answers_like_a_counsellor() -> None:
    """In a group room."""
    log: RoomLog = crowded().reader.log.heard(print_of("nachtfalter"), "asks")
    assert not log.heard(print_of("winter"), "answers").waiting


def test_a_closed_thread_opens_again_when_the_client_asks() -> None:
    """Closing is a full stop, not a lock."""
    scene = answered()
    scene.commit("berger", [Close("answered")])
    assert scene.reader.log.closed
    scene.say("nachtfalter", Text("Danke."))
    assert scene.reader.log.closed
    scene.say("nachtfalter", Text("Doch noch etwas."), "asks")
    assert not scene.reader.log.closed


def test_server_and_readers_count_who_waits_alike_also_by_a_message_that_is_broken_inside() -> None:
    """The server sees the header alone; a reader counts alike, says `broken`, and the client may contest (T47)."""
    scene = asked()
    scene.take("berger")
    assert scene.reader.log.waiting
    assert scene.push(scene.crafted("berger", b"no body", clock="answers")).kind == "broken"
    assert scene.reader.log.waiting == replay_log(enumerate(scene.items, 1), scene.book()).waiting
    assert not scene.reader.log.waiting


def test_before_the_genesis_there_is_no_log() -> None:
    """Nor an epoch to write in."""
    scene = answered()
    reader = scene.read_as(scene.client, items=False)
    for ask in (lambda: reader.log, reader.place):
        with pytest.raises(EpochUnknown):
            ask()
    with pytest.raises(EpochUnknown):
        scene.read_as(None).place()
