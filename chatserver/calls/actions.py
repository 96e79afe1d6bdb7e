"""Passing signals on, and letting a room's people use the relay. Nothing is written down, by no one."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.calls import store
from chatserver.calls.model import check_signal, credentials_at
from chatserver.calls.wire import CallHeard, CallSaid, ReadRelay, Relay, SayCall
from chatserver.deps import Asker, Deps, look
from chatserver.errors import CallNotOpen, OthersOutOfReach
from chatserver.rooms import store as rooms
from chatserver.rooms.model import Seat


async def say_call(deps: Deps, asker: Asker, command: SayCall) -> CallSaid:
    """Passes a signal on to the room's other pages, at this moment or never.

    Raises NotFound, CallNotOpen, OthersOutOfReach, and what a broken or foreign signal raises (T38).
    """
    async with look(deps) as db:
        seat = await _seat(deps, db, command.room, asker)
        check_signal(command.signal, seat)
        people = await rooms.members_of(db, command.room)
    if not deps.announce.reaches(people):
        # Said into the dark, the page would wait for an answer that cannot come.
        raise OthersOutOfReach
    await deps.announce.tell(people, "call", CallHeard(command.room, command.signal), but=asker.connection)
    return CallSaid(command.room)


async def read_relay(deps: Deps, asker: Asker, command: ReadRelay) -> Relay:
    """What lets a page use the relay for a while. Raises NotFound, CallNotOpen, CallsNotSetUp."""
    async with look(deps) as db:
        await _seat(deps, db, command.room, asker)
    given = credentials_at(deps.config.turn_secret, deps.now())
    return Relay(list(deps.config.turn_urls), given.username, given.credential, given.expires_at)


async def _seat(deps: Deps, db: AsyncConnection, room: str, asker: Asker) -> Seat:
    # Deleted rooms and removed people have none: looked up each time.
    seat = await rooms.seat_of(db, room, asker.account_id)
    if not await store.may_be_called_in(db, room, deps.now()):
        raise CallNotOpen
    return seat
