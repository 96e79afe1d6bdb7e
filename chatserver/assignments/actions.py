"""Asking a colleague to take what waits. No keys move: the colleague takes it, and the client sees who and why."""

from dataclasses import replace

from chatserver.absences import store as absences
from chatserver.assignments import store
from chatserver.assignments.model import check_assignable, check_latest
from chatserver.assignments.wire import Assign, Assigned
from chatserver.deps import Asker, Deps, work
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rosters.actions import coordinated_agency
from chatserver.threads import store as threads


async def assign(deps: Deps, asker: Asker, command: Assign) -> Assigned:
    """Asks a colleague on duty, or nobody any more. A repeat changes nothing and tells nobody again.

    Raises NotFound, AssignmentOutdated, NobodyMayStepIn, AssigneeUnfit, AssigneeAway.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        # Locked: whoever takes it at the same moment has done so before all of this or after.
        room = await rooms.room_of_agency(tx.db, command.room, agency.id)
        thread = await threads.thread_of_room(tx.db, room.id)
        if thread.handed_to == command.to:
            return Assigned(command.room, command.to)
        check_latest(thread, command.asked)
        if command.to is not None:
            staff, out = await absences.staff_at(tx.db, agency.id, now), await store.out_of_reach(tx.db, room.id)
            check_assignable(thread, command.to, staff=staff, out_of_reach=out, standby=room.standby)
            await tell_notice(tx, [command.to], "thread_handed", now=now, room=command.room)
        await threads.keep_thread(tx.db, replace(thread, handed_to=command.to))
        tx.record("assigned", now, by=asker.account_id, about=command.to or "")
    return Assigned(command.room, command.to)
