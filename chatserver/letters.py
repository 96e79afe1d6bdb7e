"""How an operator's command reaches a server that runs: as a file in its data folder, which it takes in by itself.

Only one process may write to the SQLite database (see data_folder.py). Whoever is on the machine and may write to the
folder is its operator.
"""

import asyncio
import os
from pathlib import Path
from typing import Final

from chatserver.config import ConfigInvalid
from chatserver.data_folder import PLANS

# A running server looks every second.
TAKEN_IN_SECONDS: Final = 15
LOOK_AGAIN_SECONDS: Final = 0.1


def leave(var: Path, name: str, content: bytes) -> Path:
    """Puts a letter where the server looks for it: whole or not at all, readable by its owner only."""
    folder = var / PLANS
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    unfinished = folder / f".{name}.part"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return path


async def until_taken_in(path: Path) -> None:
    """Waits until the server has taken the letter; takes it back if it does not. Raises ConfigInvalid then."""
    try:
        async with asyncio.timeout(TAKEN_IN_SECONDS):
            while _lies_there(path):  # noqa: ASYNC110  another process removes the file
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        raise ConfigInvalid(
            f"The server in {path.parent.parent} did not take it in. Stop it, or read its log, and try again."
        ) from None
    finally:
        _take_back(path)


def _lies_there(path: Path) -> bool:
    return path.exists()


def _take_back(path: Path) -> None:
    path.unlink(missing_ok=True)
