"""Everything that is held about whoever asks, in one moment of the database."""

from chatserver.deps import Asker, Deps, look
from chatserver.errors import SessionExpired
from chatserver.holdings import store
from chatserver.holdings.kinds import kinds_for
from chatserver.holdings.wire import Held, Holdings, ReadHoldings


async def read_holdings(deps: Deps, asker: Asker, command: ReadHoldings) -> Holdings:
    """One's own, also under the identities that one had before. Raises SessionExpired."""
    async with look(deps) as db:
        account = await store.account_of(db, asker.account_id)
        if account is None:
            raise SessionExpired
        name, role = account
        ids = await store.ids_of(db, asker.account_id)
        held = [Held(kind.name, list(kind.told), await store.rows_of(db, kind, ids)) for kind in kinds_for(role)]
    return Holdings(asker.account_id, name, role, deps.now(), [one for one in held if one.rows])
