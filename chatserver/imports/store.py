"""Other calendars in the database. Addresses leave it sealed, for the job that reads them only."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.tables import calendars
from chatserver.first_come import added
from chatserver.imports.model import Import
from chatserver.tables import accounts, agencies, counsellors, imports

_COLUMNS: Final = tuple(imports.c[one.name] for one in fields(Import))


def _import(row: Row[Any]) -> Import:
    return Import(**row._asdict())


async def imports_of(db: AsyncConnection, account_id: str) -> list[Import]:
    """One's own, the oldest first."""
    query = select(*_COLUMNS).where(imports.c.account_id == account_id).order_by(imports.c.made_at, imports.c.id)
    return [_import(row) for row in await db.execute(query)]


async def import_of(db: AsyncConnection, account_id: str, import_id: str) -> Import | None:
    """One of one's own."""
    query = select(*_COLUMNS).where(imports.c.account_id == account_id, imports.c.id == import_id)
    row = (await db.execute(query)).first()
    return _import(row) if row else None


async def made_by_request(db: AsyncConnection, request_id: str) -> Import | None:
    """What this request has made before, whoever it was."""
    row = (await db.execute(select(*_COLUMNS).where(imports.c.request_id == request_id))).first()
    return _import(row) if row else None


async def add(db: AsyncConnection, one: Import, request_id: str, address_sealed: bytes | None) -> bool:
    """Whether it was added: not when the request was used before."""
    values = {"id": one.id, "account_id": one.account_id, "host": one.host, "made_at": one.made_at}
    return await added(db, imports, **values, request_id=request_id, address_sealed=address_sealed)


async def to_read(db: AsyncConnection, import_id: str) -> tuple[Import, bytes] | None:
    """A calendar with its sealed address; None for a file, and once its owner works here no more."""
    works = select(counsellors.c.account_id).where(counsellors.c.left_at.is_(None))
    active = select(accounts.c.id).where(accounts.c.disabled_at.is_(None))
    theirs = imports.c.account_id.in_(works) & imports.c.account_id.in_(active)
    query = select(imports.c.address_sealed, *_COLUMNS).where(imports.c.id == import_id, theirs)
    row = (await db.execute(query.where(imports.c.address_sealed.is_not(None)))).first()
    if row is None:
        return None
    values = row._asdict()
    sealed: bytes = values.pop("address_sealed")
    return Import(**values), sealed


async def zone_of_counsellor(db: AsyncConnection, account_id: str) -> str:
    """That of their calendar, else of their agency."""
    query = (
        select(func.coalesce(calendars.c.zone, agencies.c.zone))
        .select_from(counsellors)
        .join(agencies, agencies.c.id == counsellors.c.agency_id)
        .outerjoin(calendars, calendars.c.counsellor == counsellors.c.account_id)
        .where(counsellors.c.account_id == account_id)
    )
    return str((await db.execute(query)).scalar_one())


async def mark_read(
    db: AsyncConnection, import_id: str, *, times: int, left_out: int, told: bytes, at: datetime
) -> None:
    """It was read, and says so much."""
    values = {"times": times, "left_out": left_out, "told": told, "read_at": at}
    await _set(db, import_id, **values, failures=0, failure=None, failed_at=None)


async def mark_failed(db: AsyncConnection, one: Import, failure: str, at: datetime) -> None:
    """It could not be read; what it said before still holds."""
    await _set(db, one.id, failures=one.failures + 1, failure=failure, failed_at=at)


async def _set(db: AsyncConnection, import_id: str, **values: Any) -> None:
    await db.execute(update(imports).where(imports.c.id == import_id).values(**values))


async def drop(db: AsyncConnection, import_id: str) -> None:
    """It is read no more."""
    await db.execute(delete(imports).where(imports.c.id == import_id))


async def pass_on(db: AsyncConnection, account_id: str, to: str) -> None:
    """The same person under a new account."""
    await db.execute(update(imports).where(imports.c.account_id == account_id).values(account_id=to))
