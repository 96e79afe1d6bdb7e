"""The server's secrets: files beside the database, made at the first start, readable by their owner only."""

import os
import secrets
from pathlib import Path
from typing import Final

from chatserver.config import ConfigInvalid
from chatserver.deps import ServerSecrets

BYTES: Final = 32
NAMES: Final = ("server", "pepper", "receipt")
SECRET_FILES: Final = tuple(f"{name}.secret" for name in NAMES)


def keep_secrets(var: Path) -> ServerSecrets:
    """Reads the secrets, and makes those that are missing. Raises ConfigInvalid for a file that holds something else.

    The pepper is not in the database, so that a stolen database alone does not let anybody try passwords.
    """
    return ServerSecrets(*(_keep(var / name) for name in SECRET_FILES))


def receipt_seed_in(var: Path) -> bytes | None:
    """What that folder's server signs with, if there is one. Makes nothing. Raises ConfigInvalid."""
    path = var / "receipt.secret"
    return _keep(path) if path.exists() else None


def _keep(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    kept = path.read_bytes()
    if len(kept) != BYTES:
        # A new one would shut every vault for good: somebody has to look.
        raise ConfigInvalid(f"{path} must hold exactly {BYTES} bytes. Restore it from a backup; do not replace it.")
    return kept


def _make(path: Path) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(BYTES))
        file.flush()
        os.fsync(file.fileno())
    # Whole or not there: a crash in the middle must not leave half a secret.
    beside.rename(path)
