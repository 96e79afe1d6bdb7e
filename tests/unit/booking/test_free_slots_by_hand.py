"""Cases worked out by hand: what is offered, and why the rest is not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.model import Calendar, Kind, Span, WallSpan, WeeklyRule, minutes_of
from booking.slots import Reason, free, why_not
from tests.unit.booking.oracle import utc, wall

MONDAY = date(2026, 3, 2)
LONG_BEFORE = utc("2026-02-20 00:00")


def hours(*blocks: tuple[int, str, str]) -> tuple[WeeklyRule, ...]:
    return tuple(WeeklyRule(day, minutes_of(begins), minutes_of(ends)) for day, begins, ends in blocks)


def chat(length: int = 60, step: int = 60, **more: Any) -> Kind:
    return Kind(name="chat", length=timedelta(minutes=length), step=timedelta(minutes=step), **more)


def listed(
    calendar: Calendar, kind: Kind, day: date = MONDAY, busy: tuple[Span, ...] = (), now: datetime = LONG_BEFORE
) -> list[str]:
    """The starts of one day in UTC, as "09:15"."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [f"{start:%H:%M}" for start in free(calendar, kind, busy, begin, begin + timedelta(days=1), now=now)]


def test_starts_count_from_the_beginning_of_the_block() -> None:
    """A counsellor who begins at 09:15 has her first client at 09:15, not at 10:00."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:15", "12:30")))
    assert listed(calendar, chat()) == ["09:15", "10:15", "11:15"]


def test_each_block_of_a_day_counts_for_itself() -> None:
    """The afternoon does not go on with the rhythm of the morning."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "11:00"), (0, "13:20", "15:20")))
    assert listed(calendar, chat()) == ["09:00", "10:00", "13:20", "14:20"]


def test_an_appointment_has_to_end_within_its_block() -> None:
    """The end may touch the end of the block, and not go beyond."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "10:50")))
    assert listed(calendar, chat(length=50, step=30)) == ["09:00", "09:30", "10:00"]
    assert listed(calendar, chat(length=51, step=30)) == ["09:00", "09:30"]


def test_blocks_that_touch_or_overlap_are_one() -> None:
    """Starts go on counting over the seam."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "10:10", "11:00"), (0, "09:00", "10:10"), (0, "09:30", "10:00")))
    assert listed(calendar, chat(length=40, step=40)) == ["09:00", "09:40", "10:20"]


def test_midnight_at_the_end_of_a_day_touches_the_next_day() -> None:
    """24:00 on Monday is 00:00 on Tuesday, so a chat may go on over midnight."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "22:30", "24:00"), (1, "00:00", "01:00")))
    assert listed(calendar, chat()) == ["22:30", "23:30"]
    assert listed(calendar, chat(), MONDAY + timedelta(days=1)) == []


def test_where_a_block_begins_does_not_depend_on_where_one_looks_from() -> None:
    """Looked at from Tuesday midnight, the block still began on Monday at 23:20."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "23:20", "24:00"), (1, "00:00", "02:00")))
    assert listed(calendar, chat(length=30, step=30), MONDAY + timedelta(days=1)) == ["00:20", "00:50", "01:20"]


def test_hours_around_the_clock_count_anew_from_each_midnight() -> None:
    """Otherwise they would have no beginning at all. Appointments may still go on over midnight."""
    calendar = Calendar(zone="UTC", weekly=hours(*((day, "00:00", "24:00") for day in range(7))))
    starts = listed(calendar, chat(length=50, step=50))
    assert starts[0] == "00:00"
    assert starts[-1] == "23:20"
    assert len(starts) == 29


