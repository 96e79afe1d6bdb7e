"""By when an answer is due: the worked examples of the guarantee, and laws for any hours, zone and night."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatserver.guarantee.hours import DAYS, PolicyInvalid, WeeklyHours, hours_in
from chatserver.guarantee.policy import Business, Calendar, Policy, parts_of, policy_of
from tests.unit.guarantee.minute_by_minute import due_by_minutes

BERLIN = ZoneInfo("Europe/Berlin")
ALL_SAINTS = frozenset({date(2016, 11, 1)})
WRITTEN_ON_ALL_SAINTS = datetime(2016, 11, 1, 13, 56, 21, tzinfo=UTC)
SPLIT = "Mon-Fri 08:00-12:00,13:00-18:00"
# With summer time at other dates, by half an hour, at midnight, beyond the date line, and none.
ZONES = [
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "America/Havana"),
    *("Africa/Cairo", "Asia/Kathmandu", "UTC"),
]
# The nights on which the clocks of Berlin, and one that does everything differently, were or will be changed.
NIGHTS = [
    *(datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    *(datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
]


def business(minutes: int, hours: str, *, closed: frozenset[date] = frozenset(), land: str | None = None) -> Business:
    """A policy in Berlin."""
    return Business(minutes * 60, "Europe/Berlin", hours_in(hours), closed, land)


def berlin(shown: str) -> datetime:
    """The instant at which the wall clock there shows this; the first one if it does so twice."""
    return datetime.fromisoformat(shown).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("policy", "written", "due"),
    [
        (Calendar(172_800), berlin("2026-10-24 10:00"), berlin("2026-10-26 09:00")),
        (Calendar(172_800), berlin("2026-03-28 10:00"), berlin("2026-03-30 11:00")),
        (
            business(120, "Mon-Fri 08:00-20:00", closed=ALL_SAINTS),
            WRITTEN_ON_ALL_SAINTS,
            datetime(2016, 11, 2, 9, tzinfo=UTC),
        ),
        (
            business(1200, "Mon-Fri 08:00-20:00", closed=ALL_SAINTS),
            WRITTEN_ON_ALL_SAINTS,
            datetime(2016, 11, 3, 15, tzinfo=UTC),
        ),
        (
            business(1200, "Mon-Fri 08:00-20:00", land="NW"),
            WRITTEN_ON_ALL_SAINTS,
            datetime(2016, 11, 3, 15, tzinfo=UTC),
        ),
        # Reformation is no holiday in the west, and All Saints' none in the north.
        (business(60, SPLIT, land="HH"), berlin("2026-10-30 17:30"), berlin("2026-11-02 08:30")),
        (business(60, SPLIT, land="NW"), berlin("2022-11-01 09:00"), berlin("2022-11-02 09:00")),
        (business(60, SPLIT, land="HH"), berlin("2022-10-31 09:00"), berlin("2022-11-01 09:00")),
        (business(60, SPLIT), berlin("2026-06-01 11:30:07"), berlin("2026-06-01 13:30:07")),
        (business(30, SPLIT), berlin("2026-06-01 11:30"), berlin("2026-06-01 12:00")),
        (business(60, "Sat 09:00-24:00"), berlin("2026-06-06 23:00"), berlin("2026-06-07 00:00")),
        (business(60, SPLIT), berlin("2026-06-05 18:00"), berlin("2026-06-08 09:00")),
        (business(120, "Sun 01:00-05:00"), berlin("2026-03-29 00:00"), berlin("2026-03-29 04:00")),
        (business(120, "Sun 01:00-05:00"), berlin("2026-10-25 00:00"), datetime(2026, 10, 25, 1, tzinfo=UTC)),
        # Half past two does not exist in that night: work begins with the first instant after it.
        (business(60, "Sun 02:30-05:00"), berlin("2026-03-29 00:00"), berlin("2026-03-29 04:00")),
    ],
    ids=[
        *("the clocks go back", "the clocks go forward", "a holiday, two hours", "a holiday, twenty hours"),
        *(
            "a holiday of the Land",
            "none in this Land on that day",
            "All Saints' in the west",
            "Reformation in the north",
        ),
        *("over lunch, with seconds", "exactly closing time", "until midnight", "written at closing time"),
        *("a night of 23 hours", "a night of 25 hours", "an hour that is jumped over"),
    ],
)
def test_the_worked_examples(policy: Policy, written: datetime, due: datetime) -> None:
    """What docs/guarantee.md promises."""
    assert policy.due_at(written) == due
    assert policy.due_at(written).tzinfo is UTC


@pytest.mark.parametrize("policy", [Calendar(172_800), business(1200, SPLIT, land="NW", closed=ALL_SAINTS)])
def test_a_promise_is_the_same_wherever_the_machine_stands(policy: Policy) -> None:
    """The machine's own zone plays no part, nor does the zone in which the instant was written down."""
    here = policy.due_at(WRITTEN_ON_ALL_SAINTS)
    before = os.environ.get("TZ")
    try:
        for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
            os.environ["TZ"] = zone
            time.tzset()
            assert policy.due_at(WRITTEN_ON_ALL_SAINTS) == here
            assert policy.due_at(WRITTEN_ON_ALL_SAINTS.astimezone(ZoneInfo(zone))) == here
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


