"""Seeing and changing when an agency's people hear that somebody still waits."""

from chatserver.deps import Asker, Deps, look, work
from chatserver.ladders import store
from chatserver.ladders.model import Ladder
from chatserver.ladders.wire import KeepLadder, ReadLadder
from chatserver.ladders.wire import Ladder as ShownLadder
from chatserver.rosters.actions import coordinated_agency, own_agency


async def read_ladder(deps: Deps, asker: Asker, command: ReadLadder) -> ShownLadder:
    """One's own agency's. Raises NotFound."""
    async with look(deps) as db:
        agency = await own_agency(db, asker)
        return _shown(await store.ladder_of(db, agency.id))


async def keep_ladder(deps: Deps, asker: Asker, command: KeepLadder) -> ShownLadder:
    """For promises that begin from now on, and for rungs of running ones that are not planned yet.

    The promises themselves stay as they are. Raises NotFound, LadderInvalid.
    """
    ladder = Ladder(command.remind_hours, command.escalate_hours, command.warn_hours)
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        await store.keep_ladder(tx.db, agency.id, ladder)
        tx.record("ladder_changed", deps.now(), by=asker.account_id)
    return _shown(ladder)


def _shown(one: Ladder) -> ShownLadder:
    return ShownLadder(one.remind_hours, one.escalate_hours, one.warn_hours)
