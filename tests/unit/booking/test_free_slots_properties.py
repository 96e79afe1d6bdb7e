"""Laws of free slots, under random calendars around the nights in which clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.calendar import union, without
from booking.explaining import Case as Explained
from booking.explaining import judged
from booking.model import FARTHEST, Calendar, Kind, Span, WallSpan, WeeklyRule
from booking.slots import free, why_not
from tests.unit.booking.oracle import slots_of

MINUTE = timedelta(minutes=1)
# Calendar, kind, busy time, since, until, now, starts of what there is of the kind.
Case = tuple[Calendar, Kind, list[Span], datetime, datetime, datetime, list[datetime]]

# Clocks that change by an hour or half of one, at 2 o'clock, at midnight, never; an island that left out a whole day.
NIGHTS = [
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("America/Havana", date(2026, 3, 7)),
    ("America/Havana", date(2026, 10, 31)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
    ("UTC", date(2026, 6, 1)),
]

minutes_of_day = st.one_of(
    st.integers(0, 288).map(lambda five: five * 5), st.sampled_from([0, 60, 120, 150, 180, 1440])
)
lengths = st.sampled_from([10, 20, 25, 30, 45, 50, 60, 90])
buffers = st.sampled_from([0, 0, 5, 10, 15])


def blocks() -> st.SearchStrategy[tuple[int, int]]:
    pairs = st.tuples(minutes_of_day, minutes_of_day).filter(lambda pair: pair[0] != pair[1])
    return pairs.map(lambda pair: (min(pair), max(pair)))


@st.composite
def wall_spans(draw: st.DrawFn, day: date) -> WallSpan:
    begins = datetime.combine(day, time()) + draw(st.integers(-200, 800)) * 5 * MINUTE
    return WallSpan(begins, begins + draw(st.integers(1, 150)) * 5 * MINUTE)


@st.composite
def calendars(draw: st.DrawFn, zone: str, day: date) -> Calendar:
    days = st.integers(-1, 3).map(lambda ahead: (day.weekday() + ahead) % 7)
    weekly = [WeeklyRule(weekday, *draw(blocks())) for weekday in draw(st.lists(days, min_size=1, max_size=8))]
    if draw(st.booleans()):
        weekly += [WeeklyRule(weekday, 0, 1440) for weekday in draw(st.sets(days, min_size=2))]
    if draw(st.booleans()):
        weekly.append(WeeklyRule(day.weekday(), *draw(blocks()), valid_from=day, every_weeks=2))
        weekly.append(WeeklyRule(day.weekday(), *draw(blocks()), valid_until=day + timedelta(days=1)))
    changed = draw(st.lists(st.integers(-1, 3), max_size=2))
    return Calendar(
        zone=zone,
        weekly=tuple(weekly),
        instead={day + timedelta(days=days): tuple(draw(st.lists(blocks(), max_size=2))) for days in changed},
        extra=tuple(draw(st.lists(wall_spans(day), max_size=2))),
        absences=tuple(draw(st.lists(wall_spans(day), max_size=3))),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, day = draw(st.sampled_from(NIGHTS))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    kind = Kind(
        name="chat",
        length=draw(lengths) * MINUTE,
        step=draw(lengths) * MINUTE,
        buffer_before=draw(buffers) * MINUTE,
        buffer_after=draw(buffers) * MINUTE,
        notice=draw(st.sampled_from([0, 0, 90, 600])) * MINUTE,
        horizon=draw(st.sampled_from([1, 3, 60, 60])) * timedelta(days=1),
        most_per_day=draw(st.sampled_from([None, None, 1, 2])),
        most_per_week=draw(st.sampled_from([None, None, 2, 3])),
    )
    busy = []
    for at in draw(st.lists(st.integers(-300, 600).map(lambda five: five * 5), max_size=20)):
        begins = noon + at * MINUTE
        busy.append(Span(begins, begins + draw(st.integers(0, 120)) * MINUTE))
    now = noon + draw(st.integers(-80_000, 10_000)) * timedelta(seconds=2)
    since = noon + draw(st.integers(-1500, 1500)) * MINUTE
    until = since + draw(st.integers(500, 3000)) * MINUTE
    there = [noon + at * MINUTE for at in draw(st.lists(st.integers(-8000, 8000), max_size=5))]
    return draw(calendars(zone, day)), kind, busy, since, until, now, there


def listed(case: Case) -> list[datetime]:
    return free(*case[:5], now=case[5], given=case[6])


@settings(max_examples=150, deadline=None)
@given(cases())
def test_the_list_is_what_a_naive_reading_of_the_wall_clock_gives(
    case: Case,
) -> None:
    """Minute by minute, written separately."""
    assert listed(case) == slots_of(*case[:5], now=case[5], given=case[6])


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 59))
def test_what_is_listed_is_what_may_be_booked(case: Case, second: int) -> None:
    """Nothing listed is refused, and nothing that would be accepted is missing from the list."""
    calendar, kind, busy, since, until, now, there = case
    offered = set(listed(case))
    assert all(why_not(calendar, kind, busy, start, now, given=there) is None for start in offered)
    others = [since + step * 35 * MINUTE + second * timedelta(seconds=1) for step in range(70)]
    for start in [other for other in others if other < until]:
        assert (why_not(calendar, kind, busy, start, now, given=there) is None) == (start in offered)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_what_is_explained_is_what_is_listed(case: Case) -> None:
    """One rule, whoever asks; a case that somebody writes down has no horizon and no absences."""
    calendar, kind, busy, since, until, now, _ = case
    plain = Calendar(zone=calendar.zone, weekly=calendar.weekly, instead=calendar.instead)
    written = Explained(
        zone=plain.zone,
        kind=kind,
        now=now,
        since=since,
        until=until,
        weekly=plain.weekly,
        instead=plain.instead,
        busy=tuple(busy),
    )
    far = replace(kind, horizon=FARTHEST)
    judged_free = [one.starts_at for one in judged(written) if one.reason is None]
    assert (
        judged_free
        == free(plain, far, busy, since, until, now=now)
        == slots_of(plain, far, busy, since, until, now=now)
    )


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 2500))
def test_looking_in_two_parts_gives_the_same_list(case: Case, cut: int) -> None:
    """What is offered does not depend on where one looks from."""
    calendar, kind, busy, since, until, now, there = case
    middle = min(since + cut * MINUTE, until)
    parts = [free(calendar, kind, busy, *part, now=now, given=there) for part in ((since, middle), (middle, until))]
    assert parts[0] + parts[1] == listed(case)


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


@given(spans, spans)
def test_spans_behave_as_the_sets_of_their_instants(some: list[tuple[int, int]], cuts: list[tuple[int, int]]) -> None:
    """Joined and cut, sorted, and never touching each other."""
    left = without(union(some), union(cuts))
    assert {at for begins, ends in left for at in range(begins, ends)} == {
        at for begins, ends in some for at in range(begins, ends)
    } - {at for begins, ends in cuts for at in range(begins, ends)}
    assert all(begins < ends for begins, ends in left)
    assert all(before[1] < after[0] for before, after in pairwise(left))
