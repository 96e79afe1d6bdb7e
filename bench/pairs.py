"""Those who load the server: clients who each have a thread with one of an agency's three counsellors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from chatserver.demo.cast import ANKER
from tests.people import Client, Counsellor
from tests.person_room import Room

TOPIC: Final = "addiction"
POSTAL_CODE: Final = "48147"
PASSWORD: Final = "drei leise eulen im dachstuhl"


@dataclass(frozen=True, slots=True)
class Pair:
    """A client, a counsellor, and their room as each of them sees it."""

    client: Client
    room: Room
    counsellor: Counsellor
    desk: Room


@asynccontextmanager
async def pairs(url: str, how_many: int) -> AsyncIterator[list[Pair]]:
    """Enquiries that were taken, everybody connected on one page."""
    async with AsyncExitStack() as browsers:
        counsellors = []
        for worker in ANKER.counsellors:
            counsellor = await browsers.enter_async_context(Counsellor(worker.name, worker.password, url))
            await counsellor.log_in()
            await counsellor.connect()
            counsellors.append(counsellor)
        made = []
        for number in range(how_many):
            client = await browsers.enter_async_context(Client(f"falter{number}", PASSWORD, url))
            made.append(await _pair(client, counsellors[number % len(counsellors)]))
        yield made


async def _pair(client: Client, counsellor: Counsellor) -> Pair:
    await client.sign_up()
    agency = (await client.find_agency(TOPIC, POSTAL_CODE)).agency
    room = await client.write_enquiry(agency, TOPIC, "Ich weiß nicht weiter.")
    desk = await counsellor.take(room.id)
    await asyncio.gather(room.read(), client.connect())
    return Pair(client, room, counsellor, desk)
