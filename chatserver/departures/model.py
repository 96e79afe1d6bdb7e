"""Whether somebody may leave by this roster, and who is asked to go on with their conversations."""

from collections.abc import Collection, Iterable
from typing import Protocol

from chatserver.errors import Malformed, RosterInconsistent
from chatserver.rosters.model import newly_revoked
from crypto import Roster


class HandsOver(Protocol):
    """One conversation, and the colleague who is asked to take it over."""

    room: str
    to: str


def check_revokes(new: Roster, before: Roster, fingerprint: bytes) -> None:
    """The roster revokes this person and nobody else, from now on at the latest. Raises RosterInconsistent."""
    if newly_revoked(new, before) != {fingerprint} or not new.revoked(fingerprint, new.issued_at):
        raise RosterInconsistent("revocations")


def check_renews(new: Roster, before: Roster, old: bytes, fresh: bytes) -> None:
    """The roster puts one person's new keys in the place of the old. Raises RosterInconsistent."""
    check_revokes(new, before, old)
    came = {one.fingerprint for one in new.certificates} - {one.fingerprint for one in before.certificates}
    if came != {fresh}:
        raise RosterInconsistent("certificates")


def heirs_of(hand_over: Iterable[HandsOver], rooms: Collection[str], on_duty: Collection[str]) -> dict[str, str]:
    """Which of the conversations goes to whom. Raises Malformed for another's room, and for nobody who could."""
    heirs: dict[str, str] = {}
    for one in hand_over:
        if one.room not in rooms or one.room in heirs or one.to not in on_duty:
            raise Malformed("hand_over")
        heirs[one.room] = one.to
    return heirs