blocks = st.lists(st.integers(0, 96).map(lambda quarter: quarter * 15), min_size=2, max_size=6, unique=True).map(
    lambda edges: list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
weeks = st.dictionaries(st.integers(0, 6), blocks, min_size=3)
near_a_night = st.builds(
    lambda night, seconds: night + timedelta(seconds=seconds),
    st.sampled_from(NIGHTS),
    st.integers(-4 * 86_400, 4 * 86_400),
)
closings = st.frozensets(st.sampled_from([date(2026, 3, 29) + timedelta(days=one) for one in range(9)]))
lengths = st.integers(1, 3 * 86_400)


def week_text(week: dict[int, list[tuple[int, int]]]) -> str:
    """The same hours in words."""
    return "; ".join(
        f"{DAYS[day]} " + ",".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans)
        for day, spans in week.items()
    )


policies = st.builds(
    Business,
    seconds=lengths,
    zone=st.sampled_from(ZONES),
    hours=weeks.map(lambda week: hours_in(week_text(week))),
    closed=closings,
    land=st.none(),
)


@settings(deadline=None)
@given(near_a_night, st.integers(1, 40_000), st.sampled_from(ZONES), weeks, closings)
def test_it_is_what_counting_minute_by_minute_gives(
    since: datetime, seconds: int, zone: str, week: dict[int, list[tuple[int, int]]], closed: frozenset[date]
) -> None:
    """In any zone, across nights on which the clocks are changed, with any hours and closing days."""
    counted = due_by_minutes(since, seconds, ZoneInfo(zone), week, closed)
    if counted is not None:
        assert Business(seconds, zone, hours_in(week_text(week)), closed).due_at(since) == counted


@settings(deadline=None)
@given(near_a_night, policies, st.integers(0, 10**12))
def test_a_promise_is_never_early_and_who_writes_later_is_never_answered_sooner(
    since: datetime, business_policy: Business, later: int
) -> None:
    """Both kinds; to the microsecond; and a longer promise ends later."""
    for policy in (Calendar(business_policy.seconds), business_policy):
        due = policy.due_at(since)
        assert due - since >= timedelta(seconds=policy.seconds)
        assert policy.due_at(since + timedelta(microseconds=later)) >= due
        assert replace(policy, seconds=policy.seconds + 1).due_at(since) > due


@settings(deadline=None)
@given(near_a_night, policies)
def test_a_business_promise_lasts_exactly_its_working_time(since: datetime, policy: Business) -> None:
    """What was counted adds up, in order, without an overlap, and none of it on a closing day."""
    spans = policy.counted(since)
    assert sum((one.ends_at - one.starts_at for one in spans), timedelta()) == timedelta(seconds=policy.seconds)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert edges[0] >= since
    assert not {one.starts_at.astimezone(ZoneInfo(policy.zone)).date() for one in spans} & policy.closed


@settings(deadline=None)
@given(near_a_night, lengths, st.sampled_from(["NW", "HH", "BY"]), closings)
def test_a_snapshot_gives_the_same_due_time_whatever_changes_later(
    since: datetime, seconds: int, land: str, closed: frozenset[date]
) -> None:
    """It names the days, not the Land: a holiday that is introduced tomorrow moves no promise of today."""
    policy = Business(seconds, "Europe/Berlin", hours_in(SPLIT), closed, land)
    due = policy.due_at(since)
    kept = policy_of(*parts_of(policy.snapshot(since, due)))
    assert isinstance(kept, Business)
    assert kept.land is None
    assert kept.due_at(since) == due
    assert kept.snapshot(since, due) == policy.snapshot(since, due)


def test_the_snapshot_of_working_time_is_plain_to_read() -> None:
    """What was promised must be readable without this program."""
    policy = business(1200, "mon-fri 08:00-20:00", land="NW")
    assert policy.snapshot(WRITTEN_ON_ALL_SAINTS, policy.due_at(WRITTEN_ON_ALL_SAINTS)) == (
        '{"kind":"business","seconds":72000,"zone":"Europe/Berlin","hours":"Mon-Fri 08:00-20:00",'
        '"closed":["2016-11-01"]}'
    )


