"""Ending once more what a backup has brought back: nobody is let in before."""

from dataclasses import dataclass, replace
from datetime import datetime

from chatserver.accounts import store as accounts
from chatserver.backups import store
from chatserver.backups.marks import marked, unmark
from chatserver.deletions.actions import erase_account, erase_room
from chatserver.deliveries.actions import forget_ways
from chatserver.deps import Deps, Work, look, work
from chatserver.ledger import Ledger
from chatserver.live import Sockets
from chatserver.logs import log


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What stands in the database although the ledger says that it was ended; ids."""

    rooms: list[str]
    users: list[str]
    left: list[str]
    ways: list[str]
    factors: list[str]

    @property
    def is_old(self) -> bool:
        """Whether this is a database from before: an address alone may also stand there after a commit that failed."""
        return bool(self.rooms or self.users or self.left)


async def end_once_more(deps: Deps) -> None:
    """Before a server listens: what the ledger names is ended, whoever put an old database in place, and however.

    In an old database sessions and links that are over may be open again, and nobody can tell which: all end.
    """
    ledger = deps.ledger
    if ledger is None:
        return
    deps = replace(deps, announce=Sockets())
    restored = marked(deps.config.var) is not None
    async with look(deps) as db:
        found = await _brought_back(ledger, await store.standing(db))
    if restored or found.is_old or found.ways or found.factors:
        found = await _end(deps, ledger, restored=restored)
    await write_down_all(deps)
    if restored or found.is_old:
        log.warning("ledger_replayed", count=len(found.rooms) + len(found.users) + len(found.left))
    if restored:
        unmark(deps.config.var)


async def write_down_all(deps: Deps) -> None:
    """What was ended and does not stand in the ledger yet, because a process was killed between commit and answer."""
    if deps.ledger is None:
        return
    async with look(deps) as db:
        ended, last = await store.ended_after(db, deps.ledger.caught_up)
    await deps.ledger.write_down(ended)
    deps.ledger.caught_up = last


async def _end(deps: Deps, ledger: Ledger, *, restored: bool) -> BroughtBack:
    now = deps.now()
    async with work(deps) as tx:
        # Looked for only now: of two nodes that start at once the second finds nothing any more.
        await store.one_at_a_time(tx.db)
        found = await _brought_back(ledger, await store.standing(tx.db))
        for room in found.rooms:
            await erase_room(tx, deps, room, now)
        for user in found.users:
            await erase_account(tx, deps, user, now)
        await _shut_out(tx, found.left, now)
        await forget_ways(tx, found.ways)
        await store.forget_factors(tx.db, found.factors)
        if restored or found.is_old:
            await store.end_what_may_be_over(tx.db)
    return found


async def _shut_out(tx: Work, left: list[str], now: datetime) -> None:
    for account in left:
        await accounts.disable(tx.db, account, now)
        await store.mark_left(tx.db, account, now)


async def _brought_back(ledger: Ledger, standing: store.Standing) -> BroughtBack:
    return BroughtBack(
        rooms=[one for one in standing.rooms if ledger.holds("room", one)],
        users=[one for one in standing.users if ledger.holds("user", one)],
        left=[one for one in standing.staff if ledger.holds("left", one)],
        ways=[one for one in standing.ways if ledger.holds("way", one)],
        factors=[one for one in standing.factors if ledger.holds("factor", one)],
    )
