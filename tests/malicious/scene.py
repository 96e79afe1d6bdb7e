"""A client whose server lies, and an honest counsellor at the same house."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatserver.wire.binary import to_base64url
from crypto import Header
from crypto.encoding import ZERO32, lp, u64
from crypto.envelope import seal_message
from crypto.identity import Identity
from tests.api.house import House
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
        self.room = await self.client.write_enquiry(await anker(self.client), ADDICTION, FIRST_WORDS)
        self.berger = await self.house.counsellor("berger")
        self.desk = await self.berger.take(self.room.id)
        await self.desk.write(ANSWER)
        await self.room.read()
        return self

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


def text_body(text: str) -> bytes:
    """The inside of a text message."""
    return lp(b"u" * 16, b"text", u64(0), text.encode())


def stored(envelope: bytes) -> dict[str, object]:
    """As the server would show an item that it never took."""
    return {"position": 0, "stored_at": "2026-11-23T08:00:00Z", "envelope": to_base64url(envelope)}


__all__ = ["ANSWER", "FIRST_WORDS", "Scene", "stored", "text_body"]
