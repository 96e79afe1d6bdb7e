"""Bugs that the product does not have, and conditions that a machine seldom has.

A row that stays green with its bug in place judges nothing.

They are put into the started process from here; the product knows no switch for them.
"""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from chatserver import database
from chatserver.cli import main as sprechraum
from chatserver.gathering import Gathering
from chatserver.live import Sockets
from chatserver.messages import store
from chatserver.transport import answers
from faults.forgetful import use_forgetful_disk

LINGERS_S: Final = 0.05
# In the folder in which the server is started.
DATABASE_FILE: Final = "var/sprechraum.sqlite3"


def acknowledges_before_the_commit() -> None:
    """The answer goes out while the group is still on its way to the disk."""

    async def written(self: Any, run: Any, group: Any) -> Any:
        loop, now, items = asyncio.get_running_loop(), self._clock.now(), [one.item for one in group]

        def write(db: Any) -> Any:
            outcomes = self._write(db, now, items)
            loop.call_soon_threadsafe(self._answer, group, outcomes)
            time.sleep(LINGERS_S)
            return outcomes

        return await run(write)

    Gathering._written = written  # type: ignore[method-assign]


def stores_repeats_again() -> None:
    """The unique constraint is gone, and nobody looks whether a message is there already."""
    db = sqlite3.connect(DATABASE_FILE, isolation_level=None)
    db.executescript(
        "CREATE TABLE unguarded AS SELECT * FROM room_items;"
        "DROP TABLE room_items;"
        "ALTER TABLE unguarded RENAME TO room_items"
    )
    db.close()
    store._add_known = lambda *_: None


def leaves_pages_open() -> None:
    """Whoever is logged out is not cut off."""

    async def disconnect(_self: Sockets, session_id: str) -> None:
        pass

    Sockets.disconnect = disconnect  # type: ignore[assignment,method-assign]


def syncs_at_checkpoints_only() -> None:
    """`synchronous=NORMAL`: whole after a power cut, but without what was acknowledged since the last checkpoint."""
    _synchronous("NORMAL")


def never_syncs() -> None:
    """What is written where, and in which order, is left to the operating system."""
    _synchronous("OFF")


def blames_itself() -> None:
    """Whatever happens to the database is told as an error of the server."""
    vars(answers)["is_passing"] = lambda _: False


def _synchronous(how: str) -> None:
    chosen: Any = tuple(f"synchronous={how}" if "synchronous" in one else one for one in database._PRAGMAS)
    database._PRAGMAS = chosen  # type: ignore[misc]


def forgetful_disk() -> None:
    """The database lies on a disk that shows what a power cut would leave of it."""
    use_forgetful_disk(Path("forgetful.so").resolve())


CONDITIONS: Final[dict[str, Callable[[], None]]] = {"forgetful_disk": forgetful_disk}
BUGS: Final[dict[str, Callable[[], None]]] = {
    "acknowledges_before_the_commit": acknowledges_before_the_commit,
    "blames_itself": blames_itself,
    "leaves_pages_open": leaves_pages_open,
    "never_syncs": never_syncs,
    "stores_repeats_again": stores_repeats_again,
    "syncs_at_checkpoints_only": syncs_at_checkpoints_only,
}


def main() -> int:
    """`python -m faults.planted NAME,NAME command …`: as `sprechraum`, under these conditions and with these bugs."""
    for name in sys.argv[1].split(","):
        (CONDITIONS | BUGS)[name]()
    return sprechraum(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
