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
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from redis.exceptions import RedisError
from socketio import AsyncServer
from sqlalchemy import update

from chatserver import cli, due_work, nouns, sqlite
from chatserver.backups import sqlite_copy
from chatserver.cli import main as sprechraum
from chatserver.deps import Deps, work
from chatserver.gathering import Gathering
from chatserver.ladders.model import Rung
from chatserver.ledger import Ledger
from chatserver.live import Sockets
from chatserver.messages import store
from chatserver.nodes.redis_line import RedisLine
from chatserver.tables import due_work as due_work_rows
from chatserver.threads import jobs as threads_jobs
from chatserver.threads import overdue
from chatserver.transport import answers, bodies, engine, outflow, punctual
from chatserver.transport.lean import LeanSocket
from chatserver.transport.sockets import SocketServer
from faults.careless import answers_unknown_names_at_once, believes_its_own_look
from faults.forgetful import use_forgetful_disk

LINGERS_S: Final = 0.05
CLAIMED_S: Final = 0.4
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


def trusts_its_lease() -> None:
    """Whoever has claimed a row does it, however long that was ago, and nothing notes that it was done before."""

    async def complete_all(db: Any, rows: Any, now: Any) -> Any:
        done = update(due_work_rows).where(due_work_rows.c.id.in_([row.id for row in rows]))
        await db.execute(done.values(done_at=now))
        return rows

    climbed = overdue.climbed

    async def again(db: Any, steps: Any, at: Any) -> Any:
        await climbed(db, steps, at)
        return set(steps)

    vars(threads_jobs)["complete_all"] = complete_all
    vars(overdue)["climbed"] = again


def marks_before_it_does() -> None:
    """What is begun is noted as done, in a transaction of its own."""
    complete_all = due_work.complete_all

    async def kept(_db: Any, rows: Any, _now: Any) -> Any:
        return rows

    async def climb(deps: Deps, rows: Any) -> None:
        async with work(deps) as tx:
            ours = await complete_all(tx.db, rows, deps.now())
        await asyncio.sleep(LINGERS_S)
        await threads_jobs.climb(deps, ours)

    vars(threads_jobs)["complete_all"] = kept
    nouns.JOBS.update(dict.fromkeys((one.value for one in Rung), due_work.Grouped(climb)))


def copies_the_file_alone() -> None:
    """As `cp` does: without the log of writes, in which the newest commits stand."""

    class Files(sqlite3.Connection):
        def backup(self, target: Any, **_: Any) -> None:
            for source, to in zip(
                self.execute("PRAGMA database_list"), target.execute("PRAGMA database_list"), strict=True
            ):
                Path(to[2]).write_bytes(Path(source[2]).read_bytes())

    connect = sqlite3.connect
    vars(sqlite_copy)["sqlite3"] = SimpleNamespace(
        connect=lambda *given, **more: connect(*given, factory=Files, **more), Error=sqlite3.Error
    )


def keeps_no_ledger() -> None:
    """Deletions are acknowledged, and stand in the database alone."""
    Ledger._write_down = lambda *_: None  # type: ignore[method-assign]


def forgets_what_is_late() -> None:
    """As many a scheduler does: what was missed is dropped."""
    claim = due_work.claim

    async def punctual(db: Any, now: Any, *owner: str, **which: Any) -> Any:
        rows = await claim(db, now, *owner, **which)
        late = [row for row in rows if row.due_at < now - timedelta(hours=1)]
        await due_work.complete_all(db, late, now)
        return [row for row in rows if row not in late]

    due_work.claim = punctual


def _synchronous(how: str) -> None:
    chosen: Any = tuple(f"synchronous={how}" if "synchronous" in one else one for one in sqlite._PRAGMAS)
    sqlite._PRAGMAS = chosen  # type: ignore[misc]


def forgetful_disk() -> None:
    """The database lies on a disk that shows what a power cut would leave of it."""
    use_forgetful_disk(Path("forgetful.so").resolve())


def short_leases() -> None:
    """Of four seconds, so that one that its holder has lost is soon another's."""
    due_work.LEASE = timedelta(seconds=4)  # type: ignore[misc]


def lingers_after_claiming() -> None:
    """So that whoever is stopped has mostly claimed what it has not begun. It signs with the name of its folder."""
    due_work.claim.__defaults__ = (Path.cwd().name,)
    do_group = due_work._do_group

    async def slowly(*given: Any) -> None:
        await asyncio.sleep(CLAIMED_S)
        await do_group(*given)

    vars(due_work)["_do_group"] = slowly


CONDITIONS: Final[dict[str, Callable[[], None]]] = {
    one.__name__: one for one in (forgetful_disk, lingers_after_claiming, short_leases)
}
BUGS: Final[dict[str, Callable[[], None]]] = {
    one.__name__: one
    for one in (
        acknowledges_before_the_commit,
        answers_unknown_names_at_once,
        believes_in_everybody,
        believes_its_own_look,
        blames_itself,
        comes_back_to_no_redis,
        copies_the_file_alone,
        drops_what_it_acknowledged,
        forgets_what_is_late,
        keeps_every_frame,
        keeps_no_ledger,
        leaves_pages_open,
        marks_before_it_does,
        never_syncs,
        reads_any_packet,
        stores_repeats_again,
        syncs_at_checkpoints_only,
        trusts_its_lease,
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