def test_after_one_whole_open_day_starts_count_anew_too() -> None:
    """Monday is open all day and goes on until 01:40: on Tuesday the first start is midnight, not ten past."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "00:00", "24:00"), (1, "00:00", "01:40")))
    assert listed(calendar, chat(length=50, step=50))[-1] == "23:20"
    assert listed(calendar, chat(length=50, step=50), MONDAY + timedelta(days=1)) == ["00:00", "00:50"]


def test_notice_rounds_up_to_the_next_step() -> None:
    """With two hours of notice at 07:01 the start at 09:00 is too soon, and 10:00 is the first."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "12:00")))
    kind = chat(notice=timedelta(hours=2))
    assert listed(calendar, kind, now=utc("2026-03-02 07:00")) == ["09:00", "10:00", "11:00"]
    assert listed(calendar, kind, now=utc("2026-03-02 07:01")) == ["10:00", "11:00"]
    assert listed(calendar, kind, now=utc("2026-03-02 07:00") + timedelta(microseconds=1)) == ["10:00", "11:00"]


def test_nothing_is_offered_in_the_past_or_beyond_the_horizon() -> None:
    """A start that is now can still be had; one exactly at the horizon cannot."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "13:00")))
    kind = chat(horizon=timedelta(hours=2))
    assert listed(calendar, kind, now=utc("2026-03-02 10:00")) == ["10:00", "11:00"]


def test_buffers_keep_time_free_around_other_appointments() -> None:
    """Ten minutes before and fifteen after; what only touches is not in the way."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "13:00")))
    kind = chat(length=30, step=30, buffer_before=timedelta(minutes=10), buffer_after=timedelta(minutes=15))
    busy = (Span(utc("2026-03-02 10:45"), utc("2026-03-02 11:20")),)
    assert listed(calendar, kind, busy=busy) == ["09:00", "09:30", "10:00", "11:30", "12:00", "12:30"]
    longer = (Span(utc("2026-03-02 10:44"), utc("2026-03-02 11:21")),)
    assert listed(calendar, kind, busy=longer) == ["09:00", "09:30", "12:00", "12:30"]


def test_buffers_may_lie_outside_the_open_hours() -> None:
    """The hours say when clients can come; preparing for the first one is the counsellor's own affair."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "10:00")))
    kind = chat(buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=15))
    assert listed(calendar, kind) == ["09:00"]


def test_what_is_taken_does_not_move_the_other_starts() -> None:
    """After a booking that ends at 10:10 the next start is 11:00, as it was before."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "13:00")))
    busy = (Span(utc("2026-03-02 09:00"), utc("2026-03-02 10:10")),)
    assert listed(calendar, chat(), busy=busy) == ["11:00", "12:00"]


def test_an_absence_closes_and_a_new_block_begins_after_it() -> None:
    """Away from 10:30 to 11:20: what is left begins at 11:20."""
    absence = WallSpan(wall("2026-03-02 10:30"), wall("2026-03-02 11:20"))
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "13:30")), absences=(absence,))
    assert listed(calendar, chat()) == ["09:00", "11:20", "12:20"]


def test_an_absence_wins_over_extra_hours() -> None:
    """Somebody who is ill is ill on the Saturday that was to be an extra one, too."""
    extra = WallSpan(wall("2026-03-07 10:00"), wall("2026-03-07 12:00"))
    ill = WallSpan(wall("2026-03-07 00:00"), wall("2026-03-09 00:00"))
    assert listed(Calendar(zone="UTC", extra=(extra,)), chat(), date(2026, 3, 7)) == ["10:00", "11:00"]
    assert listed(Calendar(zone="UTC", extra=(extra,), absences=(ill,)), chat(), date(2026, 3, 7)) == []


def test_a_day_with_hours_of_its_own_forgets_the_weekly_ones() -> None:
    """An empty exception is a closed day."""
    weekly = hours((0, "09:00", "17:00"))
    calendar = Calendar(zone="UTC", weekly=weekly, instead={MONDAY: ((600, 720),), MONDAY + timedelta(days=7): ()})
    assert listed(calendar, chat()) == ["10:00", "11:00"]
    assert listed(calendar, chat(), MONDAY + timedelta(days=7)) == []
    assert len(listed(calendar, chat(), MONDAY + timedelta(days=14))) == 8


