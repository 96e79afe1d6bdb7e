"""How fast one person may do one thing."""

from hypothesis import given
from hypothesis import strategies as st

from chatserver.transport import paces
from chatserver.transport.paces import BURST_SECONDS, Paces


def test_a_burst_is_allowed_and_then_a_steady_pace() -> None:
    """Three a second: thirty at once, and after that one every third of a second."""
    pace = Paces(3)
    assert [pace.allows("anna", "typing", 0.0) for _ in range(31)] == [True] * 30 + [False]
    assert [pace.allows("anna", "typing", 1.0) for _ in range(3)] == [True, True, False]


def test_each_person_and_each_purpose_has_a_measure_of_its_own() -> None:
    """Whoever floods stops nobody else, and may still write."""
    pace = Paces(1)
    while pace.allows("anna", "typing", 0.0):
        pass
    assert pace.allows("anna", "message", 0.0)
    assert pace.allows("bert", "typing", 0.0)


def test_whoever_does_not_stop_is_seen_as_a_flood() -> None:
    """Refusing costs something, too."""
    pace = Paces(1)
    for _ in range(2 * BURST_SECONDS - 1):
        pace.allows("anna", "typing", 0.0)
        assert not pace.floods("anna", "typing")
    pace.allows("anna", "typing", 0.0)
    assert pace.floods("anna", "typing")
    assert not pace.floods("anna", "message")


@given(st.lists(st.floats(0, 0.5), min_size=50, max_size=200))
def test_never_more_than_the_burst_and_the_pace(gaps: list[float]) -> None:
    """Whatever the rhythm."""
    pace, now, allowed = Paces(2), 0.0, 0
    for gap in gaps:
        now += gap
        allowed += pace.allows("anna", "message", now)
    assert allowed <= 2 * BURST_SECONDS + 2 * now + 1e-6


def test_no_more_people_are_remembered_than_there_is_room_for() -> None:
    """The quietest are forgotten first."""
    pace = Paces(1)
    for number in range(paces.REMEMBERED + 5):
        pace.allows(str(number), "typing", 0.0)
        pace.allows("0", "typing", 0.0)
    assert len(pace._measures) == paces.REMEMBERED
    assert pace.floods("0", "typing")
