"""Calling the whole agency to a thread in which a life is in danger, and writing down what is to be done then."""

from chatserver.dangers import store
from chatserver.dangers.wire import KeepProcedure, MarkDanger, Procedure, ReadProcedure
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import NotFound
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rosters.actions import coordinated_agency, own_agency
from chatserver.threads import store as threads
from chatserver.threads.wire import Thread


async def mark_danger(deps: Deps, asker: Asker, command: MarkDanger) -> Thread:
    """By a counsellor in the room. It goes to the top for everybody at the agency; a repeat changes nothing.

    The server sees the mark: it says something about the client, and is worth that. Raises NotFound.
    """
    now = deps.now()
    async with work(deps) as tx:
        seat = await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        if seat.role != "counsellor":
            raise NotFound
        thread = await threads.thread_for_member(tx.db, command.room, asker.account_id)
        if not command.there:
            await store.unmark(tx.db, command.room)
        elif await store.mark(tx.db, command.room, asker.account_id, now):
            to = [one for one in await store.certified_at(tx.db, thread.agency_id) if one != asker.account_id]
            await tell_notice(tx, to, "life_in_danger", now=now, room=command.room)
        (shown,) = await threads.shown_threads(tx.db, asker.account_id, command.room)
    return shown


async def read_procedure(deps: Deps, asker: Asker, command: ReadProcedure) -> Procedure:
    """One's own agency's. Raises NotFound."""
    async with look(deps) as db:
        return await store.procedure_of(db, (await own_agency(db, asker)).id)


async def keep_procedure(deps: Deps, asker: Asker, command: KeepProcedure) -> Procedure:
    """What everybody at one's own agency is shown from now on. Raises NotFound."""
    kept = Procedure(command.de.strip(), command.en.strip())
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        await store.keep_procedure(tx.db, agency.id, kept)
        tx.record("procedure_changed", deps.now(), by=asker.account_id)
    return kept
