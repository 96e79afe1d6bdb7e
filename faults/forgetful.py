"""A disk that shows what a power cut would leave: a layer of C inside the very SQLite that the server uses.

Another SQLite, such as the one that comes with a package for such layers, would prove nothing about ours.
"""

import ctypes
import random
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("forgetful.c")
# Of a database: itself, its log of writes, its rollback journal.
FILES: Final = ("", "-wal", "-journal")
KEPT, UNSYNCED, FULL, BROKEN = ".kept", ".unsynced", ".full", ".broken"
SECTOR: Final = 512
_HEAD: Final = struct.Struct("=qq")
_CUT_OFF: Final = -1


class NotOurs(Exception):  # noqa: N818  named by what is the case
    """The layer lies in another SQLite than the one that Python has loaded."""


def build(into: Path) -> Path:
    """Compiles the layer. Raises CalledProcessError, FileNotFoundError without gcc or SQLite's header."""
    library = into / "forgetful.so"
    command = ["gcc", "-std=gnu11", "-Wall", "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
    subprocess.run([*command, "-lsqlite3", "-lpthread"], check=True)
    return library


def use_forgetful_disk(library: Path) -> None:
    """Every database of this process lies on such a disk from now on. Raises NotOurs, OSError."""
    layer = ctypes.CDLL(str(library))
    layer.forgetful_source_id.restype = ctypes.c_char_p
    with closing(sqlite3.connect(":memory:")) as db:
        ours = db.execute("SELECT sqlite_source_id()").fetchone()[0]
    theirs = layer.forgetful_source_id().decode("ascii")
    if ours != theirs:
        raise NotOurs(f"{theirs} is not {ours}")
    if layer.forgetful_disk() != sqlite3.SQLITE_OK:
        raise OSError("the layer was not taken")


def begin(database: Path) -> None:
    """What lies there now has reached the disk."""
    for suffix in FILES:
        for beside in (KEPT, UNSYNCED):
            database.with_name(database.name + suffix + beside).unlink(missing_ok=True)
    shutil.copyfile(database, database.with_name(database.name + KEPT))


def copy_disk(database: Path, into: Path) -> Path:
    """The disk as it is at this instant; whoever writes there must have been halted. The copy's database."""
    into.mkdir(exist_ok=True)
    for suffix in FILES:
        for beside in (KEPT, UNSYNCED):
            there = database.with_name(database.name + suffix + beside)
            copy = into / there.name
            copy.unlink(missing_ok=True)
            if there.exists():
                shutil.copyfile(there, copy)
    return into / database.name


def cut_power(database: Path, chance: random.Random) -> None:
    """What was synced, and of the rest what chance lets through: all, nothing, or some sectors in any order."""
    database.with_name(database.name + "-shm").unlink(missing_ok=True)
    share = chance.choice((0.0, 0.0, 1.0, chance.random()))
    for suffix in FILES:
        file = database.with_name(database.name + suffix)
        kept, unsynced = file.with_name(file.name + KEPT), file.with_name(file.name + UNSYNCED)
        file.unlink(missing_ok=True)
        if not kept.exists():
            continue
        _let_through(kept, unsynced.read_bytes() if unsynced.exists() else b"", chance, share)
        unsynced.write_bytes(b"")
        # An empty log or journal is none.
        if kept.stat().st_size or not suffix:
            shutil.copyfile(kept, file)


def _let_through(kept: Path, unsynced: bytes, chance: random.Random, share: float) -> None:
    with kept.open("r+b") as disk:
        for where, piece in _pieces(unsynced):
            if chance.random() >= share:
                continue
            if piece is None:
                disk.truncate(where)
            else:
                disk.seek(where)
                disk.write(piece)


def _pieces(unsynced: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Sectors of each write, in their order; None for a file that is cut off there."""
    at = 0
    while at + _HEAD.size <= len(unsynced):
        where, many = _HEAD.unpack_from(unsynced, at)
        at += _HEAD.size
        if many == _CUT_OFF:
            yield where, None
            continue
        content = unsynced[at : at + many]
        at += many
        first = SECTOR - where % SECTOR
        for begin_at, end_at in zip([0, *range(first, many, SECTOR)], [*range(first, many, SECTOR), many], strict=True):
            yield where + begin_at, content[begin_at:end_at]
