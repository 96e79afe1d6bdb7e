"""Reading a sealed room that waits for somebody to step in, and stepping in: one wins, and the client is told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.agencies import store as agencies
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.enquiries.wire import EnquiryGone
from chatserver.errors import EnquiryTaken, NotFound
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import Entered, accept_commit, shown
from chatserver.rooms.model import Room, Sender
from chatserver.takeovers.wire import ReadSealed, SealedRoom, TakenOver, TakeOver
from chatserver.threads import store as threads
from chatserver.threads.actions import stand_ins_for, tell_clock
from chatserver.threads.model import StandIn, Thread
from crypto import Takeover, fingerprint_of, item_id, read_commit
from crypto.errors import CommitNotAllowed, CryptoRefusal


async def read_sealed(deps: Deps, asker: Asker, command: ReadSealed) -> SealedRoom:
    """A room that this colleague on duty may take over now, still sealed. Raises NotFound."""
    async with look(deps) as db:
        stand_in = await _stand_in(db, command.room, asker, deps.now())
        return SealedRoom(
            room=command.room,
            topic=stand_in.thread.topic,
            agency=stand_in.thread.agency_id,
            counsellor_name=stand_in.counsellor_name,
            reason=stand_in.reasons[0],
            room_share=await rooms.share_of(db, command.room),
            last_position=await rooms.last_position(db, command.room),
            items=[shown(item) for item in await rooms.items_after(db, command.room, command.after, command.limit)],
        )


async def _stand_in(db: AsyncConnection, room: str, asker: Asker, now: datetime) -> StandIn:
    found = await stand_ins_for(db, asker.account_id, now, room)
    if not found:
        raise NotFound
    return found[0]


async def take_over(deps: Deps, asker: Asker, command: TakeOver) -> TakenOver:
    """The colleague joins by a commit that names the reason. One wins; a repeat gets the first answer.

    The promise goes on: only an answer keeps it. Raises NotFound, EnquiryTaken, and what the protocol refuses.
    """
    async with work(deps) as tx:
        agency_id = (await threads.thread_for_duty(tx.db, command.room, asker.account_id)).agency_id
        room = await rooms.room_of_agency(tx.db, command.room, agency_id)
        first = await rooms.item_with_id(tx.db, room.id, item_id(command.commit))
        if first is not None and first.sender_id == asker.account_id:
            return TakenOver(room.id, first.position, first.stored_at)
        # Read under the lock of the room, for which a colleague may have come first.
        now = deps.now()
        found = await stand_ins_for(tx.db, asker.account_id, now, room.id)
        if not found:
            raise EnquiryTaken if _came_too_late(command.commit, room) else NotFound
        reasons = [one.reason for one in read_commit(command.commit).changes if isinstance(one, Takeover)]
        if len(reasons) != 1 or reasons[0] not in found[0].reasons:
            # The client is told this word: it must be the case.
            raise CommitNotAllowed
        entered = await accept_commit(tx, room, await _sender(tx.db, asker), command.commit, now)
        await _keep(tx, found[0].thread, entered, asker, now)
    return TakenOver(room.id, entered.item.position, entered.item.stored_at)


def _came_too_late(entry: bytes, room: Room) -> bool:
    """Whether the room has changed since the commit was made: a colleague was quicker."""
    try:
        return read_commit(entry).log_prev != room.log_head
    except CryptoRefusal:
        return False


async def _sender(db: AsyncConnection, asker: Asker) -> Sender:
    account = await accounts.account_by_id(db, asker.account_id)
    if account is None:
        raise NotFound
    return Sender(account.id, fingerprint_of(account.signing_key))


async def _keep(tx: Work, thread: Thread, entered: Entered, asker: Asker, now: datetime) -> None:
    if entered.joined != {asker.account_id} or entered.dismissed or entered.log.closed:
        # Stepping in is joining, alone; the one who is away stays, and whom the roster revokes goes (T10).
        raise CommitNotAllowed
    taken = thread.taken(asker.account_id, now)
    await threads.keep_thread(tx.db, taken)
    tx.record("taken_over", now, by=asker.account_id, about=thread.counsellor_id or "")
    told = {thread.client_id, thread.counsellor_id} - {asker.account_id, None} - entered.left
    await tell_notice(tx, sorted(one for one in told if one), "taken_over", now=now, room=thread.room)
    tx.tell(await agencies.on_duty(tx.db, thread.agency_id), "enquiry_gone", EnquiryGone(thread.room))
    await tell_clock(tx, taken, await threads.running_clock(tx.db, thread.room))
