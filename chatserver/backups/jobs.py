"""The ledger catches up with the database."""

from chatserver.backups.actions import write_down_all
from chatserver.deps import Deps


async def catch_up_ledger(deps: Deps) -> None:
    """A commit that was followed by no answer, because somebody was killed or the ledger's disk was full."""
    await write_down_all(deps)
