"""Journeys and links in the database."""

from dataclasses import fields
from datetime import datetime
from secrets import token_hex

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.errors import IdentityTaken
from chatserver.first_come import added
from chatserver.providers.model import Identity, Journey
from chatserver.tables import provider_journeys, provider_links


async def add_journey(db: AsyncConnection, journey: Journey) -> None:
    """Somebody sets out."""
    values = {one.name: getattr(journey, one.name) for one in fields(Journey)}
    await db.execute(provider_journeys.insert().values(**values))


async def end_journey(db: AsyncConnection, state_hash: bytes, browser_hash: bytes, now: datetime) -> Journey | None:
    """Of whoever has both, while it lasts. It is over by that: of two at once one finds it."""
    both = (provider_journeys.c.state_hash == state_hash) & (provider_journeys.c.browser_hash == browser_hash)
    held = both & (provider_journeys.c.expires_at > now)
    row = (await db.execute(delete(provider_journeys).where(held).returning(*provider_journeys.c))).first()
    return Journey(**row._asdict()) if row else None


async def remove_old_journeys(db: AsyncConnection, now: datetime) -> None:
    """Those from which nobody comes back any more."""
    await db.execute(delete(provider_journeys).where(provider_journeys.c.expires_at <= now))


async def account_linked(db: AsyncConnection, identity: Identity) -> str | None:
    """Whose account it opens."""
    same = (provider_links.c.issuer == identity.issuer) & (provider_links.c.subject == identity.subject)
    found: str | None = (await db.execute(select(provider_links.c.account_id).where(same))).scalar_one_or_none()
    return found


async def link(db: AsyncConnection, account_id: str, identity: Identity, now: datetime) -> None:
    """From now on it opens this account. Raises IdentityTaken for one that opens another."""
    values = {"issuer": identity.issuer, "subject": identity.subject, "linked_at": now}
    if not await added(db, provider_links, id=token_hex(16), account_id=account_id, **values):
        raise IdentityTaken


async def linked_at(db: AsyncConnection, account_id: str, issuer: str) -> datetime | None:
    """Since when there is one of this provider's."""
    own = (provider_links.c.account_id == account_id) & (provider_links.c.issuer == issuer)
    found: datetime | None = (await db.execute(select(provider_links.c.linked_at).where(own))).scalar_one_or_none()
    return found


async def unlink(db: AsyncConnection, account_id: str) -> list[str]:
    """None opens this account any more, of whichever provider. Names them, for the ledger."""
    own = provider_links.c.account_id == account_id
    return list((await db.execute(delete(provider_links).where(own).returning(provider_links.c.id))).scalars())
