"""A client who writes again is offered first to whoever counselled them; others see with whom they were, for a while.

It delays nothing: everybody on duty may take it at any time, and is reminded of it as of any other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.absences import store as absences
from chatserver.deps import Work
from chatserver.enquiries.wire import InboxLine
from chatserver.notices.actions import tell_notice
from chatserver.returns import store
from chatserver.threads.model import Thread

# A twelfth of the promise: four hours of 48.
FIRST_FOR: Final = 12


async def offer_to_earlier(tx: Work, thread: Thread, now: datetime, due_at: datetime) -> None:
    """The new enquiry is offered first to whoever of the agency counselled this client last. They are told so."""
    earlier = await store.earlier_counsellor(tx.db, thread)
    if earlier is None:
        return
    until = now + (due_at - now) / FIRST_FOR
    await store.add_return(tx.db, thread.room, earlier, until)
    await tell_notice(tx, [earlier], "client_returned", now=now, room=thread.room)


async def with_earlier(
    db: AsyncConnection, lines: Sequence[InboxLine], account_id: str, now: datetime
) -> list[InboxLine]:
    """New lines, with the earlier counsellor: they see that they know the client, others see who it was.

    Others only for a while, and not while that one is away or has declined it.
    """
    found = await store.returns_among(db, [one.room for one in lines])
    if not found:
        return list(lines)
    agency = next(iter(found.values())).agency_id
    away = (await absences.staff_at(db, agency, now)).away
    shown = []
    for line in lines:
        one = found.get(line.room)
        if one is not None and one.account_id == account_id:
            shown.append(structs.replace(line, known=True))
        elif one is not None and one.first_until > now and one.account_id not in away and not one.declined:
            shown.append(structs.replace(line, was_with=one.display_name, first_until=one.first_until))
        else:
            shown.append(line)
    return shown
