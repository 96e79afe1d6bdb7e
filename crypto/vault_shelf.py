"""What a person's vault remembers, by name: oneself, agencies, people, rooms, duty keys. docs/protocol.md section 4."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from crypto.duty import DutySeed
from crypto.encoding import (
    display_name,
    fields,
    flag,
    lp,
    read_flag,
    read_name,
    read_u64,
    read_word,
    sized,
    split,
    u64,
    word,
)
from crypto.errors import Malformed, PinsContradict, SuiteUnknown
from crypto.hashing import SUITE
from crypto.identity import Identity, KemStatement, check_not_older, kem_pin_of
from crypto.roster import RosterPin
from crypto.roster_parts import Certificate
from crypto.vault_body import Entries, at_least, judgements_of, rewritten

How = Literal["first_contact", "link", "compared"]
_HOW: Final[tuple[How, ...]] = ("first_contact", "link", "compared")


@dataclass(frozen=True, slots=True)
class PinnedRoot:
    """An agency's root as this person knows it. Only `link` and `compared` count as confirmed (T39)."""

    fingerprint: bytes
    how: How
    roster: RosterPin


@dataclass(frozen=True, slots=True)
class PinnedPerson:
    """A person's keys as first seen; `verified`: the safety number was compared (T13); `unequal`: and it differed."""

    user_id: bytes
    ed_pk: bytes
    kem_seq: int
    kem_pin: bytes
    verified: bool
    unequal: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody whom this coordinator has invited, as what, and the secret of the link."""

    secret: bytes = field(repr=False)
    display_name: str
    capabilities: frozenset[str]


def _colleague(one: Certificate) -> bytes:
    capabilities = lp(*sorted(word(each) for each in one.capabilities))
    return lp(one.fingerprint, u64(one.statement.seq), display_name(one.display_name), capabilities)


@dataclass(slots=True, kw_only=True)
class Shelf:
    """The entries of an open vault."""

    entries: Entries = field(default_factory=dict, repr=False)

    def keep(self, kind: str, id_: bytes, *known: bytes) -> None:
        """Writes an entry, keeping what a newer client appended to it."""
        self.entries[kind, id_] = rewritten(self.entries.get((kind, id_)), *known)

    def read(self, kind: str, id_: bytes, count: int) -> list[bytes] | None:
        """The first `count` fields of an entry, or None."""
        value = self.entries.get((kind, id_))
        return None if value is None else at_least(value, count)

    def ids(self, kind: str) -> list[bytes]:
        """The ids of all entries of a kind, ascending."""
        return sorted(id_ for found, id_ in self.entries if found == kind)

    @property
    def identity(self) -> Identity:
        """Who the vault belongs to; its public keys are computed, not read (T8)."""
        found = self.read("identity", b"", 4)
        if found is None:
            raise Malformed
        ed_seed, kem_seed, kem_seq, suite = found
        if read_u64(suite) != SUITE:
            raise SuiteUnknown
        return Identity(sized(ed_seed, 32), sized(kem_seed, 32), read_u64(kem_seq))

    @property
    def keyring_key(self) -> bytes:
        """With it the epochs' secrets are kept on the server; raises Malformed."""
        found = self.read("keyring", b"", 1)
        if found is None:
            raise Malformed
        return sized(found[0], 32)

    @property
    def name(self) -> str | None:
        """The pseudonym that is shown to others, not the one for logging in."""
        found = self.read("name", b"", 1)
        return None if found is None else found[0].decode("utf-8")

    @property
    def earlier_kem_seeds(self) -> list[bytes]:
        """For wraps from before a change of key."""
        return [at_least(self.entries["kem_before", id_], 1)[0] for id_ in self.ids("kem_before")]

    @property
    def recovery_pk(self) -> bytes | None:
        """The public key of the recovery code, if there is one."""
        found = self.read("recovery", b"", 1)
        return None if found is None else found[0]

    def confirm_recovery(self) -> None:
        """The person has shown that they kept the present code."""
        if self.recovery_pk is not None:
            self.keep("recovery_confirmed", kem_pin_of(self.recovery_pk))

    @property
    def recovery_confirmed(self) -> bool:
        """Of the present code only: an earlier one's confirmation says nothing about it."""
        key = self.recovery_pk
        return key is not None and ("recovery_confirmed", kem_pin_of(key)) in self.entries

    def pin_root(self, fingerprint: bytes, how: How, roster: RosterPin) -> None:
        """Keeps the better of the old and the new way in which the root became known."""
        before = self.root(fingerprint)
        best = how if before is None else max(how, before.how, key=_HOW.index)
        self.keep("root", fingerprint, best.encode(), u64(roster.number), roster.hash, u64(roster.keys_seq))

    def root(self, fingerprint: bytes) -> PinnedRoot | None:
        """An agency's pinned root, or None; raises Malformed."""
        found = self.read("root", fingerprint, 4)
        if found is None:
            return None
        how = next((one for one in _HOW if one.encode() == found[0]), None)
        if how is None:
            raise Malformed
        return PinnedRoot(fingerprint, how, RosterPin(read_u64(found[1]), found[2], read_u64(found[3])))

    def pin_person(self, ed_pk: bytes, statement: KemStatement, *, verified: bool = False) -> None:
        """Raises PinsContradict for another key, KemStatementStale for an older one (T13)."""
        before = self.person(statement.user_id)
        if before is not None:
            if before.ed_pk != ed_pk:
                raise PinsContradict
            check_not_older(statement, before.kem_seq, before.kem_pin)
        known = verified or (before is not None and before.verified)
        parts = (ed_pk, u64(statement.seq), kem_pin_of(statement.kem_pk), flag(known))
        self.keep("person", statement.user_id, *parts)

    def person(self, user_id: bytes) -> PinnedPerson | None:
        """A pinned person, or None; raises Malformed."""
        found = self.read("person", user_id, 4)
        if found is None:
            return None
        unequal = judgements_of(self.entries["person", user_id]) % 2 == 1
        return PinnedPerson(user_id, found[0], read_u64(found[1]), found[2], read_flag(found[3]), unequal)

    def keep_judgement(self, user_id: bytes, *, equal: bool) -> None:
        """What comparing with a pinned person came to last; nothing resets it but comparing once more (T13)."""
        known = self.person(user_id)
        if known is not None and known.unequal == equal:
            value = self.entries["person", user_id]
            self.keep("person", user_id, *at_least(value, 4), u64(judgements_of(value) + 1))

    def keep_invitation(self, id_: bytes, one: Invited) -> None:
        """Whom this coordinator has invited; the server's word on it is not needed."""
        capabilities = lp(*sorted(word(each) for each in one.capabilities))
        self.keep("invitation", sized(id_, 16), sized(one.secret, 32), display_name(one.display_name), capabilities)

    def invitation(self, id_: bytes) -> Invited | None:
        found = self.read("invitation", id_, 3)
        if found is None:
            return None
        return Invited(found[0], read_name(found[1]), frozenset(read_word(one) for one in split(found[2])))

    def keep_colleagues(self, root_fingerprint: bytes, certificates: Iterable[Certificate]) -> None:
        """The certificates of an agency that this person has been shown, so that each new one is noticed (T50)."""
        self.keep("colleagues", root_fingerprint, lp(*(_colleague(one) for one in certificates)))

    def knows_colleague(self, root_fingerprint: bytes, certificate: Certificate) -> bool:
        """Whether exactly this certificate was shown before."""
        found = self.read("colleagues", root_fingerprint, 1)
        return found is not None and _colleague(certificate) in split(found[0])

    def drop_invitation(self, id_: bytes) -> None:
        """It has led to a certificate, or was withdrawn."""
        self.entries.pop(("invitation", id_), None)

    def keep_checkpoint(self, room: bytes, checkpoint: bytes) -> None:
        """Replaces the room's earlier one (T20)."""
        self.keep("checkpoint", room, checkpoint)

    def checkpoint(self, room: bytes) -> bytes | None:
        """The newest of a room, or None."""
        found = self.read("checkpoint", room, 1)
        return None if found is None else found[0]

    def keep_duty_seed(self, duty: DutySeed) -> None:
        """One generation; earlier ones stay."""
        self.keep("duty", lp(duty.root_fingerprint, u64(duty.generation)), duty.seed)

    def duty_seeds(self) -> list[DutySeed]:
        """Every generation ever held; old ones open old rooms."""
        found = []
        for id_ in self.ids("duty"):
            root, generation = fields(id_, 2)
            found.append(DutySeed(root, read_u64(generation), at_least(self.entries["duty", id_], 1)[0]))
        return found

    def keep_secret(self, kind: Literal["roster_key", "root_key"], root_fingerprint: bytes, seed: bytes) -> None:
        """A coordinator's keys."""
        self.keep(kind, root_fingerprint, sized(seed, 32))

    def secret(self, kind: Literal["roster_key", "root_key"], root_fingerprint: bytes) -> bytes | None:
        """A coordinator's seed, or None."""
        found = self.read(kind, root_fingerprint, 1)
        return None if found is None else found[0]
