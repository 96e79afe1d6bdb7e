"""Two rooms in which everything happens, whose items are changed one at a time: a talk, and every kind of commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from crypto import (
    Add,
    Close,
    Contest,
    Delete,
    DutyChange,
    DutySeed,
    Edit,
    File,
    HistoryGrant,
    Identity,
    Introduce,
    KeyChange,
    NoAnswerNeeded,
    Read,
    Remove,
    Rotate,
    StandbyOff,
    StandbyOn,
    Text,
    client_member,
    item_kind,
    labels,
    seal_grant,
    sign_rekey,
)
from crypto.bodies import UnknownBody
from crypto.encoding import fields, lp, split
from crypto.envelope import padded_size
from crypto.hashing import expand, open_aes, seal_aes
from crypto.signing import sign
from crypto.vectors.rooms import _line_with_key
from crypto.vectors.scripted import Recorded
from crypto.vectors.story import DAY, START, Scene, person, seed
from tests.unit.crypto.differential.trees import Tree, tree_of

_CAST: Final = ("nachtfalter", "berger", "yilmaz", "sommer", "winter", "okafor", "luft")
SEEDS: Final = (
    *(person(name).ed_seed for name in _CAST),
    *(seed(f"{house} {key}") for house in ("kreuzviertel", "hafen") for key in ("root", "roster key", "successor")),
    seed("nachtfalter new signing"),
    seed("receipt key"),
)


def plain_identity(one: Identity) -> dict[str, Any]:
    return {"ed_seed": one.ed_seed.hex(), "kem_seed": one.kem_seed.hex(), "kem_seq": one.kem_seq}


def plain_duty(one: DutySeed) -> dict[str, Any]:
    return {"root_fingerprint": one.root_fingerprint.hex(), "generation": one.generation, "seed": one.seed.hex()}


def talk() -> Scene:
    """Every type of message."""
    scene = Scene("the talk of the fuzz", Recorded())
    say = scene.say
    say("nachtfalter", Text("Ich weiß nicht, wo ich anfangen soll."), "asks")
    first = scene.writer("nachtfalter").prev_id
    scene.take("berger")
    say("berger", Text("Gut, dass Sie schreiben."), "answers")
    say("nachtfalter", Introduce("Nachtfalter 🌙"))
    say("nachtfalter", Edit(first, "Ich weiß nicht …"))
    say("berger", Read(scene.reader.position))
    say("nachtfalter", Delete(first))
    say("nachtfalter", Contest(b""), "asks")
    say("berger", UnknownBody("waving", b"\x00\x01"))
    say("nachtfalter", File(seed("id")[:16], "Brief.pdf", "application/pdf", 5, seed("key"), seed("digest"), "Hier."))
    say("nachtfalter", NoAnswerNeeded(), "needs_no_answer")
    return scene


def changes() -> Scene:
    """Every kind of change."""
    scene = Scene("the changes of the fuzz", Recorded())
    scene.say("nachtfalter", Text("Hallo"), "asks")
    scene.take("berger")
    sommer, berger = person("sommer").fingerprint, person("berger").fingerprint
    keys, log = scene.reader.keys, scene.reader.log
    grants = tuple(
        (seal_grant(epoch, keys.secrets[number], log, person("berger"), scene.line("sommer"), chance=scene.chance))
        for number, epoch in sorted(keys.epochs.items())
    )
    scene.commit("berger", [Add(sommer), HistoryGrant(sommer, grants)], [scene.line("sommer")])
    scene.say("sommer", Text("Guten Abend."), "answers")
    scene.commit("sommer", [Rotate("age")])
    scene.commit("berger", [KeyChange(berger)], [_line_with_key(scene, person("berger", 2))])
    scene.commit("berger", [Close("answered")])
    scene.say("nachtfalter", Text("Doch noch etwas."), "asks")
    scene.commit("nachtfalter", [Remove(sommer), StandbyOff()])
    scene.commit("nachtfalter", [StandbyOn()])
    scene.commit("nachtfalter", [Add(person("okafor").fingerprint)], [scene.line("okafor", scene.hafen)])
    scene.take("yilmaz", "absence")
    new = Identity(seed("nachtfalter new signing"), seed("nachtfalter new kem"))
    line = client_member(new.ed_pk, new.kem_statement)
    scene.commit("nachtfalter", [sign_rekey(scene.reader.log, scene.client, new)], [line])
    scene.learn(scene.kreuzviertel.rosters[1])
    scene.now = START + 3 * DAY
    scene.commit("berger", [Remove(person("yilmaz").fingerprint), DutyChange(2)])
    return scene


@dataclass
class Played:
    """A scene that has been played, and what its readers need."""

    scene: Scene

    @cached_property
    def trees(self) -> list[Tree]:
        """One for each item: its own, or for a message what it was made of."""
        return [self._tree(item) for item in self.scene.items]

    @cached_property
    def checkpoints(self) -> list[tuple[bytes, bytes | None]]:
        """After each item, with the log entry that it names; None for the genesis."""
        reader, found = self.scene.read_as(self.scene.client, items=False), []
        for position, item in enumerate(self.scene.items, 1):
            reader.push(position, item)
            at = reader.log.log_position
            found.append((reader.make_checkpoint(), None if at == 1 else self.scene.items[at - 1]))
        return found

    @cached_property
    def secrets(self) -> dict[int, bytes]:
        return dict(self.scene.reader.secrets)

    def _key(self, epoch: int) -> bytes:
        return self.scene.reader.keys.keys[epoch]

    def _tree(self, item: bytes) -> Tree:
        if item_kind(item) != "message":
            return tree_of(item, SEEDS)
        raw, ciphertext = fields(item, 2)
        epoch = int.from_bytes(split(raw)[4])
        plain = open_aes(expand(self._key(epoch), labels.MSG, raw), ciphertext, raw)
        body = plain[68 : 68 + int.from_bytes(plain[64:68])]
        return Tree(parts=(tree_of(raw), tree_of(body), Tree(plain[:64]), Tree()))

    def item(self, position: int, tree: Tree, *, resign: bool) -> bytes:
        """The bytes of a changed item; what is said in a message is sealed anew with the key of its epoch."""
        if tree.parts is None or len(tree.parts) != 4 or item_kind(self.scene.items[position]) != "message":
            return tree.bytes(resign=resign)
        raw, body, signature, tail = (part.bytes() for part in tree.parts)
        epoch = int.from_bytes(split(fields(self.scene.items[position], 2)[0])[4])
        if resign:
            signature = self._signed(position, lp(labels.MESSAGE_SIGNATURE, raw, body))
        front = signature + len(body).to_bytes(4) + body
        plain = front.ljust(padded_size(len(body)), b"\x00") + tail
        return lp(raw, seal_aes(expand(self._key(epoch), labels.MSG, raw), plain, raw))

    def _signed(self, position: int, data: bytes) -> bytes:
        sender = split(fields(self.scene.items[position], 2)[0])[6]
        name = next(name for name in _CAST if person(name).fingerprint == sender)
        return sign(person(name).ed_seed, data)

    def question(
        self,
        position: int,
        item: bytes,
        *,
        me: str | None,
        duty: bool,
        whole: bool,
        rosters: int,
        checkpoint: bytes | None = None,
    ) -> Mapping[str, Any]:
        """Everything before it, this in its place, and what came after it in truth."""
        items = [*self.scene.items[:position], item, *self.scene.items[position + 1 : position + 3]]
        resume = None
        if not whole and position > 0:
            point, entry = self.checkpoints[position - 1]
            resume = {
                "checkpoint": (point if checkpoint is None else checkpoint).hex(),
                "genesis": self.scene.items[0].hex(),
                "entry": entry and entry.hex(),
            }
            items = items[position:]
        known = [one for bit, one in enumerate(self.scene.rosters) if rosters >> bit & 1]
        return {
            "room": self.scene.genesis.room.hex(),
            "room_share": self.scene.room_share.hex(),
            "rosters": [{"root_fingerprint": one.root_fingerprint.hex(), "roster": one.raw.hex()} for one in known],
            "me": me and plain_identity(person(me)),
            "duty_seeds": [plain_duty(self.scene.kreuzviertel.duty(1))] if duty else [],
            "secrets": [] if duty else [[epoch, secret.hex()] for epoch, secret in self.secrets.items()],
            "resume": resume,
            "items": [one.hex() for one in items],
        }
