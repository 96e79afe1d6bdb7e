"""The next seven days: what runs out against what is usually answered, and when that is too much."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chatserver.board.model import DAYS, Answered, Outlook, RunsOut, Step, outlook, story_of, usually

# A Monday.
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
TOPICS = ("addiction", "debts")
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def seen(runs_out: list[RunsOut], answered: list[Answered], new_until: date = TODAY + 2 * DAY) -> Outlook:
    """On that Monday."""
    return outlook(runs_out, answered, today=TODAY, new_until=new_until)


def each_day(count: int, *, weeks: int = 4, topic: str = "addiction") -> list[Answered]:
    """So many answers on every day of the last weeks, each on the day on which its promise would have run out."""
    days = [TODAY - ahead * DAY for ahead in range(1, weeks * DAYS + 1)]
    return [Answered(topic, on, on) for on in days for _ in range(count)]


def due(count: int, ahead: int, topic: str = "addiction") -> list[RunsOut]:
    """So many that run out on that day."""
    return [RunsOut(topic, TODAY + ahead * DAY)] * count


def test_as_many_as_are_usually_answered_are_no_risk_and_one_more_is() -> None:
    """Two answers each day: four until the end of tomorrow."""
    assert seen(due(4, 1), each_day(2)).short_on is None
    found = seen(due(5, 1), each_day(2))
    assert (found.short_on, [one.short for one in found.total]) == (TODAY + DAY, [0, 1, 1, 1, 1, 1, 1])


def test_what_is_overdue_is_to_be_answered_today() -> None:
    """It counts as of today, and nothing of it is lost."""
    found = seen(due(3, -2), each_day(2))
    assert [one.known for one in found.total] == [3, 0, 0, 0, 0, 0, 0]
    assert found.short_on == TODAY


def test_what_was_answered_today_cannot_be_answered_again() -> None:
    """Of two usual answers one is written; a third one today would take nothing from tomorrow."""
    written = Answered("addiction", TODAY, TODAY + DAY)
    assert seen(due(2, 0), [*each_day(2), written]).short_on == TODAY
    assert seen(due(2, 1), [*each_day(2), *[written] * 5]).short_on is None


def test_new_ones_are_expected_from_when_a_promise_of_now_runs_out() -> None:
    """Today and tomorrow nothing can come any more; afterwards as many as usual, known ones among them."""
    found = seen(due(1, 3), each_day(2))
    assert [one.expected for one in found.total] == [0, 0, 2, 1, 2, 2, 2]
    assert found.short_on is None


def test_the_same_weekdays_count_and_of_two_in_the_middle_the_lower() -> None:
    """Mondays with 1, 5, 2 and 9 answers: usually two. Nobody works on Tuesdays."""
    mondays = [TODAY - week * DAYS * DAY for week in (1, 2, 3, 4)]
    answered = [
        Answered("debts", on, on) for on, count in zip(mondays, (1, 5, 2, 9), strict=True) for _ in range(count)
    ]
    assert [one.replies for one in seen([], answered).total] == [2, 0, 0, 0, 0, 0, 0]
    assert (usually([1, 5, 2]), usually([]), usually([3])) == (2, None, 3)


def test_days_before_the_first_answer_are_unknown_and_not_idle() -> None:
    """A team that began last Thursday is known for four weekdays."""
    answered = [Answered("debts", TODAY - ahead * DAY, TODAY) for ahead in range(1, 5) for _ in range(6)]
    found = seen(due(9, 1, "debts"), answered)
    assert [one.replies for one in found.total] == [None, None, None, 6, 6, 6, 6]
    assert found.enough


def test_too_few_answers_tell_nothing() -> None:
    """Nineteen in four weeks: no warning, whatever runs out. Twenty are enough."""
    few = each_day(1)[:19]
    assert (seen(due(50, 0), few).enough, seen(due(50, 0), few).short_on) == (False, None)
    assert seen(due(50, 0), each_day(1)[:20]).short_on == TODAY
    assert seen([], []).topics == {}


runs = st.lists(st.builds(RunsOut, st.sampled_from(TOPICS), st.integers(-3, 6).map(lambda one: TODAY + one * DAY)))
past = st.lists(
    st.builds(
        lambda topic, before, after: Answered(topic, TODAY - before * DAY, TODAY - (before - after) * DAY),
        st.sampled_from(TOPICS),
        st.integers(0, 28),
        st.integers(-2, 2),
    ),
    max_size=80,
)


@given(runs, past, st.integers(-3, 6))
def test_one_more_that_runs_out_never_makes_it_look_better(
    runs_out: list[RunsOut], answered: list[Answered], ahead: int
) -> None:
    """On any day; and nothing that runs out within seven days is left out."""
    before, after = seen(runs_out, answered), seen([*runs_out, *due(1, ahead)], answered)
    assert all(one.short <= other.short for one, other in zip(before.total, after.total, strict=True))
    assert sum(one.known for one in before.total) == len(runs_out)


@given(runs, past)
def test_the_topics_together_are_all_that_is_known(runs_out: list[RunsOut], answered: list[Answered]) -> None:
    """Day by day. Only the whole falls short."""
    found = seen(runs_out, answered)
    for at, one in enumerate(found.total):
        assert one.known == sum(days[at].known for days in found.topics.values())
    assert not any(one.short for days in found.topics.values() for one in days)


@given(runs, past, st.permutations(range(4)))
def test_in_which_of_the_weeks_a_day_was_busy_makes_no_difference(
    runs_out: list[RunsOut], answered: list[Answered], order: list[int]
) -> None:
    """Four full weeks, exchanged for each other."""
    full = [one for one in answered if one.on == one.due_on and one.on < TODAY]

    def moved(one: Answered) -> Answered:
        week = (TODAY - one.on - DAY).days // DAYS
        to = one.on + (week - order[week]) * DAYS * DAY
        return Answered(one.topic, to, to)

    base = each_day(1)
    assert seen(runs_out, [*base, *full]).total == seen(runs_out, [*base, *map(moved, full)]).total


def test_a_story_is_told_in_its_order_with_why_it_ended() -> None:
    """Taking is part of it if it came while somebody waited."""
    hour = timedelta(hours=1)
    events = [Step("stopped", AT + 50 * hour), Step("reminded", AT + 24 * hour), Step("opened", AT)]
    told = story_of(events, because="answered", taken_at=AT, waiting_since=AT)
    assert [one.kind for one in told] == ["opened", "taken", "reminded", "answered"]
    told = story_of(events, because="closed", taken_at=AT - hour, waiting_since=AT)
    assert [one.kind for one in told] == ["opened", "reminded", "closed"]
    late = [Step(kind, AT) for kind in ("stopped", "breached", "escalated", "reminded", "opened", "warned")]
    told = story_of(late, because="answered", taken_at=None, waiting_since=AT)
    assert [one.kind for one in told] == ["opened", "reminded", "escalated", "warned", "breached", "answered"]
