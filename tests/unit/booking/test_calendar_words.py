"""What a calendar, a rule and a kind accept, and what they refuse."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.errors import RuleInvalid, ZoneUnknown
from booking.instants import instant_at, micros_of, wall_micros_of
from booking.model import Calendar, Kind, WallSpan, WeeklyRule, clock_text, minutes_of
from tests.unit.booking.oracle import wall


@pytest.mark.parametrize(("clock", "minutes"), [("00:00", 0), ("09:15", 555), ("23:59", 1439), ("24:00", 1440)])
def test_a_clock_reads_and_writes_itself(clock: str, minutes: int) -> None:
    """24:00 is midnight at the end of the day."""
    assert minutes_of(clock) == minutes
    assert clock_text(minutes) == clock


@pytest.mark.parametrize(
    "clock", ["", "9:15", "0915", "24:01", "12:60", "-1:00", "\u0660\u0669:\u0661\u0665", "09:15:00", "+9:15"]
)
def test_what_is_no_clock_is_refused(clock: str) -> None:
    """One clear refusal, whatever is wrong."""
    with pytest.raises(RuleInvalid):
        minutes_of(clock)


@pytest.mark.parametrize(
    ("weekday", "begins", "ends"), [(7, 0, 60), (-1, 0, 60), (0, 600, 540), (0, 60, 60), (0, 0, 1441)]
)
def test_a_rule_that_ends_before_it_begins_or_leaves_its_day_is_refused(weekday: int, begins: int, ends: int) -> None:
    """Hours over midnight are two rules that touch."""
    with pytest.raises(RuleInvalid):
        WeeklyRule(weekday, begins, ends)


def test_a_rule_for_some_weeks_needs_a_week_to_count_from() -> None:
    """And it has to hold on some day at all."""
    with pytest.raises(RuleInvalid):
        WeeklyRule(0, 0, 60, every_weeks=2)
    with pytest.raises(RuleInvalid):
        WeeklyRule(0, 0, 60, valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 2))


def test_an_absence_ends_after_it_begins_and_has_no_zone_of_its_own() -> None:
    """The calendar has the zone."""
    with pytest.raises(RuleInvalid):
        WallSpan(wall("2026-03-02 00:00"), wall("2026-03-02 00:00"))
    with pytest.raises(RuleInvalid):
        WallSpan(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/Berlin\0"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """Also one that is a folder, or a path."""
    with pytest.raises(ZoneUnknown):
        Calendar(zone=zone)


@pytest.mark.parametrize(
    "wrong",
    [
        {"length": 0},
        {"step": 0},
        {"step": -5},
        {"notice": -1},
        {"buffer_after": -1},
        {"horizon": 0},
        {"horizon": 2**31},
    ],
)
def test_a_kind_has_a_length_a_step_and_a_horizon(wrong: dict[str, int]) -> None:
    """None of its lengths is negative, and none goes on for ever."""
    minutes = {"length": 50, "step": 60} | wrong
    lengths: dict[str, Any] = {name: timedelta(minutes=each) for name, each in minutes.items()}
    with pytest.raises(RuleInvalid):
        Kind(name="chat", **lengths)


def test_an_instant_needs_a_zone_and_a_wall_reading_has_none() -> None:
    """Mixing them up would move appointments by hours without anybody noticing."""
    with pytest.raises(ValueError, match="needs a zone"):
        micros_of(wall("2026-03-02 00:00"))
    with pytest.raises(ValueError, match="has no zone"):
        wall_micros_of(datetime(2026, 3, 2, tzinfo=UTC))
    now = datetime(2026, 3, 2, 7, 3, 5, 123456, tzinfo=UTC)
    assert instant_at(micros_of(now)) == now
