"""What becomes of a thread when its people change."""

from dataclasses import replace
from datetime import UTC, datetime

from chatserver.threads.model import Thread, ThreadState

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
NEW = Thread(
    room="r",
    agency_id="a",
    topic="debt",
    client_id="p",
    counsellor_id=None,
    state=ThreadState.NEW,
    opened_at=NOW,
    taken_at=None,
    closed_at=None,
)
TAKEN = NEW.taken("c", NOW)


def test_a_thread_that_was_taken_is_open_and_has_a_counsellor() -> None:
    """From then on one person is asked for the answer."""
    assert (TAKEN.state, TAKEN.counsellor_id, TAKEN.taken_at) == (ThreadState.OPEN, "c", NOW)


def test_a_change_that_leaves_the_counsellor_leaves_the_thread() -> None:
    """A colleague who joins takes nothing over."""
    assert TAKEN.after_commit({"c", "d"}, standby=True, closed=False, now=NOW) == TAKEN


def test_when_the_counsellor_leaves_another_member_answers() -> None:
    """Whoever stays has read everything."""
    assert TAKEN.after_commit({"d"}, standby=True, closed=False, now=NOW).counsellor_id == "d"


def test_when_the_last_counsellor_leaves_the_agency_finds_the_thread_among_the_new_ones() -> None:
    """Otherwise nobody would ever look into it again."""
    left = TAKEN.after_commit(set(), standby=True, closed=False, now=NOW)
    assert (left.state, left.counsellor_id, left.taken_at) == (ThreadState.NEW, None, None)


def test_without_standby_nobody_can_step_in_so_the_thread_is_not_offered() -> None:
    """The colleagues could not open it."""
    left = TAKEN.after_commit(set(), standby=False, closed=False, now=NOW)
    assert (left.state, left.counsellor_id) == (ThreadState.OPEN, None)


def test_a_question_opens_a_closed_thread_again() -> None:
    """For the same counsellor; a thread that nobody had taken is new again."""
    closed = TAKEN.after_commit({"c"}, standby=True, closed=True, now=NOW)
    assert (closed.state, closed.closed_at) == (ThreadState.CLOSED, NOW)
    assert closed.asked_again() == TAKEN
    assert replace(NEW, state=ThreadState.CLOSED, closed_at=NOW).asked_again() == NEW
