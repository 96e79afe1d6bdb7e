"""Times at which a counsellor is busy elsewhere, as their other calendars say: spans and nothing else.

They are part of the one rule, so that nothing is offered or booked there. The database does not guard them: an
appointment that stands already stays, and whose it is sees that it meets something (`met_elsewhere`).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select

from booking import register
from booking.model import Reservation, Span, State
from booking.tables import busy_elsewhere, reservations
from booking.verbs import Verb


@Verb
def keep_busy_elsewhere(db: Connection, *, counsellor: str, source: str, spans: Iterable[Span]) -> None:
    """What one of the counsellor's other calendars says, in place of what it said before."""
    register.take_turn(db, counsellor)
    db.execute(delete(busy_elsewhere).where(busy_elsewhere.c.source == source))
    rows = [
        {"counsellor": counsellor, "source": source, "starts_at": one.starts_at, "ends_at": one.ends_at}
        for one in spans
    ]
    if rows:
        db.execute(insert(busy_elsewhere), rows)


@Verb
def forget_busy_elsewhere(db: Connection, *, source: str) -> None:
    """Whatever that calendar said keeps no time any more."""
    db.execute(delete(busy_elsewhere).where(busy_elsewhere.c.source == source))


@Verb
def times_elsewhere(db: Connection, *, counsellor: str, since: datetime, until: datetime) -> list[Span]:
    """When the counsellor is busy elsewhere in that time, as their other calendars say; by start, may overlap."""
    table = busy_elsewhere.c
    within = (table.counsellor == counsellor) & (table.ends_at > since) & (table.starts_at < until)
    query = select(table.starts_at, table.ends_at).where(within).order_by(table.starts_at, table.ends_at)
    return [Span(*row) for row in db.execute(query)]


@Verb
def met_elsewhere(db: Connection, *, counsellor: str, now: datetime) -> list[Reservation]:
    """The counsellor's appointments to come during which another calendar says that they are busy; by start."""
    met = exists().where(
        busy_elsewhere.c.counsellor == counsellor,
        busy_elsewhere.c.ends_at > reservations.c.appointment_starts_at,
        busy_elsewhere.c.starts_at < reservations.c.appointment_ends_at,
    )
    booked = (reservations.c.counsellor == counsellor) & (reservations.c.state == State.BOOKED.value)
    return register.read(db, booked, reservations.c.appointment_ends_at > now, met)


@Verb
def own_among(db: Connection, *, counsellor: str, ids: Iterable[str]) -> set[str]:
    """Those of the ids that are the counsellor's own reservations: a calendar that subscribes to ours repeats them."""
    mine = set(db.scalars(select(reservations.c.id).where(reservations.c.counsellor == counsellor)))
    return mine.intersection(ids)
