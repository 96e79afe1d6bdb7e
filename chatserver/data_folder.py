"""The folder where everything is kept. One process at a time may have it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from chatserver.config import ConfigInvalid

LOCK: Final = "lock"
IN_USE: Final = "Another Sprechraum works in the data folder {}. Stop that one, or choose another `var`."
DATABASE: Final = "sprechraum.sqlite3"
# Where an operator leaves plans for a server that is running.
PLANS: Final = "plans"
# What was ended for good (chatserver/ledger.py), unless the settings name another place.
LEDGER: Final = "ledger"
SECRETS: Final = ("server.secret", "pepper.secret")
# Where a demonstration puts the root keys of its agencies. A real installation has them on real paper.
PAPER: Final = "paper"


class FolderInUse(ConfigInvalid):
    """Another process has the folder."""


def make_data_folder(var: Path) -> None:
    """Makes the folder where everything is kept, for its owner only. Raises ConfigInvalid if that cannot be."""
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as reason:
        raise ConfigInvalid(f"The data folder {var} cannot be made: {reason.strerror}.") from reason
    if not os.access(var, os.W_OK | os.X_OK):
        raise ConfigInvalid(f"The data folder {var} cannot be written to. Change its owner, or choose another `var`.")


@contextmanager
def alone_in(var: Path, otherwise: str = IN_USE) -> Iterator[None]:
    """Keeps a second server out for as long as the block lasts. Raises FolderInUse when there is one already.

    Two would tell their pages of half the news each, and two processes that write can lose SQLite's log of writes.
    The lock goes with the process, however that ends; the empty file stays, because removing it would let two in.
    """
    try:
        handle = os.open(var / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as reason:
        raise ConfigInvalid(f"The folder {var} cannot be written to: {reason.strerror}.") from reason
    with os.fdopen(handle, "rb"):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(otherwise.format(var)) from None
        yield


def throw_away_demo(var: Path) -> None:
    """Removes what an earlier demonstration left, and nothing else. Raises ConfigInvalid for other data."""
    if (var / DATABASE).exists() and not (var / PAPER).is_dir():
        raise ConfigInvalid(f"What lies in {var} is no demonstration. Remove it yourself, or choose another `var`.")
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *SECRETS):
        (var / name).unlink(missing_ok=True)
    for folder in (PLANS, LEDGER):
        shutil.rmtree(var / folder, ignore_errors=True)
    # Last: a folder that is half empty is still known as a demonstration's.
    shutil.rmtree(var / PAPER, ignore_errors=True)
