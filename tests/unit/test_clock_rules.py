"""The reply clock as rules: the worked examples of the guarantee, and laws that hold for any conversation."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.agencies.model import PROMISE
from chatserver.guarantee.policy import Calendar
from chatserver.threads.clock import (
    Act,
    Opens,
    StoppedBecause,
    Stops,
    move,
    opened_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
POLICY = Calendar(int(PROMISE.total_seconds()))


class Conversation:
    """What a thread's clock is after each message; time counts in hours from the start."""

    def __init__(self) -> None:
        self.running: Opens | None = None
        self.past: list[tuple[Opens, Stops]] = []
        self.position = 0

    def says(self, act: Act, hours: float) -> None:
        self.position += 1
        at = START + timedelta(hours=hours)
        change = move(self.running is not None, act, position=self.position, at=at, policy=POLICY)
        if isinstance(change, Opens):
            self.running = change
        elif isinstance(change, Stops) and self.running is not None:
            self.past.append((self.running, change))
            self.running = None

    @property
    def due_after_hours(self) -> float | None:
        return None if self.running is None else (self.running.due_at - START) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        (datetime(2026, 10, 24, 10, 0, tzinfo=BERLIN), datetime(2026, 10, 26, 9, 0, tzinfo=BERLIN)),
        (datetime(2026, 3, 28, 10, 0, tzinfo=BERLIN), datetime(2026, 3, 30, 11, 0, tzinfo=BERLIN)),
        (datetime(2026, 6, 1, 10, 0, tzinfo=BERLIN), datetime(2026, 6, 3, 10, 0, tzinfo=BERLIN)),
    ],
    ids=["the clocks go back", "the clocks go forward", "an ordinary day"],
)
def test_a_calendar_promise_is_exactly_48_hours_whatever_the_wall_clock_does(written: datetime, due: datetime) -> None:
    """A wall clock that shows the same hour two days later would be an hour early or late."""
    assert POLICY.due_at(written) == due
    assert POLICY.due_at(written) - written.astimezone(UTC) == timedelta(seconds=172_800)


def test_a_promise_begins_with_the_first_question_and_ends_with_the_answer() -> None:
    """Written at 0 h, again at 20 h and 40 h, answered at 47 h: kept; the next question starts anew."""
    thread = Conversation()
    for hours in (0, 20, 40):
        thread.says(Act.ASKS, hours)
        assert thread.due_after_hours == 48
    thread.says(Act.ANSWERS, 47)
    assert thread.due_after_hours is None
    assert thread.past[0][1].because is StoppedBecause.ANSWERED
    thread.says(Act.ASKS, 50)
    assert thread.due_after_hours == 98


def test_a_question_after_the_answer_starts_a_promise_of_its_own() -> None:
    """Written at 0 h, answered at 10 h, written at 11 h: due at 59 h."""
    thread = Conversation()
    thread.says(Act.ASKS, 0)
    thread.says(Act.ANSWERS, 10)
    thread.says(Act.ASKS, 11)
    assert thread.due_after_hours == 59


def test_what_is_no_answer_stops_nothing() -> None:
    """Accepted at 1 h, an absence note at 2 h: neither is an answer, and 48 h it stays."""
    thread = Conversation()
    thread.says(Act.ASKS, 0)
    thread.says(Act.NONE, 1)
    thread.says(Act.NONE, 2)
    assert thread.due_after_hours == 48


def test_a_counsellor_who_writes_first_starts_no_promise() -> None:
    """Nobody waits for an answer to an answer."""
    thread = Conversation()
    thread.says(Act.ANSWERS, 0)
    assert thread.running is None
    assert thread.past == []


def test_a_client_may_say_that_no_answer_is_needed_and_take_it_back() -> None:
    """The old promise is over; what is asked then is a new one."""
    thread = Conversation()
    thread.says(Act.ASKS, 0)
    thread.says(Act.NEEDS_NO_ANSWER, 5)
    assert thread.past[0][1].because is StoppedBecause.NEEDS_NO_ANSWER
    thread.says(Act.ASKS, 6)
    assert thread.due_after_hours == 54


def test_the_snapshot_of_a_policy_is_plain_to_read() -> None:
    """What was promised must be readable without this program."""
    opened = opened_at(START, POLICY, after_position=0)
    assert opened.snapshot == '{"kind":"calendar","seconds":172800}'


@given(st.lists(st.tuples(st.sampled_from(Act), st.integers(0, 3_600_000))))
def test_whoever_asked_first_without_an_answer_is_whom_the_promise_counts_from(steps: list[tuple[Act, int]]) -> None:
    """Any interleaving: at most one promise runs, and it counts from the oldest question that is unanswered."""
    thread, unanswered, elapsed = Conversation(), list[datetime](), 0
    for act, milliseconds in steps:
        elapsed += milliseconds
        thread.says(act, elapsed / 3_600_000)
        if act is Act.ASKS:
            unanswered.append(START + timedelta(hours=elapsed / 3_600_000))
        elif act is not Act.NONE:
            unanswered.clear()
        assert (thread.running.waiting_since if thread.running else None) == (unanswered[0] if unanswered else None)
        if thread.running:
            assert thread.running.due_at - thread.running.waiting_since == PROMISE
    for opens, stops in thread.past:
        assert opens.after_position < stops.position
        assert opens.waiting_since <= stops.at
    ends = [(opens.after_position, stops.position) for opens, stops in thread.past]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ends))
