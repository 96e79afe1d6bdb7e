"""A long room and one of twenty members, made before any clock runs. The cast is that of the vectors."""

from dataclasses import dataclass
from typing import Any, Final

from crypto import (
    Add,
    Identity,
    Reader,
    Roster,
    RosterBook,
    Text,
    counsellor_member,
    make_commit,
    make_genesis,
)
from crypto.vectors.scripted import Recorded
from crypto.vectors.story import START, House, Scene, certificate, person

LETTERS: Final = 1000
HELPERS: Final = 18


@dataclass(frozen=True, slots=True)
class Written:
    """A room as the server would give it out, and whoever reads it."""

    room: bytes
    room_share: bytes
    items: list[bytes]
    rosters: list[Roster]
    me: Identity

    def read(self) -> Reader:
        """Everything from the first item on, with nothing known before but the rosters."""
        reader = Reader(self.room, book=RosterBook(self.rosters), room_share=self.room_share, me=self.me)
        for position, item in enumerate(self.items, 1):
            verdict = reader.push(position, item)
            if verdict.kind == "broken" or verdict.alarm:
                raise AssertionError(verdict)
        return reader

    def plain(self) -> dict[str, Any]:
        """For the page: bytes as hex."""
        me = {"ed_seed": self.me.ed_seed.hex(), "kem_seed": self.me.kem_seed.hex()}
        rosters = [{"root_fingerprint": one.root_fingerprint.hex(), "roster": one.raw.hex()} for one in self.rosters]
        room = {"room": self.room.hex(), "room_share": self.room_share.hex()}
        return {**room, "me": me, "rosters": rosters, "items": [one.hex() for one in self.items]}


def long_room(messages: int) -> Written:
    """Two people write in turn, each message of 1,000 letters."""
    scene = Scene("a room of the bench", Recorded())
    scene.take("berger")
    for number in range(messages):
        name, clock = (("nachtfalter", "asks"), ("berger", "answers"))[number % 2]
        scene.say(name, Text(f"{number} ".ljust(LETTERS, "x")), clock)
    return Written(scene.genesis.room, scene.room_share, scene.items, scene.rosters, scene.client)


def full_room() -> Written:
    """The client, the duty key and eighteen counsellors."""
    names = [f"berger {number}" for number in range(HELPERS)]
    house, client, share = House("kreuzviertel"), person("nachtfalter"), bytes(32)
    roster = house.keep(house.publish([certificate(name, "counsel") for name in names]))
    genesis = make_genesis(client, roster, share, START)
    reader = Reader(genesis.room, book=RosterBook([roster]), room_share=share, me=client)
    reader.push(1, genesis.item)
    made = make_commit(
        reader.log,
        client,
        [Add(person(name).fingerprint) for name in names],
        reader.book,
        share,
        seen_pos=1,
        seen_th=reader.th,
        created_at=START,
        joining=[counsellor_member(one, roster.root_fingerprint) for one in roster.certificates],
    )
    return Written(genesis.room, share, [genesis.item, made.item], [roster], client)
