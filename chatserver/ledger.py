"""The ledger: what was ended for good, as sealed lines outside of the database and of its backups.

Whoever restores a backup brings back what was deleted since. From the ledger it is deleted once more before anybody is
let in (chatserver/backups). A line is a MAC under a key of this server's: by itself the ledger tells of nobody.
"""

import asyncio
import fcntl
import hmac
import os
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from chatserver.config import ConfigInvalid
from chatserver.database import DatabaseAway
from crypto.encoding import lp

FILE: Final = "gone.ledger"
ENDING: Final = "*.ledger"
SEAL: Final = re.compile(rb"[0-9a-f]{64}")
# What is left of a line that was being written when the machine stopped. Nobody was told that it is there.
TORN: Final = re.compile(rb"[0-9a-f]{0,63}")
_KEY_LABEL: Final = b"sprechraum/1 ledger key"

# A thread; an account; somebody who works here no more; an address or a browser that is told nothing any more; a second
# factor that opens nothing any more.
Kind = Literal["room", "user", "left", "way", "factor"]


class LedgerAway(DatabaseAway):
    """The ledger cannot be written: what must stand in it is acknowledged to nobody."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that must not come back with a backup."""

    kind: Kind
    id: str


class Ledger:
    """All ledgers of a folder, of which one grows. Several nodes may share the folder."""

    def __init__(self, folder: Path, server_secret: bytes) -> None:
        self._folder = folder
        self._key = hmac.digest(server_secret, lp(_KEY_LABEL), "sha256")
        self._lock = threading.Lock()
        self._known: set[str] = set()
        # The last deletion of the database that was compared with it.
        self.caught_up = 0

    def open(self) -> None:
        """Makes the folder, and reads what stands there. Raises ConfigInvalid."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._known = read_seals(self._folder)
        except OSError as reason:
            raise ConfigInvalid(f"The ledger {self._folder} cannot be used: {reason.strerror}.") from reason

    def holds(self, kind: Kind, subject: str) -> bool:
        """Whether that was ended once."""
        return bool(self._known) and self._seal(Ended(kind, subject)) in self._known

    async def write_down(self, ended: Sequence[Ended]) -> None:
        """Returns when it is on the disk. Raises LedgerAway."""
        # Begun, it is finished: whoever asked may have gone meanwhile.
        await asyncio.shield(asyncio.to_thread(self._write_down, ended))

    def _write_down(self, ended: Iterable[Ended]) -> None:
        with self._lock:
            fresh = {self._seal(one) for one in ended} - self._known
            if not fresh:
                return
            try:
                _append(self._folder / FILE, fresh)
            except OSError as reason:
                raise LedgerAway(str(reason)) from reason
            self._known |= fresh

    def _seal(self, one: Ended) -> str:
        return hmac.digest(self._key, lp(one.kind.encode(), one.id.encode()), "sha256").hex()


def read_seals(folder: Path) -> set[str]:
    """Every line of every ledger there. Raises ConfigInvalid where something else stands."""
    found = set[str]()
    for path in sorted(folder.glob(ENDING)):
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if SEAL.fullmatch(line):
                found.add(line.decode())
            elif not TORN.fullmatch(line):
                raise ConfigInvalid(f"{path}, line {number}: this is no ledger, or it is damaged. Use a copy of it.")
    return found


def _append(path: Path, seals: Iterable[str]) -> None:
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        lines = (b"\n" if torn else b"") + b"".join(f"{one}\n".encode() for one in sorted(seals))
        if os.write(handle, lines) != len(lines):
            raise OSError("only a part of it could be written")
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Names are on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
