"""Most per day and per week, worked out by hand; and what the wall clock shows after a change of its rules."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from booking.calendar import first_instant_of
from booking.errors import RuleInvalid
from booking.instants import instant_at
from booking.model import Calendar, Kind, WeeklyRule
from booking.slots import Reason, free, why_not
from booking.walls import WallStart
from booking.wishes import candidates
from tests.unit.booking.oracle import utc, wall

HOUR = timedelta(hours=1)
SUNDAY = utc("2026-03-01 12:00")
BERLIN = ZoneInfo("Europe/Berlin")
OPEN = Calendar(zone="UTC", weekly=tuple(WeeklyRule(day, 540, 720) for day in range(5)))


def chat(per_day: int | None = None, per_week: int | None = None) -> Kind:
    return Kind(name="chat", length=HOUR, step=HOUR, most_per_day=per_day, most_per_week=per_week)


def days(kind: Kind, *there: str, calendar: Calendar = OPEN) -> list[int]:
    """The days of March on which something is left in that week and the next."""
    given = [utc(f"2026-03-{one}") for one in there]
    found = free(calendar, kind, (), SUNDAY, SUNDAY + timedelta(days=14), now=SUNDAY, given=given)
    return sorted({start.day for start in found})


def test_a_day_with_as_many_as_there_may_be_has_no_slot_left() -> None:
    """Two on Tuesday; with one there is still room."""
    assert days(chat(per_day=2), "03 09:00", "03 10:00", "04 09:00") == [2, 4, 5, 6, 9, 10, 11, 12, 13]
    assert days(chat(), "03 09:00", "03 10:00") == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13]


def test_a_full_week_ends_on_sunday() -> None:
    """Three in the first week; the next one is untouched, and so is what lies a week back."""
    assert days(chat(per_week=3), "02 09:00", "03 09:00", "06 09:00") == [9, 10, 11, 12, 13]
    assert days(chat(per_week=1), "01 09:00") == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13]


def test_a_sunday_belongs_to_the_week_before_it() -> None:
    """The eighth fills the days from the second on, and itself."""
    always = Calendar(zone="UTC", weekly=tuple(WeeklyRule(day, 540, 720) for day in range(7)))
    assert days(chat(per_week=1), "08 09:00", calendar=always) == [9, 10, 11, 12, 13, 14, 15]


def test_a_day_is_that_of_the_wall_clock() -> None:
    """Half past eleven in the evening in UTC is the next day in Berlin."""
    berlin = Calendar(zone="Europe/Berlin", weekly=OPEN.weekly)
    assert 3 not in days(chat(per_day=1), "02 23:30", calendar=berlin)
    assert 2 in days(chat(per_day=1), "02 23:30", calendar=berlin)


def test_a_start_on_a_full_day_has_that_for_a_reason() -> None:
    """And one that is closed anyway is closed."""
    given = [utc("2026-03-03 09:00")]
    assert why_not(OPEN, chat(per_day=1), (), utc("2026-03-03 10:00"), SUNDAY, given=given) is Reason.FULL
    assert why_not(OPEN, chat(per_day=1), (), utc("2026-03-03 15:00"), SUNDAY, given=given) is Reason.CLOSED


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28 23:00"),
        # The clocks of Havana go from midnight to one; what is never shown begins with what is.
        ("America/Havana", date(2026, 3, 8), "2026-03-08 05:00"),
        ("America/Sao_Paulo", date(2018, 2, 18), "2018-02-18 03:00"),
        # Samoa left out the thirtieth of December.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30 10:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30 10:00"),
    ],
)
def test_a_day_begins_with_the_first_time_that_its_clock_shows(zone: str, day: date, begins: str) -> None:
    """Midnight, where there is one."""
    assert instant_at(first_instant_of(zone, day)) == utc(begins)


@pytest.mark.parametrize("wrong", [{"most_per_day": 0}, {"most_per_week": -1}, {"capacity": 0}, {"capacity": 21}])
def test_a_limit_that_would_close_everything_is_refused(wrong: dict[str, int]) -> None:
    """Whoever offers nothing has no such kind; and a group has twenty seats at most."""
    with pytest.raises(RuleInvalid):
        Kind(name="chat", length=HOUR, step=HOUR, **wrong)  # type: ignore[arg-type]  # counts only


def test_only_a_meeting_on_site_needs_a_place() -> None:
    """Without any to choose from it can be had nowhere."""
    on_site = Kind(name="on_site", length=HOUR, step=HOUR)
    assert candidates(chat(), None, ("a", "b")) == (None,)
    assert candidates(on_site, None, ("a", "b")) == ("a", "b")
    assert candidates(on_site, "b", ("a",)) == ("b",)
    assert candidates(on_site, None, ()) == ()


# -- the time on the wall


@pytest.mark.parametrize("start", ["2026-07-01 07:00", "2026-10-25 00:30", "2026-10-25 01:30", "2026-03-29 01:00"])
def test_a_time_on_the_wall_is_the_instant_again_that_it_was(start: str) -> None:
    """In summer, on the hour that comes twice, and right after the one that is left out."""
    assert WallStart.shown_at(BERLIN, utc(start)).instant_in(BERLIN) == utc(start)


def test_a_time_that_no_clock_shows_any_more_is_as_much_later_as_the_clock_jumps() -> None:
    """Nobody comes an hour early to an appointment that fell into a new gap."""
    assert WallStart("Europe/Berlin", wall("2026-03-29 02:30"), 0).instant_in(BERLIN) == utc("2026-03-29 01:30")


def test_nine_stays_nine_when_a_state_gives_up_summer_time() -> None:
    """The same reading by other rules is another instant."""
    agreed = WallStart.shown_at(BERLIN, utc("2026-07-01 07:00"))
    assert agreed == WallStart("Europe/Berlin", datetime(2026, 7, 1, 9), 0)  # noqa: DTZ001  on a wall
    assert agreed.instant_in(without_summer_time("Europe/Berlin")) == utc("2026-07-01 08:00")


def without_summer_time(name: str) -> ZoneInfo:
    """A zone of that name that is one hour ahead of UTC all year: its file, written by hand (RFC 9636)."""
    block = b"TZif2" + bytes(15) + b"".join(n.to_bytes(4, "big") for n in (0, 0, 0, 0, 1, 4))
    body = (3600).to_bytes(4, "big") + b"\0\0" + b"CET\0"
    return ZoneInfo.from_file(BytesIO(block + body + block + body + b"\nCET-1\n"), key=name)


def test_the_zone_written_by_hand_is_what_it_says() -> None:
    """Noon in UTC is one o'clock there, in July."""
    zone = without_summer_time("Europe/Berlin")
    assert datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(zone).hour == 13
