"""A client whose server lies, and an honest counsellor at the same house."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chatserver.rooms.wire import Items, Since
from chatserver.wire.binary import to_base64url
from crypto import CHANCE, Header, Remove, StandbyOff, to_ms
from crypto.changing import write_commit
from crypto.encoding import ZERO32, lp, u64
from crypto.envelope import seal_message
from crypto.epochs import epoch_key, seal_epoch
from crypto.identity import Identity
from tests.api.house import OPENING, House
from tests.api.story import ADDICTION, FIRST_WORDS, anker
from tests.malicious.liar import Liar
from tests.people import Client, Counsellor
from tests.person_room import Room

ANSWER = "Danke, dass Sie schreiben."


@dataclass(slots=True)
class Scene:
    """`client` sees the world through the liar; `berger` and the house do not."""

    house: House
    liar: Liar
    client: Client = field(init=False)
    room: Room = field(init=False)
    berger: Counsellor = field(init=False)
    desk: Room = field(init=False)

    async def begin(self, name: str = "nachtfalter") -> "Scene":
        """An enquiry, taken and answered."""
        self.client = self.victim(name)
        await self.client.sign_up()
        self.berger = await self.house.counsellor("berger")
        await self.converse()
        return self

    async def converse(self) -> None:
        """An enquiry, taken and answered, both read."""
        self.room = await self.client.write_enquiry(await anker(self.client), ADDICTION, FIRST_WORDS)
        self.desk = await self.berger.take(self.room.id)
        await self.desk.write(ANSWER)
        await self.room.read()

    async def another_room(self) -> "Scene":
        """A second conversation of the same two people."""
        other = Scene(self.house, self.liar)
        other.client, other.berger = self.client, self.berger
        await other.converse()
        return other

    def victim(self, name: str) -> Client:
        """Somebody in an empty browser, behind the liar."""
        return self.house.also(Client(name, "drei leise eulen im dachstuhl", self.liar.url, self.house.now))

    async def afresh(self) -> Room:
        """The client logs in at another browser, and reads from the start."""
        again = self.house.also(self.client.elsewhere())
        await again.log_in()
        return await again.open(self.room.id)

    def forged(self, header: Mapping[str, object], body: bytes, signer: Identity) -> bytes:
        """A message that an insider seals by hand: any header, any body, any signature of their own."""
        place = self.desk.reader.place()
        plain: dict[str, object] = {
            "clock": "none",
            "room": place.room,
            "epoch": place.epoch,
            "kc": place.kc,
            "sender": self.berger.identity.fingerprint,
            "session": b"s" * 16,
            "counter": 0,
            "prev_id": ZERO32,
            "seen_pos": place.seen_pos,
            "seen_th": place.seen_th,
            "salt": b"t" * 32,
        }
        return seal_message(Header(**{**plain, **header}), place.key, signer, body)  # type: ignore[arg-type]


def text_body(text: str, sent_at: datetime = OPENING) -> bytes:
    """The inside of a text message."""
    return lp(b"u" * 16, b"text", u64(to_ms(sent_at)), text.encode())


def stored(envelope: bytes, at: datetime = OPENING) -> dict[str, object]:
    """As the server would show an item that it never took."""
    return {"position": 0, "stored_at": at.isoformat(), "envelope": to_base64url(envelope)}


def forged_commit(scene: Scene, signer: Identity, changes: list[Any], joining: list[Any]) -> bytes:
    """A log entry that nobody has judged: whoever makes it may not be entitled to."""
    log, place = scene.desk.reader.log, scene.desk.reader.place()
    gone = {one.fingerprint for one in changes if isinstance(one, Remove)}
    after = [one for one in log.members.values() if one.fingerprint not in gone] + joining
    if any(isinstance(one, StandbyOff) for one in changes):
        after = [one for one in after if one.role != "duty"]
    roster = scene.berger.rosters.newest(log.root_fingerprint)
    assert roster is not None
    item, _ = write_commit(
        log,
        signer,
        changes,
        tuple(sorted(after, key=lambda one: one.fingerprint)),
        [roster],
        room_share=scene.desk.thread.room_share,
        seen=(place.seen_pos, place.seen_th),
        created_at=to_ms(scene.house.now()),
        chance=CHANCE,
    )
    return item


def keys_that_do_not_fit(scene: Scene, attack: str) -> Callable[..., tuple[bytes, tuple[bytes, ...]]]:
    """Takes the place of `seal_epoch` in an insider's client: the client's wrap, or the commitment, is a false one."""
    client, old = scene.client.identity, scene.desk.reader.secrets[2]

    def hostile(terms: Any, members: Any, secret: bytes, share: bytes, chance: Any) -> tuple[bytes, tuple[bytes, ...]]:
        kc, wraps = seal_epoch(terms, members, secret, share, chance)
        if attack == "T44":
            key = epoch_key(secret, terms.room, terms.epoch, share)
            kc = replace(terms, members_hash=b"m" * 32).commitment(key)
            return kc, tuple(chance.hpke(one.kem_pk, secret, terms.wrap_info(kc, one.fingerprint)) for one in members)
        given = old if attack == "T15" else b"x" * 32
        mine = [one.fingerprint for one in members].index(client.fingerprint)
        other = chance.hpke(client.kem_pk, given, terms.wrap_info(kc, client.fingerprint))
        return kc, tuple(other if at == mine else wrap for at, wrap in enumerate(wraps))

    return hostile


def appended(scene: Scene, *more: bytes) -> None:
    """The server shows more items than it has; whatever a page writes from now on it keeps to itself."""
    scene.liar.be_honest()
    last = max(scene.room.reader.position, scene.desk.reader.position)
    made_up = [stored(item, scene.house.now()) for item in more]
    scene.liar.items(scene.room.id, lambda items: [*items[:last], *made_up] if len(items) > 1 else items)


async def shown_instead(scene: Scene, other: Scene) -> None:
    """In the place of one room the server shows another of the same client, with its share."""
    items = await other.client.browser.get("/api/rooms/{room}/items", Since(other.room.id, 0, 200), Items)
    share = to_base64url(other.room.thread.room_share)
    scene.liar.be_honest()
    scene.liar.items(scene.room.id, lambda _: [stored(one.envelope, one.stored_at) for one in items.items])
    scene.liar.lie(rf"^/api/threads/{scene.room.id}$", lambda thread: {**thread, "room_share": share})


__all__ = [
    "ANSWER",
    "FIRST_WORDS",
    "Scene",
    "appended",
    "forged_commit",
    "keys_that_do_not_fit",
    "shown_instead",
    "stored",
    "text_body",
]
