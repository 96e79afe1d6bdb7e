"""The state of a room that its log alone shows, without any secret.

The server and every reader compute the same.
docs/protocol.md sections 7 and 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from crypto.commit import RosterRef
from crypto.epochs import Epoch
from crypto.genesis import Genesis, check_genesis_roster
from crypto.members import CLIENT, COUNSELLING, DUTY, Member, members_hash, only
from crypto.roster import Roster


@dataclass(frozen=True, kw_only=True)
class RoomLog:
    """Immutable; each accepted entry makes a new one. `barred`: whom the client removed."""

    room: bytes
    root_fingerprint: bytes
    helper_roots: tuple[bytes, ...]
    members: Mapping[bytes, Member]
    current: Epoch
    log_prev: bytes
    rosters: Mapping[bytes, RosterRef]
    barred: frozenset[bytes] = frozenset()
    waiting: bool = False
    closed: bool = False

    @property
    def epoch(self) -> int:
        return self.current.terms.epoch

    @property
    def kc(self) -> bytes:
        return self.current.kc

    @property
    def log_position(self) -> int:
        return self.current.position

    @cached_property
    def members_hash(self) -> bytes:
        return members_hash(self.members.values())

    @property
    def client(self) -> Member:
        found = only(self.members, CLIENT)
        assert found is not None  # noqa: S101 - nobody removes the client
        return found

    @property
    def duty(self) -> Member | None:
        return only(self.members, DUTY)

    @property
    def standby(self) -> bool:
        """Whether the duty key is in the room."""
        return self.duty is not None

    @property
    def duty_generation(self) -> int | None:
        """None while standby is off."""
        duty = self.duty
        return None if duty is None else duty.generation

    @property
    def counsellors(self) -> tuple[Member, ...]:
        """Counsellors and moderators, by fingerprint."""
        return tuple(member for member in self.members.values() if member.role in COUNSELLING)

    def role_of(self, fingerprint: bytes) -> str | None:
        """Of a member, or None."""
        member = self.members.get(fingerprint)
        return None if member is None else member.role

    def heard(self, sender: bytes, clock: str) -> "RoomLog":
        """After a message of a current member in the current epoch: who waits for whom, by its header."""
        role = self.role_of(sender)
        if role == CLIENT and clock == "asks":
            return replace(self, waiting=True, closed=False)
        if (role == CLIENT and clock == "needs_no_answer") or (role in COUNSELLING and clock == "answers"):
            return replace(self, waiting=False)
        return self


def judge_genesis_publicly(genesis: Genesis, roster: Roster) -> RoomLog:
    """The log after position 1. Raises RosterForked, RosterExpired, DutyOutdated."""
    check_genesis_roster(genesis, roster)
    return RoomLog(
        room=genesis.room,
        root_fingerprint=genesis.root_fingerprint,
        helper_roots=genesis.helper_roots,
        members={member.fingerprint: member for member in genesis.members},
        current=genesis.epoch,
        log_prev=genesis.id,
        rosters={roster.root_fingerprint: RosterRef(roster.root_fingerprint, roster.number, roster.hash)},
    )
