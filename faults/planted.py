"""Bugs that the product does not have, and conditions that a machine seldom has.

A row that stays green with its bug in place judges nothing.

They are put into the started process from here; the product knows no switch for them.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from redis.exceptions import RedisError
from socketio import AsyncServer

from chatserver import cli, sqlite
from chatserver.cli import main as sprechraum
from chatserver.gathering import Gathering
from chatserver.live import Sockets
from chatserver.messages import store
from chatserver.nodes.redis_line import RedisLine
from chatserver.transport import answers, bodies, engine, outflow, punctual
from chatserver.transport.lean import LeanSocket
from chatserver.transport.sockets import SocketServer
from faults.forgetful import use_forgetful_disk

LINGERS_S: Final = 0.05
KEPT_OF_EACH: Final = 256 * 1024
# In the folder in which the server is started.
DATABASE_FILE: Final = "var/sprechraum.sqlite3"


class Rehearsed(Exception):  # noqa: N818  named by what is the case
    """The group was written, to see what comes of it, and is taken back."""


def acknowledges_before_the_commit() -> None:
    """The answer goes out while the group is still on its way to the disk."""

    async def written(self: Any, run: Any, group: Any) -> Any:
        now, items, outcomes = self._clock.now(), [one.item for one in group], list[Any]()

        def rehearse(db: Any) -> None:
            outcomes.extend(self._write(db, now, items))
            raise Rehearsed

        with suppress(Rehearsed):
            await run(rehearse)
        self._answer(group, outcomes)
        await asyncio.sleep(LINGERS_S)
        return await run(lambda db: self._write(db, now, items))

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


def reads_any_packet() -> None:
    """What cannot be read is no reason to end a connection."""

    async def read(self: SocketServer, engine_sid: str, data: Any) -> None:
        await AsyncServer._handle_eio_message(self, engine_sid, data)

    SocketServer._handle_eio_message = read  # type: ignore[method-assign]


def keeps_every_frame() -> None:
    """A list that only grows."""
    kept, before = list[bytes](), vars(engine)["well_formed"]

    def well_formed(frame: str) -> bool:
        kept.append(b"x" * KEPT_OF_EACH)
        return bool(before(frame))

    vars(engine)["well_formed"] = well_formed


def believes_in_everybody() -> None:
    """Nobody is ever gone, and nobody has fallen too far behind."""
    LeanSocket.over = lambda *_: False  # type: ignore[method-assign]
    vars(outflow).update(LARGEST_QUEUE=2**40, LONGEST_QUEUE=2**40)


def waits_for_ever() -> None:
    """A head and a body may take as long as they like."""
    vars(punctual)["HEAD_WITHIN_SECONDS"] = vars(bodies)["WITHIN_SECONDS"] = 3600


def drops_what_it_acknowledged() -> None:
    """Told to end, it is gone at once, with what it had said was stored."""
    acknowledges_before_the_commit()

    async def until_stopped() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, os._exit, 0)
        await asyncio.Event().wait()

    cli._until_stopped = until_stopped


def waits_for_its_pages() -> None:
    """Told to end, it waits until everybody has left by themselves."""

    async def close(self: Sockets) -> None:
        while self._pages:
            await asyncio.sleep(0.1)

    Sockets.close = close  # type: ignore[method-assign]


def comes_back_to_no_redis() -> None:
    """Whoever has lost Redis once does without."""

    async def listen_on(self: RedisLine) -> None:
        with suppress(RedisError, OSError, TimeoutError):
            await self._listen()

    RedisLine._listen_on = listen_on  # type: ignore[method-assign]


def _synchronous(how: str) -> None:
    chosen: Any = tuple(f"synchronous={how}" if "synchronous" in one else one for one in sqlite._PRAGMAS)
    sqlite._PRAGMAS = chosen  # type: ignore[misc]


def forgetful_disk() -> None:
    """The database lies on a disk that shows what a power cut would leave of it."""
    use_forgetful_disk(Path("forgetful.so").resolve())


CONDITIONS: Final[dict[str, Callable[[], None]]] = {"forgetful_disk": forgetful_disk}
BUGS: Final[dict[str, Callable[[], None]]] = {
    one.__name__: one
    for one in (
        acknowledges_before_the_commit,
        believes_in_everybody,
        blames_itself,
        comes_back_to_no_redis,
        drops_what_it_acknowledged,
        keeps_every_frame,
        leaves_pages_open,
        never_syncs,
        reads_any_packet,
        stores_repeats_again,
        syncs_at_checkpoints_only,
        waits_for_ever,
        waits_for_its_pages,
    )
}


def main() -> int:
    """`python -m faults.planted NAME,NAME command …`: as `sprechraum`, under these conditions and with these bugs."""
    for name in sys.argv[1].split(","):
        (CONDITIONS | BUGS)[name]()
    return sprechraum(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
