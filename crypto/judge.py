"""Judging a commit with public knowledge only: the server at its door, each reader again. docs/protocol.md 7."""

from collections.abc import Iterable
from dataclasses import replace

from crypto.commit import Commit, RosterRef, read_commit
from crypto.errors import (
    CommitInconsistent,
    CommitNotAllowed,
    CommitOutdated,
    DutyOutdated,
    MemberRevoked,
    NotCertified,
    RosterForked,
    RosterStale,
    SeenOutOfRange,
    WrongRoom,
)
from crypto.genesis import read_genesis
from crypto.items import item_kind
from crypto.members import COUNSELLING, Member
from crypto.message import check_header, read_header
from crypto.permissions import DUTY_HOLDER, Bench, apply_changes
from crypto.room_log import RoomLog, judge_genesis_publicly
from crypto.roster import Roster, RosterBook


def _check_place(log: RoomLog, commit: Commit, position: int) -> None:
    if commit.room != log.room:
        raise WrongRoom
    if commit.epoch != log.epoch + 1 or commit.log_prev != log.log_prev:
        raise CommitOutdated
    if not log.log_position <= commit.seen_pos < position:
        raise SeenOutOfRange


def roots_to_name(log: RoomLog, members: Iterable[Member]) -> tuple[bytes, ...]:
    """The room's own root, then every other one of a counsellor listed, ascending."""
    others = {member.root for member in members if member.role in COUNSELLING} - {log.root_fingerprint}
    return (log.root_fingerprint, *sorted(others))


def _named_roster(log: RoomLog, ref: RosterRef, book: RosterBook, at: int) -> Roster:
    before = log.rosters.get(ref.root)
    if before is not None and ref.number < before.number:
        raise RosterStale
    if before is not None and ref.number == before.number and ref.hash != before.hash:
        raise RosterForked
    roster = book.find(ref.root, ref.number, ref.hash)
    roster.check_good_at(at)
    return roster


def _check_rosters(log: RoomLog, commit: Commit, book: RosterBook) -> dict[bytes, Roster]:
    if tuple(ref.root for ref in commit.rosters) != roots_to_name(log, commit.members):
        raise CommitInconsistent
    return {ref.root: _named_roster(log, ref, book, commit.created_at) for ref in commit.rosters}


def _signer(log: RoomLog, commit: Commit, own: Roster) -> tuple[bytes, str]:
    """(the key to verify with, in what role); raises CommitNotAllowed (T42)."""
    member = log.members.get(commit.signer)
    if member is not None and member.ed_pk:
        return member.ed_pk, member.role
    if not log.standby or commit.signer in log.barred:
        raise CommitNotAllowed
    try:
        return own.certified(commit.signer, commit.created_at, "duty").ed_pk, DUTY_HOLDER
    except NotCertified:
        raise CommitNotAllowed from None


def _check_outcome(commit: Commit, bench: Bench, own: Roster) -> None:
    listed = {member.fingerprint: member.raw for member in commit.members}
    if {one: member.raw for one, member in bench.members.items()} != listed:
        raise CommitInconsistent
    for member in commit.members:
        if member.role == "duty" and (member.root, member.generation, member.kem_pk) != (
            own.root_fingerprint,
            own.duty_generation,
            own.duty_kem_pk,
        ):
            raise DutyOutdated
        if member.role in COUNSELLING and bench.rosters[member.root].revoked(member.fingerprint, commit.created_at):
            raise MemberRevoked


def judge_commit_publicly(log: RoomLog, commit: Commit, book: RosterBook, *, position: int) -> RoomLog:
    """The log after this commit at that position.

    Raises WrongRoom, CommitOutdated, SeenOutOfRange, CommitInconsistent, RosterStale, RosterForked, RosterMissing,
    RosterExpired, CommitNotAllowed, SignatureInvalid, NotCertified, KemStatementStale, DutyOutdated, MemberRevoked.
    Whether seen_th is true is for whoever knows the transcript: check_seen().
    """
    _check_place(log, commit, position)
    rosters = _check_rosters(log, commit, book)
    own = rosters[log.root_fingerprint]
    key, role = _signer(log, commit, own)
    commit.check_signature(key)
    bench = Bench(
        log=log,
        signer=commit.signer,
        role=role,
        at=commit.created_at,
        rosters=rosters,
        listed={member.fingerprint: member for member in commit.members},
        members=dict(log.members),
        barred=set(log.barred),
        closed=log.closed,
    )
    apply_changes(bench, commit.changes)
    _check_outcome(commit, bench, own)
    return replace(
        log,
        members={member.fingerprint: member for member in commit.members},
        current=commit.begins(position),
        log_prev=commit.id,
        rosters={**log.rosters, **{ref.root: ref for ref in commit.rosters}},
        barred=frozenset(bench.barred),
        closed=bench.closed,
    )


def replay_log(items: Iterable[tuple[int, bytes]], book: RosterBook) -> RoomLog:
    """The log after these stored items, the genesis first. Messages may be among them: they tell who waits.

    Strict: it is for a server reading what it checked before. Raises what judging raises.
    """
    iterator = iter(items)
    _, first = next(iterator)
    genesis = read_genesis(first)
    log = judge_genesis_publicly(
        genesis, book.find(genesis.root_fingerprint, genesis.roster_number, genesis.roster_hash)
    )
    for position, item in iterator:
        if item_kind(item) == "commit":
            log = judge_commit_publicly(log, read_commit(item), book, position=position)
        else:
            header = read_header(item)
            check_header(
                header,
                room=log.room,
                epoch=log.epoch,
                kc=log.kc,
                sender=header.sender,
                role=log.role_of(header.sender) or "",
            )
            log = log.heard(header.sender, header.clock)
    return log
