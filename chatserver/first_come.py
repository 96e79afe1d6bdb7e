"""Of two at once one comes first, and the database says which.

Looking beforehand whether a name is free proves nothing: on PostgreSQL two look at the same moment, and both find it
free. So whatever must be there once is inserted like this, and the refusal follows from the answer, on both databases.
"""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def added(db: AsyncConnection, table: Table, **values: Any) -> bool:
    """Adds a row, and says whether it did: not when any unique column has its value already.

    Waits for whoever is adding the same right now; should they fail, this one is added.
    """
    into = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    return (await db.execute(into(table).values(**values).on_conflict_do_nothing())).rowcount == 1
