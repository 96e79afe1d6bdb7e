"""How conversations begin: an enquiry to Anker, and the counsellor there who takes it."""

from dataclasses import dataclass
from typing import Final

from chatserver.agencies.wire import Agency
from tests.api.house import MUENSTER, House
from tests.people import Client, Counsellor
from tests.person_room import Room

ADDICTION: Final = "addiction"
FIRST_WORDS: Final = "Ich weiß nicht weiter."


@dataclass(frozen=True, slots=True)
class Talk:
    """A client, a counsellor, and the room as each of them sees it."""

    client: Client
    room: Room
    counsellor: Counsellor
    desk: Room


async def anker(client: Client) -> Agency:
    """The agency for addiction in Münster."""
    return (await client.find_agency(ADDICTION, MUENSTER)).agency


async def enquire(house: House, name: str = "nachtfalter", text: str = FIRST_WORDS) -> tuple[Client, Room]:
    """Somebody signs up and writes for the first time."""
    client = await house.signed_up(name)
    return client, await client.write_enquiry(await anker(client), ADDICTION, text)


async def talk(house: House, name: str = "nachtfalter", counsellor: str = "berger") -> Talk:
    """An enquiry that was taken; nobody has answered yet."""
    client, room = await enquire(house, name)
    worker = await house.counsellor(counsellor)
    desk = await worker.take(room.id)
    await room.read()
    return Talk(client, room, worker, desk)
