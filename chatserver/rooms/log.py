"""Judging log entries by what everybody may know: rosters, signatures, and the log so far (docs/protocol.md section 7).

The server needs no secret for that, and what it lets through is judged once more by every reader.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chatserver.rooms.model import Room
from crypto import (
    Commit,
    Genesis,
    Member,
    RoomLog,
    Roster,
    RosterBook,
    check_seen,
    item_kind,
    judge_commit_publicly,
    judge_genesis_publicly,
    read_commit,
    read_genesis,
    read_roster,
    replay_log,
    to_ms,
)
from crypto.errors import CommitNotAllowed, MemberRevoked, RosterMissing, RosterStale

Entries = Sequence[tuple[int, bytes]]


def book_of(stored: Iterable[tuple[bytes, bytes]]) -> RosterBook:
    """The rosters at hand, from pairs of root fingerprint and roster."""
    return RosterBook([read_roster(raw, root) for root, raw in stored])


def roots_named(entries: Entries, commit: Commit) -> set[bytes]:
    """Every agency whose roster is needed to judge these entries and the commit that is to follow them."""
    roots = {ref.root for ref in commit.rosters}
    for _, item in entries:
        kind = item_kind(item)
        if kind == "genesis":
            roots.add(read_genesis(item).root_fingerprint)
        elif kind == "commit":
            roots.update(ref.root for ref in read_commit(item).rosters)
    return roots


def judge_genesis(genesis: Genesis, newest: Roster, now: datetime) -> RoomLog:
    """Whether a room may begin so now. Raises RosterExpired, RosterForked, DutyOutdated and their kin."""
    newest.check_good_at(to_ms(now))
    return judge_genesis_publicly(genesis, newest)


@dataclass(frozen=True, slots=True)
class Judged:
    """The log after a commit, and the accounts that it removes for another reason than a revocation.

    `barred`: those whom the client does not want back.
    """

    log: RoomLog
    dismissed: frozenset[str]
    barred: frozenset[str]


def judge_commit(room: Room, entries: Entries, commit: Commit, book: RosterBook, now: datetime) -> Judged:
    """What a commit that is sent now makes of the room.

    Raises CommitOutdated, CommitNotAllowed, RosterStale, MemberRevoked and their kin.
    """
    before = replay_log(entries, book)
    after = judge_commit_publicly(before, commit, book, position=room.last_position + 1)
    for ref in commit.rosters:
        newest = book.newest(ref.root)
        if newest is None:
            raise RosterMissing
        if ref.number != newest.number:
            raise RosterStale
        _check_people(after, before, newest, now)
    gone = [one for fingerprint, one in before.members.items() if fingerprint not in after.members and one.user_id]
    return Judged(
        after,
        dismissed=_accounts(one for one in gone if not _revoked(one, book, now)),
        barred=_accounts(one for one in gone if one.fingerprint in after.barred),
    )


def _accounts(people: Iterable[Member]) -> frozenset[str]:
    return frozenset(one.user_id.hex() for one in people if one.user_id is not None)


def _revoked(member: Member, book: RosterBook, now: datetime) -> bool:
    newest = book.newest(member.root)
    return newest is not None and newest.revoked(member.fingerprint, to_ms(now))


def _check_people(after: RoomLog, before: RoomLog, newest: Roster, now: datetime) -> None:
    """By the server's clock, too: whoever is revoked could date a commit back to when they were not."""
    for fingerprint, member in after.members.items():
        if member.root != newest.root_fingerprint or not member.ed_pk:
            continue
        if newest.revoked(fingerprint, to_ms(now)):
            raise MemberRevoked
        if fingerprint not in before.members:
            # Nobody joins under a roster that has expired, whatever date the commit bears.
            newest.check_good_at(to_ms(now))
            newest.certified(fingerprint, to_ms(now), "counsel")


def check_sender(room: Room, commit: Commit, sender: bytes, seen_th: bytes | None) -> None:
    """Whether the person who sends the commit has signed it and has seen this room.

    Raises CommitNotAllowed, TranscriptMismatch.
    """
    if commit.signer != sender:
        raise CommitNotAllowed
    check_seen(commit, log_position=room.log_position, last_position=room.last_position, th_at=lambda _: seen_th)
