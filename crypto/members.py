"""Who is in a room, as the room's log lists them. docs/protocol.md section 6."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crypto import labels
from crypto.duty import duty_fingerprint
from crypto.encoding import fields, lp, read_u64, sized, u64
from crypto.errors import Malformed
from crypto.hashing import SUITE, digest
from crypto.identity import fingerprint_of, read_kem_statement, user_id_of
from crypto.roster import Roster
from crypto.roster_parts import Certificate
from crypto.sealing import check_kem_key

CLIENT: Final = "client"
COUNSELLOR: Final = "counsellor"
MODERATOR: Final = "moderator"
DUTY: Final = "duty"
# A moderator of a group room has a counsellor's rights.
COUNSELLING: Final = frozenset((COUNSELLOR, MODERATOR))
MOST_MEMBERS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One line of a member list. `ed_pk` is empty for the duty key, `root` for the client; `raw` is the wire form."""

    role: str
    fingerprint: bytes
    ed_pk: bytes
    root: bytes
    kem_pk: bytes
    kem_seq: int
    generation: int
    raw: bytes

    @property
    def user_id(self) -> bytes | None:
        """None for the duty key, which is nobody's."""
        return user_id_of(self.ed_pk) if self.ed_pk else None

    @property
    def hashed_part(self) -> bytes:
        return lp(self.role.encode("ascii"), self.fingerprint, u64(SUITE), self.kem_pk)


def client_member(ed_pk: bytes, kem_statement: bytes) -> Member:
    """The client's line; raises what read_member raises."""
    return read_member(lp(b"client", ed_pk, b"", kem_statement))


def counsellor_member(certificate: Certificate, root_fingerprint: bytes, *, role: str = COUNSELLOR) -> Member:
    """The line of somebody whom an agency certifies."""
    return read_member(lp(role.encode("ascii"), certificate.ed_pk, root_fingerprint, certificate.kem_statement))


def duty_member(roster: Roster) -> Member:
    """The line of the agency's duty key, as its roster names it."""
    return read_member(lp(b"duty", u64(roster.duty_generation), roster.root_fingerprint, roster.duty_kem_pk))


def _read_duty(raw: bytes, generation: bytes, root: bytes, kem_pk: bytes) -> Member:
    number = read_u64(generation)
    if number < 1:
        raise Malformed
    sized(root, 32)
    check_kem_key(kem_pk)
    return Member(
        role=DUTY,
        fingerprint=duty_fingerprint(root, number, kem_pk),
        ed_pk=b"",
        root=root,
        kem_pk=kem_pk,
        kem_seq=0,
        generation=number,
        raw=raw,
    )


@lru_cache(maxsize=1024)
def read_member(raw: bytes) -> Member:
    """Verifies keys and statement; raises Malformed, SuiteUnknown, KeyInvalid, SignatureInvalid."""
    role, key, root, kem = fields(raw, 4)
    if role == b"duty":
        return _read_duty(raw, key, root, kem)
    if role not in (b"client", b"counsellor", b"moderator"):
        raise Malformed
    sized(key, 32)
    sized(root, 0 if role == b"client" else 32)
    statement = read_kem_statement(kem, key)
    return Member(
        role=role.decode("ascii"),
        fingerprint=fingerprint_of(key),
        ed_pk=key,
        root=root,
        kem_pk=statement.kem_pk,
        kem_seq=statement.seq,
        generation=0,
        raw=raw,
    )


def sorted_members(members: Iterable[Member]) -> tuple[Member, ...]:
    """In the order of the wire: by fingerprint."""
    return tuple(sorted(members, key=lambda member: member.fingerprint))


def members_hash(members: Iterable[Member]) -> bytes:
    """What the epoch's commitment and every wrap are bound to (T44)."""
    return digest(labels.MEMBERS, *(member.hashed_part for member in sorted_members(members)))


def check_members(members: tuple[Member, ...]) -> None:
    """Sorted, none twice, at most one client and one duty key; raises Malformed."""
    prints = [member.fingerprint for member in members]
    roles = [member.role for member in members]
    if prints != sorted(set(prints)) or roles.count(CLIENT) > 1 or roles.count(DUTY) > 1:
        raise Malformed


def only(members: Mapping[bytes, Member], role: str) -> Member | None:
    """The one member with that role, if there is one."""
    return next((member for member in members.values() if member.role == role), None)
