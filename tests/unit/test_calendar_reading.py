"""When somebody is busy, in files that others have written: what is read, what is left out, and what takes too long."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatserver.errors import CalendarTooComplex, CalendarTooLarge, CalendarUnreadable, TooBusy
from chatserver.imports import apart
from chatserver.imports.apart import busy_times
from chatserver.imports.reading import MOST_DATES, MOST_ENTRIES, Busy, TooLarge, Unreadable, Window, busy_in
from tests.calendar_host import calendar

NOW = datetime(2026, 11, 26, tzinfo=UTC)
WINDOW = Window(NOW, NOW + timedelta(days=732), "Europe/Berlin")
TEN = datetime(2026, 11, 27, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def starts(*events: str, window: Window = WINDOW) -> list[datetime]:
    """In UTC; nothing may be left out."""
    found = busy_in(calendar(*events), window)
    assert found.left_out == 0
    return sorted(one.starts_at for one in found.busy)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART:20261127T100000Z\nDTEND:20261127T110000Z", (TEN, TEN + HOUR)),
        ("DTSTART:20261127T100000Z\nDURATION:PT1H", (TEN, TEN + HOUR)),
        ("DTSTART;TZID=Europe/Berlin:20261127T110000\nDURATION:PT1H", (TEN, TEN + HOUR)),
        # Without a zone: on the wall of whoever imports it.
        ("DTSTART:20261127T110000\nDURATION:PT1H", (TEN, TEN + HOUR)),
        # A whole day, by that wall.
        ("DTSTART;VALUE=DATE:20261127", (TEN - 11 * HOUR, TEN + 13 * HOUR)),
        ("DTSTART;VALUE=DATE:20261127\nDTEND;VALUE=DATE:20261129", (TEN - 11 * HOUR, TEN + 37 * HOUR)),
        # Names of zones as Windows has them.
        ("DTSTART;TZID=W. Europe Standard Time:20261127T110000\nDURATION:PT1H", (TEN, TEN + HOUR)),
        # What has begun before is cut off.
        ("DTSTART:20261125T100000Z\nDTEND:20261127T100000Z", (NOW, TEN)),
    ],
)
def test_an_entry_keeps_its_time(lines: str, expected: tuple[datetime, datetime]) -> None:
    """In whichever of its forms (RFC 5545, section 3.6.1)."""
    assert busy_in(calendar(f"UID:1\n{lines}"), WINDOW).busy == [Busy(*expected, "1")]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"])
def test_what_keeps_nobody_busy_is_not_there(line: str) -> None:
    """A birthday, something that was called off."""
    assert starts(f"UID:1\nDTSTART:20261127T100000Z\nDURATION:PT1H\n{line}") == []


def test_what_takes_no_time_keeps_nobody_busy() -> None:
    """Neither without an end, nor with one before the beginning."""
    assert starts("UID:1\nDTSTART:20261127T100000Z", "UID:2\nDTSTART:20261127T100000Z\nDTEND:20261127T090000Z") == []


def test_a_repetition_follows_the_wall_through_the_changed_hour() -> None:
    """Sundays at ten in Berlin, around the 28th of March 2027."""
    window = Window(datetime(2027, 3, 20, tzinfo=UTC), datetime(2027, 4, 5, tzinfo=UTC), "Europe/Berlin")
    weekly = "UID:1\nDTSTART;TZID=Europe/Berlin:20260104T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    assert [f"{one:%d %H}" for one in starts(weekly, window=window)] == ["21 09", "28 08", "04 08"]


def test_a_single_repetition_can_be_moved_or_left_out() -> None:
    """By RECURRENCE-ID and EXDATE; one that was called off alone, too."""
    weekly = "UID:1\nDTSTART:20261127T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20261204T100000Z"
    moved = "UID:1\nRECURRENCE-ID:20261211T100000Z\nDTSTART:20261212T150000Z\nDURATION:PT1H"
    off = "UID:1\nRECURRENCE-ID:20261218T100000Z\nDTSTART:20261218T100000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert starts(weekly, moved, off) == [TEN, datetime(2026, 12, 12, 15, tzinfo=UTC)]


def test_free_and_busy_without_anything_else_is_read() -> None:
    """As some servers publish it: VFREEBUSY."""
    lines = [
        "FREEBUSY:20261127T100000Z/PT1H,20261128T100000Z/20261128T110000Z",
        "FREEBUSY;FBTYPE=FREE:20261129T100000Z/PT1H",
    ]
    content = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VFREEBUSY", *lines, "END:VFREEBUSY", "END:VCALENDAR", ""])
    found = busy_in(content.encode(), WINDOW)
    assert [one.starts_at for one in found.busy] == [TEN, TEN + timedelta(days=1)]


@pytest.mark.parametrize(
    "rule",
    [
        *("RRULE:FREQ=SECONDLY", "RRULE:FREQ=MINUTELY", "RRULE:FREQ=HOURLY", "RRULE:FREQ=DAILY;INTERVAL=0"),
        *("RRULE:FREQ=DAILY;COUNT=501", "RRULE:FREQ=DAILY;COUNT=0", "RRULE:FREQ=DAILY;BYSECOND=1,2,3"),
        *("RRULE:FREQ=DAILY;BYHOUR=1;BYMINUTE=2", "RRULE:INTERVAL=1", "RRULE:nonsense", "EXRULE:FREQ=DAILY"),
        "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
        "RRULE:FREQ=YEARLY;BYYEARDAY=1;BYWEEKNO=1",
        "RRULE:FREQ=DAILY\n" + "\n".join(["EXDATE:20261127T100000Z"] * (MOST_DATES + 1)),
        "RRULE:FREQ=DAILY\nEXDATE:" + ",".join(["20261127T100000Z"] * 10_000),
    ],
)
def test_a_rule_that_nobody_writes_is_left_out_and_counted(rule: str) -> None:
    """And the rest of the calendar is read."""
    hostile = f"UID:1\nDTSTART:20261127T100000Z\nDURATION:PT1H\n{rule}"
    found = busy_in(calendar(hostile, "UID:2\nDTSTART:20261127T100000Z\nDURATION:PT1H"), WINDOW)
    assert ([one.uid for one in found.busy], found.left_out) == (["2"], 1)


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00", b"<html></html>", b"BEGIN:VCARD\r\nEND:VCARD\r\n"])
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    """A page that asks for a login, most likely."""
    with pytest.raises(Unreadable):
        busy_in(content, WINDOW)


def test_more_entries_and_times_than_anybody_has_are_refused() -> None:
    """However small each of them is."""
    with pytest.raises(TooLarge):
        busy_in(b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * MOST_ENTRIES, WINDOW)
    daily = "DTSTART:20261127T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"
    with pytest.raises(TooLarge):
        busy_in(calendar(*(f"UID:{number}\n{daily}" for number in range(30))), WINDOW)


# -- in a process of its own


async def read(content: bytes) -> apart.Found:
    return await busy_times(content, WINDOW.since, WINDOW.until, WINDOW.zone)


async def test_a_process_of_its_own_finds_the_same() -> None:
    """It is asked in words, and answers in words."""
    found = await read(calendar("UID:1\nDTSTART:20261127T100000Z\nDURATION:PT1H", "UID:2\nDTSTART:nonsense"))
    assert [(one.starts_at, one.ends_at, one.uid) for one in found.busy] == [(TEN, TEN + HOUR, "1")]
    assert found.left_out == 1
    with pytest.raises(CalendarUnreadable):
        await read(b"hello")
    with pytest.raises(CalendarTooLarge):
        await read(b"x" * (5 * 1024 * 1024 + 1))


async def test_a_bomb_is_ended_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days that never come: each rule is plain, all of them keep a processor busy. The process is gone afterwards."""
    begun: list[asyncio.subprocess.Process] = []
    begin = asyncio.create_subprocess_exec

    async def noted(*given: Any, **more: Any) -> asyncio.subprocess.Process:
        begun.append(await begin(*given, **more))
        return begun[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setattr(apart, "WITHIN_SECONDS", 1)
    never = "DTSTART:19010101T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(CalendarTooComplex):
        await read(calendar(*(f"UID:{number}\n{never}" for number in range(2_000))))
    assert [one.returncode for one in begun] == [-signal.SIGKILL]


async def test_depth_without_end_ends() -> None:
    """A calendar in a calendar, and so on, is a calendar with nothing in it."""
    assert (await read(b"BEGIN:VCALENDAR\r\n" * 9_000 + b"END:VCALENDAR\r\n" * 9_000)).busy == []


async def test_there_are_never_more_of_them_than_a_machine_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes then is asked to try again."""
    monkeypatch.setattr(apart, "AT_ONCE", 2)
    small = calendar("UID:1\nDTSTART:20261127T100000Z\nDURATION:PT1H")
    found = await asyncio.gather(*(read(small) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Found", "Found", TooBusy.__name__]
    assert (await read(small)).left_out == 0
