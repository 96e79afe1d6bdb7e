"""The one way to change who is in a room or which key it uses. docs/protocol.md section 7."""

from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.changes import MOST_CHANGES, Change, read_change
from crypto.encoding import each, fields, read_u64, sized
from crypto.epochs import Epoch, EpochTerms
from crypto.errors import Malformed, SuiteUnknown
from crypto.hashing import SUITE
from crypto.items import check_kind, item_form, item_id
from crypto.members import MOST_MEMBERS, Member, check_members, members_hash, read_member
from crypto.sealing import WRAP_SIZE
from crypto.signing import read_object, verify

_MOST_ROSTERS: Final = 64


@dataclass(frozen=True, slots=True)
class RosterRef:
    """Which roster an entry is to be judged by."""

    root: bytes
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit whose form and keys are right; its signature and its rights are judged against the log."""

    id: bytes
    room: bytes
    epoch: int
    log_prev: bytes
    seen_pos: int
    seen_th: bytes
    created_at: int
    signer: bytes
    rosters: tuple[RosterRef, ...]
    changes: tuple[Change, ...]
    members: tuple[Member, ...]
    kc: bytes
    wraps: tuple[bytes, ...]
    body: bytes
    signature: bytes

    def begins(self, position: int) -> Epoch:
        """The epoch that this commit begins at its position."""
        terms = EpochTerms(self.room, self.epoch, self.log_prev, members_hash(self.members))
        return Epoch(terms, self.kc, position)

    def check_signature(self, ed_pk: bytes) -> None:
        """Raises SignatureInvalid."""
        verify(ed_pk, self.signature, self.body)


def _read_ref(field: bytes) -> RosterRef:
    root, number, hashed = fields(field, 3)
    return RosterRef(sized(root, 32), read_u64(number), sized(hashed, 32))


def read_commit(item: bytes) -> Commit:
    """Raises EnvelopeTooLarge, EnvelopeBroken, SuiteUnknown, KeyInvalid, SignatureInvalid (of a KEM statement)."""
    check_kind(item, "commit")
    with item_form():
        return _read(item)


def _read(item: bytes) -> Commit:
    body, signature, found = read_object(item, labels.COMMIT, 13)
    suite, room, epoch, log_prev, seen_pos, seen_th, created_at, signer, refs, changes, members, kc, wraps = found
    sized(room, 16)
    for hashed in (log_prev, seen_th, signer, kc):
        sized(hashed, 32)
    numbers = tuple(read_u64(one) for one in (epoch, seen_pos, created_at))
    read_refs = each(refs, _read_ref, _MOST_ROSTERS)
    read_changes = each(changes, read_change, MOST_CHANGES)
    read_wraps = each(wraps, lambda one: sized(one, WRAP_SIZE), MOST_MEMBERS)
    raw_members = each(members, lambda one: one, MOST_MEMBERS)
    if not read_changes or not read_refs or len(raw_members) != len(read_wraps):
        raise Malformed
    if read_u64(suite) != SUITE:
        raise SuiteUnknown
    listed = tuple(read_member(one) for one in raw_members)
    check_members(listed)
    return Commit(
        id=item_id(item),
        room=room,
        epoch=numbers[0],
        log_prev=log_prev,
        seen_pos=numbers[1],
        seen_th=seen_th,
        created_at=numbers[2],
        signer=signer,
        rosters=read_refs,
        changes=read_changes,
        members=listed,
        kc=kc,
        wraps=read_wraps,
        body=body,
        signature=signature,
    )
