"""How a plan reaches a server that is running: as a letter that holds the hash of the link's token, not the token."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from chatserver.data_folder import PLANS
from chatserver.foundings.model import Founding, Plan, PlanInvalid, check_plan
from chatserver.letters import leave

_MOST: Final = 64 * 1024


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds."""

    id: str
    token_hash: str
    plan: Plan
    created_at: datetime
    expires_at: datetime


def post(var: Path, made: Founding) -> Path:
    """Puts a plan where the server looks for it."""
    token_hash = b64encode(made.token_hash).decode("ascii")
    letter = Letter(made.id, token_hash, made.plan, made.created_at, made.expires_at)
    return leave(var, f"{made.id}.json", msgspec.json.encode(letter))


def posted(var: Path) -> Iterator[tuple[Path, Founding | None]]:
    """Every plan that lies there, oldest name first; None for a file that holds no plan."""
    for path in sorted((var / PLANS).glob("*.json")):
        try:
            yield path, _read(path)
        except (OSError, ValueError, PlanInvalid):
            yield path, None


def _read(path: Path) -> Founding:
    with path.open("rb") as file:
        letter = msgspec.json.decode(file.read(_MOST), type=Letter)
    return Founding(
        id=letter.id,
        token_hash=b64decode(letter.token_hash, validate=True),
        plan=check_plan(letter.plan),
        created_at=letter.created_at,
        expires_at=letter.expires_at,
    )
