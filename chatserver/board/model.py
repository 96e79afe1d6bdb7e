"""What the board is made of: the story of a promise, and what the next seven days will ask of a team."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

DAYS: Final = 7
# So many of the same weekday are looked at.
WEEKS: Final = 4
# Fewer answers in those weeks tell nothing about the next days.
ENOUGH_ANSWERS: Final = 20
# After an outage several rungs are climbed at one instant: then they are told in this order.
_IN_ORDER: Final = (
    *("opened", "inherited", "taken", "unattended", "reminded", "escalated", "warned"),
    *("help_offered", "help_called", "breached"),
)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a promise: the kind of its event, why it stopped, or `taken`."""

    kind: str
    at: datetime


def story_of(
    events: Iterable[Step], *, because: str | None, taken_at: datetime | None, waiting_since: datetime
) -> list[Step]:
    """The events of a promise as they came about. That it stopped is told as why it did.

    Taking ends no promise, but tells why nobody else has answered: it is told if it came while somebody waited.
    """
    told = [Step(because, one.at) if one.kind == "stopped" and because is not None else one for one in events]
    if taken_at is not None and taken_at >= waiting_since:
        told.append(Step("taken", taken_at))
    return sorted(told, key=lambda one: (one.at, _place(one.kind)))


def _place(kind: str) -> int:
    return _IN_ORDER.index(kind) if kind in _IN_ORDER else len(_IN_ORDER)


@dataclass(frozen=True, slots=True)
class Answered:
    """A promise of the last weeks that was answered, by wall days: when it was, and when it would have run out."""

    topic: str
    on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class RunsOut:
    """A promise that runs now."""

    topic: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Day:
    """What a day will ask; see the wire's ForecastDay."""

    day: date
    known: int
    expected: int
    replies: int | None
    short: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next seven days of all topics together, and of each."""

    enough: bool
    total: tuple[Day, ...]
    topics: Mapping[str, tuple[Day, ...]]

    @property
    def short_on(self) -> date | None:
        """The first day at whose end promises would be broken."""
        return next((one.day for one in self.total if one.short), None)


def outlook(runs_out: Sequence[RunsOut], answered: Sequence[Answered], *, today: date, new_until: date) -> Outlook:
    """How many promises run out on each of seven days against how many answers are usually written.

    `new_until`: the day on which a promise that begins now runs out. From then on more will run out than is known.
    Only all topics together can fall short: a team does not keep its answers apart by topic.
    """
    earlier = [one for one in answered if today - WEEKS * _WEEK <= one.on <= today]
    enough = sum(one.on < today for one in earlier) >= ENOUGH_ANSWERS
    # Before the first answer there may have been no team.
    since = min((one.on for one in earlier), default=today)
    topics = sorted({one.topic for one in runs_out} | {one.topic for one in earlier})

    def days(topic: str | None) -> tuple[Day, ...]:
        return _days(
            [one for one in runs_out if topic in (None, one.topic)],
            [one for one in earlier if topic in (None, one.topic)],
            today=today,
            since=since,
            new_until=new_until,
        )

    total = days(None)
    written = sum(one.on == today for one in earlier)
    return Outlook(
        enough=enough,
        total=_against_each_other(total, written) if enough else total,
        topics={topic: days(topic) for topic in topics},
    )


def _days(
    runs_out: Sequence[RunsOut], answered: Sequence[Answered], *, today: date, since: date, new_until: date
) -> tuple[Day, ...]:
    # What is overdue is to be answered today.
    known = Counter(max(one.due_on, today) for one in runs_out)
    replies, due = Counter(one.on for one in answered), Counter(one.due_on for one in answered)
    told = []
    for day in (today + timedelta(days=ahead) for ahead in range(DAYS)):
        before = [day - week * _WEEK for week in range(1, WEEKS + 1)]
        usual = usually([replies[one] for one in before if one >= since])
        # Rounded to the other side: rather one too many than one that nobody has counted on.
        comes = -(usually([-due[one] for one in before if one >= since]) or 0)
        expected = max(comes - known[day], 0) if day >= new_until else 0
        told.append(Day(day, known[day], expected, usual))
    return tuple(told)


def usually(counts: Sequence[int]) -> int | None:
    """The median; of the two in the middle the lower one. None of nothing."""
    return sorted(counts)[(len(counts) - 1) // 2] if counts else None


def _against_each_other(days: Sequence[Day], written_today: int) -> tuple[Day, ...]:
    """An answer may come long before its promise runs out, so all until the end of a day stands against all."""
    due, room, told = 0, -written_today, []
    for one in days:
        due += one.known + one.expected
        # Whoever has written more today than usual has taken nothing away from tomorrow.
        room = max(room + (one.replies or 0), 0) if one is days[0] else room + (one.replies or 0)
        told.append(Day(one.day, one.known, one.expected, one.replies, max(due - room, 0)))
    return tuple(told)
