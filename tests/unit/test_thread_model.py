"""What becomes of a thread when its people change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

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


def test_what_was_handed_over_waits_for_whom_it_was_handed_to() -> None:
    """The client's page has taken out whoever left; who was chosen to go on is still the one who is asked."""
    handed = replace(TAKEN, handed_to="d")
    left = handed.after_commit(set(), standby=True, closed=False, now=NOW)
    assert (left.state, left.counsellor_id, left.handed_to) == (ThreadState.OPEN, None, "d")
    closed = handed.after_commit(set(), standby=True, closed=True, now=NOW)
    assert closed.asked_again() == left
    assert left.after_commit({"d"}, standby=True, closed=False, now=NOW).counsellor_id == "d"


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


HOUR = timedelta(hours=1)


def test_when_the_client_allows_a_standby_again_an_orphaned_thread_is_new() -> None:
    """Somebody can look into it again."""
    left = TAKEN.after_commit(set(), standby=False, closed=False, now=NOW)
    assert left.after_commit(set(), standby=True, closed=False, now=NOW).state is ThreadState.NEW


def test_a_new_thread_into_which_the_client_brings_somebody_is_theirs() -> None:
    """Nobody else needs to take it."""
    brought = NEW.after_commit({"d"}, standby=True, closed=False, now=NOW)
    assert (brought.state, brought.counsellor_id, brought.taken_at) == (ThreadState.OPEN, "d", NOW)


def test_whom_it_was_handed_to_answers_once_they_are_in() -> None:
    """However they came in."""
    handed = replace(TAKEN, handed_to="d").after_commit({"c", "d"}, standby=True, closed=False, now=NOW)
    assert (handed.counsellor_id, handed.handed_to) == ("d", None)


def test_the_reasons_to_answer_in_a_colleagues_place() -> None:
    """Handed over, gone, or silent for 36 hours; the first is the one that the client is told."""

    def reasons(
        thread: Thread, *, left: bool = False, waited: int | None = None, by: str = "d", stands_in: bool = False
    ) -> tuple[str, ...]:
        now = NOW + 40 * HOUR
        late_from = None if waited is None else now + (36 - waited) * HOUR
        return thread.reasons_to_take_over(by, counsellor_left=left, stands_in=stands_in, late_from=late_from, now=now)

    assert reasons(TAKEN) == ()
    assert reasons(TAKEN, waited=35) == ()
    assert reasons(TAKEN, waited=36) == ("late",)
    assert reasons(TAKEN, left=True) == ("left",)
    assert reasons(TAKEN, left=True, waited=36) == ("left", "late")
    assert reasons(replace(TAKEN, counsellor_id=None)) == ("left",)
    assert reasons(TAKEN, stands_in=True) == ("absent",)
    assert reasons(TAKEN, stands_in=True, left=True) == ("left",)
    handed = replace(TAKEN, handed_to="d")
    assert reasons(handed) == ("asked",)
    assert reasons(handed, left=True) == ("left",)
    assert reasons(handed, left=True, by="e") == ("left",)
    assert reasons(handed, by="e") == ()
    assert reasons(handed, waited=36, by="e") == ("late",)
    assert reasons(TAKEN, waited=36, by="c") == ()
    assert reasons(NEW, waited=36) == reasons(replace(TAKEN, state=ThreadState.CLOSED), left=True) == ()


def test_whoever_has_just_taken_it_is_left_to_it_for_twelve_hours() -> None:
    """Two who step in do not take it from each other."""
    taken = TAKEN.taken("d", NOW + 37 * HOUR)

    def reasons(after: int) -> tuple[str, ...]:
        late_from = taken.left_to_it_until(NOW + 36 * HOUR, NOW, NOW + 48 * HOUR)
        return taken.reasons_to_take_over(
            "e", counsellor_left=False, stands_in=False, late_from=late_from, now=NOW + after * HOUR
        )

    assert [reasons(after) for after in (37, 48, 49)] == [(), (), ("late",)]
