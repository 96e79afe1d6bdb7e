"""Earlier, please: who would come sooner, and is asked when a time becomes free.

A freed time is kept for the first in line for half an hour, then for the next. It is a hold like any other, so the
rule and the database that guard holds guard this one too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from booking import register
from booking.errors import BookingRefusal
from booking.model import Kind, Reservation, Span, State
from booking.offers import free_slots, require_offered
from booking.tables import reservations, waiting
from booking.verbs import Verb
from booking.wishes import Wish

OFFER_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody's place in line. `earlier_than`: nothing later than that interests them. `offered`: a hold for them."""

    counsellor: str
    client: str
    thread: str
    kind: str
    earlier_than: datetime | None
    offered: str | None


@Verb
def wait_for_earlier(
    db: Connection,
    *,
    counsellor: str,
    client: str,
    thread: str,
    kind: str,
    earlier_than: datetime | None,
    now: datetime,
) -> Waiting:
    """Puts the client in line, once for each thread and kind. A repeat keeps their place, with the new wish."""
    into = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    wish = {"counsellor": counsellor, "earlier_than": earlier_than}
    line = into(waiting).values(client=client, thread=thread, kind=kind, created_at=now, **wish)
    once = [waiting.c.thread, waiting.c.client, waiting.c.kind]
    return _waiting(db.execute(line.on_conflict_do_update(index_elements=once, set_=wish).returning(waiting)).one())


@Verb
def stop_waiting(db: Connection, *, client: str, thread: str) -> list[Reservation]:
    """Leaves the line, and lets go of what was kept for the client; gives that. A repeat does nothing."""
    mine = _in_thread(client, thread)
    offered = select(waiting.c.offered).where(mine, waiting.c.offered.is_not(None))
    freed = register.read(db, reservations.c.id.in_(offered), reservations.c.state == State.HELD.value, for_change=True)
    db.execute(delete(waiting).where(mine))
    db.execute(delete(reservations).where(reservations.c.id.in_([one.id for one in freed])))
    return freed


@Verb
def waiting_in(db: Connection, *, client: str, thread: str) -> list[Waiting]:
    """What the client waits for in that thread."""
    found = select(waiting).where(_in_thread(client, thread)).order_by(waiting.c.id)
    return [_waiting(row) for row in db.execute(found)]


@Verb
def is_offered(db: Connection, *, hold: str) -> bool:
    """Whether that hold is kept for somebody in line, and not for somebody who chose it from the list."""
    return db.scalar(select(waiting.c.id).where(waiting.c.offered == hold)) is not None


def satisfied(db: Connection, booked: Reservation) -> None:
    """Whoever has an appointment that is early enough waits no longer for one of that kind."""
    start = booked.appointment.starts_at
    early = or_(waiting.c.earlier_than.is_(None), waiting.c.earlier_than > start)
    mine = waiting.c.client.in_(booked.clients) & (waiting.c.thread == booked.thread)
    db.execute(delete(waiting).where(mine, waiting.c.kind == booked.kind, early))


@Verb
def kinds_awaited(db: Connection, *, counsellor: str) -> set[str]:
    """The names of the kinds for which somebody waits."""
    return set(db.scalars(select(waiting.c.kind).where(waiting.c.counsellor == counsellor)))


@Verb
def offer_freed(
    db: Connection,
    *,
    counsellor: str,
    freed: Span,
    kinds: Mapping[str, Kind],
    now: datetime,
    places: Sequence[str] = (),
    closed: Iterable[date] = (),
) -> list[Reservation]:
    """Holds what has become free for those who wait, in their order; gives the new holds.

    `freed`: with buffers. `kinds`: by name, as they are offered now. Whoever has had an offer comes after those who
    have had none, and gets no time twice.
    """
    register.take_turn(db, counsellor, *places)
    # Whoever waits may be choosing right now, with somebody else.
    register.take_turns(db, sorted({row.thread for row in _line(db, counsellor)}))
    # The first of a line may be one whose offer has just run out.
    db.execute(delete(reservations).where(reservations.c.counsellor == counsellor, reservations.c.expires_at <= now))
    made: list[Reservation] = []
    days = frozenset(closed)
    for row in _line(db, counsellor):
        kind = kinds.get(row.kind)
        if kind is not None:
            first = Wish(
                counsellor=counsellor,
                client=row.client,
                thread=row.thread,
                kind=kind,
                starts_at=freed.starts_at,
                places=tuple(places),
                closed=days,
            )
            made += _offered(db, row, first, freed, now)
    return made


