"""What can be refused at a glance: of many who want one slot, all but one come too late, and wait for each other."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, literal, or_, select
from sqlalchemy.engine import Dialect

from booking.errors import SlotTaken
from booking.model import State
from booking.tables import KEEPS_TIME, reservations
from booking.times import UtcDateTime
from booking.wishes import Wish

_INSTANT: Final = UtcDateTime()
_ROW = reservations.c
_TAKEN: Final = (
    select(literal(1))
    .where(
        _ROW.counsellor == bindparam("counsellor"),
        _ROW.starts_at == bindparam("starts_at"),
        _ROW.ends_at == bindparam("ends_at"),
        KEEPS_TIME,
        or_(_ROW.expires_at.is_(None), _ROW.expires_at > bindparam("now")),
        # A repeat gets its first answer, and a hold in the same thread may be the asker's own: both are looked at well.
        func.coalesce(_ROW.hold_request_id, "") != bindparam("request"),
        func.coalesce(_ROW.booking_request_id, "") != bindparam("request"),
        or_(_ROW.state != State.HELD.value, _ROW.thread != bindparam("thread")),
    )
    .limit(1)
)


# Looking at the parts of a statement takes SQLAlchemy ten times as long as the database takes to answer this one.
@lru_cache(maxsize=4)
def _made(dialect: Dialect) -> tuple[str, dict[str, Any], Sequence[str]]:
    made = _TAKEN.compile(dialect=dialect)
    return str(made), dict(made.params), tuple(made.positiontup or ())


# Those who want the same slot at the same moment share all three instants.
@lru_cache(maxsize=64)
def _as_kept(at: datetime, dialect: Dialect) -> Any:
    return _INSTANT.process_bind_param(at, dialect)


def refuse_taken(db: Connection, wish: Wish, *, request_id: str, now: datetime) -> None:
    """Raises SlotTaken when exactly this time is somebody else's. What passes is judged by all rules."""
    try:
        reserved = wish.kind.reserved_at(wish.starts_at)
    except OverflowError:
        # Beyond the end of all calendars: the rules say why not.
        return
    instants = {"starts_at": reserved.starts_at, "ends_at": reserved.ends_at, "now": now}
    told = {name: _as_kept(at, db.dialect) for name, at in instants.items()}
    statement, own, order = _made(db.dialect)
    values = own | told | {"counsellor": wish.counsellor, "request": request_id, "thread": wish.thread}
    if _first(db, statement, tuple(values[name] for name in order)) is not None:
        raise SlotTaken("starts_at")


def _first(db: Connection, statement: str, values: tuple[Any, ...]) -> Any:
    driver: Any = db.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.execute(statement, values).fetchone()
    return db.exec_driver_sql(statement, values).first()