@pytest.mark.parametrize(
    "details",
    [
        *("", "{}", "[]", "7", "null", "[" * 70_000, '{"zone":"Europe/Berlin","hours":"Mon 08:00-12:00"}'),
        *('{"zone":7,"hours":"Mon 08:00-12:00","closed":[]}', '{"zone":"UTC","hours":["Mon"],"closed":[]}'),
        *(
            '{"zone":"UTC","hours":"Mon 08:00-12:00","closed":["x"]}',
            '{"zone":"X","hours":"Mon 08:00-12:00","closed":[]}',
        ),
        '{"zone":"UTC","hours":"Mon 08:00-12:00","closed":[7]}',
    ],
)
def test_details_that_are_none_are_told_apart(details: str) -> None:
    """A receipt may come from anybody."""
    with pytest.raises(PolicyInvalid):
        policy_of("business", 60, details)


@pytest.mark.parametrize("kind", ["calendar", "lunar"])
def test_a_kind_with_details_that_it_does_not_have_is_refused(kind: str) -> None:
    """Whoever does not know a policy cannot say when it is due."""
    with pytest.raises(PolicyInvalid, match="policy:"):
        policy_of(kind, 60, "{}")


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: business(60, SPLIT, land="XX"), "land: there is no Land 'XX'"),
        (lambda: Business(60, "Europe", hours_in(SPLIT)), "zone: there is no time zone"),
        (lambda: business(60 * 8784, "Mon 08:00-08:01").due_at(WRITTEN_ON_ALL_SAINTS), "within:"),
        (lambda: business(60, SPLIT, land="NW").due_at(datetime(1989, 5, 1, tzinfo=UTC)), "land: public holidays"),
        (lambda: business(60, SPLIT, land="NW").due_at(datetime(2101, 5, 2, tzinfo=UTC)), "land: public holidays"),
    ],
)
def test_what_can_never_be_kept_is_refused(make: Callable[[], object], named: str) -> None:
    """Rather than a promise without an end, or with holidays that nobody knows."""
    with pytest.raises(PolicyInvalid, match=named):
        make()


# -- hours in words


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-24:00", "Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-24:00"),
        (" mon , wed 8:00 - 9:00 ", None),
        ("sun 13:00-14:00, 08:00-12:00 ;; ", "Sun 08:00-12:00,13:00-14:00"),
        ("Mon 08:00-12:00; Mon 12:00-13:00", "Mon 08:00-13:00"),
        ("Mon,Wed-Thu 08:00-12:00", "Mon 08:00-12:00; Wed-Thu 08:00-12:00"),
        ("Mon-Sun 00:00-24:00", "Mon-Sun 00:00-24:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, means: str | None) -> None:
    """In any order; what touches is one; hours have two digits."""
    if means is None:
        with pytest.raises(PolicyInvalid, match="no block such as"):
            hours_in(text)
        return
    assert hours_in(text).as_text() == means


@settings(deadline=None)
@given(weeks)
def test_hours_in_words_are_the_same_hours(week: dict[int, list[tuple[int, int]]]) -> None:
    """There and back."""
    hours = hours_in(week_text(week))
    assert hours_in(hours.as_text()) == hours
    assert sum(end - begin for day in hours.days for begin, end in day) == sum(
        end - begin for spans in week.values() for begin, end in spans
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "at least one block"),
        (" ; ;", "at least one block"),
        ("Mon", "no day with its hours"),
        ("08:00-12:00", "no day with its hours"),
        (",", "no day with its hours"),
        ("Mo 08:00-12:00", "there is no day 'Mo'"),
        ("Mon- 08:00-12:00", "there is no day ''"),
        ("Fri-Mon 08:00-12:00", "runs backwards"),
        ("Mon 12:00-08:00", "ends before it begins"),
        ("Mon 08:00-08:00", "ends before it begins"),
        ("Mon 24:00-24:00", "ends before it begins"),
        ("Mon 22:00-25:00", "no block such as"),
        ("Mon 22:00-24:01", "no block such as"),
        ("Mon 08:60-12:00", "no block such as"),
        ("Mon 08:00", "no block such as"),
        ("Mon 08:00-12:00,", "no block such as"),
        ("Mon ٠٨:00-12:00", "no block such as"),
        ("Mon 08:00-12:00,11:59-13:00", "08:00-12:00 and 11:59-13:00 overlap"),
        ("Mon-Fri 08:00-12:00; Wed 09:00-10:00", "on Wed 08:00-12:00 and 09:00-10:00 overlap"),
        ("Mon 08:00-12:00 " * 100, "characters"),
    ],
)
def test_hours_that_cannot_be_meant_are_named(text: str, named: str) -> None:
    """One sentence, with what is wrong in it."""
    with pytest.raises(PolicyInvalid, match=named):
        hours_in(text)


def test_a_week_has_seven_days() -> None:
    """Days without hours have none."""
    assert hours_in("Tue 08:00-12:00") == WeeklyHours(((), ((480, 720),), (), (), (), (), ()))
