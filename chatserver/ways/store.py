"""Ways in the database. Every getter names whose they are."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.first_come import added
from chatserver.tables import codes_sent, quiet_hours, ways
from chatserver.ways.model import CODES_WITHIN, Way
from chatserver.ways.wire import QuietHours

_WAY: Final = tuple(ways.c[one.name] for one in fields(Way))


async def ways_of(db: AsyncConnection, account_id: str) -> list[Way]:
    """The person's own, the oldest first."""
    query = select(*_WAY).where(ways.c.account_id == account_id).order_by(ways.c.created_at, ways.c.id)
    return [Way(**row._asdict()) for row in await db.execute(query)]


async def mail_of(db: AsyncConnection, account_id: str) -> Way | None:
    """The person's mail address, locked until the commit: guesses at a code are counted one by one."""
    query = select(*_WAY).where(ways.c.account_id == account_id, ways.c.kind == "mail").with_for_update()
    row = (await db.execute(query)).first()
    return Way(**row._asdict()) if row else None


async def browser_at(db: AsyncConnection, address: str) -> Way | None:
    """Whoever's the browser is that the push service knows by this address: only it is told the address."""
    query = select(*_WAY).where(ways.c.address == address, ways.c.kind == "push").with_for_update()
    row = (await db.execute(query)).first()
    return Way(**row._asdict()) if row else None


async def add(db: AsyncConnection, way: Way) -> bool:
    """A new one; not where another has come first: one mail address for each person, one person for each browser."""
    return await added(db, ways, **asdict(way))


async def choose_language(db: AsyncConnection, way_id: str, language: str) -> None:
    """In which it is told from now on."""
    await db.execute(update(ways).where(ways.c.id == way_id).values(language=language))


async def confirm(db: AsyncConnection, way_id: str, now: datetime) -> None:
    """It is the person's own."""
    await db.execute(update(ways).where(ways.c.id == way_id).values(confirmed_at=now))


async def count_wrong(db: AsyncConnection, way_id: str) -> None:
    """One more wrong code."""
    await db.execute(update(ways).where(ways.c.id == way_id).values(wrong_codes=ways.c.wrong_codes + 1))


async def unconfirmed_before(db: AsyncConnection, before: datetime) -> list[str]:
    """Addresses that were entered before that and never confirmed."""
    query = select(ways.c.id).where(ways.c.confirmed_at.is_(None), ways.c.created_at <= before)
    return list((await db.execute(query)).scalars())


# -- codes


async def codes_of_account(db: AsyncConnection, account_id: str, now: datetime) -> int:
    """How many this person had sent within a day."""
    mine = (codes_sent.c.account_id == account_id, codes_sent.c.sent_at > now - CODES_WITHIN)
    return int((await db.execute(select(func.count()).select_from(codes_sent).where(*mine))).scalar_one())


async def codes_to(db: AsyncConnection, address_hash: bytes, now: datetime) -> int:
    """How many went to this address within a day."""
    there = (codes_sent.c.address_hash == address_hash, codes_sent.c.sent_at > now - CODES_WITHIN)
    return int((await db.execute(select(func.count()).select_from(codes_sent).where(*there))).scalar_one())


async def note_code(db: AsyncConnection, account_id: str, address_hash: bytes, now: datetime) -> None:
    """One more."""
    values = {"account_id": account_id, "address_hash": address_hash, "sent_at": now}
    await db.execute(insert(codes_sent).values(**values))


async def forget_codes(db: AsyncConnection, now: datetime) -> None:
    """Those that do not count any more."""
    await db.execute(delete(codes_sent).where(codes_sent.c.sent_at <= now - CODES_WITHIN))


# -- quiet hours


async def quiet_of(db: AsyncConnection, account_id: str) -> QuietHours | None:
    """The person's quiet hours, if they have any."""
    query = select(quiet_hours.c.begins, quiet_hours.c.ends).where(quiet_hours.c.account_id == account_id)
    row = (await db.execute(query)).first()
    return QuietHours(row.begins, row.ends) if row else None


async def keep_quiet(db: AsyncConnection, account_id: str, quiet: QuietHours | None) -> None:
    """These from now on, or none."""
    await db.execute(delete(quiet_hours).where(quiet_hours.c.account_id == account_id))
    if quiet is not None:
        values = {"account_id": account_id, "begins": quiet.begins, "ends": quiet.ends}
        await db.execute(insert(quiet_hours).values(**values))
