"""Who may change what: the table of docs/protocol.md section 7, applied change by change (T14, T42)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crypto import labels
from crypto.changes import (
    Add,
    Change,
    Close,
    DutyChange,
    HistoryGrant,
    KeyChange,
    Rekey,
    Remove,
    Rotate,
    StandbyOff,
    StandbyOn,
    Takeover,
)
from crypto.encoding import ascending, lp, u64
from crypto.errors import CommitInconsistent, CommitNotAllowed, KemStatementStale, NotCertified
from crypto.hashing import SUITE
from crypto.identity import fingerprint_of
from crypto.members import CLIENT, COUNSELLING, COUNSELLOR, DUTY, Member, only
from crypto.room_log import RoomLog
from crypto.roster import Roster
from crypto.signing import verify

DUTY_HOLDER: Final = "duty_holder"


def rekey_bytes(log: RoomLog, old: bytes, new_ed_pk: bytes) -> bytes:
    """What the new key signs when a person takes a new identity."""
    return lp(labels.REKEY, u64(SUITE), log.room, u64(log.epoch + 1), log.log_prev, old, new_ed_pk)


@dataclass(slots=True, kw_only=True)
class Bench:
    """Where a commit is judged: the state as the changes leave it one after the other."""

    log: RoomLog
    signer: bytes
    role: str | None
    at: int
    rosters: Mapping[bytes, Roster]
    listed: Mapping[bytes, Member]
    members: dict[bytes, Member] = field(default_factory=dict)
    barred: set[bytes] = field(default_factory=set)
    closed: bool = False

    def allow(self, *, when: bool) -> None:
        if not when:
            raise CommitNotAllowed

    def expect(self, *, when: bool) -> None:
        if not when:
            raise CommitInconsistent

    def newcomer(self, fingerprint: bytes) -> Member:
        """A line of the new list for somebody who is not there yet."""
        member = self.listed.get(fingerprint)
        if member is None or fingerprint in self.members:
            raise CommitInconsistent
        return member

    def present(self, fingerprint: bytes) -> Member:
        member = self.members.get(fingerprint)
        if member is None:
            raise CommitInconsistent
        return member

    def certified(self, member: Member, *capabilities: str) -> None:
        """By the roster of the member's own root; raises NotCertified, KemStatementStale (T13)."""
        roster = self.rosters.get(member.root)
        if roster is None:
            raise NotCertified
        statement = roster.certified(member.fingerprint, self.at, *capabilities).statement
        same = member.kem_seq == statement.seq
        if member.kem_seq < statement.seq or (same and member.kem_pk != statement.kem_pk):
            raise KemStatementStale


def _add(bench: Bench, change: Add) -> None:
    member = bench.newcomer(change.fingerprint)
    bench.expect(when=member.role in COUNSELLING)
    if bench.role != CLIENT:
        near = member.root == bench.log.root_fingerprint or member.root in bench.log.helper_roots
        entitled = bench.role in COUNSELLING or bench.role == DUTY_HOLDER
        bench.allow(when=entitled and near and member.fingerprint not in bench.barred)
    bench.certified(member, "counsel")
    _enter(bench, member)


def _enter(bench: Bench, member: Member) -> None:
    bench.members[member.fingerprint] = member
    bench.barred.discard(member.fingerprint)
    if member.fingerprint == bench.signer:
        bench.role = member.role


def _takeover(bench: Bench, change: Takeover) -> None:
    member = bench.newcomer(change.fingerprint)
    bench.expect(when=member.role == COUNSELLOR and member.root == bench.log.root_fingerprint)
    bench.allow(when=bench.role == DUTY_HOLDER and member.fingerprint == bench.signer)
    bench.certified(member, "counsel", "duty")
    _enter(bench, member)


