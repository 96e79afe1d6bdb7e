"""Whether a client has agreed, and to what."""

from dataclasses import dataclass
from datetime import datetime

from chatserver.wire.types import ConsentStanding


@dataclass(frozen=True, slots=True)
class Consent:
    """One time that somebody agreed."""

    version: str
    given_at: datetime
    withdrawn_at: datetime | None


def standing(newest: Consent | None, present: str) -> ConsentStanding:
    """Where somebody stands who has last agreed to that, while these words hold."""
    if newest is None:
        return "never"
    if newest.withdrawn_at is not None:
        return "withdrawn"
    return "current" if newest.version == present else "outdated"
