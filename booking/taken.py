"""What keeps time already: read for the rule, and cleared of what only seems to be in the way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, not_, or_, select

from booking.limits import AROUND
from booking.model import Kind, Span, State
from booking.tables import KEEPS_TIME, busy_elsewhere, reservations, seats
from booking.wishes import Wish

# Nothing is equal to no place, so that the same statements serve those who need none.
_MINE = (reservations.c.counsellor == bindparam("counsellor")) | (reservations.c.place == bindparam("at_place"))
_IN_THE_WAY = delete(reservations).where(
    (_MINE & (reservations.c.expires_at <= bindparam("now")))
    | (
        (reservations.c.state == State.HELD.value)
        & (reservations.c.thread == bindparam("in_thread"))
        & reservations.c.id.in_(select(seats.c.reservation).where(seats.c.client == bindparam("by")))
    )
)
_ENDS = (
    KEEPS_TIME,
    or_(reservations.c.expires_at.is_(None), reservations.c.expires_at > bindparam("now")),
    reservations.c.ends_at > bindparam("since"),
    reservations.c.starts_at < bindparam("until"),
)
# One for each, because SQLite reads the whole table for the one or the other.
_BUSY, _OCCUPIED = (
    select(reservations.c.starts_at, reservations.c.ends_at).where(column == bindparam("whose"), *_ENDS)
    for column in (reservations.c.counsellor, reservations.c.place)
)
_ELSEWHERE = select(busy_elsewhere.c.starts_at, busy_elsewhere.c.ends_at).where(
    busy_elsewhere.c.counsellor == bindparam("whose"),
    busy_elsewhere.c.ends_at > bindparam("since"),
    busy_elsewhere.c.starts_at < bindparam("until"),
)
# Making it anew takes SQLAlchemy longer than the database takes to answer it.
_MINE_AND_ELSEWHERE = _BUSY.union_all(_ELSEWHERE)
_GIVEN = select(reservations.c.appointment_starts_at).where(
    reservations.c.counsellor == bindparam("counsellor"),
    reservations.c.kind == bindparam("of_kind"),
    KEEPS_TIME,
    or_(reservations.c.expires_at.is_(None), reservations.c.expires_at > bindparam("now")),
    reservations.c.ends_at > bindparam("since"),
    reservations.c.starts_at < bindparam("until"),
)


def busy(
    db: Connection,
    counsellor: str,
    place: str | None,
    span: Span,
    *,
    now: datetime,
    but: ColumnElement[bool] | None = None,
) -> list[Span]:
    """What keeps time of the counsellor or the place within the span; by start, with buffers. Expired holds do not.

    Where the counsellor is busy elsewhere counts, too; spans may overlap.
    """
    values = {"now": now, "since": span.starts_at, "until": span.ends_at}
    mine = _MINE_AND_ELSEWHERE if but is None else _BUSY.where(not_(but)).union_all(_ELSEWHERE)
    found = [Span(*row) for row in db.execute(mine, values | {"whose": counsellor})]
    if place is not None:
        found += _spans(db, _OCCUPIED, but, values | {"whose": place})
    return sorted(found)


def _spans(db: Connection, query: Select[Any], but: ColumnElement[bool] | None, values: dict[str, Any]) -> list[Span]:
    return [Span(*row) for row in db.execute(query if but is None else query.where(not_(but)), values)]


def given(
    db: Connection, counsellor: str, kind: Kind, span: Span, *, now: datetime, but: ColumnElement[bool] | None = None
) -> list[datetime]:
    """The starts of what the counsellor has of a kind in the weeks around the span; none for a kind without limits."""
    if not kind.limited:
        return []
    query = _GIVEN if but is None else _GIVEN.where(not_(but))
    around = {"since": span.starts_at - AROUND, "until": span.ends_at + AROUND}
    return list(db.scalars(query, {"counsellor": counsellor, "of_kind": kind.name, "now": now, **around}))


def clear_holds(db: Connection, wish: Wish, now: datetime) -> None:
    """Removes what only seems to be in the way: expired holds, and those of the same client in the same thread."""
    values = {"counsellor": wish.counsellor, "now": now, "in_thread": wish.thread, "by": wish.client}
    for place in wish.candidates:
        db.execute(_IN_THE_WAY, values | {"at_place": place})
