"""What somebody keeps of a calendar as a whole: their extra hours, and kinds of appointment of their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert

from booking import taken
from booking.errors import KindNotOffered
from booking.model import Calendar, Kind, KindName, Span, WallSpan
from booking.slots import free
from booking.tables import appointment_kinds, calendar_exceptions
from booking.timetable import keep_kind, kind_of, wall_values
from booking.verbs import Verb

NAMES: Final[tuple[KindName, ...]] = ("chat", "video", "phone", "on_site")


@Verb
def keep_extra_hours(db: Connection, *, counsellor: str, spans: Iterable[WallSpan]) -> None:
    """Replaces all extra hours; absences stay. Raises RuleInvalid for split minutes."""
    rows = [{"counsellor": counsellor, "effect": "extra", **wall_values(span)} for span in spans]
    mine = (calendar_exceptions.c.counsellor == counsellor) & (calendar_exceptions.c.effect == "extra")
    db.execute(delete(calendar_exceptions).where(mine))
    if rows:
        db.execute(insert(calendar_exceptions), rows)


@Verb
def own_kinds(db: Connection, *, owner: str) -> tuple[Kind, ...]:
    """What the owner offers under rules of their own, always in the same order."""
    return tuple(kind for name in NAMES if (kind := kind_or_none.at_once(db, name=name, owners=[owner])))


@Verb
def kind_or_none(db: Connection, *, name: str, owners: Sequence[str]) -> Kind | None:
    """The kind of that name of the first owner who has one; None where nobody has."""
    try:
        return kind_of.at_once(db, name=name, owners=owners)
    except KindNotOffered:
        return None


@Verb
def keep_kinds(db: Connection, *, owner: str, kinds: Iterable[Kind]) -> None:
    """These and no others are the owner's own; what is booked stays as it is. Raises RuleInvalid for split minutes."""
    db.execute(delete(appointment_kinds).where(appointment_kinds.c.owner == owner))
    for kind in kinds:
        keep_kind.at_once(db, owner=owner, kind=kind)


@Verb
def count_free(
    db: Connection, *, counsellor: str, calendar: Calendar, kind: Kind, now: datetime, ahead: timedelta
) -> int:
    """How many starts would be free in that time if the calendar were this one. Places are not looked at."""
    until = now + min(ahead, kind.horizon)
    around = Span(now - kind.buffer_before, until + kind.length + kind.buffer_after)
    busy = taken.busy(db, counsellor, None, around, now=now)
    given = taken.given(db, counsellor, kind, around, now=now)
    return len(free(calendar, kind, busy, now, until, now=now, given=given))
