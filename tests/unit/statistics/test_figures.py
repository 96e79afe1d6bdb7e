"""Median, 95th percentile, months and years, against numbers counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from chatserver.journal.tally import Counted, Tally, reply_minutes, tallies
from chatserver.statistics.model import (
    Count,
    Figures,
    at_share,
    change,
    month_of,
    months_until,
    newest_month,
    next_at,
    year_of,
)

SINCE = datetime(2026, 11, 10, 8, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def counted(kind: str = "stopped", after: timedelta = HOUR, because: str = "answered", **more: object) -> Counted:
    """An event of a promise of 48 hours."""
    known: dict[str, object] = {
        "kind": kind,
        "at": SINCE + after,
        "because": because,
        "waiting_since": SINCE,
        "due_at": SINCE + 48 * HOUR,
        "topic": "debt",
        "zone": "Europe/Berlin",
        "first": False,
        "live": False,
        "breached": False,
    }
    return Counted(**{**known, **more})  # type: ignore[arg-type]


def whats(one: Counted) -> list[tuple[str, int]]:
    """What it counts as."""
    return [(tally.what, tally.minutes) for tally in tallies(one)]


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (counted("opened", first=True, because=""), [("first", 0)]),
        (counted("opened", because=""), []),
        (counted(after=HOUR), [("kept", 60)]),
        (counted(after=48 * HOUR), [("kept", 2880)]),
        (counted("breached", after=48 * HOUR, because="", breached=True), [("broken", 0)]),
        (counted(after=50 * HOUR, breached=True), [("late", 3000)]),
        (counted(after=50 * HOUR), [("broken", 0), ("late", 3000)]),
        (counted(because="needs_no_answer"), [("withdrawn", 0)]),
        (counted(because="closed", after=50 * HOUR, breached=True), [("withdrawn", 0)]),
        (counted(because="waived"), [("waived", 0)]),
        (counted(live=True), [("live", 0)]),
        (counted("contested", because=""), [("contested", 0)]),
        (counted("from_the_future", because=""), [("from_the_future", 0)]),
    ],
)
def test_each_event_counts_as_what_it_is(one: Counted, what: list[tuple[str, int]]) -> None:
    """A promise is broken once, whoever notices it first: the clock, or the answer that comes too late."""
    assert whats(one) == what


def test_an_event_belongs_to_the_month_on_the_wall_of_its_agency() -> None:
    """Half past twelve in Münster is half past eleven of the day before in UTC."""
    night = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    found = tallies(counted("breached", because="", at=night))
    assert found == [Tally("2026-12", "debt", "broken")]
    assert tallies(counted("breached", because="", at=night, zone="UTC"))[0].month == "2026-11"


@pytest.mark.parametrize(
    ("took", "minutes"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=1), 5),
        (5 * MINUTE, 5),
        (12 * HOUR, 720),
        (12 * HOUR + MINUTE, 735),
        (48 * HOUR, 2880),
        (72 * HOUR, 4320),
        (72 * HOUR + MINUTE, 4380),
    ],
)
def test_reply_times_are_rounded_up_to_steps(took: timedelta, minutes: int) -> None:
    """Nobody is made to look quicker, and 48 hours stay 48 hours."""
    assert reply_minutes(took) == minutes


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    """Of twenty replies the tenth and the nineteenth; of fewer than five, none."""
    replies = {5: 9, 10: 1, 15: 8, 20: 1, 60: 1}
    assert (at_share(replies, 0.5), at_share(replies, 0.95)) == (10, 20)
    assert (at_share({5: 4}, 0.5), at_share({5: 5}, 0.5), at_share({}, 0.95)) == (None, 5, None)


def test_a_change_is_said_in_whole_percent() -> None:
    """The field's own: 118 after 100."""
    assert [change(118, 100), change(50, 100), change(7, 0), change(None, 5), change(5, None)] == [
        *(18, -50),
        *(None, None, None),
    ]


def counts(what: str, count: int, agency: str = "a", topic: str = "debt", minutes: int = 0) -> Count:
    return Count(agency, topic, what, minutes, count)


def test_a_month_by_agency_and_topic() -> None:
    """Two agencies, two topics, nothing small: every number stands where it belongs."""
    month = month_of(
        "2026-11",
        [
            counts("kept", 9, minutes=60),
            counts("broken", 1),
            counts("late", 1, minutes=3000),
            counts("kept", 10, agency="b", topic="grief", minutes=120),
            counts("first", 6),
            counts("first", 8, agency="b", topic="grief"),
            counts("kept", 99, agency="practice", minutes=5),
        ],
        topics=("debt", "grief"),
        agencies=("a", "b"),
    )
    assert month.site == Figures(promises=20, kept=19, median=120, p95=120, first=14, live=0, contested=0, waived=0)
    a = Figures(promises=10, kept=9, median=60, p95=3000, first=6, live=0, contested=0, waived=0)
    b = Figures(promises=10, kept=10, median=120, p95=120, first=8, live=0, contested=0, waived=0)
    assert (month.agencies, month.topics) == ({"a": a, "b": b}, {"debt": a, "grief": b})


def test_what_a_group_did_is_hidden_with_its_size() -> None:
    """How many promises were kept, and how quickly, says how many there were."""
    month = month_of(
        "2026-11",
        [counts("kept", 3, minutes=60), counts("kept", 30, agency="b", minutes=60)],
        topics=("debt",),
        agencies=("a", "b"),
    )
    assert month.site.promises == 33
    for one in month.agencies.values():
        assert (one.promises, one.kept, one.median, one.p95) == (None, None, None, None)


def test_a_year_is_made_of_what_its_months_show() -> None:
    """A month that shows nothing adds nothing, and nothing is compared with a year that has such a month."""

    def month(number: int, first: int) -> object:
        return month_of(f"2025-{number:02}", [counts("first", first)], topics=("debt",), agencies=("a",))

    whole = [month(1, 10)] * 12 + [month(2, 11)] * 12
    span = year_of(whole)  # type: ignore[arg-type]
    assert (span.figures.first, span.first_before) == (132, 120)
    holed = year_of([month(1, 3), *whole[1:]])  # type: ignore[list-item]
    assert (holed.figures.first, holed.first_before) == (132, None)
    assert year_of([]).figures == Figures()


def test_a_month_is_shown_once_it_is_over_in_every_zone() -> None:
    """And what happened in it has been sealed."""
    noon = datetime(2026, 12, 2, 12, tzinfo=UTC)
    assert (newest_month(noon - timedelta(seconds=1)), newest_month(noon)) == ("2026-10", "2026-11")
    assert next_at(noon - timedelta(seconds=1)) == noon
    assert next_at(noon) == datetime(2027, 1, 2, 12, tzinfo=UTC)
    assert months_until("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert len(months_until("2020-01", "2026-11")) == 24
    assert months_until("2026-12", "2026-11") == []
