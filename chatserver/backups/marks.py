"""What a restore leaves in the data folder until it is over, so that nobody is let in before."""

import json
import os
from pathlib import Path
from typing import Final, Literal

from chatserver.config import ConfigInvalid
from chatserver.ledger import sync_folder

MARK: Final = "restoring"
# Files are put in their places; they are there, and what was ended since is still to be ended once more.
Stage = Literal["placing", "replaying"]


def mark(var: Path, stage: Stage, backup: str) -> None:
    """On the disk when it returns."""
    beside = var / f".{MARK}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump({"stage": stage, "backup": backup}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(var / MARK)
    sync_folder(var)


def marked(var: Path) -> tuple[Stage, str] | None:
    """How far a restore has come, and of which backup. Raises ConfigInvalid for a mark that nobody can read."""
    path = var / MARK
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
        return found["stage"], found["backup"]
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise ConfigInvalid(f"{path} cannot be read. Begin the restore in an empty data folder.") from reason


def unmark(var: Path) -> None:
    """The restore is over."""
    (var / MARK).unlink(missing_ok=True)
    sync_folder(var)


def check_not_half_restored(var: Path) -> None:
    """A database without its shares, or half of one, is nobody's to work with. Raises ConfigInvalid."""
    found = marked(var)
    if found is not None and found[0] == "placing":
        raise ConfigInvalid(f"In {var} a restore was cut short. Run `sprechraum restore` again, as before.")
