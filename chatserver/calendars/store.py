"""Addresses of feeds. Whoever knows the token reads, so only its hash is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.tables import accounts, calendar_feeds, counsellors


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose appointments are read there."""

    account_id: str
    language: str
    made_at: datetime


async def keep_feed(db: AsyncConnection, feed: Feed, token_hash: bytes) -> None:
    """In place of one that was there."""
    await drop_feed(db, feed.account_id)
    values = {"account_id": feed.account_id, "language": feed.language, "made_at": feed.made_at}
    await db.execute(insert(calendar_feeds).values(**values, token_hash=token_hash))


async def drop_feed(db: AsyncConnection, account_id: str) -> None:
    """The address leads nowhere from now on."""
    await db.execute(delete(calendar_feeds).where(calendar_feeds.c.account_id == account_id))


async def feed_of(db: AsyncConnection, account_id: str) -> Feed | None:
    """One's own."""
    return await _one(db, calendar_feeds.c.account_id == account_id)


async def feed_by_token(db: AsyncConnection, token_hash: bytes) -> Feed | None:
    """For whoever knows the token; none once its owner has left."""
    works = select(counsellors.c.account_id).where(counsellors.c.left_at.is_(None))
    active = select(accounts.c.id).where(accounts.c.disabled_at.is_(None))
    mine = calendar_feeds.c.account_id
    return await _one(db, calendar_feeds.c.token_hash == token_hash, mine.in_(works), mine.in_(active))


async def _one(db: AsyncConnection, *where: ColumnElement[bool]) -> Feed | None:
    table = calendar_feeds.c
    query = select(table.account_id, table.language, table.made_at).where(*where)
    row = (await db.execute(query)).first()
    return Feed(*row) if row else None
