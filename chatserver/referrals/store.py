"""Proposals and referrals in the database."""

from datetime import datetime

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.first_come import added
from chatserver.tables import proposals, referrals
from chatserver.threads.wire import ReferralReason


async def propose(db: AsyncConnection, room: str, account_id: str, reason: ReferralReason, at: datetime) -> bool:
    """Whether nothing was proposed to the client before that they have not decided."""
    return await added(db, proposals, room=room, account_id=account_id, reason=reason, proposed_at=at)


async def decide(db: AsyncConnection, room: str) -> str | None:
    """The client has decided; gives who had proposed it, if somebody had."""
    gone = delete(proposals).where(proposals.c.room == room).returning(proposals.c.account_id)
    return (await db.execute(gone)).scalar_one_or_none()


async def is_referred(db: AsyncConnection, room: str) -> bool:
    """Whether the client goes on elsewhere already."""
    return bool((await db.execute(select(exists().where(referrals.c.room == room)))).scalar())


async def refer(db: AsyncConnection, room: str, to_room: str, at: datetime) -> None:
    """From now on the conversation leads to another."""
    await db.execute(insert(referrals).values(room=room, to_room=to_room, referred_at=at))
