"""The outbox in the database. A row is written with its reason; when it is sent stands in due_work.

What is written within a group of messages is written where the database is, so these functions are not coroutines.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chatserver.deliveries.model import JOB, KEPT, Parcel, QuietHours, Reached, What
from chatserver.due_beside import key_of, plan_now, pull_forward
from chatserver.rows import Rows
from chatserver.tables import accounts, agencies, counsellors, deliveries, due_work, quiet_hours, ways

_PARCEL: Final = tuple(
    (ways if one.name in ("kind", "address", "language", "push_key", "push_auth") else deliveries).c[one.name]
    for one in fields(Parcel)
)


_ASKED: Final = Rows(select(ways.c.account_id).where(ways.c.confirmed_at.is_not(None)), ways.c.account_id)


def with_ways(db: Connection, people: Collection[str]) -> set[str]:
    """Those of these people to whom a confirmed way leads."""
    return {account_id for (account_id,) in _ASKED.of(db, people)}


def reached(db: Connection, accounts_to_tell: Iterable[str]) -> list[Reached]:
    """The confirmed ways to these people, without those who have left."""
    query = (
        select(ways.c.id, ways.c.kind, ways.c.told_at, quiet_hours.c.begins, quiet_hours.c.ends, agencies.c.zone)
        .join(accounts, accounts.c.id == ways.c.account_id)
        .outerjoin(quiet_hours, quiet_hours.c.account_id == ways.c.account_id)
        .outerjoin(counsellors, counsellors.c.account_id == ways.c.account_id)
        .outerjoin(agencies, agencies.c.id == counsellors.c.agency_id)
        .where(ways.c.account_id.in_(list(accounts_to_tell)))
        .where(ways.c.confirmed_at.is_not(None), accounts.c.disabled_at.is_(None))
        .order_by(ways.c.id)
    )
    return [_reached(row) for row in db.execute(query)]


def _reached(row: Row[*tuple[Any, ...]]) -> Reached:
    quiet = QuietHours(row.begins, row.ends, row.zone) if row.begins is not None and row.zone is not None else None
    return Reached(way_id=row.id, kind=row.kind, told_at=row.told_at, quiet=quiet)


def add(db: Connection, way_id: str, what: What, *, urgent: bool, now: datetime, due_at: datetime) -> None:
    """Something to be sent there. What waits there already tells of this as well, at once where this is urgent."""
    into = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    new = {"id": secrets.token_hex(16), "way_id": way_id, "what": what, "urgent": urgent, "wanted_at": now}
    adding = into(deliveries).values(**new)
    either = adding.on_conflict_do_update(
        index_elements=["way_id", "what"],
        index_where=deliveries.c.begun_at.is_(None),
        set_={"urgent": or_(deliveries.c.urgent, adding.excluded.urgent), "wanted_at": now},
    )
    found = db.execute(either.returning(deliveries.c.id)).scalar_one()
    if found == new["id"]:
        plan_now(db, JOB, key_of(JOB, found), due_at)
    elif urgent:
        pull_forward(db, key_of(JOB, found), due_at)


def begin(db: Connection, delivery_id: str, now: datetime) -> Parcel | None:
    """From now on it may have arrived. None if it is done, or nobody wants it any more."""
    query = (
        select(*_PARCEL)
        .join(ways, ways.c.id == deliveries.c.way_id)
        .where(deliveries.c.id == delivery_id, deliveries.c.delivered_at.is_(None), deliveries.c.given_up_at.is_(None))
        .with_for_update(of=deliveries)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    parcel = Parcel(**row._asdict())
    db.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(begun_at=now))
    if parcel.what == "news":
        db.execute(update(ways).where(ways.c.id == parcel.way_id).values(told_at=now))
    return parcel


def mark_delivered(db: Connection, parcel: Parcel, now: datetime) -> None:
    """It has arrived, so the way works."""
    db.execute(update(deliveries).where(deliveries.c.id == parcel.id).values(delivered_at=now))
    db.execute(update(ways).where(ways.c.id == parcel.way_id).values(failed_at=None))


def give_up(db: Connection, parcel: Parcel, now: datetime) -> None:
    """It will not arrive; the person sees that on their page."""
    db.execute(update(deliveries).where(deliveries.c.id == parcel.id).values(given_up_at=now))
    db.execute(update(ways).where(ways.c.id == parcel.way_id).values(failed_at=now))


def put_back(db: Connection, parcel: Parcel, retry_at: datetime) -> bool:
    """It has certainly not arrived: it waits again, and tells of what comes meanwhile.

    False where something has begun to wait there meanwhile: that tells of this as well, and this is gone.
    """
    mine = deliveries.c.id == parcel.id
    other = (deliveries.c.way_id == parcel.way_id, deliveries.c.what == parcel.what, deliveries.c.begun_at.is_(None))
    waiting = db.execute(select(deliveries.c.id).where(*other).with_for_update()).scalar_one_or_none()
    if waiting is None:
        db.execute(update(deliveries).where(mine).values(begun_at=None))
        return True
    db.execute(delete(deliveries).where(mine))
    if parcel.urgent:
        db.execute(update(deliveries).where(deliveries.c.id == waiting).values(urgent=True))
        pull_forward(db, key_of(JOB, waiting), retry_at)
    return False


def remove_of(db: Connection, way_ids: Iterable[str]) -> None:
    """Nothing is sent there any more, and nothing tells that something was."""
    of_ways = deliveries.c.way_id.in_(list(way_ids))
    keys = [key_of(JOB, one) for one in db.execute(select(deliveries.c.id).where(of_ways)).scalars()]
    db.execute(delete(due_work).where(due_work.c.key.in_(keys)))
    db.execute(delete(deliveries).where(of_ways))


def remove_ways(db: Connection, way_ids: Iterable[str]) -> None:
    """The ways themselves, with what was to be sent there."""
    listed = list(way_ids)
    remove_of(db, listed)
    db.execute(delete(ways).where(ways.c.id.in_(listed)))


def sweep(db: Connection, now: datetime) -> None:
    """Forgets what was delivered or given up a week ago."""
    ended = func.coalesce(deliveries.c.delivered_at, deliveries.c.given_up_at)
    db.execute(delete(deliveries).where(ended <= now - KEPT))


def counts(db: Connection) -> tuple[int, int]:
    """How many wait to be sent, and how many were given up within the last days."""
    open_ones = (deliveries.c.delivered_at.is_(None), deliveries.c.given_up_at.is_(None))
    waiting = db.execute(select(func.count()).select_from(deliveries).where(*open_ones)).scalar_one()
    lost = select(func.count()).select_from(deliveries).where(deliveries.c.given_up_at.is_not(None))
    return waiting, db.execute(lost).scalar_one()
