"""The cast of the vectors and a room in which they act; the tests of this package use the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crypto import (
    Certificate,
    Change,
    DutySeed,
    Header,
    Identity,
    MadeCommit,
    MadeGenesis,
    Member,
    Reader,
    Revocation,
    Roster,
    RosterBook,
    RosterKey,
    Verdict,
    Writer,
    kem_public_key,
    make_commit,
    make_genesis,
    make_root,
    read_roster,
    sign_roster,
    sign_roster_keys,
    take_up,
)
from crypto.bodies import Body
from crypto.changing import members_after, write_commit
from crypto.encoding import ZERO32, fields, lp, split, u64
from crypto.envelope import seal_message
from crypto.judge import roots_to_name
from crypto.members import counsellor_member, sorted_members
from crypto.signing import sign_object, signing_key
from crypto.vectors.scripted import Recorded, Scripted

# 2026-11-23 22:15:00 UTC
START: Final = 1_795_472_100_000
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR


def seed(name: str) -> bytes:
    """32 bytes that belong to a name."""
    return hashlib.sha256(b"sprechraum vectors " + name.encode()).digest()


def person(name: str, kem_seq: int = 1) -> Identity:
    """One of the cast; a higher number is a later KEM key of the same person."""
    return Identity(seed(name + " signing"), seed(f"{name} kem {kem_seq}"), kem_seq)


def certificate(name: str, *capabilities: str, days: int = 300) -> Certificate:
    one = person(name)
    title = f"Frau {name.title()}"
    span = (START - 10 * DAY, START + days * DAY)
    return Certificate(one.ed_pk, one.kem_statement, title, frozenset(capabilities), *span)


@dataclass(slots=True)
class House:
    """An agency and its rosters so far."""

    name: str
    rosters: list[Roster] = field(default_factory=list)

    @property
    def root_seed(self) -> bytes:
        return seed(self.name + " root")

    @property
    def roster_seed(self) -> bytes:
        return seed(self.name + " roster key")

    def duty(self, generation: int) -> DutySeed:
        return DutySeed(self.root.fingerprint, generation, seed(f"{self.name} duty {generation}"))

    @property
    def root(self) -> Any:
        return make_root(self.root_seed, seed(self.name + " successor"))

    @property
    def roster_keys(self) -> bytes:
        key = RosterKey(
            signing_key(self.roster_seed), person("winter").fingerprint, START - 20 * DAY, START + 300 * DAY
        )
        return sign_roster_keys(self.root_seed, self.root, 1, [key])

    def publish(
        self,
        certificates: Sequence[Certificate],
        revocations: Sequence[Revocation] = (),
        *,
        generation: int = 1,
        issued_at: int = START - DAY,
        **other: Any,
    ) -> bytes:
        """The next roster, as bytes; does not keep it."""
        last = self.rosters[-1] if self.rosters else None
        terms: dict[str, Any] = {
            "root": self.root,
            "roster_keys": self.roster_keys,
            "number": 1 if last is None else last.number + 1,
            "previous": ZERO32 if last is None else last.hash,
            "issued_at": issued_at,
            "agency_name": f"Beratungsstelle {self.name.title()}",
            "duty_generation": generation,
            "duty_kem_pk": kem_public_key(self.duty(generation).seed),
            "certificates": certificates,
            "revocations": revocations,
        }
        return sign_roster(self.roster_seed, **(terms | other))

    def keep(self, raw: bytes) -> Roster:
        self.rosters.append(read_roster(raw, self.root.fingerprint))
        return self.rosters[-1]


def houses() -> tuple[House, House]:
    """Kreuzviertel, where the story plays, with two rosters (the second revokes Yilmaz), and Hafen, which may help."""
    kreuzviertel, hafen = House("kreuzviertel"), House("hafen")
    staff = [
        certificate("berger", "counsel", "duty"),
        certificate("yilmaz", "counsel", "duty"),
        certificate("sommer", "counsel"),
        certificate("winter", "coordinate", "counsel"),
    ]
    kreuzviertel.keep(kreuzviertel.publish(staff))
    revoked = Revocation(person("yilmaz").fingerprint, START + 2 * DAY, "left")
    kreuzviertel.keep(
        kreuzviertel.publish([staff[0], staff[2], staff[3]], [revoked], generation=2, issued_at=START + 2 * DAY)
    )
    hafen.keep(hafen.publish([certificate("okafor", "counsel", "duty")]))
    return kreuzviertel, hafen


def resigned(item: bytes, signer: Identity, **changed: bytes) -> bytes:
    """A signed item with fields replaced (f0 is the first after the label), signed anew: what an insider can do."""
    parts = split(fields(item, 2)[0])
    for name, value in changed.items():
        parts[int(name[1:]) + 1] = value
    return sign_object(signer.ed_seed, lp(*parts))


class Scene:
    """A room as an honest server would keep it, and the client's own reader of it."""

    def __init__(self, name: str, recorded: Recorded, *, helpers: Sequence[bytes] = ()) -> None:
        self.name = name
        self.chance = Scripted(name, recorded)
        self.kreuzviertel, self.hafen = houses()
        self.room_share = self.chance.draw(32)
        self.now = START
        self.items: list[bytes] = []
        self.client = person("nachtfalter")
        self.genesis: MadeGenesis = make_genesis(
            self.client, self.kreuzviertel.rosters[0], self.room_share, self.now, helpers, chance=self.chance
        )
        self.rosters = [self.kreuzviertel.rosters[0], self.hafen.rosters[0]]
        self.reader = self.read_as(self.client, items=False)
        self.writers: dict[str, Writer] = {}
        self.push(self.genesis.item)

    def learn(self, roster: Roster) -> None:
        """From now on everybody knows this roster."""
        self.rosters.append(roster)
        self.reader.book.add(roster)

    def book(self) -> RosterBook:
        return RosterBook(self.rosters)

    def read_as(self, me: Identity | None, *, items: bool = True, **other: Any) -> Reader:
        """A fresh reader; with `items`, of everything so far."""
        given: dict[str, Any] = {"book": self.book(), "room_share": self.room_share, "me": me}
        reader = Reader(self.genesis.room, **(given | other))
        for position, item in enumerate(self.items if items else [], 1):
            reader.push(position, item)
        return reader

    def push(self, item: bytes) -> Verdict:
        """The next position, whatever the item is worth."""
        self.items.append(item)
        return self.reader.push(len(self.items), item)

    def writer(self, name: str) -> Writer:
        if name not in self.writers:
            self.writers[name] = Writer(person(name), chance=self.chance)
        return self.writers[name]

    def sealed(self, name: str, body: Body, clock: str = "none", **other: Any) -> bytes:
        """What somebody would send now, not yet stored."""
        self.now += 60_000
        # Everybody in the room has the same key, so the client's place serves for all.
        return self.writer(name).seal(self.reader.place(), body, sent_at=self.now, clock=clock, **other).envelope

    def say(self, name: str, body: Body, clock: str = "none", **other: Any) -> Verdict:
        return self.push(self.sealed(name, body, clock, **other))

    def line(self, name: str, house: House | None = None, role: str = "counsellor") -> Member:
        """A newcomer's line in the member list."""
        house = house or self.kreuzviertel
        for roster in reversed(house.rosters):
            for one in roster.certificates:
                if one.fingerprint == person(name).fingerprint:
                    return counsellor_member(one, house.root.fingerprint, role=role)
        raise LookupError(name)

    def change(
        self, name: str, changes: Sequence[Change], joining: Sequence[Member] = (), *, signer: Identity | None = None
    ) -> MadeCommit:
        """A commit that follows the newest entry, not yet stored; raises if it is not allowed."""
        self.now += 60_000
        return make_commit(
            self.reader.log,
            signer or person(name),
            changes,
            self.book(),
            self.room_share,
            seen_pos=self.reader.position,
            seen_th=self.reader.th,
            created_at=self.now,
            joining=joining,
            chance=self.chance,
        )

    def commit(self, name: str, changes: Sequence[Change], joining: Sequence[Member] = ()) -> Verdict:
        return self.push(self.change(name, changes, joining).item)

    def take(self, name: str, reason: str | None = None) -> Verdict:
        """A duty holder joins."""
        self.now += 60_000
        made = take_up(
            self.reader.log,
            person(name),
            self.book(),
            self.room_share,
            seen_pos=self.reader.position,
            seen_th=self.reader.th,
            created_at=self.now,
            reason=reason,
            chance=self.chance,
        )
        return self.push(made.item)

    def forge(
        self,
        name: str,
        changes: Sequence[Change],
        joining: Sequence[Member] = (),
        *,
        ghosts: Sequence[Member] = (),
        rosters: Sequence[Roster] | None = None,
        created_at: int | None = None,
        **changed: bytes,
    ) -> bytes:
        """A well-formed, rightly signed commit that nobody has judged; `ghosts` are listed without a change."""
        self.now += 60_000
        log, book = self.reader.log, self.book()
        own = book.newest(log.root_fingerprint)
        assert own is not None  # noqa: S101 - the scene has one from the start
        members = sorted_members((*members_after(log, changes, joining, own), *ghosts))
        named = [book.newest(root) for root in roots_to_name(log, members)]
        item, _ = write_commit(
            log,
            person(name),
            changes,
            members,
            rosters or [one for one in named if one is not None],
            room_share=self.room_share,
            seen=(self.reader.position, self.reader.th),
            created_at=self.now if created_at is None else created_at,
            chance=self.chance,
        )
        return resigned(item, person(name), **changed) if changed else item

    def header(self, name: str, **changed: Any) -> Header:
        """What an honest header would be now, with something changed; moves no chain."""
        place, writer = self.reader.place(), self.writer(name)
        honest: dict[str, Any] = {
            "clock": "none",
            "room": place.room,
            "epoch": place.epoch,
            "kc": place.kc,
            "sender": person(name).fingerprint,
            "session": writer.session,
            "counter": writer.counter,
            "prev_id": writer.prev_id,
            "seen_pos": place.seen_pos,
            "seen_th": place.seen_th,
            "salt": self.chance.draw(32),
        }
        return Header(**(honest | changed))

    def inner(self, kind: bytes = b"text", content: bytes = b"Hallo", *, uid: bytes | None = None) -> bytes:
        """The body of a message as bytes."""
        return lp(self.chance.draw(16) if uid is None else uid, kind, u64(self.now), content)

    def crafted(self, name: str, inner: bytes | None = None, *, signer: str | None = None, **changed: Any) -> bytes:
        """A message sealed with the room's key whatever its header says: what an insider can do."""
        header = self.header(name, **changed)
        body = self.inner() if inner is None else inner
        return seal_message(header, self.reader.place().key, person(signer or name), body)
