"""Planned agencies in the database."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.first_come import added
from chatserver.foundings.model import Founding, Plan
from chatserver.tables import agencies, foundings


def _founding(row: Row[Any]) -> Founding:
    values = row._asdict()
    return Founding(**{**values, "plan": msgspec.json.decode(values["plan"], type=Plan)})


async def founding_by_token(db: AsyncConnection, token_hash: bytes, *, for_change: bool = False) -> Founding | None:
    """The plan of whoever holds the token. `for_change`: nobody else founds it until the commit."""
    query = select(foundings).where(foundings.c.token_hash == token_hash)
    row = (await db.execute(query.with_for_update() if for_change else query)).first()
    return _founding(row) if row else None


async def foundings_listed(db: AsyncConnection) -> list[Founding]:
    """Every plan, oldest first."""
    return [_founding(row) for row in await db.execute(select(foundings).order_by(foundings.c.created_at))]


async def agency_names(db: AsyncConnection) -> dict[str, str]:
    """The agencies that exist, by id."""
    query = select(agencies.c.id, agencies.c.name).order_by(agencies.c.name)
    return {row.id: row.name for row in await db.execute(query)}


async def add_founding(db: AsyncConnection, one: Founding) -> bool:
    """A new plan; False when it is there already."""
    plan = msgspec.json.encode(one.plan).decode("utf-8")
    values = {name: getattr(one, name) for name in ("id", "token_hash", "created_at", "expires_at", "agency_id")}
    return await added(db, foundings, **values, plan=plan)


async def remove_expired(db: AsyncConnection, expired_before: datetime) -> None:
    """Plans whose link holds no more since then, founded or not; what was founded needs its plan no more."""
    await db.execute(delete(foundings).where(foundings.c.expires_at <= expired_before))


async def mark_founded(db: AsyncConnection, founding_id: str, agency_id: str) -> None:
    """The link has done its work."""
    await db.execute(update(foundings).where(foundings.c.id == founding_id).values(agency_id=agency_id))
