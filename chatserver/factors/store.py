"""Second factors in the database. Whoever shows or changes one holds the account's row until the commit."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.factors.model import Factor, FactorId, Kind, Ticket, Tries
from chatserver.tables import accounts, factor_tickets, factor_tries, factors, provider_links, spare_codes

_FACTOR = tuple(factors.c[one.name] for one in fields(Factor))
_TICKET = tuple(factor_tickets.c[one.name] for one in fields(Ticket))


def _values(one: Factor | Ticket) -> dict[str, Any]:
    return {it.name: getattr(one, it.name) for it in fields(one)}


async def take_turns(db: AsyncConnection, account_id: str) -> None:
    """Two at once with the same code: the second waits, and finds it used."""
    await db.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update())


async def factors_of(db: AsyncConnection, account_id: str) -> list[Factor]:
    """A person's own, oldest first."""
    query = select(*_FACTOR).where(factors.c.account_id == account_id).order_by(factors.c.created_at, factors.c.id)
    rows = [row._asdict() for row in await db.execute(query)]
    return [Factor(**{**row, "kind": Kind(row["kind"]), "id": FactorId(row["id"])}) for row in rows]


async def add_factor(db: AsyncConnection, factor: Factor) -> None:
    """Another one."""
    await db.execute(insert(factors).values(**{**_values(factor), "kind": factor.kind.value}))


async def keep_use(db: AsyncConnection, factor: Factor) -> None:
    """It was shown."""
    values = {"counter": factor.counter, "used_at": factor.used_at}
    await db.execute(update(factors).where(factors.c.id == factor.id).values(**values))


async def remove_factor(db: AsyncConnection, factor_id: str, account_id: str) -> bool:
    """The person's own; False when there is none by that id."""
    own = (factors.c.id == factor_id) & (factors.c.account_id == account_id)
    return (await db.execute(delete(factors).where(own))).rowcount == 1


async def replace_spare_codes(db: AsyncConnection, account_id: str, hashes: Iterable[bytes]) -> None:
    """From now on these open, and none that did before."""
    await db.execute(delete(spare_codes).where(spare_codes.c.account_id == account_id))
    await db.execute(insert(spare_codes), [{"account_id": account_id, "hash": one} for one in hashes])


async def use_spare_code(db: AsyncConnection, account_id: str, spare_hash: bytes) -> bool:
    """Whether it opened; it does not again."""
    own = (spare_codes.c.account_id == account_id) & (spare_codes.c.hash == spare_hash)
    return (await db.execute(delete(spare_codes).where(own))).rowcount == 1


async def spare_codes_left(db: AsyncConnection, account_id: str) -> int:
    """How many still open."""
    query = select(func.count()).select_from(spare_codes).where(spare_codes.c.account_id == account_id)
    return int((await db.execute(query)).scalar_one())


async def add_ticket(db: AsyncConnection, ticket: Ticket) -> None:
    """Somebody is asked."""
    await db.execute(insert(factor_tickets).values(**_values(ticket)))


async def ticket_by_token(db: AsyncConnection, token_hash: bytes, now: datetime) -> Ticket | None:
    """That of whoever holds the token, while it lasts."""
    held = (factor_tickets.c.token_hash == token_hash) & (factor_tickets.c.expires_at > now)
    row = (await db.execute(select(*_TICKET).where(held))).first()
    return Ticket(**row._asdict()) if row else None


async def use_ticket(db: AsyncConnection, ticket: Ticket) -> bool:
    """Whether it was still there; of two at once one finds it."""
    gone = delete(factor_tickets).where(factor_tickets.c.token_hash == ticket.token_hash)
    return (await db.execute(gone)).rowcount == 1


async def remove_old_tickets(db: AsyncConnection, now: datetime) -> None:
    """Those that nobody can use any more."""
    await db.execute(delete(factor_tickets).where(factor_tickets.c.expires_at <= now))


async def tries_of(db: AsyncConnection, account_id: str) -> Tries | None:
    """Wrong codes of late."""
    query = select(factor_tries.c.wrong, factor_tries.c.since).where(factor_tries.c.account_id == account_id)
    row = (await db.execute(query)).first()
    return Tries(*row) if row else None


async def keep_tries(db: AsyncConnection, account_id: str, tries: Tries | None) -> None:
    """None: the right one was shown. The account's row is held, so nobody counts at the same time."""
    await db.execute(delete(factor_tries).where(factor_tries.c.account_id == account_id))
    if tries is not None:
        await db.execute(insert(factor_tries).values(account_id=account_id, wrong=tries.wrong, since=tries.since))


async def remove_all(db: AsyncConnection, account_id: str) -> None:
    """Everything besides the password: the next log-in sets up anew, and that one is by the password."""
    for table in (factors, spare_codes, factor_tickets, factor_tries, provider_links):
        await db.execute(delete(table).where(table.c.account_id == account_id))