def _remove(bench: Bench, change: Remove) -> None:
    member = bench.present(change.fingerprint)
    bench.allow(when=member.role in COUNSELLING)
    oneself = change.fingerprint == bench.signer and bench.role in COUNSELLING
    bench.allow(when=oneself or bench.role == CLIENT or bench.role in COUNSELLING)
    del bench.members[change.fingerprint]
    if bench.role == CLIENT:
        bench.barred.add(change.fingerprint)
    if oneself:
        bench.role = None


def _key_change(bench: Bench, change: KeyChange) -> None:
    old, new = bench.present(change.fingerprint), bench.listed.get(change.fingerprint)
    bench.allow(when=change.fingerprint == bench.signer)
    if new is None or (new.role, new.root) != (old.role, old.root) or new.kem_seq <= old.kem_seq:
        raise CommitInconsistent
    bench.members[change.fingerprint] = new


def _new_duty(bench: Bench) -> Member:
    new = only(bench.listed, DUTY)
    if new is None:
        raise CommitInconsistent
    return new


def _duty_change(bench: Bench, change: DutyChange) -> None:
    old, new = only(bench.members, DUTY), _new_duty(bench)
    bench.allow(when=bench.role is not None)
    if old is None or new.generation != change.generation or new.generation <= old.generation:
        raise CommitInconsistent
    del bench.members[old.fingerprint]
    bench.members[new.fingerprint] = new


def _standby_off(bench: Bench, _: StandbyOff) -> None:
    old = only(bench.members, DUTY)
    bench.allow(when=bench.role == CLIENT)
    if old is None:
        raise CommitInconsistent
    bench.allow(when=any(member.role in COUNSELLING for member in bench.members.values()))
    del bench.members[old.fingerprint]


def _standby_on(bench: Bench, _: StandbyOn) -> None:
    bench.allow(when=bench.role == CLIENT)
    new = _new_duty(bench)
    bench.expect(when=only(bench.members, DUTY) is None)
    bench.members[new.fingerprint] = new


def _rekey(bench: Bench, change: Rekey) -> None:
    old = bench.present(change.fingerprint)
    new = bench.newcomer(fingerprint_of(change.new_ed_pk))
    bench.allow(when=change.fingerprint == bench.signer)
    bench.expect(when=(new.role, new.root) == (old.role, old.root))
    verify(change.new_ed_pk, change.signature, rekey_bytes(bench.log, change.fingerprint, change.new_ed_pk))
    if new.role in COUNSELLING:
        bench.certified(new, "counsel")
    del bench.members[change.fingerprint]
    bench.members[new.fingerprint] = new
    bench.signer = new.fingerprint


def _rotate(bench: Bench, _: Rotate) -> None:
    bench.allow(when=bench.role in COUNSELLING or bench.role == CLIENT)


def _history_grant(bench: Bench, change: HistoryGrant) -> None:
    member = bench.present(change.fingerprint)
    epochs = [epoch for epoch, _ in change.grants]
    bench.expect(when=member.role in COUNSELLING and bool(epochs))
    bench.expect(when=ascending(u64(epoch) for epoch in epochs) and epochs[0] >= 1 and epochs[-1] <= bench.log.epoch)
    bench.allow(when=bench.role in COUNSELLING or bench.role == CLIENT)
    bench.certified(member, "counsel")


def _close(bench: Bench, _: Close) -> None:
    bench.allow(when=bench.role == CLIENT or (bench.role in COUNSELLING and not bench.log.waiting))
    bench.closed = True


_JUDGES: Final[dict[type[Change], Callable[[Bench, Any], None]]] = {
    Add: _add,
    Takeover: _takeover,
    Remove: _remove,
    KeyChange: _key_change,
    DutyChange: _duty_change,
    StandbyOff: _standby_off,
    StandbyOn: _standby_on,
    Rekey: _rekey,
    Rotate: _rotate,
    HistoryGrant: _history_grant,
    Close: _close,
}


def apply_changes(bench: Bench, changes: tuple[Change, ...]) -> None:
    """Moves the bench's state on; raises CommitNotAllowed, CommitInconsistent, NotCertified, and what keys raise."""
    for change in changes:
        _JUDGES[type(change)](bench, change)
