"""Not taking an enquiry, for a reason."""

from chatserver.agencies import store as agencies
from chatserver.declines import store
from chatserver.declines.wire import Declined, DeclineEnquiry
from chatserver.deps import Asker, Deps, work
from chatserver.errors import EnquiryTaken
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.threads import store as threads
from chatserver.threads.model import ThreadState


async def decline_enquiry(deps: Deps, asker: Asker, command: DeclineEnquiry) -> Declined:
    """It is offered to the others on duty only, as long as one of them is left. The promise goes on; a repeat is quiet.

    Raises NotFound, EnquiryTaken.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency_id = (await threads.thread_for_duty(tx.db, command.room, asker.account_id)).agency_id
        await rooms.room_of_agency(tx.db, command.room, agency_id)
        # Read under the lock of the room, for which a colleague may have come first.
        thread = await threads.thread_for_duty(tx.db, command.room, asker.account_id)
        if thread.state is not ThreadState.NEW:
            raise EnquiryTaken
        if await store.decline(tx.db, command.room, asker.account_id, command.reason, now):
            to = await agencies.coordinators(tx.db, agency_id)
            await tell_notice(tx, to, "enquiry_declined", now=now, room=command.room)
    return Declined(command.room)
