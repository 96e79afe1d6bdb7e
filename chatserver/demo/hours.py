"""When the demonstration's counsellors have time: split days, evenings, weekends, so that there are slots soon."""

from typing import Final

from booking.model import WeeklyRule, minutes_of

Blocks = tuple[tuple[int, str, str], ...]
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

_WEEKS: Final[tuple[Blocks, ...]] = (
    (
        (MONDAY, "09:00", "12:00"),
        (TUESDAY, "14:00", "18:00"),
        (WEDNESDAY, "09:00", "11:00"),
        (THURSDAY, "09:00", "12:00"),
        (THURSDAY, "18:00", "21:00"),
        (FRIDAY, "09:00", "12:00"),
    ),
    (
        (MONDAY, "14:00", "17:00"),
        (TUESDAY, "09:30", "12:30"),
        (WEDNESDAY, "18:00", "21:00"),
        (THURSDAY, "14:00", "17:00"),
        (FRIDAY, "10:00", "13:00"),
        (SATURDAY, "10:00", "13:00"),
    ),
    (
        (MONDAY, "17:30", "20:30"),
        (TUESDAY, "09:00", "11:00"),
        (WEDNESDAY, "13:15", "17:15"),
        (THURSDAY, "09:00", "11:00"),
        (FRIDAY, "14:00", "18:00"),
        (SUNDAY, "16:00", "19:00"),
    ),
)


def weekly_rules(number: int) -> tuple[WeeklyRule, ...]:
    """The week of an agency's first, second or third counsellor (0, 1, 2), in local wall time."""
    return tuple(
        WeeklyRule(weekday, minutes_of(begins), minutes_of(ends))
        for weekday, begins, ends in _WEEKS[number % len(_WEEKS)]
    )