def test_a_rule_holds_only_in_its_weeks() -> None:
    """Every second week from the ninth of March until just before the sixth of April."""
    rule = WeeklyRule(0, 540, 600, valid_from=date(2026, 3, 9), valid_until=date(2026, 4, 6), every_weeks=2)
    calendar = Calendar(zone="UTC", weekly=(rule,))
    mondays = [MONDAY + timedelta(weeks=week) for week in range(7)]
    assert [day.day for day in mondays if listed(calendar, chat(), day)] == [9, 23]


def test_wall_time_keeps_its_hour_when_the_clocks_change() -> None:
    """Nine o'clock in Berlin is 08:00 UTC in winter and 07:00 in summer."""
    calendar = Calendar(zone="Europe/Berlin", weekly=hours((0, "09:00", "10:00")))
    assert listed(calendar, chat(), date(2026, 3, 23)) == ["08:00"]
    assert listed(calendar, chat(), date(2026, 3, 30)) == ["07:00"]


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("night", "begins", "ends", "expected"),
    [
        # Clocks go from 02:00 to 03:00 at 01:00 UTC.
        (SPRING, "02:00", "03:00", []),
        (SPRING, "02:30", "04:00", ["01:00", "01:30"]),
        (SPRING, "01:30", "04:00", ["00:30", "01:00", "01:30"]),
        (SPRING, "01:30", "02:30", ["00:30"]),
        # Clocks go from 03:00 back to 02:00 at 01:00 UTC.
        (AUTUMN, "02:00", "03:00", ["00:00", "00:30", "01:00", "01:30"]),
        (AUTUMN, "02:00", "02:30", ["00:00", "01:00"]),
        (AUTUMN, "02:30", "03:30", ["00:30", "01:30", "02:00"]),
        (AUTUMN, "01:30", "03:00", ["00:00", "00:30", "01:00", "01:30"]),
    ],
)
def test_a_skipped_hour_has_no_slot_and_a_repeated_one_each_instant_once(
    night: date, begins: str, ends: str, expected: list[str]
) -> None:
    """The nights in which the clocks of Berlin change, in steps of half an hour."""
    calendar = Calendar(zone="Europe/Berlin", weekly=hours((6, begins, ends)))
    late = {"01:30": ["23:30"]} if night == AUTUMN else {}
    day_before = listed(calendar, chat(length=30, step=30), night - timedelta(days=1), now=LONG_AGO[night])
    assert day_before == late.get(begins, [])
    assert listed(calendar, chat(length=30, step=30), night, now=LONG_AGO[night]) == expected


LONG_AGO = {SPRING: utc("2026-03-20 00:00"), AUTUMN: utc("2026-10-10 00:00")}


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-03-02 06:00", Reason.PAST),
        ("2026-03-02 09:00", Reason.TOO_SOON),
        ("2026-03-02 10:00", Reason.TAKEN),
        ("2026-03-02 11:10", Reason.OFF_STEP),
        ("2026-03-02 11:00", None),
        ("2026-03-02 12:00", Reason.CLOSED),
        ("2026-03-03 11:00", Reason.CLOSED),
        ("2026-03-09 07:29", Reason.CLOSED),
        ("2026-03-09 07:30", Reason.TOO_FAR),
        ("0001-01-01 00:00", Reason.PAST),
        ("9999-12-31 23:59", Reason.TOO_FAR),
    ],
)
def test_a_refused_start_has_its_reason(start: str, reason: Reason | None) -> None:
    """Now is Monday at 07:30; two hours of notice, a week of horizon, ten o'clock is taken."""
    calendar = Calendar(zone="UTC", weekly=hours((0, "09:00", "12:30")))
    kind = chat(notice=timedelta(hours=2), horizon=timedelta(days=7))
    busy = (Span(utc("2026-03-02 10:30"), utc("2026-03-02 11:00")),)
    assert why_not(calendar, kind, busy, utc(start), utc("2026-03-02 07:30")) is reason
