"""Who has declined what, in the database."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.declines.wire import DeclineReason
from chatserver.first_come import added
from chatserver.tables import declines


async def decline(db: AsyncConnection, room: str, account_id: str, reason: DeclineReason, at: datetime) -> bool:
    """Whether they had not declined it before."""
    return await added(db, declines, room=room, account_id=account_id, reason=reason, declined_at=at)
