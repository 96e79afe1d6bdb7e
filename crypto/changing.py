"""Making a commit: the changes wanted, a fresh secret for everyone who stays. docs/protocol.md section 7."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.changes import (
    Add,
    Change,
    DutyChange,
    KeyChange,
    Rekey,
    Remove,
    StandbyOff,
    StandbyOn,
    Takeover,
    write_change,
)
from crypto.commit import read_commit
from crypto.encoding import lp, u64
from crypto.epochs import Epoch, EpochTerms, grant_info, seal_epoch
from crypto.errors import CommitInconsistent, RosterMissing
from crypto.hashing import SUITE
from crypto.identity import Identity, fingerprint_of
from crypto.judge import judge_commit_publicly, roots_to_name
from crypto.members import (
    DUTY,
    Member,
    counsellor_member,
    duty_member,
    members_hash,
    only,
    read_member,
    sorted_members,
)
from crypto.permissions import rekey_bytes
from crypto.room_log import RoomLog
from crypto.roster import Roster, RosterBook
from crypto.signing import sign_object


@dataclass(frozen=True, slots=True)
class MadeCommit:
    """The item to store, its epoch's secret, and the log once it is accepted right after `seen_pos`."""

    item: bytes
    id: bytes
    epoch: int
    log: RoomLog
    secret: bytes = field(repr=False)


def _newest(book: RosterBook, root: bytes) -> Roster:
    roster = book.newest(root)
    if roster is None:
        raise RosterMissing
    return roster


def _replace_duty(members: dict[bytes, Member], roster: Roster | None) -> None:
    old = only(members, DUTY)
    if old is not None:
        del members[old.fingerprint]
    if roster is not None:
        new = duty_member(roster)
        members[new.fingerprint] = new


def members_after(
    log: RoomLog, changes: Iterable[Change], joining: Sequence[Member], own: Roster
) -> tuple[Member, ...]:
    """The member list that the changes lead to; whether they are allowed is judged afterwards."""
    members, newcomers = dict(log.members), {member.fingerprint: member for member in joining}
    for change in changes:
        match change:
            case Add(fingerprint) | Takeover(fingerprint) | KeyChange(fingerprint):
                members[fingerprint] = _found(newcomers, fingerprint)
            case Remove(fingerprint):
                members.pop(fingerprint, None)
            case Rekey(fingerprint, new_ed_pk):
                members.pop(fingerprint, None)
                members[fingerprint_of(new_ed_pk)] = _found(newcomers, fingerprint_of(new_ed_pk))
            case DutyChange() | StandbyOn():
                _replace_duty(members, own)
            case StandbyOff():
                _replace_duty(members, None)
            case _:
                pass
    return sorted_members(members.values())


def _found(newcomers: dict[bytes, Member], fingerprint: bytes) -> Member:
    member = newcomers.get(fingerprint)
    if member is None:
        raise CommitInconsistent
    return member


def own_key_change(log: RoomLog, me: Identity) -> KeyChange | None:
    """What is due when the room still lists an earlier KEM key of somebody who is a member (T13)."""
    line = log.members.get(me.fingerprint)
    return KeyChange(me.fingerprint) if line is not None and line.kem_seq < me.kem_seq else None


def with_own_key(log: RoomLog, me: Identity) -> Member:
    """One's own line with one's present KEM key. Raises CommitInconsistent for somebody who is no member."""
    line = log.members.get(me.fingerprint)
    if line is None:
        raise CommitInconsistent
    return read_member(lp(line.role.encode("ascii"), line.ed_pk, line.root, me.kem_statement))


