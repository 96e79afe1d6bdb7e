"""Conversations that have begun already, so that a test can begin where its own matter does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from chatserver.demo.cast import AGENCIES
from tests.browser.conftest import House
from tests.people import Client, Counsellor
from tests.person_room import Room

PASSWORD = "sieben stille lampions am kai"
FIRST_WORDS = "Ich weiß nicht weiter."
ANSWER = "Danke, dass Sie schreiben."
_PASSWORDS = {one.name: one.password for plan in AGENCIES for one in plan.counsellors}


@dataclass(frozen=True, slots=True)
class Talk:
    """A client and a counsellor, both logged in from Python, and the room as each of them sees it."""

    client: Client
    room: Room
    counsellor: Counsellor
    desk: Room

    async def answered(self) -> None:
        """The counsellor says something: nobody waits any more."""
        await self.desk.read()
        await self.desk.write(ANSWER)


def password_of(counsellor: str) -> str:
    """As the demonstration prints it."""
    return _PASSWORDS[counsellor]


@asynccontextmanager
async def asking(house: House, name: str, topic: str, postal_code: str) -> AsyncIterator[tuple[Client, Room]]:
    """A new client whose enquiry waits."""
    async with Client(name, PASSWORD, house.address, lambda: house.now) as client:
        await client.sign_up()
        found = await client.find_agency(topic, postal_code)
        yield client, await client.write_enquiry(found.agency, topic, FIRST_WORDS)


@asynccontextmanager
async def talking(house: House, name: str, counsellor: str, topic: str, postal_code: str) -> AsyncIterator[Talk]:
    """A new client whose enquiry `counsellor` has taken; nobody has answered yet."""
    async with AsyncExitStack() as both:
        client, room = await both.enter_async_context(asking(house, name, topic, postal_code))
        worker = Counsellor(counsellor, password_of(counsellor), house.address, lambda: house.now)
        await both.enter_async_context(worker)
        await worker.log_in()
        desk = await worker.take(room.id)
        yield Talk(client, room, worker, desk)
