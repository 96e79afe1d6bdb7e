"""Consents in the database: one row each time that somebody agreed. The words lie beside them, to prove what it was."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.consents.model import Consent
from chatserver.first_come import added
from chatserver.operator_texts import OperatorText
from chatserver.tables import accounts, consent_texts, consents


async def newest_of(db: AsyncConnection, account_id: str) -> Consent | None:
    """The last time that this person agreed."""
    query = (
        select(consents.c.version, consents.c.given_at, consents.c.withdrawn_at)
        .where(consents.c.account_id == account_id)
        .order_by(consents.c.id.desc())
        .limit(1)
    )
    row = (await db.execute(query)).first()
    return Consent(*row) if row else None


async def lock(db: AsyncConnection, account_id: str) -> None:
    """Two pages of one person agree one after the other."""
    await db.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update())


async def add(db: AsyncConnection, account_id: str, text: OperatorText, now: datetime) -> None:
    """This person has agreed to these words."""
    await added(db, consent_texts, version=text.version, de=text.de, en=text.en, kept_at=now)
    values = {"account_id": account_id, "version": text.version, "given_at": now}
    await db.execute(insert(consents).values(**values))


async def withdraw(db: AsyncConnection, account_id: str, now: datetime) -> None:
    """Whatever they have agreed to, they do not any more."""
    still = (consents.c.account_id == account_id, consents.c.withdrawn_at.is_(None))
    await db.execute(update(consents).where(*still).values(withdrawn_at=now))