def write_commit(
    log: RoomLog,
    signer: Identity,
    changes: Sequence[Change],
    members: tuple[Member, ...],
    rosters: Sequence[Roster],
    *,
    room_share: bytes,
    seen: tuple[int, bytes],
    created_at: int,
    chance: Chance,
) -> tuple[bytes, bytes]:
    """(item, the epoch's secret) for a member list that nobody has judged yet."""
    secret = chance.draw(32)
    terms = EpochTerms(log.room, log.epoch + 1, log.log_prev, members_hash(members))
    kc, wraps = seal_epoch(terms, members, secret, room_share, chance)
    body = lp(
        labels.COMMIT,
        u64(SUITE),
        log.room,
        u64(terms.epoch),
        log.log_prev,
        u64(seen[0]),
        seen[1],
        u64(created_at),
        signer.fingerprint,
        lp(*(lp(one.root_fingerprint, u64(one.number), one.hash) for one in rosters)),
        lp(*(write_change(change) for change in changes)),
        lp(*(member.raw for member in members)),
        kc,
        lp(*wraps),
    )
    return sign_object(signer.ed_seed, body), secret


def make_commit(
    log: RoomLog,
    signer: Identity,
    changes: Sequence[Change],
    book: RosterBook,
    room_share: bytes,
    *,
    seen_pos: int,
    seen_th: bytes,
    created_at: int,
    joining: Sequence[Member] = (),
    chance: Chance = CHANCE,
) -> MadeCommit:
    """A commit that names the newest roster of each agency in the book; `joining` holds the lines of newcomers.

    Judges its own work, so it raises what judge_commit_publicly raises. When another commit came first, make a new one.
    """
    members = members_after(log, changes, joining, _newest(book, log.root_fingerprint))
    rosters = [_newest(book, root) for root in roots_to_name(log, members)]
    item, secret = write_commit(
        log,
        signer,
        changes,
        members,
        rosters,
        room_share=room_share,
        seen=(seen_pos, seen_th),
        created_at=created_at,
        chance=chance,
    )
    commit = read_commit(item)
    after = judge_commit_publicly(log, commit, book, position=seen_pos + 1)
    return MadeCommit(item, commit.id, commit.epoch, after, secret)


def take_up(
    log: RoomLog,
    me: Identity,
    book: RosterBook,
    room_share: bytes,
    *,
    seen_pos: int,
    seen_th: bytes,
    created_at: int,
    reason: str | None = None,
    chance: Chance = CHANCE,
) -> MadeCommit:
    """A duty holder joins: to take a new enquiry, or, with a reason, to take over from a colleague.

    Whoever the newest roster revokes is left out, and an outdated duty key replaced, in the same commit (T10, T41).
    """
    own = _newest(book, log.root_fingerprint)
    line = counsellor_member(own.certified(me.fingerprint, created_at, "counsel"), own.root_fingerprint)
    first: Change = Add(line.fingerprint) if reason is None else Takeover(line.fingerprint, reason)
    return make_commit(
        log,
        me,
        [first, *overdue_changes(log, book, created_at)],
        book,
        room_share,
        seen_pos=seen_pos,
        seen_th=seen_th,
        created_at=created_at,
        joining=[line],
        chance=chance,
    )


def overdue_changes(log: RoomLog, book: RosterBook, at: int) -> list[Change]:
    """What the newest rosters demand before anybody writes: the revoked out, the current duty key in (T10, T41)."""
    changes: list[Change] = []
    for member in log.counsellors:
        roster = book.newest(member.root)
        if roster is not None and roster.revoked(member.fingerprint, at):
            changes.append(Remove(member.fingerprint))
    own = book.newest(log.root_fingerprint)
    if own is not None and log.duty_generation is not None and own.duty_generation > log.duty_generation:
        changes.append(DutyChange(own.duty_generation))
    return changes


def sign_rekey(log: RoomLog, old: Identity, new: Identity) -> Rekey:
    """The change that says: this person now has a new identity; the commit itself is signed by the old one."""
    return Rekey(old.fingerprint, new.ed_pk, new.sign(rekey_bytes(log, old.fingerprint, new.ed_pk)))


def seal_grant(
    old: Epoch, secret: bytes, log: RoomLog, signer: Identity, recipient: Member, *, chance: Chance = CHANCE
) -> tuple[int, bytes]:
    """One (epoch, wrap) pair of a history grant that will stand in the next commit (T19)."""
    info = grant_info(old, log.log_prev, signer.fingerprint, recipient.fingerprint)
    return old.terms.epoch, chance.hpke(recipient.kem_pk, secret, info)
