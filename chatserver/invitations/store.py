"""Invitations in the database: by their token, or as their agency's."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.first_come import added
from chatserver.invitations.model import Invitation
from chatserver.tables import accounts, invitations

_INVITATION = tuple(invitations.c[one.name] for one in fields(Invitation))


@dataclass(frozen=True, slots=True)
class Listed:
    """An invitation with what the account of whoever has accepted it shows."""

    invitation: Invitation
    name: str | None
    signing_key: bytes | None
    kem_statement: bytes | None


def _invitation(row: Any) -> Invitation:
    return Invitation(**{one.name: getattr(row, one.name) for one in fields(Invitation)})


async def invitation_by_token(db: AsyncConnection, token_hash: bytes, *, for_change: bool = False) -> Invitation | None:
    """The invitation of whoever holds the token. `for_change`: nobody else accepts it until the commit."""
    query = select(*_INVITATION).where(invitations.c.token_hash == token_hash)
    row = (await db.execute(query.with_for_update() if for_change else query)).first()
    return _invitation(row) if row else None


async def invitation_of_agency(db: AsyncConnection, invitation_id: str, agency_id: str) -> Invitation | None:
    """One of the agency's own."""
    mine = (invitations.c.id == invitation_id) & (invitations.c.agency_id == agency_id)
    row = (await db.execute(select(*_INVITATION).where(mine).with_for_update())).first()
    return _invitation(row) if row else None


async def waiting_invitations(db: AsyncConnection, agency_id: str) -> list[Listed]:
    """Those of the agency that nobody has certified yet, oldest first."""
    account = (accounts.c.name, accounts.c.signing_key, accounts.c.kem_statement)
    query = (
        select(*_INVITATION, *account)
        .outerjoin(accounts, accounts.c.id == invitations.c.account_id)
        .where(invitations.c.agency_id == agency_id, invitations.c.certified_at.is_(None))
        .order_by(invitations.c.created_at, invitations.c.id)
    )
    rows = await db.execute(query)
    return [Listed(_invitation(row), row.name, row.signing_key, row.kem_statement) for row in rows]


async def add_invitation(db: AsyncConnection, one: Invitation) -> bool:
    """A new invitation; False when there is one by that token already."""
    return await added(db, invitations, **{it.name: getattr(one, it.name) for it in fields(Invitation)})


async def keep_acceptance(db: AsyncConnection, one: Invitation) -> None:
    """Somebody has come; the link has done its work."""
    values = {name: getattr(one, name) for name in ("account_id", "roster_key", "proof", "accepted_at")}
    await db.execute(update(invitations).where(invitations.c.id == one.id).values(**values))


async def remove_expired(db: AsyncConnection, expired_before: datetime) -> None:
    """Links that hold no more since then: unused, or those by which somebody came who is certified.

    Whoever has come and waits goes on waiting: their proof is still needed.
    """
    over = invitations.c.account_id.is_(None) | invitations.c.certified_at.is_not(None)
    await db.execute(delete(invitations).where(invitations.c.expires_at <= expired_before, over))


async def remove_invitation(db: AsyncConnection, invitation_id: str) -> None:
    """The link is worth nothing any more."""
    await db.execute(delete(invitations).where(invitations.c.id == invitation_id))
