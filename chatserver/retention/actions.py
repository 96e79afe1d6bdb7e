"""Seeing and deciding how long an agency keeps conversations."""

from chatserver.deps import Asker, Deps, look, work
from chatserver.retention import store
from chatserver.retention.wire import KeepRetention, ReadRetention, Retention
from chatserver.rosters.actions import coordinated_agency, own_agency


async def read_retention(deps: Deps, asker: Asker, command: ReadRetention) -> Retention:
    """One's own agency's. Raises NotFound."""
    async with look(deps) as db:
        return Retention(await store.months_of(db, (await own_agency(db, asker)).id))


async def keep_retention(deps: Deps, asker: Asker, command: KeepRetention) -> Retention:
    """Nothing goes at once: whatever is old enough by now is announced first. Raises NotFound."""
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        await store.keep_months(tx.db, agency.id, command.months)
        tx.record("retention_changed", deps.now(), by=asker.account_id)
    return Retention(command.months)
