"""The judge of the faults: what it must find, and what it must not."""

import pytest

from faults.checker import Copy, faults_in
from faults.journal import Entry

ROOM = "r"
WELL = [(1, "genesis"), (2, "a"), (3, "b")]


def told(name: str, place: int) -> Entry:
    """A message that was acknowledged there."""
    return Entry("ok", ROOM, name, str(place))


WRITTEN = [Entry("invoke", ROOM, "a"), told("a", 2), Entry("invoke", ROOM, "b"), told("b", 3)]


def test_what_was_acknowledged_and_is_there_for_both_is_well() -> None:
    """The first item is older than the trial; what got no answer may be there or not."""
    assert faults_in(WRITTEN, {ROOM: [WELL, WELL]}) == []
    unknown = [Entry("invoke", ROOM, "c"), Entry("unknown", ROOM, "c")]
    assert faults_in([*WRITTEN, *unknown], {ROOM: [WELL]}) == []
    assert faults_in([*WRITTEN, *unknown], {ROOM: [[*WELL, (4, "c")]]}) == []


@pytest.mark.parametrize(
    ("copies", "found"),
    [
        ([[(1, "genesis"), (2, "a")]], "b was acknowledged at 3, and stands at no place"),
        ([[(1, "genesis"), (2, "b"), (3, "a")]], "a was acknowledged at 2, and stands at 3"),
        ([[*WELL, (4, "a")]], "a is stored 2 times"),
        ([[(1, "genesis"), (2, "a"), (4, "b")]], "its positions have gaps"),
        ([[*WELL, (4, "z")]], "z is stored, and nobody wrote it"),
        ([WELL, WELL[:2]], "its readers were given different items"),
        ([], "nobody could read it"),
    ],
)
def test_each_kind_of_loss_is_found(copies: list[Copy], found: str) -> None:
    """And named."""
    assert any(found in one for one in faults_in(WRITTEN, {ROOM: copies}))


def test_what_was_refused_must_not_be_stored() -> None:
    """A refusal is a promise, too."""
    refused = [Entry("invoke", ROOM, "c"), Entry("fail", ROOM, "c", why="epoch_over")]
    assert faults_in([*WRITTEN, *refused], {ROOM: [WELL]}) == []
    assert faults_in([*WRITTEN, *refused], {ROOM: [[*WELL, (4, "c")]]}) != []
