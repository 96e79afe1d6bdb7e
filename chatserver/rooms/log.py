"""Judging log entries by what everybody may know: rosters, signatures, and the log so far (docs/protocol.md section 7).

The server needs no secret for that, and what it lets through is judged once more by every reader."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from chatserver.rooms.model import Room
from crypto import (
    Commit,
    Genesis,
    Roster,
    RosterBook,
    RoomLog,
    check_seen,
    judge_commit_publicly,
    judge_genesis_publicly,
    read_roster,
    replay_log,
    to_ms,
)
from crypto.errors import CommitNotAllowed, RosterStale


@lru_cache(maxsize=256)
def verified(raw: bytes, root_fingerprint: bytes) -> Roster:
    """A roster with every signature checked, once: the same bytes under the same root cannot turn out otherwise."""
    return read_roster(raw, root_fingerprint)


def book_of(stored: Iterable[tuple[bytes, bytes]]) -> RosterBook:
    """The rosters at hand, from pairs of root fingerprint and roster."""
    return RosterBook([verified(raw, root) for root, raw in stored])


def judge_genesis(genesis: Genesis, newest: Roster, now: datetime) -> RoomLog:
    """Whether a room may begin so. Raises RosterExpired, RosterMissing, RootMismatch, DutyOutdated and their kin."""
    newest.check_good_at(to_ms(now))
    return judge_genesis_publicly(genesis, newest)


def judged(
    room: Room,
    entries: Sequence[tuple[int, bytes]],
    commit: Commit,
    book: RosterBook,
    *,
    signer: bytes,
    seen_th: bytes | None,
    now: datetime,
) -> RoomLog:
    """The log after a commit that `signer` sends now.

    Raises CommitOutdated, CommitNotAllowed, CommitInconsistent, MemberRevoked, TranscriptMismatch, RosterStale and their kin."""
    log = judge_commit_publicly(replay_log(entries, book), commit, book, position=room.last_position + 1)
    if commit.signer != signer:
        raise CommitNotAllowed
    check_seen(commit, log_position=room.log_position, last_position=room.last_position, th_at=lambda _: seen_th or b"")
    return log