@Verb
def offer_nearest(db: Connection, wish: Wish, *, client: str, until: datetime, now: datetime) -> Reservation | None:
    """Holds the nearest free time from `wish.starts_at` on for a client who has not asked for it; gives the new hold.

    None for whoever has a time in that thread, stands in line already, or where nothing is free: then nobody is put in
    line either.
    """
    register.take_turn(db, wish.counsellor, *wish.places)
    register.take_turns(db, [wish.thread])
    has = reservations.c.thread == wish.thread, reservations.c.state == State.BOOKED.value, reservations.c.ends_at > now
    if db.scalar(select(waiting.c.id).where(_in_thread(client, wish.thread)).limit(1)) is not None:
        return None
    if db.scalar(select(reservations.c.id).where(*has).limit(1)) is not None:
        return None
    wait_for_earlier.at_once(
        db,
        counsellor=wish.counsellor,
        client=client,
        thread=wish.thread,
        kind=wish.kind.name,
        earlier_than=until,
        now=now,
    )
    row = db.execute(select(waiting).where(_in_thread(client, wish.thread))).one()
    made = _offered(db, row, wish, Span(wish.starts_at, until), now)
    if not made:
        db.execute(delete(waiting).where(waiting.c.id == row.id))
        return None
    return made[0]


def _line(db: Connection, counsellor: str) -> Sequence[Any]:
    by = (waiting.c.offered_at.is_not(None), waiting.c.offered_at, waiting.c.created_at, waiting.c.id)
    free = (waiting.c.counsellor == counsellor) & waiting.c.offered.is_(None)
    return db.execute(select(waiting).where(free).order_by(*by)).all()


def _offered(db: Connection, row: Any, wish: Wish, freed: Span, now: datetime) -> list[Reservation]:
    if register.read_one(db, register.held_by(row.client, row.thread)) is not None:
        # They are choosing right now, and one hold gives way to another.
        return []
    start = _first_start(db, row, wish, freed, now)
    if start is None:
        return []
    try:
        settled = require_offered(db, replace(wish, starts_at=start), now)
    except BookingRefusal:
        return []
    held = register.take(
        db, *settled, state=State.HELD, hold_request=None, booking_request=None, now=now, lasts=OFFER_LASTS
    )
    # Half an hour is long enough to read, and others wait.
    held = register.change(db, held, extended=True)
    kept = {"offered": held.id, "offered_starts_at": start, "offered_at": now}
    db.execute(update(waiting).where(waiting.c.id == row.id).values(**kept))
    return [held]


def _first_start(db: Connection, row: Any, wish: Wish, freed: Span, now: datetime) -> datetime | None:
    """The first start at which the freed time would be used, and which interests them."""
    kind = wish.kind
    until = freed.ends_at + kind.buffer_before
    found = free_slots.at_once(
        db,
        counsellor=wish.counsellor,
        kind=kind,
        since=freed.starts_at - kind.length - kind.buffer_after,
        until=until if row.earlier_than is None else min(until, row.earlier_than),
        now=now,
        places=wish.places,
        closed=wish.closed,
    )
    for start, _ in found:
        kept = kind.reserved_at(start)
        if kept.starts_at < freed.ends_at and freed.starts_at < kept.ends_at and start != row.offered_starts_at:
            return start
    return None


def _in_thread(client: str, thread: str) -> Any:
    return (waiting.c.client == client) & (waiting.c.thread == thread)


def _waiting(row: Any) -> Waiting:
    names = ("counsellor", "client", "thread", "kind", "earlier_than", "offered")
    return Waiting(**{name: getattr(row, name) for name in names})
