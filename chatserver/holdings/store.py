"""Reading what is held about a person: themselves, and the identities that they had before."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.holdings.kinds import Kind
from chatserver.holdings.model import written
from chatserver.tables import accounts


async def ids_of(db: AsyncConnection, account_id: str) -> list[str]:
    """The person's account, and those that it has replaced."""
    found, left = list[str](), [account_id]
    while left:
        found += left
        left = list((await db.execute(select(accounts.c.id).where(accounts.c.renewed_as.in_(left)))).scalars())
    return found


async def account_of(db: AsyncConnection, account_id: str) -> tuple[str, str] | None:
    """Name and role."""
    row = (await db.execute(select(accounts.c.name, accounts.c.role).where(accounts.c.id == account_id))).first()
    return (row.name, row.role) if row else None


async def rows_of(db: AsyncConnection, kind: Kind, ids: list[str]) -> list[list[str | None]]:
    """All rows, in the order of their keys."""
    columns = [kind.table.c[name] for name in kind.told]
    query = select(*columns).where(kind.mine(ids)).order_by(*kind.table.primary_key.columns)
    return [[written(value) for value in row] for row in await db.execute(query)]
