"""What the vault keeps of a room: against rollback, and to go on from (T7, T18, T20)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import Reader, Remove, Rotate, Text, Verdict, read_checkpoint
from crypto.checkpoint import MOST_LINKS
from crypto.encoding import ZERO32
from crypto.errors import CheckpointInvalid
from crypto.items import item_kind
from crypto.vectors.story import Scene
from tests.unit.crypto.scenes import answered, asked, crowded, print_of

STORY = crowded()
STORY.say("sommer", Text("Guten Abend."), "answers")
STORY.commit("nachtfalter", [Remove(print_of("sommer"))])
STORY.say("nachtfalter", Text("Danke."), "asks")
STORY.commit("berger", [Rotate("age")])
STORY.say("berger", Text("Gern."), "answers")


def entry_of(scene: Scene, reader: Reader) -> bytes | None:
    """The newest log entry that this reader has seen, unless it is the genesis."""
    at = reader.log.log_position
    return None if at == 1 else scene.items[at - 1]


def resumed(scene: Scene, checkpoint: bytes, entry: bytes | None) -> Reader:
    return Reader.resume(
        checkpoint, scene.items[0], entry, book=scene.book(), room_share=scene.room_share, me=scene.client
    )


def read_from(reader: Reader, scene: Scene) -> list[Verdict]:
    return [reader.push(at, item) for at, item in enumerate(scene.items, 1) if at > reader.position]


@pytest.mark.parametrize("position", range(1, len(STORY.items)))
def test_a_reader_that_goes_on_from_a_checkpoint_finds_what_one_from_the_start_finds(position: int) -> None:
    """Wherever it stopped: the same verdicts, the same transcript, the same room."""
    whole = STORY.read_as(STORY.client, items=False)
    verdicts = read_from(whole, STORY)
    first = STORY.read_as(STORY.client, items=False)
    for at, item in enumerate(STORY.items[:position], 1):
        first.push(at, item)
    second = resumed(STORY, first.make_checkpoint(), entry_of(STORY, first))
    assert read_from(second, STORY) == verdicts[position:]
    assert second.log == whole.log
    assert second.make_checkpoint() == whole.make_checkpoint()


def test_t18_a_room_that_was_rolled_back_or_forked_is_an_alarm_at_the_checkpoint() -> None:
    """T18, T20: another history of the same length does not come to the same transcript."""
    checkpoint = STORY.reader.make_checkpoint()
    honest, forked = (STORY.read_as(STORY.client, items=False, checkpoint=checkpoint) for _ in range(2))
    assert not any("rolled_back" in verdict.marks for verdict in read_from(honest, STORY))
    items = [*STORY.items[:-1], STORY.sealed("berger", Text("Etwas anderes."))]
    marks = [forked.push(at, item).marks for at, item in enumerate(items, 1)]
    assert [at for at, found in enumerate(marks, 1) if "rolled_back" in found] == [len(items)]


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    """Bytes to fields and back."""
    raw = STORY.reader.make_checkpoint()
    found = read_checkpoint(raw)
    assert found.raw == raw
    assert found.barred == (print_of("sommer"),)
    assert (found.position, found.epoch, found.waiting, found.closed) == (len(STORY.items), 5, False, False)


@given(st.integers(0, 2**20))
@settings(max_examples=200)
def test_a_changed_checkpoint_is_refused_or_says_something_else(at: int) -> None:
    """Never the same with other bytes."""
    raw = STORY.reader.make_checkpoint()
    where = at % len(raw)
    changed = raw[:where] + bytes([raw[where] ^ 1 << at % 8]) + raw[where + 1 :]
    try:
        assert read_checkpoint(changed) != read_checkpoint(raw)
        assert read_checkpoint(changed).raw == changed
    except CheckpointInvalid:
        pass


def test_a_checkpoint_goes_on_only_with_the_room_and_the_entry_that_it_names() -> None:
    """T18: what the server serves beside it proves itself by its hash."""
    point = read_checkpoint(STORY.reader.make_checkpoint())
    entry = entry_of(STORY, STORY.reader)
    earlier = next(item for item in STORY.items if item_kind(item) == "commit")
    assert resumed(STORY, point.raw, entry).position == point.position
    for false in (None, earlier):
        with pytest.raises(CheckpointInvalid):
            resumed(STORY, point.raw, false)
    changed = [
        replace(point, room=bytes(16)),
        replace(point, log_prev=ZERO32),
        replace(point, epoch=4),
        replace(point, members_hash=ZERO32),
    ]
    for one in changed:
        with pytest.raises(CheckpointInvalid):
            resumed(STORY, one.raw, entry)
    at_first = read_checkpoint(asked().reader.make_checkpoint())
    with pytest.raises(CheckpointInvalid):
        resumed(asked(), replace(at_first, log_position=2).raw, None)


def test_whom_the_client_removed_is_remembered_across_a_checkpoint() -> None:
    """T42: else a new login would let them back in."""
    reader = resumed(STORY, STORY.reader.make_checkpoint(), entry_of(STORY, STORY.reader))
    assert reader.log.barred == {print_of("sommer")}


def test_only_the_sessions_last_heard_are_kept() -> None:
    """A checkpoint stays small however many tabs were open."""
    scene = answered()
    for session in range(MOST_LINKS + 3):
        scene.push(scene.crafted("berger", session=bytes([session]) * 16, counter=0, prev_id=ZERO32))
    links = read_checkpoint(scene.reader.make_checkpoint()).links
    assert [link.session[0] for link in links] == list(range(3, MOST_LINKS + 3))


def test_disorder_in_a_checkpoint_is_refused() -> None:
    """One state, one form."""
    point = read_checkpoint(STORY.reader.make_checkpoint())
    two = (bytes([2]) * 32, bytes([1]) * 32)
    for broken in (replace(point, barred=two), replace(point, barred=two[:1] * 2), replace(point, th=b"")):
        with pytest.raises(CheckpointInvalid):
            read_checkpoint(broken.raw)
