"""Files that somebody has saved to check what the server gave its word on."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from chatserver.config import ConfigInvalid
from chatserver.server_secrets import receipt_seed_in
from chatserver.settings import load_config
from chatserver.wire.binary import from_base64url
from crypto import CryptoRefusal
from crypto.signing import check_signing_key, signing_key

_LARGEST_FILE: Final = 256 << 20


def contents_of(file: Path, what: str) -> dict[str, Any]:
    """A JSON object as the server answers it, or else what the file holds, under that name. Raises ConfigInvalid."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST_FILE).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigInvalid(f"The file {file} cannot be read: {reason}.") from reason
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {what: text}
    return read if isinstance(read, dict) else {what: read}


def bytes_of(text: object, complaint: str) -> bytes:
    """From base64url. Raises ConfigInvalid with that complaint."""
    try:
        if isinstance(text, str) and text:
            return from_base64url(text)
    except ValueError:
        pass
    raise ConfigInvalid(f"{complaint}.")


def key_named(name: str, saved: dict[str, Any], keys: Path | None, own: Callable[[bytes], bytes]) -> tuple[bytes, str]:
    """The key to check with, and where it is from: a file of its own, what was saved, or the folder of a server here.

    `own`: the seed of that key, from the server's receipt seed. Raises ConfigInvalid.
    """
    if keys is not None:
        return _public(contents_of(keys, name).get(name), f"{keys}: its {name}"), f"from {keys}"
    if name in saved:
        return _public(saved[name], f"The {name} in the file"), "named in the same file: compare it with /api/keys"
    seed = receipt_seed_in(load_config(None, os.environ).var)
    if seed is None:
        raise ConfigInvalid("--keys: a file with what the server tells at /api/keys is needed to check a signature.")
    return signing_key(own(seed)), "this server's own"


def _public(text: object, what: str) -> bytes:
    key = bytes_of(text, f"{what} is missing, or no base64url")
    try:
        return check_signing_key(key)
    except CryptoRefusal:
        raise ConfigInvalid(f"{what} is no Ed25519 key.") from None
